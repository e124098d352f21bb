"""Counts quantized lines exactly, by the networks that they give.

With w_0 and w_m given, the exponent of block j (RegNet paper, equation 3) is at least s from some slope w_a on. These
slopes, for each s and j, cut the range of slopes into pieces in which all lines have the same widths and the same first
block of each stage; their depth may be whatever ends in the last stage. The cost is affine in the depth of each stage,
so the depths that meet a budget are an interval. Nothing is approximated: slopes are found by the formula of the block
itself, whose rounding matters at ties, and costs are whole numbers.
"""

from collections.abc import Callable
from dataclasses import replace
from math import ceil, floor, prod
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from netspace.complexity import ArchitectureBatch, Complexity, complexity
from netspace.lines import line_widths
from netspace.spaces.budget import Limits
from netspace.spaces.components import Component, PerStage, QuantizedLine
from netspace.spaces.counting.enumeration import Found, every_setting
from netspace.spaces.counting.settings import settings
from netspace.spaces.distributions import Distribution, Floats, choices

if TYPE_CHECKING:
    from netspace.spaces.space import DesignSpace

Ints = NDArray[np.int64]
Progress = Callable[[int, int], None]

MOST_COMBINATIONS = 2_000
"""Settings of all other parameters up to which lines are counted with each of them."""

MOST_KEPT = 8_000_000
"""Pieces up to which different networks are told apart; more take too much memory."""

_FAR = 1 << 62


class Pieces(NamedTuple):
    """Lines with the same widths and the same first block of each stage, but for the depth.

    Attributes:
        widths: (q, stages) all widths that occur, before they are made to fit groups.
        of: (m,) which of these widths a piece has.
        starts: (m, stages + 1) the first block of each stage, counted from 0, and the most that depth may be.
        lines: (m,) how many pairs of a slope and a multiplier there are.
        measure: (m,) their probability, and that of the initial width.
    """

    widths: Ints
    of: NDArray[np.intp]
    starts: Ints
    lines: Ints
    measure: Floats


def pieces(line: QuantizedLine, progress: Progress | None = None) -> Pieces:
    """Cuts all lines into pieces, invalid ones left out.

    Example:
        >>> from netspace.spaces.distributions import uniform
        >>> line = QuantizedLine(uniform(1, 9), uniform(8, 16, 8), uniform(1, 40), uniform(1.5, 3, 0.1), 3)
        >>> int(pieces(line).lines.sum())
        707
    """
    found, widths, count = [], [np.zeros((0, line.num_stages), np.int64)], 0
    w_0 = line.initial_width
    for i, (value, chance) in enumerate(zip(w_0.values, w_0.probabilities.tolist(), strict=True)):
        each = _pieces_from(line, int(value), chance)
        found.append(each._replace(of=each.of + count))
        widths.append(each.widths)
        count += len(each.widths)
        if progress:
            progress(i + 1, len(w_0.values))
    columns = [np.concatenate([getattr(each, name) for each in found]) for name in Pieces._fields[1:]]
    return Pieces(np.concatenate(widths), *columns)


def count_lines(line: QuantizedLine, progress: Progress | None = None) -> int:
    """Counts the valid lines."""
    all_pieces = pieces(line, progress)
    first, last = _depths(line, all_pieces)
    return int((all_pieces.lines * (last - first)).sum())


def count_networks(space: "DesignSpace", limits: Limits, progress: Progress | None = None) -> Found:
    """Counts the settings of a space of lines that meet a budget, and the networks among them.

    Args:
        space: its components are a line and others of finitely many settings, at most `MOST_COMBINATIONS`.
        limits: closed intervals for any of flops, params and acts.
        progress: called with (steps done, steps in all).
    """
    line = line_of(space)
    others = tuple(c for c in space.components if c is not line)
    combinations = prod(settings(c) for c in others)
    steps = len(line.initial_width.values) + combinations
    all_pieces = pieces(line, (lambda done, _: progress(done, steps)) if progress else None)
    first, last = _depths(line, all_pieces)
    cumulative = np.append(0.0, line.possible_depth.cumulative)
    count, measure, whole = 0, 0.0, 0.0
    kept: list[_Kept] = []
    rows = 0
    for i, (values, chance) in enumerate(every_setting(others, 1)):
        affine = _affine(space, others, values, all_pieces.widths)
        low, high = _within(affine, all_pieces, line.possible_depth, first, last, limits)
        count += int((all_pieces.lines * (high - low)).sum())
        share = all_pieces.measure * float(chance[0])
        measure += float((share * (cumulative[high] - cumulative[low])).sum())
        valid = affine.valid[all_pieces.of]
        whole += float((share * (cumulative[last] - cumulative[first]))[valid].sum())
        if rows <= MOST_KEPT:
            kept.append(_merged(affine, all_pieces, low, high))
            rows += len(kept[-1].of)
        if progress:
            progress(steps - combinations + i + 1, steps)
    networks = _different(kept) if rows <= MOST_KEPT else None
    return Found(count, networks, measure / whole if whole else 0.0)


def line_of(space: "DesignSpace") -> QuantizedLine:
    """Gives the line of a space that has one."""
    return next(c for c in space.components if isinstance(c, QuantizedLine))


def _pieces_from(line: QuantizedLine, w_0: int, chance: float) -> Pieces:
    """Gives the pieces of all lines with one initial width."""
    n = line.num_stages
    w_m = line.width_multiplier.table.astype(float)
    widths = line_widths(np.arange(n), w_0, w_m[:, None]).astype(np.int64)
    rising = np.flatnonzero((np.diff(widths, axis=1) > 0).all(axis=1))
    slope = choices([w_0]) if line.slope is None else line.slope
    blocks = int(line.possible_depth.values[-1]) - 1
    edges = _edges(slope, w_0, w_m[rising], n, blocks)
    row, low, high, starts = _cut(edges, len(slope.values))
    distinct, which = unique_rows(widths[rising])
    cumulative = np.append(0.0, slope.cumulative)
    share = chance * line.width_multiplier.probabilities[rising][row] * (cumulative[high] - cumulative[low])
    keys, same = unique_rows(np.column_stack([which[row], starts]))
    lines = np.bincount(same, high - low, len(keys)).astype(np.int64)
    return Pieces(distinct, keys[:, 0], keys[:, 1:], lines, np.bincount(same, share, len(keys)))


def _edges(slope: Distribution, w_0: int, w_m: Floats, n: int, blocks: int) -> Ints:
    """Gives the first slope (multipliers, exponents 1 to n, blocks 1 to ...) at which a block reaches an exponent.

    The line is solved for the slope, and the formula of the block then decides. It never decreases in the slope, whose
    steps are far above the rounding of a logarithm.
    """
    s = np.arange(1, n + 1)[:, None]
    j = np.arange(1, blocks + 1)
    w_m = w_m[:, None, None]
    solved = w_0 * (np.power(w_m, s - 0.5) - 1) / j
    edges = np.searchsorted(slope.table, solved)
    last = len(slope.values) - 1

    def reached(index: Ints) -> NDArray[np.bool_]:
        w_a = slope.table[np.clip(index, 0, last)]
        return np.rint(np.log((w_0 + w_a * j) / w_0) / np.log(w_m)) >= s  # equations 2 and 3

    while (short := (edges <= last) & ~reached(edges)).any():
        edges += short
    while (over := (edges > 0) & reached(edges - 1)).any():
        edges -= over
    return edges


def _cut(edges: Ints, slopes: int) -> tuple[NDArray[np.intp], Ints, Ints, Ints]:
    """Gives the pieces that are valid: their multiplier, the slopes from ... to before ..., and their starts."""
    m, n, blocks = edges.shape
    flat = edges.reshape(m, n * blocks)
    order = np.argsort(flat, axis=1, kind="stable")
    ends = np.take_along_axis(flat, order, axis=1)
    low = np.hstack([np.zeros((m, 1), np.int64), ends])
    high = np.hstack([ends, np.full((m, 1), slopes)])
    row, column = np.nonzero(high > low)
    starts = np.zeros((len(row), n + 1), np.int64)  # one after the last block that is short of each exponent
    for s in range(n):
        passed = np.zeros((m, n * blocks + 1), np.int64)
        np.cumsum(order // max(blocks, 1) == s, axis=1, out=passed[:, 1:])
        starts[:, s + 1] = 1 + blocks - passed[row, column]
    good = (np.diff(starts, axis=1) > 0).all(axis=1)
    return row[good], low[row, column][good], high[row, column][good], starts[good]


def _depths(line: QuantizedLine, found: Pieces) -> tuple[Ints, Ints]:
    """Gives the depths that a piece may have: indices from ... to before ... among all depths."""
    table = line.possible_depth.table
    first = np.searchsorted(table, found.starts[:, -2] + 1)
    return first, np.maximum(first, np.searchsorted(table, found.starts[:, -1], side="right"))


class _Affine(NamedTuple):
    """Networks of all widths with given other parameters, and their cost: ``base + further @ (depths - 1)``."""

    key: Floats
    valid: NDArray[np.bool_]
    base: dict[str, Ints]
    further: dict[str, Ints]


def _affine(space: "DesignSpace", others: tuple[Component, ...], values: dict[str, Any], widths: Ints) -> _Affine:
    """Decodes and counts the networks of all widths, one block in each stage, then two in one after the other."""
    q, n = widths.shape
    any_value = (choices([1]),) * n  # values are given to `decode`, not drawn
    apart = replace(space, components=(PerStage("width", any_value), PerStage("depth", any_value), *others))
    rows: dict[str, Any] = {name: np.repeat(column, q) for name, column in values.items()}
    rows |= {f"width_{i + 1}": widths[:, i] for i in range(n)} | {f"depth_{i + 1}": np.ones(q, int) for i in range(n)}
    networks, valid = apart.decode(rows)
    valid = np.broadcast_to(valid, (q,))
    assert isinstance(networks, ArchitectureBatch)
    one = _cost(networks, valid)
    names = ("flops", "params", "acts")
    base = {name: getattr(one, name) for name in names}
    further = {name: np.zeros((q, n), np.int64) for name in names}
    for i in range(n):
        depths = np.ones((q, n), np.int64)
        depths[:, i] = 2
        two = _cost(ArchitectureBatch(networks.outline, {**networks.columns, "depth": depths}), valid)
        for name in names:
            further[name][:, i] = getattr(two, name) - base[name]
    return _Affine(networks.table(), valid, base, further)


def _cost(networks: ArchitectureBatch, valid: NDArray[np.bool_]) -> Complexity:
    """Counts valid networks, and gives 0 for all others, which may have no cost at all."""
    counted = complexity(networks.take(valid))
    cost = Complexity(*np.zeros((3, len(networks)), np.int64))
    for name in ("flops", "params", "acts"):
        getattr(cost, name)[valid] = getattr(counted, name)
    return cost


def _within(
    affine: _Affine, found: Pieces, depth: Distribution, first: Ints, last: Ints, limits: Limits
) -> tuple[Ints, Ints]:
    """Gives the depths of each piece that meet every limit, as indices from ... to before ..."""
    depths = np.diff(found.starts[:, :-1], axis=1)  # of all stages but the last
    low, high = first.copy(), np.where(affine.valid[found.of], last, first)
    for name, (least, most) in limits.items():
        further = affine.further[name][found.of]
        known = affine.base[name][found.of] + (further[:, :-1] * (depths - 1)).sum(axis=1)
        each = np.maximum(further[:, -1], 1)
        fewest = -((known - _whole(ceil, least)) // each)  # further blocks of the last stage
        most_blocks = (_whole(floor, most) - known) // each
        fixed = further[:, -1] == 0
        met = (known >= least) & (known <= most)
        fewest = np.where(fixed, np.where(met, 0, _FAR), fewest)
        most_blocks = np.where(fixed, np.where(met, _FAR >> 1, -1), most_blocks)
        start = found.starts[:, -2] + 1
        low = np.maximum(low, np.searchsorted(depth.table, start + np.minimum(fewest, _FAR >> 1)))
        high = np.minimum(high, np.searchsorted(depth.table, start + most_blocks, side="right"))
    return low, np.maximum(low, high)


def _whole(rounded: Callable[[float], int], value: float) -> int:
    """Gives the last whole number inside a limit, at most 2^61 away from 0."""
    return rounded(max(-float(_FAR >> 1), min(float(_FAR >> 1), value)))


class _Kept(NamedTuple):
    """Networks inside a budget: what they are but for depth, the first blocks of stages, intervals of depths."""

    key: Floats
    of: NDArray[np.intp]
    starts: Ints
    low: Ints
    high: Ints


def _merged(affine: _Affine, found: Pieces, low: Ints, high: Ints) -> _Kept:
    """Joins pieces of the same networks: their intervals of depths begin at the same block."""
    there = np.flatnonzero(high > low)
    keys, which = unique_rows(np.column_stack([found.of[there], found.starts[there, 1:-1]]))
    least = np.full(len(keys), _FAR)
    most = np.zeros(len(keys), np.int64)
    np.minimum.at(least, which, low[there])
    np.maximum.at(most, which, high[there])
    return _Kept(affine.key, keys[:, 0], keys[:, 1:], least, most)


def _different(kept: list[_Kept]) -> int:
    """Counts different networks: pieces of any parameters that come to the same ones are joined."""
    keys, which = unique_rows(np.concatenate([each.key for each in kept]))
    offsets = np.cumsum([0, *[len(each.key) for each in kept[:-1]]])
    of = np.concatenate([which[each.of + offset] for each, offset in zip(kept, offsets, strict=True)])
    columns = [np.concatenate([getattr(each, name) for each in kept]) for name in ("starts", "low", "high")]
    _, same = unique_rows(np.column_stack([of, columns[0]]))
    order = np.lexsort((columns[1], same))
    return _union(same[order], columns[1][order], columns[2][order])


def _union(group: NDArray[np.intp], low: Ints, high: Ints) -> int:
    """Adds up the lengths of unions of intervals, given by group and then by their low end."""
    if not len(group):
        return 0
    span = int(high.max()) + 1
    low, high = low + group * span, high + group * span
    covered = np.maximum.accumulate(np.concatenate([[0], high[:-1]]))
    return int(np.maximum(0, high - np.maximum(low, covered)).sum())


def unique_rows(table: NDArray[Any]) -> tuple[NDArray[Any], NDArray[np.intp]]:
    """Gives the different rows of a table, and which of them each row is; sooner than numpy's own for whole numbers."""
    if not len(table) or not table.shape[1]:
        return table[:1], np.zeros(len(table), np.intp)
    spans = table.max(axis=0) + 1 if table.dtype.kind == "i" and table.min() >= 0 else np.array([np.inf])
    if prod(float(span) for span in spans) >= float(_FAR):
        distinct, which = np.unique(table, axis=0, return_inverse=True)
        return distinct, which.ravel()
    packed = np.ravel_multi_index(tuple(table.T), tuple(spans.tolist()))
    _, first, which = np.unique(packed, return_index=True, return_inverse=True)
    return table[first], which

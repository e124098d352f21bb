"""Counts the networks under a budget on one quantity: dynamic programming over stages and binned cost.

The state after a stage holds, for each class of the stage (what the next one can tell apart), each place of its depth
in an order over stages, and each bin of the cost so far, how many settings there are and how probable they are. A
stage is added in two steps: what it costs more behind one class than behind another, and what it costs itself. Costs
are rounded down to bins at each step, and not at all for the last stage, which is looked up in cumulative sums.

Why the bounds hold. All costs are multiples of ``grain``, and a bin is ``width`` of cost, a multiple of it too, so each
rounding loses 0 to ``width - grain``, and all of them together 0 to ``slack``. With F the rounded total, the true one
lies in F to F + slack: settings with F + slack <= t surely cost at most t, and those with F > t surely more. Bins one
grain wide make no error. Sums are of numbers that are not negative, in double precision: settings are counted exactly
as long as there are less than 2^53 with the same shared values. Otherwise, and for probabilities, a sum is off by at
most its number of additions times 2^-53 (Higham, Accuracy and Stability of Numerical Algorithms, section 4.2, for any
order of adding), by which bounds are widened.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from math import ceil, floor, gcd, inf, isfinite, prod
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from netspace.spaces.counting.stages import Ints, StageTable, combinations, places, stage_tables, whole
from netspace.spaces.distributions import Floats

if TYPE_CHECKING:
    from netspace.spaces.space import DesignSpace

Progress = Callable[[int, int], None]

TARGET = 0.01
"""Bounds are made at most this far apart, as a part of the lower one ..."""

MOST_BINS = 1 << 16
"""... unless that takes more bins than this."""

FEWEST_BINS = 1 << 12

EXACT = 1 << 53
"""Whole numbers up to which doubles add without rounding."""

_UNIT = 2.0**-53


class Bounds(NamedTuple):
    """Settings that meet a budget, and their share of the distribution, each from below and from above."""

    low: int
    high: int
    measure_low: float
    measure_high: float

    def gap(self) -> float:
        """Gives how far bounds are apart, as a part of the lower one."""
        pairs = [(self.low, self.high), (self.measure_low, self.measure_high)]
        return max(0.0 if high == low else (high - low) / low if low else inf for low, high in pairs)


def bounds(
    space: "DesignSpace",
    quantity: str,
    limits: tuple[float, float],
    total: int,
    *,
    progress: Progress | None = None,
    bins: int | None = None,
) -> Bounds:
    """Bounds how many settings of a space of stages have flops, params or acts within ``limits``.

    Args:
        space: one that `stages.is_regular`, without training parameters.
        quantity: ``"flops"``, ``"params"`` or ``"acts"``.
        limits: closed interval, its ends may be infinite.
        total: how many valid settings the space has.
        progress: called with (steps done, steps in all) after each step.
        bins: how many; by default so many that bounds are within 1 % of each other, if `MOST_BINS` can do that.
    """
    chosen = [(stage_tables(each, quantity), probability) for each, probability in combinations(space)]
    measure = sum(probability * float(whole(tables, float)) for tables, probability in chosen)
    ends = _Ends(limits, total, measure)
    count = bins or _enough_bins(ends, len(space.outline.stages))
    found = _between(chosen, ends, count, progress)
    while bins is None and found.gap() > TARGET and count < MOST_BINS:
        count = min(MOST_BINS, ceil(count * min(8.0, max(1.5, 1.25 * found.gap() / TARGET))))
        found = _between(chosen, ends, count, progress)
    return found


@dataclass(frozen=True)
class _Ends:
    """What is counted: networks that cost at most ``high``, less those that cost at most ``below``."""

    limits: tuple[float, float]
    total: int
    measure: float

    @property
    def below(self) -> int | None:
        """The most that is too little; ``None``: nothing is."""
        return ceil(self.limits[0]) - 1 if isfinite(self.limits[0]) and self.limits[0] > 0 else None

    @property
    def high(self) -> int | None:
        """The most that is allowed; ``None``: anything is."""
        return floor(self.limits[1]) if isfinite(self.limits[1]) else None

    @property
    def thresholds(self) -> list[int]:
        return [each for each in (self.below, self.high) if each is not None and each >= 0]


class _Grid(NamedTuple):
    """Bins of a cost, places of a depth."""

    width: int
    bins: int
    places: int
    slack: int


class _Known(NamedTuple):
    """What costs at most a threshold, from below and from above."""

    low: int
    high: int
    measure_low: float
    measure_high: float


def _roundings(num_stages: int) -> int:
    return 2 * (num_stages - 2) if num_stages > 2 else num_stages - 1


def _enough_bins(ends: _Ends, num_stages: int) -> int:
    """Guesses how many bins reach the target, as if costs were uniform."""
    if not ends.thresholds:
        return FEWEST_BINS
    top = max(ends.thresholds)
    length = top - ends.thresholds[0] if len(ends.thresholds) == 2 else top
    lost = len(ends.thresholds) * _roundings(num_stages) / (0.75 * TARGET)
    return min(MOST_BINS, max(FEWEST_BINS, ceil(lost * top / max(length, 1))))


def _between(
    chosen: Sequence[tuple[list[StageTable], float]], ends: _Ends, bins: int, progress: Progress | None
) -> Bounds:
    """Adds up what each combination of shared values has between the ends."""
    known = dict.fromkeys(ends.thresholds, _Known(0, 0, 0.0, 0.0))
    tick = _Ticks(progress, sum(len(table.classes.widths) for tables, _ in chosen for table in tables[:-1]))
    for tables, probability in chosen if known else []:
        for t, each in _at_most(tables, ends.thresholds, bins, tick).items():
            a = known[t]
            measure = a.measure_low + probability * each.measure_low, a.measure_high + probability * each.measure_high
            known[t] = _Known(a.low + each.low, a.high + each.high, *measure)
    nothing = _Known(0, 0, 0.0, 0.0)
    everything = _Known(ends.total, ends.total, ends.measure, ends.measure)
    low = known.get(ends.below, nothing) if ends.below is not None else nothing
    high = known.get(ends.high, nothing) if ends.high is not None else everything
    rounding = 8 * (len(chosen) + 4) * _UNIT
    least = (high.measure_low - low.measure_high) / ends.measure
    most = (high.measure_high - low.measure_low) / ends.measure
    return Bounds(
        max(0, high.low - low.high),
        max(0, min(ends.total, high.high - low.low)),
        max(0.0, least - rounding),
        max(0.0, min(1.0, most + rounding)) if high.high > low.low else 0.0,
    )


class _Ticks:
    """Reports progress."""

    def __init__(self, progress: Progress | None, total: int) -> None:
        self._progress, self._total, self._done = progress, total, 0

    def __call__(self) -> None:
        self._done += 1
        if self._progress:
            self._progress(self._done, self._total)


def _at_most(
    tables: Sequence[StageTable], thresholds: Sequence[int], bins: int, tick: Callable[[], None]
) -> dict[int, _Known]:
    """Bounds what costs at most each threshold."""
    grid = _grid(tables, max(thresholds), bins)
    sums = np.zeros((len(thresholds), 2, 2))  # threshold; surely, possibly; settings, probability
    for c, values in _up_to_last(tables, grid, tick):
        sums += _looked_up(tables[-1], c, values, thresholds, grid)
    off = _UNIT * (grid.bins + sum((t.cost.size + 1) * len(t.depths) + grid.places + 8 for t in tables))
    counted = 0.0 if prod(len(t.of) * len(t.depths) for t in tables) < EXACT else off
    low, high = 1 - np.array([counted, off]), 1 + np.array([counted, off])
    return {
        t: _Known(floor(least[0]), ceil(most[0]), float(least[1]), float(most[1]))
        for t, least, most in zip(thresholds, sums[:, 0] * low, sums[:, 1] * high, strict=True)
    }


def _grid(tables: Sequence[StageTable], top: int, bins: int) -> _Grid:
    grain = max(1, gcd(*(table.unit() for table in tables)))
    width = grain * max(1, -(-top // (grain * bins)))
    return _Grid(width, top // width + 1, places(tables), _roundings(len(tables)) * (width - grain))


def _up_to_last(tables: Sequence[StageTable], grid: _Grid, tick: Callable[[], None]) -> Iterator[tuple[int, Floats]]:
    """Yields each class before the last stage, with settings and probabilities (2, places, bins)."""
    state: _Points | _Dense = _beginning(grid)
    if len(tables) > 1:
        state = _first_stage(tables[0], grid)
    for table in tables[1:-2]:
        state = _dense(_with_stage(state, table, grid, tick), grid)
    if len(tables) > 2:
        yield from _with_stage(state, tables[-2], grid, tick)
        return
    for c in range(len(tables[-1].cost)):
        tick()
        yield c, state.behind(np.zeros(len(tables[-1].cost), np.int64), np.arange(len(tables[-1].cost)) == c)


class _Points(NamedTuple):
    """Settings of the first stage with their exact cost."""

    of: NDArray[np.intp]
    place: Ints
    cost: Ints
    weight: Floats
    grid: _Grid

    def behind(self, more: Ints, allowed: NDArray[np.bool_]) -> Floats:
        """Adds up the classes (c,) that are allowed, each with its further cost."""
        width, bins, k, _ = self.grid
        which = np.flatnonzero(allowed[self.of])
        at = (self.cost[which] + more[self.of[which]]) // width
        inside = at < bins
        cell = self.place[which][inside] * bins + at[inside]
        weights = self.weight[:, which][:, inside]
        return np.stack([np.bincount(cell, each, k * bins) for each in weights]).reshape(2, k, bins)


class _Piece(NamedTuple):
    """Settings and probabilities (2, bins) of one class and place, without the empty bins before and after."""

    place: int
    start: int
    values: Floats


class _Dense(NamedTuple):
    """Settings of each class by binned cost."""

    pieces: list[list[_Piece]]
    grid: _Grid

    def behind(self, more: Ints, allowed: NDArray[np.bool_]) -> Floats:
        """Adds up the classes (c,) that are allowed, each with its further cost."""
        bins = self.grid.bins
        total = np.zeros((2, self.grid.places, bins))
        shifts = (more // self.grid.width).tolist()
        for c in np.flatnonzero(allowed).tolist():
            for place, start, values in self.pieces[c]:
                first = start + shifts[c]
                last = min(first + values.shape[1], bins)
                if first < last:
                    total[:, place, first:last] += values[:, : last - first]
        return total


def _beginning(grid: _Grid) -> _Points:
    zero = np.zeros(1, np.int64)
    return _Points(zero, zero, zero, np.ones((2, 1)), grid)


def _dense(classes: Iterable[tuple[int, Floats]], grid: _Grid) -> _Dense:
    return _Dense([list(_pieces(values)) for _, values in classes], grid)


def _pieces(values: Floats) -> Iterator[_Piece]:
    for place in range(values.shape[1]):
        there = np.flatnonzero(values[0, place])
        if len(there):
            start, end = int(there[0]), int(there[-1]) + 1
            yield _Piece(place, start, values[:, place, start:end].copy())


def _first_stage(table: StageTable, grid: _Grid) -> _Points:
    cost = table.costs(slice(None))[0].ravel()
    k = len(table.depths)
    keys = np.column_stack([np.repeat(table.of, k), np.tile(table.depth_place, len(table.of)), cost])
    points, which = np.unique(keys, axis=0, return_inverse=True)
    chance = (table.probability[:, None] * table.depth_probability).ravel()
    weight = np.stack([np.bincount(which.ravel()), np.bincount(which.ravel(), chance)])
    return _Points(points[:, 0], points[:, 1], points[:, 2], weight, grid)


def _with_stage(
    state: _Points | _Dense, table: StageTable, grid: _Grid, tick: Callable[[], None]
) -> Iterator[tuple[int, Floats]]:
    """Yields each class of a stage, added to the state before it."""
    cost = np.where(table.allowed, table.cost, np.iinfo(np.int64).max)
    least = cost.min(axis=0)
    more = np.where(table.allowed, cost - least, -1)
    groups: dict[tuple[int, bytes], list[int]] = {}
    for r, column in enumerate(np.ascontiguousarray(more.T)):
        groups.setdefault((int(table.of[r]), column.tobytes()), []).append(r)
    by_class: dict[int, list[list[int]]] = {}
    for (c, _), rows in groups.items():
        by_class.setdefault(c, []).append(rows)
    for c in range(len(table.classes.widths)):
        values = np.zeros((2, grid.places, grid.bins))
        for rows in by_class[c]:
            before = state.behind(more[:, rows[0]], table.allowed[:, rows[0]])
            _add(values, _onward(before, table), _own(table, least, rows, grid), table.deepens)
        tick()
        yield c, values


def _onward(values: Floats, table: StageTable) -> Floats:
    """Gives what a depth of each place may follow, no later place or any; ``values`` are used up."""
    if table.deepens:
        for place in range(1, values.shape[1]):  # in place, and much sooner than numpy's cumsum along this axis
            values[:, place] += values[:, place - 1]
        return values
    return values.sum(axis=1, keepdims=True) if values.shape[1] > 1 else values


def _own(table: StageTable, least: Ints, rows: list[int], grid: _Grid) -> tuple[Ints, Floats]:
    """Gives the cells (place and bin in one number) that settings move to, and their weights (2, cells)."""
    cost = least[rows][:, None] + table.further[rows][:, None] * (table.depths - 1)
    at = cost // grid.width
    inside = at < grid.bins
    chance = table.probability[rows][:, None] * table.depth_probability
    cells, which = np.unique((table.depth_place * grid.bins + at)[inside], return_inverse=True)
    n = len(cells)
    return cells, np.stack([np.bincount(which, minlength=n), np.bincount(which, chance[inside], n)])


def _add(values: Floats, before: Floats, own: tuple[Ints, Floats], deepens: bool) -> None:
    """Adds settings to the values of a class, in place."""
    bins = values.shape[2]
    pieces = {piece.place: piece for piece in _pieces(before)}
    for cell, weight in zip(own[0].tolist(), own[1].T, strict=True):
        place, shift = divmod(cell, bins)
        piece = pieces.get(place if deepens else 0)
        if piece is None:
            continue
        first = piece.start + shift
        last = min(first + piece.values.shape[1], bins)
        if first < last:
            values[:, place, first:last] += piece.values[:, : last - first] * weight[:, None]


def _looked_up(table: StageTable, c: int, values: Floats, thresholds: Sequence[int], grid: _Grid) -> Floats:
    """Gives settings and probabilities that cost at most each threshold with the last stage, surely and possibly."""
    rows = np.flatnonzero(table.allowed[c])
    cost = table.cost[c, rows][:, None] + table.further[rows][:, None] * (table.depths - 1)
    chance = table.probability[rows][:, None] * table.depth_probability
    summed = np.cumsum(_onward(values, table), axis=2)
    summed = np.concatenate([np.zeros_like(summed[:, :, :1]), summed], axis=2)
    source = table.depth_place if table.deepens else np.zeros_like(table.depth_place)
    found = np.zeros((len(thresholds), 2, 2))
    for i, t in enumerate(thresholds):
        for j, slack in enumerate((grid.slack, 0)):
            at = np.clip((t - slack - cost) // grid.width + 1, 0, grid.bins)
            found[i, j] = summed[0][source, at].sum(), (summed[1][source, at] * chance).sum()
    return found

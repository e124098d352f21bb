"""How well a quantized line describes a network's widths: the RegNet paper's e_fit, of thousands of networks at once.

Source: Radosavovic et al., "Designing Network Design Spaces", section 3.3: d is the network's depth, w_0, w_a and w_m
are searched for so that the mean log-ratio of the line's per-block widths to the network's own is least.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from netspace.errors import AnalysisError
from netspace.lines.equations import WIDTH_QUANTUM, line_exponents, line_widths, quantized_linear_widths
from netspace.random import stream

Floats = NDArray[np.float64]
Singles = NDArray[np.float32]
"""Lines are told apart in single precision, of which a processor does twice as much; errors are exact."""

RATIOS: Floats = np.concatenate([[0.0], np.geomspace(0.01, 128, 39)])
"""w_a / w_0 of the first search: from no slope at all to a second block 129 times as wide as the first."""

MULTIPLIERS: Floats = np.geomspace(1.1, 128, 44)
"""w_m of the first search."""

EXPONENTS, ROUNDED = np.arange(1, 13), np.linspace(-3.8, 3.8, 13)
"""Of lines through the last block: its exponent, and how much rounding may have taken from its width."""

THROUGH = 6
"""Lines through the first and the last block that are refined."""

KEPT = (12, 6)
"""Lines that are refined: at first those of the grid, and after two rounds of all."""

ROUNDS, CLOUD = 7, 40
"""Rounds of refinement, and how many lines around each are tried in each."""

CHUNK = 32
"""Networks that are refined at a time: more need more memory than the processor's cache, fewer more calls."""

NARROWEST = 1.01
"""Least w_m of a fit."""

STEEPEST = 20
"""Largest log of a line's width over w_0 that is aimed at: single precision holds it."""


@dataclass(frozen=True, eq=False)
class LineFits:
    """The quantized lines that describe n networks best.

    Attributes:
        depth: (n,) d, blocks of each network.
        initial_width: (n,) w_0, a multiple of 8.
        slope: (n,) w_a, in channels per block.
        width_multiplier: (n,) w_m.
        error: (n,) e_fit: mean over blocks of |log(line's width / network's width)|; 0: the network is a line. The
            least that was found: a better line may have been missed.
    """

    depth: NDArray[np.int64]
    initial_width: NDArray[np.int64]
    slope: Floats
    width_multiplier: Floats
    error: Floats

    @property
    def widths(self) -> list[NDArray[np.int64]]:
        """Width of each block of each line, in channels, beside the networks' own."""
        lines, _ = quantized_linear_widths(self.depth, self.initial_width, self.slope, self.width_multiplier)
        return [line[:depth] for line, depth in zip(lines, self.depth, strict=True)]

    def __len__(self) -> int:
        return len(self.depth)


def fit_lines(widths: Sequence[ArrayLike], *, seed: int = 0) -> LineFits:
    """Fits a quantized line to the per-block widths of each network.

    First w_a / w_0 and w_m are searched on a grid, where the best w_0 is the median of what the blocks ask for, and
    lines are laid through the first and the last block; then lines around the best of these are tried, in ever smaller
    steps, by the paper's equations with all their rounding. Of 5,000 networks that takes about two seconds. Networks
    that are lines are found to be (`error` 0).

    Args:
        widths: of each network the widths of its blocks, such as ``architecture.block_widths``.
        seed: of the steps that are tried.

    Raises:
        AnalysisError: no network, or widths that are not positive numbers.

    Example:
        >>> fits = fit_lines([[24, 56, 152, 152, 152, 152, 368, 368], [8, 512, 8, 512]])
        >>> fits.depth.tolist(), fits.error.round(2).tolist()
        ([8, 4], [0.0, 1.04])
    """
    log_widths = [_read(each, i) for i, each in enumerate(widths)]
    if not log_widths:
        raise AnalysisError("fit_lines needs the block widths of at least one network: given none")
    depth = np.array([len(each) for each in log_widths])
    found = np.empty((4, len(depth)))
    for chunk in _chunks(np.argsort(depth, kind="stable")):
        found[:, chunk] = _fit(_Networks.of([log_widths[i] for i in chunk]), seed)
    w_0, ratio, w_m, error = found
    return LineFits(depth, w_0.astype(np.int64), w_0 * ratio, w_m, error)


def _read(widths: ArrayLike, i: int) -> Floats:
    try:
        read = np.asarray(widths, np.float64)
    except (TypeError, ValueError):
        read = np.empty(0)
    if read.ndim != 1 or not len(read) or not (np.isfinite(read) & (read > 0)).all():
        raise AnalysisError(f"widths of network {i} must be a list of positive numbers, one a block: given {widths!r}")
    return np.log(read)


def _chunks(rows: NDArray[np.intp]) -> list[NDArray[np.intp]]:
    return [rows[i : i + CHUNK] for i in range(0, len(rows), CHUNK)]


@dataclass(frozen=True, eq=False)
class _Networks:
    """Log-widths (n, d) of n networks, filled up to the deepest's blocks, and which blocks are the networks' own."""

    log_widths: Floats
    inside: NDArray[np.bool_]

    @classmethod
    def of(cls, log_widths: Sequence[Floats]) -> "_Networks":
        depth = np.array([[len(each)] for each in log_widths])
        block = np.arange(depth.max())
        filled = [each[np.minimum(block, len(each) - 1)] for each in log_widths]
        return cls(np.array(filled), block < depth)

    @property
    def depth(self) -> NDArray[np.int64]:
        """Blocks of each, (n, 1)."""
        return np.asarray(self.inside.sum(axis=1, keepdims=True))


def _fit(networks: _Networks, seed: int) -> Floats:
    """Gives w_0, w_a / w_0, w_m and the error of n networks: (4, n)."""
    lines = np.concatenate([_search(networks), _through_ends(networks)], axis=2)
    lines = _refine(_judged(lines, networks), networks, seed)
    return _chosen(lines, lines[3].argmin(axis=1))


@lru_cache(maxsize=64)
def _grid(d: int) -> tuple[Singles, Singles, Singles]:
    """Gives w_a / w_0, w_m and log(width / w_0) of the grid's lines; of some that are the same, one."""
    exponents = line_exponents(np.arange(d), 1, RATIOS[:, None, None], MULTIPLIERS[:, None])
    is_new = np.ones(exponents.shape[:2], np.bool_)
    is_new[1:] = (exponents[1:] != exponents[:-1]).any(axis=2)
    is_new[0, 1:] = False  # without a slope w_m is nothing
    i, j = np.nonzero(is_new)
    rise = exponents[is_new] * np.log(MULTIPLIERS[j, None])
    return RATIOS[i].astype(np.float32), MULTIPLIERS[j].astype(np.float32), rise.astype(np.float32)


def _search(networks: _Networks) -> Singles:
    """Gives the best lines of the grid, roundings to multiples of 8 aside: (3, n, kept)."""
    lines = np.empty((3, len(networks.inside), KEPT[0]), np.float32)
    log_widths = networks.log_widths.astype(np.float32)
    for i, d in enumerate(networks.depth.ravel().tolist()):
        ratio, w_m, rise = _grid(d)
        asked = np.sort(log_widths[i, :d] - rise, axis=1)  # log w_0 by each block; its median is best for mean |.|
        sign = np.sign(np.arange(d) - (d - 1) / 2).astype(np.float32)  # of the lesser and of the greater half
        kept = min(KEPT[0], len(rise))
        k = np.resize(np.argpartition(asked @ sign, kept - 1)[:kept], KEPT[0])
        lines[:, i] = _whole(np.exp(asked[k, d // 2])), ratio[k], w_m[k]
    return lines


def _through_ends(networks: _Networks) -> Singles:
    """Gives the best lines of a network's first width and, at some exponent, of its last: (3, n, through).

    A network that is a line is one of these or next to one: w_0 is its first width, and w_m is known but for the
    rounding of its last.
    """
    widths = np.exp(networks.log_widths[:, [0, -1]])
    w_0 = _whole(widths[:, :1]).astype(np.float32)
    last = np.maximum(widths[:, 1:] + ROUNDED, WIDTH_QUANTUM / 2)
    step = (np.log(last / w_0)[:, :, None] / EXPONENTS).reshape(len(w_0), -1)
    log_w_m = np.maximum(step, np.log(NARROWEST)).astype(np.float32)
    lines = np.stack(np.broadcast_arrays(w_0, _steepness(networks, w_0, log_w_m), np.exp(log_w_m)))
    best = np.argpartition(_screen(lines, networks), THROUGH)[:, :THROUGH]
    return np.take_along_axis(lines, best[None], axis=2)


def _steepness(networks: _Networks, w_0: Singles, log_w_m: Singles) -> Singles:
    """Gives w_a / w_0 by which all blocks, or nearly all, have the exponents next to their widths: (n, k)."""
    rise = (networks.log_widths - np.log(w_0)).astype(np.float32)[:, None, 1:]
    inside, step = networks.inside[:, None, 1:], log_w_m[:, :, None]
    exponents = np.maximum(np.rint(rise / step), 0)
    block = np.arange(1, networks.inside.shape[1], dtype=np.float32)
    least, most = (np.expm1(np.minimum(step * (exponents + half), STEEPEST)) / block for half in (-0.5, 0.5))
    low = least.max(axis=2, initial=0, where=inside)
    return np.asarray((low + most.min(axis=2, initial=RATIOS[-1], where=inside)) / 2)


def _refine(lines: Floats, networks: _Networks, seed: int) -> Floats:
    """Tries lines around each, in ever smaller steps, and keeps what is better: (4, n, kept) -> (4, n, fewer)."""
    generator = stream(seed, "line fit")
    for round_ in range(ROUNDS):
        tried = _around(lines, networks, generator, round_)
        nearer = _judged(_chosen(tried, _screen(tried, networks).argmin(axis=-1)), networks)
        lines = np.where(nearer[3] < lines[3], nearer, lines)
        if round_ == 1:
            best = np.argsort(lines[3], axis=-1)[:, : KEPT[1]]
            lines = np.take_along_axis(lines, best[None], axis=2)
    return lines


def _around(lines: Floats, networks: _Networks, generator: np.random.Generator, round_: int) -> Singles:
    """Gives a cloud around each line, of the grid's own steps at first: (4, n, kept) -> (3, n, kept, cloud).

    Half of it steps in w_m as in w_a / w_0; the other half has, at some block, the very width of the network.
    """
    half, beyond = CLOUD // 2, networks.depth - 1
    steps = (1.2 * 0.6**round_ * generator.uniform(-1, 1, (2, CLOUD))).astype(np.float32)
    wider = generator.integers(-1, 2, CLOUD) * WIDTH_QUANTUM * (round_ < ROUNDS // 2)
    block = np.minimum(1 + (generator.random(half) * beyond).astype(np.int64), beyond)
    tried = np.repeat(lines[:3, :, :, None].astype(np.float32), CLOUD, axis=3)
    tried[0] = np.maximum(WIDTH_QUANTUM, tried[0] + wider.astype(np.float32))
    tried[1] *= np.float32(RATIOS[2] / RATIOS[1]) ** steps[0]
    tried[2] = np.maximum(NARROWEST, tried[2] * np.float32(MULTIPLIERS[1] / MULTIPLIERS[0]) ** steps[1])
    log_width = np.take_along_axis(networks.log_widths, block, axis=1).astype(np.float32)
    tried[1:, ..., :half] = _aimed(tried[..., :half], block.astype(np.float32)[:, None], log_width[:, None])
    return tried


def _aimed(lines: Singles, block: Singles, log_width: Singles) -> tuple[Singles, Singles]:
    """Gives w_a / w_0 and w_m by which lines have the same exponent at a block and there the width asked for."""
    w_0, ratio, w_m = lines
    exponent = np.log1p(ratio * block) / np.log(w_m)
    step = (log_width - np.log(w_0)) / np.maximum(np.rint(exponent), 1)
    log_w_m = np.clip(step, np.float32(np.log(NARROWEST)), np.float32(np.log(MULTIPLIERS[-1])))
    return np.expm1(np.minimum(exponent * log_w_m, STEEPEST)) / np.maximum(block, 1), np.exp(log_w_m)


def _screen(lines: Singles, networks: _Networks) -> Singles:
    """Gives e_fit times the depth, but for single precision: (3, n, ...) -> (n, ...).

    The formulas of `netspace.lines`, in place and with logarithms to base 2: three times as fast.
    """
    w_0, ratio, w_m = lines
    step = np.log2(w_m)
    x = np.multiply.outer(np.arange(networks.inside.shape[1], dtype=np.float32), ratio)
    x += 1
    np.log2(x, out=x)
    x *= 1 / step
    np.rint(x, out=x)  # equation 3
    x *= step
    x += np.log2(w_0 / WIDTH_QUANTUM)
    np.rint(np.exp2(x, out=x), out=x)  # equation 4
    np.log2(np.maximum(x, 1, out=x), out=x)
    x -= _first((networks.log_widths / np.log(2) - np.log2(WIDTH_QUANTUM)).astype(np.float32), x.ndim)
    x *= _first(networks.inside, x.ndim)
    return np.asarray(np.abs(x, out=x).sum(axis=0))


def _judged(lines: Singles, networks: _Networks) -> Floats:
    """Adds to lines their e_fit, by the paper's equations with all their rounding: (3, n, k) -> (4, n, k)."""
    w_0, ratio, w_m = lines.astype(np.float64)
    exponents = line_exponents(_first(np.arange(networks.inside.shape[1])[None], 3), w_0, ratio * w_0, w_m)
    predicted = np.log(np.maximum(line_widths(exponents, w_0, w_m), WIDTH_QUANTUM))
    apart = np.abs(predicted - _first(networks.log_widths, 3)) * _first(networks.inside, 3)
    return np.concatenate([lines, [apart.sum(axis=0) / networks.depth]])


def _first(values: NDArray[Any], dimensions: int) -> NDArray[Any]:
    """Puts blocks first, which adds up fastest and in the same order for any company: (n, d) -> (d, n, 1, ...)."""
    return values.T.reshape(*values.shape[::-1], *[1] * (dimensions - 2))


def _chosen(lines: NDArray[Any], best: NDArray[np.intp]) -> NDArray[Any]:
    """Gives the best of each row of lines: (..., k) -> (...), the first axis aside."""
    return np.take_along_axis(lines, best[None, ..., None], axis=-1)[..., 0]


def _whole(widths: NDArray[Any]) -> NDArray[Any]:
    """Gives the nearest multiples of 8, at least 8."""
    return np.maximum(WIDTH_QUANTUM, np.rint(widths / WIDTH_QUANTUM) * WIDTH_QUANTUM)

"""How well a quantised line describes a network's widths: the RegNet paper's e_fit, of thousands of networks at once.

Source: Radosavovic et al., "Designing Network Design Spaces", section 3.3: d is the network's depth, w_0, w_a and w_m
are searched for so that the mean log-ratio of the line's per-block widths to the network's own is least.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from netspace.analysis.observations import Floats
from netspace.errors import AnalysisError
from netspace.lines import WIDTH_QUANTUM, line_exponents, line_widths
from netspace.random import stream

RATIOS: Floats = np.concatenate([[0.0], np.geomspace(0.01, 32, 63)])
"""w_a / w_0 of the first search: from no slope at all to a second block 33 times as wide as the first."""

MULTIPLIERS: Floats = np.geomspace(1.1, 10, 56)
"""w_m of the first search."""

KEPT = (24, 6)
"""Candidates of each network that are refined: at first, and after two rounds."""

ROUNDS, CLOUD = 8, 60
"""Rounds of refinement, and how many lines around each candidate are tried in each."""

CHUNK = 32
"""Networks that are refined at a time: their clouds fit into the processor's cache."""

NARROWEST = 1.01
"""Least w_m of a fit."""


@dataclass(frozen=True, eq=False)
class LineFits:
    """The quantised lines that describe n networks best.

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

    def __len__(self) -> int:
        return len(self.depth)


def fit_lines(widths: Sequence[ArrayLike], *, seed: int = 0) -> LineFits:
    """Fits a quantised line to the per-block widths of each network.

    First w_a / w_0 and w_m are searched on a grid, where the best w_0 is the median of what the blocks ask for; then
    lines around the best of these are tried, in ever smaller steps, by the paper's equations with all their rounding.
    Of 5,000 networks that takes some seconds. Networks that are lines are found to be (`error` 0).

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
    found = np.empty((len(depth), 4))
    for d in np.unique(depth):
        for chunk in _chunks(np.flatnonzero(depth == d)):
            found[chunk] = _fit(np.stack([log_widths[i] for i in chunk]), seed)
    w_0, ratio, w_m, error = found.T
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


def _fit(log_widths: Floats, seed: int) -> Floats:
    """Gives w_0, w_a / w_0, w_m and the error of networks of one depth: (n, d) -> (n, 4)."""
    lines = _refine(_search(log_widths), log_widths, seed)
    best = lines[..., 3].argmin(axis=1)
    return np.asarray(lines[np.arange(len(lines)), best])


def _search(log_widths: Floats) -> Floats:
    """Gives the best lines of the grid, roundings to multiples of 8 aside: (n, d) -> (n, kept, 4)."""
    d, half = log_widths.shape[1], log_widths.shape[1] // 2
    ratio, w_m = (each.ravel() for each in np.meshgrid(RATIOS, MULTIPLIERS, indexing="ij"))
    rise = line_exponents(np.arange(d), 1, ratio[:, None], w_m[:, None]) * np.log(w_m)[:, None]
    rise = rise.astype(np.float32)
    lines = np.empty((len(log_widths), KEPT[0], 4))
    for row, own in zip(lines, log_widths.astype(np.float32), strict=True):
        asked = np.sort(own - rise, axis=1)  # log w_0 by each block; its median is best for the mean of |.|
        error = asked[:, d - half :].sum(axis=1) - asked[:, :half].sum(axis=1)
        k = np.argpartition(error, KEPT[0])[: KEPT[0]]
        w_0 = np.rint(np.exp(asked[k, half]) / WIDTH_QUANTUM) * WIDTH_QUANTUM
        row[:] = np.stack([np.maximum(WIDTH_QUANTUM, w_0), ratio[k], w_m[k], np.full(len(k), np.inf)], axis=1)
    lines[..., 3] = _errors(lines, log_widths[:, None])
    return lines


def _refine(lines: Floats, log_widths: Floats, seed: int) -> Floats:
    """Tries lines around each, in ever smaller steps, and keeps what is better: (n, kept, 4) -> (n, fewer, 4)."""
    generator = stream(seed, "line fit")
    for round_ in range(ROUNDS):
        tried = _around(lines, generator, round_)
        tried[..., 3] = _errors(tried, log_widths[:, None, None])
        best = tried[..., 3].argmin(axis=2)[..., None, None]
        nearer = np.take_along_axis(tried, np.broadcast_to(best, (*best.shape[:3], 4)), axis=2)[:, :, 0]
        lines = np.where(nearer[..., 3:] < lines[..., 3:], nearer, lines)
        if round_ == 1:
            order = np.argsort(lines[..., 3], axis=1)[:, : KEPT[1], None]
            lines = np.take_along_axis(lines, order, axis=1)
    return lines


def _around(lines: Floats, generator: np.random.Generator, round_: int) -> Floats:
    """Gives a cloud around each line, of the grid's own steps at first: (n, kept, 4) -> (n, kept, cloud, 4)."""
    step = 1.2 * 0.6**round_ * generator.uniform(-1, 1, (2, CLOUD))
    wider = generator.integers(-1, 2, CLOUD) * (round_ < ROUNDS // 2)
    tried = np.repeat(lines[:, :, None], CLOUD, axis=2)
    tried[..., 0] = np.maximum(WIDTH_QUANTUM, tried[..., 0] + WIDTH_QUANTUM * wider)
    tried[..., 1] *= (RATIOS[2] / RATIOS[1]) ** step[0]
    tried[..., 2] = np.maximum(NARROWEST, tried[..., 2] * (MULTIPLIERS[1] / MULTIPLIERS[0]) ** step[1])
    return tried


def _errors(lines: Floats, log_widths: Floats) -> Floats:
    """Gives e_fit of lines (..., 4) for networks (..., d)."""
    w_0, ratio, w_m = (lines[..., i, None] for i in range(3))
    exponents = line_exponents(np.arange(log_widths.shape[-1]), w_0, ratio * w_0, w_m)
    predicted = np.log(np.maximum(line_widths(exponents, w_0, w_m), WIDTH_QUANTUM))
    return np.asarray(np.abs(predicted - log_widths).mean(axis=-1))

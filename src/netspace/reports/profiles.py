"""Widths of networks stage by stage, and the quantized lines that fit them best."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from netspace.analysis import fit_lines

LINE = ("initial_width", "slope", "width_multiplier")
"""The parameters of a space whose networks are quantized lines by construction."""

Stages = Sequence[tuple[int, int]]
"""Depth and width of each stage."""

ZERO = 1e-9
"""An e_fit up to it is that of a line."""


@dataclass(frozen=True, eq=False)
class FittedLine:
    """The quantized line that describes a network best.

    Attributes:
        widths: (d,) of each block of the line, in channels.
        error: e_fit, the mean |log(line's width / network's width)|.
    """

    widths: NDArray[np.int64]
    error: float


def fit_profiles(profiles: Mapping[int, Stages]) -> dict[int, FittedLine]:
    """Fits a line to each profile; equal ones are fitted once.

    Example:
        >>> lines = fit_profiles({3: [(1, 24), (1, 56), (4, 152), (2, 368)], 5: [(2, 16), (2, 128)]})
        >>> [round(line.error, 2) for line in lines.values()], lines[3].widths.tolist()
        ([0.0, 0.0], [24, 56, 152, 152, 152, 152, 368, 368])
    """
    if not profiles:
        return {}
    distinct = list(dict.fromkeys(tuple(stages) for stages in profiles.values()))
    fits = fit_lines([block_widths(stages) for stages in distinct])
    lines = [FittedLine(widths, error) for widths, error in zip(fits.widths, fits.error.tolist(), strict=True)]
    of_profile = dict(zip(distinct, lines, strict=True))
    return {i: of_profile[tuple(stages)] for i, stages in profiles.items()}


def nearly_zero(lines: Mapping[int, FittedLine]) -> bool:
    """Says whether all networks are lines, so that e_fit tells nothing."""
    return all(line.error <= ZERO for line in lines.values())


def block_widths(stages: Stages) -> list[int]:
    """Gives the width of each block.

    >>> block_widths([(1, 8), (3, 16)])
    [8, 16, 16, 16]
    """
    return [width for depth, width in stages for _ in range(depth)]


def run_lengths(widths: Sequence[int]) -> list[tuple[int, int]]:
    """Gives how often each width comes in a row, and the width: as stages.

    >>> run_lengths([8, 16, 16, 16])
    [(1, 8), (3, 16)]
    """
    runs: list[tuple[int, int]] = []
    for width in widths:
        count = runs.pop()[0] if runs and runs[-1][1] == width else 0
        runs.append((count + 1, width))
    return runs

"""Dots that would lie on each other are moved aside, so that their number is seen."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from netspace.figures.picture import Axis

SPREAD = 0.3
"""By how much dots are moved to both sides, at most, as a share of the way to the next value."""

FEW = 10
"""Different values of an axis up to which its dots may be moved."""

RATIOS = (0.7548776662, 0.5698402910)
"""Steps across and up that fill a square evenly (the R2 sequence, a golden ratio of two dimensions)."""


def move_aside(values: ArrayLike, step: float = SPREAD, ratio: float = 0.618034) -> NDArray[np.float64]:
    """Moves values to both sides, by ``step`` at most and by shares that never repeat, the same in every drawing.

    Example:
        >>> move_aside([1, 1, 1]).round(2).tolist()
        [0.7, 1.07, 0.84]
    """
    numbers = np.asarray(values, np.float64)
    return np.asarray(numbers + step * (2 * (np.arange(len(numbers)) * ratio % 1) - 1))


def move_pairs(x: ArrayLike, y: ArrayLike, axes: tuple[Axis, Axis]) -> list[NDArray[np.float64]]:
    """Moves the dots of pairs of which there are at most half as many as dots, along axes of few different values.

    Example:
        >>> moved = move_pairs([1, 1, 1, 2], [5, 5, 5, 6], (Axis("x"), Axis("y")))
        >>> [len(set(each.tolist())) for each in moved], abs(moved[0] - [1, 1, 1, 2]).max() < 0.31
        ([4, 4], np.True_)
    """
    columns = [np.asarray(x, np.float64), np.asarray(y, np.float64)]
    if not are_stacked(*columns):
        return columns
    return [_moved(*each) for each in zip(columns, axes, RATIOS, strict=True)]


def are_stacked(x: ArrayLike, y: ArrayLike) -> bool:
    """Says whether there are at most half as many different pairs as dots."""
    pairs = np.column_stack([x, y])
    return len(pairs) > 1 and 2 * len(np.unique(pairs, axis=0)) <= len(pairs)


def _moved(values: NDArray[np.float64], axis: Axis, ratio: float) -> NDArray[np.float64]:
    scaled = np.log2(values) if axis.log else values
    levels = np.unique(scaled)
    if not 1 < len(levels) <= FEW:
        return values
    moved = move_aside(scaled, SPREAD * float(np.diff(levels).min()), ratio)
    return 2**moved if axis.log else moved

"""Drawing from finite distributions by inversion, many numbers at once."""

import numpy as np
from numpy.typing import NDArray

GUIDES = 4096
"""Entries of the table that says where to begin the search."""

FEW = 12
"""Values up to which a binary search is as fast."""


class Picker:
    """Inverts a cumulative weight: gives the index of its first entry above each number.

    A table of equal parts says where to begin, and some steps upwards end the search (Chen and Asau's guide table):
    the indices are those of a binary search, some ten times sooner.

    Args:
        cumulative: weights summed up, never decreasing; its last entry is what numbers go up to.

    Example:
        >>> Picker(np.array([0.25, 0.5, 1.0]))(np.array([0.0, 0.25, 0.3, 0.9])).tolist()
        [0, 1, 1, 2]
    """

    def __init__(self, cumulative: NDArray[np.float64]) -> None:
        self.total = float(cumulative[-1])
        self._cumulative = np.where(
            cumulative >= self.total, np.inf, cumulative
        )  # rounding up to total goes no further
        self._scale = GUIDES / self.total
        parts = np.arange(GUIDES) * (self.total / GUIDES) * (1 - 1e-12)  # so that rounding never begins too high
        self._guide = np.searchsorted(self._cumulative, parts, side="right")

    def __call__(self, numbers: NDArray[np.float64]) -> NDArray[np.intp]:
        """Gives an index for each number in [0, total)."""
        if len(self._cumulative) <= FEW:
            return np.searchsorted(self._cumulative, numbers, side="right")
        index = self._guide[np.minimum((numbers * self._scale).astype(np.intp), GUIDES - 1)]
        while (above := self._cumulative[index] <= numbers).any():
            index += above
        return index

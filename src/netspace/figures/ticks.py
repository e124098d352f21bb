"""Which axes are logarithmic, and what is written at them."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from netspace.figures.picture import Axis

WIDE = 4
"""Positive numbers whose greatest is this many times their least have a log axis."""

LARGE = 1e4
"""Axes that reach it say k and M."""


def wide_axis(label: str, columns: Sequence[ArrayLike]) -> Axis:
    """Gives the axis of some numbers: logarithmic, with few and round ticks, where they are positive and range far.

    Example:
        >>> wide_axis("width", [[8, 16], [300]]).ticks
        [8.0, 16.0, 32.0, 64.0, 128.0, 256.0]
        >>> wide_axis("depth", [[12, 20]]).log
        False
    """
    values = np.concatenate([np.ravel(np.asarray(column, np.float64)) for column in columns] or [np.empty(0)])
    values = values[np.isfinite(values)]
    low, high = (float(values.min()), float(values.max())) if len(values) else (0.0, 0.0)
    if low <= 0 or high < WIDE * low:
        return Axis(label)
    return Axis(label, log=True, ticks=log_ticks(low, high))


def log_ticks(low: float, high: float) -> list[float]:
    """Gives at most six round numbers from ``low`` to ``high``: powers of two, or of ten for large ranges.

    >>> log_ticks(8, 300), log_ticks(20_000, 1_100_000), log_ticks(1e-4, 2e-2)
    ([8.0, 16.0, 32.0, 64.0, 128.0, 256.0], [30000.0, 100000.0, 300000.0, 1000000.0], [0.0001, 0.001, 0.01])
    """
    if low >= 0.1 and high < LARGE:
        ticks = [2.0**k for k in range(-4, 15) if low <= 2.0**k <= high]
    else:
        choices = [_tens(steps, low, high) for steps in ((1,), (1, 3), (1, 2, 5))]
        ticks = next((few for few in choices if len(few) >= 3), choices[-1])
    return ticks[:: 1 + (len(ticks) - 1) // 6]


def _tens(steps: Sequence[int], low: float, high: float) -> list[float]:
    """Gives the ``steps`` of each power of ten from ``low`` to ``high``."""
    return [step * 10.0**k for k in range(-15, 16) for step in steps if low <= step * 10.0**k <= high]

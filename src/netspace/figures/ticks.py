"""Which axes are logarithmic, and what is written at them."""

from collections.abc import Sequence
from math import ceil, floor, log10

import numpy as np
from numpy.typing import ArrayLike, NDArray

from netspace.figures.picture import Axis

WIDE = 4
"""Positive numbers whose greatest is this many times their least have a log axis."""

LARGE = 1e4
"""Axes that reach it say k and M."""

FEW_WHOLE = 8
"""A range of whole numbers up to so wide has each of them as a tick."""

TINY = 1e-3
"""Log axes that begin below it say 1e-4."""


def wide_axis(label: str, columns: Sequence[ArrayLike]) -> Axis:
    """Gives the axis of some numbers: logarithmic, with few and round ticks, where they are positive and range far.

    Where all of them are whole, so are the ticks.

    Example:
        >>> wide_axis("width", [[8, 16], [300]]).ticks
        [8.0, 16.0, 32.0, 64.0, 128.0, 256.0]
        >>> wide_axis("depth", [[12, 20]]).log
        False
        >>> wide_axis("options", [[0, 2, 1]]).ticks
        [0.0, 1.0, 2.0]
    """
    low, high = ends(columns)
    if low > 0 and high >= WIDE * low:
        return log_axis(label, columns)
    return whole_axis(label, low, high) if are_whole(columns) else Axis(label)


def whole_axis(label: str, low: float, high: float) -> Axis:
    """Gives the linear axis of whole numbers from ``low`` to ``high``; of few, each is a tick.

    Example:
        >>> whole_axis("epoch", 1, 3).ticks, whole_axis("epoch", 1, 100).ticks, whole_axis("epoch", 1, 100).whole
        ([1.0, 2.0, 3.0], [], True)
    """
    ticks = np.arange(float(low), high + 1).tolist() if high - low <= FEW_WHOLE and high < LARGE else []
    return Axis(label, whole=high < LARGE, ticks=ticks)


def are_whole(columns: Sequence[ArrayLike]) -> bool:
    """Says whether all of the numbers that are finite are whole; not where there are none."""
    values = _finite(columns)
    return bool(len(values)) and bool((values == np.rint(values)).all())


def log_axis(label: str, columns: Sequence[ArrayLike]) -> Axis:
    """Gives the logarithmic axis of some numbers with its ticks; a linear one, if they are not positive.

    Example:
        >>> log_axis("width", [[104, 152]]).ticks
        [120.0, 140.0]
    """
    low, high = ends(columns)
    if low <= 0:
        return Axis(label)
    ticks = log_ticks(low, high)
    whole = [tick for tick in ticks if tick == round(tick)] if are_whole(columns) else []
    return Axis(label, log=True, ticks=whole or ticks)


def ends(columns: Sequence[ArrayLike]) -> tuple[float, float]:
    """Gives the least and the greatest of the numbers that are finite; zeros, if none is."""
    values = _finite(columns)
    return (float(values.min()), float(values.max())) if len(values) else (0.0, 0.0)


def _finite(columns: Sequence[ArrayLike]) -> NDArray[np.float64]:
    values = np.concatenate([np.ravel(np.asarray(column, np.float64)) for column in columns] or [np.empty(0)])
    return values[np.isfinite(values)]


def log_ticks(low: float, high: float) -> list[float]:
    """Gives at most six round numbers from ``low`` to ``high``: powers of two, or of ten for large ranges.

    >>> log_ticks(8, 300), log_ticks(20_000, 1_100_000), log_ticks(1e-4, 2e-2)
    ([8.0, 16.0, 32.0, 64.0, 128.0, 256.0], [30000.0, 100000.0, 300000.0, 1000000.0], [0.0001, 0.001, 0.01])
    """
    ticks = _powers(low, high)
    return ticks[:: 1 + (len(ticks) - 1) // 6] if len(ticks) > 1 else _multiples(low, high)


def _powers(low: float, high: float) -> list[float]:
    if low >= 0.1 and high < LARGE:
        return [2.0**k for k in range(-4, 15) if low <= 2.0**k <= high]
    choices = [_tens(steps, low, high) for steps in ((1,), (1, 3), (1, 2, 5))]
    enough = 2 if low < TINY else 3  # 3e-5 takes more room than 0.3
    return next((few for few in choices if len(few) >= enough), choices[-1])


def _tens(steps: Sequence[int], low: float, high: float) -> list[float]:
    """Gives the ``steps`` of each power of ten from ``low`` to ``high``."""
    return [step * 10.0**k for k in range(-15, 16) for step in steps if low <= step * 10.0**k <= high]


def _multiples(low: float, high: float) -> list[float]:
    """Gives some multiples of a round step from ``low`` to ``high``, for ranges that hold no two powers."""
    if low == high:
        return [low]
    most = (high - low) / 2
    power = 10.0 ** floor(log10(most))
    step = max(step for step in (power, 2 * power, 5 * power) if step <= most)
    return [k * step for k in range(ceil(low / step), floor(high / step) + 1)]

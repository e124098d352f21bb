"""Learning curves of a population as one."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from netspace.analysis.observations import Floats


def median_curve(curves: Sequence[ArrayLike]) -> Floats:
    """Gives the median over networks of each epoch's error; NaN where no network has one.

    Args:
        curves: for each network its errors after each epoch, in percent; lengths may differ, NaN: not measured.

    Returns:
        As many epochs as the longest curve has; empty for no curves.

    Example:
        >>> median_curve([[90, 50, 20], [80, 40], [70, 45, 30]]).tolist()
        [80.0, 45.0, 25.0]
    """
    arrays = [np.asarray(curve, np.float64) for curve in curves]
    table = np.full((len(arrays), max(map(len, arrays), default=0)), np.nan)
    for row, curve in zip(table, arrays, strict=True):
        row[: len(curve)] = curve
    medians = np.full(table.shape[1], np.nan)
    measured = ~np.isnan(table).all(axis=0)
    if measured.any():
        medians[measured] = np.nanmedian(table[:, measured], axis=0)
    return medians

"""The quantized line of the RegNet paper: widths that rise with the block index, in steps of a constant ratio.

Source: Radosavovic et al., "Designing Network Design Spaces", section 3.3, equations 2 to 4; rounding as in pycls.
All arguments broadcast against each other.
"""

import numpy as np
from numpy.typing import ArrayLike, NDArray

WIDTH_QUANTUM = 8
"""Widths of a line are multiples of it."""


def line_exponents(block: ArrayLike, w_0: ArrayLike, w_a: ArrayLike, w_m: ArrayLike) -> NDArray[np.float64]:
    """Gives the rounded exponent of each line at a block, counted from 0 (equations 2 and 3; half to even).

    Example:
        >>> line_exponents(range(5), 24, 36.44, 2.49).tolist()
        [0.0, 1.0, 2.0, 2.0, 2.0]
    """
    w_0 = np.asarray(w_0)
    u = w_0 + np.asarray(w_a) * np.asarray(block)  # equation 2
    return np.asarray(np.rint(np.log(u / w_0) / np.log(w_m)))  # equation 3


def line_widths(exponent: ArrayLike, w_0: ArrayLike, w_m: ArrayLike) -> NDArray[np.float64]:
    """Gives the width of each line where its exponent is ``exponent``: a multiple of 8 (equation 4; half to even).

    Example:
        >>> line_widths([0, 1, 2], 24, 2.49).tolist()
        [24.0, 56.0, 152.0]
    """
    w = np.asarray(w_0) * np.power(w_m, np.asarray(exponent, np.float64))  # equation 4
    return np.asarray(np.rint(w / WIDTH_QUANTUM) * WIDTH_QUANTUM)


def quantized_linear_widths(
    depth: ArrayLike, initial_width: ArrayLike, slope: ArrayLike, width_multiplier: ArrayLike
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Gives per-block widths of n quantized lines, and the exponents they were rounded to.

    Both have shape (n, max depth); entries at and beyond a network's depth repeat its last block.
    """
    d, w_0, w_a, w_m = (np.asarray(each)[:, None] for each in (depth, initial_width, slope, width_multiplier))
    s = line_exponents(np.minimum(np.arange(int(d.max())), d - 1), w_0, w_a, w_m)
    return line_widths(s, w_0, w_m).astype(np.int64), s.astype(np.int64)

"""Arithmetic that reads the same for one network (Python ints) and for many (numpy integer arrays).

Formulas for widths and costs are written once, on ``Number``; plain ints keep results exact and fast for one
network, arrays of int64 do millions a second.
"""

from typing import Any

import numpy as np

Number = Any
"""An ``int``, or an int64 array with an entry per network."""


def nearest(value: Number) -> Number:
    """Rounds half to even, as Python's and numpy's ``round`` do and as the authors' code does."""
    return round(value) if isinstance(value, int | float) else np.rint(value).astype(np.int64)


def floor(value: Number) -> Number:
    """Drops the fraction of a number that is not negative; a whole number short by float residue stays whole."""
    value = value + 1e-9
    return int(value) if isinstance(value, int | float) else np.floor(value).astype(np.int64)


def at_least(low: int, value: Number) -> Number:
    """Gives ``value``, or ``low`` where it is less."""
    return max(low, value) if isinstance(value, int | float) else np.maximum(low, value)


def make_divisible(value: Number, divisor: int) -> Number:
    """Rounds half up to a multiple of ``divisor``, never below 90 % of ``value`` (MobileNet's rule)."""
    rounded = at_least(divisor, floor(value + divisor / 2) // divisor * divisor)
    return rounded + divisor * (rounded < 0.9 * value)

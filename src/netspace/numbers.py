"""Arithmetic that reads the same for one network (Python ints) and for many (numpy integer arrays).

Formulas for widths and costs are written once, on ``Number``; plain ints keep results exact and fast for one
network, arrays of int64 do millions a second.
"""

from typing import Any

import numpy as np

Number = Any
"""An ``int``, or an int64 array with an entry per network."""

_SUFFIXES = {"K": 1e3, "M": 1e6, "G": 1e9}


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


def parse_number(text: Any) -> float | None:
    """Reads ``4e6``, ``"4M"``, ``"0.4GF"``; ``None`` and the empty string are an open end.

    Raises:
        ValueError: the text is no number.

    Example:
        >>> parse_number("400MF")
        400000000.0
    """
    if text is None or (isinstance(text, str) and not text.strip()):
        return None
    word = str(text).strip().upper().removesuffix("F")
    scale = _SUFFIXES.get(word[-1:], 1.0)
    try:
        return float(word[:-1] if word[-1:] in _SUFFIXES else word) * scale
    except ValueError:
        raise ValueError(f"{text!r} is not a number such as 4e6, 4M or 0.4G") from None


def short(number: float, digits: int = 3, gap: str = "") -> str:
    """Writes a number in three significant digits, or so many, with K, M or G.

    >>> short(2_684_792), short(999_700), short(-5.5e6), short(0.25), short(1_234_567, 4, " ")
    ('2.68M', '1M', '-5.5M', '0.25', '1.235 M')
    """
    for suffix, scale in reversed(_SUFFIXES.items()):
        if float(f"{abs(number):.{digits}g}") >= scale:
            return f"{number / scale:.{digits}g}{gap}{suffix}"
    return f"{number:.{digits}g}"


def clock(seconds: float) -> str:
    """Writes a duration as ``1:02:03`` or ``2:03``.

    >>> clock(3723), clock(123)
    ('1:02:03', '2:03')
    """
    whole = max(0, round(seconds))
    hours, minutes = divmod(whole // 60, 60)
    return f"{hours}:{minutes:02d}:{whole % 60:02d}" if hours else f"{minutes}:{whole % 60:02d}"

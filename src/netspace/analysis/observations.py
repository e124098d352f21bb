"""Reading arrays that statistics are made of, and refusing those that cannot give any."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from netspace.errors import AnalysisError

Floats = NDArray[np.float64]


def read_numbers(values: ArrayLike, what: str, *, at_least: int = 1) -> Floats:
    """Gives ``values`` as a float64 array of shape (n,).

    Raises:
        AnalysisError: they are not one list of at least ``at_least`` finite numbers; the message names ``what``.
    """
    try:
        numbers = np.asarray(values, dtype=np.float64)
    except (TypeError, ValueError):
        raise AnalysisError(f"{what} must be a list of numbers: given {_shorten(values)}") from None
    if numbers.ndim != 1:
        raise AnalysisError(f"{what} must be one list of numbers, of shape (n,): given shape {numbers.shape}")
    if len(numbers) < at_least:
        raise AnalysisError(f"{what} has {len(numbers)} of the at least {at_least} numbers that this needs: train more")
    bad = np.flatnonzero(~np.isfinite(numbers))
    if len(bad):
        raise AnalysisError(
            f"{what} has {len(bad)} of {len(numbers)} numbers that are not finite, the first {numbers[bad[0]]} "
            f"at position {bad[0]}: leave failed networks out, and count them apart"
        )
    return numbers


def read_two(a: ArrayLike, b: ArrayLike) -> tuple[Floats, Floats]:
    """Gives the errors of two populations as arrays, at least two of each.

    Raises:
        AnalysisError: they are not; the message names the population.
    """
    first, second = (read_numbers(e, f"errors of population {k}", at_least=2) for k, e in (("a", a), ("b", b)))
    return first, second


def check_share(value: float, what: str) -> float:
    """Gives ``value``, a number between 0 and 1, both excluded.

    Raises:
        AnalysisError: it is not; the message names ``what``.
    """
    if not (isinstance(value, float | int | np.floating) and 0 < value < 1):
        raise AnalysisError(f"{what} must be a number between 0 and 1, such as 0.95: given {value!r}")
    return float(value)


def _shorten(values: object) -> str:
    text = repr(values)
    return text if len(text) <= 60 else f"{text[:57]}..."

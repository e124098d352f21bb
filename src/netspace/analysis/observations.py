"""Reading arrays that statistics are made of, and refusing those that cannot give any."""

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from netspace.errors import AnalysisError

Floats = NDArray[np.float64]


def read_numbers(values: ArrayLike, what: str, *, at_least: int = 1) -> Floats:
    """Gives ``values`` as a float64 array of shape (n,).

    Raises:
        AnalysisError: they are not one list of at least ``at_least`` finite numbers; the message names ``what``.
    """
    numbers = read_floats(values, what)
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


def read_errors(values: ArrayLike, what: str = "errors", *, at_least: int = 1) -> Floats:
    """Gives errors in percent as a float64 array of shape (n,).

    Raises:
        AnalysisError: they are no such numbers, booleans, or outside of 0 to 100; the message names ``what``.

    Example:
        >>> read_errors([31.2, 28.4]).tolist()
        [31.2, 28.4]
    """
    refuse_flags(values, what)
    errors = read_numbers(values, what, at_least=at_least)
    check_percent(errors, what)
    return errors


def read_two(a: ArrayLike, b: ArrayLike) -> tuple[Floats, Floats]:
    """Gives the errors of two populations as arrays, at least two of each.

    Raises:
        AnalysisError: they are not; the message names the population.
    """
    first, second = (read_errors(e, f"errors of population {k}", at_least=2) for k, e in (("a", a), ("b", b)))
    return first, second


def read_floats(values: ArrayLike, what: str) -> Floats:
    """Gives ``values`` as a float64 array of any shape; ``None`` as NaN.

    Raises:
        AnalysisError: they are words, even such as ``"1"``, or nothing that can be a number.
    """
    try:
        numbers = np.asarray(values, dtype=np.float64)
    except (TypeError, ValueError):
        raise AnalysisError(f"{what} must be a list of numbers: given {_shorten(values)}") from None
    refuse_words(values, what)
    return numbers


def refuse_words(values: ArrayLike, what: str) -> None:
    """Refuses words, which numpy reads as numbers where they look like some.

    Raises:
        AnalysisError: one of the values is a word.
    """
    if _holds(values, str | bytes):
        raise AnalysisError(f"{what} must be a list of numbers, not of words: given {_shorten(values)}")


def refuse_flags(values: ArrayLike, what: str) -> None:
    """Refuses booleans, which Python counts as 0 and 1.

    Raises:
        AnalysisError: one of the values is a boolean.
    """
    if _holds(values, bool | np.bool_):
        raise AnalysisError(f"{what} must be a list of numbers, not of booleans: given {_shorten(values)}")


def check_percent(errors: Floats, what: str) -> None:
    """Refuses what no top-1 error in percent can be; NaN is not looked at.

    Raises:
        AnalysisError: a number is below 0 or above 100.
    """
    outside = errors[(errors < 0) | (errors > 100)]
    if outside.size:
        raise AnalysisError(f"{what} are percentages, from 0 to 100: given {outside.flat[0]:g}")


def check_share(value: float, what: str) -> float:
    """Gives ``value``, a number between 0 and 1, both excluded.

    Raises:
        AnalysisError: it is not; the message names ``what``.
    """
    if not (isinstance(value, float | int | np.floating) and 0 < value < 1):
        raise AnalysisError(f"{what} must be a number between 0 and 1, such as 0.95: given {value!r}")
    return float(value)


def _holds(values: object, kind: Any) -> bool:
    """Whether an element is of a kind; arrays of numbers are not walked through."""
    dtype = getattr(values, "dtype", None)
    if dtype is not None and dtype.kind in "iuf":
        return False
    return any(isinstance(each, kind) for each in np.asarray(values, object).ravel().tolist())


def _shorten(values: object) -> str:
    text = repr(values)
    return text if len(text) <= 60 else f"{text[:57]}..."

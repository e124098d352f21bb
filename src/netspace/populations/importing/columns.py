"""Columns of a file as numbers, by name or by a formula of one column."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from math import nan
from typing import Any

import numpy as np
from numpy.typing import NDArray

from netspace.errors import DataError
from netspace.populations.importing.table import is_nothing

NUMBERS = ("error", "test_error", "flops", "params", "acts", "seconds")
"""What a record holds that a column can give, as numbers."""

NETWORK = ("network", "id", "model", "name")
"""Columns that name the networks, unless told otherwise: the first of them that is there."""

_FORMULA = re.compile(r"(?:(?P<offset>[\d.]+)\s*-\s*)?(?:(?P<factor>[\d.]+(?:[eE][+-]?\d+)?)\s*\*\s*)?(?P<name>.+)")


@dataclass(frozen=True)
class Formula:
    """``offset - factor * column``, or ``factor * column``.

    Example:
        >>> Formula.parse("100-100*accuracy", ["accuracy"]).of([0.9, 0.875])
        array([10. , 12.5])
    """

    name: str
    factor: float = 1.0
    offset: float | None = None

    @classmethod
    def parse(cls, text: str, known: Iterable[str], file: str = "the file") -> "Formula":
        """Reads ``COLUMN``, ``100-COLUMN``, ``1e6*COLUMN`` or ``100-100*COLUMN``.

        Raises:
            DataError: there is no such column; the message names the nearest.
        """
        names = list(known)
        if text in names:
            return cls(text)
        found = _FORMULA.fullmatch(text.strip())
        name = found["name"].strip() if found else text
        if found is None or name not in names:
            raise no_column(name, names, file)
        offset, factor = found["offset"], found["factor"]
        try:
            return cls(name, float(factor or 1), float(offset) if offset else None)
        except ValueError:
            raise DataError(f"cannot read {text!r}: write COLUMN, 100-COLUMN, 100*COLUMN or 100-100*COLUMN") from None

    def of(self, values: Sequence[Any], file: str = "the file") -> NDArray[np.float64]:
        """Gives the numbers; NaN where the column has nothing.

        Raises:
            DataError: a value is no number.
        """
        numbers = self.factor * read_numbers(self.name, values, file)
        return numbers if self.offset is None else self.offset - numbers


def no_column(name: str, known: Sequence[str], file: str) -> DataError:
    """Makes the error for a column that is not there."""
    near = get_close_matches(name, known, n=1)
    hint = f"did you mean {near[0]!r}? " if near else ""
    shown = ", ".join(known[:30]) + (f", ... ({len(known)} in all)" if len(known) > 30 else "")
    return DataError(f"{file} has no column {name!r}: {hint}it has {shown}")


def read_numbers(name: str, values: Sequence[Any], file: str) -> NDArray[np.float64]:
    """Gives a column as numbers, NaN where it has nothing.

    Raises:
        DataError: a value is no number; the message says which, and where.
    """
    return np.array([_number(name, i, value, file) for i, value in enumerate(values)], np.float64)


def _number(name: str, row: int, value: Any, file: str) -> float:
    if is_nothing(value):
        return nan
    try:
        return float(value)
    except (TypeError, ValueError):
        raise DataError(
            f"column {name!r} of {file} holds {value!r:.60} in row {row + 1}, where a number is needed: "
            "give another column"
        ) from None


def parameter_values(values: Sequence[Any]) -> NDArray[Any]:
    """Gives a column as numbers, NaN where there is none, or as text where any value is that.

    Example:
        >>> parameter_values([1, None]), parameter_values(["a", None]), parameter_values([True, False])
        (array([ 1., nan]), array(['a', ''], dtype='<U1'), array([1, 0]))
    """
    present: list[Any] = [value for value in values if not is_nothing(value)]
    if all(isinstance(value, bool | np.bool_ | int | np.integer) and abs(int(value)) < 2**62 for value in present):
        kind: Any = np.int64 if len(present) == len(values) else np.float64
        return np.array([nan if is_nothing(value) else value for value in values], kind)
    if all(isinstance(value, int | float | np.number) and np.isfinite(value) for value in present):
        return np.array([nan if is_nothing(value) else value for value in values], np.float64)
    return np.array(["" if is_nothing(value) else str(value) for value in values])


def names_of(given: Mapping[str, str], defaults: Mapping[str, str], known: Sequence[str]) -> dict[str, str]:
    """Gives the column, or formula, of each thing that a record holds: as given, else by default, else of its name."""
    own = {name: name for name in NUMBERS if name in known}
    network = next((name for name in NETWORK if name in known), None)
    named = {"network": network} if network else {}
    return {**own, **named, **defaults, **{name: text for name, text in given.items() if name in (*NUMBERS, "network")}}

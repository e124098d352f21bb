"""What the columns of a table of networks are: choices or numbers, and which of them mean the same thing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from numbers import Real
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from netspace.errors import AnalysisError

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]

DERIVED = ("flops", "params", "acts", "e_fit")
"""Columns that follow from the others: they may be cut, and are no dimension of the space."""

MOST_CODES = 8
"""Whole numbers 0, 1, ..., k - 1 are taken for codes of options up to this k."""


MOST_OPTIONS = 64
"""Options of a choice: a column of more is a name of networks, or of nothing that could be dropped."""


@dataclass(frozen=True)
class Column:
    """One column of a table: a choice among options, or a number.

    Attributes:
        name: of the parameter.
        kind: ``"choice"``: options without an order; ``"number"``.
        like: what columns that mean the same thing in another place have in common, such as ``"width"``; ``""``: none.
        options: of a choice, what its codes 0, 1, ... stand for; ``()``: a code stands for itself.

    Example:
        >>> Column("layer_1", "choice", "layer", ("identity", "mb3")).said(1)
        'mb3'
    """

    name: str
    kind: Literal["choice", "number"]
    like: str = ""
    options: tuple[Any, ...] = ()

    @property
    def is_derived(self) -> bool:
        """Whether it follows from the others."""
        return self.name in DERIVED

    def said(self, value: float) -> str:
        """Says a value in words."""
        return f"{self.options[int(value)]}" if self.options else f"{value:g}"

    def coded(self, values: Any) -> Array:
        """Gives values as floats; of a choice the code of each, -1 for what is none of its options.

        Raises:
            AnalysisError: they are no finite numbers.
        """
        if self.options:
            codes = {option: float(i) for i, option in enumerate(self.options)}
            return np.array([codes.get(value, -1.0) for value in np.asarray(values, object).tolist()])
        try:
            numbers = np.asarray(values, np.float64)
        except (TypeError, ValueError):
            numbers = np.full(1, np.nan)
        if not np.isfinite(numbers).all():
            raise AnalysisError(
                f"column {self.name!r} has values that are no finite numbers: complete them, or leave the column out"
            )
        return numbers


def read_columns(
    pool: Mapping[str, Any], choices: Sequence[str] = (), like: Mapping[str, Sequence[str]] | None = None
) -> list[Column]:
    """Says what each column of a pool is, less those of one value alone.

    Choices are columns of strings or bools, those named in ``choices``, and whole numbers 0, 1, ..., k - 1 for k of at
    most 8, which are taken for codes. Columns called ``width_1``, ``width_2``, ... are alike.

    Raises:
        AnalysisError: ``choices`` or ``like`` names an unknown column, or alike columns differ in kind.

    Example:
        >>> [(c.name, c.kind, c.like) for c in read_columns({"w_1": [8, 16], "w_2": [8, 24], "act": ["relu", "silu"]})]
        [('w_1', 'number', 'w'), ('w_2', 'number', 'w'), ('act', 'choice', '')]
    """
    _check_known([*choices, *(name for names in (like or {}).values() for name in names)], pool)
    read = [_column(name, np.asarray(values), choices) for name, values in pool.items()]
    found = [column for column in read if column is not None]
    return _same_options(_given_alike(found, like) if like is not None else _alike(found))


def groups(columns: Sequence[Column]) -> dict[str, list[int]]:
    """Gives the places of the columns that are alike, of two at least, by what they have in common."""
    found: dict[str, list[int]] = {}
    for j, column in enumerate(columns):
        if column.like:
            found.setdefault(column.like, []).append(j)
    return {like: members for like, members in found.items() if len(members) > 1}


def dimensions(columns: Sequence[Column], rows: Array) -> int:
    """Counts the columns that are free in some rows: what does not vary or always equals its like is not."""
    if not len(rows):
        return 0
    alike = {j: members for members in groups(columns).values() for j in members}
    varies = np.ptp(rows, axis=0) > 0
    free = 0
    for j, column in enumerate(columns):
        first = alike.get(j, [j])[0]
        follows = j != first and bool((rows[:, j] == rows[:, first]).all())
        free += bool(varies[j]) and not follows and not column.is_derived
    return free


def _check_known(names: Sequence[str], pool: Mapping[str, Any]) -> None:
    unknown = [name for name in names if name not in pool]
    if unknown:
        raise AnalysisError(f"the space has no column {unknown[0]!r}: it has {', '.join(map(str, pool))}")


def _column(name: str, values: NDArray[Any], choices: Sequence[str]) -> Column | None:
    levels = list(dict.fromkeys(values.tolist()))
    if len(levels) < 2:
        return None
    if not all(isinstance(level, Real) and not isinstance(level, bool) for level in levels):
        return Column(name, "choice", "", tuple(sorted(levels, key=str)))
    is_coded = len(levels) <= MOST_CODES and sorted(levels) == list(range(len(levels)))
    return Column(name, "choice" if name in choices or (is_coded and name not in DERIVED) else "number")


def _alike(columns: list[Column]) -> list[Column]:
    """Groups columns by the name before a number, kind by kind."""
    stems = [_stem(column.name) for column in columns]
    keys = [(stem, column.kind, bool(column.options)) for stem, column in zip(stems, columns, strict=True)]
    return [
        replace(column, like=stem) if stem and keys.count(key) > 1 else column
        for column, stem, key in zip(columns, stems, keys, strict=True)
    ]


def _stem(name: str) -> str:
    bare = name.rstrip("0123456789")
    return bare.rstrip("_ ") if bare != name else ""


def _given_alike(columns: list[Column], like: Mapping[str, Sequence[str]]) -> list[Column]:
    of = {name: key for key, names in like.items() for name in names}
    out = [replace(column, like=of.get(column.name, "")) for column in columns]
    for key, members in groups(out).items():
        if len({(out[j].kind, bool(out[j].options)) for j in members}) > 1:
            raise AnalysisError(f"columns alike as {key!r} are of different kinds: all must be numbers, or all choices")
    return out


def _same_options(columns: list[Column]) -> list[Column]:
    """Gives choices that are alike the same codes."""
    out = list(columns)
    for members in groups(columns).values():
        options = {option for j in members for option in columns[j].options}
        for j in members:
            out[j] = replace(columns[j], options=tuple(sorted(options, key=str)))
    return out

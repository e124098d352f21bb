"""A file's networks as columns, whatever its layout."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from math import isnan
from typing import Any

from netspace.architecture import Architecture
from netspace.errors import DataError
from netspace.populations.record import Epoch


@dataclass(frozen=True, eq=False)
class Table:
    """What a file holds, a row for each network.

    Attributes:
        format: its layout, for people.
        columns: values by name, as many for each; ``None`` or NaN is nothing.
        names: what records hold (``error``, ``flops``, ...) by the column, or formula, that gives it.
        parameters: the columns that are parameters; ``None``: all that are nothing else.
        library: what names of networks begin with, less the colon; empty: the population's name.
        architectures: a network for each row, ``None`` where its file does not describe it.
        shape: fields of `Architecture` that all networks known by name alone have in common.
        curves: the learning curve of each network.
        recipe: what all networks were trained by.
        data: the data set and the split of the errors.
        how: what the error is.
        notes: what a user should know of the file.
    """

    format: str
    columns: Mapping[str, Sequence[Any]]
    names: Mapping[str, str] = field(default_factory=dict)
    parameters: Sequence[str] | None = None
    library: str = ""
    architectures: Sequence[Architecture | None] | None = None
    shape: Mapping[str, Any] = field(default_factory=dict)
    curves: Sequence[tuple[Epoch, ...]] | None = None
    recipe: Mapping[str, Any] = field(default_factory=dict)
    data: Mapping[str, Any] = field(default_factory=dict)
    how: str = ""
    notes: Sequence[str] = ()

    def __len__(self) -> int:
        return len(next(iter(self.columns.values()), ()))


def columns_of_rows(rows: Sequence[Mapping[str, Any]]) -> dict[str, list[Any]]:
    """Gives a column for each key of any row; what a row does not have is ``None``.

    Example:
        >>> columns_of_rows([{"a": 1}, {"a": 2, "b": 3}])
        {'a': [1, 2], 'b': [None, 3]}
    """
    names = dict.fromkeys(name for row in rows for name in row)
    return {name: [row.get(name) for row in rows] for name in names}


def flat(row: Mapping[str, Any], prefix: str = "", *, start: int = 1) -> Iterator[tuple[str, Any]]:
    """Yields each value of a row with its name: ``optim.lr`` of an object in it, ``width_1`` of a list of values.

    An architecture of netspace stays as it is; lists of anything else become their JSON.

    Example:
        >>> dict(flat({"optim": {"lr": 0.1}, "width": [8, 16]}))
        {'optim.lr': 0.1, 'width_1': 8, 'width_2': 16}
    """
    for key, value in row.items():
        name = f"{prefix}{key}"
        if isinstance(value, Mapping) and key != "architecture":
            yield from flat(value, f"{name}.", start=start)
        elif isinstance(value, list | tuple):
            yield from _items(name, value, start)
        else:
            yield name, value


def _items(name: str, values: Sequence[Any], start: int) -> Iterable[tuple[str, Any]]:
    if any(isinstance(value, Mapping | list | tuple) for value in values):
        return [(name, json.dumps(values))]
    return [(f"{name}_{i}", value) for i, value in enumerate(values, start)]


def is_nothing(value: Any) -> bool:
    """Says whether a table has no value there: ``None``, NaN, or nothing but spaces."""
    return (
        value is None or (isinstance(value, float) and isnan(value)) or (isinstance(value, str) and not value.strip())
    )


def varying(columns: Mapping[str, Sequence[Any]]) -> list[str]:
    """Gives the columns whose values are not all the same."""
    return [name for name, values in columns.items() if any(value != values[0] for value in values)]


def check_rows(file: str, rows: Any) -> list[Mapping[str, Any]]:
    """Gives ``rows``.

    Raises:
        DataError: they are no list of objects, or none.
    """
    if not isinstance(rows, list) or not rows or not all(isinstance(row, Mapping) for row in rows):
        raise DataError(
            f"cannot import {file}: a population in JSON is a list of objects, one for each network, an object of them "
            "by the networks' names, or an object of columns"
        )
    return rows

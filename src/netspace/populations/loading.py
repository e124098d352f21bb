"""Rows of a store as records."""

import hashlib
import json
import operator
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import MISSING, dataclass, fields
from functools import cache, partial
from typing import Any, TypeVar

import numpy as np
import orjson
from numpy.typing import NDArray
from sqlalchemy import Connection, Result, Row, select

from netspace.architecture import Architecture, Head, Norm, SqueezeExcite, Stage, Stem
from netspace.complexity import Complexity
from netspace.errors import StoreError
from netspace.populations.database import Database
from netspace.populations.encoding import origin_facts, read_origin
from netspace.populations.plan import COSTS, UNKNOWN, parameter_column
from netspace.populations.record import Failure, Origin, Outcome, Record, read_curve
from netspace.populations.records import Columns, columns_of
from netspace.populations.schema import details, environments, networks, outcomes, populations
from netspace.spaces.training import recipe_values

VARIABLES = 500
"""Indices asked for in one statement."""

ROWS = 200
"""Rows turned into columns at a time: so few live at once that Python's garbage collector, which would otherwise take
longer than the database, has no cause to run."""

_T = TypeVar("_T")

_SCALARS = (
    outcomes.c.index,
    networks.c.architecture_id,
    outcomes.c.status,
    outcomes.c.error,
    outcomes.c.test_error,
    networks.c.flops,
    networks.c.params,
    networks.c.acts,
    networks.c.depth,
    outcomes.c.seconds,
    outcomes.c.images_per_second,
    outcomes.c.attempts,
    outcomes.c.reason,
)
"""The scalars of `Columns`, in its order."""

TRAINED = outcomes.join(
    networks, (networks.c.population_id == outcomes.c.population_id) & (networks.c.index == outcomes.c.index)
)
"""Outcomes with their networks."""

_WHOLE = TRAINED.join(
    details, (details.c.population_id == outcomes.c.population_id) & (details.c.index == outcomes.c.index)
).join(environments, environments.c.id == outcomes.c.environment_id)
"""Outcomes with all that belongs to them."""


@dataclass(frozen=True)
class StoredPopulation:
    """A population's row, its JSON read."""

    id: int
    name: str
    origin: Origin
    parameters: list[str]
    planned: int
    training: dict[str, Any] | None
    created_at: str

    @classmethod
    def from_row(cls, row: Row[Any]) -> "StoredPopulation":
        """Reads a row of ``populations``."""
        raw = row._asdict()
        raw["origin"] = read_origin(json.loads(raw["origin"]))
        raw["parameters"] = json.loads(raw["parameters"])
        raw["training"] = json.loads(raw["training"]) if raw["training"] else None
        return cls(**raw)

    def facts(self) -> dict[str, Any]:
        """Gives what all its networks have in common."""
        training = self.training or {"recipe": None, "data": None, "seed": None}
        known = {"name": self.name, **origin_facts(self.origin), **training}
        return known | {"planned": self.planned, "created_at": self.created_at}


class StoredRecords:
    """The records of a population in a store, for `Records` to read from."""

    def __init__(self, database: Database, population: StoredPopulation) -> None:
        self._database = database
        self._population = population

    def columns(self) -> Columns:
        """Gives the numbers of all records, ordered by index; touches neither curves nor architectures."""
        query = (
            select(*_SCALARS, networks.c.parameters)
            .select_from(TRAINED)
            .where(outcomes.c.population_id == self._population.id)
            .order_by(outcomes.c.index)
        )
        with self._database.reading() as connection:
            *scalars, texts = _transposed(connection.execute(query), len(_SCALARS) + 1)
        return columns_of(scalars, parameter_columns(self._population.parameters, texts))

    def load(self, indices: Sequence[int]) -> list[Record]:
        """Builds the records of the networks at ``indices``, in that order.

        Raises:
            StoreError: one is not there any more.
        """
        with self._database.reading() as connection:
            return load_records(connection, self._population, indices)


def load_records(connection: Connection, population: StoredPopulation, indices: Sequence[int]) -> list[Record]:
    """Builds the records of a population's networks at ``indices``, in that order; see `StoredRecords.load`."""
    found: dict[int, Record] = {}
    for some in in_chunks(indices):
        columns = [*outcomes.c, *(c for c in networks.c if c.name not in outcomes.c), details.c.curve]
        query = select(*columns, details.c.failure, environments.c.content).select_from(_WHOLE)
        query = query.where(outcomes.c.population_id == population.id, outcomes.c.index.in_(some))
        found.update((row.index, _record(population, row)) for row in connection.execute(query).mappings())
    gone = [index for index in indices if index not in found]
    if gone:
        raise StoreError(
            f"population {population.name!r} has no record of network {gone[0]} any more: it was deleted meanwhile\n"
            "  Ask the store for its records again."
        )
    return [found[index] for index in indices]


def load_keys(connection: Connection, keys: Sequence[tuple[int, int]]) -> list[Record]:
    """Builds the records at pairs of a population's id and a network's index, in that order."""
    found: dict[tuple[int, int], Record] = {}
    query = select(populations).where(populations.c.id.in_({key for key, _ in keys}))
    for population in map(StoredPopulation.from_row, connection.execute(query).all()):
        indices = [index for key, index in keys if key == population.id]
        for record in load_records(connection, population, indices):
            found[population.id, record.index] = record
    return [found[key] for key in keys]


def parameter_texts(connection: Connection, population: StoredPopulation) -> list[str]:
    """Gives the JSON of the parameters' values of each of a population's networks."""
    query = select(networks.c.parameters).where(networks.c.population_id == population.id).order_by(networks.c.index)
    return list(connection.execute(query).scalars())


def architecture_texts(
    connection: Connection, population: StoredPopulation, indices: Sequence[int] | None
) -> list[str]:
    """Gives the JSON of a population's networks at ``indices``, in that order, or of all."""
    query = select(networks.c.index, networks.c.architecture).where(networks.c.population_id == population.id)
    if indices is None:
        return [row[1] for row in connection.execute(query.order_by(networks.c.index))]
    found: dict[int, str] = {}
    for some in in_chunks(indices):
        found.update((row[0], row[1]) for row in connection.execute(query.where(networks.c.index.in_(some))))
    return [found[index] for index in indices]


def check_index(population: StoredPopulation, index: Any) -> int:
    """Gives ``index`` as an ``int``.

    Raises:
        StoreError: the population has no network at it.
    """
    try:
        number = operator.index(index)
    except TypeError:
        number = -1
    if isinstance(index, bool) or not 0 <= number < population.planned:
        raise StoreError(
            f"population {population.name!r} has no network {index!r}: it has {population.planned}, "
            f"from 0 to {population.planned - 1}"
        )
    return number


def parameter_columns(names: Sequence[str], texts: Sequence[str]) -> dict[str, NDArray[Any]]:
    """Gives a column for each parameter from JSON lists of their values, one for each network."""
    pieces: list[list[NDArray[Any]]] = [[] for _ in names]
    for some in in_chunks(texts, ROWS):
        rows = orjson.loads(f"[{','.join(some)}]")
        for piece, column in zip(pieces, zip(*rows, strict=True), strict=True):
            piece.append(parameter_column(column))
    return {name: np.concatenate(piece or [np.empty(0)]) for name, piece in zip(names, pieces, strict=True)}


def in_chunks(items: Sequence[_T], size: int = VARIABLES) -> Iterator[Sequence[_T]]:
    """Cuts a list into pieces, by default such that fit into one statement."""
    return (items[start : start + size] for start in range(0, len(items), size))


def _transposed(result: Result[Any], width: int) -> list[list[Any]]:
    """Gives the columns of a result."""
    columns: list[list[Any]] = [[] for _ in range(width)]
    for rows in result.partitions(ROWS):
        for column, values in zip(columns, zip(*rows, strict=True), strict=True):
            column.extend(values)
    return columns


def _record(population: StoredPopulation, row: Any) -> Record:
    training = population.training or {"recipe": {}, "data": {}, "seed": 0}
    parameters = dict(zip(population.parameters, orjson.loads(row["parameters"]), strict=True))
    return Record(
        population=population.name,
        index=row["index"],
        architecture=_architecture(row["architecture"], row["architecture_id"]),
        parameters=parameters,
        complexity=Complexity(*(None if row[name] == UNKNOWN else row[name] for name in COSTS)),
        origin=population.origin,
        outcome=_outcome(row),
        **training | {"recipe": {**training["recipe"], **recipe_values(parameters)}},
    )


def _outcome(row: Any) -> Outcome:
    failure = json.loads(row["failure"]) if row["failure"] else None
    names = ("error", "test_error", "started_at", "seconds", "images_per_second", "attempts")
    return Outcome(
        **{name: row[name] for name in names},
        **orjson.loads(row["content"]),
        curve=read_curve(orjson.loads(row["curve"])),
        failure=Failure(**failure) if failure else None,
    )


def _architecture(text: str, id_: str) -> Architecture:
    """Reads a network; the checks, which walk over all blocks, are left out where it passed them before.

    That is where the text's digest is the network's id, so that it is what `Architecture.to_json` gave. Of thousands
    of networks this takes a tenth of the time.
    """
    if hashlib.sha256(text.encode()).hexdigest()[:16] != id_:
        return Architecture.from_json(text)
    try:
        made: Architecture = _rebuilt(Architecture, orjson.loads(text))
    except LookupError:
        return Architecture.from_json(text)  # which names the fields that this netspace does not know
    return made


def _rebuilt(kind: Any, raw: dict[str, Any]) -> Any:
    """Makes a frozen dataclass of its fields as unpickling does: without its checks."""
    defaults, parts = _defaults(kind), _PARTS.get(kind, {})
    values = defaults | raw | {name: read(raw[name]) for name, read in parts.items() if name in raw}
    if len(values) > len(defaults):
        raise LookupError
    made = object.__new__(kind)
    for name, value in values.items():
        object.__setattr__(made, name, value)
    return made


_PARTS: Mapping[type, Mapping[str, Callable[[Any], Any]]] = {
    Architecture: {
        "stages": lambda raw: tuple([_rebuilt(Stage, stage) for stage in raw]),
        "stem": partial(_rebuilt, Stem),
        "head": partial(_rebuilt, Head),
        "norm": partial(_rebuilt, Norm),
    },
    Stage: {"se": partial(_rebuilt, SqueezeExcite)},
}
"""How the fields of a kind that are no plain values are made again."""


@cache
def _defaults(kind: Any) -> dict[str, Any]:
    """Gives each field of a dataclass with its default."""
    return {f.name: f.default if f.default_factory is MISSING else f.default_factory() for f in fields(kind)}

"""What a population is to be trained as, and how two plans are told apart."""

import shlex
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from netspace.architecture import Architecture
from netspace.complexity import Complexity
from netspace.errors import StoreError
from netspace.populations.encoding import dump_origin, plain
from netspace.populations.record import Record
from netspace.spaces.population import Origin
from netspace.spaces.training import recipe_values

COLUMNS = (
    "index",
    "id",
    "status",
    "error",
    "test_error",
    "flops",
    "params",
    "acts",
    "depth",
    "seconds",
    "images_per_second",
    "attempts",
    "reason",
)
"""Columns that every table of records has; a parameter may take the name of ``depth`` alone."""

COSTS = ("flops", "params", "acts")
UNKNOWN = -1
"""What stands in a store for flops, params or acts that are not known."""
MAX_NAME = 100
SHOWN = 12
SPELLINGS = ("source", "name", "purpose", "notes", "how")
"""Words about a plan, not the plan: another path to data of the same fingerprint, another name of a recipe."""
_ABSENT = object()


@dataclass(frozen=True, eq=False)
class Plan:
    """A population to be kept: its networks, and once it is to be trained, how.

    Attributes:
        name: of the population in its store: 1 to 100 printable characters, no space at either end.
        architectures: n networks, at least one.
        parameters: an (n,) array of finite numbers for each parameter of the space they were sampled from; those in
            `netspace.spaces.training.TRAINING_PARAMETERS` say how each network is trained.
        complexity: flops (multiply-adds), params and acts as (n,) arrays.
        origin: where they were sampled from.
        recipe: the training recipe, every field but those that are among the parameters; ``None``: not known yet.
        data: the data, with its fingerprint; ``None``: not known yet.
        seed: the seed of the training; ``None``: not known yet.

    Raises:
        StoreError: the name, a length or a number cannot be used, or only some of recipe, data and seed are given.

    Example:
        >>> from netspace import complexity, regnet
        >>> network = regnet(depth=13, initial_width=24, slope=36.44, width_multiplier=2.49, group_width=8)
        >>> cost = complexity(network)
        >>> arrays = Complexity(*(np.array([value]) for value in (cost.flops, cost.params, cost.acts)))
        >>> len(Plan("one", [network], {"depth": np.array([13])}, arrays))
        1
    """

    name: str
    architectures: Sequence[Architecture]
    parameters: Mapping[str, NDArray[Any]]
    complexity: Complexity
    origin: Origin = field(default_factory=Origin)
    recipe: Mapping[str, Any] | None = None
    data: Mapping[str, Any] | None = None
    seed: int | None = None

    def __post_init__(self) -> None:
        check_name(self.name)
        if not len(self):
            raise StoreError(f"population {self.name!r} needs at least one network: none is given")
        for name, values in self.parameters.items():
            self._check_parameter(name, np.asarray(values))
        for name in COSTS:
            self._check_length(name, np.asarray(getattr(self.complexity, name)))
        given = [value is not None for value in (self.recipe, self.data, self.seed)]
        if any(given) and not all(given):
            raise StoreError(f"population {self.name!r}: give recipe, data and seed together, or none of them yet")

    def __len__(self) -> int:
        return len(self.architectures)

    @property
    def is_assigned(self) -> bool:
        """Whether it says how the networks are to be trained."""
        return self.recipe is not None

    def rows(self) -> list[list[Any]]:
        """Gives the parameters' values of each network, as plain numbers in the order of their names."""
        columns = [np.asarray(values).tolist() for values in self.parameters.values()]
        return [list(row) for row in zip(*columns, strict=True)] if columns else [[] for _ in range(len(self))]

    def costs(self) -> list[tuple[int, int, int]]:
        """Gives flops, params and acts of each network; `UNKNOWN` where one is NaN."""
        flops, params, acts = (_counts(np.asarray(getattr(self.complexity, name))) for name in COSTS)
        return list(zip(flops, params, acts, strict=True))

    def facts(self) -> dict[str, Any]:
        """Gives what the population as a whole is known by, as values that JSON knows."""
        return {"origin": dump_origin(self.origin), "parameters": list(self.parameters)}

    def _check_parameter(self, name: str, values: NDArray[Any]) -> None:
        if name in COLUMNS and name != "depth":
            raise StoreError(
                f"population {self.name!r} has a parameter called {name!r}, as a column of every population is: "
                f"call it otherwise; taken are {', '.join(COLUMNS)}"
            )
        self._check_length(f"parameter {name!r}", values)
        self._check_values(name, values)

    def _check_values(self, name: str, values: NDArray[Any]) -> None:
        if values.dtype.kind not in "iuf" or not np.isfinite(values).all():
            raise StoreError(f"parameter {name!r} of population {self.name!r} must hold finite numbers alone")

    def _check_length(self, what: str, values: NDArray[Any]) -> None:
        if values.shape != (len(self),):
            raise StoreError(
                f"population {self.name!r} has {len(self)} networks, but {what} has shape {values.shape}: "
                f"give one number for each network, ({len(self)},)"
            )


@dataclass(frozen=True, eq=False)
class TrainedPlan(Plan):
    """A population that was trained elsewhere: parameters may be words, and NaN is a number that is not known.

    Source: `Plan`, which says the rest.
    """

    @classmethod
    def from_records(cls, name: str, records: Sequence[Record]) -> Self:
        """Makes the plan of records, in their order, under the name ``name``."""
        first = records[0]
        own = recipe_values(first.parameters)
        costs = (np.array([getattr(each.complexity, cost) for each in records], np.float64) for cost in COSTS)
        return cls(
            name,
            [each.architecture for each in records],
            {key: parameter_column([each.parameters[key] for each in records]) for key in first.parameters},
            Complexity(*costs),
            first.origin,
            {key: value for key, value in first.recipe.items() if key not in own},
            first.data,
            first.seed,
        )

    def rows(self) -> list[list[Any]]:
        """Gives the parameters' values of each network; ``None`` for a number that is not known."""
        return [[None if value != value else value for value in row] for row in super().rows()]  # noqa: PLR0124 (NaN)

    def _check_values(self, name: str, values: NDArray[Any]) -> None:
        if values.dtype.kind not in "iufU" or (values.dtype.kind == "f" and np.isinf(values).any()):
            raise StoreError(f"parameter {name!r} of population {self.name!r} must hold finite numbers or words alone")


def parameter_column(values: Sequence[Any]) -> NDArray[Any]:
    """Gives the values of a parameter as an array; ``None``, a number that is not known, as NaN."""
    column = np.array(values)
    return column if column.dtype.kind != "O" else np.array(values, np.float64)


def check_name(name: Any) -> None:
    """Raises a `StoreError` if ``name`` cannot be a population's."""
    if not isinstance(name, str) or not 1 <= len(name) <= MAX_NAME or not name.isprintable() or name != name.strip():
        raise StoreError(
            f"{name!r:.120} cannot be the name of a population: give 1 to {MAX_NAME} printable characters, "
            "with no space at either end"
        )


def training_facts(recipe: Mapping[str, Any], data: Mapping[str, Any], seed: int) -> dict[str, Any]:
    """Gives how a population is trained as values that JSON knows.

    Raises:
        StoreError: the seed is not a whole number, or a value has no form in JSON.
    """
    if isinstance(seed, bool) or not isinstance(seed, int | np.integer):
        raise StoreError(f"seed {seed!r} is not a whole number: give one, like 0")
    return {"recipe": plain(recipe), "data": plain(data), "seed": int(seed)}


def differences(stored: Any, given: Any, path: str = "") -> Iterator[str]:
    """Yields a line for each leaf in which two plain values differ.

    Example:
        >>> list(differences({"recipe": {"epochs": 2, "flip": True}}, {"recipe": {"epochs": 10, "flip": True}}))
        ['recipe.epochs: 2 -> 10']
    """
    if isinstance(stored, Mapping) and isinstance(given, Mapping):
        for key in [*stored, *(key for key in given if key not in stored)]:
            if key in SPELLINGS:
                continue
            yield from differences(stored.get(key, _ABSENT), given.get(key, _ABSENT), f"{path}.{key}" if path else key)
    elif isinstance(stored, list) and isinstance(given, list) and len(stored) == len(given):
        for i, (old, new) in enumerate(zip(stored, given, strict=True)):
            yield from differences(old, new, f"{path}[{i}]")
    elif stored is not given and (stored != given or isinstance(stored, bool) != isinstance(given, bool)):
        yield f"{path}: {_show(stored)} -> {_show(given)}"


def column_differences(name: str, stored: Sequence[Any], given: Sequence[Any]) -> Iterator[str]:
    """Yields one line if two columns of the same length differ: how often, and where first."""
    where = [i for i, (old, new) in enumerate(zip(stored, given, strict=True)) if old != new]
    if where:
        i = where[0]
        change = f"{_show(stored[i])} -> {_show(given[i])}"
        yield f"{name}: {len(where)} of {len(stored)} differ, first at index {i}: {change}"


def refuse(name: str, where: str, lines: Sequence[str], outcomes: int) -> StoreError:
    """Makes the error for a plan that is not the one in the store, which names every field that differs."""
    more = [f"... and {len(lines) - SHOWN} more"] if len(lines) > SHOWN else []
    listed = "\n    ".join([*lines[:SHOWN], *more])
    trained = f" and its {outcomes} trained networks" if outcomes else ""
    return StoreError(
        f"{where} already has a population {name!r}, and it is not the one given (stored -> given):\n    {listed}\n"
        f"  Give the new one another name, or first delete the stored one{trained}: study.delete({name!r}), or "
        f"on the command line netspace delete {shlex.quote(name)}."
    )


def _counts(values: NDArray[Any]) -> list[int]:
    if values.dtype.kind == "f":
        values = np.where(np.isnan(values), UNKNOWN, values).astype(np.int64)
    return list(values.tolist())


def _show(value: Any) -> str:
    if value is _ABSENT:
        return "absent"
    text = repr(value)
    return text if len(text) <= 80 else text[:77] + "..."

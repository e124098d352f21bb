"""A population's table of records."""

import operator
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Protocol, Self, overload

import numpy as np
from numpy.typing import NDArray

from netspace.errors import StoreError
from netspace.populations.encoding import origin_facts
from netspace.populations.plan import COSTS, check_name, parameter_column
from netspace.populations.record import Record
from netspace.spaces.training import recipe_values

if TYPE_CHECKING:
    import pandas as pd

CHUNK = 500
"""Records built at a time while iterating."""

_TEXTS = ("id", "status", "reason")
_TYPES = dict.fromkeys(("error", "test_error", "seconds", "images_per_second"), np.float64) | dict.fromkeys(
    ("index", "attempts"), np.int64
)


@dataclass(frozen=True, eq=False)
class Columns:
    """The numbers of n records, ordered by index; what is not known is NaN, or ``None`` in a list.

    Attributes:
        index: of the network in its population.
        id: of the architecture.
        status: ``"complete"`` or ``"failed"``.
        error: top-1 on the held-out validation split, in percent.
        test_error: top-1 on the test split, in percent.
        flops: multiply-adds; these three are floats where any is not known, as of populations trained elsewhere.
        params: trained parameters.
        acts: elements of the outputs of all convolutions.
        parameters: an array for each parameter of the space.
        depth: blocks; a float where any is not known, as flops are.
        seconds: wall time of the network.
        images_per_second: training throughput.
        attempts: how many times it was started.
        reason: why it failed.
    """

    index: NDArray[np.int64]
    id: Sequence[str]
    status: Sequence[str]
    error: NDArray[np.float64]
    test_error: NDArray[np.float64]
    flops: NDArray[Any]
    params: NDArray[Any]
    acts: NDArray[Any]
    parameters: Mapping[str, NDArray[Any]]
    depth: NDArray[Any]
    seconds: NDArray[np.float64]
    images_per_second: NDArray[np.float64]
    attempts: NDArray[np.int64]
    reason: Sequence[str | None]

    def named(self) -> dict[str, Any]:
        """Gives the columns in the order of a frame; ``depth`` is the parameter's where one is called so."""
        out: dict[str, Any] = {}
        for name in self.__dataclass_fields__:
            if name == "parameters":
                out.update(self.parameters)
            else:
                out.setdefault(name, getattr(self, name))
        return out


_SCALARS = tuple(name for name in Columns.__dataclass_fields__ if name != "parameters")


class RecordSource(Protocol):
    """Where a table of records reads from."""

    def columns(self) -> Columns:
        """Gives the numbers of all records, ordered by index."""
        ...

    def load(self, indices: Sequence[int]) -> list[Record]:
        """Builds the records of the networks at ``indices``, in that order."""
        ...


class Records(Sequence[Record]):
    """The records of one population, ordered by index: a sequence of `Record` and a table of numbers.

    Numbers are read once, on first use, and stay as they were then; a `Record` is built when it is asked for.

    Args:
        name: of the population.
        facts: what all its networks have in common: ``space``, ``lineage``, ``budget``, ``sample_seed``, ``recipe``
            (less the fields of which each network has its own value), ``data``, ``seed``, ``planned`` (networks,
            trained or not), ``created_at``.
        parameters: names of the space's parameters.
        source: where the records are.

    Example:
        >>> import netspace as ns
        >>> records = ns.Study("study.db")["regnetx"]                                       # doctest: +SKIP
        >>> records.frame()[["index", "error", "flops"]].head()                             # doctest: +SKIP
    """

    def __init__(self, name: str, facts: Mapping[str, Any], parameters: Sequence[str], source: RecordSource) -> None:
        self.name = name
        self.facts = dict(facts)
        self.parameters = list(parameters)
        self._source = source

    @classmethod
    def from_records(cls, name: str, records: Sequence[Record]) -> Self:
        """Makes a table of records in memory; facts are those of the first record.

        Raises:
            StoreError: the name cannot be used, an index comes twice, or records have different parameters.
        """
        check_name(name)
        source = _Memory(name, records)
        first = source.records[0] if source.records else None
        facts: dict[str, Any] = {"name": name, "planned": len(source.records), "created_at": None}
        if first is not None:
            facts |= origin_facts(first.origin)
            own = recipe_values(first.parameters)
            recipe = {key: value for key, value in first.recipe.items() if key not in own}
            facts |= {"seed": first.seed, "recipe": recipe, "data": first.data}
        return cls(name, facts, list(first.parameters) if first else [], source)

    def __len__(self) -> int:
        return len(self._columns.index)

    @overload
    def __getitem__(self, position: int) -> Record: ...
    @overload
    def __getitem__(self, position: slice) -> list[Record]: ...
    def __getitem__(self, position: int | slice) -> Record | list[Record]:
        chosen = self._columns.index[position if isinstance(position, slice) else operator.index(position)]
        if isinstance(position, slice):
            return self._source.load(chosen.tolist())
        return self._source.load([int(chosen)])[0]

    def __iter__(self) -> Iterator[Record]:
        for start in range(0, len(self), CHUNK):
            yield from self[start : start + CHUNK]

    def __repr__(self) -> str:
        return f"<Records {self.name!r}: {len(self)} of {self.facts.get('planned')} networks>"

    @property
    def errors(self) -> NDArray[np.float64]:
        """Top-1 validation errors of the complete networks, in index order, in percent."""
        error = self._columns.error
        return error[~np.isnan(error)]

    @property
    def failures(self) -> list[Record]:
        """The records of the networks that failed, in index order."""
        where = [i for i, status in enumerate(self._columns.status) if status == "failed"]
        return self._source.load(self._columns.index[where].tolist() if where else [])

    def best(self, k: int = 1) -> list[Record]:
        """Gives the ``k`` records of least validation error, the best first; of equals the one of fewer flops.

        There are fewer where fewer networks are complete.

        Raises:
            StoreError: ``k`` is less than 1.
        """
        check_k(k)
        columns = self._columns
        order = np.lexsort((columns.index, columns.flops, columns.error))[: len(self.errors)][:k]
        return self._source.load(columns.index[order].tolist())

    def frame(self) -> "pd.DataFrame":
        """Gives a row per record, ordered by index.

        Columns: ``index``, ``id`` (of the architecture), ``status``, ``error`` and ``test_error`` (percent; NaN:
        none), ``flops`` (multiply-adds), ``params``, ``acts`` (these three NaN where they are not known), each
        parameter of the space, ``depth`` (blocks, unless a parameter is called so; NaN where not known), ``seconds``,
        ``images_per_second``, ``attempts``, ``reason`` (of a failure).
        """
        import pandas as pd

        named = self._columns.named()
        texts = {name: pd.array(named[name], dtype="str") for name in _TEXTS}
        return pd.DataFrame(named | texts)

    @cached_property
    def _columns(self) -> Columns:
        return self._source.columns()


def check_k(k: Any) -> None:
    """Raises a `StoreError` unless ``k`` is a number of records to choose."""
    if isinstance(k, bool) or not isinstance(k, int | np.integer) or k < 1:
        raise StoreError(f"cannot give the best {k!r} networks: ask for a whole number of at least 1")


def columns_of(scalars: Sequence[Sequence[Any]], parameters: Mapping[str, NDArray[Any]]) -> Columns:
    """Makes `Columns` of the values of each of its scalars, in its order, and of the parameters' columns."""
    typed = {name: _typed(name, values) for name, values in zip(_SCALARS, scalars, strict=True)}
    return Columns(**typed, parameters=parameters)


def _typed(name: str, values: Sequence[Any]) -> Any:
    """Gives the values of a scalar as `Columns` has them."""
    if name in _TEXTS:
        return values
    if name in COSTS:
        return _costs(values)
    return _depths(values) if name == "depth" else np.array(values, _TYPES[name])


def _costs(values: Sequence[Any]) -> NDArray[Any]:
    """Gives counts as int64, or where any is not known as floats with NaN."""
    counts = np.array(values, np.float64 if None in values else np.int64)
    return np.where(counts < 0, np.nan, counts) if (counts < 0).any() else counts


def _depths(values: Sequence[Any]) -> NDArray[Any]:
    """Gives blocks as `_costs` gives counts: a network without any is one whose blocks are not known."""
    depths = np.array(values, np.int64)
    return np.where(depths == 0, np.nan, depths) if (depths == 0).any() else depths


class _Memory:
    """Records that are in memory already."""

    def __init__(self, name: str, records: Sequence[Record]) -> None:
        self.records = sorted(records, key=lambda record: record.index)
        self._by_index = {record.index: record for record in self.records}
        if len(self._by_index) < len(self.records):
            twice = next(a.index for a, b in zip(self.records, self.records[1:], strict=False) if a.index == b.index)
            raise StoreError(f"records of {name!r} hold index {twice} twice: give one record for each network")
        if any(list(record.parameters) != list(self.records[0].parameters) for record in self.records):
            raise StoreError(f"records of {name!r} have different parameters: those of one population have the same")

    def columns(self) -> Columns:
        """Gives the numbers of all records, ordered by index."""
        names = list(self.records[0].parameters) if self.records else []
        parameters = {name: parameter_column([record.parameters[name] for record in self.records]) for name in names}
        rows = [_row(record) for record in self.records]
        return columns_of(list(zip(*rows, strict=True)) if rows else [()] * len(_SCALARS), parameters)

    def load(self, indices: Sequence[int]) -> list[Record]:
        """Gives the records of the networks at ``indices``."""
        return [self._by_index[index] for index in indices]


def _row(record: Record) -> tuple[Any, ...]:
    outcome, cost = record.outcome, record.complexity
    return (
        record.index,
        record.architecture.id,
        outcome.status,
        outcome.error,
        outcome.test_error,
        cost.flops,
        cost.params,
        cost.acts,
        record.architecture.depth,
        outcome.seconds,
        outcome.images_per_second,
        outcome.attempts,
        outcome.failure.reason if outcome.failure else None,
    )

"""Populations and their records, kept behind a URL."""

import os
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from difflib import get_close_matches
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection, delete, func, select, update

from netspace.architecture import Architecture
from netspace.errors import StoreError
from netspace.populations.database import Database
from netspace.populations.encoding import dumps
from netspace.populations.lease import writer_lease
from netspace.populations.loading import (
    TRAINED,
    StoredPopulation,
    StoredRecords,
    architecture_texts,
    check_index,
    load_keys,
    parameter_columns,
    parameter_texts,
)
from netspace.populations.plan import Plan, TrainedPlan, differences, refuse, training_facts
from netspace.populations.record import Outcome, Record
from netspace.populations.records import Records, check_k
from netspace.populations.schema import networks, outcomes, populations
from netspace.populations.summary import PopulationSummary, summarize
from netspace.populations.writing import extend_plan, network_differences, write_outcome, write_outcomes, write_plan


class Store:
    """Populations, their networks and what training them gave, in a database.

    Every outcome is one transaction, on disk when `add` returns; there is never more than one for a network. Any
    number of processes may read while one writes.

    Args:
        url: ``sqlite:///study.db``, a path to a SQLite file, or ``postgresql://user:password@host/database``.
        create: whether a SQLite file that does not exist is made.
        timeout: seconds to wait for another process's transaction.

    Raises:
        StoreError: it cannot be opened, is no store of netspace, or is of another version.

    Example:
        >>> import tempfile
        >>> with tempfile.TemporaryDirectory() as folder, Store(f"sqlite:///{folder}/study.db") as store:
        ...     store.names()
        []
    """

    def __init__(self, url: str | os.PathLike[str], *, create: bool = True, timeout: float = 30.0) -> None:
        self._database = Database(url, create=create, timeout=timeout)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"<Store {self.url}>"

    @property
    def url(self) -> str:
        """Where it is, for people: a file's full path, or a server's address without its password."""
        return self._database.name

    def close(self) -> None:
        """Gives the connections back."""
        self._database.close()

    def writer(self) -> AbstractContextManager[None]:
        """Holds the lease of the one process that trains into the store.

        The operating system, or the server, frees it when the process ends, of whatever cause.

        Raises:
            StoreError: it is held; the message says by whom and since when.
        """
        return writer_lease(self._database)

    def create(self, plan: Plan) -> None:
        """Writes a population, or does nothing if it is there already.

        A plan may know its networks alone, and be trained later (see `assign`). A plan whose first networks are those
        of the store, a larger sample of the same seed, makes the population grow.

        Raises:
            StoreError: another population is there under its name; the message names every field that differs.
        """
        training = None
        if plan.recipe is not None and plan.data is not None and plan.seed is not None:
            training = training_facts(plan.recipe, plan.data, plan.seed)
        with self._database.writing() as connection:
            population = self._look_up(connection, plan.name)
            if population is None:
                write_plan(connection, plan)
                self._agree(connection, self._find(connection, plan.name), training, [])
            else:
                self._agree(connection, population, training, list(network_differences(connection, population, plan)))
                extend_plan(connection, population, plan)

    def assign(self, name: str, *, recipe: Mapping[str, Any], data: Mapping[str, Any], seed: int) -> None:
        """Says how a population is trained: written the first time, and the same ever after.

        Raises:
            StoreError: it is trained otherwise; the message names every field that differs.
        """
        training = training_facts(recipe, data, seed)
        with self._database.writing() as connection:
            self._agree(connection, self._find(connection, name), training, [])

    def names(self) -> list[str]:
        """Gives the names of the populations, in the order in which they were made."""
        with self._database.reading() as connection:
            return list(connection.execute(select(populations.c.name).order_by(populations.c.id)).scalars())

    def summary(self) -> list[PopulationSummary]:
        """Gives how far each population is, in the order in which they were made."""
        with self._database.reading() as connection:
            return summarize(connection)

    def facts(self, name: str) -> dict[str, Any]:
        """Gives what all networks of a population have in common.

        Keys: ``name``, ``space``, ``lineage``, ``budget``, ``sample_seed``, ``seed``, ``recipe``, ``data`` (the last
        three ``None`` until it is to be trained), ``planned``, ``created_at``. The recipe lacks the fields of which
        each network has its own value.

        Raises:
            StoreError: there is no such population.
        """
        with self._database.reading() as connection:
            return self._find(connection, name).facts()

    def pending(self, name: str, *, retry_failed: bool = False) -> list[int]:
        """Gives the indices of the networks without an outcome, and with ``retry_failed`` of those that failed.

        Raises:
            StoreError: there is no such population.
        """
        with self._database.reading() as connection:
            population = self._find(connection, name)
            query = select(outcomes.c.index).where(outcomes.c.population_id == population.id)
            if retry_failed:
                query = query.where(outcomes.c.status == "complete")
            done = set(connection.execute(query).scalars())
        return [index for index in range(population.planned) if index not in done]

    def architectures(self, name: str, indices: Sequence[int] | None = None) -> list[Architecture]:
        """Gives the networks at ``indices``, in that order, or all.

        Raises:
            StoreError: there is no such population, or no network at an index.
        """
        with self._database.reading() as connection:
            population = self._find(connection, name)
            chosen = None if indices is None else [check_index(population, index) for index in indices]
            texts = architecture_texts(connection, population, chosen)
        return [Architecture.from_json(text) for text in texts]

    def parameters(self, name: str) -> dict[str, NDArray[Any]]:
        """Gives the values of a population's parameters, for each an (n,) array.

        Raises:
            StoreError: there is no such population.
        """
        with self._database.reading() as connection:
            population = self._find(connection, name)
            return parameter_columns(population.parameters, parameter_texts(connection, population))

    def flops(self, name: str) -> NDArray[np.int64]:
        """Gives the multiply-adds of each network of a population, an (n,) array.

        Raises:
            StoreError: there is no such population.
        """
        with self._database.reading() as connection:
            population = self._find(connection, name)
            query = select(networks.c.flops).where(networks.c.population_id == population.id).order_by(networks.c.index)
            return np.array(connection.execute(query).scalars().all(), np.int64)

    def add(self, name: str, index: int, outcome: Outcome, *, replace_failed: bool = False) -> bool:
        """Writes the outcome of one network; it is on disk when this returns.

        Args:
            name: of the population.
            index: of the network.
            outcome: what training it gave.
            replace_failed: whether it may take the place of a failure.

        Returns:
            Whether it was written: ``False``, and nothing changed, if the network has an outcome already.

        Raises:
            StoreError: there is no such network, the outcome contradicts itself, or it cannot be written.
        """
        with self._database.writing() as connection:
            population = self._find(connection, name)
            key = {"population_id": population.id, "index": check_index(population, index)}
            return write_outcome(connection, key, outcome, replace_failed=replace_failed)

    def add_records(self, records: Sequence[Record], name: str) -> None:
        """Writes a population that was trained elsewhere, networks and outcomes, in the order of its records.

        The same records again change nothing.

        Args:
            records: at least one, of the same parameters.
            name: of the population.

        Raises:
            StoreError: there are no records, or another population has the name; the message names what differs.
        """
        whole = list(records)
        if not whole:
            raise StoreError(f"population {name!r} needs at least one record: none is given")
        self.create(TrainedPlan.from_records(name, whole))
        with self._database.writing() as connection:
            write_outcomes(connection, self._find(connection, name).id, [each.outcome for each in whole])

    def records(self, name: str) -> Records:
        """Gives the records of a population.

        Raises:
            StoreError: there is no such population.
        """
        with self._database.reading() as connection:
            population = self._find(connection, name)
            known = population.facts()
        return Records(name, known, population.parameters, StoredRecords(self._database, population))

    def best(self, name: str | None = None, k: int = 10) -> list[Record]:
        """Gives the ``k`` records of least validation error, of one population or of all, the best first.

        Of equals the one of fewer flops comes first, then the one of the smaller index.

        Raises:
            StoreError: there is no such population, or ``k`` is less than 1.
        """
        check_k(k)
        order = (outcomes.c.error, networks.c.flops, outcomes.c.index, outcomes.c.population_id)
        query = select(outcomes.c.population_id, outcomes.c.index).select_from(TRAINED).order_by(*order).limit(k)
        query = query.where(outcomes.c.status == "complete")
        with self._database.reading() as connection:
            if name is not None:
                query = query.where(outcomes.c.population_id == self._find(connection, name).id)
            keys = [(row[0], row[1]) for row in connection.execute(query)]
            return load_keys(connection, keys)

    def delete(self, name: str) -> None:
        """Deletes a population, its networks and their outcomes, for good.

        Raises:
            StoreError: there is no such population.
        """
        with self._database.writing() as connection:
            population = self._find(connection, name)
            connection.execute(delete(populations).where(populations.c.id == population.id))

    def _look_up(self, connection: Connection, name: str) -> StoredPopulation | None:
        row = connection.execute(select(populations).where(populations.c.name == name)).first()
        return None if row is None else StoredPopulation.from_row(row)

    def _find(self, connection: Connection, name: str) -> StoredPopulation:
        population = self._look_up(connection, name)
        if population is not None:
            return population
        known = list(connection.execute(select(populations.c.name).order_by(populations.c.id)).scalars())
        near = get_close_matches(str(name), known, 1)
        hint = f"did you mean {near[0]!r}?" if near else f"it has {', '.join(map(repr, known)) or 'none yet'}"
        raise StoreError(f"the study at {self.url} has no population {name!r}: {hint}")

    def _agree(
        self, connection: Connection, population: StoredPopulation, training: dict[str, Any] | None, lines: list[str]
    ) -> None:
        """Sets how a population is trained if that is not known yet; raises if anything differs."""
        if training is not None and population.training is not None:
            lines = [*lines, *differences(population.training, training)]
        if lines:
            query = select(func.count()).where(outcomes.c.population_id == population.id)
            trained = connection.execute(query).scalar_one()
            raise refuse(population.name, f"the study at {self.url}", lines, trained)
        if training is not None and population.training is None:
            statement = update(populations).where(populations.c.id == population.id)
            connection.execute(statement.values(training=dumps(training)))

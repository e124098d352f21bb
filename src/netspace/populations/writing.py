"""Plans and outcomes as rows of a store."""

import hashlib
import json
import math
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Table, delete, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from netspace.errors import StoreError
from netspace.populations.encoding import dump_origin, dumps
from netspace.populations.loading import StoredPopulation
from netspace.populations.plan import COSTS, Plan, column_differences, differences
from netspace.populations.record import Outcome, dump_curve
from netspace.populations.schema import details, environments, networks, outcomes, populations


def write_plan(connection: Connection, plan: Plan) -> None:
    """Writes a population and its networks."""
    row: dict[str, Any] = {"name": plan.name, "planned": len(plan), "created_at": now()}
    row |= {key: dumps(value) for key, value in plan.facts().items()}
    key = connection.execute(insert(populations).values(row).returning(populations.c.id)).scalar_one()
    _write_networks(connection, key, plan, 0)


def extend_plan(connection: Connection, population: StoredPopulation, plan: Plan) -> None:
    """Writes the networks that a plan has beyond those of the store."""
    if len(plan) > population.planned:
        _write_networks(connection, population.id, plan, population.planned)
        same = populations.c.id == population.id
        connection.execute(update(populations).where(same).values(planned=len(plan)))


def _write_networks(connection: Connection, key: int, plan: Plan, start: int) -> None:
    rows = list(enumerate(zip(plan.architectures, plan.rows(), plan.costs(), strict=True)))[start:]
    connection.execute(
        insert(networks),
        [
            {
                "population_id": key,
                "index": index,
                "architecture_id": architecture.id,
                "depth": architecture.depth,
                "parameters": dumps(values),
                "architecture": architecture.to_json(),
                **dict(zip(COSTS, cost, strict=True)),
            }
            for index, (architecture, values, cost) in rows
        ],
    )


def network_differences(connection: Connection, population: StoredPopulation, plan: Plan) -> Iterator[str]:
    """Yields a line for each thing in which a plan's networks are not those of the store, or those and more."""
    stored = json.loads(dumps({"parameters": population.parameters, "origin": dump_origin(population.origin)}))
    yield from differences(stored, json.loads(dumps(plan.facts())))
    n = population.planned
    if n > len(plan):
        yield f"networks: {population.planned} -> {len(plan)}"
        return
    columns = [networks.c.architecture_id, *(networks.c[name] for name in COSTS), networks.c.parameters]
    query = select(*columns).where(networks.c.population_id == population.id).order_by(networks.c.index)
    rows = [tuple(row) for row in connection.execute(query)]
    yield from column_differences("architectures", [row[0] for row in rows], [a.id for a in plan.architectures[:n]])
    for i, name in enumerate(COSTS):
        yield from column_differences(name, [row[1 + i] for row in rows], [cost[i] for cost in plan.costs()[:n]])
    if population.parameters == list(plan.parameters):
        yield from column_differences("parameters", [row[-1] for row in rows], [dumps(row) for row in plan.rows()[:n]])


def write_outcome(connection: Connection, key: dict[str, int], outcome: Outcome, *, replace_failed: bool) -> bool:
    """Writes an outcome unless the network has one; says whether it did.

    Raises:
        StoreError: its numbers contradict its status, or are not finite.
    """
    scalars, texts, environment = outcome_rows(outcome)
    values = scalars | {"environment_id": environment_id(connection, environment)}
    statement = upsert(connection, outcomes).values(key | values)
    target = [outcomes.c.population_id, outcomes.c.index]
    if replace_failed:
        is_failed = outcomes.c.status == "failed"
        statement = statement.on_conflict_do_update(index_elements=target, set_=values, where=is_failed)
    else:
        statement = statement.on_conflict_do_nothing(index_elements=target)
    if connection.execute(statement.returning(outcomes.c.index)).first() is None:
        return False
    same = (details.c.population_id == key["population_id"]) & (details.c.index == key["index"])
    connection.execute(delete(details).where(same))
    connection.execute(insert(details).values(key | texts))
    return True


def write_outcomes(connection: Connection, key: int, given: Sequence[Outcome]) -> None:
    """Writes the outcomes of a population's first networks at once, but for those that have one.

    Raises:
        StoreError: as `write_outcome`.
    """
    known = set(connection.execute(select(outcomes.c.index).where(outcomes.c.population_id == key)).scalars())
    made = [(index, *outcome_rows(each)) for index, each in enumerate(given) if index not in known]
    places = {content: environment_id(connection, content) for content in {row[-1] for row in made}}
    keys = [{"population_id": key, "index": row[0]} for row in made]
    if made:
        rows = [k | row[1] | {"environment_id": places[row[3]]} for k, row in zip(keys, made, strict=True)]
        connection.execute(insert(outcomes), rows)
        connection.execute(insert(details), [k | row[2] for k, row in zip(keys, made, strict=True)])


def outcome_rows(outcome: Outcome) -> tuple[dict[str, Any], dict[str, Any], str]:
    """Gives the values of an outcome for ``outcomes`` and ``details``, and its environment's JSON.

    Raises:
        StoreError: its numbers contradict its status, or are not finite.
    """
    _check(outcome)
    failure = outcome.failure
    scalars = {
        "status": outcome.status,
        "error": outcome.error,
        "test_error": outcome.test_error,
        "seconds": outcome.seconds,
        "images_per_second": outcome.images_per_second,
        "attempts": outcome.attempts,
        "reason": failure.reason if failure else None,
        "started_at": outcome.started_at,
        "written_at": now(),
    }
    texts = {"curve": dumps(dump_curve(outcome.curve)), "failure": dumps(asdict(failure)) if failure else None}
    return scalars, texts, dumps({"device": outcome.device, "versions": outcome.versions})


def environment_id(connection: Connection, content: str) -> int:
    """Gives the id of an environment, written if it is new."""
    digest = hashlib.sha256(content.encode()).hexdigest()
    query = select(environments.c.id).where(environments.c.digest == digest)
    known = connection.execute(query).scalar()
    if known is None:
        row = {"digest": digest, "content": content}
        connection.execute(upsert(connection, environments).values(row).on_conflict_do_nothing())
        known = connection.execute(query).scalar_one()
    return int(known)


def upsert(connection: Connection, table: Table) -> Any:
    """Gives an INSERT that knows ON CONFLICT, in the words of this database."""
    return postgresql.insert(table) if connection.dialect.name == "postgresql" else sqlite.insert(table)


def now() -> str:
    """Gives the time in UTC, ISO 8601."""
    return datetime.now(UTC).isoformat(timespec="microseconds")


def _check(outcome: Outcome) -> None:
    error, is_complete = outcome.error, outcome.failure is None
    if is_complete and (error is None or not 0 <= error <= 100):
        raise StoreError(f"an outcome without a failure needs an error from 0 to 100 percent: given {error!r}")
    if not is_complete and (error is not None or outcome.test_error is not None):
        raise StoreError(f"an outcome with a failure has no error: given {error!r}, on test {outcome.test_error!r}")
    for name in ("test_error", "seconds", "images_per_second"):
        value = getattr(outcome, name)
        if value is not None and not math.isfinite(value):
            raise StoreError(f"{name} of an outcome must be a finite number: given {value!r}")

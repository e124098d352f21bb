"""How far each population of a store is."""

import json
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, case, func, select

from netspace.populations.schema import outcomes, populations


@dataclass(frozen=True, slots=True)
class PopulationSummary:
    """How far a population is. Errors are top-1 on the held-out validation split, in percent.

    Attributes:
        name: of the population.
        space: name of the design space; ``None``: a list of architectures.
        planned: its networks.
        complete: those that were trained.
        failed: those that failed.
        best_error: the least error; ``None``: none complete.
        mean_error: of the complete networks; ``None``: none complete.
        seconds: the networks' wall times added up.
        started_at: when the first network began, UTC, ISO 8601; ``None``: none did.
        last_at: when the last outcome was written, UTC, ISO 8601; ``None``: none was.
        recipe: name of the recipe; ``None``: not to be trained yet, or a recipe without a name.
        data: name of the data set; ``None``: not known yet.
    """

    name: str
    space: str | None
    planned: int
    complete: int
    failed: int
    best_error: float | None
    mean_error: float | None
    seconds: float
    started_at: str | None
    last_at: str | None
    recipe: str | None
    data: str | None


_SUMS = (
    select(
        outcomes.c.population_id,
        func.sum(case((outcomes.c.status == "complete", 1), else_=0)).label("complete"),
        func.sum(case((outcomes.c.status == "failed", 1), else_=0)).label("failed"),
        func.min(outcomes.c.error).label("best_error"),
        func.avg(outcomes.c.error).label("mean_error"),
        func.sum(outcomes.c.seconds).label("seconds"),
        func.min(outcomes.c.started_at).label("started_at"),
        func.max(outcomes.c.written_at).label("last_at"),
    )
    .group_by(outcomes.c.population_id)
    .subquery()
)

_QUERY = (
    select(populations.c.name, populations.c.origin, populations.c.planned, populations.c.training, _SUMS)
    .select_from(populations.outerjoin(_SUMS, _SUMS.c.population_id == populations.c.id))
    .order_by(populations.c.id)
)


def summarize(connection: Connection) -> list[PopulationSummary]:
    """Gives the summary of each population, in the order in which they were made."""
    return [_read(row) for row in connection.execute(_QUERY)]


def _read(row: Row[Any]) -> PopulationSummary:
    training = json.loads(row.training) if row.training else {"recipe": {}, "data": {}}
    return PopulationSummary(
        name=row.name,
        space=json.loads(row.origin)["space"],
        planned=row.planned,
        complete=row.complete or 0,
        failed=row.failed or 0,
        best_error=row.best_error,
        mean_error=row.mean_error,
        seconds=row.seconds or 0.0,
        started_at=row.started_at or None,
        last_at=row.last_at,
        recipe=training["recipe"].get("name"),
        data=_data_name(training["data"]),
    )


def _data_name(data: dict[str, Any]) -> str | None:
    """Gives the data's name, also where it is prepared in several sizes, each with facts of its own."""
    sets = data.get("datasets") or [data]
    names = [str(each["name"]) for each in sets if isinstance(each, dict) and "name" in each]
    return ", ".join(dict.fromkeys(names)) or None

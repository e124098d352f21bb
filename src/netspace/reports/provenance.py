"""Where the numbers come from: samples, recipes, data, seeds, versions, devices; and what failed."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from netspace.populations.record import Outcome, Record
from netspace.reports.gathering import Gathered
from netspace.reports.text import number
from netspace.spaces.training import recipe_values

FAILURES_SHOWN = 200
"""Failed networks of a population that the page tells about one by one."""


@dataclass(frozen=True)
class Failures:
    """Failed networks of one population: how many for each reason, and the first of them."""

    name: str
    color: str
    reasons: Sequence[tuple[str, int]]
    records: list[Record]
    left_out: int


@dataclass(frozen=True)
class Facts:
    """A group of facts: a heading and rows of (fact, its value for each population, whether all agree)."""

    heading: str
    rows: list[tuple[str, list[str], bool]]


def list_failures(populations: Sequence[Gathered]) -> list[Failures]:
    """Gives the failures of the populations that have any."""
    return [_failures(each) for each in populations if each.failed]


def _failures(population: Gathered) -> Failures:
    failed = population.records.failures
    reasons = Counter(record.outcome.failure.reason for record in failed if record.outcome.failure)
    shown = failed[:FAILURES_SHOWN]
    return Failures(population.name, population.color, reasons.most_common(), shown, len(failed) - len(shown))


def tell_facts(populations: Sequence[Gathered]) -> list[Facts]:
    """Gives what led to the numbers, side by side for all populations."""
    groups = {
        "Sample": [_sample_facts(each) for each in populations],
        "Recipe": [_recipe_facts(each) for each in populations],
        "Data": [dict(_flat(each.records.facts.get("data") or {})) for each in populations],
        "Run": [_run_facts(each) for each in populations],
        "Devices": [_distinct(outcome.device for outcome in _outcomes(each)) for each in populations],
        "Versions": [_distinct(outcome.versions for outcome in _outcomes(each)) for each in populations],
    }
    return [Facts(heading, _side_by_side(columns)) for heading, columns in groups.items() if any(columns)]


def _sample_facts(population: Gathered) -> dict[str, str]:
    facts = population.records.facts
    told = {
        "population": population.records.name,
        "space": facts.get("space"),
        "lineage": facts.get("lineage"),
        "budget": _budget(facts.get("budget") or {}),
        "latency predicted by": facts.get("runtime"),
        "drawn": "" if facts.get("strategy") == "random" else facts.get("strategy"),
        "seed of the sample": facts.get("sample_seed"),
        "networks planned": population.planned,
        "networks finished (n)": len(population.errors),
        "networks failed": population.failed,
    }
    return {key: _said(value) for key, value in told.items() if value not in (None, "")}


def _budget(budget: Mapping[str, Any]) -> str:
    """Says a budget: ``flops 4 M to 6 M (multiply-adds)``."""
    parts = []
    for name, (low, high) in budget.items():
        unit = {"flops": " (multiply-adds)", "latency": " (ms)"}.get(name, "")
        ends = " to ".join(number(end) if end is not None else "any" for end in (low, high))
        parts.append(f"{name} {ends}{unit}")
    return "; ".join(parts)


def _recipe_facts(population: Gathered) -> dict[str, str]:
    """Tells the recipe; of a field of which each network has its own value, their range."""
    own = recipe_values({name: name for name in population.records.parameters})
    ranges = {name: _range(population, name) for name in own}
    return dict(_flat({**(population.records.facts.get("recipe") or {}), **ranges}))


def _range(population: Gathered, name: str) -> str:
    values = population.frame[name]
    return f"{_said(values.min())} to {_said(values.max())}, by network" if len(values) else "by network"


def _run_facts(population: Gathered) -> dict[str, str]:
    """Tells the seed, and when the first and the last network started."""
    seed = population.records.facts.get("seed")
    if "seed" in population.records.parameters:
        seed = f"{seed} plus {_range(population, 'seed')}"
    if population.elsewhere:
        seed = None  # it is not known
    starts = [outcome.started_at for outcome in _outcomes(population) if outcome.started_at]
    told = {"seed of weights and data order": seed, "first start (UTC)": min(starts, default=None)}
    told["last start (UTC)"] = max(starts, default=None)
    return {key: _said(value) for key, value in told.items() if value is not None}


def _outcomes(population: Gathered) -> list[Outcome]:
    return [record.outcome for record in population.read.values()]


def _distinct(mappings: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """Gives every fact with all of its values, the most frequent first; what thousands have in common is read once."""
    alike: dict[str, tuple[Mapping[str, Any], int]] = {}
    for mapping in mappings:
        first, count = alike.get(text := repr(mapping), (mapping, 0))
        alike[text] = first, count + 1
    seen: dict[str, Counter[str]] = {}
    for mapping, count in alike.values():
        for key, value in _flat(mapping):
            seen.setdefault(key, Counter())[value] += count
    return {key: ", ".join(value for value, _ in counter.most_common()) for key, counter in seen.items()}


def _side_by_side(columns: Sequence[Mapping[str, str]]) -> list[tuple[str, list[str], bool]]:
    keys = dict.fromkeys(key for column in columns for key in column)
    rows = [(key, [column.get(key, "–") for column in columns]) for key in keys]
    return [(key, values, len(set(values)) == 1) for key, values in rows]


def _flat(mapping: Mapping[str, Any], prefix: str = "") -> Iterable[tuple[str, str]]:
    """Yields nested facts as dotted names with their values in words."""
    for key, value in mapping.items():
        if isinstance(value, Mapping):
            yield from _flat(value, f"{prefix}{key}.")
        else:
            yield f"{prefix}{key}".replace("_", " "), _said(value)


def _said(value: Any) -> str:
    if isinstance(value, float):
        return f"{value:.6g}"
    if isinstance(value, Mapping):
        return ", ".join(f"{str(key).replace('_', ' ')} {_said(each)}" for key, each in value.items()) or "none"
    if isinstance(value, list | tuple):
        between = "; " if any(isinstance(each, Mapping) for each in value) else ", "
        return between.join(map(_said, value)) or "none"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "none" if value is None else str(value)

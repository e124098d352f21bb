"""What sets populations apart besides their spaces: data, recipe, budget, how far they are trained."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from netspace.comparison.given import display_names, is_records
from netspace.populations.imported import error_split, is_imported, name_errors
from netspace.populations.plan import differences

if TYPE_CHECKING:
    from netspace.populations.records import Records

_DIFFERENCES = {
    "budget": "sampled under different budgets",
    "recipe": "trained by different recipes",
    "data": "trained on different data",
}
"""Facts that must agree for two populations to tell about their spaces alone, and what to say where they do not."""

_TRAINING = ("data", "recipe")
"""Those without which nothing can be said of the spaces: an error on one data set is none on another."""

ELSEWHERE = "it is not known whether trained on the same data"
"""What to say of data where one population was trained elsewhere."""


def tell_differences(a: Any, b: Any) -> tuple[str, ...]:
    """Says what else than their spaces sets two populations apart."""
    if not (is_records(a) and is_records(b)):
        return ()
    told = _DIFFERENCES | ({"data": ELSEWHERE} if is_imported(a.facts) or is_imported(b.facts) else {})
    return (*_unfinished(a, b), *(note for key, note in told.items() if _differ(a.facts.get(key), b.facts.get(key))))


def unlike(a: Any, b: Any) -> tuple[str, ...]:
    """Gives the facts of training in which two populations differ.

    Files of others do not tell what they were trained on: of two imported populations the reader knows, and is told so.
    """
    if not (is_records(a) and is_records(b)) or (is_imported(a.facts) and is_imported(b.facts)):
        return ()
    return tuple(key for key in _TRAINING if _differ(a.facts.get(key), b.facts.get(key)))


def name_errors_of(populations: Sequence[Any]) -> str:
    """Gives what pictures call the errors of these, by the splits that the records tell."""
    return name_errors(error_split(each.facts) if is_records(each) else "validation" for each in populations)


def _unfinished(*populations: "Records") -> list[str]:
    """Says which populations are not trained to the end."""
    names = display_names(populations)
    counts = [(name, len(each), each.facts.get("planned") or 0) for name, each in zip(names, populations, strict=True)]
    return [f"so far {done} of {planned} networks of {name}" for name, done, planned in counts if done < planned]


def _differ(a: Mapping[str, Any] | None, b: Mapping[str, Any] | None) -> bool:
    return bool(a) and bool(b) and any(differences(a, b))

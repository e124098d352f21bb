"""Populations as they are given, records or errors in percent: read, named, checked."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from netspace.analysis.observations import check_percent, refuse_flags, refuse_words
from netspace.errors import AnalysisError

if TYPE_CHECKING:
    from netspace.populations.records import Records


def display_names(populations: "Sequence[Records]") -> list[str]:
    """Gives each population a different name for people: its space's where those differ, else its own.

    Example:
        >>> display_names([])
        []
    """
    spaces = [str(each.facts.get("space") or each.name) for each in populations]
    if len(set(spaces)) == len(spaces):
        return spaces
    own = [each.name for each in populations]
    if len(set(own)) == len(own):
        return own
    return [f"{name} ({i})" for i, name in enumerate(own, start=1)]


def name_all(populations: Any, names: Sequence[str] | None) -> tuple[list[Any], tuple[str, ...]]:
    """Gives the populations and what to call them."""
    if isinstance(populations, Mapping):
        given, names = list(populations.values()), [str(name) for name in populations]
    elif isinstance(populations, Sequence) and not isinstance(populations, str) and not is_records(populations):
        given = list(populations)
    else:
        raise AnalysisError(
            f"compare_all needs populations by their names, or a list of them: given a {type(populations).__name__}"
        )
    if len(given) < 2:
        raise AnalysisError(f"comparing needs at least two populations: given {len(given)}")
    return given, choose_names(given, names)


def choose_names(populations: Sequence[Any], names: Sequence[str] | None) -> tuple[str, ...]:
    """Gives what to call populations: the names given, else those of the records, else letters."""
    count = len(populations)
    if names is not None:
        given = (names,) if isinstance(names, str) else tuple(str(name) for name in names)
        if len(set(given)) != count or len(given) != count:
            number = {2: "two", 3: "three"}.get(count, count)
            raise AnalysisError(f"names must be {number} different names, one for each population: given {names!r}")
        return given
    if all(is_records(each) for each in populations):
        return tuple(display_names(populations))
    called = tuple(display_names([p])[0] if is_records(p) else letter(i) for i, p in enumerate(populations))
    return called if len(set(called)) == count else tuple(f"{name} ({i})" for i, name in enumerate(called, start=1))


def letter(i: int) -> str:
    """Gives what a population without a name is called by its position."""
    return chr(ord("a") + i) if i < 26 else f"population {i + 1}"


def read_errors_of(population: Any, which: str) -> tuple[NDArray[np.float64], int]:
    """Gives the errors of a population and how many of its networks failed."""
    if is_records(population):
        return population.errors, len(population.failures)
    what = f"errors of population {which}"
    try:
        errors = np.asarray(population, dtype=np.float64)
    except (TypeError, ValueError):
        raise AnalysisError(
            f"population {which} must be records or a list of errors in percent: given a {type(population).__name__}"
        ) from None
    refuse_words(population, what)
    refuse_flags(population, what)
    check_percent(errors, what)
    return errors, 0


def check_different(populations: Sequence[Any]) -> None:
    """Refuses the same records twice."""
    records = [each for each in populations if is_records(each)]
    for i, each in enumerate(records):
        if any(_are_same(each, other) for other in records[:i]):
            raise AnalysisError(
                f"population {each.name!r} is named twice: given {', '.join(other.name for other in records)}.\n"
                "  Name different ones."
            )


def _are_same(a: "Records", b: "Records") -> bool:
    """Whether these are one population, read once or twice."""
    return a is b or (a.name == b.name and a.facts == b.facts and np.array_equal(a.errors, b.errors))


def check_sizes(errors: Sequence[NDArray[np.float64]], names: Sequence[str]) -> None:
    """Names the population that is too small."""
    for name, each in zip(names, errors, strict=True):
        if each.ndim == 1 and len(each) < 2:
            raise AnalysisError(
                f"cannot compare {' with '.join(names)}: {name} has {len(each)} finished "
                f"{'network' if len(each) == 1 else 'networks'}, and a mean with an interval needs at least 2.\n"
                "  Train more of it."
            )


def is_records(population: Any) -> bool:
    """Whether this is the records of a population, not plain errors."""
    from netspace.populations.records import Records

    return isinstance(population, Records)

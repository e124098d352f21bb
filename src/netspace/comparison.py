"""Is one population better than another? An answer in one honest sentence, with the numbers behind it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import isfinite
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from netspace.analysis import EDF, MeanDifference, compare_means, edf, networks_needed
from netspace.errors import AnalysisError
from netspace.populations.plan import differences

if TYPE_CHECKING:
    import plotly.graph_objects as go

    from netspace.populations.records import Records

_DIFFERENCES = {
    "budget": "sampled under different budgets",
    "recipe": "trained by different recipes",
    "data": "trained on different data",
}
"""Facts that must agree for two populations to tell about their spaces alone, and what to say where they do not."""


@dataclass(frozen=True, eq=False, repr=False)
class Comparison:
    """What two populations say about which of their spaces is better. Errors are top-1 on validation, in percent.

    Attributes:
        names: of the two populations, for people.
        means: their mean errors and the interval of the difference.
        edfs: their error distributions.
        failed: how many networks of each failed; those are in no mean.
        needed: networks of each population that would tell a difference as large as this; ``None``: not known.
        notes: what else sets the two apart, so that the difference may not be the spaces' own.
    """

    names: tuple[str, str]
    means: MeanDifference
    edfs: tuple[EDF, EDF]
    failed: tuple[int, int] = (0, 0)
    needed: int | None = None
    notes: tuple[str, ...] = ()

    @property
    def difference(self) -> float:
        """Mean error of the first less that of the second: positive where the second is better."""
        return self.means.difference

    @property
    def interval(self) -> tuple[float, float]:
        """Confidence interval of `difference` (Welch's t)."""
        return self.means.low, self.means.high

    @property
    def confidence(self) -> float:
        """The confidence of the interval and of the bands."""
        return self.means.confidence

    @property
    def n(self) -> tuple[int, int]:
        """Networks of each population that finished."""
        return self.means.n_a, self.means.n_b

    @property
    def winner(self) -> str | None:
        """The name of the population of lower mean error; ``None`` where the interval does not tell."""
        if not self.means.is_told:
            return None
        return self.names[1] if self.difference > 0 else self.names[0]

    def summary(self) -> str:
        """Says in one sentence which population is better, or that n is too small to tell."""
        sentence = self._verdict() if self.winner else self._no_verdict()
        if any(self.failed):
            sentence += f"; failed: {self.failed[0]} + {self.failed[1]}, not counted"
        return "; ".join([sentence, *self.notes])

    def figure(self) -> "go.Figure":
        """Draws both error distributions with their bands, the summary above them."""
        from netspace.figures import plot_edfs

        return plot_edfs(dict(zip(self.names, self.edfs, strict=True)), title=self.summary())

    def __str__(self) -> str:
        return self.summary()

    def __repr__(self) -> str:
        return f"<Comparison: {self.summary()}>"

    def _verdict(self) -> str:
        sign = 1 if self.difference > 0 else -1
        sides = [(self.names[0], self.means.mean_a), (self.names[1], self.means.mean_b)]
        (loser, high), (winner, low) = sides if sign > 0 else sides[::-1]
        places = self._places()
        means = f"mean error {low:.{places}f} % against {high:.{places}f} %"
        return f"{winner} beats {loser}: {means}, {self._evidence(sign, places)}"

    def _no_verdict(self) -> str:
        places = self._places()
        means = f"mean error {self.means.mean_a:.{places}f} % and {self.means.mean_b:.{places}f} %"
        if not isfinite(self.means.high):
            return (
                f"cannot tell {self.names[0]} from {self.names[1]}: {means}, n = {self.n[0]} + {self.n[1]}; "
                "the errors of each are all the same, so their spread is not known"
            )
        sentence = f"n is too small to tell {self.names[0]} from {self.names[1]}: {means}, {self._evidence(1, places)}"
        if self.needed is None:
            return sentence
        return f"{sentence}; about {_round_up(self.needed):,} networks of each would tell a difference of this size"

    def _evidence(self, sign: int, places: int) -> str:
        low, high = sorted((sign * self.means.low, sign * self.means.high))
        interval = f"[{low:.{places}f}, {high:.{places}f}]"
        difference = f"difference {_unsigned_zero(sign * self.difference, places)} {interval}"
        return f"{difference} at {100 * self.confidence:g} %, n = {self.n[0]} + {self.n[1]}"

    def _places(self) -> int:
        """Decimals that show the interval: two figures of its half width, and no end of it rounded to 0."""
        low, high = self.interval
        if not isfinite(high):
            return 1
        half = (high - low) / 2
        return next((p for p in (1, 2, 3) if half >= 5 * 10.0**-p and min(abs(low), abs(high)) >= 0.5 * 10.0**-p), 4)


def compare(
    a: "Records | ArrayLike",
    b: "Records | ArrayLike",
    *,
    names: Sequence[str] | None = None,
    confidence: float = 0.95,
) -> Comparison:
    """Compares two populations by their validation errors: which has the lower mean error, and how sure that is.

    Args:
        a: the records of a population, or the errors of its networks in percent.
        b: the same of the other.
        names: what to call them; taken from the records if not given, ``"a"`` and ``"b"`` for plain errors.
        confidence: of the interval and the bands, between 0 and 1.

    Raises:
        AnalysisError: fewer than two finished networks in either, errors that are no percentages, or names that do
            not tell the two apart.

    Example:
        >>> result = compare([16.1, 15.2, 17.0, 16.4], [14.0, 14.9, 13.8, 14.5], names=["AnyNetX_A", "RegNetX"])
        >>> print(result)
        RegNetX beats AnyNetX_A: mean error 14.3 % against 16.2 %, difference 1.9 [0.7, 3.0] at 95 %, n = 4 + 4
        >>> result.winner
        'RegNetX'
    """
    errors_a, failed_a = _read(a, "a")
    errors_b, failed_b = _read(b, "b")
    called = _names(a, b, names)
    means = _means(errors_a, errors_b, called, confidence)
    return Comparison(
        names=called,
        means=means,
        edfs=(edf(errors_a, confidence=confidence), edf(errors_b, confidence=confidence)),
        failed=(failed_a, failed_b),
        needed=None if means.is_told else _more_needed(errors_a, errors_b, confidence),
        notes=_notes(a, b),
    )


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


def _read(population: Any, which: str) -> tuple[NDArray[np.float64], int]:
    """Gives the errors of a population and how many of its networks failed."""
    if _is_records(population):
        return population.errors, len(population.failures)
    try:
        errors = np.asarray(population, dtype=np.float64)
    except (TypeError, ValueError):
        raise AnalysisError(
            f"population {which} must be records or a list of errors in percent: given a {type(population).__name__}"
        ) from None
    outside = errors[(errors < 0) | (errors > 100)]
    if outside.size:
        raise AnalysisError(f"errors of population {which} are percentages, from 0 to 100: given {outside.flat[0]:g}")
    return errors, 0


def _means(a: NDArray[np.float64], b: NDArray[np.float64], names: tuple[str, str], confidence: float) -> MeanDifference:
    """Compares the means, naming the population that is too small."""
    for name, errors in zip(names, (a, b), strict=True):
        if errors.ndim == 1 and len(errors) < 2:
            raise AnalysisError(
                f"cannot compare {names[0]} with {names[1]}: {name} has {len(errors)} finished "
                f"{'network' if len(errors) == 1 else 'networks'}, and a mean with an interval needs at least 2.\n"
                "  Train more of it."
            )
    return compare_means(a, b, confidence=confidence)


def _more_needed(a: NDArray[np.float64], b: NDArray[np.float64], confidence: float) -> int | None:
    """Gives the networks needed of each population, where that is more than there are of one."""
    needed = networks_needed(a, b, confidence=confidence)
    return needed if needed is not None and needed > min(len(a), len(b)) else None


def _names(a: Any, b: Any, names: Sequence[str] | None) -> tuple[str, str]:
    if names is not None:
        given = [names] if isinstance(names, str) else [str(name) for name in names]
        if len(set(given)) != 2 or len(given) != 2:
            raise AnalysisError(f"names must be two different names, one for each population: given {names!r}")
        return given[0], given[1]
    if _is_records(a) and _is_records(b):
        first, second = display_names([a, b])
        return first, second
    first, second = (display_names([p])[0] if _is_records(p) else k for p, k in ((a, "a"), (b, "b")))
    return (first, second) if first != second else (f"{first} (1)", f"{second} (2)")


def _notes(a: Any, b: Any) -> tuple[str, ...]:
    if not (_is_records(a) and _is_records(b)):
        return ()
    differing = [note for key, note in _DIFFERENCES.items() if _differ(a.facts.get(key), b.facts.get(key))]
    return (*_unfinished(a, b), *differing)


def _unfinished(*populations: "Records") -> list[str]:
    """Says which populations are not trained to the end."""
    names = display_names(populations)
    counts = [(name, len(each), each.facts.get("planned") or 0) for name, each in zip(names, populations, strict=True)]
    return [f"so far {done} of {planned} networks of {name}" for name, done, planned in counts if done < planned]


def _differ(a: Mapping[str, Any] | None, b: Mapping[str, Any] | None) -> bool:
    return bool(a) and bool(b) and any(differences(a, b))


def _is_records(population: Any) -> bool:
    from netspace.populations.records import Records

    return isinstance(population, Records)


def _unsigned_zero(value: float, places: int) -> str:
    text = f"{value:.{places}f}"
    return text.lstrip("-") if float(text) == 0 else text


def _round_up(count: int) -> int:
    """Rounds up to two figures: what a power estimate is good for."""
    step: int = 10 ** max(0, len(str(count)) - 2)
    return -(-count // step) * step

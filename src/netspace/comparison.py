"""Is one population better than another? An answer in one honest sentence, with the numbers behind it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from math import isfinite
from typing import TYPE_CHECKING, Any, overload

import numpy as np
from numpy.typing import ArrayLike, NDArray

from netspace.analysis import (
    EDF,
    AreaDifference,
    DistributionDistance,
    Enough,
    MeanDifference,
    ResampledDifference,
    SeveralMeans,
    Superiority,
    compare_areas,
    compare_distributions,
    compare_means,
    compare_pairs,
    compare_several,
    edf,
    judge_networks,
    networks_needed,
    resample_means,
)
from netspace.analysis.observations import check_percent, refuse_flags, refuse_words
from netspace.analysis.power import round_up
from netspace.analysis.several import Pairs
from netspace.errors import AnalysisError
from netspace.populations.imported import error_split, is_imported, name_errors
from netspace.populations.plan import differences

if TYPE_CHECKING:
    import pandas as pd

    from netspace.figures import Picture
    from netspace.populations.records import Records

_DIFFERENCES = {
    "budget": "sampled under different budgets",
    "recipe": "trained by different recipes",
    "data": "trained on different data",
}
"""Facts that must agree for two populations to tell about their spaces alone, and what to say where they do not."""

_TRAINING = ("data", "recipe")
"""Those without which nothing can be said of the spaces: an error on one data set is none on another."""

_ELSEWHERE = "it is not known whether trained on the same data"
"""What to say of data where one population was trained elsewhere."""

VALIDATION = "validation error"


@dataclass(frozen=True, eq=False, repr=False)
class Comparison:
    """What two populations say about which of their spaces is better. Errors are top-1 on validation, in percent.

    The sentence rests on the means. What else the errors say is computed when it is first asked for: `resampled`,
    `area`, `distance`, `superiority`, `enough`, each with its interval and n.

    Attributes:
        names: of the two populations, for people.
        means: their mean errors and the interval of the difference.
        edfs: their error distributions.
        failed: how many networks of each failed; those are in no mean.
        needed: networks of each population that would tell a difference as large as this; ``None``: not known.
        notes: what else sets the two apart, so that the difference may not be the spaces' own.
        unlike: ``"data"``, ``"recipe"``, or both, where the two were not trained alike: then neither is a winner.
        compared: how many comparisons this is one of. The interval of the means is then one that holds together with
            the others, and those of the other numbers have a confidence of 1 - (1 - confidence) / compared, so that
            those of one kind hold together; p-values are of the pair by itself.
        error_name: what pictures call the errors, by the split that the records tell.
    """

    names: tuple[str, str]
    means: MeanDifference
    edfs: tuple[EDF, EDF]
    failed: tuple[int, int] = (0, 0)
    needed: int | None = None
    notes: tuple[str, ...] = ()
    compared: int = 1
    unlike: tuple[str, ...] = ()
    error_name: str = VALIDATION

    @property
    def difference(self) -> float:
        """Mean error of the first less that of the second: positive where the second is better."""
        return self.means.difference

    @property
    def interval(self) -> tuple[float, float]:
        """Confidence interval of `difference` (Welch's t; of one of several comparisons, that of `compare_several`)."""
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
        """The name of the population of lower mean error; ``None``: not told, or not trained alike."""
        if not self.means.is_told or self.unlike:
            return None
        return self.names[1] if self.difference > 0 else self.names[0]

    @cached_property
    def resampled(self) -> ResampledDifference:
        """The difference of means by a permutation test and the bootstrap, which assume no distribution."""
        return resample_means(*self._errors, confidence=self._confidence_of_one)

    @cached_property
    def area(self) -> AreaDifference:
        """Areas under the EDFs up to the common median: which has more and better good networks."""
        return self.area_up_to(None)

    @cached_property
    def distance(self) -> DistributionDistance:
        """The largest distance of the EDFs (Kolmogorov-Smirnov)."""
        return compare_distributions(*self._errors, confidence=self._confidence_of_one)

    @cached_property
    def superiority(self) -> Superiority:
        """The probability that a network of the first beats one of the second."""
        return compare_pairs(*self._errors, confidence=self._confidence_of_one)

    @cached_property
    def enough(self) -> Enough:
        """Whether n was enough to tell the means apart, or how many more networks to train."""
        return self.judge()

    def area_up_to(self, error: float | None) -> AreaDifference:
        """Compares the areas under the EDFs up to an error in percent; ``None``: up to the common median."""
        return compare_areas(*self._errors, up_to=error, confidence=self._confidence_of_one)

    def judge(self, matters: float | None = None, power: float = 0.8) -> Enough:
        """Says whether n was enough, or how many more networks to train.

        Args:
            matters: the least difference of means that matters, in percent; ``None``: one as large as that seen.
            power: probability that so many networks will tell it, between 0 and 1.

        Example:
            >>> result = compare([15.1, 17.2, 13.0, 18.2, 15.0], [16.1, 15.2, 17.0, 16.4, 15.5])
            >>> print(result.judge(matters=1.0))
            train about 33 more of each (8 to 200 at 95 % in all): the interval of the difference holds 0 and 1
        """
        return judge_networks(
            *self._errors, matters=matters, power=power, confidence=self._confidence_of_one, interval=self.interval
        )

    def summary(self) -> str:
        """Says in one sentence which population is better, or that n is too small to tell, or that nothing can be."""
        sentence = self._unlike() if self.unlike else self._verdict() if self.winner else self._no_verdict()
        if any(self.failed):
            sentence += f"; failed: {self.failed[0]} + {self.failed[1]}, not counted"
        return "; ".join([sentence, *self.notes])

    def figure(self) -> "Picture":
        """Draws both error distributions with their bands, the summary above them."""
        from netspace.figures import plot_edfs, theme

        picture = plot_edfs(dict(zip(self.names, self.edfs, strict=True)), title=self.summary())
        return picture.relabeled(theme.error_labels(self.error_name))

    def __str__(self) -> str:
        return self.summary()

    def __repr__(self) -> str:
        return f"<Comparison: {self.summary()}>"

    @property
    def _errors(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        return self.edfs[0].errors, self.edfs[1].errors

    @property
    def _confidence_of_one(self) -> float:
        return _of_one(self.confidence, self.compared)

    def _unlike(self) -> str:
        """Says first why the means are not of the spaces; no space is called better."""
        places = self._places()
        means = f"mean error {self.means.mean_a:.{places}f} % and {self.means.mean_b:.{places}f} %"
        evidence = self._evidence(1, places) if isfinite(self.means.high) else f"n = {self.n[0]} + {self.n[1]}"
        known = "not known to be" if _ELSEWHERE in self.notes else "not"
        return (
            f"{known} the same {' and '.join(self.unlike)}: no telling which of {self.names[0]} and {self.names[1]} is "
            f"the better space; {means}, {evidence}"
        )

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
        return f"{sentence}; about {round_up(self.needed):,} networks of each would tell a difference of this size"

    def _evidence(self, sign: int, places: int) -> str:
        low, high = sorted((sign * self.means.low, sign * self.means.high))
        interval = f"[{low:.{places}f}, {high:.{places}f}]"
        difference = f"difference {_unsigned_zero(sign * self.difference, places)} {interval}"
        together = f" for {self.compared} comparisons together" if self.compared > 1 else ""
        return f"{difference} at {100 * self.confidence:g} %{together}, n = {self.n[0]} + {self.n[1]}"

    def _places(self) -> int:
        """Decimals that show the interval: two figures of its half width, and no end of it rounded to 0."""
        low, high = self.interval
        if not isfinite(high):
            return 1
        half = (high - low) / 2
        return next((p for p in (1, 2, 3) if half >= 5 * 10.0**-p and min(abs(low), abs(high)) >= 0.5 * 10.0**-p), 4)


@dataclass(frozen=True, eq=False, repr=False)
class Comparisons(Sequence[Comparison]):
    """What several populations say about which of their spaces are better: a `Comparison` for each pair, corrected.

    Attributes:
        names: of the populations, for people.
        means: their mean errors, with intervals that hold together and p-values corrected for their number.
        edfs: their error distributions.
        pairs: the comparisons, in the order of the rows of ``means``.
        error_name: what pictures call the errors, by the split that the records tell.
    """

    names: tuple[str, ...]
    means: SeveralMeans
    edfs: tuple[EDF, ...]
    pairs: tuple[Comparison, ...]
    error_name: str = VALIDATION

    @overload
    def __getitem__(self, index: int) -> Comparison: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[Comparison, ...]: ...
    def __getitem__(self, index: int | slice) -> Comparison | tuple[Comparison, ...]:
        return self.pairs[index]

    def __len__(self) -> int:
        return len(self.pairs)

    def __iter__(self) -> Iterator[Comparison]:
        return iter(self.pairs)

    def between(self, first: str, second: str) -> Comparison:
        """Gives the comparison of two populations by their names, in either order.

        Raises:
            AnalysisError: these two were not compared.
        """
        for each in self.pairs:
            if set(each.names) == {first, second}:
                return each
        pairs = "; ".join(" and ".join(each.names) for each in self.pairs)
        raise AnalysisError(f"{first!r} and {second!r} were not compared: compared were {pairs}")

    def summary(self) -> str:
        """Says a sentence for each pair, on a line of its own."""
        return "\n".join(each.summary() for each in self.pairs)

    def frame(self) -> "pd.DataFrame":
        """Gives a row per pair.

        Columns: ``first``, ``second``, ``n_first``, ``n_second`` (finished), ``failed_first``, ``failed_second``,
        ``mean_first``, ``mean_second``, ``difference`` (percent; positive where the second is better), ``low``,
        ``high``, ``confidence`` (of all rows together), ``p_value``, ``adjusted_p_value`` (Holm), ``winner`` (none
        where the interval does not tell, or the two were not trained alike), ``superiority`` (probability that a
        network of the first beats one of the second), ``superiority_low``, ``superiority_high``, ``distance``
        (Kolmogorov-Smirnov), ``distance_low``, ``distance_high``, ``needed`` (networks of each that would tell; none
        where told or not known).
        """
        import pandas as pd

        rows = [_row(*each) for each in zip(self.pairs, self.means.adjusted_p_value.tolist(), strict=True)]
        return pd.DataFrame(rows).astype({"winner": "str", "needed": "Int64"})

    def figure(self) -> "Picture":
        """Draws all error distributions with their bands."""
        from netspace.figures import plot_edfs, theme

        picture = plot_edfs(dict(zip(self.names, self.edfs, strict=True)))
        return picture.relabeled(theme.error_labels(self.error_name))

    def __str__(self) -> str:
        return self.summary()

    def __repr__(self) -> str:
        return f"<Comparisons of {', '.join(self.names)}:\n{self.summary()}>"


@overload
def compare(
    a: "Records | ArrayLike",
    b: "Records | ArrayLike",
    *,
    names: Sequence[str] | None = None,
    confidence: float = 0.95,
) -> Comparison: ...
@overload
def compare(
    a: "Records | ArrayLike",
    b: "Records | ArrayLike",
    c: "Records | ArrayLike",
    /,
    *more: "Records | ArrayLike",
    names: Sequence[str] | None = None,
    confidence: float = 0.95,
    pairs: Pairs = "all",
) -> Comparisons: ...
def compare(
    a: "Records | ArrayLike",
    b: "Records | ArrayLike | None" = None,
    *more: "Records | ArrayLike",
    names: Sequence[str] | None = None,
    confidence: float = 0.95,
    pairs: Pairs = "all",
) -> Comparison | Comparisons:
    """Compares two populations by their validation errors: which has the lower mean error, and how sure that is.

    Three or more are compared in pairs, as by `compare_all`: that gives `Comparisons`, whose intervals are corrected
    for their number. Where records were trained on different data or by different recipes, that is said first, and
    neither is called better.

    Args:
        a: the records of a population, or the errors of its networks in percent.
        b: the same of the other.
        more: further ones.
        names: what to call them; taken from the records if not given, ``"a"`` and ``"b"`` for plain errors.
        confidence: of the interval and the bands, between 0 and 1.
        pairs: of three or more: ``"all"``, or ``"neighbors"``: each with the next, as ``netspace compare --neighbors``.

    Raises:
        AnalysisError: one population alone, or one twice, fewer than two finished networks in one, errors that are no
            percentages, or names that do not tell them apart.

    Example:
        >>> result = compare([16.1, 15.2, 17.0, 16.4], [14.0, 14.9, 13.8, 14.5], names=["AnyNetX_A", "RegNetX"])
        >>> print(result)
        RegNetX beats AnyNetX_A: mean error 14.3 % against 16.2 %, difference 1.9 [0.7, 3.0] at 95 %, n = 4 + 4
        >>> result.winner
        'RegNetX'
        >>> result.superiority.probability
        0.0
    """
    if b is None:
        raise AnalysisError("comparing needs at least two populations: given 1. Give another, as in compare(a, b)")
    if more:
        return compare_all([a, b, *more], names=names, confidence=confidence, pairs=pairs)
    _check_different([a, b])
    (errors_a, failed_a), (errors_b, failed_b) = _read(a, "a"), _read(b, "b")
    first, second = _names([a, b], names)
    _check_sizes([errors_a, errors_b], [first, second])
    means = compare_means(errors_a, errors_b, confidence=confidence)
    return Comparison(
        names=(first, second),
        means=means,
        edfs=(edf(errors_a, confidence=confidence), edf(errors_b, confidence=confidence)),
        failed=(failed_a, failed_b),
        needed=None if means.is_told else _more_needed(errors_a, errors_b, confidence),
        notes=_notes(a, b),
        unlike=_unlike(a, b),
        error_name=_error_name([a, b]),
    )


def compare_all(
    populations: "Mapping[str, Records | ArrayLike] | Sequence[Records | ArrayLike]",
    *,
    names: Sequence[str] | None = None,
    confidence: float = 0.95,
    pairs: Pairs = "all",
) -> Comparisons:
    """Compares two or more populations by their validation errors, corrected for how many comparisons that is.

    Args:
        populations: records, or errors in percent; by their names, or one after the other.
        names: what to call those given one after the other, as for `compare`.
        confidence: that all intervals of the differences of means hold at once, between 0 and 1.
        pairs: ``"all"``, or ``"neighbors"``: each population with the next, as for the steps of a refinement.

    Raises:
        AnalysisError: as `compare`, or fewer than two populations.

    Example:
        >>> a, b, c = [16.1, 15.2, 17.0, 16.4], [14.0, 14.9, 13.8, 14.5], [12.1, 11.0, 13.0, 12.7]
        >>> steps = compare_all({"A": a, "B": b, "C": c}, pairs="neighbors")
        >>> [each.winner for each in steps]
        ['B', 'C']
        >>> len(steps.frame())
        2
    """
    given, called = _name_all(populations, names)
    _check_different(given)
    read = [_read(each, _letter(i)) for i, each in enumerate(given)]
    errors, failed = [each for each, _ in read], [each for _, each in read]
    _check_sizes(errors, called)
    means = compare_several(dict(zip(called, errors, strict=True)), confidence=confidence, pairs=pairs)
    edfs = tuple(edf(each, confidence=confidence) for each in errors)
    compared = [
        _one_of(means, row, edfs, failed, [given[k] for k in pair]) for row, pair in enumerate(means.pairs.tolist())
    ]
    return Comparisons(called, means, edfs, tuple(compared), _error_name(given))


def _name_all(populations: Any, names: Sequence[str] | None) -> tuple[list[Any], tuple[str, ...]]:
    """Gives the populations and what to call them."""
    if isinstance(populations, Mapping):
        given, names = list(populations.values()), [str(name) for name in populations]
    elif isinstance(populations, Sequence) and not isinstance(populations, str) and not _is_records(populations):
        given = list(populations)
    else:
        raise AnalysisError(
            f"compare_all needs populations by their names, or a list of them: given a {type(populations).__name__}"
        )
    if len(given) < 2:
        raise AnalysisError(f"comparing needs at least two populations: given {len(given)}")
    return given, _names(given, names)


def _one_of(
    several: SeveralMeans, row: int, edfs: Sequence[EDF], failed: Sequence[int], pair: Sequence[Any]
) -> Comparison:
    """Gives one comparison of several, its interval corrected."""
    i, j = several.pairs[row].tolist()
    errors = edfs[i].errors, edfs[j].errors
    means = replace(
        compare_means(*errors, confidence=several.confidence),
        low=float(several.low[row]),
        high=float(several.high[row]),
    )
    confidence = _of_one(several.confidence, len(several))
    return Comparison(
        names=(several.names[i], several.names[j]),
        means=means,
        edfs=(edfs[i], edfs[j]),
        failed=(failed[i], failed[j]),
        needed=None if means.is_told else _more_needed(*errors, confidence),
        notes=_notes(*pair),
        compared=len(several),
        unlike=_unlike(*pair),
        error_name=_error_name(pair),
    )


def _row(each: Comparison, adjusted_p_value: float) -> dict[str, Any]:
    return {
        "first": each.names[0],
        "second": each.names[1],
        "n_first": each.n[0],
        "n_second": each.n[1],
        "failed_first": each.failed[0],
        "failed_second": each.failed[1],
        "mean_first": each.means.mean_a,
        "mean_second": each.means.mean_b,
        "difference": each.difference,
        "low": each.interval[0],
        "high": each.interval[1],
        "confidence": each.confidence,
        "p_value": each.means.p_value,
        "adjusted_p_value": adjusted_p_value,
        "winner": each.winner,
        "superiority": each.superiority.probability,
        "superiority_low": each.superiority.low,
        "superiority_high": each.superiority.high,
        "distance": each.distance.distance,
        "distance_low": each.distance.low,
        "distance_high": each.distance.high,
        "needed": each.needed,
    }


def _of_one(confidence: float, compared: int) -> float:
    """Gives the confidence of each of several intervals under which all hold at ``confidence`` (Bonferroni)."""
    return 1 - (1 - confidence) / compared if compared > 1 else confidence


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


def _check_different(populations: Sequence[Any]) -> None:
    """Refuses the same records twice."""
    records = [each for each in populations if _is_records(each)]
    for i, each in enumerate(records):
        if any(_are_same(each, other) for other in records[:i]):
            raise AnalysisError(
                f"population {each.name!r} is named twice: given {', '.join(other.name for other in records)}.\n"
                "  Name different ones."
            )


def _are_same(a: "Records", b: "Records") -> bool:
    """Whether these are one population, read once or twice."""
    return a is b or (a.name == b.name and a.facts == b.facts and np.array_equal(a.errors, b.errors))


def _check_sizes(errors: Sequence[NDArray[np.float64]], names: Sequence[str]) -> None:
    """Names the population that is too small."""
    for name, each in zip(names, errors, strict=True):
        if each.ndim == 1 and len(each) < 2:
            raise AnalysisError(
                f"cannot compare {' with '.join(names)}: {name} has {len(each)} finished "
                f"{'network' if len(each) == 1 else 'networks'}, and a mean with an interval needs at least 2.\n"
                "  Train more of it."
            )


def _more_needed(a: NDArray[np.float64], b: NDArray[np.float64], confidence: float) -> int | None:
    """Gives the networks needed of each population, where that is more than there are of one."""
    needed = networks_needed(a, b, confidence=confidence)
    return needed if needed is not None and needed > min(len(a), len(b)) else None


def _names(populations: Sequence[Any], names: Sequence[str] | None) -> tuple[str, ...]:
    count = len(populations)
    if names is not None:
        given = (names,) if isinstance(names, str) else tuple(str(name) for name in names)
        if len(set(given)) != count or len(given) != count:
            number = {2: "two", 3: "three"}.get(count, count)
            raise AnalysisError(f"names must be {number} different names, one for each population: given {names!r}")
        return given
    if all(_is_records(each) for each in populations):
        return tuple(display_names(populations))
    called = tuple(display_names([p])[0] if _is_records(p) else _letter(i) for i, p in enumerate(populations))
    return called if len(set(called)) == count else tuple(f"{name} ({i})" for i, name in enumerate(called, start=1))


def _letter(i: int) -> str:
    """Gives what a population without a name is called by its position."""
    return chr(ord("a") + i) if i < 26 else f"population {i + 1}"


def _notes(a: Any, b: Any) -> tuple[str, ...]:
    if not (_is_records(a) and _is_records(b)):
        return ()
    told = _DIFFERENCES | ({"data": _ELSEWHERE} if is_imported(a.facts) or is_imported(b.facts) else {})
    return (*_unfinished(a, b), *(note for key, note in told.items() if _differ(a.facts.get(key), b.facts.get(key))))


def _error_name(populations: Sequence[Any]) -> str:
    return name_errors(error_split(each.facts) if _is_records(each) else "validation" for each in populations)


def _unlike(a: Any, b: Any) -> tuple[str, ...]:
    """Gives the facts of training in which two populations differ.

    Files of others do not tell what they were trained on: of two imported populations the reader knows, and is told so.
    """
    if not (_is_records(a) and _is_records(b)) or (is_imported(a.facts) and is_imported(b.facts)):
        return ()
    return tuple(key for key in _TRAINING if _differ(a.facts.get(key), b.facts.get(key)))


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

"""Two populations compared: an answer in one honest sentence, with the numbers behind it."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from math import isfinite
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from netspace.analysis import (
    EDF,
    AreaDifference,
    DistributionDistance,
    Enough,
    MeanDifference,
    ResampledDifference,
    Superiority,
    compare_areas,
    compare_distributions,
    compare_pairs,
    judge_networks,
    resample_means,
)
from netspace.analysis.power import round_up
from netspace.comparison.likeness import ELSEWHERE

if TYPE_CHECKING:
    from netspace.figures import Picture

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
            >>> from netspace.comparison import compare
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
        return draw_errors(self.names, self.edfs, self.error_name, self.summary())

    def __str__(self) -> str:
        return self.summary()

    def __repr__(self) -> str:
        return f"<Comparison: {self.summary()}>"

    @property
    def _errors(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        return self.edfs[0].errors, self.edfs[1].errors

    @property
    def _confidence_of_one(self) -> float:
        return confidence_of_one(self.confidence, self.compared)

    def _unlike(self) -> str:
        """Says first why the means are not of the spaces; no space is called better."""
        places = self._places()
        means = f"mean error {self.means.mean_a:.{places}f} % and {self.means.mean_b:.{places}f} %"
        evidence = self._evidence(1, places) if isfinite(self.means.high) else f"n = {self.n[0]} + {self.n[1]}"
        known = "not known to be" if ELSEWHERE in self.notes else "not"
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


def draw_errors(names: Sequence[str], edfs: Sequence[EDF], error_name: str, title: str = "") -> "Picture":
    """Draws error distributions with their bands; axes call the errors by the split that the records tell."""
    from netspace.figures import plot_edfs, theme

    picture = plot_edfs(dict(zip(names, edfs, strict=True)), title=title)
    return picture.relabeled(theme.error_labels(error_name))


def confidence_of_one(confidence: float, compared: int) -> float:
    """Gives the confidence of each of several intervals under which all hold at ``confidence`` (Bonferroni)."""
    return 1 - (1 - confidence) / compared if compared > 1 else confidence


def _unsigned_zero(value: float, places: int) -> str:
    text = f"{value:.{places}f}"
    return text.lstrip("-") if float(text) == 0 else text

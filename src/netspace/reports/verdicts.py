"""The sentences that a report opens with."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import isfinite

from netspace.comparison import Comparison, compare, compare_all
from netspace.errors import AnalysisError
from netspace.populations.records import Records
from netspace.reports.gathering import Gathered, gather

FEWEST = 2
"""Finished networks that a population needs to be compared."""


@dataclass(frozen=True)
class Verdict:
    """One sentence, and whether it names a winner (``"told"``), does not (``"open"``) or is no comparison (``""``).

    ``advice`` says what to do where it does not; ``compared`` is how many comparisons it is one of, 0 if it is none.
    """

    sentence: str
    kind: str = ""
    advice: str = ""
    compared: int = 0


def tell_verdicts(populations: Sequence[Gathered], given: Sequence[str | Comparison] | None) -> list[Verdict]:
    """Gives the sentences asked for; without any, each population against the next, or the only one by itself.

    Three or more are compared all at once: the intervals hold together. Those of too few networks are named, and the
    others compared.
    """
    if given is not None:
        return [_of_comparison(each) if isinstance(each, Comparison) else Verdict(str(each)) for each in given]
    if len(populations) == 1:
        return [Verdict(_by_itself(populations[0]))]
    if len(populations) == 2:
        return [_against(*populations)]
    small = [each for each in populations if len(each.errors) < FEWEST]
    return [*_steps([each for each in populations if each not in small]), *map(_too_few, small)]


def verdict_sentences(populations: Sequence[Records]) -> list[str]:
    """Gives the sentences that a report on these populations opens with."""
    return [verdict.sentence for verdict in tell_verdicts(gather(populations), None)]


def _steps(populations: Sequence[Gathered]) -> list[Verdict]:
    """Compares each population with the next."""
    if len(populations) < 2:
        return [Verdict(_by_itself(each)) for each in populations]
    try:
        several = compare_all({each.name: each.records for each in populations}, pairs="neighbors")
    except AnalysisError as error:
        return [Verdict(str(error), "open")]
    return [_of_comparison(each) for each in several]


def _too_few(population: Gathered) -> Verdict:
    n = len(population.errors)
    said = f"{population.name} has {n} finished {'network' if n == 1 else 'networks'}: too few to compare"
    return Verdict(said, "open", f"Train at least {FEWEST - n} more.")


def _against(a: Gathered, b: Gathered) -> Verdict:
    try:
        return _of_comparison(compare(a.records, b.records, names=(a.name, b.name)))
    except AnalysisError as error:
        return Verdict(str(error), "open")


def _of_comparison(comparison: Comparison) -> Verdict:
    """Gives the sentence of a comparison, and where it does not tell, what would."""
    if comparison.winner:
        return Verdict(comparison.summary(), "told", compared=comparison.compared)
    advice = "train both alike" if comparison.unlike else str(comparison.enough)
    return Verdict(comparison.summary(), "open", f"{advice[0].upper()}{advice[1:]}.", comparison.compared)


def _by_itself(population: Gathered) -> str:
    edf = population.edf
    failed = f"; failed: {population.failed}, not counted" if population.failed else ""
    if edf is None:
        return f"{population.name} has no finished network yet, so there is nothing to say about it{failed}"
    low, high = edf.mean_interval
    mean = f"mean error {edf.mean:.1f} %"
    if isfinite(high):
        mean += f" [{low:.1f}, {high:.1f}] at {100 * edf.confidence:g} %"
    return f"{population.name}: {mean}, best {edf.min:.1f} %, n = {edf.n}{failed}"

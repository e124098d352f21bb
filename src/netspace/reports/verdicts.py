"""The sentences that a report opens with."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import isfinite

from netspace.comparison import Comparison, compare
from netspace.errors import AnalysisError
from netspace.populations.records import Records
from netspace.reports.gathering import Gathered, gather


@dataclass(frozen=True)
class Verdict:
    """One sentence, and whether it names a winner (``"told"``), does not (``"open"``) or is no comparison (``""``)."""

    sentence: str
    kind: str = ""


def tell_verdicts(populations: Sequence[Gathered], given: Sequence[str | Comparison] | None) -> list[Verdict]:
    """Gives the sentences asked for; without any, each population against the next, or the only one by itself."""
    if given is not None:
        return [_of_comparison(each) if isinstance(each, Comparison) else Verdict(str(each)) for each in given]
    if len(populations) == 1:
        return [Verdict(_by_itself(populations[0]))]
    return [_against(a, b) for a, b in pairwise(populations)]


def verdict_sentences(populations: Sequence[Records]) -> list[str]:
    """Gives the sentences that a report on these populations opens with."""
    return [verdict.sentence for verdict in tell_verdicts(gather(populations), None)]


def _against(a: Gathered, b: Gathered) -> Verdict:
    try:
        return _of_comparison(compare(a.records, b.records, names=(a.name, b.name)))
    except AnalysisError as error:
        return Verdict(str(error), "open")


def _of_comparison(comparison: Comparison) -> Verdict:
    return Verdict(comparison.summary(), "told" if comparison.winner else "open")


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

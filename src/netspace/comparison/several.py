"""Several populations compared in pairs, corrected for the number of pairs."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, overload

from netspace.analysis import EDF, SeveralMeans
from netspace.comparison.pair import VALIDATION, Comparison, draw_errors
from netspace.errors import AnalysisError

if TYPE_CHECKING:
    import pandas as pd

    from netspace.figures import Picture


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
        return draw_errors(self.names, self.edfs, self.error_name)

    def __str__(self) -> str:
        return self.summary()

    def __repr__(self) -> str:
        return f"<Comparisons of {', '.join(self.names)}:\n{self.summary()}>"


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

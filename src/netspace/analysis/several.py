"""Mean errors of several populations at once: intervals that hold together, and p-values corrected for their number."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import combinations, pairwise
from typing import Literal, get_args

import numpy as np
from numpy.typing import ArrayLike, NDArray

from netspace.analysis.intervals import t_interval, t_p_value, variance, welch
from netspace.analysis.observations import Floats, check_share, read_errors
from netspace.analysis.resampling import bootstrap_means, check_draws, divide
from netspace.errors import AnalysisError

Pairs = Literal["all", "neighbors"]
"""Which populations are compared: each with each, or each with the next."""


@dataclass(frozen=True, eq=False)
class SeveralMeans:
    """Differences of the mean errors of several populations: a table with a row for each of m pairs.

    Attributes:
        names: of the populations.
        n: (k,) networks of each population.
        means: (k,) their mean errors, in percent.
        pairs: (m, 2) which two populations, as positions in ``names``, a row compares.
        difference: (m,) mean of the first less that of the second: positive where the second is better.
        low: (m,) lower ends of the differences' intervals.
        high: (m,) upper ends.
        p_value: (m,) of each pair by itself, by Welch's t test.
        adjusted_p_value: (m,) by Holm's method: if those below x are claimed, the probability that any of the claims
            is false is at most x.
        confidence: that all m intervals hold their true differences.
    """

    names: tuple[str, ...]
    n: NDArray[np.int64]
    means: Floats
    pairs: NDArray[np.int64]
    difference: Floats
    low: Floats
    high: Floats
    p_value: Floats
    adjusted_p_value: Floats
    confidence: float

    def __len__(self) -> int:
        return len(self.pairs)

    @property
    def is_told(self) -> NDArray[np.bool_]:
        """(m,) whether the interval leaves out 0."""
        return (self.low > 0) | (self.high < 0)


def compare_several(
    populations: Mapping[str, ArrayLike],
    *,
    pairs: Pairs = "all",
    confidence: float = 0.95,
    draws: int = 10_000,
    seed: int = 0,
) -> SeveralMeans:
    """Compares the mean errors of several populations, corrected for how many comparisons that is.

    The intervals are difference -+ c s: s is Welch's standard error and c the quantile of the largest studentized
    difference over all pairs, of bootstrap samples of every population, so that it takes into account which pairs share
    a population. A single pair is compared as by `compare_means`; where populations of two or three networks leave c
    without an end, each pair is, at a confidence of 1 - (1 - confidence) / m (Bonferroni).

    Measured, 2,000 simulated studies each of 3 and of 6 populations of equal means, all pairs: with 16 networks each,
    all 95 % intervals hold together in 95.9 to 96.6 % for normal errors, of one spread or of spreads 1 to k; in 97.2 %
    and 98.4 % for exponential ones of one spread, and 94.4 and 94.7 % for those of spreads 1 to k, where Bonferroni's
    hold in 93.3 % and 90.9 %. With 4 networks each they hold in 97.4 % or more, and are up to three times as wide as
    Bonferroni's, which hold in 89 to 98 %. Holm's p-values rest on Welch's test and err where Bonferroni's intervals
    do.

    Args:
        populations: the errors of each population by its name, in percent.
        pairs: ``"all"`` of them, or ``"neighbors"``: each population with the next, as for steps of a refinement.
        confidence: that all intervals hold at once, between 0 and 1.
        draws: bootstrap samples.
        seed: the same seed gives the same intervals.

    Raises:
        AnalysisError: fewer than two populations, fewer than two networks in one, or an argument out of range.

    Source: Westfall and Young, Resampling-Based Multiple Testing (1993), section 2.6, for the largest t;
    S. Holm, Scandinavian Journal of Statistics 6 (1979).

    Example:
        >>> a, b, c = [16.1, 15.2, 17.0, 16.4], [14.0, 14.9, 13.8, 14.5], [14.1, 15.0, 13.0, 14.7]
        >>> table = compare_several({"a": a, "b": b, "c": c})
        >>> [(table.names[i], table.names[j]) for i, j in table.pairs]
        [('a', 'b'), ('a', 'c'), ('b', 'c')]
        >>> table.adjusted_p_value.round(3).tolist()
        [0.024, 0.03, 0.852]
    """
    errors = _read(populations)
    check_share(confidence, "confidence")
    rows = np.array(choose_pairs(len(errors), pairs), np.int64)
    first, second = rows.T
    means = np.array([e.mean() for e in errors])
    difference = means[first] - means[second]
    standard_error, p_value = _welch_table(errors, rows, difference)
    check_draws(draws)
    reach = _reach(errors, rows, standard_error, confidence, draws, seed)
    n = np.array([len(e) for e in errors])
    low, high = difference - reach, difference + reach
    return SeveralMeans(
        tuple(populations), n, means, rows, difference, low, high, p_value, holm(p_value), float(confidence)
    )


def choose_pairs(count: int, pairs: Pairs) -> list[tuple[int, int]]:
    """Gives the positions of the populations that are compared.

    Raises:
        AnalysisError: ``pairs`` is neither ``"all"`` nor ``"neighbors"``.

    Example:
        >>> choose_pairs(3, "all"), choose_pairs(3, "neighbors")
        ([(0, 1), (0, 2), (1, 2)], [(0, 1), (1, 2)])
    """
    if pairs not in get_args(Pairs):
        raise AnalysisError(f"pairs must be one of {', '.join(map(repr, get_args(Pairs)))}: given {pairs!r}")
    return list(combinations(range(count), 2) if pairs == "all" else pairwise(range(count)))


def holm(p_values: ArrayLike) -> Floats:
    """Gives p-values adjusted by Holm's method: the k-th least of m times m - k + 1, at most 1, never decreasing.

    Example:
        >>> holm([0.01, 0.04, 0.03]).round(3).tolist()
        [0.03, 0.06, 0.06]
    """
    p = np.asarray(p_values, np.float64)
    order = np.argsort(p, kind="stable")
    adjusted = np.empty_like(p)
    adjusted[order] = np.minimum(np.maximum.accumulate(p[order] * np.arange(len(p), 0, -1)), 1.0)
    return adjusted


def _read(populations: Mapping[str, ArrayLike]) -> list[Floats]:
    if not isinstance(populations, Mapping) or len(populations) < 2:
        raise AnalysisError(
            "compare_several needs the errors of at least two populations by their names, "
            f"such as {{'a': [...], 'b': [...]}}: given {_describe(populations)}"
        )
    read = [read_errors(e, f"errors of population {name}", at_least=2) for name, e in populations.items()]
    return [np.sort(e) for e in read]  # so that their order changes nothing


def _describe(populations: object) -> str:
    return f"{len(populations)}" if isinstance(populations, Mapping) else f"a {type(populations).__name__}"


def _welch_table(errors: list[Floats], rows: NDArray[np.int64], difference: Floats) -> tuple[Floats, Floats]:
    """Gives the standard error and the p-value of each pair."""
    found = [welch(errors[i], errors[j]) for i, j in rows]
    p_values = [t_p_value(d, *each) for d, each in zip(difference.tolist(), found, strict=True)]
    return np.array([error for error, _ in found]), np.array(p_values)


def _reach(
    errors: list[Floats], rows: NDArray[np.int64], standard_error: Floats, confidence: float, draws: int, seed: int
) -> Floats:
    """Gives the half widths of the intervals; infinite where neither population of a pair has any spread."""
    if len(rows) == 1:
        return np.array([t_interval(0.0, *welch(errors[0], errors[1]), confidence)[1]])
    largest = _largest_t(errors, rows, confidence, draws, seed)
    if np.isfinite(largest):
        return np.asarray(np.where(standard_error == 0, np.inf, largest * standard_error))
    one = 1 - (1 - confidence) / len(rows)
    return np.array([t_interval(0.0, *welch(errors[i], errors[j]), one)[1] for i, j in rows])


def _largest_t(errors: list[Floats], rows: NDArray[np.int64], confidence: float, draws: int, seed: int) -> float:
    """Gives the quantile of the largest |t| over all pairs, by the bootstrap."""
    drawn = [bootstrap_means(e, draws, seed, k) for k, e in enumerate(errors)]
    largest = np.zeros(draws)
    for i, j in rows:
        if variance(errors[i]) + variance(errors[j]) > 0:
            t = divide(drawn[i][0] - drawn[j][0], np.sqrt(drawn[i][1] + drawn[j][1]))
            np.maximum(largest, np.abs(t), out=largest)
    return float(np.quantile(largest, confidence, method="higher"))

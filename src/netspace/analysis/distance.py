"""How far apart two error distributions are: the Kolmogorov-Smirnov distance."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from netspace.analysis.observations import Floats, check_share, read_two

MOST_EXACT = 100_000_000
"""Steps of the exact p-value, (n_a + n_b) min(n_a, n_b), up to which it is computed: up to 7,000 + 7,000 networks."""


@dataclass(frozen=True, slots=True)
class DistributionDistance:
    """The largest vertical distance of two EDFs. A distance is a share of networks, from 0 to 1.

    Attributes:
        distance: sup over e of |F_a(e) - F_b(e)|.
        error: the least error, in percent, at which the shares of networks at most that bad are so far apart.
        low: lower end of the true distance's interval.
        high: upper end of the true distance's interval.
        confidence: of the interval.
        n_a: networks in the first.
        n_b: networks in the second.
        p_value: probability, were both populations drawn from one distribution, of a distance at least as large.
        is_exact: whether the p-value is exact; else it is that for a large n.
    """

    distance: float
    error: float
    low: float
    high: float
    confidence: float
    n_a: int
    n_b: int
    p_value: float
    is_exact: bool

    @property
    def is_told(self) -> bool:
        """Whether the interval leaves out 0: the distributions differ, at this confidence."""
        return self.low > 0


def compare_distributions(a: ArrayLike, b: ArrayLike, *, confidence: float = 0.95) -> DistributionDistance:
    """Gives the Kolmogorov-Smirnov distance of two error distributions, its interval and its p-value.

    The interval is the distance -+ c, where c is the quantile of the Kolmogorov-Smirnov statistic for
    n_a n_b / (n_a + n_b) draws, cut at 0 and 1. For large n it holds at least at its confidence for any two
    distributions: the process sqrt(n) ((F_a,n - F_a) - (F_b,n - F_b)) has less covariance, by a positive semidefinite
    part, where F_a and F_b differ than where they are one, so that by Anderson's inequality its largest absolute value
    is not larger; and |D_n - D| is at most that value. For distributions far apart it errs on the wide side: measured
    coverage of the 95 % interval with 16 + 16 networks, 5,000 simulated pairs each of normal errors, 97.1 % for equal
    distributions, 98.8 % for those half a standard deviation apart, 99.6 % for a whole one.

    The p-value is the share of all orders of the errors of a and b among each other that are as far apart; errors that
    tie, as those of small validation sets do, stay tied. With ties the interval errs on the wide side.

    Args:
        a: (n_a,) errors of the first population, in percent.
        b: (n_b,) errors of the second, in percent.
        confidence: of the interval, between 0 and 1.

    Raises:
        AnalysisError: fewer than two networks in either, errors that are not finite, or a confidence out of range.

    Source: J. L. Hodges, Arkiv foer Matematik 3 (1958), for the p-value: that of ``scipy.stats.ks_2samp`` where none
    tie; T. W. Anderson, Proceedings of the AMS 6 (1955), for the interval.

    Example:
        >>> apart = compare_distributions([1, 2, 3, 4, 5, 6], [4.5, 5.5, 6.5, 7.5, 8.5, 9.5])
        >>> round(apart.distance, 3), apart.error, round(apart.p_value, 4)
        (0.667, 4.0, 0.1429)
    """
    from scipy.stats import kstwo

    e_a, e_b = read_two(a, b)
    check_share(confidence, "confidence")
    n_a, n_b = len(e_a), len(e_b)
    apart, error = _largest_gap(e_a, e_b)
    distance, draws = apart / (n_a * n_b), max(1, n_a * n_b // (n_a + n_b))
    is_exact = (n_a + n_b) * min(n_a, n_b) <= MOST_EXACT
    p_value = _exact_p_value(e_a, e_b, apart) if is_exact else float(kstwo.sf(distance, draws))
    reach = float(kstwo.ppf(confidence, draws))
    low, high = max(distance - reach, 0.0), min(distance + reach, 1.0)
    return DistributionDistance(distance, error, low, high, float(confidence), n_a, n_b, p_value, is_exact)


def _largest_gap(a: Floats, b: Floats) -> tuple[int, float]:
    """Gives the largest distance of the EDFs times n_a n_b, and the least error at which it is reached."""
    errors = np.unique(np.concatenate([a, b]))
    count_a, count_b = (np.searchsorted(np.sort(e), errors, side="right") for e in (a, b))
    apart = np.abs(count_a * len(b) - count_b * len(a))  # whole numbers, so that ties are ties
    at = int(apart.argmax())
    return int(apart[at]), float(errors[at])


def _exact_p_value(a: Floats, b: Floats, apart: int) -> float:
    """Gives the share of all orders of a's and b's errors in which the EDFs are somewhere at least so far apart.

    An order is a path from (0, 0) to (n, m), a step to the right for each error of the smaller population. Of the
    paths to (i, j), a share of i / (i + j) comes from (i - 1, j). All points of one i + j are taken at a time.
    """
    n, m = sorted((len(a), len(b)))
    pooled = np.sort(np.concatenate([a, b]))
    is_seen = np.append(pooled[1:] > pooled[:-1], True)  # within a tie no EDF has a value
    i = np.arange(n + 1)
    reached = np.zeros(n + 1)  # share of the paths to (i, k - i) that were so far apart
    for k in range(1, n + m + 1):
        reached[1:] += i[1:] / k * (reached[:-1] - reached[1:])
        if is_seen[k - 1]:
            reached[np.abs(i * m - (k - i) * n) >= apart] = 1
    return float(reached[n])

"""Does one population have a lower mean error than another, and how sure is that?"""

from bisect import bisect_left
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from netspace.analysis.intervals import t_interval, variance
from netspace.analysis.observations import Floats, check_share, read_numbers

MOST = 2**30
"""Networks of each population beyond which means count as equal."""


@dataclass(frozen=True, slots=True)
class MeanDifference:
    """Mean errors of two populations and the interval of their difference, in percent.

    Attributes:
        mean_a: mean error of the first.
        mean_b: mean error of the second.
        difference: ``mean_a - mean_b``: positive where the second is better.
        low: lower end of the difference's interval.
        high: upper end of the difference's interval.
        confidence: of the interval.
        n_a: networks in the first.
        n_b: networks in the second.
        p_value: probability, were the true means equal, of a difference at least as large as this one.
    """

    mean_a: float
    mean_b: float
    difference: float
    low: float
    high: float
    confidence: float
    n_a: int
    n_b: int
    p_value: float

    @property
    def is_told(self) -> bool:
        """Whether the interval leaves out 0: the sign of the difference is known at this confidence."""
        return self.low > 0 or self.high < 0


def compare_means(a: ArrayLike, b: ArrayLike, *, confidence: float = 0.95) -> MeanDifference:
    """Gives the difference of two mean errors with Welch's t interval, which lets the spreads differ.

    Errors are skewed to the right, and populations are often small. Measured coverage of the 95 % interval with
    16 + 16 networks, 200,000 simulated pairs each: 95.0 % for normal errors; 95.7 % for two populations of
    exponential errors of one spread, 93.7 % where one has twice the spread, 91.9 % where it has four times;
    96.2 % for two lognormal ones (sigma 0.8), 93.2 % where one has twice the spread.

    Where all errors of both populations are equal among themselves, nothing is known of their spread: the interval
    is unbounded and the p-value 1.

    Args:
        a: (n_a,) errors of the first population, in percent.
        b: (n_b,) errors of the second, in percent.
        confidence: of the interval, between 0 and 1.

    Raises:
        AnalysisError: fewer than two networks in either, or errors that are not finite.

    Source: B. L. Welch, Biometrika 34 (1947); the same numbers as ``scipy.stats.ttest_ind(a, b, equal_var=False)``.

    Example:
        >>> means = compare_means([16.1, 15.2, 17.0, 16.4], [14.0, 14.9, 13.8, 14.5])
        >>> round(means.difference, 3), round(means.low, 2), round(means.high, 2), means.is_told
        (1.875, 0.73, 3.02, True)
    """
    e_a, e_b = _read_two(a, b)
    check_share(confidence, "confidence")
    mean_a, mean_b = float(e_a.mean()), float(e_b.mean())
    difference = mean_a - mean_b
    standard_error, freedom = _welch(e_a, e_b)
    low, high = t_interval(difference, standard_error, freedom, confidence)
    p_value = _p_value(difference, standard_error, freedom)
    return MeanDifference(mean_a, mean_b, difference, low, high, float(confidence), len(e_a), len(e_b), p_value)


def networks_needed(a: ArrayLike, b: ArrayLike, power: float = 0.8, confidence: float = 0.95) -> int | None:
    """Says how many networks of each population would tell a difference as large as the one seen.

    With that many of each, and if the true means and spreads are those of the samples, the interval of
    `compare_means` leaves out 0 with probability ``power``: the least n with
    n >= (t_((1 + confidence) / 2) + t_power)^2 (s_a^2 + s_b^2) / difference^2, t of 2 n - 2 degrees of freedom.

    Returns:
        ``None`` where no number can be said: the means are equal, all but equal (over a billion networks would be
        needed), or neither population has any spread.

    Raises:
        AnalysisError: as `compare_means`, or ``power`` is not between 0 and 1.

    Example:
        >>> networks_needed([16.1, 15.2, 17.8, 14.4], [14.0, 16.9, 13.8, 16.5])
        115
    """
    from scipy.special import stdtrit

    e_a, e_b = _read_two(a, b)
    check_share(power, "power")
    check_share(confidence, "confidence")
    difference, spread = float(e_a.mean() - e_b.mean()), variance(e_a) + variance(e_b)
    if difference == 0 or spread == 0:
        return None

    def is_enough(n: int) -> bool:
        t = stdtrit(2 * n - 2, (1 + confidence) / 2) + stdtrit(2 * n - 2, power)
        return bool(n >= t**2 * spread / difference**2)

    high = 2
    while not is_enough(high):
        high *= 2
        if high > MOST:
            return None
    return bisect_left(range(high), True, lo=2, key=is_enough)


def _read_two(a: ArrayLike, b: ArrayLike) -> tuple[Floats, Floats]:
    return tuple(read_numbers(e, f"errors of population {k}", at_least=2) for k, e in (("a", a), ("b", b)))  # type: ignore[return-value]


def _welch(a: Floats, b: Floats) -> tuple[float, float]:
    """Gives the standard error of the difference of means and the Welch-Satterthwaite degrees of freedom."""
    v_a, v_b = variance(a) / len(a), variance(b) / len(b)
    if v_a + v_b == 0:
        return 0.0, float(len(a) + len(b) - 2)
    freedom = (v_a + v_b) ** 2 / (v_a**2 / (len(a) - 1) + v_b**2 / (len(b) - 1))
    return float(np.sqrt(v_a + v_b)), float(freedom)


def _p_value(difference: float, standard_error: float, freedom: float) -> float:
    from scipy.special import stdtr

    if standard_error == 0:
        return 1.0
    return float(2 * stdtr(freedom, -abs(difference) / standard_error))

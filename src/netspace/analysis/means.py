"""Does one population have a lower mean error than another, and how sure is that?"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from netspace.analysis.intervals import t_interval, t_p_value, welch
from netspace.analysis.observations import check_share, read_two
from netspace.analysis.resampling import bootstrap_interval, check_draws, permutation_p_value


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
    e_a, e_b = read_two(a, b)
    check_share(confidence, "confidence")
    mean_a, mean_b = float(e_a.mean()), float(e_b.mean())
    difference = mean_a - mean_b
    standard_error, freedom = welch(e_a, e_b)
    low, high = t_interval(difference, standard_error, freedom, confidence)
    p_value = t_p_value(difference, standard_error, freedom)
    return MeanDifference(mean_a, mean_b, difference, low, high, float(confidence), len(e_a), len(e_b), p_value)


@dataclass(frozen=True, slots=True)
class ResampledDifference:
    """A difference of two means, or of two areas, with a bootstrap interval and the p-value of a permutation test.

    Attributes:
        difference: of the first less the second.
        low: lower end of the difference's interval.
        high: upper end of the difference's interval.
        confidence: of the interval.
        n_a: networks in the first.
        n_b: networks in the second.
        p_value: probability, were both populations drawn from one distribution, of a difference at least as large.
        splits: into n_a and n_b networks that the p-value rests on.
        is_exact: whether those are all splits there are, so that the p-value has no randomness.
    """

    difference: float
    low: float
    high: float
    confidence: float
    n_a: int
    n_b: int
    p_value: float
    splits: int
    is_exact: bool

    @property
    def is_told(self) -> bool:
        """Whether the interval leaves out 0: the sign of the difference is known at this confidence."""
        return self.low > 0 or self.high < 0


def resample_means(
    a: ArrayLike, b: ArrayLike, *, confidence: float = 0.95, draws: int = 10_000, seed: int = 0
) -> ResampledDifference:
    """Gives the difference of two mean errors with a bootstrap-t interval and a studentized permutation test.

    Up to 8 + 8 networks all splits are gone through; beyond, ``draws`` random ones.

    Measured with 16 + 16 networks, 3,000 simulated pairs each: the 95 % interval holds the true difference in 95.5 %
    for normal errors and 95.1 % where one has four times the spread; in 92.2 %, 93.4 % and 93.8 % for exponential
    errors of spreads 1 : 1, 1 : 2 and 1 : 4, where Welch's holds it in 95.4 %, 93.9 % and 92.3 %: it is the better one
    only where skewed populations differ much in spread. Of populations with equal means the p-value is 0.05 or less in
    4.5 to 5.5 % for one distribution, normal or exponential, and for normal ones of spreads 1 : 4; in 8.8 % for
    exponential ones of spreads 1 : 4.

    Where all errors of both populations are equal among themselves, the interval is unbounded; the p-value may still
    be small, as to draw equal errors twice by chance is unlikely.

    Args:
        a: (n_a,) errors of the first population, in percent.
        b: (n_b,) errors of the second, in percent.
        confidence: of the interval, between 0 and 1.
        draws: permutations, and bootstrap samples.
        seed: the same seed gives the same numbers.

    Raises:
        AnalysisError: fewer than two networks in either, errors that are not finite, or an argument out of range.

    Source: see `netspace.analysis.resampling`.

    Example:
        >>> means = resample_means([16.1, 15.2, 17.0, 16.4], [14.0, 14.9, 13.8, 14.5])
        >>> round(means.difference, 3), round(means.p_value, 4), means.splits, means.is_exact
        (1.875, 0.0286, 70, True)
    """
    e_a, e_b = (np.sort(e) for e in read_two(a, b))  # so that their order changes nothing
    check_share(confidence, "confidence")
    check_draws(draws)
    low, high = bootstrap_interval(e_a, e_b, confidence, draws, seed)
    p_value, splits, is_exact = permutation_p_value(e_a, e_b, draws, seed)
    difference = float(e_a.mean() - e_b.mean())
    return ResampledDifference(difference, low, high, float(confidence), len(e_a), len(e_b), p_value, splits, is_exact)

"""Areas under two error EDFs, over all errors or only up to an error that is of interest."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from netspace.analysis.means import ResampledDifference, resample_means
from netspace.analysis.observations import check_share, read_two
from netspace.errors import AnalysisError


@dataclass(frozen=True, slots=True)
class AreaDifference:
    """Areas under two EDFs up to an error, and the interval of their difference.

    Attributes:
        area_a: integral of the first EDF from 0 to ``up_to``, in percent: the mean of max(up_to - error, 0).
        area_b: the same of the second.
        up_to: the error that the areas end at, in percent.
        resampled: ``area_a - area_b``, positive where the first is better, with its interval and p-value.
    """

    area_a: float
    area_b: float
    up_to: float
    resampled: ResampledDifference

    @property
    def difference(self) -> float:
        """``area_a - area_b``: positive where the first is better."""
        return self.resampled.difference

    @property
    def interval(self) -> tuple[float, float]:
        """Bootstrap-t interval of `difference`."""
        return self.resampled.low, self.resampled.high

    @property
    def p_value(self) -> float:
        """Of the studentized permutation test."""
        return self.resampled.p_value

    @property
    def n(self) -> tuple[int, int]:
        """Networks of each population."""
        return self.resampled.n_a, self.resampled.n_b


def compare_areas(
    a: ArrayLike,
    b: ArrayLike,
    *,
    up_to: float | None = None,
    quantile: float = 0.5,
    confidence: float = 0.95,
    draws: int = 10_000,
    seed: int = 0,
) -> AreaDifference:
    """Compares the areas under two EDFs up to an error: which population has more and better good networks.

    The area from 0 to e is the mean of max(e - error, 0): networks worse than e count as nothing, so that a bad tail
    does not hide a good head. Up to 100 % it is 100 % less the mean error, and the difference is that of the means with
    its sign changed. The interval is one for the difference at the error ``up_to`` that was used, also where that is a
    quantile of the errors at hand; the p-value holds for either.

    Args:
        a: (n_a,) errors of the first population, in percent.
        b: (n_b,) errors of the second, in percent.
        up_to: where the areas end, in percent, above 0 and at most 100.
        quantile: without ``up_to``, the areas end at this quantile of all errors;
            0.5: their common median.
        confidence: of the interval, between 0 and 1.
        draws: permutations, and bootstrap samples.
        seed: the same seed gives the same numbers.

    Raises:
        AnalysisError: fewer than two networks in either, errors that are no percentages, or an argument out of range.

    Example:
        >>> areas = compare_areas([16.0, 15.0, 17.0, 40.0], [14.0, 15.0, 13.0, 60.0], up_to=20)
        >>> areas.area_a, areas.area_b, areas.difference
        (3.0, 4.5, -1.5)
        >>> round(compare_areas([16.0, 15.0, 17.0], [14.0, 15.0, 13.0], up_to=100).difference, 9)  # of means: 2.0
        -2.0
    """
    e_a, e_b = read_two(a, b)
    end = _quantile(e_a, e_b, quantile) if up_to is None else _check_end(up_to)
    gain_a, gain_b = np.maximum(end - e_a, 0), np.maximum(end - e_b, 0)
    resampled = resample_means(gain_a, gain_b, confidence=confidence, draws=draws, seed=seed)
    return AreaDifference(float(gain_a.mean()), float(gain_b.mean()), end, resampled)


def _quantile(a: ArrayLike, b: ArrayLike, quantile: float) -> float:
    return float(np.quantile(np.concatenate([a, b]), check_share(quantile, "quantile")))


def _check_end(up_to: float) -> float:
    if not (isinstance(up_to, float | int | np.number) and 0 < up_to <= 100):
        raise AnalysisError(f"up_to is an error in percent, above 0 and at most 100: given {up_to!r}")
    return float(up_to)

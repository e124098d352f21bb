"""Quantiles of a population's errors, with intervals that assume nothing of the errors' distribution.

Source: the order statistics of a sample enclose a quantile with binomial probabilities (W. R. Thompson, Annals of
Mathematical Statistics 7, 1936); with weights, a band of the EDF is read sideways (R. S. Woodruff, JASA 47, 1952).
"""

from dataclasses import dataclass
from math import ceil, log

import numpy as np
from numpy.typing import ArrayLike

from netspace.analysis.bands import Band, pointwise_band, read_weights
from netspace.analysis.observations import check_share, read_errors

RESIDUE = 1e-12
"""Of float arithmetic, in probabilities that decide about an end."""


@dataclass(frozen=True, slots=True)
class Quantile:
    """A quantile of the errors of a space, in percent.

    Attributes:
        share: which quantile: 0.05 is the error that 5 % of the networks stay below.
        value: that of the sample: the least error that at least ``share`` of the networks do not exceed.
        low: lower end of the interval, the error of a network; ``-inf`` where n is too small to have one.
        high: upper end of the interval, the error of a network; ``inf`` where n is too small to have one.
        coverage: the true probability that such an interval holds the quantile of a continuous distribution, at least
            ``confidence``; with weights it is not known, and ``confidence`` stands in its place.
        confidence: that was asked for.
        n: number of networks.
    """

    share: float
    value: float
    low: float
    high: float
    coverage: float
    confidence: float
    n: int

    @property
    def is_bounded(self) -> bool:
        """Whether there were networks enough for both ends."""
        return bool(np.isfinite(self.low) and np.isfinite(self.high))


def quantile(
    errors: ArrayLike, share: float = 0.5, *, weights: ArrayLike | None = None, confidence: float = 0.95
) -> Quantile:
    """Gives a quantile of the errors with its interval.

    The ends are errors of the sample, so far out that each side misses with at most (1 - confidence) / 2; ties make
    the interval surer, never less. An end that the sample cannot give is infinite: `networks_for_quantile` says how
    many networks it takes. With weights the interval holds the errors that the pointwise band allows for ``share``.

    Args:
        errors: (n,) errors of the networks that finished, in percent.
        share: which quantile, between 0 and 1; 0.5 is the median.
        weights: (n,) such as `complexity_weights` gives; networks of weight 0 are left out.
        confidence: of the interval, between 0 and 1.

    Raises:
        AnalysisError: no errors, or errors, weights, a share or a confidence that are none.

    Example:
        >>> median = quantile([14, 10, 11, 17, 12, 13, 19, 15])
        >>> median.value, median.low, median.high, round(median.coverage, 3)
        (13.0, 10.0, 19.0, 0.992)
        >>> quantile([14, 10, 11, 17], 0.05).low, networks_for_quantile(0.05)
        (-inf, 72)
    """
    check_share(share, "share")
    check_share(confidence, "confidence")
    if weights is None:
        return _by_order(np.sort(read_errors(errors)).tolist(), float(share), float(confidence))
    e = read_errors(errors)
    band = pointwise_band(e, weights=read_weights(weights, len(e)), confidence=confidence)
    return _by_band(band, float(share))


def networks_for_quantile(share: float, confidence: float = 0.95) -> int:
    """Says how many networks it takes for the interval of a quantile to have two ends.

    Below that number even the least or the greatest error of a sample misses too often: n such that
    (1 - share)^n and share^n are both at most (1 - confidence) / 2.

    Raises:
        AnalysisError: a share or a confidence that is not between 0 and 1.

    Example:
        >>> networks_for_quantile(0.5), networks_for_quantile(0.25), networks_for_quantile(0.01)
        (6, 13, 368)
    """
    check_share(share, "share")
    check_share(confidence, "confidence")
    return max(1, ceil(log((1 - confidence) / 2) / log(max(share, 1 - share)) - 1e-9))


def _by_order(errors: list[float], share: float, confidence: float) -> Quantile:
    """Gives the interval between order statistics: below the i-th lies the quantile if fewer than i errors do."""
    from scipy.special import bdtr

    n, tail = len(errors), (1 - confidence) / 2 + RESIDUE
    chance = bdtr(np.arange(n, dtype=float), n, share)  # of at most 0, 1, ..., n - 1 errors below the quantile
    i = int((chance <= tail).sum())  # P(fewer than i below) <= tail: the i-th error is the lower end
    j = int((1 - chance > tail).sum()) + 1  # P(j or more below) <= tail: the j-th error is the upper end
    low = errors[i - 1] if i else -np.inf
    high = errors[j - 1] if j <= n else np.inf
    missed = (chance[i - 1] if i else 0.0) + (1 - chance[j - 1] if j <= n else 0.0)
    at = max(1, ceil(share * n - 1e-9))
    return Quantile(share, errors[at - 1], low, high, float(1 - missed), confidence, n)


def _by_band(band: Band, share: float) -> Quantile:
    """Gives the errors at which the band holds ``share``."""
    ends = np.concatenate([[-np.inf], band.errors, [np.inf]])
    n, at = len(band.errors), int(np.searchsorted(band.fraction[1:], share - 1e-9))
    value = float(band.errors[at])
    allowed = np.flatnonzero((band.low < share - RESIDUE) & (share + RESIDUE < band.high))
    low, high = (float(ends[allowed[0]]), float(ends[allowed[-1] + 1])) if len(allowed) else (value, value)
    return Quantile(share, value, low, high, band.confidence, band.confidence, n)

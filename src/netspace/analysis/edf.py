"""The error empirical distribution function (EDF) of a population, with a simultaneous confidence band.

Source: Radosavovic et al., "Designing Network Design Spaces", section 3.1, equation 1:
F(e) = (1/n) sum_i 1[e_i < e].
"""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import ArrayLike

from netspace.analysis.intervals import mean_interval
from netspace.analysis.observations import Floats, check_share, read_errors


@dataclass(frozen=True, eq=False)
class EDF:
    """The distribution of a population's errors. All errors are top-1 in percent.

    Attributes:
        errors: (n,) the errors, ascending.
        fraction: (n,) share of networks whose error is at most ``errors[i]``: the height of the staircase just
            right of each step. To its left F is what `at` gives, the paper's strict ``<``.
        low: (n,) lower edge of the confidence band at those heights.
        high: (n,) upper edge of the confidence band at those heights.
        margin: half the height of the band, before it is cut at 0 and 1.
        confidence: of the band and of ``mean_interval``.
        n: number of networks.
        min: the least error.
        mean: the mean error (100 % less the area under F over 0 to 100 %).
        median: the median error.
        mean_interval: confidence interval of the mean (Student's t); unbounded where the spread is unknown,
            that is for one network or for errors that are all the same.
    """

    errors: Floats
    fraction: Floats
    low: Floats
    high: Floats
    margin: float
    confidence: float
    n: int
    min: float
    mean: float
    median: float
    mean_interval: tuple[float, float]

    def at(self, error: ArrayLike) -> Floats:
        """Gives F: the share of networks with an error strictly less than ``error`` (any shape)."""
        return np.asarray(np.searchsorted(self.errors, np.asarray(error, np.float64), side="left") / self.n)


def edf(errors: ArrayLike, *, confidence: float = 0.95) -> EDF:
    """Gives the error EDF of a population, its summary and its uncertainty.

    F(e) is the share of networks with an error strictly less than e, as in the paper's equation 1; pycls draws
    "at most". The two differ only at the n errors themselves, and the staircase drawn is the same.

    The band is simultaneous: in ``confidence`` of all samples the whole true F lies inside. Its half height is the
    exact quantile of the two-sided Kolmogorov-Smirnov statistic for n draws (``scipy.stats.kstwo``), which is
    tighter than the bound of Dvoretzky, Kiefer and Wolfowitz, sqrt(ln(2 / (1 - confidence)) / 2n), at every n.
    With errors that tie, as those of small validation sets do, it errs on the wide side. For one error chosen
    beforehand `pointwise_band` is narrower; `normalized_edf` gives every complexity the same weight.

    Args:
        errors: (n,) errors of the networks that finished, in percent; any order.
        confidence: of the band and of the interval of the mean, between 0 and 1.

    Raises:
        AnalysisError: no errors, some not finite, or a confidence out of range.

    Example:
        >>> curve = edf([12.0, 10.0, 11.0, 14.0])
        >>> curve.min, curve.mean, curve.fraction.tolist()
        (10.0, 11.75, [0.25, 0.5, 0.75, 1.0])
        >>> curve.at([10.0, 11.5]).tolist()
        [0.0, 0.5]
    """
    e = np.sort(read_errors(errors))
    check_share(confidence, "confidence")
    n = len(e)
    fraction = np.searchsorted(e, e, side="right") / n
    margin = kolmogorov_margin(n, confidence)
    return EDF(
        errors=e,
        fraction=fraction,
        low=np.maximum(fraction - margin, 0.0),
        high=np.minimum(fraction + margin, 1.0),
        margin=margin,
        confidence=float(confidence),
        n=n,
        min=float(e[0]),
        mean=float(e.mean()),
        median=float(np.median(e)),
        mean_interval=mean_interval(e, confidence),
    )


@lru_cache(maxsize=256)
def kolmogorov_margin(n: int, confidence: float) -> float:
    """Gives d such that sup |F_n - F| <= d with probability ``confidence`` (exactly so for continuous F)."""
    from scipy.stats import kstwo

    return float(kstwo.ppf(confidence, n))

"""Student's t intervals, which say "unbounded" where the sample holds no information on its spread."""

import numpy as np

from netspace.analysis.observations import Floats

UNBOUNDED = (-np.inf, np.inf)


def mean_interval(values: Floats, confidence: float) -> tuple[float, float]:
    """Gives the t interval of the mean of (n,) values; unbounded for n = 1 or values that are all equal."""
    n = len(values)
    if n < 2:
        return UNBOUNDED
    return t_interval(float(values.mean()), float(np.sqrt(variance(values) / n)), n - 1, confidence)


def t_interval(center: float, standard_error: float, freedom: float, confidence: float) -> tuple[float, float]:
    """Gives center -+ t s; unbounded for s = 0, since equal values do not show that the spread is nothing."""
    from scipy.special import stdtrit

    if standard_error == 0:
        return UNBOUNDED
    reach = float(stdtrit(freedom, (1 + confidence) / 2)) * standard_error
    return center - reach, center + reach


def variance(values: Floats) -> float:
    """Gives the unbiased variance, exactly 0 for values that are all equal."""
    return 0.0 if np.ptp(values) == 0 else float(np.var(values, ddof=1))

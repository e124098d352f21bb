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


def t_p_value(difference: float, standard_error: float, freedom: float) -> float:
    """Gives the two-sided p-value of a difference of 0; 1 for s = 0."""
    from scipy.special import stdtr

    if standard_error == 0:
        return 1.0
    return float(2 * stdtr(freedom, -abs(difference) / standard_error))


def welch(a: Floats, b: Floats) -> tuple[float, float]:
    """Gives the standard error of the difference of means and the Welch-Satterthwaite degrees of freedom."""
    v_a, v_b = variance(a) / len(a), variance(b) / len(b)
    if v_a + v_b == 0:
        return 0.0, float(len(a) + len(b) - 2)
    freedom = (v_a + v_b) ** 2 / (v_a**2 / (len(a) - 1) + v_b**2 / (len(b) - 1))
    return float(np.sqrt(v_a + v_b)), float(freedom)


def variance(values: Floats) -> float:
    """Gives the unbiased variance, exactly 0 for values that are all equal."""
    return 0.0 if np.ptp(values) == 0 else float(np.var(values, ddof=1))

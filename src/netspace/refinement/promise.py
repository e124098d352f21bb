"""What the moves gain together, with an interval that is honest about having picked them.

The value is the model's difference of mean errors, plus an anchor: the mean leave-one-out residual of all networks less
that of the half which is predicted better. With it the mean of the whole space is the sample's own, and the inside is
corrected by the networks nearest to it (an augmented estimator).
"""

from dataclasses import dataclass
from statistics import NormalDist

import numpy as np

from netspace.refinement.columns import Array, Mask
from netspace.refinement.model import Model

SAFETY = 1.1
"""Intervals are so much wider than the average's own: it leaves out what no member models."""


@dataclass(frozen=True)
class Promise:
    """By how much the mean error of the smaller space is lower than that of the whole, in points of error.

    Attributes:
        improvement: what is expected.
        low: lower end of its interval.
        high: upper end.
        confidence: of the interval.
        n: trained networks it rests on.

    Example:
        >>> str(Promise(2.5, 2.2, 2.8, 0.95, 100))
        '2.50 points [2.20, 2.80] at 95 %, n = 100'
    """

    improvement: float
    low: float
    high: float
    confidence: float
    n: int

    def __str__(self) -> str:
        ends = f"[{self.low:.2f}, {self.high:.2f}] at {100 * self.confidence:g} %"
        return f"{self.improvement:.2f} points {ends}, n = {self.n}"


def normal_quantile(confidence: float) -> float:
    """Gives the half width, in standard deviations, of a normal interval.

    Example:
        >>> round(normal_quantile(0.95), 2)
        1.96
    """
    return NormalDist().inv_cdf((1 + confidence) / 2)


def nothing(confidence: float, n: int) -> Promise:
    """Gives the promise of no move: the space stays as it is."""
    return Promise(0.0, 0.0, 0.0, confidence, n)


def promise(inside: Mask, model: Model, errors: Array, confidence: float) -> Promise:
    """Promises what the part ``inside`` (m,) of the pool saves; ``errors`` (n,) are the sample's.

    The variance is the anchor's, the model's posterior, that between the members and that of the pool. The degrees of
    freedom are Satterthwaite's, with the fourth moment of the residuals: a heavy tail makes their variance itself
    uncertain. A skewed tail may hide from either half: Johnson's correction widens both sides by it.
    """
    from scipy.special import stdtrit

    n, rows = len(errors), np.array([_parts(i, inside, model, errors) for i in range(len(model.members))])
    weights = model.weights
    value, v_anchor, v_model, v_drawn, skewness, kurtosis = weights @ rows
    v_between = weights @ (rows[:, 0] - value) ** 2
    variance = v_anchor + v_model + v_drawn + v_between
    doubt = v_anchor**2 * max(kurtosis - 1, 1) / (2 * n) + (v_model**2 + v_between**2) / (n / 5)
    q = normal_quantile(confidence)
    hidden = (1 + 2 * q**2) / 6 * abs(skewness) * np.sqrt(v_anchor / n)
    half = SAFETY * stdtrit(variance**2 / doubt, (1 + confidence) / 2) * np.sqrt(variance) + hidden
    return Promise(float(value), float(value - half), float(value + half), confidence, n)


def _parts(i: int, inside: Mask, model: Model, errors: Array) -> tuple[float, ...]:
    """Gives a member's value, the variances of its anchor, posterior and pool, and its residuals' shape."""
    n, w, seen = len(errors), inside / inside.sum(), model.predictions[i]
    anchor, residual = _anchor(errors - seen.left_out, seen.left_out)
    skewness, kurtosis = ((residual / max(residual.std(), 1e-12)) ** np.array([[3], [4]])).mean(1)
    value = float(seen.pool.mean() - w @ seen.pool + anchor)
    drawn = float(seen.pool[inside].var() / inside.sum())
    return (
        value,
        float(residual @ residual) / (n - 2) / n,
        float(model.posterior(i, w[None])[0]),
        drawn,
        skewness,
        kurtosis,
    )


def _anchor(residual: Array, predicted: Array) -> tuple[float, Array]:
    """Gives mean residual less that of the better predicted half, and each network's centered part in it, (n,)."""
    better = predicted <= np.median(predicted)
    if better.all():  # all are predicted alike: either half will do
        better = np.arange(len(predicted)) % 2 == 0
    centered = np.where(better, residual[better].mean() - residual, residual - residual[~better].mean())
    return float(residual.mean() - residual[better].mean()), centered

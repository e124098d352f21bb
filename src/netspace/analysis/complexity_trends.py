"""How acts, params and runtime go with flops: best-fit curves with their uncertainty.

Source: Radosavovic et al., "Designing Network Design Spaces", section 4, figure 12: acts go with the square root of
flops, params linearly, runtime as a sum of both, since it is made of arithmetic and of memory traffic. The paper fits
the best networks of each flop regime (the medians of `trend_over_regimes`); all networks of a population do as well.

Curves are fitted in log space, by least squares of log(value / fitted). Complexities scatter about a trend by some
share of it, be they small or large: over the two to three decades that populations span, plain least squares would
hear the largest networks alone, and its band would reach below 0 for small ones. What scatter in the logarithms
still depends on flops is allowed for in the intervals of the coefficients (HC3: MacKinnon and White, Journal of
Econometrics 29, 1985), not in the prediction band.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from netspace.analysis.observations import Floats, check_share, read_numbers
from netspace.errors import AnalysisError

Form = Literal["sqrt", "linear", "linear+sqrt"]

TERMS: dict[str, tuple[float, ...]] = {"sqrt": (0.5,), "linear": (0.0, 1.0), "linear+sqrt": (1.0, 0.5)}
"""Of each form the powers of flops: b sqrt(f) for acts, a + b f for params, a f + b sqrt(f) for runtime."""

STEPS, HALVINGS, PRECISION = 100, 30, 1e-12
"""Of Gauss and Newton's method: at most so many steps and halvings of each, until it gains no more than a share."""


@dataclass(frozen=True, eq=False)
class ComplexityTrend:
    """A curve of some complexity over flops, and how well it fits.

    Attributes:
        form: "sqrt": b sqrt(f); "linear": a + b f; "linear+sqrt": a f + b sqrt(f).
        coefficients: (p,) a and b, or b alone, in the units of the values and flops given.
        intervals: (p, 2) their confidence intervals, each alone.
        covariance: (p, p) of the coefficients.
        residual: standard deviation of log(value / fitted): 0.1 is a scatter of about 10 %.
        r_squared: share of the variance of log(value) that the curve explains; below 0: a constant fits better; NaN
            where all values are equal.
        log_ratio_error: mean |log(fitted / value)|.
        largest_log_ratio: the largest |log(fitted / value)|.
        range: least and greatest flops fitted; beyond, the curve is an extrapolation.
        n: number of networks.
        confidence: of intervals and bands.
    """

    form: Form
    coefficients: Floats
    intervals: Floats
    covariance: Floats
    residual: float
    r_squared: float
    log_ratio_error: float
    largest_log_ratio: float
    range: tuple[float, float]
    n: int
    confidence: float

    def at(self, flops: ArrayLike) -> Floats:
        """Gives the curve at ``flops`` (any shape)."""
        return np.asarray(_terms(np.asarray(flops, np.float64), self.form) @ self.coefficients)

    def prediction_band(self, flops: ArrayLike) -> tuple[Floats, Floats]:
        """Gives the interval, at each of ``flops``, that holds the value of one more network.

        Pointwise, for scatter that is lognormal and the same at all flops. NaN where the curve is not above 0.
        """
        from scipy.special import stdtrit

        terms = _terms(np.asarray(flops, np.float64), self.form)
        fitted = terms @ self.coefficients
        slopes = terms / np.where(fitted > 0, fitted, np.nan)[..., None]
        uncertain = np.einsum("...i,ij,...j", slopes, self.covariance, slopes)
        t = stdtrit(self.n - len(self.coefficients), (1 + self.confidence) / 2)
        factor = np.exp(t * np.sqrt(self.residual**2 + uncertain))
        low, high = fitted / factor, fitted * factor
        return np.asarray(low), np.asarray(high)


def fit_complexity(flops: ArrayLike, values: ArrayLike, form: Form, *, confidence: float = 0.95) -> ComplexityTrend:
    """Fits acts, params or runtime as a curve of flops.

    Coefficients may come out negative, where the data ask for it, but the curve is above 0 at all networks given.
    Measured coverage of 95 % intervals, 1,000 simulated populations each of 10 and 100 networks, with a scatter that is
    the same at all flops, or grows with their power 0.4: coefficients 93 to 97 %, the band 94 to 96 %, but 92 % of 10
    networks whose scatter grows.

    Args:
        flops: (n,) flops (multiply-adds) of the networks, in any unit: in GF the paper's curves are acts 6.5 sqrt(f)
            and params 3 + 5.5 f, both in millions.
        values: (n,) acts, params or runtimes, in any unit, above 0.
        form: "sqrt" as the paper fits acts, "linear" as params, "linear+sqrt" as runtime.
        confidence: of intervals and bands, between 0 and 1.

    Raises:
        AnalysisError: an unknown form, numbers that are not above 0, fewer networks than two more than coefficients,
            flops that are all but equal where there are two coefficients, or a confidence out of range.

    Example:
        >>> trend = fit_complexity([0.2, 0.4, 0.8, 1.6, 3.2], [4.0, 5.1, 7.6, 10.4, 14.2], "linear")
        >>> trend.coefficients.round(2).tolist(), round(trend.r_squared, 3)
        ([3.57, 3.85], 0.961)
        >>> [round(float(edge), 1) for edge in trend.prediction_band(1.0)]
        [4.6, 11.9]
    """
    f, y = _read(flops, values, form)
    check_share(confidence, "confidence")
    terms = _terms(f, form)
    scale = np.median(terms, axis=0) / np.median(y)  # coefficients of about 1, whatever the units
    beta = _gauss_newton(terms / scale, np.log(y)) / scale
    residuals = np.log(y / (terms @ beta))
    covariance = _robust_covariance(terms / scale, beta * scale, residuals) / np.outer(scale, scale)
    total = float(((np.log(y) - np.log(y).mean()) ** 2).sum())
    return ComplexityTrend(
        form=form,
        coefficients=beta,
        intervals=_intervals(beta, covariance, len(y), confidence),
        covariance=covariance,
        residual=float(np.sqrt(residuals @ residuals / (len(y) - len(beta)))),
        r_squared=float(1 - residuals @ residuals / total) if np.ptp(y) else np.nan,
        log_ratio_error=float(np.abs(residuals).mean()),
        largest_log_ratio=float(np.abs(residuals).max()),
        range=(float(f.min()), float(f.max())),
        n=len(y),
        confidence=float(confidence),
    )


def _read(flops: ArrayLike, values: ArrayLike, form: str) -> tuple[Floats, Floats]:
    if form not in TERMS:
        raise AnalysisError(f"form must be one of {', '.join(map(repr, TERMS))}: given {form!r}")
    fewest = len(TERMS[form]) + 2
    f, y = read_numbers(flops, "flops", at_least=fewest), read_numbers(values, "values", at_least=fewest)
    if len(f) != len(y):
        raise AnalysisError(f"a trend needs a value for each network: given {len(f)} flops, {len(y)} values")
    if f.min() <= 0 or y.min() <= 0:
        raise AnalysisError(f"flops and values must be above 0: the least given are {f.min():g} and {y.min():g}")
    if len(TERMS[form]) > 1 and f.max() / f.min() < 1.01:
        raise AnalysisError(
            f"the flops given, {f.min():g} to {f.max():g}, differ by less than 1 %: the two coefficients of "
            f'"{form}" cannot be told apart. Take networks of different flops, or the form "sqrt"'
        )
    return f, y


def _terms(flops: Floats, form: str) -> Floats:
    """Gives the powers of flops that the curve is a sum of: (...) -> (..., p)."""
    return np.stack([flops**power for power in TERMS[form]], axis=-1)


def _gauss_newton(terms: Floats, log_y: Floats) -> Floats:
    """Gives beta with the least sum of squares of log(y) - log(terms beta), terms beta above 0."""
    from scipy.optimize import nnls

    beta = nnls(terms / np.exp(log_y)[:, None], np.ones(len(log_y)))[0]  # least relative errors, none negative
    loss = _loss(beta, terms, log_y)
    for _ in range(STEPS):
        fitted = terms @ beta
        step = np.linalg.lstsq(terms / fitted[:, None], log_y - np.log(fitted), rcond=None)[0]
        before = loss
        for _ in range(HALVINGS):
            if (loss := _loss(beta + step, terms, log_y)) <= before:
                break
            step = step / 2
        else:
            return beta
        beta = beta + step
        if before - loss <= PRECISION * before:
            break
    return beta


def _loss(beta: Floats, terms: Floats, log_y: Floats) -> float:
    fitted = terms @ beta
    return float(((log_y - np.log(fitted)) ** 2).sum()) if fitted.min() > 0 else np.inf


def _robust_covariance(terms: Floats, beta: Floats, residuals: Floats) -> Floats:
    """Gives the covariance of the coefficients for scatter of any variance at each network (HC3)."""
    slopes = terms / (terms @ beta)[:, None]
    inverse = np.linalg.inv(slopes.T @ slopes)
    leverage = np.einsum("ni,ij,nj->n", slopes, inverse, slopes)
    pulls = slopes * (residuals / np.maximum(1 - leverage, 1e-9))[:, None]
    return np.asarray(inverse @ (pulls.T @ pulls) @ inverse)


def _intervals(beta: Floats, covariance: Floats, n: int, confidence: float) -> Floats:
    from scipy.special import stdtrit

    reach = stdtrit(n - len(beta), (1 + confidence) / 2) * np.sqrt(np.diag(covariance))
    return np.stack([beta - reach, beta + reach], axis=1)

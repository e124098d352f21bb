"""How the best value of a parameter goes with flops: a sample of networks at each of several flop regimes.

Source: Radosavovic et al., "Designing Network Design Spaces", section 4, figure 11: 100 networks at each regime, an
empirical bootstrap of each. The paper judges the trends by eye; the fitted line and its interval are ours.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from netspace.analysis.bootstrap import BestRange, empirical_bootstrap
from netspace.analysis.intervals import t_interval
from netspace.analysis.observations import Floats, check_share, read_numbers
from netspace.errors import AnalysisError

FEWEST = 3
"""Regimes that a trend needs: a line goes through any two points."""

RESIDUE = 1e-12
"""Of float arithmetic: a scatter below this share of the values is none."""


@dataclass(frozen=True, eq=False)
class RegimeTrend:
    """The best value of a parameter at each flop regime, and the line through these.

    Attributes:
        flops: (r,) the regimes, in multiply-adds or any unit of them, ascending.
        ranges: of each regime the best value and its range, by the empirical bootstrap.
        scale: "log": the line is one of log(value) on log(flops); "linear": one of the value on log2(flops).
        slope: for "log" the exponent s of value ~ flops^s; for "linear" the change at each doubling of flops.
        slope_interval: its confidence interval; unbounded where the regimes lie on the line exactly, as then their
            scatter is not known.
        fitted: (r,) the line's values at the regimes.
        low: (r,) lower edge of the line's pointwise confidence band at the regimes.
        high: (r,) upper edge.
        confidence: of ranges, interval and band.
    """

    flops: Floats
    ranges: tuple[BestRange, ...]
    scale: Literal["log", "linear"]
    slope: float
    slope_interval: tuple[float, float]
    fitted: Floats
    low: Floats
    high: Floats
    confidence: float

    @property
    def is_told(self) -> bool:
        """Whether the slope's interval leaves out 0: the parameter is known to rise, or to fall, with flops."""
        return self.slope_interval[0] > 0 or self.slope_interval[1] < 0


def trend_over_regimes(
    flops: ArrayLike,
    values: Sequence[ArrayLike],
    errors: Sequence[ArrayLike],
    *,
    scale: Literal["log", "linear"] = "log",
    fraction: float = 0.25,
    draws: int = 10_000,
    confidence: float = 0.95,
    seed: int = 0,
) -> RegimeTrend:
    """Gives the best value of a parameter at each flop regime with its range, and how it goes with flops.

    The line is fitted by least squares to the regimes' most likely best values, each regime counting the same, and its
    interval is Student's t with r - 2 degrees of freedom: it takes the scatter of the regimes about the line, whatever
    it comes from, for what is not known. The bootstrap's ranges do not enter, since they are not standard errors of
    the best value. With few regimes intervals are wide: t is 12.7 for three of them, 2.4 for nine.

    Args:
        flops: (r,) of each regime, such as the middle of its window; at least three.
        values: of each regime (n,) the parameter of its networks; positive for the scale "log".
        errors: of each regime (n,) the errors of its networks, in percent.
        scale: "log" for parameters that multiply, such as widths; "linear" for others, such as depth.
        fraction: of the bootstrap, as are ``draws`` and ``seed``: see `empirical_bootstrap`.
        draws: number of samples.
        confidence: of ranges, interval and band, between 0 and 1.
        seed: the same seed gives the same numbers.

    Raises:
        AnalysisError: fewer than three regimes, regimes of fewer than 8 networks, flops or values that cannot be
            taken the logarithm of, or an argument out of range.

    Example:
        >>> import numpy as np
        >>> widths = [np.arange(1, 21) * 8.0 * factor for factor in (1, 2, 4, 8)]
        >>> errors = [np.abs(np.arange(20) - best) for best in (9, 10, 9, 10)]
        >>> trend = trend_over_regimes([200, 400, 800, 1600], widths, errors)
        >>> trend.is_told, round(trend.slope, 2), [best.median for best in trend.ranges]
        (True, 1.03, [80.0, 176.0, 320.0, 704.0])
    """
    regimes = _read_regimes(flops, values, errors)
    check_share(confidence, "confidence")
    if scale not in ("log", "linear"):
        raise AnalysisError(f'scale must be "log" or "linear": given {scale!r}')
    order = np.argsort(regimes, kind="stable")
    options = {"fraction": fraction, "confidence": confidence}
    ranges = tuple(empirical_bootstrap(values[i], errors[i], draws=draws, seed=seed, **options) for i in order)
    best = np.array([each.median for each in ranges])
    if scale == "log" and (best <= 0).any():
        raise AnalysisError(f'the scale "log" needs positive values: the best are {best.tolist()}. Take "linear"')
    x, y = np.log2(regimes[order]), np.log2(best) if scale == "log" else best
    slope, interval, fitted, reach = _line(x, y, confidence)
    edges = [fitted, fitted - reach, fitted + reach]
    fitted, low, high = (2**edge for edge in edges) if scale == "log" else edges
    return RegimeTrend(regimes[order], ranges, scale, slope, interval, fitted, low, high, float(confidence))


def _read_regimes(flops: ArrayLike, values: Sequence[ArrayLike], errors: Sequence[ArrayLike]) -> Floats:
    regimes = read_numbers(flops, "flops of regimes", at_least=FEWEST)
    if not len(regimes) == len(values) == len(errors):
        raise AnalysisError(
            f"each regime needs values and errors: given {len(regimes)} regimes, {len(values)} lists of values, "
            f"{len(errors)} of errors"
        )
    if (regimes <= 0).any() or len(np.unique(regimes)) < FEWEST:
        raise AnalysisError(f"a trend needs {FEWEST} regimes of different, positive flops: given {regimes.tolist()}")
    return regimes


def _line(x: Floats, y: Floats, confidence: float) -> tuple[float, tuple[float, float], Floats, Floats]:
    """Gives slope, its t interval, fitted values and half heights of their pointwise band, by least squares."""
    from scipy.special import stdtrit

    n, centered = len(x), x - x.mean()
    square = float(centered @ centered)
    slope = float(centered @ (y - y[0])) / square  # exactly 0 for values that are all equal
    fitted = y.mean() + slope * centered
    residual = float(np.sqrt(((y - fitted) ** 2).sum() / (n - 2)))
    residual = 0.0 if residual <= RESIDUE * np.abs(y).max() else residual
    interval = t_interval(slope, residual / float(np.sqrt(square)), n - 2, confidence)
    t = float(stdtrit(n - 2, (1 + confidence) / 2))
    reach = t * residual * np.sqrt(1 / n + centered**2 / square) if residual else np.full(n, np.inf)
    return slope, interval, fitted, reach

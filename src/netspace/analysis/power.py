"""How many networks tell two spaces apart: before training, from a pilot or an assumption, and after."""

from bisect import bisect_left
from dataclasses import dataclass
from math import exp, sqrt
from typing import Literal, get_args

import numpy as np
from numpy.typing import ArrayLike

from netspace.analysis.intervals import t_interval, variance, welch
from netspace.analysis.observations import Floats, check_share, read_two
from netspace.analysis.superiority import compare_pairs, placements
from netspace.errors import AnalysisError

MOST = 2**30
"""Networks of each population beyond which two count as equal."""

Measure = Literal["mean", "superiority"]
"""What two populations are told apart by: their mean errors, or how often a network of one beats one of the other."""


@dataclass(frozen=True, slots=True)
class NetworksNeeded:
    """Networks of each of two populations that tell them apart, as far as a pilot can say.

    Attributes:
        each: the estimate; ``None``: no number can be said, as the pilot shows no difference or no spread.
        low: lower end of the interval of the number that is really needed.
        high: upper end; ``None``: the pilot sets no end to it, as the difference may be 0.
        power: probability that this many tell them apart.
        confidence: of the interval that is to tell them apart, and of that from ``low`` to ``high``.
        n_a: networks in the first population of the pilot.
        n_b: networks in the second.
    """

    each: int | None
    low: int | None
    high: int | None
    power: float
    confidence: float
    n_a: int
    n_b: int

    def __str__(self) -> str:
        """Says it in words."""
        if self.each is None:
            return f"no number can be said from {self.n_a} + {self.n_b} networks"
        return f"about {round_up(self.each):,} networks of each ({self.range}; pilot of {self.n_a} + {self.n_b})"

    @property
    def range(self) -> str:
        """The interval in words."""
        high = "or more" if self.high is None else f"to {round_up(self.high):,}"
        return f"{self.low or 2:,} {high} at {100 * self.confidence:.4g} %"


@dataclass(frozen=True, slots=True)
class Enough:
    """Whether two populations had enough networks, and how many more would do.

    Attributes:
        is_enough: whether the question is settled: one is better, or neither is by as much as matters.
        reason: why, or why not, in words.
        more: further networks of each that would do, about; 0 where n was enough, ``None`` where no number can be said.
        needed: of each in all; ``None`` where n was enough.
        detectable: the least difference that n_a + n_b networks tell with the power asked for: of mean errors in
            percent, or of the probability of superiority from 0.5; infinite where the spread is not known.
        n_a: networks in the first.
        n_b: networks in the second.
    """

    is_enough: bool
    reason: str
    more: int | None
    needed: NetworksNeeded | None
    detectable: float
    n_a: int
    n_b: int

    def __str__(self) -> str:
        """Says ``n was enough`` or how many networks to train."""
        if self.is_enough:
            return f"n was enough: {self.reason}"
        if self.more is None or self.needed is None:
            return f"n was too small: {self.reason}, and it cannot be said how many networks would do"
        return f"train about {round_up(self.more):,} more of each ({self.needed.range} in all): {self.reason}"


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
    e_a, e_b = read_two(a, b)
    _check_shares(power, confidence)
    return _each(float(e_a.mean() - e_b.mean()), variance(e_a) + variance(e_b), power, confidence)


def plan_networks(
    a: ArrayLike,
    b: ArrayLike,
    *,
    difference: float | None = None,
    by: Measure = "mean",
    power: float = 0.8,
    confidence: float = 0.95,
) -> NetworksNeeded:
    """Says how many networks of each space to train, from a pilot of both, and how sure the pilot is of that.

    Without ``difference`` the populations are taken to differ as the pilots do. Few networks say little of that: the
    interval is one of the standardized difference, t -+ z sqrt(1 + t^2 v / 4), where v is the variance of the log of
    the pilot's spread, and it has no upper end where the pilots may be equal. With ``difference``, the least one that
    matters, only the spread is the pilot's, and the interval is narrow.

    Measured, 5,000 simulated pilots each of 6 + 6, 12 + 12 and 25 + 25 networks: the 95 % interval holds the number
    needed in 96 to 99.7 % without ``difference``, and 95.4 to 98.9 % with it, for normal errors of equal spreads or
    1 : 3; in 98 to 99.9 % and 88 to 92 % for exponential ones of spreads 1 : 2.

    Args:
        a: (n_a,) errors of the pilot of the first space, in percent.
        b: (n_b,) errors of the pilot of the second.
        difference: the true difference to be told: of mean errors in percent, or, by ``"superiority"``, of the
            probability that a network of one beats one of the other from 0.5 (0.1: 60 %).
        by: what is compared: ``"mean"`` as by `compare_means`, or ``"superiority"`` as by `compare_pairs`.
        power: probability that the interval will leave out 0 (or 0.5), between 0 and 1.
        confidence: of the interval that will be drawn, and of the interval of the number.

    Raises:
        AnalysisError: fewer than two networks in either pilot, or an argument out of range.

    Source: L. V. Hedges and I. Olkin, Statistical Methods for Meta-Analysis (1985), section 5.D, for t; D. G. Bonett,
    Computational Statistics and Data Analysis 50 (2006), for the variance of a log spread.

    Example:
        >>> pilot = [16.1, 15.2, 17.8, 14.4, 15.9, 16.8], [14.0, 15.9, 13.8, 16.5, 14.8, 15.1]
        >>> print(plan_networks(*pilot))
        about 21 networks of each (5 or more at 95 %; pilot of 6 + 6)
        >>> print(plan_networks(*pilot, difference=0.5))
        about 81 networks of each (27 to 250 at 95 %; pilot of 6 + 6)
    """
    e_a, e_b = read_two(a, b)
    _check_shares(power, confidence)
    x, y, seen = _values(e_a, e_b, by)
    spread = variance(x) + variance(y)
    if difference is None:
        ends = _difference_ends(x, y, seen, confidence)
        assumed = seen
        low, high = (_each(end, spread, power, confidence) for end in ends)
    else:
        assumed = _check_difference(difference, by)
        low, high = (_each(assumed, end, power, confidence) for end in _spread_ends(x, y, confidence))
    each = _each(assumed, spread, power, confidence)
    return NetworksNeeded(each, low, high, float(power), float(confidence), len(e_a), len(e_b))


def assumed_networks(
    difference: float,
    spread: float | tuple[float, float] | None = None,
    *,
    by: Measure = "mean",
    power: float = 0.8,
    confidence: float = 0.95,
) -> int | None:
    """Says how many networks of each space to train, without a pilot, from an assumed difference and spread.

    By ``"superiority"`` no spread is needed: two distributions of one shape, of which one is shifted, are assumed
    (Noether, Journal of the American Statistical Association 82 (1987)): 1/12 is the variance of a rank.

    Args:
        difference: as for `plan_networks`.
        spread: standard deviation of the errors, in percent; a pair where the two populations' differ.
        by: as for `plan_networks`.
        power: probability of telling them apart, between 0 and 1.
        confidence: of the interval that tells, between 0 and 1.

    Returns:
        ``None`` where over a billion networks would be needed.

    Raises:
        AnalysisError: a difference of 0, a spread that is not positive, or an argument out of range.

    Example:
        >>> assumed_networks(0.5, 1.0)
        64
        >>> assumed_networks(0.14, by="superiority")
        68
    """
    _check_shares(power, confidence)
    size = _check_difference(difference, by)
    variances = 2 / 12 if by == "superiority" else _check_spread(spread)
    return _each(size, variances, power, confidence)


def judge_networks(
    a: ArrayLike,
    b: ArrayLike,
    *,
    matters: float | None = None,
    by: Measure = "mean",
    power: float = 0.8,
    confidence: float = 0.95,
    interval: tuple[float, float] | None = None,
) -> Enough:
    """Says, after training, whether n was enough, or about how many more networks of each to train.

    n was enough where the interval leaves out 0, or, with ``matters``, where it leaves out all differences as large.
    Else the number is the one that would tell ``matters``; without it, a difference as large as the one seen, of
    which a sample that could not tell knows little: its interval is given with it. Looking again and again, and
    training more until it tells, claims a difference of equal spaces more often than ``1 - confidence``.

    Args:
        a: (n_a,) errors of the first population, in percent.
        b: (n_b,) errors of the second.
        matters: the least difference that matters, as ``difference`` of `plan_networks`.
        by: as for `plan_networks`.
        power: probability that so many networks will tell, between 0 and 1.
        confidence: of the intervals, between 0 and 1.
        interval: of the difference, where another than that of ``by`` is to tell, as one of several comparisons.

    Raises:
        AnalysisError: fewer than two networks in either, or an argument out of range.

    Example:
        >>> a, b = [16.1, 15.2, 17.8, 14.4, 15.9, 16.8], [14.0, 15.9, 13.8, 16.5, 14.8, 15.1]
        >>> print(judge_networks(a, b))
        train about 15 more of each (5 or more at 95 % in all): the interval of the difference holds 0
        >>> print(judge_networks(a, [error - 2 for error in b]))
        n was enough: the interval of the difference leaves out 0
    """
    needed = plan_networks(a, b, difference=matters, by=by, power=power, confidence=confidence)
    e_a, e_b = read_two(a, b)
    x, y, _ = _values(e_a, e_b, by)
    low, high = interval or _interval(e_a, e_b, by, confidence)
    n, detectable = min(len(e_a), len(e_b)), _detectable(x, y, power, confidence)
    sizes = (detectable, len(e_a), len(e_b))
    if low > 0 or high < 0:
        return Enough(True, "the interval of the difference leaves out 0", 0, None, *sizes)
    if matters is not None and max(-low, high) < abs(matters):
        return Enough(True, f"the difference is less than {abs(matters):g}, whichever is better", 0, None, *sizes)
    more = None if needed.each is None else max(1, needed.each - n)
    reason = "the interval of the difference holds 0"
    if matters is not None:
        reason += f" and {abs(matters):g}"
    return Enough(False, reason, more, needed, *sizes)


def round_up(count: int) -> int:
    """Rounds up to two figures: what a power estimate is good for.

    Example:
        >>> round_up(514), round_up(7)
        (520, 7)
    """
    step: int = 10 ** max(0, len(str(count)) - 2)
    return -(-count // step) * step


def _each(difference: float, spread: float, power: float, confidence: float) -> int | None:
    """Gives the least n of each for a difference of two means, whose variances have the sum ``spread``."""
    from scipy.special import stdtrit

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


def _values(a: Floats, b: Floats, by: Measure) -> tuple[Floats, Floats, float]:
    """Gives values whose means have the difference asked for, or the spread of it, and that difference."""
    _check_measure(by)
    if by == "mean":
        return a, b, float(a.mean() - b.mean())
    x, y = placements(a, b)
    return x, y, float(x.mean() - 0.5)


def _interval(a: Floats, b: Floats, by: Measure, confidence: float) -> tuple[float, float]:
    if by == "mean":
        return t_interval(float(a.mean() - b.mean()), *welch(a, b), confidence)
    found = compare_pairs(a, b, confidence=confidence)
    return found.low - 0.5, found.high - 0.5


def _difference_ends(x: Floats, y: Floats, seen: float, confidence: float) -> tuple[float, float]:
    """Gives the largest and the least size of the difference that the pilot allows, in units of its own spread."""
    from scipy.special import ndtri

    standard_error, _ = welch(x, y)
    if standard_error == 0:
        return 0.0, 0.0
    t = abs(seen) / standard_error
    reach = float(ndtri((1 + confidence) / 2)) * sqrt(1 + t**2 * _log_spread_variance(x, y) / 4)
    return (t + reach) * standard_error, max(0.0, t - reach) * standard_error


def _spread_ends(x: Floats, y: Floats, confidence: float) -> tuple[float, float]:
    """Gives the interval of the sum of two variances."""
    from scipy.special import ndtri

    reach = float(ndtri((1 + confidence) / 2)) * sqrt(_log_spread_variance(x, y))
    spread = variance(x) + variance(y)
    return spread * exp(-reach), spread * exp(min(reach, 700.0))


def _log_spread_variance(x: Floats, y: Floats) -> float:
    """Gives the variance of the log of s_x^2 + s_y^2, from the tails of both."""
    parts = [(variance(v), _log_variance_variance(v)) for v in (x, y)]
    total = sum(s for s, _ in parts)
    return sum(s**2 * v for s, v in parts) / total**2 if total else 0.0


def _log_variance_variance(v: Floats) -> float:
    """Gives the variance of log s^2 by Bonett: c^2 (kurtosis - (n - 3) / n) / (n - 1), c = n / (n - 1.96).

    Never below 2 / (n - 1), that of normal errors: few networks have short tails by chance.
    """
    n, squares = len(v), float(((v - v.mean()) ** 2).sum())
    if squares == 0:
        return 0.0
    kurtosis = n * float(((v - _trimmed_mean(v)) ** 4).sum()) / squares**2
    c = n / max(n - 1.96, 1.0)
    return max(c**2 * (kurtosis - (n - 3) / n) / (n - 1), 2 / (n - 1))


def _trimmed_mean(v: Floats) -> float:
    """Gives the mean without the outer share 1 / (2 sqrt(n - 4)) on either side, as Bonett does."""
    n = len(v)
    cut = int(n / (2 * sqrt(n - 4))) if n > 5 else 0
    return float(np.sort(v)[cut : n - cut].mean())


def _detectable(x: Floats, y: Floats, power: float, confidence: float) -> float:
    from scipy.special import stdtrit

    standard_error, freedom = welch(x, y)
    if standard_error == 0:
        return float("inf")
    return float(stdtrit(freedom, (1 + confidence) / 2) + stdtrit(freedom, power)) * standard_error


def _check_shares(power: float, confidence: float) -> None:
    check_share(power, "power")
    check_share(confidence, "confidence")


def _check_measure(by: str) -> None:
    if by not in get_args(Measure):
        raise AnalysisError(f"by must be one of {', '.join(map(repr, get_args(Measure)))}: given {by!r}")


def _check_difference(difference: float, by: Measure) -> float:
    """Gives the size of a difference that is one."""
    _check_measure(by)
    most, unit = (100.0, "percent") if by == "mean" else (0.5, "of a probability from 0.5")
    if not (isinstance(difference, float | int | np.number) and 0 < abs(difference) <= most):
        raise AnalysisError(
            f"a difference to be told must not be 0 and at most {most:g} ({unit}): given {difference!r}"
        )
    return abs(float(difference))


def _check_spread(spread: float | tuple[float, float] | None) -> float:
    """Gives the sum of both variances."""
    try:
        both = np.broadcast_to(np.asarray(spread, np.float64), (2,))
    except (TypeError, ValueError):
        both = np.zeros(2)
    if not (np.isfinite(both) & (both > 0)).all():
        raise AnalysisError(
            "spread must be the standard deviation of the errors in percent, above 0, or a pair of them: "
            f"given {spread!r}"
        )
    return float((both**2).sum())

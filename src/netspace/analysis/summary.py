"""What a sample says of its space in a few numbers, each with its uncertainty."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from netspace.analysis.intervals import mean_interval
from netspace.analysis.observations import check_share, read_errors
from netspace.analysis.quantiles import Quantile, quantile

SHARES = (0.05, 0.25, 0.5, 0.75, 0.95)
"""Quantiles of a summary, unless told otherwise."""


@dataclass(frozen=True, slots=True)
class ErrorSummary:
    """Errors of a population in a few numbers, in percent.

    Attributes:
        n: number of networks.
        min: the least error of the sample. No interval of the least error of the whole space is given: a sample
            bounds it from above alone.
        better_at_most: upper limit of the share of the space's networks that have a lower error than ``min``.
        mean: the mean error.
        mean_interval: its confidence interval (Student's t); unbounded where the spread is unknown.
        quantiles: with their intervals, in the order asked for.
        confidence: of the intervals, and of ``better_at_most``.
    """

    n: int
    min: float
    better_at_most: float
    mean: float
    mean_interval: tuple[float, float]
    quantiles: tuple[Quantile, ...]
    confidence: float


def summarize_errors(
    errors: ArrayLike, shares: tuple[float, ...] = SHARES, *, confidence: float = 0.95
) -> ErrorSummary:
    """Gives min, mean and quantiles of a population's errors, with what they say of the space it was sampled from.

    All n networks are worse than the best share p of the space with probability (1 - p)^n: with ``confidence`` at
    most 1 - (1 - confidence)^(1/n) of the space's networks, about 3 / n at 95 %, are better than the best found.

    Args:
        errors: (n,) errors of the networks that finished, in percent.
        shares: which quantiles, each between 0 and 1.
        confidence: between 0 and 1.

    Raises:
        AnalysisError: no errors, or errors, shares or a confidence that are none.

    Example:
        >>> summary = summarize_errors([14, 10, 11, 17, 12, 13, 19, 15], shares=(0.5,))
        >>> summary.min, round(summary.better_at_most, 3), summary.mean, summary.quantiles[0].value
        (10.0, 0.312, 13.875, 13.0)
    """
    e = read_errors(errors)
    check_share(confidence, "confidence")
    return ErrorSummary(
        n=len(e),
        min=float(e.min()),
        better_at_most=float(-np.expm1(np.log1p(-confidence) / len(e))),
        mean=float(e.mean()),
        mean_interval=mean_interval(e, confidence),
        quantiles=tuple(quantile(e, share, confidence=confidence) for share in shares),
        confidence=float(confidence),
    )

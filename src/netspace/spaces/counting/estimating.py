"""Estimates how much of a space meets a budget from random draws, where it cannot be counted."""

from collections.abc import Callable
from math import ceil, floor
from typing import TYPE_CHECKING

from netspace.random import stream
from netspace.spaces.budget import Limits
from netspace.spaces.counting.enumeration import within
from netspace.spaces.counting.settings import can_be_listed, evenly
from netspace.spaces.counting.size import Size

if TYPE_CHECKING:
    from netspace.spaces.space import DesignSpace

CONFIDENCE = 0.95

CHUNK = 16_384

Progress = Callable[[int, int], None]


def estimate(space: "DesignSpace", limits: Limits, total: int, draws: int, progress: Progress | None = None) -> Size:
    """Estimates the settings that meet a budget, and their share of the distribution, as two intervals.

    The share is of draws by the space's distribution, the number of settings of as many that are equally probable.
    Where settings cannot be drawn so, nothing is said of their number but that it is at most ``total``.

    Args:
        space: any.
        limits: closed intervals for any of flops, params and acts.
        total: settings of all parameters, whether they give a network of the space or not.
        draws: how many, for either.
        progress: called with (draws done, draws in all).
    """
    listed = all(can_be_listed(component) for component in space.components)
    shown = _Shown(progress, draws * (1 + listed))
    met, belonging = _drawn(space, limits, draws, "measure", shown)
    measure = interval(met, belonging) if limits else (1.0, 1.0)
    share = (0.0, 1.0)
    if listed:
        share = interval(_drawn(evenly(space), limits, draws, "settings", shown)[0], draws)
    low, high = floor(share[0] * total), min(total, ceil(share[1] * total))
    return Size(low, high, *measure, "sampling", confidence=CONFIDENCE, draws=draws)


def interval(successes: int, n: int, confidence: float = CONFIDENCE) -> tuple[float, float]:
    """Gives the interval of Clopper and Pearson (1934) for the probability of ``successes`` in ``n`` trials.

    Example:
        >>> [round(each, 4) for each in interval(2, 100)]
        [0.0024, 0.0704]
    """
    from scipy.stats import beta

    tail = (1 - confidence) / 2
    low = float(beta.ppf(tail, successes, n - successes + 1)) if successes else 0.0
    high = float(beta.ppf(1 - tail, successes + 1, n - successes)) if successes < n else 1.0
    return low, high


class _Shown:
    """Reports progress over both samples."""

    def __init__(self, progress: Progress | None, total: int) -> None:
        self._progress, self._total, self._done = progress, total, 0

    def __call__(self, draws: int) -> None:
        self._done += draws
        if self._progress:
            self._progress(self._done, self._total)


def _drawn(space: "DesignSpace", limits: Limits, draws: int, name: str, shown: _Shown) -> tuple[int, int]:
    """Gives how many of the draws meet the budget, and how many are of the space."""
    met = belonging = 0
    for i, start in enumerate(range(0, draws, CHUNK)):
        n = min(CHUNK, draws - start)
        found = space.evaluate(stream(0, "size", name, i).random((n, space.draws)))
        belonging += len(found.networks)
        met += int(within(limits, found.complexity).sum())
        shown(n)
    return met, belonging

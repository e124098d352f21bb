"""Calls timed in turns, so that a busy moment of the machine falls on all of them. Knows neither torch nor networks.

A call has to be over when it returns: one that works on a GPU waits for it.
"""

import time
from collections.abc import Callable, Mapping, Sequence
from math import floor, sqrt
from statistics import median
from typing import Any, NamedTuple

Call = Callable[[], Any]

WARM_UP = 3
"""Calls of each kind that come first and are not timed: they allocate, choose kernels and fill caches."""

LONG = 500.0
"""Milliseconds from which one call is enough of a warm-up."""

PAUSE = 0.01
"""Seconds of rest between turns of different calls: threads of one library spin for some milliseconds after its
work, and would slow down the next."""


class Interval(NamedTuple):
    """A median and the ends of its interval."""

    median: float
    low: float
    high: float


def milliseconds(call: Call) -> float:
    """Times one call."""
    start = time.perf_counter()
    call()
    return 1e3 * (time.perf_counter() - start)


def in_turns(
    calls: Mapping[str, Call], seconds: float, *, rounds: int = 6, most: int = 1000, turn: float = 0.02
) -> dict[str, list[float]]:
    """Times each call in turn, round after round, until the time is up.

    A turn is calls for ``turn`` seconds, and its time is their median, the first left out: what ran before left the
    caches full of its own. A turn whose first call takes so long is that call, for which caches matter little.

    Args:
        calls: what to time, by name.
        seconds: how long altogether, warm-up and pauses included.
        rounds: made at least, also where they take longer.
        most: rounds made at most.
        turn: seconds of calls in each turn.

    Returns:
        Milliseconds of each turn, as many for each name, those of one round at the same place.

    Example:
        >>> times = in_turns({"short": lambda: sum(range(10)), "long": lambda: sum(range(10_000))}, seconds=0.01)
        >>> ratio(times["short"], times["long"]).high < 1
        True
    """
    deadline = time.perf_counter() + seconds
    for call in calls.values():
        _warm_up(call)
    times: dict[str, list[float]] = {name: [] for name in calls}
    for done in range(most):
        if done >= rounds and time.perf_counter() > deadline:
            break
        for name, call in calls.items():
            times[name].append(_turn(call, turn))
            if len(calls) > 1:
                time.sleep(PAUSE)
    return times


def _warm_up(call: Call) -> None:
    for _ in range(WARM_UP):
        if milliseconds(call) > LONG:
            break


def _turn(call: Call, seconds: float) -> float:
    deadline = time.perf_counter() + seconds
    taken = [milliseconds(call)]
    while time.perf_counter() < deadline:
        taken.append(milliseconds(call))
    return median(taken[1:] or taken)


def median_interval(values: Sequence[float]) -> Interval:
    """Gives the median with its 95 % interval from order statistics, which supposes no distribution.

    The number of values below the true median is binomial (n, 1/2); the interval leaves out as many values at either
    end as its normal approximation allows. With fewer than 6 values it spans all of them and holds the median with
    less than 95 %.

    Example:
        >>> median_interval(range(1, 101))
        Interval(median=50.5, low=40, high=61)
    """
    ordered, n = sorted(values), len(values)
    left_out = max(0, floor(n / 2 - 0.98 * sqrt(n)) - 1)
    return Interval(median(ordered), ordered[left_out], ordered[n - 1 - left_out])


def ratio(times: Sequence[float], to: Sequence[float]) -> Interval:
    """Gives the median of each round's ``times / to`` with its 95 % interval: below 1 the first are faster."""
    return median_interval([a / b for a, b in zip(times, to, strict=True)])

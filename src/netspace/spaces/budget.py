"""What a network may cost: closed intervals on flops, parameters, activations and predicted latency."""

from collections.abc import Callable, Mapping
from collections.abc import Set as AbstractSet
from math import isnan
from typing import Any, Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from netspace.complexity import Complexity, Networks
from netspace.errors import SpaceError
from netspace.numbers import parse_number, short

UNITS = {"flops": "F", "params": " params", "acts": " acts", "latency": " ms"}
QUANTITIES = tuple(UNITS)

DIGITS, MOST_DIGITS = 4, 15
"""Significant digits of a quantity in words, and those that every float has; two more tell any two floats apart."""

Limits = Mapping[str, tuple[float, float]]


@runtime_checkable
class DepthRuntime(Protocol):
    """What predicts latency from depth too; `netspace.complexity.RuntimeModel` is one.

    Any other ``runtime`` is a function of a `Complexity` alone.
    """

    @property
    def uses_depth(self) -> bool:
        """Whether it is to be given the depth."""

    def predict(self, complexity: Complexity, depth: Any) -> Any:
        """Gives (n,) milliseconds of n networks with (n,) numbers of blocks."""


Runtime = Callable[[Complexity], Any] | DepthRuntime


def read_budget(budget: Mapping[str, Any], runtime: Runtime | None) -> tuple[Limits, dict[str, Any]]:
    """Gives the limits of each bounded quantity, open ends being infinite, and the numbers as given.

    Raises:
        SpaceError: a pair is malformed, or latency is bounded with nothing to predict it.
    """
    given = {name: pair for name, pair in budget.items() if pair is not None}
    limits = {name: _limits(name, pair) for name, pair in given.items()}
    if "latency" in limits and runtime is None:
        raise SpaceError(
            "a budget on latency needs what predicts it: runtime=netspace.latency.calibrate(space)[0], or on the "
            "command line --runtime FILE, which netspace benchmark writes"
        )
    return limits, {name: (parse_number(pair[0]), parse_number(pair[1])) for name, pair in given.items()}


def costs(
    limits: Limits, networks: Networks, complexity: Complexity, runtime: Runtime | None
) -> dict[str, NDArray[Any]]:
    """Gives (n,) arrays of the bounded quantities of n networks, whose complexity is known.

    Raises:
        SpaceError: ``runtime`` fails, or does not give n numbers.
    """
    found = {name: getattr(complexity, name) for name in limits if name != "latency"}
    if "latency" in limits and runtime is not None:
        n = len(complexity.flops)
        try:
            predicted = np.asarray(_predicted(runtime, networks, complexity), float)
        except Exception as error:
            raise SpaceError(f"what predicts latency fails: {type(error).__name__}: {error}") from error
        if predicted.shape != (n,):
            raise SpaceError(
                f"what predicts latency gives shape {predicted.shape} for {n} networks: it has to give ({n},)"
            )
        if np.isnan(predicted).any():
            raise SpaceError(
                f"what predicts latency gives no number (NaN) for {int(np.isnan(predicted).sum())} of {n} networks: it "
                "has to give milliseconds, infinity where a network cannot run"
            )
        found["latency"] = predicted
    return found


def _predicted(runtime: Runtime, networks: Networks, complexity: Complexity) -> Any:
    if isinstance(runtime, DepthRuntime):
        return runtime.predict(complexity, networks.depth if runtime.uses_depth else None)
    return runtime(complexity)


def inside(limits: Limits, found: Mapping[str, NDArray[Any]], n: int) -> NDArray[np.bool_]:
    """Says which of n networks meet every limit."""
    mask = np.ones(n, bool)
    for name, (low, high) in limits.items():
        mask &= (low <= found[name]) & (found[name] <= high)
    return mask


def amount(name: str, value: float, digits: int = DIGITS) -> str:
    """Says a quantity with its unit: ``360 MF``, ``1.2 M params``."""
    if name == "latency":
        return f"{value:.{digits}g} ms"
    text = short(value, digits, " ")
    return text + (UNITS[name] if text[-1].isalpha() else f" {UNITS[name].lstrip()}")


def say(name: str, low: float, high: float) -> str:
    """Says an interval: ``360 MF to 400 MF``, ``at most 5 ms``; its ends in so many digits that they differ.

    Example:
        >>> say("flops", 4e6, 4.0001e6), say("flops", 4e6, 4e6)
        ('4 MF to 4.0001 MF', 'exactly 4 MF')
    """
    if np.isinf(low) or np.isinf(high):
        return f"at least {amount(name, low)}" if np.isinf(high) else f"at most {amount(name, high)}"
    if low == high:
        return f"exactly {amount(name, low, MOST_DIGITS)}"
    ends = [[amount(name, end, digits) for end in (low, high)] for digits in range(DIGITS, MOST_DIGITS + 3)]
    return " to ".join(next((pair for pair in ends if pair[0] != pair[1]), ends[-1]))


def _limits(name: str, pair: Any) -> tuple[float, float]:
    try:
        low, high = () if isinstance(pair, str | Mapping | AbstractSet) else tuple(pair)
        ends = [parse_number(low), parse_number(high)]
        if any(each is not None and isnan(each) for each in ends):
            raise ValueError
    except (TypeError, ValueError):
        raise SpaceError(
            f"budget {name}={pair!r} is not a pair (low, high): give two numbers, or None for an open end"
        ) from None
    limits = (-np.inf if ends[0] is None else ends[0], np.inf if ends[1] is None else ends[1])
    if not limits[0] <= limits[1]:
        raise SpaceError(f"budget {name}={pair!r} is empty: its low end is above its high end")
    return limits

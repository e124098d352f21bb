"""Distributions of one parameter: a finite set of values and the probability of each."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from netspace.errors import SpaceError

Floats = NDArray[Any]
"""An array of floats, most often numbers in [0, 1)."""


@dataclass(frozen=True)
class Distribution:
    """A parameter's allowed values, increasing, and the probability of each.

    Attributes:
        values: what the parameter may be, increasing.
        weights: probabilities, up to a common factor.
        text: how to say it in words, such as ``log-uniform 8 to 1024 by 8``.
    """

    values: tuple[float, ...]
    weights: tuple[float, ...]
    text: str

    @cached_property
    def table(self) -> NDArray[Any]:
        """The values as an array: int64 where all are whole."""
        return np.array(self.values)

    @cached_property
    def probabilities(self) -> Floats:
        """The probability of each value."""
        weights = np.array(self.weights)
        return weights / weights.sum()

    @cached_property
    def cumulative(self) -> Floats:
        """The probability of each value or less."""
        return np.cumsum(self.probabilities)

    def quantile(self, u: Floats) -> NDArray[Any]:
        """Gives the value at each ``u`` in [0, 1), so that uniform ``u`` follow the distribution."""
        return self.table[pick(self.cumulative, u)]


def pick(cumulative: Floats, u: Floats) -> NDArray[np.intp]:
    """Gives the index of the first entry of ``cumulative`` above ``u`` (at most the last)."""
    return np.minimum(np.searchsorted(cumulative, u, side="right"), len(cumulative) - 1)


def log_uniform(low: float, high: float, quantum: float) -> Distribution:
    """Gives the log-uniform distribution on ``low``, ``low + quantum``, ..., ``high``.

    A continuous log-uniform number in (low - q', high] is rounded up to the next value, with q' the lesser of the
    quantum and low / 2, so that the cumulative distribution is log-linear at every value (pycls's rule).

    Raises:
        SpaceError: the range is empty or not positive.
    """
    if not 0 < low <= high or quantum <= 0:
        raise SpaceError(f"log-uniform needs 0 < low <= high and a positive quantum, not {low}, {high}, {quantum}")
    count = int(np.floor((high - low) / quantum + 1e-9)) + 1
    values = low + quantum * np.arange(count)
    edges = np.concatenate([[low - min(quantum, low / 2)], values])
    text = f"log-uniform {low:g} to {values[-1]:g} by {quantum:g}"
    return Distribution(_exact(values, quantum), tuple(np.diff(np.log(edges)).tolist()), text)


def choices(values: Sequence[float]) -> Distribution:
    """Gives equal probability to each of ``values``; on powers of two that is log-uniform."""
    if not values:
        raise SpaceError("a parameter needs at least one value to choose from")
    ordered = tuple(sorted(set(values)))
    return Distribution(ordered, (1.0,) * len(ordered), f"one of {', '.join(f'{value:g}' for value in ordered)}")


def _exact(values: Floats, quantum: float) -> tuple[float, ...]:
    """Removes float residue: whole numbers become ints, others are rounded to the quantum's decimals."""
    if float(quantum).is_integer() and np.all(values == np.rint(values)):
        return tuple(int(value) for value in values)
    decimals = max(0, -int(np.floor(np.log10(quantum))))
    return tuple(np.round(values, decimals).tolist())

"""Distributions of one parameter: a finite set of values and the probability of each."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import ceil, inf, isfinite, log2
from numbers import Real
from typing import Any

import numpy as np
from numpy.typing import NDArray

from netspace.errors import SpaceError
from netspace.spaces.picking import Picker

Floats = NDArray[Any]
"""An array of floats, most often numbers in [0, 1)."""

MOST_VALUES = 100_000
"""Steps into which a range is cut at most. A finer one is taken in steps of several quanta, rounded up."""


FINEST = 2**40
"""Quanta that a range has at most: beyond it, values are no longer told apart from their float residue."""


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

    @property
    def is_fixed(self) -> bool:
        """Whether there is one value alone."""
        return len(self.values) == 1

    def quantile(self, u: Floats) -> NDArray[Any]:
        """Gives the value at each ``u`` in [0, 1), so that uniform ``u`` follow the distribution."""
        return self.table[self._picker(u)]

    @cached_property
    def _picker(self) -> Picker:
        return Picker(self.cumulative)

    def within(self, low: float | None, high: float | None) -> "Distribution":
        """Gives the distribution on the condition that the value lies in [``low``, ``high``].

        ``None`` is an open end.

        Raises:
            SpaceError: no value lies there.

        Example:
            >>> log_uniform(8, 64, 8).within(20, 40).values
            (24, 32, 40)
        """
        low, high = -inf if low is None else low, inf if high is None else high
        kept = [
            (value, weight) for value, weight in zip(self.values, self.weights, strict=True) if low <= value <= high
        ]
        if not kept:
            raise SpaceError(f"no value lies in {low:g} to {high:g}: there are {_said(self.values)}")
        if len(kept) == len(self.values):
            return self
        values, weights = zip(*kept, strict=True)
        if len(values) == 1:
            return choices(values)
        return Distribution(values, weights, f"{self.text}, within {values[0]:g} to {values[-1]:g}")

    def mapped(self, function: Callable[[float], float], text: str = "") -> "Distribution":
        """Gives the distribution of a function of the value, exactly; values with the same result count together.

        Args:
            function: gives a number for each value.
            text: what to say of it; by default the same as of this one, which is right where nothing changes.

        Example:
            >>> uniform(1, 4).mapped(lambda value: value // 2, "half of 1 to 4").probabilities.tolist()
            [0.25, 0.5, 0.25]
        """
        weights: dict[float, float] = {}
        for value, weight in zip(self.values, self.weights, strict=True):
            result = _plain(function(value))
            weights[result] = weights.get(result, 0.0) + weight
        values = tuple(sorted(weights))
        if values == self.values or len(values) == 1:
            return self if values == self.values else choices(values)
        return Distribution(values, tuple(weights[value] for value in values), text or self.text)


def log_uniform(low: float, high: float, quantum: float = 1) -> Distribution:
    """Gives the log-uniform distribution on ``low``, ``low + quantum``, ..., ``high``.

    A continuous log-uniform number in (low - q', high] is rounded up to the next value, with q' the lesser of the
    quantum and low / 2, so that the cumulative distribution is log-linear at every value (pycls's rule). A range of
    more than `MOST_VALUES` quanta is rounded up to every so many of them: the distribution is exact at each.

    Raises:
        SpaceError: the range is empty or not positive.

    Example:
        >>> log_uniform(8, 1024, 8).text
        'log-uniform 8 to 1024 by 8'
    """
    values = _steps("log-uniform", low, high, quantum, positive=True)
    edges = np.concatenate([[low - min(quantum, low / 2)], values])
    return _weighted("log-uniform", values, np.diff(np.log(edges)), quantum)


def uniform(low: float, high: float, quantum: float = 1) -> Distribution:
    """Gives equal probability to ``low``, ``low + quantum``, ..., ``high``.

    A range of more than `MOST_VALUES` quanta is rounded up to every so many of them, as for `log_uniform`.

    Raises:
        SpaceError: the range is empty.

    Example:
        >>> uniform(6, 16, 2).values
        (6, 8, 10, 12, 14, 16)
    """
    values = _steps("uniform", low, high, quantum, positive=False)
    quanta = np.rint(np.diff(np.concatenate([[low - quantum], values])) / quantum)
    return _weighted("uniform", values, quanta, quantum)


def powers_of_two(low: float, high: float) -> Distribution:
    """Gives equal probability to every power of two from ``low`` to ``high`` (pycls's ``power2_uniform``).

    Raises:
        SpaceError: an end is no power of two, or the range is empty.

    Example:
        >>> powers_of_two(0.25, 2).values
        (0.25, 0.5, 1, 2)
    """
    _check_powers("powers of two", low, high)
    values = tuple(_plain(2.0**k) for k in range(round(log2(low)), round(log2(high)) + 1))
    if len(values) == 1:
        return choices(values)
    return Distribution(values, (1.0,) * len(values), f"powers of two {low:g} to {high:g}")


def powers_of_two_then_log_uniform(low: float, high: float, quantum: float = 8) -> Distribution:
    """Gives powers of two below ``quantum``, and multiples of it from there on, log-uniform over all.

    This is pycls's ``power2_or_log_uniform``, its rule for group widths: 1, 2, 4, 8, 16, 24, ... Every power of two is
    as probable as another; those of at least the quantum are spread over its multiples, log-uniformly.

    Raises:
        SpaceError: an end or the quantum is no power of two, or the range is empty.

    Example:
        >>> powers_of_two_then_log_uniform(1, 32).values
        (1, 2, 4, 8, 16, 24, 32)
    """
    _check_powers("powers of two, then log-uniform", low, high, quantum)
    powers = powers_of_two(low, high).values
    few = [value for value in powers if value < quantum]
    if len(few) == len(powers):
        return powers_of_two(low, high)
    rest = log_uniform(max(low, quantum), high, quantum)
    weights = (*[1.0] * len(few), *(rest.probabilities * (len(powers) - len(few))).tolist())
    text = f"powers of two from {low:g}, then log-uniform to {high:g} by {quantum:g}"
    return Distribution((*few, *rest.values), weights, text) if few else rest


def normal(low: float, high: float, quantum: float = 1) -> Distribution:
    """Gives a normal distribution that is cut off at ``low`` and ``high`` and rounded to multiples of ``quantum``.

    Its mean is halfway, and the ends are three standard deviations away (pycls's rule). Rounding is to the nearest
    value, so the ends, with half a cell each, are less probable than they would be. A range of more than `MOST_VALUES`
    quanta is then rounded up, as for `log_uniform`.

    Raises:
        SpaceError: the range is empty.

    Example:
        >>> normal(0, 6).probabilities.round(3).tolist()
        [0.005, 0.061, 0.242, 0.384, 0.242, 0.061, 0.005]
    """
    values = _steps("normal", low, high, quantum, positive=False)
    return _weighted("normal", values, _bell(_nearest_cells(values, low, quantum)), quantum)


def log_normal(low: float, high: float, quantum: float = 1) -> Distribution:
    """Gives a log-normal distribution that is cut off at ``low`` and ``high`` and rounded to multiples of ``quantum``.

    The logarithm is distributed as `normal` between the logarithms of the ends (pycls's rule).

    Raises:
        SpaceError: the range is empty or not positive.

    Example:
        >>> round(float(log_normal(1, 64).cumulative[7]), 3)  # 8 or less, the geometric middle being 8
        0.535
    """
    values = _steps("log-normal", low, high, quantum, positive=True)
    return _weighted("log-normal", values, _bell(np.log(_nearest_cells(values, low, quantum))), quantum)


def choices(values: Sequence[float]) -> Distribution:
    """Gives equal probability to each of ``values``; on powers of two that is log-uniform.

    Raises:
        SpaceError: it is no list, there is no value, or one is no finite number.

    Example:
        >>> choices([1, 2, 4]).text
        'one of 1, 2, 4'
    """
    if not isinstance(values, Iterable):
        raise SpaceError(f"choices takes a list of values: given {values!r:.60}")
    given = list(values)
    wrong = [value for value in given if not isinstance(value, Real) or isinstance(value, bool) or not isfinite(value)]
    if not given or wrong:
        raise SpaceError(f"a parameter needs at least one value to choose from, all numbers: given {given!r:.80}")
    ordered = tuple(sorted({_plain(value) for value in given}))
    return Distribution(
        ordered, (1.0,) * len(ordered), f"one of {_said(ordered)}" if len(ordered) > 1 else f"{ordered[0]:g}"
    )


def as_distribution(given: Any) -> Distribution:
    """Reads a distribution: as it is, a number (fixed), or a list of values to choose from.

    Raises:
        SpaceError: it is none of these.
    """
    if isinstance(given, Distribution):
        return given
    if isinstance(given, Iterable) and not isinstance(given, str | dict):
        return choices(list(given))
    if isinstance(given, Real) and not isinstance(given, bool):
        return choices([float(given)])
    raise SpaceError(
        f"{given!r:.60} is no distribution: give ns.log_uniform(low, high, step), ns.uniform(low, high, step), a list "
        "of values, or one number"
    )


def _steps(kind: str, low: float, high: float, quantum: float, *, positive: bool) -> Floats:
    if not all(isinstance(each, Real) for each in (low, high, quantum)) or not (
        -inf < low <= high < inf and quantum > 0 and (low > 0 or not positive)
    ):
        least = "0 < low <= high" if positive else "low <= high"
        raise SpaceError(f"{kind} needs {least} and a positive quantum, not {low}, {high}, {quantum}")
    if high - low > quantum * FINEST:
        raise SpaceError(
            f"{kind} {low:g} to {high:g} by {quantum:g} has too many steps: give a step of at least "
            f"{(high - low) / FINEST:.2g}"
        )
    count = int(np.floor((high - low) / quantum + 1e-9)) + 1
    if count == 1 and low < high:
        raise SpaceError(
            f"{kind} {low:g} to {high:g} by {quantum:g} has one value alone: give a step below {high - low:g}"
        )
    last = int(np.floor((high - low) / quantum * (1 + 1e-12) + 1e-9))
    index = np.arange(0, last + 1, ceil((last + 1) / MOST_VALUES))
    return low + quantum * (index if index[-1] == last else np.append(index, last))


def _weighted(kind: str, values: Floats, weights: Floats, quantum: float) -> Distribution:
    """Gives values, float residue removed, with their weights; one alone is fixed."""
    exact = _exact(values, quantum)
    if len(exact) == 1:
        return choices(exact)
    return Distribution(exact, tuple(weights.tolist()), f"{kind} {exact[0]:g} to {exact[-1]:g} by {quantum:g}")


def _nearest_cells(values: Floats, low: float, quantum: float) -> Floats:
    """Gives the edges between which numbers are rounded to each value: half a quantum from it, but inside the range."""
    return np.concatenate([[low], np.minimum(values + quantum / 2, values[-1])])


def _bell(edges: Floats) -> Floats:
    """Gives the weight of a normal distribution between edges, of which the outermost are at 3 standard deviations."""
    from scipy.special import ndtr

    spread = (edges[-1] - edges[0]) / 6
    if not spread:
        return np.ones(1)
    return np.diff(ndtr((edges - (edges[0] + edges[-1]) / 2) / spread))


def _check_powers(kind: str, low: float, high: float, *others: float) -> None:
    given = (low, high, *others)
    good = all(isinstance(each, Real) and 0 < each < inf and log2(each).is_integer() for each in given)
    if not good or low > high:
        raise SpaceError(f"{kind} needs low <= high, and powers of two alone: given {', '.join(map(str, given))}")


def _exact(values: Floats, quantum: float) -> tuple[float, ...]:
    """Removes float residue: whole numbers become ints, others are rounded far below the quantum."""
    if float(quantum).is_integer() and np.all(values == np.rint(values)):
        return tuple(int(value) for value in values)
    decimals = max(0, -int(np.floor(np.log10(quantum)))) + 8
    return tuple(np.round(values, decimals).tolist())


def _plain(value: Any) -> float:
    """Gives a whole number as an int."""
    return int(value) if float(value).is_integer() else float(value)


def _said(values: Sequence[float]) -> str:
    """Says values in a few words."""
    if len(values) <= 12:
        return ", ".join(f"{value:g}" for value in values)
    return f"{values[0]:g}, {values[1]:g}, ..., {values[-1]:g}"

"""How each parameter of a space is distributed by the space's own rules, to be held against what is drawn."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from math import log, sqrt
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from netspace.errors import SpaceError
from netspace.spaces.components import Component, PerStage, QuantizedLine
from netspace.spaces.distributions import Distribution, Floats

if TYPE_CHECKING:
    from netspace.spaces.space import DesignSpace


@dataclass(frozen=True, eq=False)
class Marginal:
    """The distribution of one parameter alone, whatever the others are.

    Attributes:
        values: (k,) what the parameter may be, increasing.
        cumulative: (k,) the probability of each value or less.
    """

    values: NDArray[Any]
    cumulative: Floats

    def at(self, x: Any) -> Floats:
        """Gives the probability of ``x`` or less (any shape)."""
        return np.append(0.0, self.cumulative)[np.searchsorted(self.values, x, side="right")]

    def distance(self, drawn: Any) -> float:
        """Gives the largest difference between it and the cumulative distribution of (n,) values that were drawn.

        Example:
            >>> half = Marginal(np.array([1, 2]), np.array([0.5, 1.0]))
            >>> half.distance([1, 1, 1, 2])
            0.25
        """
        ordered = np.sort(np.asarray(drawn))
        steps = np.union1d(self.values, ordered)
        share = np.searchsorted(ordered, steps, side="right") / len(ordered)
        return float(np.abs(share - self.at(steps)).max())


def marginals(space: "DesignSpace") -> dict[str, Marginal]:
    """Gives the distribution of each parameter as it is drawn: orders over stages counted in, exactly.

    Lines that have another number of stages, and what restrictions exclude, are not counted out: these are rejected
    after the draw. Parameters that have no distribution of their own, such as the blocks of a piecewise linear
    function, are not among them.

    Example:
        >>> import netspace as ns
        >>> narrowest = marginals(ns.get_space("anynetx_d"))["width_1"]
        >>> float(narrowest.at(64).round(2)), float(marginals(ns.get_space("anynetx_a"))["width_1"].at(64).round(2))
        (0.95, 0.5)
    """
    return {name: each for component in space.components for name, each in _of_component(component)}


def noise(n: int, *, parameters: int = 1, confidence: float = 0.95) -> float:
    """Gives the distance that n draws of a distribution keep from it, in ``confidence`` of all samples.

    Source: Dvoretzky, Kiefer and Wolfowitz (1956) with Massart's constant (1990), which holds for every distribution;
    several parameters keep it all at once by Bonferroni's inequality.

    Args:
        n: draws.
        parameters: how many distributions are looked at.
        confidence: between 0 and 1.

    Raises:
        SpaceError: a number is out of range.

    Example:
        >>> round(noise(500), 3), round(noise(500, parameters=16), 3)
        (0.061, 0.08)
    """
    if n < 1 or parameters < 1 or not 0 < confidence < 1:
        raise SpaceError(
            f"no noise of {n} draws, {parameters} parameters and confidence {confidence}: give at least 1, at least 1, "
            "and a confidence between 0 and 1"
        )
    return sqrt(log(2 * parameters / (1 - confidence)) / (2 * n))


def _of_component(component: Component) -> Iterator[tuple[str, Marginal]]:
    if isinstance(component, PerStage):
        ordered = dict(zip(component.names, _ordered(component), strict=False))
        yield from ({name: _plain(each) for name, each in component.distributions.items()} | ordered).items()
    elif isinstance(component, QuantizedLine):
        yield from ((name, _plain(each)) for name, each in _of_line(component).items())
    else:
        yield from ((name, _plain(each)) for name, each in component.distributions.items())


def _plain(distribution: Distribution) -> Marginal:
    return Marginal(distribution.table, distribution.cumulative)


def _of_line(line: QuantizedLine) -> Mapping[str, Distribution]:
    """Gives what a line draws: no depth of fewer blocks than stages."""
    slope = line.initial_width if line.slope is None else line.slope
    return {**line.distributions, "depth": line.possible_depth, "slope": slope}


def _ordered(component: PerStage) -> Iterator[Marginal]:
    """Yields the distribution of each stage that keeps to an order: ways to come to a value, times ways to go on."""
    if not component.ordered_stages:
        return
    grid = component.grid
    arriving = np.ones(len(grid))
    for distribution, onward in zip(component.each, component.onward, strict=False):
        cumulative = np.cumsum(arriving * np.diff(onward, prepend=0.0))
        cumulative /= cumulative[-1]
        known = dict(zip(distribution.values, distribution.probabilities.tolist(), strict=True))
        arriving = np.cumsum(arriving * np.array([known.get(value, 0.0) for value in grid.tolist()]))
        yield _increasing(grid, cumulative)


def _increasing(grid: NDArray[Any], cumulative: Floats) -> Marginal:
    """Reads a distribution over falling values from its other end."""
    if len(grid) == 1 or grid[0] < grid[-1]:
        return Marginal(grid, cumulative)
    shares = np.diff(cumulative, prepend=0.0)[::-1]
    return Marginal(grid[::-1], np.cumsum(shares))

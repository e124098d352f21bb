"""Counts by looking at every setting of a space."""

from collections.abc import Callable, Iterator
from math import prod
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from netspace.complexity import Complexity, complexity
from netspace.spaces.budget import Limits, inside
from netspace.spaces.components import LINE, Component, PerStage, PiecewiseLinear, QuantizedLine
from netspace.spaces.counting.settings import settings
from netspace.spaces.distinct import Seen
from netspace.spaces.distributions import Floats

if TYPE_CHECKING:
    from netspace.spaces.space import DesignSpace, Draws

CHUNK = 32_768
"""Settings that are looked at together."""


class Found(NamedTuple):
    """Settings inside a budget, different networks among them if they were told apart, and the distribution's share."""

    settings: int
    networks: int | None
    measure: float


def enumerate_settings(
    space: "DesignSpace", limits: Limits, progress: Callable[[int, int], None] | None = None, chunk: int = CHUNK
) -> Found:
    """Counts the settings of a space that meet a budget one by one, as arrays.

    Raises:
        netspace.errors.SpaceError: a restriction fails, or a function of the space does.
    """
    seen = Seen()
    count, networks, measure, whole, done = 0, 0, 0.0, 0.0, 0
    total = prod(settings(component) for component in space.components)
    for parameters, probability in every_setting(space.components, chunk):
        draws, chance = _belonging(space, parameters, probability)
        whole += float(chance.sum())
        met = within(limits, draws.complexity)
        count += int(met.sum())
        measure += float(chance[met].sum())
        networks += len(seen.new(draws.take(met)._replace(parameters={})))  # however they are trained
        done += len(probability)
        if progress:
            progress(done, total)
    return Found(count, networks, measure / whole if whole else 0.0)


def every_setting(components: tuple[Component, ...], chunk: int) -> Iterator[tuple[dict[str, NDArray[Any]], Floats]]:
    """Yields all settings as columns of parameters, with their probabilities up to a common factor."""
    tables = [_table(component) for component in components]
    lengths = [len(probability) for _, probability in tables]
    for start in range(0, prod(lengths), chunk):
        left = np.arange(start, min(start + chunk, prod(lengths)))
        columns: dict[str, NDArray[Any]] = {}
        chance = np.ones(len(left))
        for (table, probability), length in zip(tables, lengths, strict=True):
            columns |= {name: column[left % length] for name, column in table.items()}
            chance = chance * probability[left % length]
            left = left // length
        yield columns, chance


def within(limits: Limits, cost: Complexity) -> NDArray[np.bool_]:
    """Says which of n networks meet every limit."""
    return inside(limits, {name: getattr(cost, name) for name in limits}, len(cost.flops))


def _belonging(space: "DesignSpace", parameters: dict[str, Any], chance: Floats) -> tuple["Draws", Floats]:
    """Gives the networks that are of the space."""
    from netspace.spaces.space import Draws

    networks, valid = space.decode(parameters)
    rows = np.flatnonzero(np.broadcast_to(valid, (len(networks),)))
    networks = networks.take(rows)
    draws = Draws({name: c[rows] for name, c in parameters.items()}, networks, complexity(networks), rows)
    if space.restrictions:
        draws = draws.take(space.kept(draws, space.restrictions))
    return draws, chance[draws.rows]


def _table(component: Component) -> tuple[dict[str, NDArray[Any]], Floats]:
    """Gives every setting of one component, as columns, and the probability of each up to a common factor."""
    if isinstance(component, QuantizedLine):
        return _of_line(component)
    if isinstance(component, PerStage) and component.ordered_stages:
        return _ordered(component)
    columns, chance = _product(component.distributions)
    if isinstance(component, PiecewiseLinear):
        line = {f"f_{i + 2}": np.full(len(chance), i + 2.0) for i in range(component.inside)}
        return columns | line, chance
    return columns, chance


def _product(distributions: Any) -> tuple[dict[str, NDArray[Any]], Floats]:
    """Gives every combination of the values of independent parameters."""
    grids = np.meshgrid(*[np.arange(len(each.values)) for each in distributions.values()], indexing="ij")
    index = {name: grid.ravel() for name, grid in zip(distributions, grids, strict=True)}
    columns = {name: each.table[index[name]] for name, each in distributions.items()}
    chances = [each.probabilities[index[name]] for name, each in distributions.items()]
    return columns, np.prod(chances, axis=0)


def _of_line(line: QuantizedLine) -> tuple[dict[str, NDArray[Any]], Floats]:
    columns, chance = _product({**line.distributions, "depth": line.possible_depth})
    return {name: columns.get(name, columns["initial_width"]) for name in LINE}, chance


def _ordered(component: PerStage) -> tuple[dict[str, NDArray[Any]], Floats]:
    """Gives every sequence that keeps to the order, stage by stage, and any values of the stages that need not."""
    place = {value: k for k, value in enumerate(component.grid.tolist())}
    columns: dict[str, NDArray[Any]] = {}
    before, chance = np.zeros(1, np.int64), np.ones(1)
    for i, (name, each) in enumerate(zip(component.names, component.each, strict=True)):
        mine = np.array([place.get(value, 0) for value in each.values])
        if i >= component.ordered_stages:
            before = np.zeros_like(before)  # the last stage may follow any
        row, column = np.nonzero(before[:, None] <= mine)
        columns = {known: values[row] for known, values in columns.items()} | {name: each.table[column]}
        before, chance = mine[column], chance[row] * each.probabilities[column]
    return columns, chance

"""How many settings each component has, and what is the same in all of them."""

from dataclasses import replace
from math import prod
from typing import TYPE_CHECKING

from netspace.spaces.components import Component, PerStage, PiecewiseLinear, QuantizedLine, Single
from netspace.spaces.counting.size import Published
from netspace.spaces.distributions import Distribution
from netspace.spaces.training import TRAINING_PARAMETERS

if TYPE_CHECKING:
    from netspace.spaces.space import DesignSpace

_ORDERED = "which divides by 4! as if no two stages were alike, where sequences that never decrease are counted here"
_TABLE_1 = {
    "anynetx_a": Published(1.8e18, "counted as here"),
    "anynetx_b": Published(6.8e16, "counted as here"),
    "anynetx_c": Published(3.2e14, "counted as here"),
    "anynetx_d": Published(1.3e13, _ORDERED),
    "anynetx_e": Published(5.5e11, _ORDERED.replace("4!", "(4!)^2")),
    "regnetx": Published(3.0e8, "an estimate with 64 values of each of the line's four parameters, valid or not"),
}
"""RegNet paper, Table 1."""


def settings(component: Component) -> int:
    """Counts the settings of a component; of a line, those that are not valid too."""
    if isinstance(component, PiecewiseLinear):
        return component.settings * len(component.initial_width.values) * len(component.slope.values)
    if isinstance(component, QuantizedLine):
        distributions = {**component.distributions, "depth": component.possible_depth}
        return prod(len(each.values) for each in distributions.values())
    if isinstance(component, PerStage):
        ordered = component.ordered_stages
        free = prod(len(each.values) for each in component.each[ordered : component.draws])
        return free * (_sequences(component) if ordered else 1)
    return prod(len(each.values) for each in component.distributions.values())


def _sequences(component: PerStage) -> int:
    """Counts sequences over the ordered stages that keep to the order, each value being one of its stage's."""
    grid = component.grid.tolist()
    ways = [1] * len(grid)
    for distribution in reversed(component.each[: component.ordered_stages]):
        allowed = set(distribution.values)
        onward, total = [], 0
        for value, ways_on in zip(reversed(grid), reversed(ways), strict=True):
            total += ways_on if value in allowed else 0
            onward.append(total)
        ways = onward[::-1]  # from this value or any after it
    return ways[0]


def can_be_listed(component: Component) -> bool:
    """Says whether each setting and its probability are known: of piecewise linear functions, only lines' are."""
    return not isinstance(component, PiecewiseLinear) or component.picks.values[-1] == 0


def trained(space: "DesignSpace") -> tuple["DesignSpace", int]:
    """Takes out the parameters that a network is trained by; they multiply the settings of any network."""
    aside = [c for c in space.components if isinstance(c, Single) and c.name in TRAINING_PARAMETERS]
    kept = tuple(c for c in space.components if c not in aside)
    return replace(space, components=kept), prod(settings(c) for c in aside)


def may_not_divide(space: "DesignSpace") -> bool:
    """Says whether networks may be left out because their groups do not divide an inner width."""
    attributes = {name for component in space.components for name in component.attributes}
    expands = "expansion" in attributes or any(stage.expansion is not None for stage in space.outline.stages)
    return expands and "group_width" in attributes


def evenly(space: "DesignSpace") -> "DesignSpace":
    """Gives the space that draws each setting with the same probability, if all `can_be_listed`."""

    def change(old: Distribution) -> Distribution:
        return replace(old, weights=(1.0,) * len(old.values))

    def changed(component: Component) -> Component:
        if isinstance(component, PerStage):
            return replace(component, each=tuple(change(each) for each in component.each))
        for name in component.distributions:
            component = component.changed(name, change) or component
        return component

    return replace(space, components=tuple(changed(component) for component in space.components))


def published(space: "DesignSpace") -> Published | None:
    """Gives the paper's figure, if the space has just the parameters of one of the paper's."""
    from netspace.spaces.published import get_space

    if space.restrictions or space.make is not None:
        return None
    for name, said in _TABLE_1.items():
        paper = get_space(name)
        if (paper.components, paper.outline.stages) == (space.components, space.outline.stages):
            return said
    return None

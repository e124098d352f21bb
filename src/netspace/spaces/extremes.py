"""Certain bounds on what the networks of a space cost: two networks, one below all of them and one above."""

from collections.abc import Mapping
from dataclasses import replace
from math import prod
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from netspace.architecture import Stage, inner_width
from netspace.complexity import complexity
from netspace.complexity.batch import NETWORK_COLUMNS
from netspace.families import compatible_widths
from netspace.lines import WIDTH_QUANTUM, line_widths
from netspace.spaces.budget import Limits
from netspace.spaces.components import PerStage, QuantizedLine, Single

if TYPE_CHECKING:
    from netspace.spaces.space import DesignSpace

MONOTONE = ("x", "v", "vr", "vanilla", "basic")
"""Blocks that cost no less with wider inputs, insides, outputs and groups, or larger kernels and images."""

COMPONENTS = (PerStage, QuantizedLine, Single)
"""Kinds whose values are known, but not those that are derived from them."""

MOST_COMBINATIONS = 1_000_000
"""Widths, bottleneck ratios and group widths of a stage that are looked at, all with each other."""

Ends = Mapping[str, tuple[int, int]]


def certain_ends(space: "DesignSpace") -> Ends | None:
    """Gives bounds on flops, params and acts that hold for every network; ``None``: none are known.

    They are what two networks cost, whose stages have the least (greatest) built width, inner width, group width,
    depth and kernel that any network's have, each taken alone. Of a stage of stride 1, the first block has a shortcut
    that depends on its widths being equal; such spaces, and those of other blocks, have no bounds here.

    Example:
        >>> import netspace as ns
        >>> certain_ends(ns.get_space("anynetx_a"))["flops"]
        (12725970, 160960414696)
    """
    stages = space.outline.stages
    plain = all(stage.block in MONOTONE and stage.stride > 1 and stage.expansion is None for stage in stages)
    known = all(type(c) in COMPONENTS and "expansion" not in c.attributes for c in space.components)
    if space.make is not None or not plain or not known:
        return None
    pairs = [_stage_ends(space, i) for i in range(len(stages))]
    if None in pairs:
        return None
    both = [_network(space, [pair[end] for pair in pairs if pair], end) for end in (0, -1)]
    least, most = (complexity(network) for network in both)
    return {name: (int(getattr(least, name)), int(getattr(most, name))) for name in ("flops", "params", "acts")}


def excludes(space: "DesignSpace", limits: Limits) -> bool:
    """Says whether certainly no network meets a budget, as one of its bounds is beyond every network."""
    ends = certain_ends(space) if limits.keys() - {"latency"} else None
    return ends is not None and any(
        high < ends[name][0] or low > ends[name][1] for name, (low, high) in limits.items() if name in ends
    )


def _stage_ends(space: "DesignSpace", i: int) -> tuple[Stage, Stage] | None:
    """Gives the least and the greatest of one stage, as stages that may be none of the space's."""
    stage = space.outline.stages[i]
    values = {name: _values(space, name, i) for name in ("width", "bottleneck_ratio", "group_width")}
    if prod(len(each) for each in values.values()) > MOST_COMBINATIONS:
        return None
    width, inner, group_width = _built(space, *values.values())
    own = {name: _values(space, name, i) for name in ("depth", "kernel")}
    ends = []
    for end, pick in ((0, np.min), (-1, np.max)):
        w, v, g = (int(pick(each)) for each in (width, inner, group_width))
        fields: dict[str, Any] = {name: int(pick(each)) for name, each in own.items()}
        if end:
            v = -(-v // g) * g  # a whole number of the widest groups, no less than any inner width
        elif v % g:
            g = 1
        fields |= {"group_width": g} if _is_grouped(space, i) else {}
        ends.append(replace(stage, width=w, bottleneck_ratio=w / v, **fields))
    return ends[0], ends[1]


def _built(
    space: "DesignSpace", width: NDArray[Any], bottleneck_ratio: NDArray[Any], group_width: NDArray[Any]
) -> tuple[NDArray[Any], NDArray[Any], NDArray[Any]]:
    """Gives all built widths, inner widths and group widths of a stage, as `DesignSpace.decode` makes them fit."""
    w, b, g = (each.ravel() for each in np.meshgrid(width, bottleneck_ratio, group_width))
    attributes = {attribute for component in space.components for attribute in component.attributes}
    if attributes & {"width", "bottleneck_ratio", "group_width"}:
        w, g = compatible_widths(w, b, g)
    inner: Any = inner_width(_Numbers(w, b), 0)
    return w, inner, g


class _Numbers:
    """What `inner_width` asks of a stage."""

    expansion = None

    def __init__(self, width: NDArray[Any], bottleneck_ratio: NDArray[Any]) -> None:
        self.width, self.bottleneck_ratio = width, bottleneck_ratio


def _is_grouped(space: "DesignSpace", i: int) -> bool:
    drawn = any("group_width" in component.attributes for component in space.components)
    return drawn or space.outline.stages[i].group_width is not None


def _values(space: "DesignSpace", attribute: str, i: int) -> NDArray[Any]:
    """Gives every value that a stage may have, and perhaps some more."""
    component = next((c for c in space.components if attribute in c.attributes), None)
    if isinstance(component, QuantizedLine):
        return _of_line(component, attribute, i)
    if isinstance(component, PerStage):
        return component.each[i].table
    fixed = getattr(space.outline.stages[i], attribute)
    return np.array([1 if fixed is None else fixed])


def _of_line(line: QuantizedLine, attribute: str, i: int) -> NDArray[Any]:
    if attribute == "depth":
        return np.array([1, max(1, line.depth.values[-1] - line.num_stages + 1)])
    low, high = (
        int(line_widths(i, line.initial_width.values[k], line.width_multiplier.values[k])) // WIDTH_QUANTUM
        for k in (0, -1)
    )
    return np.arange(low, min(high, low + MOST_COMBINATIONS) + 1) * WIDTH_QUANTUM


def _network(space: "DesignSpace", stages: list[Stage], end: int) -> Any:
    whole = {c.name: int(c.distribution.values[end]) for c in space.components if isinstance(c, Single)}
    given = {name: whole[name] for name in NETWORK_COLUMNS if name in whole}
    outline = replace(space.outline, stages=tuple(stages), image_size=given.get("image_size", space.outline.image_size))
    stem = replace(outline.stem, width=given.get("stem_width", outline.stem.width))
    return replace(outline, stem=stem, head=replace(outline.head, width=given.get("head_width", outline.head.width)))

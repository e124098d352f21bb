"""RegNets of a sweep: a line, rounded as pycls rounds it."""

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np

from netspace.architecture import Architecture, Stage
from netspace.lines import quantized_linear_widths
from netspace.spaces.components import LINE, Component, PerStage, QuantizedLine, Single
from netspace.spaces.distributions import Distribution
from netspace.spaces.pycls.outline import GROUPED, block, number, outline, ratio
from netspace.spaces.pycls.rounding import RoundedRegNet, rounded_group, rounded_regnet
from netspace.spaces.pycls.samplers import Sampled
from netspace.spaces.pycls.settings import Settings
from netspace.spaces.space import DesignSpace

REGNET = {
    "REGNET.DEPTH": "depth",
    "REGNET.W0": "initial_width",
    "REGNET.WA": "slope",
    "REGNET.WM": "width_multiplier",
    "REGNET.BOT_MUL": "bottleneck_ratio",
    "REGNET.GROUP_W": "group_width",
}
"""Parameters by the settings that pycls draws them for."""

Numbers = Mapping[str, Distribution]


def regnets(settings: Settings, name: str, sampled: Mapping[str, Sampled], stages: tuple[int, int]) -> DesignSpace:
    """Gives the space of RegNets of so many stages, least and most."""
    numbers = {own: number(settings, key, sampled) for key, own in REGNET.items()}
    numbers["bottleneck_ratio"] = numbers["bottleneck_ratio"].mapped(partial(ratio, settings, "REGNET.BOT_MUL"))
    _check_line(settings, numbers)
    one = outline(settings, (Stage(width=8, stride=settings.own("STRIDE"), **block(settings, GROUPED)),))
    if all(each.is_fixed for each in numbers.values()):
        return _fixed(settings, name, one, numbers, stages)
    if stages[0] == stages[1]:
        return _lines(name, one, numbers, stages[0])
    components: tuple[Component, ...] = tuple(Single(own, each) for own, each in numbers.items())
    return DesignSpace(name, one, components, name, (), partial(_regnet, one, stages))


def _fixed(settings: Settings, name: str, one: Architecture, numbers: Numbers, stages: tuple[int, int]) -> DesignSpace:
    made = _regnet(one, stages, **{own: each.values[0] for own, each in numbers.items()})
    if made is None:
        raise settings.error(
            "SETUP.CONSTRAINTS.REGNET.NUM_STAGES", f"is {list(stages)}, and the one RegNet of BASE_CFG has others"
        )
    return DesignSpace.from_architecture(name, made)


def _lines(name: str, one: Architecture, numbers: Numbers, num_stages: int) -> DesignSpace:
    """Gives lines of one number of stages, as arrays."""
    line = QuantizedLine(**{own: numbers[own] for own in LINE}, num_stages=num_stages)
    inside = [PerStage(own, (numbers[own],) * num_stages, "shared") for own in ("bottleneck_ratio", "group_width")]
    parts: tuple[Component, ...] = (line, *inside)
    shared = replace(one, stages=one.stages * num_stages)
    return DesignSpace(name, shared, (RoundedRegNet(parts),) if _is_rounded(numbers) else parts, name)


def _is_rounded(numbers: Numbers) -> bool:
    """Says whether pycls's rounding changes RegNets of these numbers, beyond making them compatible.

    Widths of a line are multiples of 8, and stay so where groups of 1, 2, 4 or multiples of 8 divide them.
    """
    return numbers["bottleneck_ratio"].values != (1,) or any(
        rounded_group(value) != value for value in numbers["group_width"].values
    )


def _check_line(settings: Settings, numbers: Numbers) -> None:
    """Refuses values that pycls asserts no line to have."""
    for key, good, needed in (
        ("DEPTH", lambda value: value >= 1 and value == int(value), "whole numbers of at least 1"),
        ("W0", lambda value: value > 0 and value % 8 == 0, "multiples of 8"),
        ("WA", lambda value: value >= 0, "at least 0"),
        ("WM", lambda value: value > 1, "above 1"),
        ("GROUP_W", lambda value: value >= 1 and value == int(value), "whole numbers of at least 1"),
    ):
        each = numbers[REGNET[f"REGNET.{key}"]]
        if not all(map(good, each.values)):
            raise settings.error(f"REGNET.{key}", f"is {each.text}: {needed} can be a RegNet's")


def _regnet(one: Architecture, num_stages: tuple[int, int], **values: Any) -> Architecture | None:
    """Makes one RegNet; none where a stage is skipped or two merge, or where there are too few or too many."""
    widths, exponents = quantized_linear_widths(*([values[own]] for own in LINE))
    width, depth = np.unique(widths[0], return_counts=True)
    if len(width) != exponents.max() + 1 or not num_stages[0] <= len(width) <= num_stages[1]:
        return None
    b = values["bottleneck_ratio"]
    width, group_width = rounded_regnet(width, b, values["group_width"])
    stages = tuple(
        replace(one.stages[0], width=w, depth=d, bottleneck_ratio=b, group_width=g)
        for w, d, g in zip(width.tolist(), depth.tolist(), group_width.tolist(), strict=True)
    )
    return _with_whole(replace(one, stages=stages), values)


def _with_whole(made: Architecture, values: Mapping[str, Any]) -> Architecture:
    """Puts numbers of the network as a whole into it."""
    return replace(
        made,
        image_size=values.get("image_size", made.image_size),
        stem=replace(made.stem, width=values.get("stem_width", made.stem.width)),
        head=replace(made.head, width=values.get("head_width", made.head.width)),
    )

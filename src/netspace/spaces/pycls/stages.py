"""AnyNets and EfficientNets of a sweep: numbers by stage."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from netspace.architecture import SqueezeExcite, Stage
from netspace.families import compatible_widths
from netspace.spaces.components import PerStage
from netspace.spaces.distributions import Distribution, choices
from netspace.spaces.pycls.outline import BLOCKS, activation, block, outline, ratio
from netspace.spaces.pycls.rounding import rounded_group, rounded_width
from netspace.spaces.pycls.samplers import Sampled
from netspace.spaces.pycls.settings import Settings
from netspace.spaces.space import DesignSpace

ANYNET = {
    "ANYNET.DEPTHS": "depth",
    "ANYNET.WIDTHS": "width",
    "ANYNET.STRIDES": "stride",
    "ANYNET.BOT_MULS": "bottleneck_ratio",
    "ANYNET.GROUP_WS": "group_width",
}
EFFNET = {
    "EN.DEPTHS": "depth",
    "EN.WIDTHS": "width",
    "EN.STRIDES": "stride",
    "EN.EXP_RATIOS": "expansion",
    "EN.KERNELS": "kernel",
}
"""Attributes of a stage by the settings that pycls draws them for."""

_CHECKED = ("depth", "stride", "kernel", "expansion")
"""Attributes that are not rounded to something that a stage can have."""


def anynets(settings: Settings, name: str, sampled: Mapping[str, Sampled]) -> DesignSpace:
    """Gives AnyNets: widths and groups are rounded, and then made compatible as those of any space are."""
    fields = block(settings, BLOCKS)
    length = _length(settings, "ANYNET.DEPTHS", sampled)
    numbers = {own: _numbers(settings, key, sampled, length) for key, own in ANYNET.items()}
    numbers["depth"] = _mapped(numbers["depth"], _at_least_one)
    numbers["width"] = _mapped(numbers["width"], rounded_width)
    numbers["group_width"] = _mapped(numbers["group_width"], rounded_group)
    numbers["bottleneck_ratio"] = _mapped(numbers["bottleneck_ratio"], partial(ratio, settings, "ANYNET.BOT_MULS"))
    inside: tuple[str, ...] = ("bottleneck_ratio", "group_width")
    if "group_width" in fields:
        _check_nothing_inside(settings, [numbers.pop(own) for own in inside])
        inside = ()
    elif all(each.is_fixed for own in ("width", *inside) for each in numbers[own]):
        numbers |= _compatible(numbers)
    return _staged(settings, name, fields, numbers, ("width", *inside))


def effnets(settings: Settings, name: str, sampled: Mapping[str, Sampled]) -> DesignSpace:
    """Gives EfficientNets, widths rounded."""
    length = _length(settings, "EN.DEPTHS", sampled)
    numbers = {own: _numbers(settings, key, sampled, length) for key, own in EFFNET.items()}
    numbers["depth"] = _mapped(numbers["depth"], _at_least_one)
    numbers["width"] = _mapped(numbers["width"], rounded_width)
    if any(value != int(value) for each in numbers["expansion"] for value in each.values):
        raise settings.error("EN.EXP_RATIOS", "has a fraction: whole numbers can be read")
    squeeze = SqueezeExcite(settings.own("SE_R"))
    if squeeze.ratio * 8 % 1:  # else it is a whole number of every width
        squeeze = replace(squeeze, rounding="floor")
    fields = {"block": "inverted", "group_width": 1, "activation": activation(settings), "se": squeeze}
    return _staged(settings, name, fields, numbers)


def _numbers(settings: Settings, key: str, sampled: Mapping[str, Sampled], length: int) -> tuple[Distribution, ...]:
    """Gives the distribution of each stage's number; bottlenecks and groups are 1 where they are not given."""
    given = sampled.get(key)
    if isinstance(given, Distribution):
        raise settings.error(f"SETUP.SAMPLERS.{key}", "has to be a list_sampler: the setting has a number per stage")
    if given is None:
        given = tuple(choices([value]) for value in _list(settings, key))
    if not given and key in ("ANYNET.BOT_MULS", "ANYNET.GROUP_WS"):
        given = (choices([1]),) * length
    if len(given) != length:
        raise settings.error(key, f"has {len(given)} numbers for {length} stages")
    return given


def _length(settings: Settings, key: str, sampled: Mapping[str, Sampled]) -> int:
    """Gives the number of stages."""
    given = sampled.get(key)
    length = len(given) if isinstance(given, tuple) else len(_list(settings, key))
    if not length:
        raise settings.error(key, "says no stage: it needs a number for each")
    return length


def _list(settings: Settings, key: str) -> list[Any]:
    values = settings[key]
    if not isinstance(values, list | tuple):
        raise settings.error(f"SETUP.BASE_CFG.{key}", f"is {values!r}: a list with a number per stage is needed")
    return list(values)


def _staged(
    settings: Settings,
    name: str,
    fields: Mapping[str, Any],
    numbers: Mapping[str, tuple[Distribution, ...]],
    together: tuple[str, ...] = (),
) -> DesignSpace:
    """Makes a space of numbers by stage: what is sampled is a parameter, ``together`` as soon as one of them is."""
    varied = {own for own, each in numbers.items() if not all(one.is_fixed for one in each)}
    varied |= set(together) if varied & set(together) else set()
    fixed = {own: [one.values[0] for one in each] for own, each in numbers.items() if own not in varied}
    stages = tuple(
        Stage(**({"width": 8, **fields} | {own: each[i] for own, each in fixed.items()}))
        for i in range(len(numbers["depth"]))
    )
    for own in varied & set(_CHECKED):
        for value in {value for one in numbers[own] for value in one.values}:
            change: dict[str, Any] = {own: value}
            replace(stages[0], **change)  # an error where no stage can have it
    components = tuple(PerStage(own, each) for own, each in numbers.items() if own in varied)
    return DesignSpace(name, outline(settings, stages), components, name)


def _compatible(numbers: Mapping[str, tuple[Distribution, ...]]) -> dict[str, tuple[Distribution, ...]]:
    """Makes fixed widths and groups compatible."""
    names = ("width", "bottleneck_ratio", "group_width")
    widths, groups = compatible_widths(*([one.values[0] for one in numbers[own]] for own in names))
    return {"width": _each_fixed(widths), "group_width": _each_fixed(groups)}


def _each_fixed(values: NDArray[np.int64]) -> tuple[Distribution, ...]:
    return tuple(choices([value]) for value in values.tolist())


def _at_least_one(depth: float) -> float:
    return max(1, depth)


def _mapped(each: tuple[Distribution, ...], function: Callable[[float], float]) -> tuple[Distribution, ...]:
    return tuple(one.mapped(function) for one in each)


def _check_nothing_inside(settings: Settings, inside: list[tuple[Distribution, ...]]) -> None:
    """Refuses bottlenecks and groups of a block that has none, which pycls rounds widths by nevertheless."""
    if any(one.values != (1,) for each in inside for one in each):
        raise settings.error(
            "ANYNET.BOT_MULS or ANYNET.GROUP_WS", f"has no meaning in a {settings.own('BLOCK_TYPE')}: leave them out"
        )

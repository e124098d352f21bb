"""What all networks of a sweep share: stem, head, block, norm and input; and numbers that may be drawn."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from netspace.architecture import Architecture, Head, Norm, SqueezeExcite, Stage, Stem
from netspace.families import block_fields
from netspace.spaces.distributions import Distribution, choices
from netspace.spaces.pycls.rounding import rounded_image, rounded_width
from netspace.spaces.pycls.samplers import Sampled
from netspace.spaces.pycls.settings import PREFIXES, Settings

STEMS = {"simple_stem_in": "simple", "res_stem_cifar": "cifar", "res_stem_in": "imagenet"}
ACTIVATIONS = {"relu": "relu", "silu": "silu", "swish": "silu"}
GROUPED = {"res_bottleneck_block": "x", "res_bottleneck_linear_block": "inverted"}
BLOCKS = {**GROUPED, "res_basic_block": "basic", "vanilla_block": "vanilla"}
"""What pycls calls them, and what they are called here."""


def outline(settings: Settings, stages: tuple[Stage, ...]) -> Architecture:
    """Gives a network of the sweep's stem, head, norm and input."""
    effnet = settings.kind == "effnet"
    kind = "simple" if effnet else named(settings, f"{PREFIXES[settings.kind]}.STEM_TYPE", STEMS)
    stem = rounded(settings, "stem_width", settings.own("STEM_W"))
    head = rounded(settings, "head_width", settings.own("HEAD_W"))
    act = activation(settings)
    dropout = settings.own("DROPOUT_RATIO") if effnet else 0.0
    return Architecture(stages, Stem(kind, stem, act), Head(head, act, dropout), norm=norm(settings), **image(settings))


def image(settings: Settings) -> dict[str, Any]:
    """Gives the size of the input and the number of classes."""
    size = rounded(settings, "image_size", settings["TRAIN.IM_SIZE"])
    return {"image_size": size, "num_classes": settings["MODEL.NUM_CLASSES"]}


def norm(settings: Settings) -> Norm:
    """Gives the batch norm."""
    return Norm(epsilon=settings["BN.EPS"], momentum=settings["BN.MOM"])


def activation(settings: Settings) -> str:
    """Gives the name of the nonlinearity."""
    return named(settings, "MODEL.ACTIVATION_FUN", ACTIVATIONS)


def block(settings: Settings, allowed: Mapping[str, str]) -> dict[str, Any]:
    """Gives the fields of a stage that the block fixes."""
    name = named(settings, f"{PREFIXES[settings.kind]}.BLOCK_TYPE", allowed)
    fields = {**block_fields(name), "activation": activation(settings)}
    if settings.own("SE_ON") and name in GROUPED.values():
        fields["se"] = SqueezeExcite(settings.own("SE_R"))
    return fields


def named(settings: Settings, key: str, names: Mapping[str, str]) -> str:
    """Gives what a setting's name is called here."""
    name = str(settings[key]).lower()
    if name not in names:
        raise settings.error(f"SETUP.BASE_CFG.{key}", f"is {settings[key]!r}: {', '.join(names)} can be read")
    return names[name]


def number(settings: Settings, key: str, sampled: Mapping[str, Sampled]) -> Distribution:
    """Gives the distribution of a number, which is fixed where it is not sampled."""
    given = sampled.get(key)
    if given is None:
        return choices([settings[key]])
    if not isinstance(given, Distribution):
        raise settings.error(f"SETUP.SAMPLERS.{key}", "is a list_sampler, and the setting is one number")
    return given


def ratio(settings: Settings, key: str, multiplier: float) -> float:
    """Gives the paper's b of pycls's multiplier of the width, 1 / b."""
    inverse = 1 / multiplier if multiplier > 0 else 0.5
    if not (multiplier >= 1 and multiplier == int(multiplier)) and not np.log2(inverse).is_integer():
        raise settings.error(key, f"is {multiplier:g}: 1/2, 1/4, ... and whole numbers can be read")
    if multiplier <= 0:
        raise settings.error(key, f"is {multiplier:g}: it has to be positive")
    return inverse


def rounded(settings: Settings, name: str, value: Any) -> Any:
    """Rounds numbers of the network as a whole as pycls does."""
    if settings.kind == "resnet":
        return value
    if name == "image_size":
        return rounded_image(value)
    return rounded_width(value) if settings.kind == "effnet" else value

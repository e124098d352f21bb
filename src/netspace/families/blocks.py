"""Block names as fields of `Stage`: a name says the kind of block and what it fixes of the rest."""

from difflib import get_close_matches
from typing import Any

from netspace.architecture import SqueezeExcite
from netspace.errors import ArchitectureError

_NOTHING_INSIDE: dict[str, Any] = {"bottleneck_ratio": 1, "group_width": None}

BLOCKS: dict[str, dict[str, Any]] = {
    "x": {"block": "x"},
    "y": {"block": "x", "se": SqueezeExcite(0.25)},
    "r": {"block": "x", "group_width": None},
    "v": {"block": "v", **_NOTHING_INSIDE},
    "vr": {"block": "vr", **_NOTHING_INSIDE},
    "z": {"block": "inverted", "se": SqueezeExcite(0.25), "activation": "silu"},
    "basic": {"block": "basic", **_NOTHING_INSIDE},
    "vanilla": {"block": "vanilla", **_NOTHING_INSIDE},
    "inverted": {"block": "inverted"},
    "mbconv": {"block": "inverted", "se": SqueezeExcite(0.25), "activation": "silu"},
    "rexnet": {"block": "rexnet", "activation": "silu", "spatial_activation": "relu6"},
    "separable": {"block": "separable", "bottleneck_ratio": 1, "expansion": 1, "group_width": 1},
}
"""Names of the papers, and those that `netspace.register_block` added.

RegNet paper: ``x``; ``y``, X with squeeze-and-excitation; ``r``, X without groups; ``v``, one 3x3 convolution;
``vr``, that with a residual; "Fast and Accurate Model Scaling": ``z``, X without the last nonlinearity, inverted.
ResNet: ``basic``, two 3x3 with a residual; pycls's ``vanilla``: two 3x3 without. MobileNetV2 and EfficientNet:
``inverted`` and ``mbconv``, that with squeeze-and-excitation. ReXNet: ``rexnet``. MobileNetV1: ``separable``.
"""


def block_fields(block: str) -> dict[str, Any]:
    """Gives the `Stage` fields that a block name stands for.

    Raises:
        ArchitectureError: the name is unknown.
    """
    if block not in BLOCKS:
        near = get_close_matches(str(block), BLOCKS, n=1)
        hint = f"did you mean {near[0]}? " if near else ""
        raise ArchitectureError(
            f"block {block!r} is unknown: {hint}choose one of {', '.join(BLOCKS)}, or add your own: @ns.register_block"
        )
    return BLOCKS[block]

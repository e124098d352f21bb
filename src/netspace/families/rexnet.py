"""ReXNet, its lite and its plain form as ways to arrive at an `Architecture`: widths linear in the block index.

Source: Han et al., "Rethinking Channel Dimensions for Efficient Model Design", CVPR 2021 (arXiv 2007.00992),
section 4.3; the authors' code (clovaai/rexnet) and timm's (the rounded form) for what the paper leaves open.
"""

from collections.abc import Iterator
from math import ceil
from typing import Any

from netspace.architecture import Architecture, Head, SqueezeExcite, Stage, Stem
from netspace.families.blocks import block_fields
from netspace.families.mobile import MOBILENETV1
from netspace.numbers import make_divisible

DEPTHS = (1, 2, 2, 3, 3, 5)
STRIDES = (1, 2, 2, 2, 1, 2)
GROWTH = 180
LITE_GROWTH = 164
PLAIN_SLOPE = 59


def rexnet(width: float = 1.0, depth: float = 1.0, divisor: int = 1, **options: Any) -> Architecture:
    """Describes a ReXNet: block i of N is 16 + 180 i / N channels wide, times ``width``.

    Args:
        width: the width multiplier; below 1 the first two widths stay 32 and 16.
        depth: the depth multiplier.
        divisor: every width is made a multiple of it (timm's ``rexnetr``); 1: the authors' own rounding.
        **options: fields of `Architecture`, such as ``image_size`` and ``num_classes``.

    Example:
        >>> [stage.width for stage in rexnet().stages[:6]]
        [16, 27, 38, 50, 61, 72]
    """
    plan = list(_plan(depth))
    base = 16 / min(width, 1.0)
    widths = [_divisible(round((base + i * GROWTH / len(plan)) * width), divisor) for i in range(len(plan))]
    se = SqueezeExcite(1 / 12, of="inner", rounding="floor", divisor=divisor, norm=True, activation="relu")
    stages = tuple(
        Stage(w, 1, stride, expansion=t, group_width=1, se=se if stage > 1 else None, **block_fields("rexnet"))
        for w, (stage, stride, t) in zip(widths, plan, strict=True)
    )
    stem = Stem("simple", _divisible(round(32 * max(width, 1.0)), divisor), "silu")
    head = Head(_divisible(int(1280 * width), divisor), "silu", dropout=0.2)
    return Architecture(stages, stem, head, **options)


def rexnet_lite(width: float = 1.0, depth: float = 1.0, **options: Any) -> Architecture:
    """Describes a ReXNet-lite: ReLU6 everywhere, no squeeze-and-excitation, widths multiples of 8, a hidden layer.

    ``options`` are fields of `Architecture`.

    Example:
        >>> [stage.width for stage in rexnet_lite().stages[:6]]
        [16, 32, 40, 48, 64, 72]
    """
    plan = list(_plan(depth))
    base, step = 16 / min(width, 1.0), LITE_GROWTH / (len(plan) - 1)
    widths = [make_divisible(round((base + i * step) * width), 8) for i in range(len(plan))]
    fields = block_fields("rexnet") | {"activation": "relu6", "spatial_activation": None}
    stages = tuple(
        Stage(w, 1, stride, expansion=t, group_width=1, **fields)
        for w, (_, stride, t) in zip(widths, plan, strict=True)
    )
    stem = Stem("simple", make_divisible(round(32 * max(width, 1.0)), 8), "relu6")
    head = Head(int(1280 * max(width, 1.0)), "relu6", dropout=0.2, hidden=1024)
    return Architecture(stages, stem, head, **options)


def rexnet_plain(width: float = 1.0, **options: Any) -> Architecture:
    """Describes a ReXNet (plain): MobileNetV1 with widths linear in the block index.

    The paper reports it (74.8 % against MobileNetV1's 72.5 %) but prints no widths, and the authors released no code.
    Resolved here: MobileNetV1's stem, 13 blocks and strides stay; so does its first width, 64; the slope is the one
    that keeps MobileNetV1's multiply-adds at 224 px (section 4 of the paper: the budget sets the slope).

    Args:
        width: the width multiplier.
        **options: fields of `Architecture`.

    Example:
        >>> [stage.width for stage in rexnet_plain().stages]
        [64, 123, 182, 241, 300, 359, 418, 477, 536, 595, 654, 713, 772]
    """
    strides = [stride if j == 0 else 1 for _, depth, stride in MOBILENETV1 for j in range(depth)]
    widths = [round((MOBILENETV1[0][0] + i * PLAIN_SLOPE) * width) for i in range(len(strides))]
    fields = block_fields("separable") | {"activation": "relu6"}
    stages = tuple(Stage(w, 1, s, **fields) for w, s in zip(widths, strides, strict=True))
    return Architecture(stages, Stem("simple", round(32 * width), "relu6"), **options)


def _plan(depth: float) -> Iterator[tuple[int, int, int]]:
    """Yields the stage, the stride and the expansion of each block."""
    for stage, (blocks, stride) in enumerate(zip(DEPTHS, STRIDES, strict=True)):
        for j in range(ceil(round(blocks * depth, 9))):
            yield stage, stride if j == 0 else 1, 1 if stage == 0 else 6


def _divisible(value: int, divisor: int) -> int:
    return make_divisible(value, divisor) if divisor > 1 else value

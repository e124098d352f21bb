"""MobileNetV1 and V2, EfficientNet and EfficientNet-Lite as ways to arrive at an `Architecture`.

Sources: Howard et al. 2017 (arXiv 1704.04861), Table 1; Sandler et al. 2018 (1801.04381), Table 2; Tan and Le 2019
(1905.11946), Table 1 and their code for roundings; EfficientNet-Lite: the authors' code (no paper).
"""

from collections.abc import Sequence
from math import ceil
from typing import Any

from netspace.architecture import Architecture, Head, Norm, Stage, Stem
from netspace.families.blocks import block_fields
from netspace.numbers import make_divisible

MOBILENETV1 = ((64, 1, 1), (128, 2, 2), (256, 2, 2), (512, 6, 2), (1024, 2, 2))
"""Width, depth and stride of each stage."""

MOBILENETV2 = (
    (16, 1, 1, 1),
    (24, 2, 2, 6),
    (32, 3, 2, 6),
    (64, 4, 2, 6),
    (96, 3, 1, 6),
    (160, 3, 2, 6),
    (320, 1, 1, 6),
)
"""Width, depth, stride and expansion of each stage."""

EFFICIENTNET = (
    (16, 1, 1, 1, 3),
    (24, 2, 2, 6, 3),
    (40, 2, 2, 6, 5),
    (80, 3, 2, 6, 3),
    (112, 3, 1, 6, 5),
    (192, 4, 2, 6, 5),
    (320, 1, 1, 6, 3),
)
"""Width, depth, stride, expansion and kernel of each stage of B0."""

TENSORFLOW: dict[str, Any] = {"norm": Norm(epsilon=1e-3, momentum=0.01), "padding": "same"}
"""What networks trained in TensorFlow have otherwise."""


def mobilenetv1(width: float = 1.0, **options: Any) -> Architecture:
    """Describes a MobileNetV1: depthwise separable blocks, every width multiplied by ``width``.

    ``options`` are fields of `Architecture`, such as ``image_size`` and ``num_classes``. The nonlinearity is ReLU6,
    as in the authors' code.

    Example:
        >>> [stage.width for stage in mobilenetv1().stages]
        [64, 128, 256, 512, 1024]
    """
    stages = tuple(
        Stage(make_divisible(w * width, 8), d, s, activation="relu6", **block_fields("separable"))
        for w, d, s in MOBILENETV1
    )
    return Architecture(stages, Stem("simple", make_divisible(32 * width, 8), "relu6"), **options)


def mobilenetv2(width: float = 1.0, **options: Any) -> Architecture:
    """Describes a MobileNetV2: inverted bottlenecks, widths multiplied by ``width``, the last one only upwards.

    ``options`` are fields of `Architecture`.

    Example:
        >>> [stage.width for stage in mobilenetv2(1.4).stages]
        [24, 32, 48, 88, 136, 224, 448]
    """
    stages = tuple(
        Stage(make_divisible(w * width, 8), d, s, "inverted", expansion=t, group_width=1, activation="relu6")
        for w, d, s, t in MOBILENETV2
    )
    head = Head(make_divisible(1280 * max(1.0, width), 8), "relu6", dropout=0.2)
    return Architecture(stages, Stem("simple", make_divisible(32 * width, 8), "relu6"), head, **options)


def efficientnet(width: float = 1.0, depth: float = 1.0, dropout: float = 0.2, **options: Any) -> Architecture:
    """Describes an EfficientNet: B0's widths multiplied by ``width``, its depths by ``depth`` and rounded up.

    ``options`` are fields of `Architecture`; ``**TENSORFLOW`` of this module gives the authors' own padding and norm.

    Example:
        >>> [(stage.depth, stage.width) for stage in efficientnet(1.2, 1.4).stages]
        [(2, 24), (3, 32), (3, 48), (5, 96), (5, 136), (6, 232), (2, 384)]
    """
    depths = [ceil(round(plan[1] * depth, 9)) for plan in EFFICIENTNET]
    fields = block_fields("mbconv")
    stem, head = Stem("simple", make_divisible(32 * width, 8), "silu"), Head(make_divisible(1280 * width, 8), "silu")
    return _efficientnet(width, depths, fields, stem, head, dropout, options)


def efficientnet_lite(width: float = 1.0, depth: float = 1.0, dropout: float = 0.2, **options: Any) -> Architecture:
    """Describes an EfficientNet-Lite: ReLU6, no squeeze-and-excitation; stem, head and the outer depths unscaled.

    ``options`` are fields of `Architecture`.

    Example:
        >>> [(stage.depth, stage.width) for stage in efficientnet_lite(1.2, 1.4).stages]
        [(1, 24), (3, 32), (3, 48), (5, 96), (5, 136), (6, 232), (1, 384)]
    """
    last = len(EFFICIENTNET) - 1
    depths = [p[1] if i in (0, last) else ceil(round(p[1] * depth, 9)) for i, p in enumerate(EFFICIENTNET)]
    fields = {**block_fields("inverted"), "activation": "relu6"}
    return _efficientnet(width, depths, fields, Stem("simple", 32, "relu6"), Head(1280, "relu6"), dropout, options)


def _efficientnet(
    width: float,
    depths: Sequence[int],
    fields: dict[str, Any],
    stem: Stem,
    head: Head,
    dropout: float,
    options: dict[str, Any],
) -> Architecture:
    stages = tuple(
        Stage(make_divisible(w * width, 8), d, s, expansion=t, kernel=k, group_width=1, **fields)
        for (w, _, s, t, k), d in zip(EFFICIENTNET, depths, strict=True)
    )
    return Architecture(stages, stem, Head(head.width, head.activation, dropout), **options)

"""The two families of the RegNet paper as ways to arrive at an `Architecture`: AnyNet and RegNet.

Source: Radosavovic et al., "Designing Network Design Spaces", CVPR 2020 (arXiv 2003.13678), sections 3.2 and 3.3,
equations 2 to 4, appendix D; the authors' code (pycls) where the paper leaves a rounding open.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from netspace.architecture import Architecture, Head, Stage, Stem
from netspace.errors import ArchitectureError
from netspace.families.blocks import block_fields
from netspace.lines import WIDTH_QUANTUM, quantized_linear_widths


def anynet(
    *,
    depths: Sequence[int],
    widths: Sequence[int],
    bottleneck_ratios: Sequence[float] | float = 1,
    group_widths: Sequence[int] | int = 1,
    block: str = "x",
    activation: str | None = None,
    stem: str = "simple",
    stem_width: int = 32,
    head_width: int = 0,
    strides: Sequence[int] | None = None,
    image_size: int = 224,
    in_channels: int = 3,
    num_classes: int = 1000,
) -> Architecture:
    """Describes an AnyNet: each stage i has its own depth d_i, width w_i, bottleneck ratio b_i and group width g_i.

    Widths and group widths are made compatible as the paper says (appendix D): g_i is at most w_i / b_i, which is
    rounded to a multiple of g_i. Widths of the network may so differ from those asked for, by at most a third where
    b_i divides w_i.

    Args:
        depths: blocks in each stage, at least 1.
        widths: output width of each stage's blocks, in channels.
        bottleneck_ratios: the paper's b (the 3x3 works on w / b channels; below 1 it inverts), one or one per stage.
        group_widths: the paper's g, channels in each group of the 3x3, one or one per stage.
        block: ``"x"``, ``"y"`` (X with squeeze-and-excitation), ``"r"``, ``"v"``, ``"vr"``, ``"z"``, ``"basic"``, any
            other of `netspace.families.BLOCKS`, or one of your own. Some fix their own inside, and ignore
            ``bottleneck_ratios`` and ``group_widths``.
        activation: name of the nonlinearity everywhere; by default the block's, which is ``"relu"`` for most.
        stem: ``"simple"`` (3x3, stride 2), ``"cifar"`` (3x3, stride 1) or ``"imagenet"`` (7x7 and max-pool).
        stem_width: channels of the stem; the paper's is always 32.
        head_width: channels of a 1x1 convolution before the pool (RegNetZ); 0: none.
        strides: stride of each stage's first block, 2 everywhere if not given.
        image_size: height and width of the input, in pixels.
        in_channels: channels of the input.
        num_classes: outputs of the classifier.

    Raises:
        ArchitectureError: lists of different lengths, an unknown name, or a number out of range.

    Example:
        >>> net = anynet(depths=[1, 2], widths=[24, 56], group_widths=16, image_size=32, stem="cifar")
        >>> [stage.width for stage in net.stages]
        [32, 64]
    """
    fields = dict(block_fields(block))
    d = _whole("depths", depths)
    s = _whole("strides", [2] * len(d) if strides is None else strides)
    b = [float(ratio) for ratio in _spread(fields.get("bottleneck_ratio", bottleneck_ratios), len(d))]
    fixed = fields.get("group_width", group_widths)
    g = _whole("group_widths", _spread(1 if "group_width" in fields and fixed is None else fixed, len(d)))
    w = _whole("widths", widths)
    _check_lengths(depths=d, widths=w, bottleneck_ratios=b, group_widths=g, strides=s)
    width, group_width = compatible_widths(w, b, g)
    act = fields["activation"] = activation or fields.get("activation", "relu")
    stages = tuple(
        Stage(**({"width": wi, "depth": di, "stride": si, "bottleneck_ratio": bi, "group_width": gi} | fields))
        for wi, di, si, bi, gi in zip(width.tolist(), d, s, b, group_width.tolist(), strict=True)
    )
    return Architecture(
        stages,
        Stem(stem, stem_width, act),
        Head(head_width, act),
        image_size=image_size,
        in_channels=in_channels,
        num_classes=num_classes,
    )


def regnet(
    *,
    depth: int,
    initial_width: int,
    slope: float,
    width_multiplier: float,
    group_width: int,
    bottleneck_ratio: float = 1,
    block: str = "x",
    **anynet_options: Any,
) -> Architecture:
    """Describes a RegNet: stage widths and depths follow a quantized line over the block index (equations 2 to 4).

    Args:
        depth: d, the number of blocks.
        initial_width: w_0 > 0, a multiple of 8.
        slope: w_a >= 0, channels per block.
        width_multiplier: w_m > 1.
        group_width: g, shared by all stages.
        bottleneck_ratio: b, shared by all stages.
        block: as in `anynet`.
        **anynet_options: ``activation``, ``stem``, ``stem_width``, ``head_width``, ``strides``, ``image_size``,
            ``in_channels``, ``num_classes`` as in `anynet`. The number of stages is what the line gives.

    Raises:
        ArchitectureError: a parameter is out of range.

    Example:
        >>> net = regnet(depth=13, initial_width=24, slope=36.44, width_multiplier=2.49, group_width=8)
        >>> [(stage.depth, stage.width) for stage in net.stages]
        [(1, 24), (1, 56), (4, 152), (7, 368)]
    """
    _check_line(depth, initial_width, slope, width_multiplier)
    depth = int(depth)
    w, _ = quantized_linear_widths([depth], [initial_width], [slope], [width_multiplier])
    widths, depths = np.unique(w[0][:depth], return_counts=True)
    return anynet(
        depths=depths.tolist(),
        widths=widths.tolist(),
        bottleneck_ratios=bottleneck_ratio,
        group_widths=group_width,
        block=block,
        **anynet_options,
    )


def compatible_widths(
    width: ArrayLike, bottleneck_ratio: ArrayLike, group_width: ArrayLike
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Adjusts widths and group widths until the groups divide the inner width (appendix D; pycls's rounding).

    All three broadcast. Gives the adjusted widths and group widths.
    """
    w, b, g = np.broadcast_arrays(np.asarray(width), np.asarray(bottleneck_ratio, float), np.asarray(group_width))
    v = np.maximum(1, w / b).astype(np.int64)  # inner width w_b = w / b
    g = np.minimum(g, v)
    if (b < 1).any():
        m = np.where(b < 1, np.rint(1 / b), 1).astype(np.int64)  # an inverted bottleneck also keeps w = w_b b whole
        unit = np.lcm(g, m)
    else:
        unit = g
    v = np.maximum(unit, np.rint(v / unit).astype(np.int64) * unit)
    return np.rint(v * b).astype(np.int64), g


def _spread(values: Any, length: int) -> list[Any]:
    return [values] * length if np.ndim(values) == 0 else list(values)


def _whole(name: str, values: Sequence[Any]) -> list[int]:
    try:
        out = [int(value) for value in values]
    except (TypeError, ValueError):
        out = []
    if out != list(values) or min(out, default=1) < 1:
        raise ArchitectureError(f"{name} {values!r} is not a list of whole numbers of at least 1")
    return out


def _check_lengths(**lists: Sequence[Any]) -> None:
    lengths = {name: len(values) for name, values in lists.items()}
    if len(set(lengths.values())) != 1 or not lengths["depths"]:
        given = ", ".join(f"{name} {length}" for name, length in lengths.items())
        raise ArchitectureError(f"an AnyNet needs one number per stage in each list: given {given}")
    if not all(ratio > 0 for ratio in lists["bottleneck_ratios"]):
        raise ArchitectureError(f"bottleneck ratios {list(lists['bottleneck_ratios'])!r} are not all positive")
    if any(ratio < 1 and abs(1 / ratio - round(1 / ratio)) > 1e-9 for ratio in lists["bottleneck_ratios"]):
        raise ArchitectureError("a bottleneck ratio below 1 must be 1/2, 1/3, 1/4, ...: the inner width is a multiple")


def _check_line(depth: int, initial_width: int, slope: float, width_multiplier: float) -> None:
    for name, value, good, allowed in (
        ("depth", depth, depth >= 1 and int(depth) == depth, "a whole number of at least 1"),
        (
            "initial_width",
            initial_width,
            initial_width > 0 and initial_width % WIDTH_QUANTUM == 0,
            "a positive multiple of 8",
        ),
        ("slope", slope, 0 <= slope < float("inf"), "at least 0"),
        ("width_multiplier", width_multiplier, 1 < width_multiplier < float("inf"), "greater than 1"),
    ):
        if not good:
            raise ArchitectureError(f"RegNet {name} {value!r} is not allowed: it must be {allowed}")

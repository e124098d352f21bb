"""A network as a table: stem, each stage, head, with its numbers resolved and what it costs."""

from dataclasses import dataclass

from netspace.architecture import Architecture, Stage, Stem, inner_width, output_size
from netspace.complexity.counting import breakdown
from netspace.complexity.layers import Complexity


@dataclass(frozen=True)
class Part:
    """Stem, one stage, or head.

    Attributes:
        label: ``"stem"``, ``"stage 1"``, ..., ``"head"``; of a foreign network, ``"network"``.
        layers: what it is made of, in words; of a stage, the kind of its blocks.
        resolution: height and width of its output in pixels.
        width: channels of its output.
        cost: of the whole part, for one image.
        depth: blocks of a stage.
        inner_width: channels between a block's convolutions, of a block after the first if there is one.
        group_width: channels in each group of the spatial convolution; as many as ``inner_width``: one group.
        kernel: side of the spatial convolution.
        stride: of the stem, or of a stage's first block.
        se_width: squeezed channels of the squeeze-and-excitation, of the same block as ``inner_width``; 0: none.
    """

    label: str
    layers: str
    resolution: int
    width: int
    cost: Complexity
    depth: int | None = None
    inner_width: int | None = None
    group_width: int | None = None
    kernel: int | None = None
    stride: int | None = None
    se_width: int = 0


def parts(architecture: Architecture) -> list[Part]:
    """Gives the parts of a network in order, each with its cost; a foreign network is one part.

    Raises:
        ArchitectureError: as `complexity`.

    Example:
        >>> import netspace as ns
        >>> for part in parts(ns.get_architecture("RegNetX-200MF")):
        ...     print(part.label, part.resolution, part.width, part.cost.flops)
        stem 112 32 10838016
        stage 1 56 24 19267584
        stage 2 28 56 10888192
        stage 3 14 152 48620544
        stage 4 7 368 109057536
        head 1 1000 369000
    """
    costs = dict(breakdown(architecture))
    if architecture.foreign:
        return [Part("network", architecture.foreign, 1, architecture.num_classes, costs["network"])]
    size, width = architecture.stem.output_size(architecture.image_size), architecture.stem.width
    found = [_stem(architecture.stem, size, costs["stem"])]
    for i, stage in enumerate(architecture.stages):
        size = output_size(size, stage.stride)
        label = f"stage {i + 1}"
        found.append(_stage(label, stage, width, size, costs[label]))
        width = stage.width
    return [*found, _head(architecture, costs["head"])]


def _stem(stem: Stem, size: int, cost: Complexity) -> Part:
    layers = "convolution, max-pool" if stem.pools else "convolution"
    return Part("stem", layers, size, stem.width, cost, kernel=stem.kernel, stride=stem.stride)


def _stage(label: str, stage: Stage, input_width: int, size: int, cost: Complexity) -> Part:
    enters = stage.width if stage.depth > 1 else input_width
    inner = int(inner_width(stage, enters))
    return Part(
        label,
        stage.block,
        size,
        stage.width,
        cost,
        depth=stage.depth,
        inner_width=inner,
        group_width=stage.group_width or inner,
        kernel=stage.kernel,
        stride=stage.stride,
        se_width=int(stage.se.width(enters, inner)) if stage.se else 0,
    )


def _head(architecture: Architecture, cost: Complexity) -> Part:
    head = architecture.head
    layers = [
        f"1x1 to {head.width}" if head.width else "",
        "pool",
        f"1x1 to {head.hidden}" if head.hidden else "",
        f"dropout {head.dropout:g}" if head.dropout else "",
        "linear" if architecture.num_classes else "",
    ]
    outputs = architecture.num_classes or architecture.num_features
    return Part("head", ", ".join(filter(None, layers)), 1, outputs, cost)

"""The cost of whole networks: one, or a batch as arrays, by the same formulas."""

from typing import Any

from netspace.architecture import Architecture, Stem, block_shape, output_size
from netspace.complexity.batch import ArchitectureBatch
from netspace.complexity.blocks import BLOCK_COSTS
from netspace.complexity.layers import NOTHING, Complexity, convolution_norm, linear, max_pool
from netspace.errors import ArchitectureError
from netspace.numbers import Number


def complexity(architecture: Architecture | ArchitectureBatch) -> Complexity:
    """Counts multiply-adds, parameters and activations by the papers' rule, without building the network.

    Args:
        architecture: one network, or an `ArchitectureBatch` of n.

    Returns:
        Exact ints for one network; int64 arrays of shape (n,) for a batch.

    Raises:
        ArchitectureError: a block kind has no closed form.

    Source: "Designing Network Design Spaces", sections 3.3 and 4 and appendix D.

    Example:
        >>> import netspace as ns
        >>> ns.complexity(ns.regnet(depth=13, initial_width=24, slope=36.44, width_multiplier=2.49, group_width=8))
        Complexity(flops=199040872, params=2684792, acts=2164056)
    """
    is_batch = isinstance(architecture, ArchitectureBatch)
    if not is_batch and not isinstance(architecture, Architecture):
        raise ArchitectureError(
            f"complexity counts an Architecture, not {architecture!r:.80}; a Population knows its own: .complexity"
        )
    outline: Architecture = architecture.outline if is_batch else architecture  # type: ignore[assignment,union-attr]
    stages = [architecture.stage(i) for i in range(len(outline.stages))] if is_batch else outline.stages  # type: ignore[union-attr]
    total = _stem(outline.stem, outline.in_channels, outline.image_size)
    width: Number = outline.stem.width
    size: Number = outline.stem.output_size(outline.image_size)
    for stage in stages:
        total = total + _stage(stage, width, size)
        width, size = stage.width, output_size(size, stage.stride)
    return total + _head(outline, width, size)


def _stem(stem: Stem, in_channels: int, image_size: int) -> Complexity:
    kernel, stride = (7, 2) if stem.kind == "imagenet" else (3, 1 if stem.kind == "cifar" else 2)
    size = output_size(image_size, stride)
    cost = convolution_norm(kernel, in_channels, stem.width, size)
    return cost + max_pool(stem.width, output_size(size, 2)) if stem.kind == "imagenet" else cost


def _stage(stage: Any, input_width: Number, size: Number) -> Complexity:
    if stage.block not in BLOCK_COSTS:
        raise ArchitectureError(
            f"block {stage.block!r} has no closed-form cost: choose one of {', '.join(sorted(BLOCK_COSTS))}"
        )
    cost = BLOCK_COSTS[stage.block]
    first = block_shape(stage, input_width, stage.stride, size)
    other = block_shape(stage, stage.width, 1, output_size(size, stage.stride))
    return cost(first, stage.se) + cost(other, stage.se) * (stage.depth - 1)


def _head(outline: Architecture, width: Number, size: Number) -> Complexity:
    head, cost = outline.head, NOTHING
    if head.width:
        cost, width = convolution_norm(1, width, head.width, size), head.width
    return cost + linear(width, outline.num_classes)

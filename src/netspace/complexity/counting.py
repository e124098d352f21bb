"""The cost of whole networks: one, or a batch as arrays, by the same formulas."""

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from netspace.architecture import Architecture, Stem, block_shape, output_size
from netspace.complexity.batch import ArchitectureBatch, ArchitectureList
from netspace.complexity.blocks import BLOCK_COSTS, BlockCost, unknown_block
from netspace.complexity.layers import NOTHING, Complexity, convolution_norm, linear, max_pool
from netspace.errors import ArchitectureError
from netspace.numbers import Number

FOREIGN: dict[str, Callable[[Architecture], Complexity]] = {}
"""What counts the networks of each other library; ``networks`` adds to it what it can build."""


def complexity(architecture: Architecture | ArchitectureBatch | ArchitectureList) -> Complexity:
    """Counts multiply-adds, parameters and activations by the papers' rule, without building the network.

    Args:
        architecture: one network, or n as an `ArchitectureBatch` or an `ArchitectureList`.

    Returns:
        Exact ints for one network; int64 arrays of shape (n,) for n.

    Raises:
        ArchitectureError: a block kind is unknown, or a foreign network's library.

    Source: "Designing Network Design Spaces", sections 3.3 and 4 and appendix D.

    Example:
        >>> import netspace as ns
        >>> ns.complexity(ns.regnet(depth=13, initial_width=24, slope=36.44, width_multiplier=2.49, group_width=8))
        Complexity(flops=199040872, params=2684792, acts=2164056)
    """
    if isinstance(architecture, ArchitectureList):
        costs = [complexity(each) for each in architecture.architectures]
        return Complexity(*(np.array([getattr(c, k) for c in costs], np.int64) for k in ("flops", "params", "acts")))
    if not isinstance(architecture, Architecture | ArchitectureBatch):
        raise ArchitectureError(
            f"complexity counts an Architecture, not {architecture!r:.80}; a Population knows its own: .complexity"
        )
    total = sum((cost for _, cost in breakdown(architecture)), start=NOTHING)
    return total if isinstance(architecture, Architecture) else _spread(total, len(architecture))


def _spread(cost: Complexity, n: int) -> Complexity:
    """Gives (n,) arrays, also where all n networks cost the same."""
    return Complexity(
        *(np.broadcast_to(np.asarray(each, np.int64), (n,)) for each in (cost.flops, cost.params, cost.acts))
    )


def breakdown(architecture: Architecture | ArchitectureBatch) -> Iterator[tuple[str, Complexity]]:
    """Yields what each part costs: ``"stem"``, ``"stage 1"``, ..., ``"head"``; of a foreign network, ``"network"``.

    Raises:
        ArchitectureError: as `complexity`.

    Example:
        >>> import netspace as ns
        >>> for part, cost in breakdown(ns.anynet(depths=[1], widths=[16], image_size=32)):
        ...     print(part, cost.params)
        stem 928
        stage 1 1552
        head 17000
    """
    batch = architecture if isinstance(architecture, ArchitectureBatch) else None
    outline: Architecture = architecture if batch is None else batch.outline  # type: ignore[assignment]
    if outline.foreign:
        yield "network", _foreign(outline)
        return
    width, size = (
        (batch.stem_width, batch.image_size) if batch is not None else (outline.stem.width, outline.image_size)
    )
    yield "stem", _stem(outline.stem, outline.in_channels, width, size)
    size = outline.stem.output_size(size)
    for i in range(len(outline.stages)):
        stage = batch.stage(i) if batch is not None else outline.stages[i]
        yield f"stage {i + 1}", _stage(stage, width, size)
        width, size = stage.width, output_size(size, stage.stride)
    yield "head", _head(outline, batch.head_width if batch is not None else outline.head.width, width, size)


def _stem(stem: Stem, in_channels: int, width: Number, image_size: Number) -> Complexity:
    cost = convolution_norm(stem.kernel, in_channels, width, output_size(image_size, stem.stride))
    return cost + max_pool(width, stem.output_size(image_size)) if stem.pools else cost


def _stage(stage: Any, input_width: Number, size: Number) -> Complexity:
    cost = _block_cost(stage.block)
    first = block_shape(stage, input_width, stage.stride, size)
    other = block_shape(stage, stage.width, 1, output_size(size, stage.stride))
    if isinstance(stage.depth, int) and stage.depth == 1:
        return cost(stage, first)
    return cost(stage, first) + cost(stage, other) * (stage.depth - 1)


def _block_cost(block: str) -> BlockCost:
    if block not in BLOCK_COSTS:
        raise unknown_block(block)
    return BLOCK_COSTS[block]


def _head(outline: Architecture, head_width: Number, width: Number, size: Number) -> Complexity:
    head, cost = outline.head, NOTHING
    if np.any(head_width):
        cost, width = convolution_norm(1, width, head_width, size), head_width
    if head.hidden:
        biases = Complexity(head.hidden, head.hidden, 0)
        cost, width = cost + convolution_norm(1, width, head.hidden, 1) + biases, head.hidden
    return cost + linear(width, outline.num_classes) if outline.num_classes else cost


def _foreign(architecture: Architecture) -> Complexity:
    library = architecture.foreign.partition(":")[0]
    if library not in FOREIGN:
        raise ArchitectureError(
            f"the cost of {architecture.foreign!r} is counted by building it: import netspace.networks first"
        )
    return FOREIGN[library](architecture)

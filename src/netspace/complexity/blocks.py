"""The cost of one block of each kind. A test binds each to the module of the same name in ``networks``."""

from collections.abc import Callable
from difflib import get_close_matches
from typing import Any

from netspace.architecture import BlockShape, output_size
from netspace.complexity.layers import NOTHING, Complexity, convolution_norm, squeeze_excite
from netspace.errors import ArchitectureError

BlockCost = Callable[[Any, BlockShape], Complexity]
"""Counts a block from its `Stage` and its resolved numbers; for a batch, both hold arrays."""


def bottleneck(stage: Any, shape: BlockShape) -> Complexity:
    """Counts the X block (Y with ``se``): 1x1, 3x3 in groups, [SE], 1x1, and a 1x1 shortcut where shapes differ."""
    inner, size = shape.inner_width, output_size(shape.size, shape.stride)
    return (
        convolution_norm(1, shape.input_width, inner, shape.size)
        + convolution_norm(shape.kernel, inner, inner, size, groups=shape.groups)
        + _squeeze_excite(stage, shape, inner)
        + convolution_norm(1, inner, shape.width, size)
        + _projection(shape, size)
    )


def inverted(stage: Any, shape: BlockShape) -> Complexity:
    """Counts the inverted bottleneck: [1x1], k x k in groups, [SE], 1x1; no 1x1 first where ``expansion`` is 1."""
    inner, size = shape.inner_width, output_size(shape.size, shape.stride)
    return (
        convolution_norm(1, shape.input_width, inner, shape.size) * (stage.expansion != 1)
        + convolution_norm(shape.kernel, inner, inner, size, groups=shape.groups)
        + _squeeze_excite(stage, shape, inner)
        + convolution_norm(1, inner, shape.width, size)
    )


def separable(stage: Any, shape: BlockShape) -> Complexity:
    """Counts MobileNetV1's block: k x k on each channel, 1x1."""
    depthwise_only(stage)
    width, size = shape.input_width, output_size(shape.size, shape.stride)
    return convolution_norm(shape.kernel, width, width, size, groups=width) + convolution_norm(
        1, width, shape.width, size
    )


def plain(convolutions: int, *, residual: bool) -> BlockCost:
    """Gives what counts one or two k x k convolutions, with or without a residual."""

    def cost(stage: Any, shape: BlockShape) -> Complexity:
        ungrouped(stage)
        size = output_size(shape.size, shape.stride)
        first = shape.width if convolutions == 1 else shape.inner_width
        total = convolution_norm(shape.kernel, shape.input_width, first, size)
        if convolutions == 2:
            total = total + convolution_norm(shape.kernel, first, shape.width, size)
        return total + _projection(shape, size) if residual else total

    return cost


def ungrouped(stage: Any) -> None:
    """Raises an `ArchitectureError` for groups in a block whose convolutions have none."""
    if stage.group_width is not None:
        raise ArchitectureError(f"block {stage.block!r} has no groups: leave group_width out, or choose block 'x'")
    if stage.se is not None or stage.expansion is not None or stage.spatial_activation is not None:
        raise ArchitectureError(
            f"block {stage.block!r} has no squeeze-and-excitation, no expansion and one activation: leave se, "
            "expansion and spatial_activation out"
        )


def depthwise_only(stage: Any) -> None:
    """Raises an `ArchitectureError` for a width inside a block that has none."""
    if stage.expansion != 1 or stage.group_width != 1:
        raise ArchitectureError(f"block {stage.block!r} is depthwise: it needs expansion=1 and group_width=1")
    if stage.se is not None:
        raise ArchitectureError(f"block {stage.block!r} has no squeeze-and-excitation: leave se out")


def _squeeze_excite(stage: Any, shape: BlockShape, width: Any) -> Complexity:
    return NOTHING if stage.se is None else squeeze_excite(width, shape.se_width, norm=stage.se.norm)


def _projection(shape: BlockShape, size: Any) -> Complexity:
    projected = (shape.input_width != shape.width) | (shape.stride != 1)
    return convolution_norm(1, shape.input_width, shape.width, size) * projected


BLOCK_COSTS: dict[str, BlockCost] = {
    "x": bottleneck,
    "v": plain(1, residual=False),
    "vr": plain(1, residual=True),
    "vanilla": plain(2, residual=False),
    "basic": plain(2, residual=True),
    "inverted": inverted,
    "rexnet": inverted,
    "separable": separable,
}
"""Block kinds by the name that `Stage.block` holds; `netspace.register_block` adds a user's own."""

COUNTED: set[str] = set()
"""Kinds without a closed form, which are built to be counted: some milliseconds each instead of nothing."""


def unknown_block(block: str) -> ArchitectureError:
    """Makes the error for a kind that is neither netspace's nor registered."""
    near = get_close_matches(block, BLOCK_COSTS, n=1)
    return ArchitectureError(
        f"block {block!r} is unknown: {f'did you mean {near[0]!r}? ' if near else ''}known are "
        f"{', '.join(sorted(BLOCK_COSTS))}, and what @ns.register_block added (import the file that does)"
    )

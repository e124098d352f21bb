"""The cost of one block of each kind. A test binds each to the module of the same name in ``networks``."""

from collections.abc import Callable

from netspace.architecture import BlockShape, SqueezeExcite, output_size
from netspace.complexity.layers import Complexity, convolution_norm, squeeze_excite

BlockCost = Callable[[BlockShape, SqueezeExcite | None], Complexity]


def bottleneck(shape: BlockShape, se: SqueezeExcite | None) -> Complexity:
    """Counts the X block (Y with ``se``): 1x1, 3x3 in groups, [SE], 1x1, and a 1x1 shortcut where shapes differ."""
    inner, size = shape.inner_width, output_size(shape.size, shape.stride)
    cost = (
        convolution_norm(1, shape.input_width, inner, shape.size)
        + convolution_norm(shape.kernel, inner, inner, size, groups=shape.groups)
        + convolution_norm(1, inner, shape.width, size)
    )
    if se is not None:
        cost = cost + squeeze_excite(inner, shape.se_width, norm=se.norm)
    projected = (shape.input_width != shape.width) | (shape.stride != 1)
    return cost + convolution_norm(1, shape.input_width, shape.width, size) * projected


BLOCK_COSTS: dict[str, BlockCost] = {"x": bottleneck}
"""Block kinds with a closed form, by the name that `Stage.block` holds."""

"""Block kinds, one file each, by the name that `Stage.block` holds."""

from collections.abc import Callable
from functools import partial

from torch import nn

from netspace.architecture import BlockShape, Stage
from netspace.networks.blocks.bottleneck import Bottleneck
from netspace.networks.blocks.inverted import Inverted
from netspace.networks.blocks.plain import Plain
from netspace.networks.blocks.rexnet import ReXNetBlock
from netspace.networks.blocks.separable import Separable

MakeBlock = Callable[[Stage, BlockShape], nn.Module]

BLOCKS: dict[str, MakeBlock] = {
    "x": Bottleneck,
    "v": partial(Plain, convolutions=1, residual=False),
    "vr": partial(Plain, convolutions=1, residual=True),
    "vanilla": partial(Plain, convolutions=2, residual=False),
    "basic": partial(Plain, convolutions=2, residual=True),
    "inverted": Inverted,
    "rexnet": ReXNetBlock,
    "separable": Separable,
}
"""What makes the module of one block from its stage and its resolved numbers."""

__all__ = ["BLOCKS", "MakeBlock"]

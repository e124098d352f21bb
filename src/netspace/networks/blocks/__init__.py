"""Block kinds, one file each, by the name that `Stage.block` holds."""

from collections.abc import Callable

from torch import nn

from netspace.architecture import BlockShape, Stage
from netspace.networks.blocks.bottleneck import Bottleneck

BLOCKS: dict[str, Callable[[Stage, BlockShape], nn.Module]] = {"x": Bottleneck}
"""What makes the module of one block from its stage and its resolved numbers."""

__all__ = ["BLOCKS", "Bottleneck"]

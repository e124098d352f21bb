"""Families of networks as ways to arrive at an `Architecture`, and the block names that they share."""

from netspace.families.anynet import (
    anynet,
    compatible_widths,
    regnet,
)
from netspace.families.blocks import BLOCKS, block_fields
from netspace.families.mobile import efficientnet, efficientnet_lite, mobilenetv1, mobilenetv2
from netspace.families.rexnet import rexnet, rexnet_lite, rexnet_plain

__all__ = [
    "BLOCKS",
    "anynet",
    "block_fields",
    "compatible_widths",
    "efficientnet",
    "efficientnet_lite",
    "mobilenetv1",
    "mobilenetv2",
    "regnet",
    "rexnet",
    "rexnet_lite",
    "rexnet_plain",
]

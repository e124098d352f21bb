"""What a design space is made of: components turn uniform numbers into parameters, and parameters into networks."""

from netspace.spaces.components.base import Columns, Component, Mask
from netspace.spaces.components.line import LINE, QuantizedLine
from netspace.spaces.components.per_stage import RULES, PerStage, Rule
from netspace.spaces.components.piecewise import PiecewiseLinear
from netspace.spaces.components.single import Single

__all__ = [
    "LINE",
    "RULES",
    "Columns",
    "Component",
    "Mask",
    "PerStage",
    "PiecewiseLinear",
    "QuantizedLine",
    "Rule",
    "Single",
]

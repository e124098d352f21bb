"""A space in one picture: how its parameters are distributed, what its networks cost, how their widths run.

The numbers come from `portray` and are arrays; `draw_space` only draws them.
"""

from netspace.figures.space.drawing import draw_space
from netspace.figures.space.portraying import Curve, Portrait, portray

__all__ = ["Curve", "Portrait", "draw_space", "portray"]

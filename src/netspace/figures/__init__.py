"""From numbers to pictures. Those called ``plot_...`` give a `Picture`, which is saved for papers and shown on pages.

No statistics in here.
"""

from netspace.figures.against import Points, plot_error_against
from netspace.figures.distributions import plot_edfs
from netspace.figures.latency import draw_latency, draw_runtime
from netspace.figures.learning import Curves, plot_curves
from netspace.figures.picture import Axis, Dots, Line, Panel, Picture, Region, Rule, Span
from netspace.figures.printing import check_picture
from netspace.figures.profile import WidthProfile, draw_widths
from netspace.figures.space import draw_space, portray
from netspace.figures.widths import Profile, plot_widths

__all__ = [
    "Axis",
    "Curves",
    "Dots",
    "Line",
    "Panel",
    "Picture",
    "Points",
    "Profile",
    "Region",
    "Rule",
    "Span",
    "WidthProfile",
    "check_picture",
    "draw_latency",
    "draw_runtime",
    "draw_space",
    "draw_widths",
    "plot_curves",
    "plot_edfs",
    "plot_error_against",
    "plot_widths",
    "portray",
]

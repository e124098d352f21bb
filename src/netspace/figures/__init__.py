"""From numbers to pictures: interactive ones (plotly), and one for papers (matplotlib). No statistics in here."""

from netspace.figures.curves import Curves, plot_curves
from netspace.figures.edf import plot_edfs
from netspace.figures.latency import draw_latency, draw_runtime
from netspace.figures.paper import draw_edf
from netspace.figures.profile import WidthProfile, draw_widths
from netspace.figures.scatter import Points, plot_error_against
from netspace.figures.space import draw_space, portray
from netspace.figures.widths import Profile, plot_widths

__all__ = [
    "Curves",
    "Points",
    "Profile",
    "WidthProfile",
    "draw_edf",
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

"""From numbers to pictures. Those called ``plot_...`` give a `Picture`, which is saved for papers and shown on pages.

No statistics in here.
"""

from netspace.figures.against import Points, plot_error_against
from netspace.figures.costs import CostPoints, plot_complexity_trends
from netspace.figures.distributions import plot_edfs
from netspace.figures.latency import draw_latency, draw_runtime
from netspace.figures.learning import Curves, plot_curves
from netspace.figures.line_fits import LineFit, line_fits, plot_line_fits
from netspace.figures.moves import Evidence, plot_moves
from netspace.figures.others import OtherPoints, plot_against_others
from netspace.figures.picture import Axis, Dots, Line, Panel, Picture, Region, Rule, Span
from netspace.figures.printing import check_picture
from netspace.figures.profile import WidthProfile, plot_top_models
from netspace.figures.regions import PairPoints, plot_best_region
from netspace.figures.search import plot_search
from netspace.figures.space import draw_space, portray
from netspace.figures.training import TrainingPoints, plot_training_parameters
from netspace.figures.trends import plot_parameter_trends
from netspace.figures.widths import Profile, plot_widths

__all__ = [
    "Axis",
    "CostPoints",
    "Curves",
    "Dots",
    "Evidence",
    "Line",
    "LineFit",
    "OtherPoints",
    "PairPoints",
    "Panel",
    "Picture",
    "Points",
    "Profile",
    "Region",
    "Rule",
    "Span",
    "TrainingPoints",
    "WidthProfile",
    "check_picture",
    "draw_latency",
    "draw_runtime",
    "draw_space",
    "line_fits",
    "plot_against_others",
    "plot_best_region",
    "plot_complexity_trends",
    "plot_curves",
    "plot_edfs",
    "plot_error_against",
    "plot_line_fits",
    "plot_moves",
    "plot_parameter_trends",
    "plot_search",
    "plot_top_models",
    "plot_training_parameters",
    "plot_widths",
    "portray",
]

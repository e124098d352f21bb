"""From records to numbers: error distributions, where the best networks lie, differences of means.

Arrays go in, frozen dataclasses of numbers come out; nothing is drawn here and no record is read.
Errors are top-1 in percent, of networks that finished; failed networks are left out by the caller, who says so.
"""

from netspace.analysis.bootstrap import BestRange, empirical_bootstrap
from netspace.analysis.curves import median_curve
from netspace.analysis.edf import EDF, edf
from netspace.analysis.line_fit import LineFits, fit_lines
from netspace.analysis.means import MeanDifference, compare_means, networks_needed

__all__ = [
    "EDF",
    "BestRange",
    "LineFits",
    "MeanDifference",
    "compare_means",
    "edf",
    "empirical_bootstrap",
    "fit_lines",
    "median_curve",
    "networks_needed",
]

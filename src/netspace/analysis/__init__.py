"""From records to numbers: error distributions, where the best networks lie, differences of means.

Arrays go in, frozen dataclasses of numbers come out; nothing is drawn here and no record is read.
Errors are top-1 in percent, of networks that finished; failed networks are left out by the caller, who says so.
"""

from netspace.analysis.areas import AreaDifference, compare_areas
from netspace.analysis.bands import Band, pointwise_band, simultaneous_band
from netspace.analysis.best_region import BestRegion, best_region
from netspace.analysis.bootstrap import BestRange, empirical_bootstrap
from netspace.analysis.complexity_trends import ComplexityTrend, fit_complexity
from netspace.analysis.complexity_weights import ComplexityWeights, complexity_weights
from netspace.analysis.curves import median_curve
from netspace.analysis.distance import DistributionDistance, compare_distributions
from netspace.analysis.edf import EDF, edf
from netspace.analysis.means import MeanDifference, ResampledDifference, compare_means, resample_means
from netspace.analysis.normalized_edf import NormalizedEDF, normalized_edf
from netspace.analysis.power import (
    Enough,
    NetworksNeeded,
    assumed_networks,
    judge_networks,
    networks_needed,
    plan_networks,
)
from netspace.analysis.quantiles import Quantile, networks_for_quantile, quantile
from netspace.analysis.random_search import SearchEfficiency, search_efficiency
from netspace.analysis.regimes import RegimeTrend, trend_over_regimes
from netspace.analysis.several import SeveralMeans, compare_several
from netspace.analysis.summary import ErrorSummary, summarize_errors
from netspace.analysis.superiority import Superiority, compare_pairs
from netspace.lines import LineFits, fit_lines

__all__ = [
    "EDF",
    "AreaDifference",
    "Band",
    "BestRange",
    "BestRegion",
    "ComplexityTrend",
    "ComplexityWeights",
    "DistributionDistance",
    "Enough",
    "ErrorSummary",
    "LineFits",
    "MeanDifference",
    "NetworksNeeded",
    "NormalizedEDF",
    "Quantile",
    "RegimeTrend",
    "ResampledDifference",
    "SearchEfficiency",
    "SeveralMeans",
    "Superiority",
    "assumed_networks",
    "best_region",
    "compare_areas",
    "compare_distributions",
    "compare_means",
    "compare_pairs",
    "compare_several",
    "complexity_weights",
    "edf",
    "empirical_bootstrap",
    "fit_complexity",
    "fit_lines",
    "judge_networks",
    "median_curve",
    "networks_for_quantile",
    "networks_needed",
    "normalized_edf",
    "plan_networks",
    "pointwise_band",
    "quantile",
    "resample_means",
    "search_efficiency",
    "simultaneous_band",
    "summarize_errors",
    "trend_over_regimes",
]

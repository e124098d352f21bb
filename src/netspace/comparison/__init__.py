"""Is one population better than another? An answer in one honest sentence, with the numbers behind it."""

from netspace.comparison.comparing import compare, compare_all
from netspace.comparison.given import display_names
from netspace.comparison.pair import Comparison
from netspace.comparison.several import Comparisons

__all__ = ["Comparison", "Comparisons", "compare", "compare_all", "display_names"]

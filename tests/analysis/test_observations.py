"""What every function refuses where it reads errors."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest

from netspace import analysis
from netspace.errors import AnalysisError

GOOD = [20.0 + i for i in range(10)]

FUNCTIONS: dict[str, Callable[[Any], object]] = {
    "edf": analysis.edf,
    "summarize_errors": analysis.summarize_errors,
    "quantile": lambda e: analysis.quantile(e, 0.25),
    "search_efficiency": analysis.search_efficiency,
    "empirical_bootstrap": lambda e: analysis.empirical_bootstrap(GOOD, e),
    "best_region": lambda e: analysis.best_region(GOOD, GOOD, e),
    "normalized_edf": lambda e: analysis.normalized_edf(e, analysis.complexity_weights(GOOD, bins=1)),
    "compare_means": lambda e: analysis.compare_means(GOOD, e),
    "compare_pairs": lambda e: analysis.compare_pairs(GOOD, e),
    "compare_areas": lambda e: analysis.compare_areas(GOOD, e),
    "compare_distributions": lambda e: analysis.compare_distributions(GOOD, e),
    "resample_means": lambda e: analysis.resample_means(GOOD, e),
    "plan_networks": lambda e: analysis.plan_networks(GOOD, e),
    "compare_several": lambda e: analysis.compare_several({"a": GOOD, "b": e}),
}


@pytest.mark.parametrize("name", FUNCTIONS)
@pytest.mark.parametrize(
    ("first", "says"),
    [
        (-1.0, "are percentages, from 0 to 100: given -1"),
        (120, "are percentages, from 0 to 100: given 120"),
        (True, "must be a list of numbers, not of booleans"),
        ("1", "must be a list of numbers, not of words"),
    ],
)
def test_what_no_error_can_be_is_refused(name: str, first: object, says: str) -> None:
    with pytest.raises(AnalysisError, match=says):
        FUNCTIONS[name]([first, *GOOD[1:]])


@pytest.mark.parametrize("values", [np.array([True, False]), pd.Series(["1", "2"]), np.array(["1", "2"])])
def test_arrays_are_looked_at_too(values: object) -> None:
    with pytest.raises(AnalysisError, match="must be a list of numbers, not of"):
        analysis.edf(values)


def test_all_that_a_percentage_can_be_is_taken() -> None:
    assert analysis.edf([0, 100.0, np.float32(0.5)]).n == 3
    assert analysis.edf(pd.Series([1, 2], dtype="Int64")).mean == 1.5

from itertools import combinations
from math import comb

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy import stats

from netspace.analysis import edf, search_efficiency
from netspace.errors import AnalysisError
from netspace.random import stream


@given(st.lists(st.integers(0, 30), min_size=1, max_size=9))
def test_it_is_the_mean_over_all_choices(errors: list[int]) -> None:
    n = len(errors)
    brute = [np.mean([min(chosen) for chosen in combinations(errors, k)]) for k in range(1, n + 1)]
    assert search_efficiency(errors).expected == pytest.approx(brute)


@pytest.mark.slow
@pytest.mark.parametrize("n", [60, 5000])
def test_agrees_with_exact_fractions_at_any_n(n: int) -> None:
    errors = np.sort(stream(0, "errors").integers(10_000, 60_000, n))
    search = search_efficiency(errors / 1000)
    for k in (1, 2, n // 100 + 1, n // 3, n - 1, n):
        chances = [comb(n - i, k - 1) for i in range(1, n - k + 2)]  # the i-th is the best, whole numbers
        exact = sum(c * int(e) for c, e in zip(chances, errors, strict=False)) * 10**9 // comb(n, k) / 1e12
        assert search.expected[k - 1] == pytest.approx(exact, rel=1e-10)


def test_it_falls_from_the_mean_to_the_least() -> None:
    errors = stream(1, "errors").gamma(2, 2, 300)
    search = search_efficiency(errors)
    assert search.expected[[0, -1]] == pytest.approx([errors.mean(), errors.min()])
    assert np.all(np.diff(search.expected) <= 1e-12)
    assert search.networks_for(errors.mean() + 1) == 1
    assert search.networks_for(float(search.expected[41])) == 42
    assert search.networks_for(errors.min() - 1) is None


def test_the_band_of_one_is_the_interval_of_the_mean() -> None:
    errors = stream(2, "errors").gamma(2, 2, 30)
    search = search_efficiency(errors, confidence=0.9)
    assert (search.low[0], search.high[0]) == pytest.approx(edf(errors, confidence=0.9).mean_interval)


def test_the_band_is_the_jackknife_s() -> None:
    n = 24
    errors = stream(3, "errors").normal(20, 2, n)
    search = search_efficiency(errors)
    without = np.array([search_efficiency(np.delete(errors, i)).expected for i in range(n)])
    for k in range(1, 7):
        own = without[:, k - 1]
        spread = np.sqrt((n - 1) / n * ((own - own.mean()) ** 2).sum())
        reach = stats.t.ppf(0.975, n / k - 1) * spread
        assert search.high[k - 1] - search.expected[k - 1] == pytest.approx(reach)
    assert search.widest == 6
    assert np.isnan(search.low[6:]).all()


@pytest.mark.parametrize("errors", [[20.0], [20.0] * 3])
def test_few_networks_have_no_band(errors: list[float]) -> None:
    search = search_efficiency(errors)
    assert search.widest == 0
    assert np.isnan(search.high).all()
    assert search.expected.tolist() == errors


@pytest.mark.parametrize("error", [20.0, 12.3, 71.16])
def test_equal_errors_have_an_unbounded_band(error: float) -> None:
    search = search_efficiency([error] * 12)
    assert (search.expected == error).all()
    assert (search.low[:3] == -np.inf).all()
    assert (search.high[:3] == np.inf).all()


SHAPES = {
    "normal": lambda draw, n: draw.normal(20, 2, n),
    "gamma": lambda draw, n: draw.gamma(2, 2, n),
    "lognormal": lambda draw, n: draw.lognormal(0, 0.8, n),
    "long to the left": lambda draw, n: 30 - draw.exponential(2, n),
}


@pytest.mark.slow
@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("n", [40, 200])
def test_the_band_holds_the_truth_about_as_often_as_it_says(shape: str, n: int) -> None:
    k = np.array([1, 2, n // 20, n // 10, n // 4])
    truth, covered = expected_best(np.sort(SHAPES[shape](stream(0, "space"), 500_000)), k), np.zeros(len(k))
    for i in range(1000):
        search = search_efficiency(SHAPES[shape](stream(i, "sample"), n))
        covered += (search.low[k - 1] <= truth) & (truth <= search.high[k - 1])
    assert np.all(covered / 1000 >= 0.89)


def expected_best(errors: NDArray[np.float64], k: NDArray[np.int64]) -> NDArray[np.float64]:
    """The expected best of k draws with replacement."""
    i = np.arange(len(errors) + 1)
    return np.array([-np.diff((1 - i / len(errors)) ** each) @ errors for each in k])


@pytest.mark.parametrize(("errors", "options"), [([], {}), ([np.nan], {}), ([1.0], {"confidence": 95})])
def test_refuses_what_has_no_best(errors: list[float], options: dict[str, float]) -> None:
    with pytest.raises(AnalysisError):
        search_efficiency(errors, **options)

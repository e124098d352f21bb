from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy import stats

from netspace.analysis import compare_means, resample_means
from netspace.errors import AnalysisError
from netspace.random import stream

samples = st.lists(st.integers(0, 1000).map(lambda tenths: tenths / 10), min_size=2, max_size=30)


spread = samples.filter(lambda errors: np.ptp(errors) > 0)


@given(spread, spread, st.sampled_from([0.5, 0.9, 0.95, 0.99]))
def test_agrees_with_scipy(a: list[float], b: list[float], confidence: float) -> None:
    means = compare_means(a, b, confidence=confidence)
    test = stats.ttest_ind(a, b, equal_var=False)
    interval = test.confidence_interval(confidence)
    assert (means.low, means.high) == pytest.approx((interval.low, interval.high), rel=1e-9, abs=1e-9)
    assert means.p_value == pytest.approx(test.pvalue, rel=1e-9, abs=1e-12)
    assert means.difference == pytest.approx(np.mean(a) - np.mean(b))


def test_a_difference_by_hand() -> None:
    # Means 2 and 5, variances 1 and 1, n = 3 + 3: s = sqrt(2/3), 4 degrees of freedom, t = 2.776.
    means = compare_means([1, 2, 3], [4, 5, 6])
    assert means.difference == -3
    assert (means.low, means.high) == pytest.approx((-3 - 2.776445 * np.sqrt(2 / 3), -3 + 2.776445 * np.sqrt(2 / 3)))
    assert means.is_told


@given(samples, samples)
def test_changing_sides_changes_the_sign_only(a: list[float], b: list[float]) -> None:
    one, other = compare_means(a, b), compare_means(b, a)
    assert (one.difference, one.low, one.high) == (-other.difference, -other.high, -other.low)
    assert one.is_told == other.is_told


@pytest.mark.parametrize("b", [[50.1, 50.1], [51.3, 51.3, 51.3]])
def test_no_spread_at_all_tells_nothing(b: list[float]) -> None:
    means = compare_means([50.1, 50.1, 50.1], b)
    assert (means.low, means.high, means.p_value) == (-np.inf, np.inf, 1)
    assert not means.is_told


def test_no_spread_on_one_side_leaves_the_other_s() -> None:
    means = compare_means([50.0, 50.0], [40.0, 41.0, 42.0])
    assert (means.low, means.high) == pytest.approx(stats.t.interval(0.95, 2, 9, np.sqrt(1 / 3)))


Draw = Callable[[np.random.Generator, tuple[int, int]], NDArray[np.float64]]


@pytest.mark.parametrize(
    ("draw_a", "draw_b", "true_difference", "coverage"),
    [
        (lambda g, n: g.exponential(2, n), lambda g, n: g.exponential(2, n), 0, 0.957),
        (lambda g, n: g.exponential(2, n), lambda g, n: g.exponential(4, n), -2, 0.937),
        (lambda g, n: g.exponential(1, n), lambda g, n: g.exponential(4, n), -3, 0.919),
        (lambda g, n: g.normal(50, 2, n), lambda g, n: g.normal(50, 3, n), 0, 0.950),
    ],
    ids=["skewed", "skewed, spreads 1 : 2", "skewed, spreads 1 : 4", "normal"],
)
def test_coverage_at_16_and_16_is_what_the_docstring_says(
    draw_a: Draw, draw_b: Draw, true_difference: float, coverage: float
) -> None:
    generator, pairs = stream(0, "coverage"), 3000
    a, b = draw_a(generator, (pairs, 16)), draw_b(generator, (pairs, 16))
    intervals = [compare_means(x, y) for x, y in zip(a, b, strict=True)]
    covered = np.mean([each.low <= true_difference <= each.high for each in intervals])
    assert covered == pytest.approx(coverage, abs=0.012)


@pytest.mark.parametrize(
    ("a", "b", "says"),
    [
        ([1.0], [1.0, 2.0], "population a has 1 of"),
        ([1.0, 2.0], [], "population b"),
        ([1.0, np.inf], [1.0, 2.0], "inf"),
    ],
)
def test_refuses_too_few_and_what_is_not_finite(a: list[float], b: list[float], says: str) -> None:
    with pytest.raises(AnalysisError, match=says):
        compare_means(a, b)
    with pytest.raises(AnalysisError, match=says):
        resample_means(a, b)


@pytest.mark.parametrize("draws", [0, 99, 1e4, True])
def test_refuses_draws_that_are_too_few(draws: int) -> None:
    with pytest.raises(AnalysisError, match="draws must be a whole number of at least 100"):
        resample_means([1.0, 2.0], [3.0, 4.0], draws=draws)


def test_resampled_means_depend_on_no_order_and_on_the_seed() -> None:
    a, b = stream(0, "order").exponential(2, (2, 40))
    one = resample_means(a, b)
    assert one == resample_means(a[::-1], np.sort(b))
    assert one != resample_means(a, b, seed=1)
    assert (one.n_a, one.n_b, one.splits, one.is_exact) == (40, 40, 10_000, False)
    assert one.difference == pytest.approx(compare_means(a, b).difference)
    assert one.low < one.difference < one.high


def test_resampling_agrees_with_welch_for_many_normal_errors() -> None:
    generator = stream(0, "many")
    a, b = generator.normal(20, 2, 400), generator.normal(20.3, 3, 500)
    means, resampled = compare_means(a, b), resample_means(a, b)
    assert (resampled.low, resampled.high) == pytest.approx((means.low, means.high), abs=0.03)
    assert resampled.p_value == pytest.approx(means.p_value, abs=0.02)


def test_resampling_without_spread_tells_nothing_by_the_interval() -> None:
    means = resample_means([50.0] * 3, [51.0] * 3)
    assert (means.low, means.high, means.is_told) == (-np.inf, np.inf, False)
    assert means.p_value == pytest.approx(2 / 20)
    assert resample_means([50.0] * 3, [50.0] * 3).p_value == 1

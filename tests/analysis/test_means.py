from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy import stats

from netspace.analysis import compare_means, networks_needed
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
        (lambda g, n: g.normal(0, 2, n), lambda g, n: g.normal(0, 3, n), 0, 0.950),
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


def test_networks_needed_have_the_power_asked_for() -> None:
    generator = stream(0, "power")
    # A pilot whose means differ by 1.2 and whose variances are 4 and 9, so that the truth is known.
    a, b = np.array([-2.0, 2, -2, 2]) * np.sqrt(3) / 2 + 1.2, np.array([-3.0, 3, -3, 3]) * np.sqrt(3) / 2
    n = networks_needed(a, b, power=0.8)
    assert n == 72  # (1.977 + 0.844)^2 (4 + 9) / 1.2^2, t of 142 degrees of freedom
    told = [
        compare_means(x, y).is_told
        for x, y in zip(generator.normal(1.2, 2, (2000, n)), generator.normal(0, 3, (2000, n)), strict=True)
    ]
    assert np.mean(told) == pytest.approx(0.8, abs=0.03)


def test_a_larger_difference_needs_fewer_networks_and_more_power_more() -> None:
    a = np.array([10.0, 12, 14, 16])
    assert networks_needed(a, a + 2) < networks_needed(a, a + 1) < networks_needed(a, a + 1, power=0.95)
    assert networks_needed(a, a + 1000) == 2
    assert networks_needed(a, a + 1e-12) is None  # all but equal


@pytest.mark.parametrize(("a", "b"), [([1.0, 2.0], [2.0, 1.0]), ([1.0, 1.0], [2.0, 2.0])])
def test_no_number_where_none_can_be_said(a: list[float], b: list[float]) -> None:
    assert networks_needed(a, b) is None


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
        networks_needed(a, b)


@pytest.mark.parametrize("power", [0, 1, 80])
def test_refuses_a_power_that_is_none(power: float) -> None:
    with pytest.raises(AnalysisError, match="power must be"):
        networks_needed([1.0, 2.0], [3.0, 4.0], power=power)

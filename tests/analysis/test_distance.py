from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from netspace.analysis import compare_distributions
from netspace.errors import AnalysisError
from netspace.random import stream

errors = st.lists(st.integers(0, 30).map(float), min_size=2, max_size=20)
different = st.lists(st.integers(0, 1000).map(lambda tenths: tenths / 10), min_size=4, max_size=30, unique=True)


@given(different, st.data())
def test_agrees_with_scipy_where_no_errors_tie(pooled: list[float], data: st.DataObject) -> None:
    n_a = data.draw(st.integers(2, len(pooled) - 2))
    a, b = pooled[:n_a], pooled[n_a:]
    ours, theirs = compare_distributions(a, b), stats.ks_2samp(a, b, method="exact")
    assert ours.distance == pytest.approx(theirs.statistic)
    assert ours.p_value == pytest.approx(theirs.pvalue)
    assert ours.is_exact


@pytest.mark.parametrize(("n_a", "n_b", "shift"), [(500, 500, 0.3), (300, 200, 0.1), (60, 50, 4.0)])
def test_many_and_unlikely_agree_with_scipy(n_a: int, n_b: int, shift: float) -> None:
    generator = stream(0, "scipy", n_a)
    a, b = generator.normal(50, 1, n_a), generator.normal(50 + shift, 1, n_b)
    assert compare_distributions(a, b).p_value == pytest.approx(stats.ks_2samp(a, b, method="exact").pvalue, rel=1e-6)


@pytest.mark.parametrize(("a", "b"), [([1, 1, 2, 2, 3], [2, 3, 3, 3, 4]), ([1, 1, 1], [1, 1, 2, 2]), ([5, 5], [5, 5])])
def test_with_ties_the_p_value_is_that_of_all_splits(a: list[float], b: list[float]) -> None:
    pooled, found = np.array([*a, *b]), compare_distributions(a, b)
    splits = [list(chosen) for chosen in combinations(range(len(pooled)), len(a))]
    distances = [stats.ks_2samp(pooled[s], np.delete(pooled, s), method="asymp").statistic for s in splits]
    assert found.p_value == pytest.approx(np.mean(np.array(distances) >= found.distance - 1e-12))


@given(errors, errors)
def test_the_distance_is_reached_at_its_error_and_lies_in_its_interval(a: list[float], b: list[float]) -> None:
    found = compare_distributions(a, b)
    at = [np.mean(np.array(e) <= found.error) for e in (a, b)]
    assert found.distance == pytest.approx(abs(at[0] - at[1]))
    assert 0 <= found.low <= found.distance <= found.high <= 1
    assert 0 < found.p_value <= 1


@given(errors, errors)
def test_changing_sides_changes_only_the_sides(a: list[float], b: list[float]) -> None:
    one, other = compare_distributions(a, b), compare_distributions(b, a)
    assert (one.distance, one.error, one.low, one.high) == (other.distance, other.error, other.low, other.high)
    assert one.p_value == pytest.approx(other.p_value)


def test_many_networks_of_unequal_numbers_are_compared_without_an_exact_p_value() -> None:
    generator = stream(0, "many")
    apart = compare_distributions(generator.normal(50, 1, 12_000), generator.normal(50.2, 1, 9000))
    assert not apart.is_exact
    assert apart.is_told
    assert apart.low <= 2 * stats.norm.cdf(0.1) - 1 <= apart.high


@pytest.mark.slow
@pytest.mark.parametrize("shift", [0, 0.5, 1.5])
@pytest.mark.parametrize(("n_a", "n_b"), [(6, 6), (16, 16), (10, 50)])
def test_coverage_and_level(shift: float, n_a: int, n_b: int) -> None:
    generator, truth = stream(0, "coverage", n_a), 2 * stats.norm.cdf(shift / 2) - 1
    pairs = zip(generator.normal(50, 1, (2000, n_a)), generator.normal(50 + shift, 1, (2000, n_b)), strict=True)
    found = [compare_distributions(a, b) for a, b in pairs]
    assert np.mean([each.low <= truth <= each.high for each in found]) >= 0.94
    if not shift:
        assert np.mean([each.p_value <= 0.05 for each in found]) <= 0.06


@pytest.mark.parametrize(("a", "confidence", "says"), [([1.0], 0.95, "has 1 of"), ([1.0, 2.0], 95, "confidence must")])
def test_refuses_what_has_no_distance(a: list[float], confidence: float, says: str) -> None:
    with pytest.raises(AnalysisError, match=says):
        compare_distributions(a, [1.0, 2.0], confidence=confidence)

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy import stats

from netspace.analysis import compare_pairs
from netspace.analysis.intervals import welch
from netspace.analysis.superiority import placements
from netspace.errors import AnalysisError
from netspace.random import stream

errors = st.lists(st.integers(0, 30).map(float), min_size=2, max_size=20)


@given(errors, errors)
def test_counts_all_pairs(a: list[float], b: list[float]) -> None:
    x, y = np.array(a)[:, None], np.array(b)
    found = compare_pairs(a, b)
    assert found.probability == pytest.approx(((x < y) + (x == y) / 2).mean())
    assert 0 <= found.low <= found.probability <= found.high <= 1
    assert (found.n_a, found.n_b) == (len(a), len(b))


@given(errors, errors)
def test_changing_sides_mirrors_the_interval(a: list[float], b: list[float]) -> None:
    one, other = compare_pairs(a, b), compare_pairs(b, a)
    assert (one.probability, one.low, one.high) == pytest.approx((1 - other.probability, 1 - other.high, 1 - other.low))
    assert one.p_value == pytest.approx(other.p_value)


def test_agrees_with_scipy_s_variance() -> None:
    a, b = stream(0, "variance").normal(0, 1, (2, 15)).round(1)
    share_a, share_b = placements(a, b)
    error, freedom = welch(share_a, share_b)
    theirs = stats.brunnermunzel(a, b)
    assert (share_a.mean() - 0.5) / error == pytest.approx(theirs.statistic)
    assert 2 * stats.t.sf(abs(theirs.statistic), freedom) == pytest.approx(theirs.pvalue)


def test_full_separation_ends_where_it_is_too_unlikely() -> None:
    found = compare_pairs([1.0, 2, 3, 4, 5, 6], [7.0, 8, 9, 10, 11, 12, 13])
    assert (found.probability, found.high) == (1, 1)
    assert found.low == pytest.approx(0.025 ** (1 / 6))
    assert found.p_value == pytest.approx(2 * 0.5**6)
    assert found.is_told


def test_equal_errors_tell_nothing() -> None:
    found = compare_pairs([5.0] * 4, [5.0] * 4)
    assert (found.probability, found.low, found.high, found.p_value) == (0.5, 0, 1, 1)


Draw = Callable[[np.random.Generator, int], NDArray[np.float64]]
SHAPES: dict[str, tuple[Draw, Draw, float]] = {
    "normal": (lambda g, n: g.normal(50, 1, n), lambda g, n: g.normal(50, 1, n), 0.5),
    "spreads 1 : 4": (lambda g, n: g.normal(50, 1, n), lambda g, n: g.normal(50, 4, n), 0.5),
    "shifted": (lambda g, n: g.normal(50, 1, n), lambda g, n: g.normal(51, 1, n), float(stats.norm.cdf(0.5**0.5))),
    "skewed": (lambda g, n: g.exponential(1, n), lambda g, n: g.exponential(2, n), 2 / 3),
    "far apart": (lambda g, n: g.exponential(0.5, n), lambda g, n: g.exponential(4.5, n), 0.9),
    "ties": (lambda g, n: g.normal(50, 1, n).round(), lambda g, n: g.normal(50, 1, n).round(), 0.5),
}


@pytest.mark.slow
@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize(("n_a", "n_b"), [(6, 6), (16, 16), (16, 64)])
def test_coverage_and_level(shape: str, n_a: int, n_b: int) -> None:
    draw_a, draw_b, truth = SHAPES[shape]
    generator = stream(0, "coverage", shape, n_a)
    found = [compare_pairs(draw_a(generator, n_a), draw_b(generator, n_b)) for _ in range(3000)]
    assert np.mean([each.low <= truth <= each.high for each in found]) >= 0.93
    if truth == 0.5:
        assert np.mean([each.p_value <= 0.05 for each in found]) <= 0.06


@pytest.mark.parametrize(("a", "confidence", "says"), [([1.0], 0.95, "has 1 of"), ([1.0, 2.0], 95, "confidence must")])
def test_refuses_what_has_no_pairs(a: list[float], confidence: float, says: str) -> None:
    with pytest.raises(AnalysisError, match=says):
        compare_pairs(a, [1.0, 2.0], confidence=confidence)

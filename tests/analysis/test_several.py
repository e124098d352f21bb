from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy import stats

from netspace.analysis import compare_means, compare_several
from netspace.analysis.several import holm
from netspace.errors import AnalysisError
from netspace.random import stream

THREE = dict(zip("abc", stream(0, "three").normal([[20.0], [19.0], [18.0]], 1, (3, 20)), strict=True))


@given(st.lists(st.floats(0, 1), min_size=1, max_size=8))
def test_holm_is_the_closed_test_of_bonferroni(p: list[float]) -> None:
    """A pair's adjusted p-value is the largest Bonferroni p-value of all sets of pairs that hold it."""
    sets = [[i for i in range(len(p)) if mask >> i & 1] for mask in range(1, 2 ** len(p))]
    expected = [max(min(1, len(s) * min(p[j] for j in s)) for s in sets if i in s) for i in range(len(p))]
    assert holm(p) == pytest.approx(expected)


def test_rows_are_the_pairs_asked_for() -> None:
    table = compare_several(THREE)
    assert table.pairs.tolist() == [[0, 1], [0, 2], [1, 2]]
    assert compare_several(THREE, pairs="neighbors").pairs.tolist() == [[0, 1], [1, 2]]
    assert (table.names, table.n.tolist(), len(table)) == (("a", "b", "c"), [20, 20, 20], 3)


def test_a_row_agrees_with_the_comparison_of_its_pair() -> None:
    table = compare_several(THREE)
    for row, (i, j) in enumerate(table.pairs):
        means = compare_means(*(THREE[table.names[k]] for k in (i, j)))
        assert table.difference[row] == pytest.approx(means.difference)
        assert table.p_value[row] == pytest.approx(means.p_value)
        assert table.p_value[row] <= table.adjusted_p_value[row] <= 3 * table.p_value[row]
        assert table.low[row] < means.low < means.high < table.high[row]


def test_a_single_pair_is_not_corrected() -> None:
    means = compare_means(THREE["a"], THREE["b"])
    table = compare_several({"a": THREE["a"], "b": THREE["b"]})
    assert (table.low[0], table.high[0]) == pytest.approx((means.low, means.high))
    assert table.adjusted_p_value[0] == table.p_value[0]


def test_intervals_are_near_tukey_s_for_many_normal_errors_of_one_spread() -> None:
    errors = stream(0, "tukey").normal(50, 1, (4, 200))
    table = compare_several({str(k): e for k, e in enumerate(errors)})
    theirs = stats.tukey_hsd(*errors).confidence_interval()
    first, second = table.pairs.T
    assert table.low == pytest.approx(theirs.low[first, second], abs=0.03)
    assert table.high == pytest.approx(theirs.high[first, second], abs=0.03)


def test_populations_without_spread_tell_nothing() -> None:
    table = compare_several({"a": [1.0, 1.0], "b": [2.0, 2.0], "c": [3.0, 4.0, 5.0, 5.5, 6.0]}, draws=500)
    assert (table.low[0], table.high[0], table.p_value[0]) == (-np.inf, np.inf, 1)
    assert not table.is_told[0]
    assert np.isfinite(table.low[1:]).all()


def test_populations_too_small_to_bootstrap_are_corrected_by_bonferroni() -> None:
    errors = {"a": [1.0, 1.5], "b": [2.0, 2.1], "c": [7.0, 7.2]}
    table = compare_several(errors)
    means = compare_means(errors["a"], errors["c"], confidence=1 - 0.05 / 3)
    assert (table.low[1], table.high[1]) == pytest.approx((means.low, means.high))


def test_the_order_of_errors_changes_nothing_and_the_seed_does() -> None:
    one = compare_several(THREE).low
    assert (one == compare_several({name: e[::-1] for name, e in THREE.items()}).low).all()
    assert (one != compare_several(THREE, seed=1).low).any()


Draw = Callable[[np.random.Generator, int], NDArray[np.float64]]
SHAPES: dict[str, Draw] = {
    "normal": lambda g, k: g.normal(50, 1, (k, 16)),
    "normal, spreads 1 to k": lambda g, k: g.normal(50, 1 + np.arange(k)[:, None], (k, 16)),
    "skewed": lambda g, k: g.exponential(1, (k, 16)),
    "skewed, spreads 1 to k": lambda g, k: 20 + (1 + np.arange(k)[:, None]) * (g.exponential(1, (k, 16)) - 1),
}


@pytest.mark.slow
@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("count", [3, 6])
def test_all_intervals_hold_together_as_often_as_said(shape: str, count: int) -> None:
    generator, false = stream(0, "together", shape, count), []
    for seed in range(1000):
        errors = SHAPES[shape](generator, count)
        table = compare_several({str(k): e for k, e in enumerate(errors)}, draws=1000, seed=seed)
        false.append(table.is_told.any())
    assert np.mean(false) <= 0.07


@pytest.mark.parametrize(
    ("populations", "options", "says"),
    [
        ({"a": [1.0, 2.0]}, {}, "at least two populations"),
        ([[1.0, 2.0], [1.0, 2.0]], {}, "given a list"),
        ({"a": [1.0, 2.0], "b": [1.0]}, {}, "errors of population b has 1"),
        (THREE, {"pairs": "some"}, "pairs must be one of 'all', 'neighbors'"),
        (THREE, {"draws": 1}, "draws must be"),
        (THREE, {"confidence": 95}, "confidence must be"),
    ],
)
def test_refuses_what_cannot_be_compared(populations: object, options: dict[str, object], says: str) -> None:
    with pytest.raises(AnalysisError, match=says):
        compare_several(populations, **options)

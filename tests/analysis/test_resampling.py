from collections.abc import Callable
from itertools import combinations

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import stats

from netspace.analysis.resampling import _choose, bootstrap_interval, permutation_p_value
from netspace.random import stream

Draw = Callable[[np.random.Generator, int], NDArray[np.float64]]


def studentized(a: NDArray[np.float64], b: NDArray[np.float64]) -> float:
    return float(stats.ttest_ind(a, b, equal_var=False).statistic)


@pytest.mark.parametrize(("n_a", "n_b"), [(3, 4), (5, 5), (7, 2)])
def test_exact_p_value_is_that_of_all_splits_by_scipy_s_statistic(n_a: int, n_b: int) -> None:
    pooled = stream(0, "splits", n_a).normal(0, 1, n_a + n_b)
    seen = abs(studentized(pooled[:n_a], pooled[n_a:]))
    splits = [set(chosen) for chosen in combinations(range(n_a + n_b), n_a)]
    far = [
        abs(studentized(pooled[list(s)], pooled[[i for i in range(n_a + n_b) if i not in s]])) >= seen - 1e-12
        for s in splits
    ]
    p_value, count, is_exact = permutation_p_value(pooled[:n_a], pooled[n_a:], 1000, 0)
    assert (count, is_exact) == (len(splits), True)
    assert p_value == pytest.approx(np.mean(far))


def test_exact_p_value_counts_ties_as_far() -> None:
    pooled = np.array([1.0, 2, 2, 3, 2, 3, 4, 4])
    splits = [list(chosen) for chosen in combinations(range(8), 4)]
    t = np.array([studentized(pooled[s], np.delete(pooled, s)) for s in splits])
    p_value, _, _ = permutation_p_value(pooled[:4], pooled[4:], 1000, 0)
    assert p_value == pytest.approx(np.mean(np.abs(t) >= abs(t[0]) - 1e-9))


def test_drawn_p_value_agrees_with_scipy_s_permutation_test() -> None:
    generator = stream(0, "scipy")
    a, b = generator.exponential(2, 30), generator.exponential(3, 20)
    ours, draws, is_exact = permutation_p_value(a, b, 20_000, 0)
    theirs = stats.permutation_test((a, b), studentized, n_resamples=1000, vectorized=False, rng=1).pvalue
    assert (draws, is_exact) == (20_000, False)
    assert ours == pytest.approx(theirs, abs=5 * np.sqrt(theirs * (1 - theirs) / 1000))


def test_drawn_p_value_is_never_0() -> None:
    assert permutation_p_value(np.arange(50.0), 1000 + np.arange(50.0), 999, 0)[0] == 1 / 1000


@pytest.mark.parametrize(("n", "size"), [(10, 5), (300, 7), (9, 2), (1000, 128)])
def test_choices_have_their_size_and_every_place_is_as_likely(n: int, size: int) -> None:
    chosen = _choose(n, size, 20_000, stream(0, "choices"))
    assert (chosen.sum(axis=1) == size).all()
    share = size / n
    assert np.abs(chosen.mean(axis=0) - share).max() < 5 * np.sqrt(share * (1 - share) / 20_000)


def test_all_choices_are_as_likely() -> None:
    chosen = _choose(6, 3, 40_000, stream(0, "subsets")) @ (2 ** np.arange(6))
    _, counts = np.unique(chosen, return_counts=True)
    assert len(counts) == 20
    assert stats.chisquare(counts).pvalue > 0.001


@pytest.mark.slow
def test_bootstrap_interval_is_that_of_a_plain_loop() -> None:
    generator = stream(0, "loop")
    a, b = generator.exponential(2, 12), generator.exponential(3, 9)
    error = np.sqrt(a.var(ddof=1) / 12 + b.var(ddof=1) / 9)
    t = []
    for _ in range(20_000):
        x, y = generator.choice(a, 12), generator.choice(b, 9)
        se = np.sqrt(x.var(ddof=1) / 12 + y.var(ddof=1) / 9)
        t.append((x.mean() - y.mean() - a.mean() + b.mean()) / se)
    low, high = a.mean() - b.mean() - np.quantile(t, [0.975, 0.025]) * error
    ours = bootstrap_interval(a, b, 0.95, 20_000, 0)
    assert ours == pytest.approx((low, high), abs=0.05 * (high - low))


def test_a_population_without_spread_leaves_the_other_s() -> None:
    low, high = bootstrap_interval(np.full(5, 10.0), np.array([9.0, 8, 7, 6, 5]), 0.95, 5000, 0)
    assert 0 < low < 3 < high < 10


SHAPES: dict[str, tuple[Draw, Draw, float]] = {
    "normal": (lambda g, n: g.normal(0, 1, n), lambda g, n: g.normal(0, 1, n), 0),
    "normal, spreads 1 : 4": (lambda g, n: g.normal(0, 1, n), lambda g, n: g.normal(0, 4, n), 0),
    "skewed": (lambda g, n: g.exponential(1, n), lambda g, n: g.exponential(1, n), 0),
    "skewed, spreads 1 : 2": (lambda g, n: g.exponential(1, n), lambda g, n: g.exponential(2, n), -1),
    "skewed, spreads 1 : 4": (lambda g, n: g.exponential(1, n), lambda g, n: g.exponential(4, n), -3),
}


@pytest.mark.slow
@pytest.mark.parametrize("shape", SHAPES)
def test_coverage_at_16_and_16_is_what_is_said(shape: str) -> None:
    draw_a, draw_b, truth = SHAPES[shape]
    generator = stream(0, "coverage", shape)
    pairs = [(draw_a(generator, 16), draw_b(generator, 16)) for _ in range(2000)]
    intervals = [bootstrap_interval(a, b, 0.95, 1000, i) for i, (a, b) in enumerate(pairs)]
    covered = np.mean([low <= truth <= high for low, high in intervals])
    assert 0.925 <= covered <= 0.965


@pytest.mark.slow
@pytest.mark.parametrize(
    ("shape", "n_a", "n_b", "most"),
    [
        ("normal", 8, 8, 0.05),
        ("skewed", 8, 8, 0.05),
        ("skewed", 6, 20, 0.05),
        ("normal, spreads 1 : 4", 16, 16, 0.06),
        ("normal, spreads 1 : 4", 10, 40, 0.06),
    ],
)
def test_level_of_the_permutation_test(shape: str, n_a: int, n_b: int, most: float) -> None:
    draw_a, draw_b, _ = SHAPES[shape]
    generator = stream(0, "level", shape, n_a)
    pairs = [(draw_a(generator, n_a), draw_b(generator, n_b)) for _ in range(2000)]
    claimed = np.mean([permutation_p_value(a, b, 999, i)[0] <= 0.05 for i, (a, b) in enumerate(pairs)])
    assert claimed <= most + 3 * np.sqrt(0.05 * 0.95 / 2000)

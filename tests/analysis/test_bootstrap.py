import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy import stats

from netspace.analysis import empirical_bootstrap
from netspace.analysis.bootstrap import _best_of_samples
from netspace.errors import AnalysisError
from netspace.random import stream


def brute_force(errors: NDArray[np.float64], sampled: int, draws: int, seed: int) -> NDArray[np.intp]:
    """The bootstrap as footnote 4 writes it; the best of a sample is its first minimum, the order being random."""
    generator = stream(seed, "brute force")
    samples = generator.integers(0, len(errors), (draws, sampled))
    return samples[np.arange(draws), errors[samples].argmin(axis=1)]


def counts(kept: NDArray[np.intp], n: int) -> NDArray[np.intp]:
    return np.bincount(kept, minlength=n)


@pytest.mark.parametrize(("n", "sampled"), [(8, 2), (40, 10), (37, 9)])
def test_best_of_samples_are_distributed_as_by_brute_force(n: int, sampled: int) -> None:
    errors = stream(0, "errors", n).normal(20, 2, n)
    kept = _best_of_samples(errors, sampled, 40_000, stream(0, "ranks"))
    brute = brute_force(errors, sampled, 40_000, 0)
    table = np.stack([counts(kept, n), counts(brute, n)])
    table = table[:, table.sum(axis=0) >= 20]
    assert stats.chi2_contingency(table).pvalue > 0.01


def test_best_of_samples_follow_the_exact_probabilities() -> None:
    n, sampled, draws = 12, 3, 60_000
    errors = stream(3, "errors").permutation(n).astype(float)
    kept = errors[_best_of_samples(errors, sampled, draws, stream(1, "ranks"))].astype(int)
    k = np.arange(n)
    expected = ((n - k) / n) ** sampled - ((n - k - 1) / n) ** sampled
    assert stats.chisquare(counts(kept, n), draws * expected).pvalue > 0.01


def test_networks_of_equal_error_are_equally_likely_to_be_the_best() -> None:
    errors = np.array([5.0, 1.0, 1.0, 5.0, 1.0, 9.0, 9.0, 9.0])
    kept = counts(_best_of_samples(errors, 2, 60_000, stream(2, "ranks")), 8)
    assert stats.chisquare(kept[[1, 2, 4]]).pvalue > 0.01
    assert stats.chisquare(kept[[0, 3]]).pvalue > 0.01
    # P(best is among the three of error 1) = 1 - (5/8)^2
    assert kept[[1, 2, 4]].sum() / 60_000 == pytest.approx(1 - (5 / 8) ** 2, abs=0.01)


def test_brute_force_with_ties_agrees() -> None:
    errors = np.round(stream(4, "errors").normal(20, 1, 30), 0)
    kept = counts(_best_of_samples(errors, 8, 40_000, stream(4, "ranks")), 30)
    brute = counts(brute_force(errors, 8, 40_000, 4), 30)
    table = np.stack([kept, brute])
    assert stats.chi2_contingency(table[:, table.sum(axis=0) >= 20]).pvalue > 0.01


def test_a_range_by_hand() -> None:
    # n = 8, m = 2: the best has rank 0 with probability 1 - (7/8)^2 = 23 %, a rank below 3 with 1 - (5/8)^2 = 61 %:
    # the median is rank 2 (1 - (6/8)^2 = 44 % lie below it), and 2.5 % lie above rank 6 ((2/8)^2 = 6 %, (1/8)^2 = 2 %).
    best = empirical_bootstrap(np.arange(8), np.arange(8) + 10.0)
    assert (best.low, best.median, best.high, best.n, best.sampled) == (0, 2, 6, 8, 2)


def test_a_sample_of_one_ranges_over_everything() -> None:
    best = empirical_bootstrap(np.arange(100), np.arange(100), fraction=0.01, draws=100_000)
    assert best.sampled == 1
    assert (best.low, best.median, best.high) == pytest.approx((2, 49, 97), abs=1)


def test_a_clear_best_is_found() -> None:
    depth = np.tile(np.arange(2, 34, 2), 20)
    errors = 15 + 0.02 * (depth - 20) ** 2 + stream(0, "noise").normal(0, 0.3, len(depth))
    best = empirical_bootstrap(depth, errors)
    assert 12 <= best.low <= best.median <= best.high <= 28
    assert best.median in (18, 20, 22)


@given(st.integers(8, 60), st.floats(0.01, 1), st.integers(0, 99))
def test_ends_are_values_of_networks_and_in_order(n: int, fraction: float, seed: int) -> None:
    generator = stream(seed, "property")
    x, errors = generator.choice([1.0, 2.0, 4.0], n), generator.normal(20, 2, n)
    best = empirical_bootstrap(x, errors, fraction=fraction, draws=200)
    assert best.low <= best.median <= best.high
    assert {best.low, best.median, best.high} <= set(x)


def test_the_same_seed_gives_the_same_range() -> None:
    x, errors = stream(0, "x").random(50), stream(0, "e").random(50)
    ranges = [empirical_bootstrap(x, errors, draws=50, seed=seed) for seed in (0, 0, 1)]
    assert ranges[0] == ranges[1] != ranges[2]


@pytest.mark.parametrize(
    ("x", "errors", "options", "says"),
    [
        (range(7), range(7), {}, "7 of the at least 8"),
        (range(9), range(8), {}, "9 values, 8 errors"),
        (range(8), [np.nan] * 8, {}, "not finite"),
        (range(8), range(8), {"fraction": 0}, "above 0 and at most 1"),
        (range(8), range(8), {"fraction": 25}, "above 0 and at most 1"),
        (range(8), range(8), {"draws": 0}, "at least 1"),
        (range(8), range(8), {"confidence": 1}, "between 0 and 1"),
    ],
)
def test_refuses_what_gives_no_range(x: object, errors: object, options: dict[str, float], says: str) -> None:
    with pytest.raises(AnalysisError, match=says):
        empirical_bootstrap(list(x), list(errors), **options)

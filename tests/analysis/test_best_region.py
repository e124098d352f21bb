import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.spatial import ConvexHull

from netspace.analysis import best_region, empirical_bootstrap
from netspace.errors import AnalysisError
from netspace.random import stream

lists = st.lists(st.integers(0, 5), min_size=8, max_size=40)


@given(lists, st.integers(0, 99), st.sampled_from([0.5, 0.8, 0.95]))
def test_it_is_the_smallest_set_that_holds_enough(x: list[int], seed: int, confidence: float) -> None:
    y, errors = stream(seed, "y").integers(0, 3, len(x)), stream(seed, "errors").normal(20, 2, len(x))
    region = best_region(x, y, errors, draws=500, confidence=confidence)
    everything = best_region(x, y, errors, draws=500, confidence=1 - 1e-9)
    assert everything.chances.sum() == pytest.approx(1)
    assert region.chances.sum() >= confidence - 1e-9
    assert region.chances[:-1].sum() < confidence
    assert region.chances.tolist() == everything.chances[: len(region.chances)].tolist()
    assert np.all(np.diff(everything.chances) <= 0)
    assert set(map(tuple, everything.pairs)) <= set(zip(x, y, strict=True))


def test_draws_are_those_of_one_parameter() -> None:
    x, y, errors = stream(0, "x").random(60), stream(0, "y").random(60), stream(0, "e").random(60)
    region = best_region(x, y, errors, seed=3)
    assert region.median == tuple(empirical_bootstrap(each, errors, seed=3).median for each in (x, y))


def test_chances_are_exact_within_their_scatter() -> None:
    # n = 12, m = 3: the network of rank k is the best with probability ((12 - k)^3 - (11 - k)^3) / 12^3.
    errors = stream(0, "errors").permutation(12)
    region = best_region(errors % 3, errors % 2, errors, draws=100_000, confidence=1 - 1e-9)
    k = np.arange(12)
    exact = ((12 - k) ** 3 - (11 - k) ** 3) / 12**3
    for pair, chance in zip(region.pairs, region.chances, strict=True):
        assert chance == pytest.approx(exact[(k % 3 == pair[0]) & (k % 2 == pair[1])].sum(), abs=0.006)


def test_agrees_with_the_bootstrap_as_footnote_4_writes_it() -> None:
    x, y = stream(1, "x").integers(0, 3, 40), stream(1, "y").integers(0, 2, 40)
    errors = 20 + x + stream(1, "errors").normal(0, 1, 40)
    samples = stream(1, "brute force").integers(0, 40, (40_000, 10))
    best = samples[np.arange(40_000), errors[samples].argmin(axis=1)]
    region = best_region(x, y, errors, draws=40_000, confidence=1 - 1e-9)
    for pair, chance in zip(region.pairs, region.chances, strict=True):
        assert chance == pytest.approx(np.mean((x[best] == pair[0]) & (y[best] == pair[1])), abs=0.015)


def test_a_split_region_stays_split() -> None:
    x = np.tile(np.arange(10.0), 20)
    y, errors = x % 5, np.where((x == 1) | (x == 8), 10, 30) + stream(0, "noise").normal(0, 1, 200)
    region = best_region(x, y, errors)
    assert sorted(region.pairs.tolist()) == [[1, 1], [8, 3]]
    assert region.hull.tolist() == [[1, 1], [8, 3]]


def test_the_hull_is_scipy_s() -> None:
    x, y, errors = stream(2, "x").random(5000), stream(2, "y").random(5000), stream(2, "e").random(5000)
    region = best_region(x, y, errors)
    expected = ConvexHull(region.pairs)
    assert set(map(tuple, region.hull)) == set(map(tuple, region.pairs[expected.vertices]))
    a, b = region.hull, np.roll(region.hull, -1, axis=0)
    assert (a[:, 0] * b[:, 1] - a[:, 1] * b[:, 0]).sum() / 2 == pytest.approx(expected.volume)  # counterclockwise


@pytest.mark.parametrize(
    ("y", "options", "says"),
    [
        (range(9), {}, "9 values, 8 errors"),
        ([np.nan] * 8, {}, "not finite"),
        (range(8), {"fraction": 0}, "above 0 and at most 1"),
        (range(8), {"draws": 0}, "at least 1"),
        (range(8), {"confidence": 1}, "between 0 and 1"),
    ],
)
def test_refuses_what_gives_no_region(y: object, options: dict[str, float], says: str) -> None:
    with pytest.raises(AnalysisError, match=says):
        best_region(range(8), list(y), range(8), **options)

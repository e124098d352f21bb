import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from netspace.analysis import complexity_weights
from netspace.errors import AnalysisError
from netspace.random import stream

complexities = st.lists(st.floats(0.1, 1e10), min_size=2, max_size=60)


@given(complexities, st.integers(1, 12))
def test_weights_are_those_of_the_authors_where_no_bin_is_empty(c: list[float], bins: int) -> None:
    made = complexity_weights(c, bins=bins, at_least=1)
    counts, edges = np.histogram(c, made.edges)
    assert made.counts[0].tolist() == counts.tolist()
    if (counts > 0).all():
        bin_ = np.minimum(np.digitize(c, edges) - 1, len(counts) - 1)
        assert made.weights[0] == pytest.approx(1 / counts[bin_] / len(counts))
        assert (made.dropped, made.note) == ((0,), "")


@given(complexities, complexities, st.integers(1, 12), st.integers(1, 3))
def test_each_used_bin_weighs_the_same_in_every_population(
    a: list[float], b: list[float], bins: int, at_least: int
) -> None:
    try:
        made = complexity_weights(a, b, bins=bins, at_least=at_least)
    except AnalysisError:
        counts = [np.histogram(c, np.linspace(min(a + b), max(a + b), bins + 1))[0] for c in (a, b)]
        assert np.min(counts, axis=0).max() < at_least
        return
    for weights, placed, dropped in zip(made.weights, made.bins, made.dropped, strict=True):
        mass = np.bincount(placed[placed >= 0], weights[placed >= 0], minlength=len(made.used))
        assert mass == pytest.approx(made.used / made.used.sum())
        assert dropped == np.sum(weights == 0) == np.sum(placed < 0)


def test_a_bin_that_one_population_lacks_is_left_out_of_all() -> None:
    made = complexity_weights([1, 1, 2, 2, 3, 3], [1, 1, 1, 3, 3, 3.5], bins=[0.5, 1.5, 2.5, 3.5])
    assert made.used.tolist() == [True, False, True]
    assert made.dropped == (2, 0)
    assert made.weights[0].tolist() == [0.25, 0.25, 0, 0, 0.25, 0.25]
    assert made.weights[1] == pytest.approx([1 / 6] * 6)
    assert made.note == "1 of 3 complexity bins have too few networks; left out are 2 of 6, 0 of 6 networks."


def test_networks_beyond_the_limits_weigh_nothing_and_both_limits_count() -> None:
    made = complexity_weights([0.9, 1, 1.2, 5, 4.8, 5.1], bins=2, limits=(1, 5))
    assert made.weights[0].tolist() == [0, 0.25, 0.25, 0.25, 0.25, 0]
    assert made.dropped == (2,)


def test_networks_of_one_complexity_weigh_the_same() -> None:
    assert complexity_weights([7, 7, 7, 7], bins=5).weights[0].tolist() == [0.25] * 4


def test_weighted_complexity_is_alike_where_the_plain_one_is_not() -> None:
    small, large = 10 * stream(0, "a").beta(2, 4, 500), 10 * stream(0, "b").beta(4, 2, 500)
    made = complexity_weights(small, large, bins=20)
    means = [w @ c for w, c in zip(made.weights, (small, large), strict=True)]
    assert abs(means[0] - means[1]) < 0.1
    assert large.mean() - small.mean() > 3


@pytest.mark.parametrize(
    ("given_", "options", "says"),
    [
        ([], {}, "at least one population"),
        ([[1.0, np.inf]], {}, "not finite"),
        ([[1.0, 2.0]], {"bins": 0}, "at least 1"),
        ([[1.0, 2.0]], {"bins": [2.0, 1.0]}, "ascend"),
        ([[1.0, 2.0]], {"bins": [1.0, 2.0], "limits": (1, 2)}, "no room for limits"),
        ([[1.0, 2.0]], {"limits": (2, 1)}, "lower and a higher"),
        ([[1.0, 2.0]], {"limits": (2,)}, "limits has 1 of"),
        ([[1.0, 2.0]], {"at_least": 0}, "at_least must be"),
        ([[1.0, 2.0], [8.0, 9.0]], {"bins": 2}, r"no complexity bin .* \[\[2, 0\], \[0, 2\]\]"),
    ],
)
def test_refuses_what_gives_no_weights(given_: list[list[float]], options: dict[str, object], says: str) -> None:
    with pytest.raises(AnalysisError, match=says):
        complexity_weights(*given_, **options)

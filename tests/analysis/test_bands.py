import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy import stats

from netspace.analysis import edf, pointwise_band, simultaneous_band
from netspace.errors import AnalysisError
from netspace.random import stream

Floats = NDArray[np.float64]
percentages = st.lists(st.floats(0, 100, allow_nan=False), min_size=1, max_size=40)
BANDS = [simultaneous_band, pointwise_band]


@given(percentages)
def test_the_simultaneous_band_is_that_of_the_edf(errors: list[float]) -> None:
    curve, band = edf(errors), simultaneous_band(errors)
    last = np.searchsorted(curve.errors, curve.errors, side="right")
    assert band.low[last] == pytest.approx(curve.low)
    assert band.high[last] == pytest.approx(curve.high)
    assert band.effective_n == pytest.approx(len(errors))


@pytest.mark.slow
@settings(deadline=None, max_examples=30)
@given(st.integers(1, 60), st.sampled_from([0.5, 0.9, 0.95, 0.99]))
def test_the_pointwise_band_is_clopper_and_pearson_s(n: int, confidence: float) -> None:
    band = pointwise_band(np.arange(n), confidence=confidence)
    expected = [stats.binomtest(k, n).proportion_ci(confidence, "exact") for k in range(n + 1)]
    assert band.low == pytest.approx([each.low for each in expected], abs=1e-12)
    assert band.high == pytest.approx([each.high for each in expected], abs=1e-12)


@pytest.mark.parametrize("make", BANDS)
@given(percentages, st.floats(0.01, 100))
def test_equal_weights_change_nothing(make: object, errors: list[float], weight: float) -> None:
    plain, weighted = make(errors), make(errors, weights=[weight] * len(errors))
    assert weighted.low == pytest.approx(plain.low, abs=1e-9)
    assert weighted.high == pytest.approx(plain.high, abs=1e-9)


@pytest.mark.parametrize("make", BANDS)
@given(st.lists(st.tuples(st.floats(0, 100), st.floats(0.001, 1)), min_size=1, max_size=40))
def test_bands_hold_the_curve_rise_and_stay_shares(make: object, pairs: list[tuple[float, float]]) -> None:
    errors, weights = np.array(pairs).T
    band = make(errors, weights=weights)
    assert np.all((band.low >= 0) & (band.low <= band.fraction + 1e-12))
    assert np.all((band.high <= 1) & (band.high >= band.fraction - 1e-12))
    assert np.all(np.diff(band.fraction) >= 0)
    assert 1 <= band.effective_n + 1e-9 <= len(errors) + 2e-9


@given(st.integers(2, 200))
def test_at_one_error_less_is_uncertain_than_at_all(n: int) -> None:
    both = [make(np.arange(n) / 2) for make in BANDS]
    widths = [band.high - band.low for band in both]
    assert np.all(widths[1][1:-1] <= widths[0][1:-1] + 1e-9)


def test_networks_of_no_weight_are_left_out() -> None:
    band = pointwise_band([10.0, 11.0, 12.0], weights=[1, 0, 1])
    assert band.errors.tolist() == [10, 12]
    assert band.low == pytest.approx(pointwise_band([10.0, 12.0]).low)


def test_edges_are_read_for_errors_strictly_below() -> None:
    band = simultaneous_band([10.0, 11.0], confidence=0.01)
    low, high = band.at([9, 10, 10.5, 11, 12])
    assert (low + high)[1:4] / 2 == pytest.approx([high[0] / 2, 0.5, 0.5], abs=0.2)
    assert low[0] == low[1] == 0  # F(10) counts errors below 10
    assert high[-1] == 1


def test_a_heavy_network_widens_the_band() -> None:
    # 1 / (0.5^2 + 0.5^2 / 99) = 3.96
    weights = np.append(0.5, np.full(99, 0.5 / 99))
    band = simultaneous_band(np.arange(100), weights=weights)
    assert band.effective_n == pytest.approx(3.96)
    assert band.high[0] == pytest.approx(stats.kstwo.ppf(0.95, 3))
    # Nothing seen below: the limit must allow for most of what a network of half the weight may hide.
    assert pointwise_band(np.arange(100), weights=weights).high[0] > 0.4


@pytest.mark.parametrize("make", BANDS)
@pytest.mark.parametrize(
    ("errors", "options", "says"),
    [
        ([], {}, "0 of the at least 1"),
        ([1.0, np.nan], {}, "not finite"),
        ([1.0], {"weights": [1, 1]}, "1 errors, 2 weights"),
        ([1.0, 2.0], {"weights": [1, -1]}, "0 or more"),
        ([1.0, 2.0], {"weights": [0, 0]}, "not all 0"),
        ([1.0], {"confidence": 95}, "between 0 and 1"),
    ],
)
def test_refuses_what_gives_no_band(make: object, errors: list[float], options: dict[str, object], says: str) -> None:
    with pytest.raises(AnalysisError, match=says):
        make(errors, **options)


UNEVEN = (2, 3, 5, 8, 12, 20, 20, 12, 5, 3)
BINS = {  # networks, mean error and spread of each complexity bin
    "alike": (UNEVEN, np.zeros(10), np.ones(10)),
    "falling with complexity": (UNEVEN, np.linspace(3, -3, 10), np.ones(10)),
    "the best in a bin of two": ((2, *[30] * 9), np.append(-4, np.zeros(9)), np.ones(10)),
    "wide in a bin of two": ((2, *[30] * 9), np.zeros(10), np.append(3, np.ones(9))),
    "wide in a bin of one": ((1, *[30] * 9), np.zeros(10), np.append(3, np.ones(9))),
    "2 and 100": ((2, 100), np.zeros(2), np.ones(2)),
    "apart": ([4] * 8, np.arange(8) * 10.0, np.ones(8)),
}


@pytest.mark.slow
@pytest.mark.parametrize("case", BINS)
def test_weighted_bands_hold_the_truth_at_least_as_often_as_they_say(case: str) -> None:
    counts, means, spreads = BINS[case]
    simultaneous, pointwise = coverage(np.array(counts), means, spreads, samples=1000)
    assert simultaneous >= 0.94
    assert pointwise.min() >= 0.97  # the least of some fifty shares of 1,000 samples


def coverage(counts: Floats, means: Floats, spreads: Floats, samples: int) -> tuple[float, Floats]:
    """Shares of samples in which the simultaneous band holds the truth, and the pointwise at each of some errors.

    The means are given about 0, and errors are 15 more, as those of networks are never below 0.
    """

    def truth(errors: Floats) -> Floats:
        return stats.norm.cdf((errors[:, None] - means) / spreads).mean(axis=1)

    weights = np.repeat(1 / counts / len(counts), counts)
    grid = np.unique(means + spreads * np.linspace(-3, 3, 25)[:, None])
    grid = grid[(truth(grid) > 0.01) & (truth(grid) < 0.99)]
    whole, points = 0, np.zeros(len(grid))
    for i in range(samples):
        errors = stream(i, "bands").normal(np.repeat(means, counts), np.repeat(spreads, counts)) + 15
        band = simultaneous_band(errors, weights=weights)
        f = truth(band.errors - 15)
        whole += bool(np.all(band.low[1:] <= f) and np.all(f <= band.high[:-1]))
        low, high = pointwise_band(errors, weights=weights).at(grid + 15)
        points += (low <= truth(grid)) & (truth(grid) <= high)
    return whole / samples, points / samples

import numpy as np
import pytest
from scipy import stats

from netspace.analysis import complexity_weights, edf, normalized_edf, quantile
from netspace.errors import AnalysisError
from netspace.random import stream


def test_the_curve_is_the_mean_of_the_bins_own_curves() -> None:
    flops, errors = stream(0, "flops").beta(2, 3, 200), stream(0, "errors").normal(20, 2, 200).round(1)
    weights = complexity_weights(flops, bins=8)
    at = np.linspace(14, 26, 61)
    own = [edf(errors[weights.bins[0] == b]).at(at) for b in np.flatnonzero(weights.used)]
    curve = normalized_edf(errors, weights)
    assert curve.at(at) == pytest.approx(np.mean(own, axis=0))
    assert curve.n + curve.dropped == 200
    assert curve.min == curve.errors[0] == errors[weights.bins[0] >= 0].min()


def test_one_bin_is_the_plain_edf() -> None:
    errors = stream(1, "errors").normal(20, 2, 50)
    plain, curve = edf(errors), normalized_edf(errors, complexity_weights(np.ones(50)))
    assert curve.mean == pytest.approx(plain.mean)
    assert curve.mean_interval == pytest.approx(plain.mean_interval)
    assert curve.band.high[1:] == pytest.approx(plain.high)


def test_interval_of_the_mean_of_two_large_bins_is_all_but_welch_s() -> None:
    a, b = stream(0, "a").normal(20, 1, 300), stream(0, "b").normal(15, 4, 400)
    weights = complexity_weights(np.repeat([1.0, 2.0], [300, 400]), bins=2)
    curve = normalized_edf(np.concatenate([a, b]), weights, confidence=0.9)
    sum_ = stats.ttest_ind(a, -b, equal_var=False).confidence_interval(0.9)  # of mean(a) + mean(b)
    assert curve.mean == pytest.approx((a.mean() + b.mean()) / 2)
    assert np.ptp(curve.mean_interval) == pytest.approx((sum_.high - sum_.low) / 2, rel=0.02)


def test_interval_of_the_mean_by_hand() -> None:
    # The first bin's variance, 2 of n = 2, counts as no less than with one more network of the pooled spread.
    weights = complexity_weights([1.0, 1, 2, 2, 2, 2], bins=2)
    curve = normalized_edf([10.0, 12, 16, 18, 22, 24], weights)
    variance = np.var([16, 18, 22, 24], ddof=1)
    pooled = (2 + 3 * variance) / 4
    parts = np.array([(2 + pooled) / 2 / 2, variance / 4])
    freedom = min(parts.sum() ** 2 / (parts[0] ** 2 + parts[1] ** 2 / 3), 0.75**2 / (1 / 4 + 1 / 48))
    reach = stats.t.ppf(0.975, freedom) * np.sqrt(parts.sum()) / 2
    assert curve.mean_interval == pytest.approx((15.5 - reach, 15.5 + reach))


def test_populations_that_differ_in_complexity_alone_become_alike() -> None:
    small, large = stream(0, "a").beta(2, 4, 2000), stream(0, "b").beta(4, 2, 2000)
    errors = [30 - 10 * c + stream(i, "noise").normal(0, 1, 2000) for i, c in enumerate((small, large))]
    weights = complexity_weights(small, large, bins=20)
    curves = [normalized_edf(e, weights, i) for i, e in enumerate(errors)]
    assert errors[0].mean() - errors[1].mean() > 3
    assert abs(curves[0].mean - curves[1].mean) < 0.3
    assert curves[0].median.value == quantile(errors[0], weights=weights.weights[0]).value


@pytest.mark.parametrize("errors", [[10.0, 12, 14], [10.0, 10, 12, 12]])
def test_interval_of_the_mean_is_unbounded_where_a_bin_s_spread_is_unknown(errors: list[float]) -> None:
    weights = complexity_weights([1.0, 1, 2, 2][: len(errors)], bins=2, at_least=1)
    assert normalized_edf(errors, weights).mean_interval == (-np.inf, np.inf)


def test_refuses_other_networks_than_the_weights_are_of() -> None:
    weights = complexity_weights([1.0, 1.0])
    with pytest.raises(AnalysisError, match="3 errors, weights of 2"):
        normalized_edf([1.0, 2.0, 3.0], weights)
    with pytest.raises(AnalysisError, match="populations 0 to 0: given 1"):
        normalized_edf([1.0, 2.0], weights, 1)
    with pytest.raises(AnalysisError, match="between 0 and 1"):
        normalized_edf([1.0, 2.0], weights, confidence=95)


@pytest.mark.slow
@pytest.mark.parametrize("skewed", [False, True])
@pytest.mark.parametrize("counts", [(2, 3, 5, 8, 12, 20, 20, 12, 5, 3), (2, *[30] * 9), (10,) * 10])
def test_interval_of_the_mean_holds_it_about_as_often_as_it_says(counts: tuple[int, ...], skewed: bool) -> None:
    weights = complexity_weights(np.repeat(np.arange(10.0), counts), bins=10)
    means, spreads = np.repeat(np.linspace(25, 15, 10), counts), np.repeat(np.linspace(3, 1, 10), counts)
    covered, median = 0, 0
    truth = quantile((np.linspace(25, 15, 10) + np.linspace(3, 1, 10) * stats.norm.ppf(QUANTILES)).ravel()).value
    for i in range(1000):
        draw = stream(i, "mean")
        noise = draw.exponential(1, len(means)) - 1 if skewed else draw.normal(0, 1, len(means))
        curve = normalized_edf(means + spreads * noise, weights)
        covered += curve.mean_interval[0] <= 20 <= curve.mean_interval[1]
        median += curve.median.low <= truth <= curve.median.high
    assert covered / 1000 >= (0.92 if skewed else 0.935)
    assert skewed or median / 1000 >= 0.95


QUANTILES = (np.arange(4000)[:, None] + 0.5) / 4000

import numpy as np
import pytest
from scipy import stats

from netspace.analysis import empirical_bootstrap, trend_over_regimes
from netspace.errors import AnalysisError
from netspace.random import stream

FLOPS = [200.0, 400, 800, 1600, 3200, 6400]


def regimes(seed: int, exponent: float, n: int = 100) -> tuple[list[np.ndarray], list[np.ndarray]]:
    """Widths whose best is 10 flops^exponent, and errors about a valley there."""
    values, errors = [], []
    for i, flops in enumerate(FLOPS):
        draw = stream(seed, "regime", i)
        x = 10 * flops**exponent * np.exp(draw.normal(0, 0.7, n))
        errors.append(20 + 3 * np.log(x / (10 * flops**exponent)) ** 2 + draw.normal(0, 0.5, n))
        values.append(x)
    return values, errors


def test_ranges_are_those_of_the_bootstrap_and_the_line_scipy_s() -> None:
    values, errors = regimes(0, 0.3)
    trend = trend_over_regimes(FLOPS, values, errors, confidence=0.9)
    assert trend.ranges == tuple(empirical_bootstrap(x, e, confidence=0.9) for x, e in zip(values, errors, strict=True))
    line = stats.linregress(np.log(FLOPS), np.log([each.median for each in trend.ranges]))
    reach = stats.t.ppf(0.95, 4) * line.stderr
    assert trend.slope == pytest.approx(line.slope)
    assert trend.slope_interval == pytest.approx((line.slope - reach, line.slope + reach))
    assert trend.fitted == pytest.approx(np.exp(line.intercept + line.slope * np.log(FLOPS)))
    shifted = stats.linregress(np.log(FLOPS) - np.log(FLOPS[0]), np.log([each.median for each in trend.ranges]))
    assert np.log(trend.high[0] / trend.fitted[0]) == pytest.approx(stats.t.ppf(0.95, 4) * shifted.intercept_stderr)


def test_a_linear_trend_is_one_by_doublings() -> None:
    depths = [np.arange(4.0, 24) + 2 * i + (i in (1, 4)) for i in range(6)]
    trend = trend_over_regimes(FLOPS, depths, [np.abs(np.arange(20) - 9)] * 6, scale="linear")
    line = stats.linregress(range(6), [13, 16, 17, 19, 22, 23])
    assert [each.median for each in trend.ranges] == [13, 16, 17, 19, 22, 23]
    assert trend.slope == pytest.approx(line.slope)
    assert trend.is_told
    assert trend.fitted == pytest.approx(line.intercept + line.slope * np.arange(6))


def test_the_order_of_regimes_changes_nothing() -> None:
    values, errors = regimes(1, 0.3)
    one, other = (trend_over_regimes(FLOPS[::s], values[::s], errors[::s]) for s in (1, -1))
    assert (one.slope, one.ranges, one.flops.tolist()) == (other.slope, other.ranges, other.flops.tolist())


@pytest.mark.parametrize(("rise", "scale"), [(1, "linear"), (1, "log"), (3, "log")])
def test_regimes_that_lie_on_the_line_leave_its_interval_open(rise: float, scale: str) -> None:
    trend = trend_over_regimes(FLOPS, [[8.0 * rise**i] * 8 for i in range(6)], [range(8)] * 6, scale=scale)
    assert trend.slope == pytest.approx(np.log2(rise))
    assert (trend.slope_interval, trend.is_told) == ((-np.inf, np.inf), False)
    assert np.all(np.isinf(trend.high))


@pytest.mark.slow
@pytest.mark.parametrize("exponent", [0.0, 0.3])
def test_the_slope_s_interval_holds_it_as_often_as_it_says(exponent: float) -> None:
    trends = [trend_over_regimes(FLOPS, *regimes(seed, exponent), draws=1000) for seed in range(600)]
    covered = np.mean([each.slope_interval[0] <= exponent <= each.slope_interval[1] for each in trends])
    assert covered == pytest.approx(0.95, abs=0.03)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"flops": [1.0, 2.0]}, "flops of regimes has 2 of the at least 3"),
        ({"flops": [1.0, 2.0, 2.0]}, "3 regimes of different, positive flops"),
        ({"flops": [0.0, 1.0, 2.0]}, "positive flops"),
        ({"values": [range(1, 9)] * 2}, "3 regimes, 2 lists of values"),
        ({"values": [range(-9, -1)] * 3}, 'Take "linear"'),
        ({"errors": [range(7)] * 3}, "7 of the at least 8"),
        ({"scale": "cubic"}, "cubic"),
        ({"confidence": 95}, "between 0 and 1"),
    ],
)
def test_refuses_what_gives_no_trend(change: dict[str, object], says: str) -> None:
    given = {"flops": [1.0, 2.0, 3.0], "values": [range(1, 9)] * 3, "errors": [range(8)] * 3} | change
    with pytest.raises(AnalysisError, match=says):
        trend_over_regimes(**given)

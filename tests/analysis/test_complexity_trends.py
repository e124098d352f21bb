import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy import stats
from scipy.optimize import least_squares

from netspace.analysis import fit_complexity
from netspace.errors import AnalysisError
from netspace.random import stream

POWERS = {"sqrt": [0.5], "linear": [0, 1], "linear+sqrt": [1, 0.5]}
TRUE = {"sqrt": [6.5], "linear": [3.0, 5.5], "linear+sqrt": [24.0, 6.0]}


def population(form: str, n: int, seed: int, growth: float = 0.0) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Flops in GF and values about the paper's curve, with a scatter of 20 % that may grow with flops."""
    draw = stream(seed, "trend")
    flops = np.exp(draw.uniform(np.log(0.2), np.log(12.8), n))
    return flops, curve(flops, form) * np.exp(0.2 * (flops / 1.6) ** growth * draw.normal(size=n))


def curve(flops: NDArray[np.float64], form: str) -> NDArray[np.float64]:
    return sum(b * np.asarray(flops) ** power for b, power in zip(TRUE[form], POWERS[form], strict=True))


@pytest.mark.parametrize("form", TRUE)
def test_an_exact_curve_is_found(form: str) -> None:
    flops = np.geomspace(0.2, 12.8, 9)
    trend = fit_complexity(flops, curve(flops, form), form)
    assert trend.coefficients == pytest.approx(TRUE[form])
    assert (trend.r_squared, trend.residual, trend.log_ratio_error) == pytest.approx((1, 0, 0), abs=1e-9)
    assert trend.at([[1.0], [2.0]]) == pytest.approx(curve(np.array([[1.0], [2.0]]), form))


@settings(deadline=None)
@given(st.sampled_from(sorted(TRUE)), st.integers(5, 60), st.integers(0, 999))
def test_no_other_coefficients_fit_better(form: str, n: int, seed: int) -> None:
    flops, values = population(form, n, seed, growth=0.5)
    trend = fit_complexity(flops, values, form)
    terms = np.stack([flops**power for power in POWERS[form]], axis=1)

    def residuals(beta: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.log(values) - np.log(np.maximum(terms @ beta, 1e-300))

    ours, found = (residuals(trend.coefficients) ** 2).sum(), least_squares(residuals, TRUE[form], xtol=1e-12)
    assert ours <= 2 * found.cost * (1 + 1e-7)
    assert trend.residual == pytest.approx(np.sqrt(ours / (n - len(TRUE[form]))))
    assert trend.log_ratio_error == pytest.approx(np.abs(residuals(trend.coefficients)).mean())
    assert trend.r_squared == pytest.approx(1 - ours / (n * np.var(np.log(values))))


def test_the_root_s_coefficient_is_a_geometric_mean() -> None:
    flops, values = population("sqrt", 40, 0)
    trend = fit_complexity(flops, values, "sqrt")
    logs = np.log(values / np.sqrt(flops))
    assert trend.coefficients[0] == pytest.approx(np.exp(logs.mean()))
    # HC3 of a mean: sum (r / (1 - 1/n))^2 / n^2, carried to b by its derivative.
    spread = trend.coefficients[0] * np.sqrt(((logs - logs.mean()) ** 2).sum()) / (40 - 1)
    assert trend.intervals[0, 1] - trend.coefficients[0] == pytest.approx(stats.t.ppf(0.975, 39) * spread)


def test_covariance_is_hc3_by_leaving_out_each_network() -> None:
    flops, values = population("linear", 30, 1)
    trend = fit_complexity(flops, values, "linear")
    slopes = np.stack([np.ones(30), flops], axis=1) / trend.at(flops)[:, None]
    logs = np.log(values / trend.at(flops))
    steps = np.array(
        [np.linalg.lstsq(np.delete(slopes, i, 0), np.delete(logs, i), rcond=None)[0] for i in range(30)]
    )  # HC3 is the jackknife about the full fit, which is 0 here
    assert trend.covariance == pytest.approx(steps.T @ steps, rel=1e-4)


@pytest.mark.parametrize("form", TRUE)
def test_units_change_nothing_but_units(form: str) -> None:
    flops, values = population(form, 25, 2)
    one, other = fit_complexity(flops, values, form), fit_complexity(flops * 1e9, values * 1e6, form)
    scale = 1e6 / 1e9 ** np.array(POWERS[form])
    assert other.coefficients == pytest.approx(one.coefficients * scale, rel=1e-6)
    assert other.intervals == pytest.approx(one.intervals * scale[:, None], rel=1e-6)
    assert other.prediction_band(2e9) == pytest.approx([edge * 1e6 for edge in one.prediction_band(2.0)], rel=1e-6)


def test_a_wild_network_among_the_largest_pulls_less_than_by_plain_least_squares() -> None:
    flops = np.geomspace(0.1, 30, 40)
    values = curve(flops, "linear")
    values[-1] *= 3
    plain = np.linalg.lstsq(np.stack([np.ones(40), flops], axis=1), values, rcond=None)[0]
    ours = fit_complexity(flops, values, "linear").coefficients
    assert np.all(np.abs(ours - TRUE["linear"]) < np.abs(plain - TRUE["linear"]) / 5)


def test_a_negative_coefficient_is_let_be_and_the_band_ends_where_the_curve_does() -> None:
    flops = np.linspace(1, 10, 30)
    trend = fit_complexity(flops, (5 * flops - 3) * np.exp(stream(0, "noise").normal(0, 0.01, 30)), "linear")
    assert trend.coefficients == pytest.approx([-3, 5], rel=0.05)
    assert np.isnan(trend.prediction_band(0.1)).all()


@pytest.mark.slow
@pytest.mark.parametrize("form", TRUE)
@pytest.mark.parametrize("growth", [0.0, 0.4])
@pytest.mark.parametrize("n", [10, 100])
def test_intervals_and_band_hold_the_truth_as_often_as_they_say(form: str, growth: float, n: int) -> None:
    covered, predicted = np.zeros(len(TRUE[form])), 0
    for i in range(1000):
        flops, values = population(form, n + 1, i, growth)
        trend = fit_complexity(flops[:-1], values[:-1], form)
        covered += (trend.intervals[:, 0] <= TRUE[form]) & (TRUE[form] <= trend.intervals[:, 1])
        low, high = trend.prediction_band(flops[-1])
        predicted += low <= values[-1] <= high
    assert np.all(covered / 1000 >= 0.925)
    assert predicted / 1000 >= (0.9 if growth else 0.93)


@pytest.mark.parametrize(
    ("flops", "values", "form", "says"),
    [
        ([1.0, 2, 3], [1.0, 2, 3], "linear", "3 of the at least 4"),
        ([1.0, 2, 3], [1.0, 2, 3], "cubic", "'sqrt', 'linear', 'linear\\+sqrt': given 'cubic'"),
        ([1.0, 2, 3], [1.0, 2, 3, 4], "sqrt", "3 flops, 4 values"),
        ([1.0, 2, 0], [1.0, 2, 3], "sqrt", "above 0: the least given are 0 and 1"),
        ([1.0, 2, 3], [1.0, 2, np.nan], "sqrt", "not finite"),
        ([1.0, 1, 1, 1], [1.0, 2, 3, 4], "linear", "differ by less than 1 %"),
    ],
)
def test_refuses_what_has_no_trend(flops: list[float], values: list[float], form: str, says: str) -> None:
    with pytest.raises(AnalysisError, match=says):
        fit_complexity(flops, values, form)


def test_refuses_a_confidence_that_is_none() -> None:
    with pytest.raises(AnalysisError, match="between 0 and 1"):
        fit_complexity([1.0, 2, 3], [1.0, 2, 3], "sqrt", confidence=95)

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from netspace.analysis import edf
from netspace.errors import AnalysisError
from netspace.random import stream

percentages = st.lists(st.floats(0, 100, allow_nan=False), min_size=1, max_size=40)


def test_numbers_of_a_small_population_by_hand() -> None:
    curve = edf([12.0, 10.0, 10.0, 15.0])
    assert curve.errors.tolist() == [10, 10, 12, 15]
    assert curve.fraction.tolist() == [0.5, 0.5, 0.75, 1]
    assert (curve.n, curve.min, curve.mean, curve.median) == (4, 10, 11.75, 11)


def test_counts_errors_strictly_below_as_equation_1_does() -> None:
    curve = edf([10.0, 10.0, 12.0, 15.0])
    assert curve.at([9.9, 10, 10.1, 12, 15, 15.1]).tolist() == [0, 0, 0.5, 0.5, 0.75, 1]
    assert float(curve.at(11.0)) == 0.5


@given(percentages)
def test_area_beside_the_curve_is_the_mean_error(errors: list[float]) -> None:
    curve = edf(errors)
    corners = np.concatenate([[0.0], curve.errors, [100.0]])
    heights = np.concatenate([[0.0], curve.fraction])
    assert 100 - float((heights * np.diff(corners)).sum()) == pytest.approx(curve.mean, abs=1e-9)


@given(percentages)
def test_band_holds_the_curve_and_stays_a_share(errors: list[float]) -> None:
    curve = edf(errors)
    assert np.all((curve.low >= 0) & (curve.low <= curve.fraction))
    assert np.all((curve.high <= 1) & (curve.high >= curve.fraction))


@pytest.mark.parametrize("n", [1, 2, 16, 100, 5000])
def test_band_is_tighter_than_that_of_dvoretzky_kiefer_and_wolfowitz(n: int) -> None:
    assert edf(np.linspace(10, 20, n)).margin < np.sqrt(np.log(2 / 0.05) / (2 * n))


def test_band_of_one_network_by_hand() -> None:
    # For n = 1, sup |F_1 - F| = max(U, 1 - U) with U uniform: at most d with probability 2 d - 1.
    assert edf([20.0]).margin == pytest.approx(0.975)


def test_band_holds_the_whole_true_distribution_as_often_as_it_says() -> None:
    u = np.sort(stream(0, "band").random((4000, 16)), axis=1)
    below, above = np.arange(16) / 16, np.arange(1, 17) / 16
    distance = np.maximum(above - u, u - below).max(axis=1)
    assert np.mean(distance <= edf(u[0]).margin) == pytest.approx(0.95, abs=0.012)


def test_interval_of_the_mean_is_student_s() -> None:
    errors = stream(1, "errors").gamma(2, 2, 20)
    expected = stats.t.interval(0.9, 19, errors.mean(), stats.sem(errors))
    assert edf(errors, confidence=0.9).mean_interval == pytest.approx(expected)


@pytest.mark.parametrize("errors", [[20.0], [20.1, 20.1, 20.1]])
def test_interval_of_the_mean_is_unbounded_where_the_spread_is_unknown(errors: list[float]) -> None:
    assert edf(errors).mean_interval == (-np.inf, np.inf)


@pytest.mark.parametrize(
    ("errors", "says"),
    [
        ([], "0 of the at least 1"),
        ([1.0, np.nan], r"not finite, the first nan at position 1: leave failed networks out"),
        ([[1.0, 2.0]], r"shape \(1, 2\)"),
        (["a"], "list of numbers"),
    ],
)
def test_refuses_what_is_no_list_of_errors(errors: list[object], says: str) -> None:
    with pytest.raises(AnalysisError, match=says):
        edf(errors)


@pytest.mark.parametrize("confidence", [0, 1, 95, "much", np.nan])
def test_refuses_a_confidence_that_is_none(confidence: object) -> None:
    with pytest.raises(AnalysisError, match="between 0 and 1"):
        edf([1.0], confidence=confidence)

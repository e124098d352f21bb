import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from netspace.analysis import (
    assumed_networks,
    compare_means,
    compare_pairs,
    judge_networks,
    networks_needed,
    plan_networks,
)
from netspace.errors import AnalysisError
from netspace.random import stream

A = np.array([16.1, 15.2, 17.8, 14.4, 15.9, 16.8])
B = np.array([14.0, 15.9, 13.8, 16.5, 14.8, 15.1])


def test_networks_needed_have_the_power_asked_for() -> None:
    generator = stream(0, "power")
    # A pilot whose means differ by 1.2 and whose variances are 4 and 9, so that the truth is known.
    a, b = np.array([-2.0, 2, -2, 2]) * np.sqrt(3) / 2 + 51.2, np.array([-3.0, 3, -3, 3]) * np.sqrt(3) / 2 + 50
    n = networks_needed(a, b, power=0.8)
    assert n == 72  # (1.977 + 0.844)^2 (4 + 9) / 1.2^2, t of 142 degrees of freedom
    told = [
        compare_means(x, y).is_told
        for x, y in zip(generator.normal(51.2, 2, (2000, n)), generator.normal(50, 3, (2000, n)), strict=True)
    ]
    assert np.mean(told) == pytest.approx(0.8, abs=0.03)


def test_a_larger_difference_needs_fewer_networks_and_more_power_more() -> None:
    a = np.array([10.0, 12, 14, 16])
    assert networks_needed(a, a + 2) < networks_needed(a, a + 1) < networks_needed(a, a + 1, power=0.95)
    assert networks_needed(a, a + 80) == 2
    assert networks_needed(a, a + 1e-12) is None  # all but equal


@pytest.mark.parametrize(("a", "b"), [([1.0, 2.0], [2.0, 1.0]), ([1.0, 1.0], [2.0, 2.0])])
def test_no_number_where_none_can_be_said(a: list[float], b: list[float]) -> None:
    assert networks_needed(a, b) is None


@pytest.mark.parametrize("power", [0, 1, 80])
def test_refuses_a_power_that_is_none(power: float) -> None:
    with pytest.raises(AnalysisError, match="power must be"):
        networks_needed([1.0, 2.0], [3.0, 4.0], power=power)


def test_a_pilot_needs_what_its_means_and_spreads_ask_for() -> None:
    plan = plan_networks(A, B)
    assert plan.each == networks_needed(A, B)
    assert plan.low < plan.each
    assert plan.high is None  # the pilots may have equal means
    assert (plan.n_a, plan.n_b) == (6, 6)
    assert str(plan) == f"about {plan.each} networks of each ({plan.low} or more at 95 %; pilot of 6 + 6)"


def test_a_pilot_that_tells_bounds_the_number() -> None:
    plan = plan_networks(A, B - 3)
    assert 2 <= plan.low <= plan.each <= plan.high


def test_an_assumed_difference_needs_the_textbook_number() -> None:
    # Two-sample t test, d = 0.5, 80 % power, 5 % level: 64 of each (Cohen, Statistical Power Analysis, table 2.4.1).
    assert assumed_networks(0.5, 1.0) == assumed_networks(-1.0, 2.0) == 64
    assert assumed_networks(0.5, (1.0, 1.0)) == 64
    assert assumed_networks(0.5, (1.0, 3.0)) > 64
    assert assumed_networks(1e-9, 50.0) is None


def test_superiority_needs_noether_s_number() -> None:
    # (z_0.975 + z_0.8)^2 / (6 (p - 1/2)^2) = 7.849 / (6 * 0.04) = 32.7 of each, by t quantiles one more.
    assert assumed_networks(0.2, by="superiority") == 34


@given(st.floats(0.2, 5), st.floats(0.2, 5))
def test_a_pilot_with_an_assumed_difference_agrees_with_its_spread_assumed(scale: float, difference: float) -> None:
    plan = plan_networks(A * scale, B * scale, difference=difference)
    spread = float(np.std(A, ddof=1) * scale), float(np.std(B, ddof=1) * scale)
    assert plan.each == pytest.approx(assumed_networks(difference, spread), abs=1)  # by rounding
    assert plan.low <= plan.each <= plan.high


def test_n_was_enough_where_the_interval_tells() -> None:
    enough = judge_networks(A, B - 3)
    assert str(enough) == "n was enough: the interval of the difference leaves out 0"
    assert (enough.is_enough, enough.more, enough.needed) == (True, 0, None)
    assert compare_means(A, B - 3).is_told


def test_n_was_enough_where_no_difference_is_left_that_matters() -> None:
    enough = judge_networks(A, B, matters=5)
    assert str(enough) == "n was enough: the difference is less than 5, whichever is better"
    assert not judge_networks(A, B, matters=2).is_enough


def test_more_networks_are_asked_for_where_n_was_too_small() -> None:
    enough = judge_networks(A, B)
    assert not enough.is_enough
    assert enough.more == networks_needed(A, B) - 6
    assert str(enough).startswith(f"train about {enough.more} more of each (")


def test_nothing_is_promised_where_nothing_is_known() -> None:
    for a, b in ([1.0, 2.0], [2.0, 1.0]), ([1.0, 1.0], [2.0, 2.0]):
        enough = judge_networks(a, b)
        assert (enough.is_enough, enough.more) == (False, None)
        assert str(enough).endswith("it cannot be said how many networks would do")
        assert str(plan_networks(a, b)) == "no number can be said from 2 + 2 networks"
    assert judge_networks([1.0, 1.0], [2.0, 2.0]).detectable == np.inf


def test_judged_by_superiority_agrees_with_its_interval() -> None:
    for shift in (0.0, 3.0):
        told = compare_pairs(A, B - shift).is_told
        assert judge_networks(A, B - shift, by="superiority").is_enough == told


@pytest.mark.slow
@pytest.mark.parametrize("by", ["mean", "superiority"])
def test_the_number_needed_has_the_power_asked_for(by: str) -> None:
    generator = stream(0, "power", by)
    n = assumed_networks(0.8, 1.0) if by == "mean" else assumed_networks(0.2142, by="superiority")  # shift 0.8
    pairs = zip(generator.normal(50.8, 1, (3000, n)), generator.normal(50, 1, (3000, n)), strict=True)
    tell = compare_means if by == "mean" else compare_pairs
    assert np.mean([tell(a, b).is_told for a, b in pairs]) == pytest.approx(0.8, abs=0.04)


@pytest.mark.slow
@pytest.mark.parametrize(("n", "seen", "assumed"), [(6, 0.95, 0.96), (25, 0.95, 0.95)])
def test_the_interval_of_the_number_holds_it_for_normal_errors(n: int, seen: float, assumed: float) -> None:
    generator, truth = stream(0, "pilots"), assumed_networks(0.8, 1.0)
    pilots = list(zip(generator.normal(50.8, 1, (2000, n)), generator.normal(50, 1, (2000, n)), strict=True))
    plans = [plan_networks(a, b) for a, b in pilots]
    assert np.mean([each.low <= truth and (each.high is None or truth <= each.high) for each in plans]) >= seen - 0.01
    plans = [plan_networks(a, b, difference=0.8) for a, b in pilots]
    assert np.mean([each.low <= truth <= each.high for each in plans]) >= assumed - 0.01


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"difference": 0}, "must not be 0 and at most 100"),
        ({"difference": 0.6, "by": "superiority"}, "at most 0.5"),
        ({"difference": "x"}, "given 'x'"),
        ({"by": "median"}, "by must be one of 'mean', 'superiority'"),
        ({"power": 80}, "power must be"),
        ({"confidence": 95}, "confidence must be"),
    ],
)
def test_plans_refuse_what_they_cannot_use(options: dict[str, object], says: str) -> None:
    with pytest.raises(AnalysisError, match=says):
        plan_networks(A, B, **options)


@pytest.mark.parametrize("spread", [None, 0, -1.0, (1.0, 0.0), (1.0, 2.0, 3.0), np.nan, "wide"])
def test_refuses_a_spread_that_is_none(spread: object) -> None:
    with pytest.raises(AnalysisError, match="spread must be the standard deviation"):
        assumed_networks(1.0, spread)


@pytest.mark.parametrize("pilot", [[1.0], [1.0, np.nan]])
def test_refuses_pilots_that_say_nothing(pilot: list[float]) -> None:
    for ask in (networks_needed, plan_networks, judge_networks):
        with pytest.raises(AnalysisError, match="population b"):
            ask(A, pilot)

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from netspace.comparison import compare
from netspace.figures import Line
from netspace.random import stream
from tests.comparison.made import ANY, REG, WIDE
from tests.records_made import synthetic_population

errors = st.lists(st.floats(1, 99).map(lambda error: round(error, 2)), min_size=2, max_size=8)


def test_a_win_names_the_winner_first_and_gives_its_lead_as_positive() -> None:
    expected = "RegNetX beats AnyNetX_A: mean error 14.3 % against 16.2 %, difference 1.9 [0.7, 3.0] at 95 %, n = 4 + 4"
    forth = compare(ANY, REG, names=["AnyNetX_A", "RegNetX"])
    back = compare(REG, ANY, names=["RegNetX", "AnyNetX_A"])
    assert forth.summary() == back.summary() == str(forth) == expected
    assert forth.winner == back.winner == "RegNetX"
    assert forth.difference == pytest.approx(1.875)
    assert back.difference == pytest.approx(-1.875)
    assert forth.interval == pytest.approx(tuple(-end for end in back.interval[::-1]))


def test_too_few_networks_are_said_to_be_too_few_and_how_many_would_do() -> None:
    result = compare(WIDE, ANY, names=["AnyNetX_A", "RegNetX"])
    assert result.winner is None
    assert result.summary() == (
        "n is too small to tell AnyNetX_A from RegNetX: mean error 15.9 % and 16.2 %, "
        "difference -0.3 [-3.8, 3.2] at 95 %, n = 4 + 4; "
        "about 520 networks of each would tell a difference of this size"
    )


def test_equal_means_promise_no_number_of_networks() -> None:
    assert compare([10.0, 12.0], [11.0, 11.0]).summary() == (
        "n is too small to tell a from b: mean error 11.0 % and 11.0 %, difference 0.0 [-12.7, 12.7] at 95 %, n = 2 + 2"
    )


def test_errors_without_spread_tell_nothing() -> None:
    result = compare([90.0] * 3, [89.0] * 3)
    assert result.winner is None
    assert result.summary() == (
        "cannot tell a from b: mean error 90.0 % and 89.0 %, n = 3 + 3; "
        "the errors of each are all the same, so their spread is not known"
    )


def test_confidence_is_said_and_used() -> None:
    narrow, wide = (compare(ANY, REG, confidence=confidence) for confidence in (0.9, 0.999))
    assert narrow.winner == "b"
    assert wide.winner is None
    assert " at 99.9 %," in wide.summary()
    assert wide.edfs[0].confidence == wide.confidence == 0.999


def test_small_differences_are_written_with_enough_decimals() -> None:
    noise = stream(0, "noise").normal(0, 0.02, 400)
    assert "difference 0.0100 [0.0072, 0.0128]" in compare(20 + noise, 19.99 + noise).summary()


@given(errors, errors)
def test_the_sentence_never_claims_what_the_interval_does_not(a: list[float], b: list[float]) -> None:
    result = compare(a, b)
    low, high = result.interval
    assert (" beats " in result.summary()) == (result.winner is not None) == (low > 0 or high < 0)
    if result.winner:
        means = {"a": np.mean(a), "b": np.mean(b)}
        assert result.winner == min(means, key=means.__getitem__)
        assert "[-" not in result.summary()
        assert "[0.0, " not in result.summary()


def test_more_numbers_are_computed_when_asked_for() -> None:
    result = compare(ANY, REG)
    assert "superiority" not in vars(result)
    assert result.superiority.probability == 0
    assert result.superiority is result.superiority
    assert result.resampled.p_value == pytest.approx(2 / 70)
    assert result.resampled.difference == pytest.approx(result.difference)
    assert result.area.difference < 0  # the second is better
    assert result.area_up_to(100).difference == pytest.approx(-result.difference)
    assert result.distance.distance == 1
    assert str(result.enough) == "n was enough: the interval of the difference leaves out 0"
    assert str(compare(WIDE, ANY).enough).startswith("train about 520 more of each (")
    assert compare(WIDE, ANY).judge(matters=10).is_enough


def test_figure_shows_both_distributions_and_the_verdict() -> None:
    result = compare(synthetic_population("anynetx_a", 20), synthetic_population("regnetx", 20))
    figure = result.figure()
    assert figure.title == result.summary()
    names = [mark.name.split(":")[0] for mark in figure.panels[0].marks if isinstance(mark, Line)]
    assert names == ["AnyNetX_A", "RegNetX"]

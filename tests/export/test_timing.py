"""Timing in turns: tests look at what is called and counted, never at how long it took."""

import time
from statistics import median

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netspace.export.timing import in_turns, median_interval, ratio
from netspace.random import stream


def test_calls_take_turns_after_a_warm_up() -> None:
    said = []
    times = in_turns({name: lambda name=name: said.append(name) for name in "abc"}, seconds=0, rounds=2, turn=0)
    assert "".join(said) == "aaabbbccc" + "abc" * 2
    assert {name: len(taken) for name, taken in times.items()} == {"a": 2, "b": 2, "c": 2}


def test_the_first_call_of_a_turn_is_left_out() -> None:
    slow_first = iter([0.0, 0.0, 0.0, 0.2, *[0.0] * 10**6])
    times = in_turns({"a": lambda: time.sleep(next(slow_first))}, seconds=0, rounds=1, turn=0.3)
    assert times["a"][0] < 200


@pytest.mark.slow
def test_long_calls_are_warm_after_one() -> None:
    said = []
    in_turns({"a": lambda: said.append(time.sleep(0.51))}, seconds=0, rounds=1, turn=0)
    assert len(said) == 2


def test_rounds_have_a_most() -> None:
    assert len(in_turns({"a": lambda: None}, seconds=60, most=7, turn=0)["a"]) == 7


@given(st.lists(st.floats(1, 100), min_size=1, max_size=60))
def test_interval_holds_the_median(values: list[float]) -> None:
    middle, low, high = median_interval(values)
    assert middle == median(values)
    assert min(values) <= low <= middle <= high <= max(values)


def test_interval_holds_the_true_median_in_95_of_100_samples() -> None:
    draws = stream(0, "lognormal").lognormal(0, 1, (1000, 40))
    held = sum(low <= 1 <= high for _, low, high in map(median_interval, draws.tolist()))
    assert 0.94 <= held / 1000 <= 0.99


def test_few_values_span_all() -> None:
    assert median_interval([3.0, 1.0, 2.0]) == (2.0, 1.0, 3.0)


def test_ratio_is_of_rounds_not_of_medians() -> None:
    # A busy second round falls on both, and leaves the ratio alone.
    assert ratio([1.0, 10.0, 1.0], [2.0, 20.0, 2.0]) == (0.5, 0.5, 0.5)


def test_ratio_needs_as_many_of_both() -> None:
    with pytest.raises(ValueError, match="argument"):
        ratio([1.0], [1.0, 2.0])

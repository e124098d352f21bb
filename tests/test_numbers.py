"""Rounding that is the same for one number and for arrays, and numbers as people write them."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from netspace.numbers import at_least, clock, floor, make_divisible, nearest, parse_number, short


@given(st.integers(0, 10_000), st.integers(1, 64))
def test_arrays_round_as_single_numbers_do(numerator: int, denominator: int) -> None:
    value = numerator / denominator
    for round_ in (nearest, floor, lambda v: at_least(3, v), lambda v: make_divisible(v, 8)):
        assert np.asarray(round_(np.array([value])))[0] == round_(value)


def test_halves_go_to_even_and_whole_numbers_stay_whole() -> None:
    assert [nearest(v) for v in (0.5, 1.5, 2.5)] == [0, 2, 2]
    assert floor(228 * (1 / 12)) == 19  # 18.999999999999996 in floats


@pytest.mark.parametrize(("value", "expected"), [(3, 8), (12, 16), (11, 16), (35, 32), (18, 24), (91, 88)])
def test_make_divisible_is_mobilenets(value: float, expected: int) -> None:
    # half up to a multiple of 8, never below 90 %
    assert make_divisible(value, 8) == expected


@pytest.mark.parametrize(
    ("text", "value"),
    [("4e6", 4e6), ("4M", 4e6), ("0.4GF", 4e8), (" 20k ", 2e4), (5, 5.0), (None, None), ("", None), ("400MF", 4e8)],
)
def test_numbers_as_people_write_them(text: object, value: float | None) -> None:
    assert parse_number(text) == value


@pytest.mark.parametrize("text", ["four", "4X", "M", "1 2"])
def test_what_is_no_number(text: str) -> None:
    with pytest.raises(ValueError, match="such as"):
        parse_number(text)


@pytest.mark.parametrize(("seconds", "text"), [(0, "0:00"), (59.6, "1:00"), (3600, "1:00:00"), (-3, "0:00")])
def test_clock(seconds: float, text: str) -> None:
    assert clock(seconds) == text


def test_numbers_are_short() -> None:
    assert [short(n) for n in (0, 12, 999.4, 999_600, 4_000_000_000, -1500)] == ["0", "12", "999", "1M", "4G", "-1.5K"]
    assert [short(n, 4, " ") for n in (1_234_567, 999_949, 999_950, 12.5)] == ["1.235 M", "999.9 K", "1 M", "12.5"]

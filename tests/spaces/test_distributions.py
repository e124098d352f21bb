"""Distributions of one parameter."""

from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from netspace.errors import SpaceError
from netspace.spaces.distributions import (
    MOST_VALUES,
    Distribution,
    choices,
    log_normal,
    log_uniform,
    normal,
    powers_of_two,
    powers_of_two_then_log_uniform,
    uniform,
)

DRAWS = 200_000


@pytest.mark.parametrize(("low", "high", "quantum"), [(1, 16, 1), (8, 1024, 8), (1.5, 3, 0.001), (8, 255.9, 0.1)])
def test_cumulative_distribution_is_log_linear_at_every_value(low, high, quantum) -> None:
    distribution = log_uniform(low, high, quantum)
    below = low - min(quantum, low / 2)
    expected = np.log(distribution.table / below) / np.log(high / below)
    np.testing.assert_allclose(distribution.cumulative, expected, rtol=0, atol=1e-9)


def test_the_papers_ranges_have_the_papers_sizes() -> None:
    # RegNet paper, section 3.2: 16 depths, 128 widths, 3 ratios, 6 group widths
    assert len(log_uniform(1, 16, 1).values) == 16
    assert len(log_uniform(8, 1024, 8).values) == 128
    assert log_uniform(8, 1024, 8).values[:3] == (8, 16, 24)
    assert choices([1, 2, 4]).probabilities.tolist() == [1 / 3] * 3


def test_quantile_reaches_both_ends() -> None:
    distribution = log_uniform(8, 64, 8)
    assert distribution.quantile(np.array([0.0, 1 - 1e-16])).tolist() == [8, 64]


def test_decimal_steps_leave_no_float_residue() -> None:
    assert 2.3 in log_uniform(1.5, 3, 0.001).values
    assert 36.4 in log_uniform(8, 255.9, 0.1).values


@pytest.mark.parametrize("bad", [(0, 8, 1), (8, 4, 1), (1, 8, 0)])
def test_empty_ranges_are_refused(bad) -> None:
    with pytest.raises(SpaceError, match="log-uniform"):
        log_uniform(*bad)


def test_no_choices_are_refused() -> None:
    with pytest.raises(SpaceError, match="at least one value"):
        choices([])


def quantized(numbers, quantum, rounded):
    """Rounds to multiples of the quantum by way of decimal numbers, as pycls does, each different number once."""
    multiples, back = np.unique(rounded(numbers / quantum), return_inverse=True)
    exact = [type(quantum)(Decimal(float(each)) * Decimal(str(quantum))) for each in multiples]
    return np.array(exact)[back]


def cut_off(draw, low, high):
    """Draws again what lies outside."""
    numbers = draw(DRAWS)
    while (outside := ~((low <= numbers) & (numbers <= high))).any():
        numbers[outside] = draw(outside.sum())
    return numbers


def draw_uniform(rng, low, high, quantum):
    return quantized(rng.uniform(low, high + quantum, DRAWS), quantum, np.floor)


def draw_log_uniform(rng, low, high, quantum):
    below = low - min(quantum, low / 2)
    return quantized(np.exp(-rng.uniform(-np.log(high), -np.log(below), DRAWS)), quantum, np.ceil)


def draw_powers(rng, low, high, quantum):
    return quantized(2.0 ** np.floor(rng.uniform(np.log2(low), np.log2(high) + 1, DRAWS)), quantum, np.floor)


def draw_powers_or_log_uniform(rng, low, high, quantum):
    drawn = draw_powers(rng, low, high, low)
    if high < quantum:
        return drawn
    return np.where(drawn >= quantum, draw_log_uniform(rng, max(low, quantum), high, min(high, quantum)), drawn)


def draw_normal(rng, low, high, quantum):
    drawn = cut_off(lambda n: rng.normal((low + high) / 2, (high - low) / 6, n), low, high)
    return quantized(drawn, quantum, np.round)


def draw_log_normal(rng, low, high, quantum):
    ends = np.log([low, high])
    drawn = cut_off(lambda n: rng.lognormal(ends.mean(), (ends[1] - ends[0]) / 6, n), low, high)
    return quantized(drawn, quantum, np.round)


RULES = {
    "uniform": (draw_uniform, uniform),
    "log_uniform": (draw_log_uniform, log_uniform),
    "powers": (draw_powers, lambda low, high, _quantum: powers_of_two(low, high)),
    "powers_then_log": (draw_powers_or_log_uniform, powers_of_two_then_log_uniform),
    "normal": (draw_normal, normal),
    "log_normal": (draw_log_normal, log_normal),
}


def p_value(drawn, distribution: Distribution) -> float:
    """Gives the chi-square test's p of draws, cells of less than 10 expected draws joined."""
    table = np.asarray(distribution.values, float)
    index = np.clip(np.searchsorted(table, drawn), 0, len(table) - 1)
    index -= (index > 0) & (np.abs(table[index - 1] - drawn) < np.abs(table[index] - drawn))
    np.testing.assert_allclose(drawn, table[index], rtol=1e-9, atol=1e-12)
    expected = distribution.probabilities * len(drawn)
    cell = np.minimum(np.floor(np.concatenate([[0], np.cumsum(expected)[:-1]]) / 10), np.floor(len(drawn) / 10) - 1)
    _, cell = np.unique(cell, return_inverse=True)
    seen, due = np.bincount(cell[index], minlength=cell.max() + 1), np.bincount(cell, weights=expected)
    if due[-1] < 5 and len(due) > 1:
        seen, due = np.append(seen[:-2], seen[-2:].sum()), np.append(due[:-2], due[-2:].sum())
    return 1.0 if len(due) == 1 else float(stats.chisquare(seen, due * len(drawn) / due.sum()).pvalue)


@pytest.mark.parametrize(
    ("rule", "low", "high", "quantum"),
    [
        ("uniform", 6, 16, 1),
        ("uniform", -0.5, 0.5, 0.1),
        ("uniform", 1, 3, 1),
        ("log_uniform", 8, 256, 8),
        ("log_uniform", 8.0, 256.0, 0.1),
        ("log_uniform", 2.0, 3.0, 0.001),
        ("log_uniform", 1, 32, 1),
        ("log_uniform", 0.5, 16.0, 0.5),
        ("log_uniform", 5e-5, 1e-3, 1e-5),
        ("powers", 2, 512, 1),
        ("powers", 0.25, 8.0, 0.25),
        ("powers", 0.25, 1.0, 1 / 128),
        ("powers", 4, 4, 1),
        ("powers_then_log", 8, 128, 8),
        ("powers_then_log", 1, 32, 8),
        ("powers_then_log", 1, 4, 8),
        ("powers_then_log", 1.0, 16.0, 1.0),
        ("powers_then_log", 0.25, 4.0, 4.0),
        ("powers_then_log", 1, 128, 4),
        ("powers_then_log", 32, 256, 8),
        ("normal", 8, 64, 8),
        ("normal", -1.0, 1.0, 0.01),
        ("normal", 0, 1, 1),
        ("log_normal", 8, 1024, 8),
        ("log_normal", 0.01, 1.0, 0.01),
        ("log_normal", 1, 2, 1),
    ],
)
def test_a_rule_has_the_probabilities_of_pycls(rule, low, high, quantum) -> None:
    draw, make = RULES[rule]
    drawn = draw(np.random.RandomState(0), low, high, quantum)
    assert p_value(drawn, make(low, high, quantum)) > 1e-4


@settings(max_examples=30, deadline=None, derandomize=True)
@given(st.sampled_from(["uniform", "log_uniform", "normal", "log_normal"]), st.data())
def test_a_rule_has_the_probabilities_of_pycls_in_any_range(rule, data) -> None:
    quantum = data.draw(st.sampled_from([1, 8, 0.1, 0.001, 0.25, 1e-5]))
    first = data.draw(st.integers(1, 60))
    last = data.draw(st.integers(first + 1, first + 300))
    low, high = (type(quantum)(Decimal(k) * Decimal(str(quantum))) for k in (first, last))
    draw, make = RULES[rule]
    drawn = draw(np.random.RandomState(data.draw(st.integers(0, 2**31))), low, high, quantum)
    assert p_value(drawn, make(low, high, quantum)) > 1e-6


@settings(max_examples=15, deadline=None, derandomize=True)
@given(
    st.sampled_from(["powers", "powers_then_log"]),
    st.integers(-4, 4),
    st.integers(0, 5),
    st.integers(-2, 4),
    st.integers(0, 2**31),
)
def test_powers_of_two_have_the_probabilities_of_pycls_in_any_range(rule, first, more, quantum, seed) -> None:
    low, high, q = 2.0**first, 2.0 ** (first + more), 2.0 ** (min(first, quantum) if rule == "powers" else quantum)
    draw, make = RULES[rule]
    assert p_value(draw(np.random.RandomState(seed), low, high, q), make(low, high, q)) > 1e-6


def test_the_comparison_sees_a_wrong_rule() -> None:
    drawn = draw_log_uniform(np.random.RandomState(0), 8, 256, 8)
    values = log_uniform(8, 256, 8).values
    continuous = Distribution(values, tuple(np.diff(np.log([4.3, *values])).tolist()), "begins elsewhere")
    assert p_value(drawn, continuous) < 1e-9
    assert p_value(drawn, choices(values)) < 1e-9


@pytest.mark.parametrize(
    ("make", "cumulative"),
    [
        (log_uniform, lambda v: np.log(v / (0.25 - 1e-10)) / np.log(5 / (0.25 - 1e-10))),
        (uniform, lambda v: (v - 0.25 + 1e-10) / (4.75 + 1e-10)),
    ],
)
def test_a_range_of_billions_of_steps_is_cut_into_fewer_and_is_exact_at_each(make, cumulative) -> None:
    distribution = make(0.25, 5.0, 1e-10)
    assert MOST_VALUES - 2 <= len(distribution.values) <= MOST_VALUES + 1
    assert (distribution.values[0], distribution.values[-1]) == (0.25, 5.0)
    np.testing.assert_allclose(distribution.cumulative, cumulative(distribution.table), rtol=0, atol=1e-9)


def test_a_fine_normal_distribution_is_exact_at_each_step() -> None:
    distribution = normal(0.0, 6.0, 1e-9)
    inside = stats.norm.cdf([-3, 3])
    expected = (stats.norm.cdf(distribution.table - 3) - inside[0]) / np.diff(inside)
    np.testing.assert_allclose(distribution.cumulative, expected, rtol=0, atol=1e-7)


def test_values_with_the_same_result_count_together() -> None:
    halves = log_uniform(1, 16).mapped(lambda value: max(1, round(value / 8)) * 8, "by 8")
    assert halves.values == (8, 16)
    np.testing.assert_allclose(halves.probabilities[0], log_uniform(1, 16).cumulative[10], rtol=1e-12)
    assert halves.text == "by 8"


def test_a_function_that_changes_nothing_gives_the_same_distribution() -> None:
    distribution = log_uniform(8, 64, 8)
    assert distribution.mapped(lambda value: value) is distribution
    assert distribution.mapped(lambda value: 3).text == "3"


@pytest.mark.parametrize(
    "make",
    [
        lambda: powers_of_two(3, 8),
        lambda: powers_of_two(8, 4),
        lambda: powers_of_two(0, 4),
        lambda: powers_of_two_then_log_uniform(1, 32, 6),
        lambda: normal(2, 1),
        lambda: log_normal(0, 4),
        lambda: uniform(-float("inf"), 4),
        lambda: uniform(float("nan"), 4),
    ],
)
def test_ranges_that_a_rule_cannot_have_are_refused(make) -> None:
    with pytest.raises(SpaceError, match="needs"):
        make()


@pytest.mark.parametrize("make", [lambda: uniform(0, 1e300), lambda: log_uniform(1, 2, 1e-300)])
def test_steps_that_cannot_be_told_apart_are_refused(make) -> None:
    with pytest.raises(SpaceError, match="too many steps: give a step of at least"):
        make()


@pytest.mark.parametrize("given", [3, [float("nan")], ["a"], [True], [1j]])
def test_choices_that_are_no_numbers_are_refused(given) -> None:
    with pytest.raises(SpaceError, match=r"all numbers|a list of values"):
        choices(given)

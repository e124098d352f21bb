"""Piecewise linear widths: monotone, from line to any sequence, and with flat pieces often enough."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from netspace.errors import SpaceError
from netspace.random import stream
from netspace.spaces.components import PiecewiseLinear
from netspace.spaces.distributions import choices, uniform

WIDTH, SLOPE = uniform(8, 64), uniform(0, 64, 0.01)


def drawn(component: PiecewiseLinear, n: int = 4000, seed: int = 0):
    parameters = component.parameters(stream(seed, "piecewise").random((n, component.draws)))
    columns, valid = component.decide(parameters)
    assert valid.all()
    return parameters, columns["width"]


def functions(component: PiecewiseLinear, parameters):
    """f at every block, (n, d)."""
    n, d = len(parameters["knots"]), component.num_blocks
    inside = [parameters[f"f_{i}"] for i in range(2, d)]
    return np.stack([np.ones(n), *inside, np.full(n, float(d))], axis=1)


@pytest.mark.parametrize("d", [1, 2, 3, 5, 9, 13, 17])
def test_widths_never_decrease_and_end_where_the_line_does(d: int) -> None:
    component = PiecewiseLinear(WIDTH, SLOPE, d)
    parameters, widths = drawn(component)
    assert widths.shape == (4000, d)
    assert (np.diff(widths, axis=1) >= 0).all()
    assert (widths[:, 0] == parameters["initial_width"]).all()
    assert (widths[:, -1] == np.rint(parameters["initial_width"] + parameters["slope"] * (d - 1))).all()
    assert len(component.is_free) == component.draws


def test_f_is_linear_between_as_many_blocks_as_were_picked() -> None:
    component = PiecewiseLinear(WIDTH, SLOPE, 9)
    parameters, _ = drawn(component)
    f = functions(component, parameters)
    assert f.min() == 1
    assert f.max() == 9
    bends = (np.abs(np.diff(f, 2, axis=1)) > 1e-6).sum(axis=1)
    assert (bends <= parameters["knots"]).all()
    assert np.bincount(parameters["knots"]).tolist() == pytest.approx([4000 / 8] * 8, rel=0.2)


def test_lines_flat_beginnings_and_late_jumps_are_all_drawn() -> None:
    component = PiecewiseLinear(choices([40]), choices([30]), 9)
    _, widths = drawn(component)
    steps = np.diff(widths, axis=1)
    assert 0.1 < (np.ptp(steps, axis=1) <= 1).mean() < 0.3  # lines
    assert (steps[:, :4] == 0).all(axis=1).mean() > 0.05  # like 39-39-39-39-39-...
    assert (widths[:, 6] < 70).mean() > 0.05  # most of the rise at the end


def test_a_fixed_number_of_knots_leaves_only_its_numbers_free() -> None:
    line = PiecewiseLinear(WIDTH, SLOPE, 9).changed("knots", lambda _: choices([0]))
    assert line is not None
    assert line.dimensions == sum(line.is_free) == 2
    assert line.settings == 1
    parameters, _ = drawn(line)
    assert np.allclose(functions(line, parameters), np.arange(1, 10))
    one = PiecewiseLinear(WIDTH, SLOPE, 9, choices([1]))
    assert one.dimensions == 3
    assert one.is_free == (True, True, False, *[True] * 7, True, True, *[False] * 6)
    assert PiecewiseLinear(WIDTH, SLOPE, 9).changed("depth", lambda old: old) is None


def test_numbers_that_are_not_free_make_no_difference() -> None:
    component = PiecewiseLinear(WIDTH, SLOPE, 7, choices([0, 1, 2]))
    u = stream(0, "free").random((500, component.draws))
    other = np.where(component.is_free, u, 1 - u)
    for name, column in component.parameters(u).items():
        assert (column == component.parameters(other)[name]).all()


def test_other_numbers_of_blocks_keep_the_knots_that_they_can_have() -> None:
    component = PiecewiseLinear(WIDTH, SLOPE, 9, uniform(0, 7))
    assert component.with_stages(4).picks.values == (0, 1, 2)
    assert PiecewiseLinear(WIDTH, SLOPE, 9).with_stages(17).picks.values[-1] == 15


@settings(max_examples=50, deadline=None)
@given(st.integers(8, 64), st.lists(st.integers(0, 90), min_size=1, max_size=12))
def test_any_sequence_that_never_decreases_is_reached(first: int, steps: list[int]) -> None:
    widths = [first]
    for step in steps:
        widths.append(widths[-1] + min(step, 60))
    component = PiecewiseLinear(WIDTH, SLOPE, len(widths))
    found = component.parameters_of(widths)
    f = [found[name] for name in found if name.startswith("f_")]
    assert f == sorted(f)
    columns, _ = component.decide({name: np.array([value]) for name, value in found.items()})
    assert columns["width"][0].tolist() == widths


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: PiecewiseLinear(WIDTH, uniform(-2, 2), 5), "a slope is at least 0: given uniform -2 to 2"),
        (lambda: PiecewiseLinear(WIDTH, SLOPE, 5, choices([1, 4])), "5 blocks can have 0 to 3 knots inside: given 4"),
        (lambda: PiecewiseLinear(WIDTH, SLOPE, 5, choices([0.5])), "0 to 3 knots inside: given 0.5"),
        (lambda: PiecewiseLinear(WIDTH, SLOPE, 3).parameters_of([16, 24]), "are not 3 widths that never decrease"),
        (lambda: PiecewiseLinear(WIDTH, SLOPE, 3).parameters_of([16, 12, 24]), "are not 3 widths that never"),
        (lambda: PiecewiseLinear(WIDTH, SLOPE, 3).parameters_of([16, 16, 999]), "out of reach"),
        (lambda: PiecewiseLinear(WIDTH, SLOPE, 3).parameters_of([4, 16, 32]), "out of reach"),
        (lambda: PiecewiseLinear(WIDTH, SLOPE, 3, choices([0])).parameters_of([8, 9, 32]), "out of reach"),
    ],
)
def test_what_cannot_be_is_refused(make, message) -> None:
    with pytest.raises(SpaceError, match=message):
        make()

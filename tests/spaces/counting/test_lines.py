"""Lines are counted as decoding each of them does."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import netspace as ns
from netspace.spaces.counting import lines
from netspace.spaces.distributions import choices, uniform
from tests.spaces.counting.spaces_made import expected, line_space


def counted(space, **limits):
    found = lines.count_networks(space, limits)
    true, share, networks = expected(space, limits)
    assert (found.settings, found.networks) == (true, networks)
    assert found.measure == pytest.approx(share)
    return found


@pytest.mark.parametrize("num_stages", [1, 2, 3, 4, 5])
def test_all_lines_and_those_under_budgets(num_stages):
    space = line_space(num_stages)
    everything = counted(space)
    assert lines.count_lines(lines.line_of(space)) * 6 == everything.settings > 0
    counted(space, flops=(1e6, 3e7))
    counted(space, flops=(1e6, 5e7), params=(1e4, 4e5), acts=(-np.inf, 4e5))
    counted(space, params=(2e4, np.inf))
    assert counted(space, acts=(1.0, 2.0)).settings == 0


def test_ties_are_decided_by_the_formula_itself():
    # w_m = 2.25: half an exponent is a factor of 1.5, which slopes of half the initial width meet at block 1
    space = line_space(3, widths=(8, 16, 24, 32), slopes=(4, 8, 12, 16), multipliers=(2.25, 4, 6.25))
    assert counted(space).settings > 0


def test_slopes_that_follow_the_initial_width():
    assert counted(line_space(3, slopes=None), flops=(1e6, 1e8)).settings > 0


def test_depths_with_gaps_and_one_block():
    space = line_space(2)
    line = lines.line_of(space)
    gaps = choices([1, 2, 5, 6, 11])
    ns_space = ns.DesignSpace("Gaps", space.outline, (line.changed("depth", lambda _: gaps), *space.components[1:]), "")
    assert counted(ns_space, flops=(1e6, 3e7)).settings > 0
    assert counted(line_space(1, depth=(1, 1))).settings > 0


def test_groups_that_may_not_divide_are_left_out():
    space = line_space(3).change(block="inverted").vary(expansion=[1, 2])
    found = counted(space)
    assert found.settings < lines.count_lines(lines.line_of(space)) * 6 * 2**3
    assert int(space.size()) == found.settings


@settings(max_examples=8, deadline=None)
@given(
    st.integers(1, 5),
    st.sets(st.integers(1, 12), min_size=1, max_size=4),
    st.sets(st.integers(0, 400), min_size=1, max_size=5),
    st.sets(st.integers(11, 45), min_size=1, max_size=5),
    st.integers(5, 16),
    st.floats(1e5, 1e8),
)
def test_random_small_ranges(num_stages, widths, slopes, multipliers, depth, flops):
    space = line_space(
        num_stages,
        depth=(1, depth),
        widths=[8 * each for each in widths],
        slopes=[each / 10 for each in slopes],
        multipliers=[each / 10 for each in multipliers],
    )
    counted(space)
    counted(space, flops=(0.3 * flops, flops))


def test_a_sample_of_the_papers_lines_is_counted_as_decoded():
    line = lines.line_of(ns.get_space("regnetx"))
    few = line.changed("initial_width", lambda old: old.within(48, 56))
    few = few.changed("width_multiplier", lambda _: uniform(1.5, 3, 0.05))
    few = few.changed("slope", lambda _: uniform(8, 255, 0.7))
    parameters = few.distributions
    grids = np.meshgrid(*[each.table for each in parameters.values()], indexing="ij")
    _, valid = few.decide({name: grid.ravel() for name, grid in zip(parameters, grids, strict=True)})
    assert lines.count_lines(few) == valid.sum() > 10_000

"""Closed forms: the paper's Table 1, and orders over stages."""

from math import comb

import pytest
from hypothesis import given
from hypothesis import strategies as st

import netspace as ns
from netspace.spaces.components import PerStage
from netspace.spaces.counting.settings import settings
from netspace.spaces.distributions import choices
from tests.spaces.counting.spaces_made import expected, small

TABLE_1 = {
    "anynetx_a": (16 * 128 * 3 * 6) ** 4,
    "anynetx_b": (16 * 128 * 6) ** 4 * 3,
    "anynetx_c": (16 * 128) ** 4 * 18,
    "anynetx_d": 16**4 * comb(131, 4) * 18,
    "anynetx_e": comb(19, 4) * comb(131, 4) * 18,
}


@pytest.mark.parametrize("name", TABLE_1)
def test_table_1(name):
    size = ns.get_space(name).size()
    assert int(size) == TABLE_1[name]
    assert size.published is not None
    divided = {"anynetx_d": 24, "anynetx_e": 24 * 24}.get(name, 1)
    assert float(f"{TABLE_1['anynetx_c'] / divided:.1e}" if divided > 1 else f"{int(size):.1e}") == (
        size.published.figure
    )


def test_figures_belong_to_the_papers_own_spaces_alone():
    space = ns.get_space("anynetx_c")
    assert space.named("Mine").size().published is not None
    assert space.fix(group_width=8).size().published is None
    assert space.change(block="y").size().published is None
    assert space.size(flops=(None, 1.0)).published is None
    assert str(ns.get_space("anynetx_e").size().published).startswith("5.500e11 in the paper, which divides by (4!)^2")


@given(
    st.lists(st.sets(st.integers(1, 6), min_size=1), min_size=1, max_size=4),
    st.sampled_from(["free", "increasing", "decreasing"]),
    st.booleans(),
)
def test_orders_over_different_ranges(values, rule, last):
    component = PerStage("width", tuple(choices(sorted(each)) for each in values), rule, last)
    space = ns.DesignSpace("Widths", small(num_stages=len(values)).outline, (component,), "")
    assert settings(component) == expected(space, {})[0]


def test_training_parameters_multiply():
    space = ns.get_space("anynetx_d").vary(learning_rate=[0.1, 0.2, 0.4], seed=[0, 1])
    assert int(space.size()) == 6 * TABLE_1["anynetx_d"]


def test_piecewise_linear_functions():
    blocks = ns.get_space("anynetx_c", num_stages=2).fix(depth_1=2, depth_2=2, bottleneck_ratio=1, group_width=1)
    space = blocks.piecewise_linear(initial_width=[16, 24], slope=[4, 8])
    assert int(space.size()) == 4 * space.components[0].settings
    lines = space.fix(knots=0)
    assert int(lines.size()) == 4
    assert lines.size(flops=(0, None)).networks == 4

"""Dynamic programming under a budget holds the truth between its bounds, and is exact with bins of one."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import netspace as ns
from netspace.spaces.counting import budgeted, stages
from netspace.spaces.counting.settings import settings as settings_of
from tests.spaces.counting.spaces_made import by_hand, expected, small


def total(space):
    return int(np.prod([settings_of(component) for component in space.components]))


RULES = {
    "free": lambda s: s,
    "shared": lambda s: s.share("width"),
    "depth shared": lambda s: s.share("depth"),
    "increasing": lambda s: s.order("width").order("depth"),
    "decreasing": lambda s: s.order("width", "decreasing"),
    "depths decreasing": lambda s: s.order("depth", "decreasing"),
    "opposite": lambda s: s.order("depth", "decreasing").order("width"),
    "last free": lambda s: s.order("width", last=False).order("depth", last=False),
    "different ranges": lambda s: s.narrow(width_2=(16, 32), depth_1=(2, 3)).order("width").order("depth"),
}


@pytest.mark.parametrize("quantity", ["flops", "params", "acts"])
@pytest.mark.parametrize("rule", RULES)
def test_bounds_hold_the_truth_whatever_the_rule(rule, quantity):
    space = RULES[rule](small(num_stages=2))
    costs = np.sort(getattr(by_hand(space)[0], quantity))
    limits = (float(costs[len(costs) // 4]), float(costs[len(costs) * 3 // 4]))
    true, share, _ = expected(space, {quantity: limits})
    coarse = budgeted.bounds(space, quantity, limits, total(space), bins=40)
    assert coarse.low <= true <= coarse.high
    assert coarse.measure_low <= share <= coarse.measure_high
    fine = budgeted.bounds(space, quantity, limits, total(space), bins=10**8)
    assert fine.low == true == fine.high
    assert fine.measure_low <= share <= fine.measure_high
    assert fine.measure_high - fine.measure_low < 1e-9


@pytest.mark.parametrize("block", ["x", "y", "z", "r", "v", "vr"])
@pytest.mark.parametrize("num_stages", [1, 3, 4])
def test_bounds_hold_for_blocks_and_numbers_of_stages(block, num_stages):
    space = small(
        block, num_stages, depth=[1, 3], width=[8, 24], **({"bottleneck_ratio": [2]} if block in "xyzr" else {})
    )
    if num_stages > 2:
        space = space.order("depth")
    costs = np.sort(by_hand(space)[0].flops)
    limits = (float(costs[len(costs) // 3]), float(costs[len(costs) * 2 // 3]))
    true, share, _ = expected(space, {"flops": limits})
    for bins in (100, 3000, 10**8):
        found = budgeted.bounds(space, "flops", limits, total(space), bins=bins)
        assert found.low <= true <= found.high
        assert found.measure_low <= share <= found.measure_high
    assert found.low == found.high or num_stages > 2  # 10^8 bins of one are less than these have


def test_open_ends_and_what_cannot_be():
    space = small()
    costs = np.sort(by_hand(space)[0].flops)
    middle, n = float(costs[len(costs) // 2]), len(costs)
    low = budgeted.bounds(space, "flops", (-np.inf, middle), n, bins=10**8)
    high = budgeted.bounds(space, "flops", (middle + 1, np.inf), n, bins=10**8)
    assert low.low + high.low == low.high + high.high == n
    assert low.measure_high + high.measure_high == pytest.approx(1)
    everything = budgeted.bounds(space, "flops", (-np.inf, np.inf), n)
    assert (everything.low, everything.high) == (n, n)
    assert everything.measure_low == pytest.approx(1)
    for limits in ((0.0, float(costs[0]) - 1), (-5.0, -1.0), (float(costs[-1]) + 1, np.inf)):
        assert budgeted.bounds(space, "flops", limits, n, bins=10**8) == (0, 0, 0.0, 0.0)


def test_groups_that_may_not_divide_are_left_out():
    space = small("inverted", 2, width=[8, 12, 16, 24], expansion=[1, 3], group_width=[8, 12], depth=[1, 2])
    true, _, _ = expected(space, {})
    assert 0 < true < total(space)
    each = [stages.stage_tables(one, "acts") for one, _ in stages.combinations(space)]
    assert sum(int(stages.whole(tables, object)) for tables in each) == true
    costs = np.sort(by_hand(space)[0].params)
    limits = (float(costs[true // 4]), float(costs[true // 2]))
    inside, share, _ = expected(space, {"params": limits})
    found = budgeted.bounds(space, "params", limits, true, bins=10**8)
    assert found.low == found.high == inside
    assert found.measure_low <= share <= found.measure_high


def test_the_networks_own_numbers_may_vary():
    space = small(image_size=[24, 32], stem_width=[8, 16], head_width=[0 + 32, 64], width=[8, 24], depth=[1, 2])
    limits = (1e6, 4e6)
    true, share, _ = expected(space, {"flops": limits})
    found = budgeted.bounds(space, "flops", limits, total(space), bins=10**8)
    assert 0 < found.low == found.high == true
    assert found.measure_low <= share <= found.measure_high


def test_counts_beyond_doubles_are_widened_not_wrong():
    space = ns.get_space("anynetx_a")
    n = total(space)
    found = budgeted.bounds(space, "acts", (0.0, 1e6), n, bins=200)
    rest = budgeted.bounds(space, "acts", (1e6 + 1, np.inf), n, bins=200)
    assert found.low + rest.high == n == found.high + rest.low  # what is not below is above
    assert found.low < found.high


@pytest.mark.slow
@pytest.mark.parametrize("name", ["anynetx_a", "anynetx_b", "anynetx_c", "anynetx_d"])
def test_the_papers_spaces_are_within_a_percent_and_agree_with_draws(name):
    space = ns.get_space(name)
    found = space.size(flops=(360e6, 400e6))
    assert found.gap <= 0.01
    flops = space.unrestricted(np.random.default_rng(1).random((400_000, space.draws))).complexity.flops
    share, error = np.mean((flops >= 360e6) & (flops <= 400e6)), 4 * np.sqrt(0.02 / 400_000)
    assert found.measure_low - error <= share <= found.measure_high + error


@settings(max_examples=6, deadline=None)
@given(
    st.lists(st.floats(0.0, 1.2), min_size=2, max_size=4),
    st.sampled_from(["free", "shared", "increasing", "last free"]),
    st.sampled_from(["flops", "params", "acts"]),
)
def test_adjacent_budgets_add_up(parts, rule, quantity):
    space = RULES[rule](small(num_stages=3, width=[8, 16, 32], depth=[1, 2]))
    n = total(space)
    edges = sorted({int(part * 1e6) for part in parts})
    ends = [-np.inf, *edges, np.inf]
    pairs = [(a + 1, b) for a, b in zip(ends, ends[1:], strict=False)]
    found = [budgeted.bounds(space, quantity, pair, n, bins=500) for pair in pairs]
    assert sum(each.low for each in found) <= n <= sum(each.high for each in found)
    assert sum(each.measure_low for each in found) <= 1 + 1e-9
    assert sum(each.measure_high for each in found) >= 1 - 1e-9

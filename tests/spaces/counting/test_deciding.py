"""How a space is counted depends on the space alone, and each way agrees with decoding everything."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import netspace as ns
from netspace.errors import SpaceError
from netspace.spaces.counting import deciding
from netspace.spaces.counting.estimating import interval
from tests.spaces.counting.spaces_made import expected, line_space, small


def test_small_spaces_are_looked_at_one_by_one():
    space = small().order("width")
    limits = {"flops": (1e6, 4e6), "params": (None, 2e4)}
    size = space.size(**limits)
    found = expected(space, {"flops": (1e6, 4e6), "params": (-np.inf, 2e4)})
    assert (int(size), size.measure_low, size.networks) == (found[0], pytest.approx(found[1]), found[2])
    assert size.method == "enumeration"


def test_restrictions_are_kept():
    space = small().restrict("width_2 >= 2 * width_1")
    widths = [(a, b) for a in range(8, 41, 8) for b in range(8, 41, 8) if b >= 2 * a]
    size = space.size()
    assert (int(size), size.measure_low) == (len(widths) * 9 * 4, 1.0)
    one_by_one = small().restrict(lambda a: a.stages[1].depth == 1, architectures=True)
    assert int(one_by_one.size()) == 25 * 3 * 4


def test_spaces_of_functions():
    def make(width, depth):
        return None if width < depth else ns.anynet(depths=[depth], widths=[8 * width], image_size=32)

    space = ns.DesignSpace.from_function("Made", make, {"width": [1, 2, 3], "depth": [1, 2]})
    assert int(space.size()) == 5
    size = space.size(params=(None, 12_000))
    assert 0 < int(size) < 5
    assert size.networks == int(size)


def test_one_network_with_training_parameters():
    space = ns.DesignSpace.from_architecture("B0", ns.get_architecture("EfficientNet-B0"))
    assert int(space.size()) == 1
    space = space.vary(learning_rate=[0.1, 0.2], weight_decay=[1e-5, 1e-4, 1e-3])
    size = space.size(flops=(None, 1e9))
    assert (int(size), size.networks) == (6, 1)
    assert int(space.size(flops=(1e9, None))) == 0


def test_what_cannot_be_counted_is_estimated(monkeypatch):
    space = small().order("width").restrict("width_2 >= 2 * width_1")
    true, share, _ = expected(small().order("width"), {})
    exact = space.size(flops=(1e6, 4e6))
    monkeypatch.setattr(deciding, "ENUMERABLE", 0)
    monkeypatch.setattr(deciding, "DRAWS", 20_000)
    seen = []
    estimate = space.size(flops=(1e6, 4e6), progress=lambda done, total: seen.append((done, total)))
    assert estimate.method == "sampling"
    assert not estimate.is_exact
    assert seen[-1] == (40_000, 40_000)
    assert estimate.low <= int(exact) <= estimate.high <= true
    assert estimate.measure_low <= exact.measure_low <= estimate.measure_high
    assert share > 0


def test_piecewise_linear_functions_have_a_share_alone(monkeypatch):
    monkeypatch.setattr(deciding, "DRAWS", 2_000)
    size = ns.get_space("rexnet_5").size(flops=(25e6, 35e6))
    assert 0 < size.measure_low < size.measure_high < 1
    assert size.low == 0
    assert size.high == int(ns.get_space("rexnet_5").size())


def test_own_blocks_that_are_built_to_be_counted(monkeypatch):
    from torch import nn

    monkeypatch.setattr(deciding, "DRAWS_ONE_BY_ONE", 64)

    class Plain(nn.Sequential):
        def __init__(self, stage, shape):
            super().__init__(nn.Conv2d(shape.input_width, shape.width, 1, shape.stride))

    ns.register_block("counted_in_a_test")(Plain)
    space = small("counted_in_a_test", group_width=[1])
    assert int(space.size(params=(None, 1e9))) == 225
    wide = space.vary(width=ns.log_uniform(8, 800, 8))
    assert wide.size(params=(None, 1e9)).method == "sampling"


def test_lines_say_how_many_networks_they_give():
    space = ns.get_space("regnetx").fix(initial_width=24, group_width=8, bottleneck_ratio=1, depth=13)
    seen = []
    size = space.narrow(slope=(30, 40)).size(
        flops=(150e6, 250e6), params=(None, 3e6), progress=lambda *each: seen.append(each)
    )
    assert size.is_exact
    assert 0 < size.networks < int(size)
    assert seen[-1][0] == seen[-1][1]
    assert int(line_space(4).size()) == expected(line_space(4), {})[0]


def test_interval_holds_what_it_says():
    # 0 of n: 1 - 0.025^(1/n)
    assert interval(0, 100) == (0.0, pytest.approx(1 - 0.025**0.01))
    assert interval(100, 100) == (pytest.approx(0.025**0.01), 1.0)


@pytest.mark.parametrize("name", ["regnetx", "anynetx_a", "regnetx_training"])
def test_a_budget_beyond_every_network_is_answered_at_once(name: str):
    size = ns.get_space(name).size(flops=(1, 2))
    assert (int(size), size.networks, size.measure_high, size.method) == (0, 0, 0.0, "extremes")


def test_malformed_budgets_are_refused():
    with pytest.raises(SpaceError, match="is not a pair"):
        ns.get_space("anynetx_a").size(flops=5e6)


@settings(max_examples=6, deadline=None)
@given(st.integers(1, 5), st.integers(1, 5), st.integers(1, 3), st.sampled_from(["free", "increasing", "shared"]))
def test_narrowing_never_enlarges(low, high, depth, rule):
    space = small()
    space = {"free": space, "increasing": space.order("width"), "shared": space.share("width")}[rule]
    narrow = space.narrow(width=(8 * min(low, high), 8 * max(low, high)), depth=(None, depth))
    assert int(narrow.size()) <= int(space.size())
    assert int(narrow.size(flops=(1e6, 4e6))) <= int(space.size(flops=(1e6, 4e6)))
    assert int(space.size(flops=(0, 1e12))) == int(space.size())
    assert space.size(acts=(0, None)).measure_low == 1

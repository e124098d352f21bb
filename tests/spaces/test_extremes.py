"""Bounds on what a space costs: no network is beyond them, and where corners reach them they are exact."""

import numpy as np
import pytest

import netspace as ns
from netspace.random import stream
from netspace.spaces.extremes import certain_ends, excludes
from netspace.spaces.reach import corners

SMALL = {"image_size": 32, "stem": "cifar", "num_classes": 10}
SPACES = {
    "free": ns.get_space("anynetx_a", **SMALL),
    "ordered": ns.get_space("anynetx_e", block="y", **SMALL),
    "ungrouped": ns.get_space("anynetx_a", block="vr", **SMALL),
    "varied": ns.get_space("anynetx_a", **SMALL).vary(
        kernel=[3, 7], image_size=[20, 45], stem_width=[8, 40], head_width=[16, 64], bottleneck_ratio=[0.5, 3, 4]
    ),
    "awkward": ns.get_space("anynetx_a", **SMALL).vary(width=range(8, 60), group_width=[3, 5, 7]),
    "lines": ns.get_space("regnetx", **SMALL),
    "doubling": ns.get_space("regnetx_doubling", **SMALL),
    "fixed": ns.get_space("anynetx_a", **SMALL).fix(width=64, group_width=16),
}


@pytest.mark.parametrize("name", SPACES)
def test_no_network_is_beyond_them(name: str) -> None:
    space = SPACES[name]
    ends = certain_ends(space)
    assert ends is not None
    u = np.concatenate([corners(space), stream(0, "extremes").random((20_000, space.draws))])
    cost = space.evaluate(u).complexity
    for quantity, (low, high) in ends.items():
        assert low <= getattr(cost, quantity).min()
        assert getattr(cost, quantity).max() <= high


@pytest.mark.parametrize("name", ["free", "ordered", "ungrouped", "fixed"])
def test_where_corners_reach_them_they_are_exact(name: str) -> None:
    space = SPACES[name]
    cost = space.evaluate(corners(space)).complexity
    names = ("flops", "params", "acts")
    assert certain_ends(space) == {name: (getattr(cost, name).min(), getattr(cost, name).max()) for name in names}


@pytest.mark.parametrize(
    "space",
    [
        ns.get_space("anynetx_a", strides=(1, 2, 2, 2)),
        ns.get_space("regnetz"),
        ns.get_space("rexnet_9"),
        ns.DesignSpace.from_function("made", ns.rexnet, {"width": [1, 2]}),
    ],
    ids=lambda space: space.name,
)
def test_of_others_nothing_is_certain(space: ns.DesignSpace) -> None:
    assert certain_ends(space) is None
    assert not excludes(space, {"flops": (1, 2)})


def test_budgets_are_excluded_by_either_end() -> None:
    ends = certain_ends(SPACES["lines"])
    assert ends is not None
    low, high = ends["flops"]
    assert excludes(SPACES["lines"], {"flops": (-np.inf, low - 1)})
    assert excludes(SPACES["lines"], {"params": (0, np.inf), "flops": (high + 1, np.inf)})
    assert not excludes(SPACES["lines"], {"flops": (low, high)})
    assert not excludes(SPACES["lines"], {"latency": (0, 0)})

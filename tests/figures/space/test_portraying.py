"""The numbers of a space's picture are the space's."""

import numpy as np
import pytest

import netspace as ns
from netspace.errors import AnalysisError, SpaceError
from netspace.figures.space.portraying import PROFILES, acts_limit, params_limit, portray
from netspace.spaces.marginals import noise

SMALL = {"image_size": 32, "stem": "cifar", "num_classes": 10}


def test_stages_share_a_panel_and_their_draws_keep_to_the_space() -> None:
    portrait = portray(ns.get_space("anynetx_a"), 200)
    assert {name: len(curves) for name, curves in portrait.groups.items()} == {
        "depth": 4,
        "width": 4,
        "bottleneck_ratio": 4,
        "group_width": 4,
    }
    assert portrait.noise == noise(200, parameters=16)
    curves = [curve for group in portrait.groups.values() for curve in group]
    assert all(0 < curve.distance < portrait.noise for curve in curves)
    assert all(len(curve.drawn) == 200 and (np.diff(curve.drawn) >= 0).all() for curve in curves)
    assert [curve.stage for curve in portrait.groups["width"]] == [1, 2, 3, 4]
    assert portrait.accepted == 1
    assert portrait.within is None
    assert len(portrait.sample.flops) == 200
    assert len(portrait.profiles) == PROFILES
    assert portrait.image_size == 224


def test_a_line_keeps_some_of_the_draws() -> None:
    portrait = portray(ns.get_space("regnetx"), 300)
    assert 0.1 < portrait.accepted < 0.2
    slope = portrait.groups["slope"][0]
    assert slope.stage is None
    assert slope.own.distance(slope.kept) > portrait.noise > slope.distance  # rejecting changes the distribution
    assert all(list(widths) == sorted(widths) for widths in portrait.profiles)


def test_a_budget_has_its_own_sample() -> None:
    space = ns.get_space("anynetx_d", **SMALL)
    portrait = portray(space, 50, budget={"flops": ("4M", "6M")}, seed=2)
    expected = space.sample(50, flops=(4e6, 6e6), seed=2)
    assert portrait.within.flops.tolist() == expected.complexity.flops.tolist()
    assert portrait.groups["width"][0].within.tolist() == sorted(expected.parameters["width_1"].tolist())
    assert portrait.profiles == [network.block_widths for network in expected][:PROFILES]
    assert portrait.budget == "flops 4 MF to 6 MF"
    assert portrait.sample.flops.max() > 6e6


def test_the_seed_decides() -> None:
    first, same, other = (portray(ns.get_space("regnetx"), 30, seed=seed).sample.flops.tolist() for seed in (1, 1, 2))
    assert first == same != other


def test_fixed_parameters_have_no_panel() -> None:
    portrait = portray(ns.get_space("regnetx").fix(bottleneck_ratio=1), 30)
    assert list(portrait.groups) == ["depth", "initial_width", "slope", "width_multiplier", "group_width"]


def test_the_papers_limits() -> None:
    flops = np.array([0, 1e9, 4e9])
    assert params_limit(flops).tolist() == [3e6, 8.5e6, 25e6]
    assert acts_limit(flops).tolist() == [0, 6.5e6, 13e6]


def test_too_few_networks_and_budgets_that_none_meets_are_named() -> None:
    space = ns.get_space("anynetx_a")
    with pytest.raises(AnalysisError, match="from 1 networks: ask for at least 2"):
        portray(space, 1)
    with pytest.raises(SpaceError, match="flops"):
        portray(space, 10, budget={"flops": (1, 2)})


@pytest.mark.slow
@pytest.mark.parametrize("name", ns.list_spaces())
def test_draws_of_every_published_space_keep_to_it(name: str) -> None:
    portrait = portray(ns.get_space(name), 100)
    distances = [each.distance for group in portrait.groups.values() for each in group if each.distance is not None]
    allowed = noise(100, parameters=max(1, len(distances)), confidence=0.9999)  # 95 % would fail some of so many spaces
    assert all(distance <= allowed for distance in distances)

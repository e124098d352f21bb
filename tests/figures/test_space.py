"""The picture of a space: its numbers are the space's, and what is drawn says what they are."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

import netspace as ns
from netspace.errors import AnalysisError, SpaceError
from netspace.figures.space import PROFILES, Portrait, acts_limit, draw_space, params_limit, portray
from netspace.spaces.marginals import noise

SMALL = {"image_size": 32, "stem": "cifar", "num_classes": 10}


def drawn(portrait: Portrait, tmp_path: Path, **options: Any) -> str:
    """Gives the text of a figure drawn with letters as letters."""
    import matplotlib as mpl

    with mpl.rc_context({"svg.fonttype": "none"}):
        return draw_space(portrait, tmp_path / "figure.svg", **options).read_text(encoding="utf-8")


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


def test_small_spaces_and_those_of_one_network(tmp_path: Path) -> None:
    tiny = ns.DesignSpace.from_stages("Tiny", num_stages=2, parameters={"depth": [1, 2], "width": 16})
    assert len(portray(tiny, 100).sample.flops) == 100
    one = ns.DesignSpace.from_architecture("B0", ns.get_architecture("EfficientNet-B0"))
    portrait = portray(one, 10)
    assert portrait.groups == {}
    assert "(b)" in drawn(portrait, tmp_path)


def test_functions_and_sizes_that_vary(tmp_path: Path) -> None:
    space = ns.DesignSpace.from_function("ReX", ns.rexnet, {"width": ns.uniform(0.5, 2, 0.1), "image_size": [64, 96]})
    portrait = portray(space, 20)
    assert portrait.image_size is None
    text = drawn(portrait, tmp_path)
    assert "image size" in text
    assert "RegNet paper" not in text


def test_the_papers_limits() -> None:
    flops = np.array([0, 1e9, 4e9])
    assert params_limit(flops).tolist() == [3e6, 8.5e6, 25e6]
    assert acts_limit(flops).tolist() == [0, 6.5e6, 13e6]


def test_the_picture_says_what_it_shows(tmp_path: Path) -> None:
    text = drawn(portray(ns.get_space("regnetx"), 60, budget={"flops": (360e6, 400e6)}), tmp_path)
    for words in (
        "RegNetX at 224 px, n = 60; within the budget: flops 360 MF to 400 MF",
        "noise of n = 60 (95 %, all at once)",
        "kept: networks of the space (",
        "within the budget",
        "RegNet paper: params ≤ 3M + 5.5M F (F in GF)",
        "RegNet paper: acts ≤ 6.5M √F (F in GF)",
        "20 random networks (lighter: deeper)",
        "slope wₐ",
        "distance 0.",
    ):
        assert words in text


def test_limits_are_drawn_at_their_size_alone(tmp_path: Path) -> None:
    text = drawn(portray(ns.get_space("anynetx_a", **SMALL), 30), tmp_path, title="$1 \\frac")
    assert "RegNet paper" not in text
    assert "kept" not in text
    assert "stage 4" in text
    assert "$1 \\frac" in text


def test_it_is_a_picture_of_the_width_asked_for(tmp_path: Path) -> None:
    with Image.open(draw_space(portray(ns.get_space("anynetx_a"), 50), tmp_path / "figure.png", width=8)) as picture:
        assert picture.width == 1600
        assert len(picture.convert("RGB").getcolors(maxcolors=1 << 20) or []) > 200


def test_what_cannot_be_drawn_is_said(tmp_path: Path) -> None:
    space = ns.get_space("anynetx_a")
    with pytest.raises(AnalysisError, match="from 1 networks: ask for at least 2"):
        portray(space, 1)
    with pytest.raises(SpaceError, match="flops"):
        portray(space, 10, budget={"flops": (1, 2)})
    portrait = portray(space, 5)
    with pytest.raises(AnalysisError, match=r"one of .*png"):
        draw_space(portrait, tmp_path / "figure.doc")
    with pytest.raises(AnalysisError, match="No such file"):
        draw_space(portrait, tmp_path / "none" / "figure.png")
    assert not list(tmp_path.iterdir())


@pytest.mark.slow
@pytest.mark.parametrize("name", ns.list_spaces())
def test_every_published_space_is_drawn(name: str, tmp_path: Path) -> None:
    portrait = portray(ns.get_space(name), 100)
    distances = [each.distance for group in portrait.groups.values() for each in group if each.distance is not None]
    allowed = noise(100, parameters=max(1, len(distances)), confidence=0.9999)  # 95 % would fail some of so many spaces
    assert all(distance <= allowed for distance in distances)
    assert draw_space(portrait, tmp_path / "figure.png").stat().st_size > 10_000

"""The picture of a space says what it shows."""

from pathlib import Path
from typing import Any

import pytest
from PIL import Image

import netspace as ns
from netspace.errors import AnalysisError
from netspace.figures.space import Portrait, draw_space, portray

SMALL = {"image_size": 32, "stem": "cifar", "num_classes": 10}


def drawn(portrait: Portrait, tmp_path: Path, **options: Any) -> str:
    """Gives the text of a figure drawn with letters as letters."""
    import matplotlib as mpl

    with mpl.rc_context({"svg.fonttype": "none"}):
        return draw_space(portrait, tmp_path / "figure.svg", **options).read_text(encoding="utf-8")


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


@pytest.mark.slow
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


def test_places_that_cannot_be_drawn_to_are_named(tmp_path: Path) -> None:
    portrait = portray(ns.get_space("anynetx_a"), 5)
    with pytest.raises(AnalysisError, match=r"one of .*png"):
        draw_space(portrait, tmp_path / "figure.doc")
    with pytest.raises(AnalysisError, match="cannot write '/dev/null/figure"):
        draw_space(portrait, "/dev/null/figure.png")
    assert not list(tmp_path.iterdir())


@pytest.mark.slow
@pytest.mark.parametrize("name", ns.list_spaces())
def test_every_published_space_is_drawn(name: str, tmp_path: Path) -> None:
    assert draw_space(portray(ns.get_space(name), 100), tmp_path / "figure.png").stat().st_size > 10_000

"""Width profiles: what is drawn is what was given, in pictures and in characters."""

import pytest

from netspace import zoo
from netspace.complexity import complexity
from netspace.errors import AnalysisError
from netspace.figures.profile import WidthProfile, legend, plot_top_models, text_widths


def profile(name: str) -> WidthProfile:
    model = zoo.find(name)
    stages, cost = model.architecture.stages, complexity(model.architecture)
    depths, widths = [s.depth for s in stages], [s.width for s in stages]
    error = model.published[0].error if model.published else None
    return WidthProfile(model.name, depths, widths, model.line, error, cost.flops, cost.params, cost.acts)


def test_legends_hold_all_that_a_network_needs() -> None:
    assert legend(profile("RegNetX-200MF")) == [
        "dᵢ = [1, 1, 4, 7]",
        "wᵢ = [24, 56, 152, 368]",
        "d = 13, w₀ = 24",
        "wₐ = 36.44, wₘ = 2.49",
        "b = 1, g = 8",
        "e = 31.1%, f = 199M",
        "p = 2.68M, a = 2.16M",
    ]
    assert legend(profile("ReXNet-x1.0"))[0] == "d = 16, w = 16 to 185"


def test_staircase_first_blocks_and_line() -> None:
    picture = plot_top_models([profile("regnetx_002")])
    panel = picture.panels[0]
    staircase, dots, rings, line = panel.marks
    widths = [24, 56, *[152] * 4, *[368] * 7]
    assert (list(staircase.y), list(dots.x), list(dots.y)) == ([24, *widths, 368], list(range(1, 14)), widths)
    assert (rings.x.tolist(), rings.y, rings.rings) == ([1, 2, 3, 7], [24, 56, 152, 368], True)
    assert line.y[[0, 1, 12]].tolist() == pytest.approx([24, 60.44, 24 + 36.44 * 12])
    assert (panel.title, panel.note.splitlines()) == ("RegNetX-200MF", legend(profile("regnetx_002")))
    assert (panel.y.log, panel.y.label, panel.x.label) == (True, "width (channels)", "block")
    assert "flops (multiply-adds)" in picture.note


def test_networks_that_are_no_line_have_none() -> None:
    assert len(plot_top_models([profile("resnet50")]).panels[0].marks) == 3


def test_many_networks_stand_in_a_grid_on_the_same_axes() -> None:
    names = ["regnetx_002", "regnety_004", "rexnet_100", "mobilenetv2_100", "resnet50"]
    picture = plot_top_models([profile(name) for name in names])
    assert (picture.grid, picture.shared) == ((2, 4), "xy")
    assert len({(panel.x.ends, panel.y.ends) for panel in picture.panels}) == 1
    assert picture.panels[0].x.ends == (0.4, 17.6)


def test_networks_without_blocks_are_named() -> None:
    with pytest.raises(AnalysisError, match="timm:x has no blocks to draw"):
        plot_top_models([WidthProfile("timm:x", (), ())])


def test_characters_show_eighths() -> None:
    assert text_widths([1, 2, 4, 8, 16], 40, 2).splitlines() == [
        "16 │                ████",
        " 0 │▁▁▁▁▂▂▂▂▄▄▄▄████████",
        "    1                  5",
    ]


def test_characters_without_unicode() -> None:
    drawn = text_widths([8, 16, 24], 12, 3, ascii_only=True)
    assert drawn.isascii()
    assert drawn.splitlines() == ["24 |    ##", "   |  ####", " 0 |######", "    1    3"]


def test_more_blocks_than_columns_share_them() -> None:
    lines = text_widths([8] * 100 + [64] * 100, 27, 2, ascii_only=True).splitlines()
    assert lines == ["64 |" + " " * 10 + "#" * 10, " 0 |" + "#" * 20, "    1" + "200".rjust(19)]
    assert max(map(len, lines)) <= 27


@pytest.mark.parametrize("columns", [12, 30, 80, 200])
@pytest.mark.parametrize("name", ["regnetx_002", "ResNet-152", "rexnet_100"])
def test_drawings_fit_the_terminal(name: str, columns: int) -> None:
    widths = profile(name).block_widths
    lines = text_widths(widths, columns, 8).splitlines()
    assert len(lines) == 9
    assert max(map(len, lines)) <= columns
    assert lines[0].startswith(str(max(widths)))
    assert lines[-1].split()[-1] == str(len(widths))


def test_the_smallest_block_is_still_seen() -> None:
    assert text_widths([1, 10_000], 20, 1).splitlines()[0] == "10000 │▁▁▁▁████"


@pytest.mark.parametrize(("widths", "columns", "rows"), [([], 80, 8), ([8], 4, 8), ([8], 80, 0)])
def test_drawings_need_widths_and_room(widths: list[int], columns: int, rows: int) -> None:
    with pytest.raises(AnalysisError, match="cannot be drawn"):
        text_widths(widths, columns, rows)

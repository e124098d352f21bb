"""Width profiles: what is drawn is what was given, in files and in characters."""

import re
from pathlib import Path

import pytest
from PIL import Image

from netspace import zoo
from netspace.complexity import complexity
from netspace.errors import AnalysisError
from netspace.figures.profile import WidthProfile, draw_widths, legend, text_widths


def profile(name: str) -> WidthProfile:
    model = zoo.find(name)
    stages, cost = model.architecture.stages, complexity(model.architecture)
    depths, widths = [s.depth for s in stages], [s.width for s in stages]
    error = model.published[0].error if model.published else None
    return WidthProfile(model.name, depths, widths, model.line, error, cost.flops, cost.params, cost.acts)


def svg_texts(path: Path) -> str:
    """Gives the texts of a figure: matplotlib draws glyphs, and keeps each text as a comment."""
    return " ".join(re.findall(r"<!-- (.*?) -->", path.read_text(encoding="utf-8")))


def test_legends_hold_all_that_a_network_needs() -> None:
    assert legend(profile("RegNetX-200MF")) == [
        "$d_i$ = [1, 1, 4, 7]",
        "$w_i$ = [24, 56, 152, 368]",
        "$d$ = 13, $w_0$ = 24, $w_a$ = 36.44, $w_m$ = 2.49",
        "$b$ = 1, $g$ = 8",
        "e = 31.1%, f = 199M, p = 2.68M, a = 2.16M",
    ]
    assert legend(profile("ReXNet-x1.0"))[0] == "$d$ = 16, $w$ = 16 to 185"


def test_one_network(tmp_path: Path) -> None:
    path = draw_widths([profile("regnetx_002")], tmp_path / "widths.png")
    with Image.open(path) as picture:
        assert picture.size == (840, 621)
        assert len(picture.convert("RGB").getcolors(maxcolors=1 << 20) or []) > 50
    texts = svg_texts(draw_widths([profile("regnetx_002")], tmp_path / "widths.svg"))
    for text in ("RegNetX-200MF", "width (channels)", "block", "24, 56, 152, 368", "flops (multiply-adds)", "dotted"):
        assert text in texts
    assert draw_widths([profile("regnetx_002")], tmp_path / "widths.pdf").read_bytes()[:5] == b"%PDF-"


def test_the_staircase_has_the_blocks_widths(tmp_path: Path) -> None:
    """The drawn steps, read back from the file, change where stages do, by the ratio of their widths."""
    path = draw_widths([WidthProfile("two", (3, 2), (16, 64))], tmp_path / "two.svg")
    outline = next(
        d for d in re.findall(r'<path d="(M[^"]+?)"[^>]*stroke-width: 1\.4', path.read_text(encoding="utf-8"))
    )
    points = [tuple(map(float, point.split())) for point in re.findall(r"[ML] ([\d.]+ [\d.]+)", outline)]
    heights = sorted({y for _, y in points}, reverse=True)  # in SVG, y points down
    assert len(heights) == 2
    low, high = ([x for x, y in points if y == height] for height in heights)
    block = (max(high) - min(low)) / 4  # from the first block to the fifth
    assert max(low) == pytest.approx(min(low) + 2.5 * block)
    assert min(high) == pytest.approx(max(low))


def test_many_networks_stand_in_a_grid(tmp_path: Path) -> None:
    names = ["regnetx_002", "regnety_004", "rexnet_100", "mobilenetv2_100", "resnet50"]
    with Image.open(draw_widths([profile(name) for name in names], tmp_path / "grid.png")) as picture:
        assert picture.size == (2720, 1006)
    texts = svg_texts(draw_widths([profile(name) for name in names], tmp_path / "grid.svg"))
    assert all(profile(name).name in texts for name in names)


def test_names_are_no_formulas(tmp_path: Path) -> None:
    hostile = WidthProfile("$w_0 costs \\frac $5", (1,), (8,))
    assert "costs" in svg_texts(draw_widths([hostile], tmp_path / "hostile.svg"))


@pytest.mark.parametrize(
    ("profiles", "name", "says"),
    [
        ([], "a.png", "no network to draw"),
        ([WidthProfile("timm:x", (), ())], "a.png", "timm:x has no blocks to draw"),
        ([WidthProfile("a", (1,), (8,))], "a.doc", "one of .*png"),
    ],
)
def test_what_cannot_be_drawn_is_named(profiles: list, name: str, says: str, tmp_path: Path) -> None:
    with pytest.raises(AnalysisError, match=says):
        draw_widths(profiles, tmp_path / name)
    assert not list(tmp_path.iterdir())


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

"""Figures show the numbers they were given: tests look at the data of the figures, not at pixels."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from netspace.analysis import edf, empirical_bootstrap
from netspace.errors import AnalysisError
from netspace.figures import Curves, Points, Profile, draw_edf, plot_curves, plot_edfs, plot_error_against, plot_widths
from netspace.figures.theme import MARKERS, PALETTE, label
from netspace.random import stream

HOSTILE = "<a href='https://example.org'>x</a>"
EDFS = {"AnyNetX_A": edf([18.0, 16.0, 20.0]), "RegNetX": edf([14.0, 15.0, 16.0, 13.0])}


def test_edfs_are_staircases_from_0_to_1() -> None:
    figure = plot_edfs(EDFS)
    line = figure.data[5]
    assert line.name == "RegNetX: n = 4, min 13.0, mean 14.5"
    assert line.line.shape == "hv"
    assert line.x[1:-1].tolist() == [13, 14, 15, 16]
    assert line.y.tolist() == [0, 0.25, 0.5, 0.75, 1, 1]
    assert line.x[0] < 13
    assert line.x[-1] > 20


def test_band_lies_around_the_staircase_and_begins_before_the_first_error() -> None:
    low, high, line = plot_edfs(EDFS).data[3:]
    margin = EDFS["RegNetX"].margin
    assert np.all(low.y <= line.y)
    assert np.all(line.y <= high.y)
    assert (low.y[0], high.y[0]) == (0, margin)
    assert (low.y[-1], high.y[-1]) == (1 - margin, 1)
    assert high.fill == "tonexty"


def test_a_population_has_one_color_in_every_figure() -> None:
    x = np.arange(8.0)
    against = plot_error_against("depth", {"RegNetX": Points(x, x, [""] * 8, place=1)})
    curves = plot_curves({"RegNetX": Curves([[3.0, 2.0]], [3.0, 2.0], place=1)})
    widths = plot_widths([Profile((8, 16), "#0")], place=1)
    colors = {plot_edfs(EDFS).data[5].line.color, against.data[0].marker.color}
    colors |= {curves.data[-1].line.color, widths.data[0].line.color}
    assert colors == {PALETTE[1]}
    assert len(set(PALETTE)) == len(set(MARKERS)) == 6


def test_more_populations_than_colors_start_over() -> None:
    figure = plot_edfs({str(i): edf([float(i)]) for i in range(7)})
    assert figure.data[2].line.color == figure.data[20].line.color


def test_error_against_a_number_shows_the_range_of_the_best() -> None:
    x, errors = stream(0, "x").uniform(8, 64, 40), stream(0, "errors").normal(20, 2, 40)
    best = empirical_bootstrap(x, errors)
    figure = plot_error_against("initial_width", {"RegNetX": Points(x, errors, ["#1"] * 40, best)})
    shade, median = figure.layout.shapes
    assert (shade.x0, shade.x1, median.x0) == (best.low, best.high, best.median)
    assert figure.data[0].x.tolist() == x.tolist()
    assert figure.layout.xaxis.title.text == "initial width w₀"


def test_too_few_networks_show_no_range() -> None:
    figure = plot_error_against("depth", {"A": Points(np.array([1.0]), np.array([9.0]), ["#0"])})
    assert figure.layout.shapes == ()


@pytest.mark.parametrize(
    ("x", "kind", "ticks"),
    [
        ([1, 2, 4], "log", (1, 2, 4)),
        ([8, 1024], "log", (8, 32, 128, 512)),
        ([2e4, 1e6], "log", (3e4, 1e5, 3e5, 1e6)),
        ([4e6, 6e6], None, None),
        ([0, 100], None, None),
    ],
)
def test_wide_positive_ranges_have_log_axes(x: list[float], kind: str | None, ticks: tuple[float, ...] | None) -> None:
    axis = plot_error_against("w", {"A": Points(np.array(x), np.array(x) * 0.0, [""] * len(x))}).layout.xaxis
    assert (axis.type, axis.tickvals) == (kind, ticks)


def test_widths_change_between_blocks() -> None:
    line = plot_widths([Profile((8, 8, 32), "#3")], depth=5).data[0]
    assert list(line.x) == [0.5, 1, 2, 3, 3.5]
    assert list(line.y) == [8, 8, 8, 32, 32]
    assert line.line.shape == "hvh"


def test_figures_side_by_side_share_axes() -> None:
    layout = plot_widths([Profile((8, 8), "#3")], depth=20, width=100).layout
    assert layout.xaxis.range[1] > 20
    assert layout.yaxis.range[1] > 100


def test_curves_of_all_networks_are_one_line_with_gaps() -> None:
    figure = plot_curves({"A": Curves([[90.0, 50.0], [80.0]], [85.0, 50.0])})
    networks, median = figure.data
    assert networks.x[[0, 1, 3]].tolist() == [1, 2, 1]
    assert np.isnan(networks.y[[2, 4]]).all()
    assert median.y.tolist() == [85, 50]


def test_empty_figures_are_figures() -> None:
    assert len(plot_edfs({}).data) == len(plot_error_against("depth", {}).data) == 0
    assert len(plot_widths([]).data) == len(plot_curves({}).data) == 0
    assert len(plot_curves({"A": Curves([], [])}).data) == 2


def test_names_are_shown_and_not_read_as_markup() -> None:
    one = np.array([1.0])
    figures = [
        plot_edfs({HOSTILE: edf([10.0])}, title=HOSTILE),
        plot_error_against(HOSTILE, {HOSTILE: Points(one, one, [HOSTILE])}),
        plot_widths([Profile((8,), HOSTILE)]),
        plot_curves({HOSTILE: Curves([[1.0]], [1.0])}),
    ]
    for figure in figures:
        assert "<a" not in figure.to_json()
        assert "&lt;a" in figure.to_json()


def test_labels_name_symbols_and_stages() -> None:
    assert label("slope") == "slope wₐ"
    assert label("group_width_4") == "group width g, stage 4"
    assert label("own_2") == "own 2"


def test_paper_figure_is_a_picture_of_the_size_asked_for(tmp_path: Path) -> None:
    path = draw_edf(EDFS, tmp_path / "edf.png", title="RegNetX beats AnyNetX_A by $1 \\frac", width=5)
    with Image.open(path) as picture:
        assert picture.size == (1000, 620)
        assert len(picture.convert("RGB").getcolors(maxcolors=1 << 20) or []) > 50


def test_paper_figure_is_written_as_its_suffix_says(tmp_path: Path) -> None:
    assert b"<svg" in draw_edf(EDFS, tmp_path / "edf.svg").read_bytes()[:1000]


@pytest.mark.parametrize(
    ("edfs", "name", "says"), [({}, "edf.png", "no EDF to draw"), (EDFS, "edf.doc", "one of .*png")]
)
def test_paper_figure_refuses_what_it_cannot_draw(
    tmp_path: Path, edfs: dict[str, object], name: str, says: str
) -> None:
    with pytest.raises(AnalysisError, match=says):
        draw_edf(edfs, tmp_path / name)
    assert not list(tmp_path.iterdir())

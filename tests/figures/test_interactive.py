"""What plotly.js is given is valid, shows the numbers of the marks, and reads no name as markup."""

from typing import Any

import numpy as np
import plotly.graph_objects as go
import pytest

from netspace.figures import Axis, Dots, Line, Panel, Picture
from netspace.figures.theme import PALETTE
from tests.figures.pictures_made import EMPTY, HOSTILE, KINDS


def traces(picture: Picture, **wanted: Any) -> list[dict[str, Any]]:
    return [trace for trace in picture.json()["data"] if all(trace.get(key) == each for key, each in wanted.items())]


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_is_valid_whatever_the_names(kind: str) -> None:
    for name in HOSTILE:
        figure = go.Figure(KINDS[kind](name).json())  # plotly's own check of each part
        assert len(figure.data) > 0
        assert "<a" not in figure.to_json()


@pytest.mark.parametrize("kind", EMPTY)
def test_empty_pictures_are_valid(kind: str) -> None:
    go.Figure(EMPTY[kind].json())


def test_names_are_shown_as_they_are() -> None:
    line = traces(KINDS["edfs"]("<b>A & B</b>"), mode="lines", showlegend=True)[0]
    assert line["name"].startswith("&lt;b&gt;A &amp; B&lt;/b&gt;: n = 24")


def test_a_line_is_preceded_by_the_edges_of_its_band() -> None:
    mark = Line([1, 2, 3], [1, 2, 3], "A", 1, low=[0, 1, np.nan], high=[2, 3, np.nan], steps="hv")
    low, high, line = Picture([Panel(Axis("x"), Axis("y"), [mark])]).json()["data"]
    assert (low["y"].tolist(), high["y"].tolist(), low["x"].tolist()) == ([0, 1], [2, 3], [1, 2])
    assert (line["y"].tolist(), line["name"]) == ([1, 2, 3], "A")
    assert {each["line"]["shape"] for each in (low, high, line)} == {"hv"}
    assert (high["fill"], line["line"]["color"]) == ("tonexty", PALETTE[1])


def test_a_single_point_of_a_line_is_seen() -> None:
    line = Line([1, 2], [5, np.nan])
    assert traces(Picture([Panel(Axis("x"), Axis("y"), [line])]))[0]["mode"] == "lines+markers"


def test_names_are_listed_once_and_colors_hidden_together() -> None:
    picture = KINDS["training"]("RegNetX")
    assert [trace["showlegend"] for trace in traces(picture)] == [True, False, False]
    assert {trace["legendgroup"] for trace in traces(picture)} == {"0"}


def test_titles_stand_above_the_names() -> None:
    layout = KINDS["edfs"]("A").json()["layout"]
    assert layout["legend"]["title"]["text"] == "A beats it by 1.0\u00a0%"
    assert "title" not in layout
    alone = Picture([Panel(Axis("x"), Axis("y"))], title="Nothing is listed").json()["layout"]
    assert alone["title"]["text"] == "Nothing is listed"


def test_notes_stand_below_all() -> None:
    layout = KINDS["top_models"]("A").json()["layout"]
    assert any(note["text"].startswith("d: depth") and note["yref"] == "paper" for note in layout["annotations"])


def test_panels_fill_the_picture_without_overlap() -> None:
    layout = KINDS["top_models"]("A").json()["layout"]
    left = [layout[f"xaxis{name}"]["domain"] for name in ("", 2, 3, 4)]
    assert all(a[1] < b[0] for a, b in zip(left, left[1:], strict=False))
    assert (left[0][0], left[-1][1]) == (0, 1)
    assert layout["yaxis5"]["domain"][1] < layout["yaxis"]["domain"][0]
    assert layout["yaxis"]["domain"][1] < 1  # room for the panels' titles


def test_shared_axes_go_together() -> None:
    layout = KINDS["training"]("A").json()["layout"]
    assert "matches" not in layout["yaxis"]
    assert (layout["yaxis2"]["matches"], layout["yaxis2"]["title"]["text"]) == ("y", "")
    assert "matches" not in layout["xaxis2"]


def test_axes_are_as_given() -> None:
    layout = KINDS["marks"]("A").json()["layout"]
    assert (layout["xaxis"]["type"], layout["xaxis"]["tickformat"]) == ("log", "~e")
    assert (layout["yaxis"]["tickformat"], layout["yaxis"]["range"]) == (".0%", [0, 1])
    assert (layout["xaxis2"]["tickvals"], layout["xaxis2"]["ticktext"]) == ([0, 1, 2], ["A", "b", "c"])


def test_heat_has_a_scale_beside_its_own_panel() -> None:
    marks, heated = KINDS["marks"]("A"), Dots([1, 2], [1, 2], heat=[3, 4], heat_label="error")
    scale = traces(marks)[2]["marker"]["colorbar"]
    layout = marks.json()["layout"]
    assert layout["xaxis"]["domain"][1] < scale["x"] < layout["xaxis2"]["domain"][0]
    alone = Picture([Panel(Axis("x"), Axis("y"), [heated])]).json()["data"][0]["marker"]
    assert (alone["color"].tolist(), alone["colorbar"]["title"]["text"]) == ([3, 4], "error")


def test_bars_reach_from_low_to_high() -> None:
    dots = next(trace for trace in traces(KINDS["marks"]("A")) if "error_y" in trace)
    assert (dots["error_y"]["array"].tolist(), dots["error_y"]["arrayminus"].tolist()) == ([1e5, 1e5], [1e5, 2e5])
    assert (dots["mode"], dots["text"]) == ("markers+text", ["A", "b"])


def test_spans_and_rules_are_shapes_of_their_panel() -> None:
    shapes = KINDS["marks"]("A").json()["layout"]["shapes"]
    upright, level, span, middle, _ = shapes
    assert (upright["x0"], upright["yref"], level["y0"], level["xref"]) == (5e-4, "y domain", 0.5, "x domain")
    assert (span["x0"], span["x1"], middle["x0"]) == (2e-4, 4e-4, 3e-4)


def test_rows_of_panels_have_a_height_and_a_single_row_fills_the_page() -> None:
    assert "height" not in KINDS["edfs"]("A").json()["layout"]
    assert KINDS["top_models"]("A").json()["layout"]["height"] > 600

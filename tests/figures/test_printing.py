"""Every picture becomes a file, whatever the names in it."""

from pathlib import Path

import matplotlib as mpl
import numpy as np
import pytest
from PIL import Image

from netspace.errors import AnalysisError
from netspace.figures import Axis, Dots, Line, Panel, Picture, check_picture, plot_edfs
from netspace.figures.printing import draw
from tests.figures.pictures_made import EMPTY, HOSTILE, KINDS


def words(picture: Picture, path: Path) -> str:
    """Gives the text of a picture drawn with letters as letters."""
    with mpl.rc_context({"svg.fonttype": "none"}):
        return picture.save(path / "picture.svg").read_text(encoding="utf-8")


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_becomes_every_file(kind: str, tmp_path: Path) -> None:
    picture = KINDS[kind]("RegNetX")
    assert picture.save(tmp_path / "a.pdf").read_bytes().startswith(b"%PDF-")
    assert b"<svg" in picture.save(tmp_path / "a.svg").read_bytes()[:1000]
    with Image.open(picture.save(tmp_path / "a.png")) as image:
        assert len(image.convert("RGB").getcolors(maxcolors=1 << 20) or []) > 50


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_is_drawn_whatever_the_names(kind: str, tmp_path: Path) -> None:
    for name in HOSTILE:
        assert KINDS[kind](name).save(tmp_path / "a.svg").stat().st_size > 1000


@pytest.mark.slow
def test_every_mark_becomes_every_file_whatever_the_names(tmp_path: Path) -> None:
    for name in HOSTILE:
        for suffix in ("pdf", "svg", "png"):
            assert KINDS["marks"](name).save(tmp_path / f"a.{suffix}").stat().st_size > 1000


@pytest.mark.parametrize("suffix", ["pdf", "svg", "png", "html"])
def test_the_same_picture_is_the_same_file(suffix: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    written = []
    for second in ("0", "86400"):  # what matplotlib takes for the time of drawing
        monkeypatch.setenv("SOURCE_DATE_EPOCH", second)
        written.append(KINDS["edfs"]("A").save(tmp_path / f"{second}.{suffix}").read_bytes())
    assert written[0] == written[1]


@pytest.mark.parametrize("kind", [kind for kind, picture in EMPTY.items() if picture.panels])
def test_empty_pictures_are_drawn(kind: str, tmp_path: Path) -> None:
    assert EMPTY[kind].save(tmp_path / "a.svg").stat().st_size > 1000


def test_all_texts_are_written(tmp_path: Path) -> None:
    text = words(KINDS["marks"]("$x$ name"), tmp_path)
    assert text.count("$x$ name") >= 10
    for word in ("n = 3", "1e-4", "100k", "40%"):
        assert word in text


def test_names_that_begin_with_an_underscore_are_listed() -> None:
    legend = draw(KINDS["edfs"]("_name")).axes[0].get_legend()
    assert [text.get_text().strip("\u200b")[:9] for text in legend.get_texts()] == ["_name: n ", "_name B: "]


def test_the_drawn_line_has_the_marks_numbers() -> None:
    figure = draw(Picture([Panel(Axis("x"), Axis("y", ends=(0, 9)), [Line([1, 2], [3, 5], "A")])]))
    line = figure.axes[0].lines[0]
    assert (list(line.get_xdata()), list(line.get_ydata()), figure.axes[0].get_ylim()) == ([1, 2], [3, 5], (0, 9))


def test_later_marks_lie_above_earlier_ones() -> None:
    axes = draw(Picture([Panel(Axis("x"), Axis("y"), [Line([1, 2], [3, 5]), Dots([1], [3])])])).axes[0]
    assert axes.lines[0].get_zorder() < axes.collections[0].get_zorder()


def test_many_names_stand_above_and_fit_the_width() -> None:
    edfs = {f"a population with a long name, {i}": KINDS["edfs"]("A").panels[0] for i in range(8)}
    lines = [Line([1, 2], [1, 2], name, i) for i, name in enumerate(edfs)]
    figure = draw(Picture([Panel(Axis("x"), Axis("y"), lines)], title="a title"))
    figure.draw_without_rendering()
    legend = figure.legends[0]
    assert legend.get_title().get_text() == "a title"
    assert legend.get_window_extent().x0 >= 0
    assert legend.get_window_extent().x1 <= figure.bbox.x1


def test_a_legend_lies_over_no_note() -> None:
    marks = [Line([1, 2], [1, 2], "A"), Line([1, 2], [2, 1], "B", 1)]
    figure = draw(Picture([Panel(Axis("x"), Axis("y"), marks, note="A: n = 2\nB: n = 2")]))
    figure.draw_without_rendering()
    (note,) = figure.axes[0].texts
    assert figure.legends[0].get_window_extent().y0 >= note.get_window_extent().y1


def test_titles_and_names_of_several_panels_do_not_overlap() -> None:
    figure = draw(KINDS["training"]("A"))
    figure.draw_without_rendering()
    assert figure.legends[0].get_window_extent().y0 >= max(axes.bbox.y1 for axes in figure.axes)


def test_shared_axes_are_written_at_the_edges() -> None:
    axes = draw(KINDS["top_models"]("A")).axes
    assert [each.get_ylabel() != "" for each in axes[:5]] == [True, False, False, False, True]
    assert [each.get_xlabel() != "" for each in axes[:5]] == [False, True, True, True, True]
    assert len({each.get_ylim() for each in axes[:5]}) == 1


@pytest.mark.slow
def test_it_is_as_wide_as_asked_for(tmp_path: Path) -> None:
    for width, pixels in ((None, 1280), (5, 1000)):
        with Image.open(KINDS["edfs"]("A").save(tmp_path / "a.png", width=width)) as image:
            assert image.width == pixels
    with Image.open(KINDS["top_models"]("A").save(tmp_path / "a.png")) as image:
        assert image.width == 2720


@pytest.mark.parametrize("width", [-1, 0, "a", float("nan"), 1e6, True])
def test_a_width_is_a_number_of_inches_above_0(width: object, tmp_path: Path) -> None:
    for suffix in ("pdf", "html"):
        with pytest.raises(AnalysisError, match=r"inches wide: give a number above 0 and up to 200"):
            KINDS["edfs"]("A").save(tmp_path / f"a.{suffix}", width=width)


def test_a_folder_is_made(tmp_path: Path) -> None:
    assert KINDS["edfs"]("A").save(tmp_path / "new" / "deep" / "a.svg").exists()


def test_a_page_fills_its_window_and_follows_its_colors(tmp_path: Path) -> None:
    text = KINDS["edfs"]("<b>A").save(tmp_path / "a.html").read_text(encoding="utf-8")
    head = text[: text.index("</head>")]
    assert '<meta name="viewport" content="width=device-width, initial-scale=1">' in head
    assert "color-scheme: light dark" in head
    assert "margin: 0" in head
    assert "<title>&lt;b&gt;A beats it" in head


def test_a_legend_covers_no_line() -> None:
    corners = [Line([0, 1, 1, 0, 0, 1], [0, 0, 1, 1, 0, 1], "a name that is long enough to lie over something", 1)]
    many = [Line(np.linspace(0, 1, 50), np.full(50, i / 20), "", i) for i in range(20)]
    axis = Axis("x", ends=(0, 1))
    crowded = draw(Picture([Panel(axis, axis, [*corners, *many])], title="Title"))
    assert crowded.axes[0].get_legend() is None
    assert (crowded.legends[0].get_title().get_text(), crowded.axes[0].get_title()) == ("Title", "")
    free = draw(Picture([Panel(axis, axis, [Line([0, 1], [0, 0.1], "A")])], title="Title"))
    assert (len(free.legends), free.axes[0].get_title()) == (0, "Title")


def test_pages_are_no_format_of_figures_without_script() -> None:
    assert check_picture("a.html", pages=True) == Path("a.html")
    with pytest.raises(AnalysisError, match=r"one of [^.]*png"):
        check_picture("a.html")


def test_long_titles_are_wrapped() -> None:
    title = draw(plot_edfs({}, title="RegNetX beats AnyNetX_A. " * 8)).axes[0].get_title()
    assert [len(line) < 96 for line in title.splitlines()] == [True] * 3

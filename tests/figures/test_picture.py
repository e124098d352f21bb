"""A picture knows how its panels stand, and refuses what cannot be drawn."""

from pathlib import Path

import numpy as np
import pytest

from netspace.errors import AnalysisError
from netspace.figures import Axis, Dots, Line, Panel, Picture, Region
from tests.figures.pictures_made import EMPTY, KINDS

PANEL = Panel(Axis("x"), Axis("y"))


@pytest.mark.parametrize(("panels", "grid"), [(0, (1, 1)), (1, (1, 1)), (2, (1, 2)), (4, (1, 4)), (5, (2, 3))])
def test_panels_stand_in_few_full_rows(panels: int, grid: tuple[int, int]) -> None:
    assert Picture([PANEL] * panels).grid == grid


def test_columns_may_be_given() -> None:
    assert Picture([PANEL] * 5, columns=4).grid == (2, 4)
    assert Picture([PANEL] * 2, columns=4).grid == (1, 2)


def test_shared_axes_are_written_at_the_edges() -> None:
    both = Picture([PANEL] * 5, columns=3, shared="xy")
    assert [both.hides(i) for i in range(5)] == [
        *[(True, False), (True, True)],
        *[(False, True)],  # nothing stands below it
        *[(False, False), (False, True)],
    ]
    assert Picture([PANEL] * 5, shared="y").hides(1) == (False, True)
    assert Picture([PANEL] * 5).hides(1) == (False, False)


def test_bands_have_edges_where_both_are_known() -> None:
    line = Line([1, 2, 3], [1, 2, 3], low=[0, np.nan, -np.inf], high=[2, 3, 4])
    x, low, high = line.edges
    assert (x.tolist(), low.tolist(), high.tolist()) == ([1], [0], [2])
    assert Line([1], [1], low=[np.nan], high=[1]).edges is None
    assert Line([1], [1]).edges is None


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (lambda: Line([1, 2], [1, 2, 3]), "as many of each: given x 2, y 3"),
        (lambda: Line([1], [1], "A", low=[1, 2], high=[1]), "of A: given x 1, y 1, low 2, high 1"),
        (lambda: Dots([1], [1], labels=["a", "b"]), "x 1, y 1, labels 2"),
        (lambda: Dots([1], [1], heat=[1, 2]), "heat 2"),
        (lambda: Region([1], 2), "y no list of numbers"),
    ],
)
def test_marks_have_as_many_of_each(make, says: str) -> None:
    with pytest.raises(AnalysisError, match=says):
        make()


def test_places_that_cannot_be_drawn_to_are_named(tmp_path: Path) -> None:
    picture = KINDS["edfs"]("A")
    with pytest.raises(AnalysisError, match=r"suffix must be one of pdf, svg, png, html \(or"):
        picture.save(tmp_path / "a.doc")
    (tmp_path / "file").touch()
    with pytest.raises(AnalysisError, match=r"cannot write .*file/a.png': File exists"):
        picture.save(tmp_path / "file" / "a.png")
    (tmp_path / "file").unlink()
    with pytest.raises(AnalysisError, match="no panel"):
        EMPTY["top_models"].save(tmp_path / "a.png")
    assert not list(tmp_path.iterdir())


def test_pages_open_without_a_network(tmp_path: Path) -> None:
    text = KINDS["edfs"]("RegNetX").save(tmp_path / "edfs.html").read_text(encoding="utf-8")
    assert "RegNetX: n = 24" in text
    assert len(text) > 1_000_000  # plotly.js is inside
    assert "<script src" not in text


def test_notebooks_show_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("plotly.io.renderers.default", "plotly_mimetype")  # what plotly chooses in a notebook
    assert "application/vnd.plotly.v1+json" in KINDS["edfs"]("A")._repr_mimebundle_()
    assert repr(KINDS["edfs"]("A")) == "<Picture: 1 panel>"

"""Notes cover no points."""

import numpy as np

from netspace.figures import Axis, Dots, Line, Panel, Picture
from netspace.figures.corners import place_notes

GRID = [each.ravel() for each in np.meshgrid(np.linspace(1, 100, 9), np.linspace(1, 100, 9))]


def panel(*marks: Line | Dots, note: str = "n = 4", y: Axis | None = None) -> Panel:
    return Panel(Axis("x"), y or Axis("y"), marks, note=note)


def test_the_emptiest_corner_is_taken() -> None:
    x = np.linspace(0, 1, 20)
    placed, corners = place_notes(Picture([panel(Line(x, x)), panel(Line(x, -x)), panel()]))
    assert corners == [("right", "bottom"), ("right", "top"), ("right", "top")]
    assert [each.y.ends for each in placed.panels] == [None] * 3


def test_room_is_made_where_no_corner_is_empty() -> None:
    for y in (Axis("y"), Axis("y", log=True), Axis("y", log=True, ends=(0.9, 110))):
        placed, ((_, high),) = place_notes(Picture([panel(Dots(*GRID), note="a\nb\nc", y=y)]))
        low, top = np.log(placed.panels[0].y.ends) if y.log else placed.panels[0].y.ends
        ends = np.log([1, 100]) if y.log else [1, 100]
        free = (top - ends[1] if high == "top" else ends[0] - low) / (top - low)
        assert 0.18 < free < 0.4


def test_without_a_note_axes_stay() -> None:
    picture = Picture([panel(Dots(*GRID), note="")])
    assert place_notes(picture)[0].panels[0].y == Axis("y")


def test_shared_axes_stay_the_same() -> None:
    crowded, empty = panel(Dots(*GRID)), panel(note="")
    placed, _ = place_notes(Picture([crowded, empty], shared="y"))
    assert placed.panels[0].y == placed.panels[1].y
    assert placed.panels[0].y.ends[1] > 104


def test_bars_are_seen() -> None:
    dots = Dots([1, 2, 3, 4], [1, 1, 1, 1], low=[0] * 4, high=[10] * 4)
    assert place_notes(Picture([panel(dots)]))[0].panels[0].y.ends is not None

"""The evidence of a move tells kept networks from dropped ones."""

import numpy as np
import pytest

from netspace.analysis import edf
from netspace.errors import AnalysisError
from netspace.figures import Evidence, plot_moves

X, ERRORS = np.array([8.0, 12, 16, 40, 44]), np.array([20.0, 21, 22, 30, 31])
KEPT = X <= 16


def test_both_sides_have_dots_and_a_distribution_of_the_same_color() -> None:
    sides = edf(ERRORS[KEPT]), edf(ERRORS[~KEPT])
    left, right = plot_moves({"depth <= 16: 9.5 points": Evidence("depth", X, ERRORS, KEPT, *sides)}).panels
    assert left.title == "depth <= 16: 9.5 points"
    kept, dropped = left.marks
    assert (kept.x.tolist(), kept.y.tolist()) == ([8, 12, 16], [20, 21, 22])
    assert (dropped.x.tolist(), dropped.y.tolist()) == ([40, 44], [30, 31])
    assert [mark.name for mark in right.marks] == [kept.name, dropped.name]
    assert [mark.color for mark in right.marks] == [kept.color, dropped.color] == [0, 1]
    assert right.marks[1].x[1:-1].tolist() == [30, 31]
    assert right.note == "kept: n = 3, min 20.0, mean 21.0\ndropped: n = 2, min 30.0, mean 30.5"
    assert (left.x.label, left.x.log) == ("depth (blocks)", True)


def test_options_are_written_at_the_axis_and_their_dots_spread() -> None:
    codes = np.array([0.0, 0, 1, 2, 2])
    picture = plot_moves({"drop": Evidence("op", codes, ERRORS, codes != 2, None, None, ["conv", "pool", None])})
    axis, (kept, dropped) = picture.panels[0].x, picture.panels[0].marks
    assert (axis.ticks, axis.tick_texts, axis.ends) == ([0, 1, 2], ["conv", "pool", "None"], (-0.5, 2.5))
    assert kept.labels == ["conv", "conv", "pool"]
    assert np.rint(kept.x).tolist() == [0, 0, 1]
    assert len(set(kept.x)) == 3
    assert np.rint(dropped.x).tolist() == [2, 2]


def test_a_side_without_networks_is_left_out() -> None:
    left, right = plot_moves({"": Evidence("depth", X, ERRORS, ~KEPT & False, None, edf(ERRORS))}).panels
    assert [mark.name for mark in left.marks] == ["dropped"]
    assert [(mark.name, mark.color) for mark in right.marks] == [("dropped", 1)]


def test_all_numbers_belong_to_the_same_networks() -> None:
    with pytest.raises(AnalysisError, match="of depth: given x 5, errors 5, inside 2"):
        plot_moves({"": Evidence("depth", X, ERRORS, [True, False], None, None)})


def test_several_moves_stand_below_each_other() -> None:
    why = Evidence("depth", X, ERRORS, KEPT, edf(ERRORS[KEPT]), edf(ERRORS[~KEPT]))
    picture = plot_moves({"one": why, "two": why, "three": why})
    assert picture.grid == (3, 2)
    assert [panel.title for panel in picture.panels[::2]] == ["one", "two", "three"]

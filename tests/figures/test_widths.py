"""Widths are staircases, block by block."""

import pytest

from netspace.figures import Profile, plot_widths
from netspace.figures.widths import log_width_axis


def test_widths_change_between_blocks() -> None:
    line = plot_widths({"best": [Profile((8, 8, 32), "#3")]}).panels[0].marks[0]
    assert list(line.x) == [0.5, 1, 2, 3, 3.5]
    assert list(line.y) == [8, 8, 8, 32, 32]
    assert (line.steps, line.label) == ("hvh", "#3")


def test_the_first_is_the_strongest() -> None:
    lines = plot_widths({"best": [Profile((8,), str(i)) for i in range(9)]}, place=1).panels[0].marks
    assert lines[0].width > lines[1].width
    assert [line.opacity for line in lines[:2]] == pytest.approx([1, 0.82])
    assert min(line.opacity for line in lines) == 0.35
    assert {line.color for line in lines} == {1}


def test_groups_stand_side_by_side_on_the_same_axes() -> None:
    picture = plot_widths({"best": [Profile((8, 8, 32), "#3")], "worst": [Profile((64,) * 20, "#1")]})
    assert ([panel.title for panel in picture.panels], picture.shared) == (["best", "worst"], "xy")
    assert {panel.x.ends for panel in picture.panels} == {(0.4, 20.6)}
    assert all(panel.y.ends[1] > 64 for panel in picture.panels)


def test_widths_on_log_axes_have_room_and_ticks() -> None:
    axis = log_width_axis([[16, 64], [100]])
    assert (axis.log, axis.ticks, axis.ends) == (True, [16, 32, 64], (12.8, 125))
    assert not log_width_axis([]).log

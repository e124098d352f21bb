"""Families of named networks are joined in order, and each network has its name."""

import pytest

from netspace.errors import AnalysisError
from netspace.figures import Dots, OtherPoints, plot_against_others


def test_families_are_joined_in_order_and_labeled() -> None:
    family = OtherPoints([8e8, 2e8, 4e8], [24.8, 31.1, 27.4], ["800MF", "200MF", "400MF"], 3)
    panel = plot_against_others({"flops": {"RegNetX": family}}).panels[0]
    line, dots = panel.marks
    assert (line.x.tolist(), line.y.tolist()) == ([2e8, 4e8, 8e8], [31.1, 27.4, 24.8])
    assert (dots.labels, dots.written, dots.name) == (["200MF", "400MF", "800MF"], True, "RegNetX")
    assert (dots.x.tolist(), line.color, dots.color) == (line.x.tolist(), 3, 3)
    assert (panel.x.label, panel.y.label) == ("flops (multiply-adds)", "error (%)")


def test_single_networks_and_those_that_are_no_family_have_no_line() -> None:
    single, loose = OtherPoints([1], [2], ["a"]), OtherPoints([1, 2], [2, 1], ["a", "b"], joined=False)
    marks = plot_against_others({"acts": {"A": single, "B": loose}}).panels[0].marks
    assert [type(mark) for mark in marks] == [Dots, Dots, Dots]
    assert [(mark.name, mark.labels, mark.written) for mark in marks[1:]] == [("B", ["b"], True), ("", ["a"], False)]


def test_names_are_written_where_there_is_room_and_only_if_they_are_names() -> None:
    crowded = OtherPoints([1.0, 1.001, 9.0], [20.0, 20.01, 30.0], ["best", "behind", "far"])
    numbers = OtherPoints([5.0], [25.0], ["#448"], 1, written=False)
    marks = plot_against_others({"acts": {"A": crowded, "B": numbers}}).panels[0].marks
    written = [label for mark in marks if isinstance(mark, Dots) and mark.written for label in mark.labels]
    assert written == ["best", "far"]


def test_every_network_needs_a_name() -> None:
    with pytest.raises(AnalysisError, match="of A: given x 2, errors 2, names 1"):
        plot_against_others({"acts": {"A": OtherPoints([1, 2], [2, 1], ["a"])}})

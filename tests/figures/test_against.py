"""Error is drawn against the numbers given, with the range of the best."""

import numpy as np

from netspace.analysis import empirical_bootstrap
from netspace.figures import Dots, Points, Span, plot_error_against
from netspace.random import stream

X, ERRORS = stream(0, "x").uniform(8, 64, 40), stream(0, "errors").normal(20, 2, 40)


def test_the_range_of_the_best_is_shaded() -> None:
    best = empirical_bootstrap(X, ERRORS)
    panel = plot_error_against({"initial_width": {"RegNetX": Points(X, ERRORS, ["#1"] * 40, best, 3)}}).panels[0]
    span, dots = panel.marks
    assert (span.low, span.middle, span.high, span.color) == (best.low, best.median, best.high, 3)
    assert (dots.x.tolist(), dots.y.tolist(), dots.name, dots.color) == (X.tolist(), ERRORS.tolist(), "RegNetX", 3)
    assert (panel.x.label, panel.x.log, panel.y.label) == ("initial width w₀", True, "validation error (%)")


def test_too_few_networks_show_no_range() -> None:
    panel = plot_error_against({"depth": {"A": Points([1.0], [9.0], ["#0"])}}).panels[0]
    assert [type(mark) for mark in panel.marks] == [Dots]


def test_each_quantity_has_a_panel_and_all_share_the_errors() -> None:
    points = {"A": Points(X, ERRORS, [""] * 40), "B": Points(X * 9, ERRORS, [""] * 40, empirical_bootstrap(X, ERRORS))}
    picture = plot_error_against({"depth": points, "flops": points})
    assert ([panel.x.label for panel in picture.panels], picture.shared) == (
        ["depth (blocks)", "flops (multiply-adds)"],
        "y",
    )
    assert [type(mark) for mark in picture.panels[1].marks] == [Dots, Span, Dots]
    assert max(picture.panels[0].x.ticks) > np.max(X)  # the axis is of both populations

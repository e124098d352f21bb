"""Regions of the best lie around their pairs, as they are drawn."""

from dataclasses import replace

import numpy as np
import pytest

from netspace.analysis import best_region
from netspace.figures import Dots, PairPoints, Region, plot_best_region
from netspace.random import stream

X, Y = stream(0, "x").uniform(8, 20, 60), stream(0, "y").uniform(8, 600, 60)
ERRORS = 20 + np.abs(X - 14) / 4 + np.abs(np.log(Y / 64))
REGION = best_region(X, Y, ERRORS)
POINTS = PairPoints(X, Y, ERRORS, [f"#{i}" for i in range(60)], REGION)


def test_one_population_is_colored_by_error() -> None:
    panel = plot_best_region("depth", "width_3", {"A": POINTS}).panels[0]
    region, dots = panel.marks
    assert isinstance(region, Region)
    assert (dots.x.tolist(), dots.y.tolist(), dots.heat.tolist()) == (X.tolist(), Y.tolist(), ERRORS.tolist())
    assert (dots.heat_label, dots.name, region.name) == ("validation error (%)", "", "best of A")
    assert dots.labels[1] == f"#1: error {ERRORS[1]:.2f} %, at {X[1]:.6g}, {Y[1]:.6g}"
    assert (panel.x.log, panel.y.log, panel.note) == (False, True, "A: n = 60")


def test_several_populations_are_colored_by_population() -> None:
    both = {"A": POINTS, "B": replace(POINTS, place=1)}
    marks = plot_best_region("depth", "width_3", both).panels[0].marks
    assert [(type(mark), mark.color) for mark in marks] == [(Region, 0), (Region, 1), (Dots, 0), (Dots, 1)]
    assert [mark.name for mark in marks] == ["best of A", "best of B", "A", "B"]
    assert marks[2].heat is None


def test_corners_are_pairs_and_the_hull_is_that_of_logarithms_on_log_axes() -> None:
    region = plot_best_region("depth", "width_3", {"A": POINTS}).panels[0].marks[0]
    corners = np.column_stack([region.x, region.y])
    for corner in corners:
        assert np.abs(REGION.pairs - corner).sum(axis=1).min() == pytest.approx(0, abs=1e-9)
    drawn = np.column_stack([corners[:, 0], np.log(corners[:, 1])])
    pairs = np.column_stack([REGION.pairs[:, 0], np.log(REGION.pairs[:, 1])])
    edges = np.roll(drawn, -1, axis=0) - drawn
    for start, edge in zip(drawn, edges, strict=True):  # all pairs lie left of every edge
        aside = edge[0] * (pairs[:, 1] - start[1]) - edge[1] * (pairs[:, 0] - start[0])
        assert (aside > -1e-9).all()


def test_too_few_networks_have_no_region() -> None:
    marks = plot_best_region("depth", "width", {"A": replace(POINTS, region=None)}).panels[0].marks
    assert [type(mark) for mark in marks] == [Dots]

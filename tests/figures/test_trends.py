"""Trends of parameters show medians, ranges, line and slope."""

from dataclasses import replace

import numpy as np

from netspace.analysis import trend_over_regimes
from netspace.figures import plot_parameter_trends
from netspace.random import stream

FLOPS = [2e8, 4e8, 8e8, 16e8]
VALUES = [stream(i, "values").uniform(8, 64, 30) * (1 + i) for i in range(4)]
ERRORS = [stream(i, "errors").normal(30, 2, 30) for i in range(4)]
TREND = trend_over_regimes(FLOPS, VALUES, ERRORS)


def test_medians_ranges_and_line_are_those_of_the_analysis() -> None:
    panel = plot_parameter_trends({"initial_width": TREND}, places={"initial_width": 4}).panels[0]
    line, dots = panel.marks
    assert (dots.x.tolist(), dots.y) == (FLOPS, [best.median for best in TREND.ranges])
    assert (dots.low, dots.high) == ([best.low for best in TREND.ranges], [best.high for best in TREND.ranges])
    assert (line.y.tolist(), line.low.tolist(), line.high.tolist()) == (
        TREND.fitted.tolist(),
        TREND.low.tolist(),
        TREND.high.tolist(),
    )
    assert (dots.color, line.color, panel.x.log, panel.y.log) == (4, 4, True, True)
    assert (panel.x.label, panel.y.label) == ("flops (multiply-adds)", "initial width w₀")


def test_the_note_tells_the_slope() -> None:
    note = plot_parameter_trends({"w": replace(TREND, slope=0.421, slope_interval=(0.1, 0.77))}).panels[0].note
    assert note == "∝ flops^0.42 [0.10, 0.77]\nn = 30, 4 regimes, 95 %"
    linear = replace(TREND, scale="linear", slope=1.25, slope_interval=(-0.5, 3.0))
    assert plot_parameter_trends({"w": linear}).panels[0].note.startswith("+1.2 [-0.5, +3] at each doubling\n")


def test_an_exact_line_has_no_band_and_says_so() -> None:
    exact = trend_over_regimes(FLOPS, [VALUES[0]] * 4, [ERRORS[0]] * 4)
    panel = plot_parameter_trends({"w": exact}).panels[0]
    assert panel.note.startswith("∝ flops^0.00 [interval unknown]\n")
    assert panel.marks[0].edges is None


def test_bands_of_what_is_never_negative_end_at_zero() -> None:
    low = [-3.0, 1.0, 2.0, 3.0]
    line = plot_parameter_trends({"w": replace(TREND, scale="linear", low=np.array(low))}).panels[0].marks[0]
    assert line.low.tolist() == [0, 1, 2, 3]


def test_regimes_of_different_sizes_are_told() -> None:
    uneven = trend_over_regimes(FLOPS, [VALUES[0][:20], *VALUES[1:]], [ERRORS[0][:20], *ERRORS[1:]])
    panel = plot_parameter_trends({"w": uneven}).panels[0]
    assert "n = 20 to 30, 4 regimes" in panel.note
    assert panel.marks[1].labels[:2] == ["200M: n = 20", "400M: n = 30"]

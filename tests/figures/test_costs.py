"""Curves of complexity are those that were fitted, and their formulas say so."""

import numpy as np
import pytest

from netspace.analysis import fit_complexity
from netspace.figures import CostPoints, plot_complexity_trends
from netspace.figures.costs import formula
from netspace.random import stream

FLOPS = stream(0, "flops").uniform(1e8, 8e9, 50)
NOISE = np.exp(stream(0, "noise").normal(0, 0.01, 50))
ACTS = 6.5e6 * np.sqrt(FLOPS / 1e9) * NOISE
TREND = fit_complexity(FLOPS, ACTS, "sqrt")


def test_dots_and_curve_with_its_band() -> None:
    points = CostPoints(FLOPS, ACTS, [""] * 50, TREND, 2)
    panel = plot_complexity_trends({"acts": {"RegNetX": points}}).panels[0]
    dots, curve = panel.marks
    assert (dots.x.tolist(), dots.y.tolist(), dots.name) == (FLOPS.tolist(), ACTS.tolist(), "RegNetX")
    assert (curve.x[0], curve.x[-1]) == pytest.approx((FLOPS.min(), FLOPS.max()))
    assert curve.y == pytest.approx(TREND.at(curve.x))
    assert curve.low == pytest.approx(TREND.prediction_band(curve.x)[0])
    assert (dots.color, curve.color) == (2, 2)
    assert panel.note == f"RegNetX: {formula(TREND)}\nR² = {TREND.r_squared:.2g}, n = 50\nF: GF"
    assert (panel.x.label, panel.y.label, panel.x.log) == ("flops (multiply-adds)", "activations", True)


@pytest.mark.parametrize(
    ("form", "values", "says"),
    [
        ("sqrt", 6.5e6 * np.sqrt(FLOPS / 1e9), "6.5M √F"),
        ("linear", 3e6 + 5.5e6 * FLOPS / 1e9, "3M + 5.5M F"),
        ("linear+sqrt", 24 * FLOPS / 1e9 + 38 * np.sqrt(FLOPS / 1e9), "24 F + 38 √F"),
    ],
)
def test_formulas_are_the_papers(form, values: np.ndarray, says: str) -> None:
    trend = fit_complexity(FLOPS, values, form)
    assert formula(trend) == says
    assert formula(trend, intervals=True).count("[") == len(trend.coefficients)


def test_without_a_trend_dots_are_drawn_alone() -> None:
    panel = plot_complexity_trends({"runtime": {"A": CostPoints(FLOPS, ACTS, [], None)}}).panels[0]
    assert (len(panel.marks), panel.note, panel.y.label) == (1, "", "runtime (ms)")

"""Error is drawn against learning rate, weight decay and their product."""

import pytest

from netspace.analysis import empirical_bootstrap
from netspace.errors import AnalysisError
from netspace.figures import Dots, Span, TrainingPoints, plot_training_parameters

RATE, DECAY, ERRORS = [0.1, 0.2, 0.4, 0.8] * 2, [1e-5] * 4 + [1e-4] * 4, [31, 29, 28, 30, 30, 27, 28, 33]


def test_three_panels_each_with_its_range_if_known() -> None:
    best = {"learning_rate": empirical_bootstrap(RATE, ERRORS)}
    points = TrainingPoints(RATE, DECAY, ERRORS, [f"#{i}" for i in range(8)], best, 1)
    rate, decay, product = plot_training_parameters({"A": points}).panels
    assert [[type(mark) for mark in panel.marks] for panel in (rate, decay, product)] == [[Span, Dots], [Dots], [Dots]]
    assert rate.marks[0].middle == best["learning_rate"].median
    assert [panel.marks[-1].x[6] for panel in (rate, decay, product)] == pytest.approx([0.4, 1e-4, 4e-5])
    assert [panel.x.log for panel in (rate, decay, product)] == [True] * 3
    assert {panel.marks[-1].color for panel in (rate, decay, product)} == {1}


def test_rates_and_decays_belong_together() -> None:
    with pytest.raises(AnalysisError, match="of A: given learning_rate 2, weight_decay 1"):
        plot_training_parameters({"A": TrainingPoints([1, 2], [1], [1, 2], ["", ""])})

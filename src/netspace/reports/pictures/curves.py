"""Learning curves."""

from collections.abc import Sequence

import numpy as np

from netspace.analysis import median_curve
from netspace.figures import Curves, plot_curves
from netspace.reports.drawing import Drawing
from netspace.reports.gathering import Gathered, spread
from netspace.reports.pictures.options import Options, nothing
from netspace.reports.text import join_names

CURVES = 200
"""How many learning curves of a population one figure shows; their median is that of all."""


def draw_curves(populations: Sequence[Gathered], _: Options) -> list[Drawing]:
    """Draws validation error after each epoch: some networks faint, the median of all strong."""
    having = [each for each in populations if any(np.isfinite(curve).any() for curve in each.curves.values())]
    if not having:
        nothing("no validation error was measured along the way")
    curves = {each.name: _curves(each) for each in having}
    description = f"Validation error after each epoch of {join_names(list(curves))}"
    return [Drawing("curves", description, plot_curves(curves), "curves", filled=("thread", "dots"))]


def _curves(population: Gathered) -> Curves:
    positions = np.array(list(population.curves), np.intp)
    shown = positions[spread(positions)[:CURVES]].tolist()
    return Curves(
        [population.curves[i] for i in shown], median_curve(list(population.curves.values())), population.place
    )

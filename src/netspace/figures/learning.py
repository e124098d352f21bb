"""Learning curves of whole populations: every network faint, the median strong."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from netspace.figures import theme
from netspace.figures.picture import Axis, Line, Panel, Picture


@dataclass(frozen=True, eq=False)
class Curves:
    """Learning curves of one population: for each network its error after each epoch (percent; NaN: not measured).

    ``median`` is the population's, ``place`` the population's place among all, which decides its color.
    """

    networks: Sequence[ArrayLike]
    median: ArrayLike
    place: int = 0


def plot_curves(curves: Mapping[str, Curves]) -> Picture:
    """Draws validation error against epoch (the first is 1).

    Args:
        curves: name of each population and its curves.

    Example:
        >>> picture = plot_curves({"RegNetX": Curves([[90, 52, 44], [91, 60, 51]], [90.5, 56.0, 47.5])})
        >>> [line.name for line in picture.panels[0].marks]
        ['', 'RegNetX, median']
    """
    lines = [*map(_networks, curves.values()), *(_median(name, each) for name, each in curves.items())]
    return Picture([Panel(Axis("epoch", whole=True), Axis(theme.label("error")), lines)])


def _networks(curves: Curves) -> Line:
    """Gives all networks as one line that is lifted between them: thousands of lines would be slow."""
    gap = np.array([np.nan])
    y = [part for network in curves.networks for part in (np.asarray(network, np.float64), gap)]
    x = [part for network in curves.networks for part in (np.arange(1.0, len(np.asarray(network)) + 1), gap)]
    opacity = float(np.clip(8 / max(1, len(curves.networks)), 0.02, 0.35))
    x_all, y_all = (np.concatenate(parts or [gap]) for parts in (x, y))
    return Line(x_all, y_all, color=curves.place, dash=0, width=1, opacity=opacity)


def _median(name: str, curves: Curves) -> Line:
    """Joins the epochs that were measured."""
    y = np.asarray(curves.median, np.float64)
    known = np.isfinite(y)
    epochs = np.arange(1, len(y) + 1)[known]
    hover = "epoch %{x}: median error %{y:.2f} %"
    return Line(epochs, y[known], f"{name}, median", curves.place, width=3, hover=hover)

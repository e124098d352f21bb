"""Learning curves of whole populations: every network faint, the median strong."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike, NDArray

from netspace.figures import theme
from netspace.figures.picture import Axis, Dots, Line, Mark, Panel, Picture
from netspace.figures.ticks import whole_axis


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
    medians = [_median(name, each) for name, each in curves.items()]
    marks = [mark for each in curves.values() for mark in _networks(each)]
    last = max(
        [1, *(len(np.asarray(network)) for each in curves.values() for network in (*each.networks, each.median))]
    )
    return Picture([Panel(_epochs(last), Axis(theme.label("error")), [*marks, *medians])])


def _epochs(last: int) -> Axis:
    axis = whole_axis("epoch", 1, last)
    return axis if last > 1 else replace(axis, ends=(0.5, 1.5))


def _networks(curves: Curves) -> Iterator[Mark]:
    """Yields all networks as one line that is lifted between them, as thousands of lines would be slow.

    It joins the epochs that were measured. Those of a single epoch, of which a line shows nothing, are dots.
    """
    measured = [_measured(network) for network in curves.networks]
    opacity = float(np.clip(8 / max(1, len(measured)), 0.02, 0.35))
    gap = np.full((1, 2), np.nan)
    points = np.concatenate([gap[:0], *(part for each in measured for part in (each, gap))] if measured else [gap])
    yield Line(points[:, 0], points[:, 1], color=curves.place, dash=0, width=1, opacity=opacity)
    alone = np.concatenate([gap[:0], *(each for each in measured if len(each) == 1)])
    if len(alone):
        hover = "epoch %{x}: error %{y:.2f} %"
        yield Dots(alone[:, 0], alone[:, 1], color=curves.place, size=4, opacity=max(0.25, opacity), hover=hover)


def _measured(network: ArrayLike) -> NDArray[np.float64]:
    """Gives the epochs that were measured, from 1, and their errors: (n, 2)."""
    errors = np.asarray(network, np.float64)
    known = np.isfinite(errors)
    return np.column_stack([np.arange(1.0, len(errors) + 1)[known], errors[known]])


def _median(name: str, curves: Curves) -> Line:
    """Joins the epochs that were measured."""
    y = np.asarray(curves.median, np.float64)
    known = np.isfinite(y)
    epochs = np.arange(1, len(y) + 1)[known]
    hover = "epoch %{x}: median error %{y:.2f} %"
    return Line(epochs, y[known], f"{name}, median", curves.place, width=3, hover=hover)

"""Error against the parameters of training (RegNet paper, Figures 21 and 22)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import ArrayLike

from netspace.analysis import BestRange
from netspace.figures.against import Points, plot_error_against
from netspace.figures.picture import Picture, check_lengths

QUANTITIES = ("learning_rate", "weight_decay", "lr*wd")


@dataclass(frozen=True, eq=False)
class TrainingPoints:
    """Networks of one population, or one network trained in many ways.

    Attributes:
        learning_rate: (n,) of each.
        weight_decay: (n,) of each.
        errors: (n,) errors in percent.
        labels: what to show of each when pointed at.
        best: the ranges of the best, by ``"learning_rate"``, ``"weight_decay"`` and ``"lr*wd"``; those that are missing
            are not drawn.
        place: the place of the population among all, which decides its color and marker.
    """

    learning_rate: ArrayLike
    weight_decay: ArrayLike
    errors: ArrayLike
    labels: Sequence[str]
    best: Mapping[str, BestRange] = field(default_factory=dict)
    place: int = 0


def plot_training_parameters(populations: Mapping[str, TrainingPoints]) -> Picture:
    """Draws error against learning rate, weight decay and their product (RegNet paper, Figures 21 and 22).

    Args:
        populations: name of each and its networks.

    Example:
        >>> some = TrainingPoints([0.1, 0.4, 1.6], [5e-5, 5e-5, 1e-5], [31.0, 28.4, 29.9], ["#0", "#1", "#2"])
        >>> picture = plot_training_parameters({"RegNetX-400MF": some})
        >>> [panel.x.label for panel in picture.panels]
        ['learning rate', 'weight decay', 'learning rate · weight decay']
    """
    columns = {name: _columns(name, each) for name, each in populations.items()}
    return plot_error_against(
        {
            quantity: {
                name: Points(columns[name][quantity], each.errors, each.labels, each.best.get(quantity), each.place)
                for name, each in populations.items()
            }
            for quantity in QUANTITIES
        }
    )


def _columns(name: str, points: TrainingPoints) -> dict[str, ArrayLike]:
    check_lengths(name, learning_rate=points.learning_rate, weight_decay=points.weight_decay)
    rate, decay = np.asarray(points.learning_rate, np.float64), np.asarray(points.weight_decay, np.float64)
    return dict(zip(QUANTITIES, (rate, decay, rate * decay), strict=True))

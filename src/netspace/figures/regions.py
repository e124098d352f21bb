"""Two parameters against each other, and where the best networks lie on both (RegNet paper, section 3.1)."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike, NDArray

from netspace.analysis import BestRegion
from netspace.figures import theme
from netspace.figures.aside import are_stacked, move_pairs
from netspace.figures.picture import Axis, Dots, Mark, Panel, Picture, Region, check_lengths
from netspace.figures.ticks import wide_axis

ASIDE = "Dots of the same two values are moved aside a little, so that their number is seen."


@dataclass(frozen=True, eq=False)
class PairPoints:
    """Networks of one population to draw.

    Attributes:
        x: (n,) a parameter.
        y: (n,) another.
        errors: (n,) errors in percent.
        labels: what to show of each when pointed at.
        region: where the best networks lie, or ``None`` where too few finished.
        place: the place of the population among all, which decides its color and marker.
    """

    x: ArrayLike
    y: ArrayLike
    errors: ArrayLike
    labels: Sequence[str]
    region: BestRegion | None
    place: int = 0


def plot_best_region(x: str, y: str, points: Mapping[str, PairPoints]) -> Picture:
    """Draws two parameters against each other, and the region of the best networks as its hull.

    Dots of one population are colored by error, those of several by population. The RegNet paper draws the like for one
    parameter (Figures 2 and 5). The hull is that of the pairs as they are drawn, on log axes of their logarithms; it
    may enclose pairs that are not in the region. Where many networks have the same pair of values, their dots are moved
    aside a little.

    Args:
        x: the parameter below.
        y: the one at the left.
        points: name of each population and its networks.

    Example:
        >>> from netspace.analysis import best_region
        >>> depth, width, errors = [8, 8, 8, 16, 16, 16, 16, 24], [32, 64, 32, 32, 64, 64, 64, 64], range(30, 22, -1)
        >>> labels = [f"#{i}" for i in range(8)]
        >>> some = PairPoints(depth, width, errors, labels, best_region(depth, width, errors, seed=0))
        >>> [type(mark).__name__ for mark in plot_best_region("depth", "width", {"A": some}).panels[0].marks]
        ['Region', 'Dots']
    """
    below = wide_axis(theme.label(x), [each.x for each in points.values()])
    left = wide_axis(theme.label(y), [each.y for each in points.values()])
    notes = [f"{name}: n = {np.size(each.errors)}" for name, each in points.items()]
    stacked = any(are_stacked(each.x, each.y) for each in points.values())
    panel = Panel(below, left, list(_marks(points, (below, left))), note="\n".join(notes))
    return Picture([panel], note=ASIDE if stacked else "")


def _marks(points: Mapping[str, PairPoints], axes: tuple[Axis, Axis]) -> Iterator[Mark]:
    for name, each in points.items():
        if each.region is not None:
            corners = _hull(each.region, axes)
            yield Region(corners[:, 0], corners[:, 1], f"best of {name}", each.place)
    for name, each in points.items():
        check_lengths(name, x=each.x, y=each.y, errors=each.errors, labels=each.labels)
        errors = np.asarray(each.errors, np.float64)
        rows = zip(each.labels, errors, np.asarray(each.x), np.asarray(each.y), strict=True)
        texts = [f"{label}: error {error:.2f} %, at {x:,.6g}, {y:,.6g}" for label, error, x, y in rows]
        heat = {"heat": errors, "heat_label": theme.label("error")} if len(points) == 1 else {"name": name}
        x, y = move_pairs(each.x, each.y, axes)
        yield Dots(x, y, color=each.place, labels=texts, hover="%{text}", **heat)


def _hull(region: BestRegion, axes: Sequence[Axis]) -> NDArray[np.float64]:
    """Gives the corners (c, 2) of the region's hull as it is drawn."""
    log = np.array([axis.log for axis in axes])
    drawn = region.pairs.astype(np.float64)
    drawn[:, log] = np.log2(drawn[:, log])
    corners = replace(region, pairs=drawn).hull
    corners[:, log] = 2 ** corners[:, log]
    return corners

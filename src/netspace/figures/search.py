"""How good the best of some random networks is (RegNet paper, Figure 9, right)."""

from collections.abc import Mapping

import numpy as np

from netspace.analysis import SearchEfficiency
from netspace.figures.picture import Axis, Line, Panel, Picture
from netspace.figures.ticks import wide_axis


def plot_search(curves: Mapping[str, SearchEfficiency]) -> Picture:
    """Draws the expected least error of random search against the number of networks it tries.

    RegNet paper, Figure 9, right. The band reaches up to a quarter of the networks; it is that of search in the whole
    space.

    Args:
        curves: name of each population and its `analysis.search_efficiency`; the order decides the colors.

    Example:
        >>> from netspace.analysis import search_efficiency
        >>> picture = plot_search({"RegNetX": search_efficiency([41.2, 44.0, 39.7])})
        >>> [line.name for line in picture.panels[0].marks]
        ['RegNetX: n = 3, best 39.7']
    """
    x = wide_axis("networks tried", [each.k for each in curves.values()])
    lines = [_line(name, each, place) for place, (name, each) in enumerate(curves.items())]
    return Picture([Panel(x, Axis("expected least error (%)"), lines)])


def _line(name: str, curve: SearchEfficiency, place: int) -> Line:
    return Line(
        curve.k,
        curve.expected,
        f"{name}: n = {curve.n}, best {curve.expected[-1]:.1f}",
        place,
        np.maximum(curve.low, 0),  # as no error is below
        curve.high,
        hover="best of %{x:.0f} networks: an error of %{y:.2f} % is expected",
    )

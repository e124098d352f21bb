"""Error against one number of each network, with the range of the best (RegNet paper, Figures 2, 5 and 8)."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from numpy.typing import ArrayLike

from netspace.analysis import BestRange
from netspace.figures import theme
from netspace.figures.picture import Axis, Dots, Mark, Panel, Picture, Span
from netspace.figures.ticks import wide_axis

HOVER = "%{text}<br>%{x:,.6~g}: error %{y:.2f} %"


@dataclass(frozen=True, eq=False)
class Points:
    """Networks of one population to draw.

    Attributes:
        x: (n,) the number to draw their error against.
        errors: (n,) errors in percent.
        labels: what to show of each when pointed at.
        best: the range of the best networks, or ``None`` where too few finished.
        place: the place of the population among all, which decides its color and marker.
    """

    x: ArrayLike
    errors: ArrayLike
    labels: Sequence[str]
    best: BestRange | None = None
    place: int = 0


def plot_error_against(quantities: Mapping[str, Mapping[str, Points]]) -> Picture:
    """Draws error against each quantity: shaded the range of the best networks, dashed the most likely best value.

    RegNet paper, Figure 2 (depth, w_4), Figure 5 (bottleneck ratio) and Figure 8 (e_fit).

    Args:
        quantities: for each parameter, or ``flops``, ``params``, ``acts``, ``depth``, ``e_fit``, a panel's populations:
            their names and networks.

    Example:
        >>> depth = Points([12, 18, 26], [44.1, 41.3, 46.0], ["#0", "#1", "#2"])
        >>> panel = plot_error_against({"depth": {"RegNetX": depth}}).panels[0]
        >>> panel.x.label, panel.y.label, panel.marks[0].y
        ('depth (blocks)', 'validation error (%)', [44.1, 41.3, 46.0])
    """
    return Picture([_panel(quantity, points) for quantity, points in quantities.items()], shared="y")


def _panel(quantity: str, points: Mapping[str, Points]) -> Panel:
    x = wide_axis(theme.label(quantity), [each.x for each in points.values()])
    return Panel(x, Axis(theme.label("error")), list(_marks(points)))


def _marks(points: Mapping[str, Points]) -> Iterator[Mark]:
    for name, each in points.items():
        if each.best is not None:
            yield Span(each.best.low, each.best.high, each.best.median, each.place)
        yield Dots(each.x, each.errors, name, each.place, each.labels, hover=HOVER)

"""Error against one number of each network, with the range of the best (RegNet paper, Figures 2, 5 and 11)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from numpy.typing import NDArray

from netspace.analysis import BestRange
from netspace.figures import theme

if TYPE_CHECKING:
    import plotly.graph_objects as go

WIDE = 4
"""A positive number whose greatest is this many times its least is drawn on a log axis."""

LARGE = 1e4
"""Axes that reach it say k and M."""


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

    x: NDArray[Any]
    errors: NDArray[Any]
    labels: Sequence[str]
    best: BestRange | None = None
    place: int = 0


def plot_error_against(quantity: str, points: Mapping[str, Points]) -> "go.Figure":
    """Draws error against a quantity: shaded the range of the best networks, dashed the most likely best value.

    Args:
        quantity: the name of a parameter, or ``flops``, ``params``, ``acts``, ``depth``.
        points: name of each population and its networks.
    """
    import plotly.graph_objects as go

    layout = theme.layout(x=theme.plain(theme.label(quantity)), y=theme.label("error"))
    figure = go.Figure(layout={**layout, "showlegend": len(points) > 1})
    figure.add_traces([_trace(name, each) for name, each in points.items()])
    figure.update_layout(shapes=[shape for each in points.values() for shape in _range(each)])
    figure.update_xaxes(**_axis([each.x for each in points.values() if len(each.x)]))
    return figure


def _trace(name: str, points: Points) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "markers",
        "name": theme.plain(name),
        "x": points.x,
        "y": points.errors,
        "text": [theme.plain(text) for text in points.labels],
        "hovertemplate": "%{text}<br>%{x:,.6~g}: error %{y:.2f} %<extra></extra>",
        "marker": {
            "color": theme.nth(theme.PALETTE, points.place),
            "symbol": theme.nth(theme.MARKERS, points.place),
            "size": 7 if len(points.x) <= 100 else 5,
            "opacity": 0.75 if len(points.x) <= 100 else 0.4,
        },
    }


def _range(points: Points) -> list[dict[str, Any]]:
    """Gives the shaded range and the dashed most likely best value."""
    if points.best is None:
        return []
    color = theme.nth(theme.PALETTE, points.place)
    upright = {"yref": "paper", "y0": 0, "y1": 1}
    edge = {"color": theme.faded(color, 0.35), "width": 1}
    shade = {"x0": points.best.low, "x1": points.best.high, "fillcolor": theme.faded(color, 0.13), "line": edge}
    median = {"x0": points.best.median, "x1": points.best.median, "line": {"color": color, "width": 2, "dash": "dash"}}
    return [
        {"type": "rect", "layer": "below", **upright, **shade},
        {"type": "line", "layer": "above", **upright, **median},
    ]


def _axis(columns: Sequence[NDArray[Any]]) -> dict[str, Any]:
    """Gives a log axis to positive numbers of a wide range, with few and round ticks."""
    low = float(min((x.min() for x in columns), default=0))
    high = float(max((x.max() for x in columns), default=0))
    if low <= 0 or high < WIDE * low:
        return {"nticks": 5, "tickangle": 0, "tickformat": "~s" if high >= LARGE else ""}
    ticks = {"tickvals": log_ticks(low, high), "tickangle": 0}
    return {"type": "log", **ticks, "tickformat": "~s" if high >= LARGE else "~g"}


def log_ticks(low: float, high: float) -> list[float]:
    """Gives at most six round numbers from ``low`` to ``high``: powers of two, or of ten for large ranges.

    >>> log_ticks(8, 300), log_ticks(20_000, 1_100_000)
    ([8.0, 16.0, 32.0, 64.0, 128.0, 256.0], [30000.0, 100000.0, 300000.0, 1000000.0])
    """
    if high < LARGE:
        ticks = [2.0**k for k in range(-20, 15) if low <= 2.0**k <= high]
    else:
        choices = [_tens(steps, low, high) for steps in ((1,), (1, 3), (1, 2, 5))]
        ticks = next((few for few in choices if len(few) >= 3), choices[-1])
    return ticks[:: 1 + (len(ticks) - 1) // 6]


def _tens(steps: Sequence[int], low: float, high: float) -> list[float]:
    """Gives the ``steps`` of each power of ten from ``low`` to ``high``."""
    return [step * 10.0**k for k in range(-6, 16) for step in steps if low <= step * 10.0**k <= high]

"""Error distributions of populations as staircases with their confidence bands (RegNet paper, Figures 1, 5, 9)."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from netspace.analysis import EDF
from netspace.figures import theme

if TYPE_CHECKING:
    import plotly.graph_objects as go

BAND_OPACITY = 0.16


def plot_edfs(edfs: Mapping[str, EDF], *, title: str | None = None) -> "go.Figure":
    """Draws the error EDF of each population with its band; the legend has n, min and mean, as the paper's.

    Args:
        edfs: name of each population and its EDF; the order decides the colors.
        title: a line above the figure.
    """
    import plotly.graph_objects as go

    figure = go.Figure(layout=theme.layout(x=theme.label("error"), y="share of networks", title=title))
    ends = error_range(edfs)
    for i, (name, edf) in enumerate(edfs.items()):
        figure.add_traces(_traces(name, edf, ends, i))
    figure.update_yaxes(range=[0, 1.02], tickformat=".0%")
    figure.update_xaxes(range=ends)
    return figure


def staircase(edf: EDF, ends: tuple[float, float]) -> dict[str, Any]:
    """Gives the corners ``x, fraction, low, high`` of an EDF and its band drawn from ``ends[0]`` to ``ends[1]``."""
    return {
        "x": np.concatenate([[ends[0]], edf.errors, [ends[1]]]),
        "fraction": np.concatenate([[0.0], edf.fraction, [1.0]]),
        "low": np.concatenate([[0.0], edf.low, edf.low[-1:]]),
        "high": np.concatenate([[min(1.0, edf.margin)], edf.high, [1.0]]),
    }


def _traces(name: str, edf: EDF, ends: tuple[float, float], i: int) -> list[dict[str, Any]]:
    corners, color = staircase(edf, ends), theme.nth(theme.PALETTE, i)
    group = {
        "type": "scatter",
        "mode": "lines",
        "x": corners["x"],
        "legendgroup": str(i),
        "name": theme.plain(legend(name, edf)),
    }
    edge = {**group, "showlegend": False, "hoverinfo": "skip", "line": {"width": 0, "shape": "hv"}}
    fill = {"fill": "tonexty", "fillcolor": theme.faded(color, BAND_OPACITY)}
    line = {"color": color, "width": 2.2, "shape": "hv", "dash": theme.nth(theme.DASHES, i)}
    hover = "%{y:.1%} of networks have an error of at most %{x:.2f} %<extra></extra>"
    return [
        {**edge, "y": corners["low"]},
        {**edge, "y": corners["high"], **fill},
        {**group, "y": corners["fraction"], "line": line, "hovertemplate": hover},
    ]


def legend(name: str, edf: EDF) -> str:
    """Gives the legend of a population: its name, n, least and mean error in percent."""
    return f"{name}: n = {edf.n}, min {edf.min:.1f}, mean {edf.mean:.1f}"


def error_range(edfs: Mapping[str, EDF]) -> tuple[float, float]:
    """Gives the range of all errors and a little beyond, in percent."""
    low = min((edf.min for edf in edfs.values()), default=0.0)
    high = max((float(edf.errors[-1]) for edf in edfs.values()), default=100.0)
    beyond = 0.03 * (high - low) or 1.0
    return low - beyond, high + beyond

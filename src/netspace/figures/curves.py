"""Learning curves of whole populations: every network faint, the median strong."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike

from netspace.figures import theme

if TYPE_CHECKING:
    import plotly.graph_objects as go


@dataclass(frozen=True, eq=False)
class Curves:
    """Learning curves of one population: for each network its error after each epoch (percent; NaN: not measured).

    ``median`` is the population's, ``place`` the population's place among all, which decides its color.
    """

    networks: Sequence[ArrayLike]
    median: ArrayLike
    place: int = 0


def plot_curves(curves: Mapping[str, Curves]) -> "go.Figure":
    """Draws validation error against epoch (the first is 1)."""
    import plotly.graph_objects as go

    figure = go.Figure(layout=theme.layout(x="epoch", y=theme.label("error")))
    figure.add_traces([_networks(each) for each in curves.values()])
    figure.add_traces([_median(name, each) for name, each in curves.items()])
    epochs = max((len(np.asarray(each.median)) for each in curves.values()), default=0)
    figure.update_xaxes(tick0=0, dtick=max(1, -(-epochs // 10)), tickformat="d")
    return figure


def _networks(curves: Curves) -> dict[str, Any]:
    """Gives all networks as one line that is lifted between them: thousands of lines would be slow."""
    gap = [np.array([np.nan])]
    y = [part for network in curves.networks for part in (np.asarray(network, np.float64), gap[0])]
    x = [part for network in curves.networks for part in (np.arange(1.0, len(np.asarray(network)) + 1), gap[0])]
    opacity = float(np.clip(8 / max(1, len(curves.networks)), 0.02, 0.35))
    return {
        "type": "scatter",
        "mode": "lines",
        "x": np.concatenate(x or gap),
        "y": np.concatenate(y or gap),
        "line": {"width": 1, "color": theme.faded(theme.nth(theme.PALETTE, curves.place), opacity)},
        "legendgroup": str(curves.place),
        "showlegend": False,
        "hoverinfo": "skip",
    }


def _median(name: str, curves: Curves) -> dict[str, Any]:
    y = np.asarray(curves.median, np.float64)
    color, dash = theme.nth(theme.PALETTE, curves.place), theme.nth(theme.DASHES, curves.place)
    return {
        "type": "scatter",
        "mode": "lines+markers" if np.isfinite(y).sum() == 1 else "lines",
        "x": np.arange(1, len(y) + 1),
        "y": y,
        "connectgaps": True,
        "name": f"{theme.plain(name)}, median",
        "line": {"width": 3, "color": color, "dash": dash},
        "legendgroup": str(curves.place),
        "hovertemplate": "epoch %{x}: median error %{y:.2f} %<extra></extra>",
    }

"""Widths of a network block by block (RegNet paper, Figures 6 and 8)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from netspace.figures import theme

if TYPE_CHECKING:
    import plotly.graph_objects as go


@dataclass(frozen=True)
class Profile:
    """One network to draw: the output width of each block in channels, and what to show when pointed at."""

    widths: Sequence[int]
    label: str


def plot_widths(profiles: Sequence[Profile], *, place: int = 0, depth: int = 0, width: int = 0) -> "go.Figure":
    """Draws the width of each block as one staircase per network, the first the strongest.

    Args:
        profiles: the networks, best (or worst) first.
        place: the place of their population among all, which decides the color.
        depth: blocks that the axis must hold, so that figures side by side share it.
        width: channels that the axis must hold.
    """
    import plotly.graph_objects as go

    figure = go.Figure(layout={**theme.layout(x="block", y="width (channels)"), "showlegend": False})
    figure.add_traces([_trace(profile, rank, place) for rank, profile in enumerate(profiles)])
    blocks = max([depth, 1, *(len(profile.widths) for profile in profiles)])
    channels = max([width, 1, *(max(profile.widths) for profile in profiles)])
    figure.update_xaxes(range=[0.4, blocks + 0.6])
    figure.update_yaxes(range=[0, 1.06 * channels])
    return figure


def _trace(profile: Profile, rank: int, place: int) -> dict[str, Any]:
    blocks = len(profile.widths)
    return {
        "type": "scatter",
        "mode": "lines",
        "x": [0.5, *range(1, blocks + 1), blocks + 0.5],
        "y": [profile.widths[0], *profile.widths, profile.widths[-1]],
        "name": theme.plain(profile.label),
        "line": {"shape": "hvh", "color": theme.nth(theme.PALETTE, place), "width": 2.6 if rank == 0 else 1.6},
        "opacity": max(0.35, 1 - 0.18 * rank),
        "hovertemplate": "%{fullData.name}<br>block %{x:.0f}: %{y} channels<extra></extra>",
    }

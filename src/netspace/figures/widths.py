"""Widths of networks block by block (RegNet paper, Figure 6), as staircases."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from numpy.typing import NDArray

from netspace.figures import theme
from netspace.figures.picture import Axis, Line, Panel, Picture
from netspace.figures.ticks import ends, log_axis

Widths = Sequence[float] | NDArray[Any]


@dataclass(frozen=True, eq=False)
class Profile:
    """One network to draw: the output width of each block in channels, and what to show when pointed at."""

    widths: Widths
    label: str


def plot_widths(groups: Mapping[str, Sequence[Profile]], *, place: int = 0) -> Picture:
    """Draws the width of each block as one staircase per network, the first the strongest (RegNet paper, Figure 6).

    Args:
        groups: a panel of networks each by its title, such as ``"best"`` and ``"worst"``; all share their axes.
        place: the place of their population among all, which decides the color.

    Example:
        >>> good, bad = Profile([16, 16, 32, 64], "#3: error 17.2 %"), Profile([64, 8, 8], "#9: error 31.0 %")
        >>> picture = plot_widths({"best": [good], "worst": [bad]})
        >>> [panel.title for panel in picture.panels], picture.panels[0].x.ends
        (['best', 'worst'], (0.4, 4.6))
    """
    everything = [profile.widths for profiles in groups.values() for profile in profiles]
    y = Axis(theme.label("width"), ends=(0, 1.06 * max(1.0, ends(everything)[1])))
    panels = [Panel(block_axis(everything), y, _lines(some, place), title) for title, some in groups.items()]
    return Picture(panels, shared="xy")


def block_axis(widths: Sequence[Widths]) -> Axis:
    """Gives the axis of the blocks, from the first to the last of the deepest network."""
    return Axis("block", ends=(0.4, max([1, *map(len, widths)]) + 0.6), whole=True)


def log_width_axis(widths: Sequence[Widths]) -> Axis:
    """Gives the logarithmic axis of widths in channels, with some room beyond them."""
    low, high = ends(widths)
    axis = log_axis(theme.label("width"), widths)
    return Axis(axis.label, log=True, ends=(low / 1.25, high * 1.25), ticks=axis.ticks) if axis.log else axis


def staircase(widths: Widths, **look: Any) -> Line:
    """Gives the line that is as high as each block, counted from 1, is wide; ``look`` is that of a `Line`.

    Example:
        >>> line = staircase([8, 16])
        >>> list(line.x), list(line.y)
        ([0.5, 1, 2, 2.5], [8, 8, 16, 16])
    """
    blocks = len(widths)
    x = [0.5, *range(1, blocks + 1), blocks + 0.5] if blocks else []
    return Line(x, [*widths[:1], *widths, *widths[-1:]], **{"steps": "hvh", "dash": 0, **look})


def _lines(profiles: Sequence[Profile], place: int) -> list[Line]:
    return [_line(profile, rank, place) for rank, profile in enumerate(profiles)]


def _line(profile: Profile, rank: int, place: int) -> Line:
    return staircase(
        profile.widths,
        color=place,
        width=2.6 if rank == 0 else 1.6,
        opacity=max(0.35, 1 - 0.18 * rank),
        label=profile.label,
        hover="%{text}<br>block %{x:.0f}: %{y} channels",
    )

"""Widths of networks block by block (RegNet paper, Figures 6 and 8)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from netspace.figures import theme
from netspace.figures.picture import Axis, Line, Panel, Picture


@dataclass(frozen=True)
class Profile:
    """One network to draw: the output width of each block in channels, and what to show when pointed at."""

    widths: Sequence[int]
    label: str


def plot_widths(groups: Mapping[str, Sequence[Profile]], *, place: int = 0) -> Picture:
    """Draws the width of each block as one staircase per network, the first the strongest.

    Args:
        groups: a panel of networks each by its title, such as ``"best"`` and ``"worst"``; all share their axes.
        place: the place of their population among all, which decides the color.
    """
    everything = [profile.widths for profiles in groups.values() for profile in profiles]
    x = Axis("block", ends=(0.4, max([1, *map(len, everything)]) + 0.6), whole=True)
    y = Axis(theme.label("width"), ends=(0, 1.06 * max([1, *map(max, everything)])))
    return Picture([Panel(x, y, _lines(profiles, place), title) for title, profiles in groups.items()])


def _lines(profiles: Sequence[Profile], place: int) -> list[Line]:
    return [_line(profile, rank, place) for rank, profile in enumerate(profiles)]


def _line(profile: Profile, rank: int, place: int) -> Line:
    blocks = len(profile.widths)
    return Line(
        x=[0.5, *range(1, blocks + 1), blocks + 0.5],
        y=[profile.widths[0], *profile.widths, profile.widths[-1]],
        color=place,
        steps="hvh",
        dash=0,
        width=2.6 if rank == 0 else 1.6,
        opacity=max(0.35, 1 - 0.18 * rank),
        hover=f"{theme.plain(profile.label)}<br>block %{{x:.0f}}: %{{y}} channels",
    )

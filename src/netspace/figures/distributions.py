"""Error distributions of populations as staircases with their bands (RegNet paper, Figures 1, 5, 7, 9, 10, 13, 14)."""

from collections.abc import Mapping

import numpy as np

from netspace.analysis import EDF
from netspace.figures import theme
from netspace.figures.picture import BAND_OPACITY, Axis, Line, Panel, Picture

HOVER = "%{y:.1%} of networks have an error of at most %{x:.2f} %"


def plot_edfs(edfs: Mapping[str, EDF], *, title: str = "") -> Picture:
    """Draws the error EDF of each population with its band; the legend has n, min and mean, as the paper's.

    Args:
        edfs: name of each population and its EDF; the order decides the colors.
        title: a line above the figure, such as ``str(ns.compare(a, b))``; long ones are wrapped.
    """
    ends = error_range(edfs)
    band = BAND_OPACITY * min(1.0, 3 / max(1, len(edfs)))  # of many populations bands pile up
    lines = [_staircase(legend(name, edf), edf, ends, i, band) for i, (name, edf) in enumerate(edfs.items())]
    share = Axis("share of networks", ends=(0, 1.02), percent=True)
    return Picture([Panel(Axis(theme.label("error"), ends=ends), share, lines)], title=title)


def legend(name: str, edf: EDF) -> str:
    """Gives the legend of a population: its name, n, least and mean error in percent."""
    return f"{name}: n = {edf.n}, min {edf.min:.1f}, mean {edf.mean:.1f}"


def error_range(edfs: Mapping[str, EDF]) -> tuple[float, float]:
    """Gives the range of all errors and a little beyond, in percent."""
    low = min((edf.min for edf in edfs.values()), default=0.0)
    high = max((float(edf.errors[-1]) for edf in edfs.values()), default=100.0)
    beyond = 0.03 * (high - low) or 1.0
    return low - beyond, high + beyond


def _staircase(name: str, edf: EDF, ends: tuple[float, float], place: int, band: float) -> Line:
    """Draws from one end to the other, the band's as well."""
    return Line(
        x=np.concatenate([[ends[0]], edf.errors, [ends[1]]]),
        y=np.concatenate([[0.0], edf.fraction, [1.0]]),
        low=np.concatenate([[0.0], edf.low, edf.low[-1:]]),
        high=np.concatenate([[min(1.0, edf.margin)], edf.high, [1.0]]),
        name=name,
        color=place,
        band=band,
        steps="hv",
        hover=HOVER,
    )

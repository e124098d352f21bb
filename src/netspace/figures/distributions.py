"""Error distributions of populations as staircases with their bands (RegNet paper, Figures 1, 5, 7, 9, 10, 13, 14)."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from netspace.analysis import EDF, NormalizedEDF
from netspace.figures import theme
from netspace.figures.picture import BAND_OPACITY, Axis, Line, Panel, Picture

AnyEDF = EDF | NormalizedEDF

HOVER = "%{y:.1%} of networks have an error of at most %{x:.2f} %"
WEIGHTED_HOVER = "%{y:.1%} of the weight is of networks with an error of at most %{x:.2f} %"


def plot_edfs(edfs: Mapping[str, AnyEDF], *, title: str = "") -> Picture:
    """Draws the error EDF of each population with its band; the legend has n, min and mean, as the paper's.

    RegNet paper, Figures 1, 2, 5, 7, 9, 10, 13 and 14; of `analysis.normalized_edf` those of "On Network Design Spaces
    for Visual Recognition", in which every complexity weighs the same. All bands are simultaneous.

    Args:
        edfs: name of each population and its EDF; the order decides the colors.
        title: a line above the figure, such as ``str(ns.compare(a, b))``; long ones are wrapped.

    Example:
        >>> from netspace.analysis import edf
        >>> picture = plot_edfs({"AnyNetX_A": edf([44.1, 46.0, 41.3]), "RegNetX": edf([41.2, 44.0, 39.7])})
        >>> [line.name for line in picture.panels[0].marks]
        ['AnyNetX_A: n = 3, min 41.3, mean 43.8', 'RegNetX: n = 3, min 39.7, mean 41.6']
    """
    return Picture([edf_panel(edfs)], title=title)


def edf_panel(edfs: Mapping[str, AnyEDF], places: Sequence[int] = ()) -> Panel:
    """Gives the panel of some EDFs; ``places`` are those of the populations among all, by default their order."""
    ends = error_range(edfs.values())
    band = BAND_OPACITY * min(1.0, 3 / max(1, len(edfs)))  # of many populations bands pile up
    order = places or range(len(edfs))
    lines = [
        _staircase(legend(name, edf), edf, ends, place, band)
        for place, (name, edf) in zip(order, edfs.items(), strict=True)
    ]
    weighted = any(isinstance(edf, NormalizedEDF) for edf in edfs.values())
    said = "share of networks, by weight" if weighted else "share of networks"
    return Panel(Axis(theme.label("error"), ends=ends), Axis(said, ends=(0, 1.02), percent=True), lines)


def legend(name: str, edf: AnyEDF) -> str:
    """Gives the legend of a population: its name, n, least and mean error in percent."""
    bins = f" in {edf.bins} bin{'s' * (edf.bins != 1)}" if isinstance(edf, NormalizedEDF) else ""
    return f"{name}: n = {edf.n}{bins}, min {edf.min:.1f}, mean {edf.mean:.1f}"


def error_range(edfs: Iterable[AnyEDF]) -> tuple[float, float]:
    """Gives the range of all errors and a little beyond, in percent."""
    ends = [(edf.min, float(edf.errors[-1])) for edf in edfs]
    low, high = min((low for low, _ in ends), default=0.0), max((high for _, high in ends), default=100.0)
    beyond = 0.03 * (high - low) or 1.0
    return low - beyond, high + beyond


def _staircase(name: str, edf: AnyEDF, ends: tuple[float, float], place: int, band: float) -> Line:
    """Draws from one end to the other, the band's as well."""
    heights, low, high = (np.append(edge, edge[-1:]) for edge in _heights(edf))
    return Line(
        x=np.concatenate([[ends[0]], edf.errors, [ends[1]]]),
        y=heights,
        low=low,
        high=high,
        name=name,
        color=place,
        band=band,
        steps="hv",
        hover=WEIGHTED_HOVER if isinstance(edf, NormalizedEDF) else HOVER,
    )


def _heights(edf: AnyEDF) -> tuple[NDArray[Any], NDArray[Any], NDArray[Any]]:
    """Gives the heights (n + 1,) of the EDF, and of its band's edges: before the first error, and from each one on."""
    if isinstance(edf, NormalizedEDF):
        return edf.band.fraction, edf.band.low, edf.band.high
    before = np.zeros(1)
    return (
        np.append(before, edf.fraction),
        np.append(before, edf.low),
        np.append(np.minimum(1.0, edf.margin), edf.high),
    )

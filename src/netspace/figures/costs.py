"""How params, acts and runtime go with flops (RegNet paper, Figure 12)."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from netspace.analysis import ComplexityTrend
from netspace.figures import theme
from netspace.figures.picture import Dots, Line, Mark, Panel, Picture
from netspace.figures.ticks import wide_axis
from netspace.numbers import short

GIGA = 1e9
"""Multiply-adds in a GF, the unit of the formulas."""

TERMS = {"sqrt": ("√F",), "linear": ("", "F"), "linear+sqrt": ("F", "√F")}
"""Of each form of curve what its coefficients are multiplied by, F in GF."""

SCALES = {"": 1.0, "F": GIGA, "√F": GIGA**0.5}


@dataclass(frozen=True, eq=False)
class CostPoints:
    """Networks of one population to draw.

    Attributes:
        flops: (n,) multiply-adds.
        values: (n,) params, acts or milliseconds.
        labels: what to show of each when pointed at.
        trend: `analysis.fit_complexity` of some of them, by flops in multiply-adds; ``None``: no curve is drawn.
        place: the place of the population among all, which decides its color and marker.
    """

    flops: ArrayLike
    values: ArrayLike
    labels: Sequence[str]
    trend: ComplexityTrend | None
    place: int = 0


def plot_complexity_trends(quantities: Mapping[str, Mapping[str, CostPoints]]) -> Picture:
    """Draws each quantity against flops with its curve, the band of one more network, and the formula in the note.

    RegNet paper, Figure 12. A curve that is pointed at tells the intervals of its coefficients.

    Args:
        quantities: for ``"params"``, ``"acts"``, ``"runtime"`` a panel's populations: their names and networks.

    Example:
        >>> from netspace.analysis import fit_complexity
        >>> flops, acts = [2e8, 4e8, 8e8, 16e8], [2.2e6, 4.1e6, 6.5e6, 7.9e6]
        >>> some = CostPoints(flops, acts, ["#0", "#1", "#2", "#3"], fit_complexity(flops, acts, "sqrt"))
        >>> print(plot_complexity_trends({"acts": {"RegNetX": some}}).panels[0].note)
        RegNetX: 6.17M √F
        R² = 0.92, n = 4
        F: GF
    """
    return Picture([_panel(quantity, points) for quantity, points in quantities.items()])


def formula(trend: ComplexityTrend, *, intervals: bool = False) -> str:
    """Says a curve, with the intervals of its coefficients if asked for; F is in 10^9 multiply-adds.

    Example:
        >>> from netspace.analysis import fit_complexity
        >>> trend = fit_complexity([2e8, 4e8, 8e8, 16e8], [4.0e6, 5.3e6, 7.4e6, 11.8e6], "linear")
        >>> formula(trend), formula(trend, intervals=True)
        ('2.94M + 5.58M F', '2.94M [2.11M, 3.78M] + 5.58M [4.6M, 6.57M] F')
    """
    rows = zip(TERMS[trend.form], trend.coefficients.tolist(), trend.intervals.tolist(), strict=True)
    return " + ".join(_term(term, value, ends if intervals else []) for term, value, ends in rows)


def _term(term: str, value: float, interval: Sequence[float]) -> str:
    coefficient, *ends = (short(SCALES[term] * number) for number in (value, *interval))
    said = f" [{', '.join(ends)}]" if ends else ""
    return f"{coefficient}{said} {term}".strip()


def _panel(quantity: str, points: Mapping[str, CostPoints]) -> Panel:
    x = wide_axis(theme.label("flops"), [each.flops for each in points.values()])
    y = wide_axis(theme.label(quantity), [each.values for each in points.values()])
    notes = [_note(name, each.trend) for name, each in points.items() if each.trend]
    return Panel(x, y, list(_marks(points)), note="\n".join([*notes, "F: GF"] if notes else []))


def _note(name: str, trend: ComplexityTrend) -> str:
    return f"{name}: {formula(trend)}\nR² = {trend.r_squared:.2g}, n = {trend.n}"


def _marks(points: Mapping[str, CostPoints]) -> Iterator[Mark]:
    for name, each in points.items():
        hover = "%{text}<br>flops %{x:.3s}: %{y:.3s}"
        yield Dots(each.flops, each.values, name, each.place, each.labels, hover=hover)
        if each.trend is not None:
            yield _curve(each.trend, each.place)


def _curve(trend: ComplexityTrend, place: int) -> Line:
    flops = np.geomspace(*trend.range, 60)
    low, high = trend.prediction_band(flops)
    label = f"{formula(trend, intervals=True)}, {100 * trend.confidence:g} %"
    return Line(flops, trend.at(flops), "", place, low, high, dash=0, label=label, hover="%{text}")

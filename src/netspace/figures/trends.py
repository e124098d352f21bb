"""How the best value of each parameter goes with flops (RegNet paper, Figure 11)."""

from collections.abc import Mapping, Sequence
from math import isfinite

import numpy as np
from numpy.typing import NDArray

from netspace.analysis import RegimeTrend
from netspace.figures import theme
from netspace.figures.picture import Dots, Line, Mark, Panel, Picture
from netspace.figures.ticks import log_axis, wide_axis
from netspace.numbers import short


def plot_parameter_trends(trends: Mapping[str, RegimeTrend], *, places: Mapping[str, int] | None = None) -> Picture:
    """Draws the best value of each parameter, with its range as a bar, against flops, and the line through them.

    RegNet paper, Figure 11; the line with its band, and its slope in the note, are ours.

    Args:
        trends: for each parameter its `analysis.trend_over_regimes`; a panel each.
        places: for each parameter its place among the colors; by default the first.

    Example:
        >>> from netspace.analysis import trend_over_regimes
        >>> depth, distances = range(12, 32, 2), [[abs(i - best) for i in range(10)] for best in (1, 4, 5)]
        >>> trend = trend_over_regimes([2e8, 4e8, 8e8], [depth] * 3, distances, scale="linear")
        >>> print(plot_parameter_trends({"depth": trend}).panels[0].note)
        +3 [-4.3, +10] at each doubling
        n = 10, 3 regimes, 95 %
    """
    return Picture([_panel(name, trend, (places or {}).get(name, 0)) for name, trend in trends.items()])


def _panel(name: str, trend: RegimeTrend, place: int) -> Panel:
    low, middle, high = ([getattr(each, part) for each in trend.ranges] for part in ("low", "median", "high"))
    regimes = [f"{short(flops)}: n = {each.n}" for flops, each in zip(trend.flops, trend.ranges, strict=True)]
    axis = log_axis if trend.scale == "log" else wide_axis
    y = axis(theme.label(name), [low, high])
    marks: list[Mark] = [
        Line(trend.flops, trend.fitted, "", place, _cut(trend, low), trend.high, dash=1),
        Dots(
            trend.flops,
            middle,
            color=place,
            labels=regimes,
            low=low,
            high=high,
            hover="%{text}<br>best value %{y:,.6~g}",
        ),
    ]
    return Panel(log_axis(theme.label("flops"), [trend.flops]), y, marks, note=_note(trend))


def _cut(trend: RegimeTrend, values: Sequence[float]) -> NDArray[np.float64]:
    """Gives the lower edge of the band; of a quantity that is never negative it ends at 0."""
    return np.maximum(trend.low, 0) if min(values) >= 0 else np.asarray(trend.low, np.float64)


def _note(trend: RegimeTrend) -> str:
    """Says the slope with its interval, and how many networks and regimes there are."""
    n = sorted({each.n for each in trend.ranges})
    networks = "n = " + (f"{n[0]}" if len(n) == 1 else f"{n[0]} to {n[-1]}")
    return f"{_slope(trend)}\n{networks}, {len(trend.ranges)} regimes, {100 * trend.confidence:g} %"


def _slope(trend: RegimeTrend) -> str:
    log = trend.scale == "log"
    slope, low, high = (f"{n:.2f}" if log else f"{n:+.2g}" for n in (trend.slope, *trend.slope_interval))
    interval = f"[{low}, {high}]" if isfinite(trend.slope_interval[0]) else "[interval unknown]"
    return f"∝ flops^{slope} {interval}" if log else f"{slope} {interval} at each doubling"

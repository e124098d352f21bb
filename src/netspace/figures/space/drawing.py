"""A space's picture in a file (matplotlib), from the numbers that `portray` gives."""

from collections.abc import Sequence
from math import ceil
from pathlib import Path
from textwrap import wrap
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from netspace.figures import theme
from netspace.figures.picture import side_by_side
from netspace.figures.printing import check_picture, save_figure
from netspace.figures.space.portraying import Curve, Portrait, acts_limit, params_limit, shares
from netspace.figures.ticks import log_ticks
from netspace.spaces.marginals import Marginal

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import SubFigure

_STRAIGHT = 0.02
"""Largest distance from a line that still looks like one."""

_TINY = 1e-3
"""Values below it are written as powers of ten."""

_BAND = "#dfe1e5"
_NAMED = 6
"""Stages that a legend names each; of more, the first and the last."""

FEW = 12
"""Values up to which a distribution is drawn as stairs, and a parameter's values are its ticks."""

LIMITED_SIZE = 224
"""Pixels at which the paper's limits on parameters and activations hold."""

LIMITS = {"params": (params_limit, "3M + 5.5M F"), "acts": (acts_limit, "6.5M √F")}
"""For each panel of the cloud its limit, and the paper's words for it; F is in 10^9 multiply-adds."""


def draw_space(portrait: Portrait, path: str | Path, *, title: str | None = None, width: float = 10.0) -> Path:
    """Draws a space into a file: (a) distributions of parameters, (b) flops, parameters and activations, (c) widths.

    Args:
        portrait: of `portray`.
        path: where to write; its suffix decides the format (``.png``, ``.svg``, ``.pdf``).
        title: a line above; by default the space, its budget and n.
        width: of the figure, in inches.

    Returns:
        The path written.

    Raises:
        AnalysisError: the suffix names no format, or the file cannot be written.
    """
    check_picture(path)
    from matplotlib.figure import Figure

    columns = max(1, side_by_side(len(portrait.groups)))
    rows = ceil(len(portrait.groups) / columns)
    heights = [0.235 * width * rows + 0.05 * width, 0.36 * width]
    figure = Figure(figsize=(width, sum(heights) + 0.04 * width), layout="constrained")
    parts = figure.subfigures(2 if rows else 1, 1, height_ratios=heights[-2 if rows else -1 :], squeeze=False)[:, 0]
    if rows:
        _draw_parameters(parts[0], portrait, rows, columns)
    panels = parts[-1].subplots(1, 3)
    for axes, quantity in zip(panels, LIMITS, strict=False):
        _draw_cloud(axes, portrait, quantity)
    _draw_profiles(panels[2], portrait)
    _letter(panels[0], "b")
    _letter(panels[2], "c")
    figure.suptitle(_title(portrait) if title is None else title, fontsize=10, parse_math=False)
    return save_figure(figure, path)


def _title(portrait: Portrait) -> str:
    size = f" at {portrait.image_size} px" if portrait.image_size else ""
    budget = f"; within the budget: {portrait.budget}" if portrait.budget else ""
    return "\n".join(wrap(f"{portrait.name}{size}, n = {portrait.n:,}{budget}", 110))


def _letter(axes: "Axes", letter: str) -> None:
    axes.set_title(f"({letter})", loc="left", fontsize=10, fontweight="bold")


def _draw_parameters(part: "SubFigure", portrait: Portrait, rows: int, columns: int) -> None:
    panels = list(part.subplots(rows, columns, sharey=True, squeeze=False).flat)
    for i, ((name, curves), axes) in enumerate(zip(portrait.groups.items(), panels, strict=False)):
        _draw_group(axes, name, curves, portrait)
        axes.set_ylabel("share of networks" if i % columns == 0 else "", fontsize=9)
    for axes in panels[len(portrait.groups) :]:
        axes.set_axis_off()
    _letter(panels[0], "a")
    part.legend(handles=_legend(portrait), loc="outside upper center", ncols=6, frameon=False, fontsize=8)


_DRAWN, _KEPT, _WITHIN = "-", (0, (1, 1)), (0, (4, 1.5))
"""Dashes of what is drawn, of networks of the space, and of those inside the budget."""


def _legend(portrait: Portrait) -> list[Any]:
    from matplotlib.lines import Line2D
    from matplotlib.patches import Patch

    def line(style: Any, label: str, color: Any = "black", size: float = 1.4) -> Line2D:
        return Line2D([], [], color=color, linestyle=style, linewidth=size, label=label)

    curves = [curve for group in portrait.groups.values() for curve in group]
    noise_label = f"noise of n = {portrait.n:,} (95 %, all at once)"
    rule = [line("-", "the space's distribution", theme.INK, 0.9), Patch(color=_BAND, linewidth=0, label=noise_label)]
    share = f"{100 * portrait.accepted:.2g} %"
    stages = sorted({curve.stage for curve in curves if curve.stage is not None})
    named = stages if len(stages) <= _NAMED else [stages[0], stages[-1]]
    return [
        *(rule if any(curve.own is not None for curve in curves) else []),
        line(_DRAWN, "drawn"),
        *([line(_KEPT, f"kept: networks of the space ({share} of draws)")] if portrait.accepted < 1 else []),
        *([line(_WITHIN, "within the budget")] if portrait.within else []),
        *(line("-", f"stage {stage}", _color(stage, portrait.num_stages), 3) for stage in named),
    ]


def _color(stage: int | None, num_stages: int) -> Any:
    """Gives a color from dark to light over the stages; what is no stage's has the first of the palette."""
    from matplotlib import colormaps

    return theme.PALETTE[0] if stage is None else colormaps["viridis"](0.87 * (stage - 1) / max(1, num_stages - 1))


def _draw_group(axes: "Axes", name: str, curves: Sequence[Curve], portrait: Portrait) -> None:
    _draw_own(axes, curves, portrait.noise)
    for curve in curves:
        _draw_curve(axes, curve, portrait)
    _set_scale(axes, curves)
    _say_distance(axes, curves, portrait.noise)
    axes.set_xlabel(theme.label(name), fontsize=9, parse_math=False)
    axes.set_ylim(-0.02, 1.02)
    _finish(axes)


def _draw_own(axes: "Axes", curves: Sequence[Curve], margin: float) -> None:
    """Draws what the space says, once where several stages have it in common."""
    own = [curve.own for curve in curves if curve.own is not None]
    different = {(each.values.tobytes(), each.cumulative.tobytes()): each for each in own}
    for each in different.values():
        x, y = each.values, each.cumulative
        stairs = len(x) <= FEW
        low, high = np.maximum(0, y - margin), np.minimum(1, y + margin)
        axes.fill_between(x, low, high, step="post" if stairs else None, color=_BAND, alpha=0.8, linewidth=0)
        axes.plot(x, y, color=theme.INK, linewidth=0.9, drawstyle="steps-post" if stairs else "default")


def _draw_curve(axes: "Axes", curve: Curve, portrait: Portrait) -> None:
    known = [curve.drawn, curve.kept] if curve.within is None else [curve.drawn, curve.kept, curve.within]
    x = np.unique(np.concatenate(known)) if curve.own is None else curve.own.values
    stairs = len(x) <= FEW
    kinds = [(curve.drawn, _DRAWN), *([(curve.kept, _KEPT)] if portrait.accepted < 1 else [])]
    for values, dashes in [*kinds, *([] if curve.within is None else [(curve.within, _WITHIN)])]:
        # Stairs begin at zero; of many values only their tops are joined, on which a log-uniform one is straight
        points = (np.append(x[:1], x), np.append(0.0, shares(values, x))) if stairs else (x, shares(values, x))
        color = _color(curve.stage, portrait.num_stages)
        style = "steps-post" if stairs else "default"
        axes.plot(*points, color=color, linestyle=dashes, linewidth=1.3, drawstyle=style)


def is_straight(marginal: Marginal) -> bool:
    """Says whether a cumulative distribution is a straight line over the values themselves, as a uniform one's is.

    Example:
        >>> from netspace.spaces import log_uniform, uniform
        >>> [is_straight(Marginal(each.table, each.cumulative)) for each in (uniform(8, 64, 8), log_uniform(8, 64, 8))]
        [True, False]
    """
    x, y = marginal.values, marginal.cumulative
    line = y[0] + (y[-1] - y[0]) * (x - x[0]) / max(x[-1] - x[0], 1e-300)
    return bool(np.abs(y - line).max() < _STRAIGHT)


def _set_scale(axes: "Axes", curves: Sequence[Curve]) -> None:
    """Chooses a log axis wherever there is one, but for uniform distributions, and round ticks."""
    from matplotlib.ticker import FixedLocator, NullLocator, ScalarFormatter

    values = np.unique(np.concatenate([c.drawn if c.own is None else c.own.values for c in curves]))
    uniform = all(curve.own is not None and is_straight(curve.own) for curve in curves)
    if values[0] > 0 and not uniform:
        axes.set_xscale("log")
        _set_log_ticks(axes, values)
    elif len(values) <= FEW:
        axes.xaxis.set_major_locator(FixedLocator(values.tolist()))
    if values[0] >= _TINY or uniform:
        axes.xaxis.set_major_formatter(ScalarFormatter())
    axes.xaxis.set_minor_locator(NullLocator())


def _set_log_ticks(axes: "Axes", values: NDArray[Any]) -> None:
    from matplotlib.ticker import FixedLocator, LogLocator, MaxNLocator

    low, high = float(values[0]), float(values[-1])
    powers = log_ticks(low, high) if low >= 1 else []
    if len(values) <= FEW:
        axes.xaxis.set_major_locator(FixedLocator(values.tolist()))
    elif len(powers) >= 3:
        axes.xaxis.set_major_locator(FixedLocator(powers))
    elif high > 10 * low:
        axes.xaxis.set_major_locator(LogLocator(subs=(1, 2, 5) if low >= _TINY else (1,)))
    else:
        axes.xaxis.set_major_locator(MaxNLocator(4))


def _say_distance(axes: "Axes", curves: Sequence[Curve], allowed: float) -> None:
    """Says the largest distance of a panel, and whether noise alone may give it."""
    known = [curve.distance for curve in curves if curve.distance is not None]
    if not known:
        return
    far = max(known) > allowed
    text = f"distance {max(known):.3f} (noise {allowed:.3f})"
    axes.text(
        0.97,
        0.04,
        text,
        transform=axes.transAxes,
        ha="right",
        fontsize=8,
        color=theme.PALETTE[1] if far else "black",
        bbox={"facecolor": "white", "alpha": 0.7, "linewidth": 0, "pad": 1.5},
    )


def _draw_cloud(axes: "Axes", portrait: Portrait, quantity: str) -> None:
    samples = [("networks of the space", portrait.sample, "#9aa0a8" if portrait.within else theme.PALETTE[0])]
    if portrait.within:
        samples.append(("within the budget", portrait.within, theme.PALETTE[1]))
    for label, cost, color in samples:
        axes.plot(cost.flops, getattr(cost, quantity), ".", color=color, alpha=0.5, markersize=4, mew=0, label=label)
    if portrait.image_size == LIMITED_SIZE:
        limit, words = LIMITS[quantity]
        flops = np.geomspace(portrait.sample.flops.min() / 1.2, portrait.sample.flops.max() * 1.2, 100)
        axes.plot(
            flops, limit(flops), color="black", linewidth=0.8, label=f"RegNet paper: {quantity} ≤ {words} (F in GF)"
        )
    axes.set(xscale="log", yscale="log")
    _set_amounts(axes)
    axes.set_xlabel(theme.label("flops"), fontsize=9)
    axes.set_ylabel(theme.label(quantity), fontsize=9)
    _make_room(axes)
    axes.legend(frameon=False, fontsize=7, loc="upper left", handlelength=1.4, borderpad=0.1, markerscale=2)
    _finish(axes)


def _make_room(axes: "Axes") -> None:
    """Leaves the upper sixth of a log axis to the legend."""
    low, high = axes.get_ylim()
    axes.set_ylim(low, high * (high / low) ** 0.18)


def _set_amounts(axes: "Axes") -> None:
    """Writes powers of ten with a suffix such as M, and 2 and 5 of each where there are few."""
    from matplotlib.ticker import EngFormatter, LogLocator, NullLocator

    for axis, (low, high) in ((axes.xaxis, axes.get_xlim()), (axes.yaxis, axes.get_ylim())):
        axis.set_major_locator(LogLocator(subs=(1,) if high / low >= 100 else (1, 2, 5)))
        axis.set_minor_locator(NullLocator())
        axis.set_major_formatter(EngFormatter(sep=""))


def _draw_profiles(axes: "Axes", portrait: Portrait) -> None:
    from matplotlib import colormaps
    from matplotlib.ticker import MaxNLocator, NullLocator, ScalarFormatter

    by_depth = sorted(portrait.profiles, key=len)
    for widths, color in zip(by_depth, colormaps["viridis"](np.linspace(0, 0.87, len(by_depth))), strict=True):
        axes.stairs(widths, np.arange(len(widths) + 1) + 0.5, baseline=None, color=color, linewidth=1.1, alpha=0.85)
    depths = " (lighter: deeper)" if len({len(widths) for widths in by_depth}) > 1 else ""
    axes.set_title(f"{len(by_depth)} random networks{depths}", fontsize=8, loc="right")
    axes.set_yscale("log", base=2)
    axes.yaxis.set_major_formatter(ScalarFormatter())
    axes.yaxis.set_minor_locator(NullLocator())
    axes.xaxis.set_major_locator(MaxNLocator(integer=True, nbins=6))
    axes.set_xlabel("block", fontsize=9)
    axes.set_ylabel(theme.label("width"), fontsize=9)
    _finish(axes)


def _finish(axes: "Axes") -> None:
    axes.grid(visible=True, alpha=0.25, linewidth=0.6)
    axes.tick_params(labelsize=8)
    axes.spines[["top", "right"]].set_visible(False)

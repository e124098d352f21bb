"""Pictures as files for papers and pages that hold no script (matplotlib)."""

from collections.abc import Callable, Sequence
from math import isfinite
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from netspace.errors import AnalysisError
from netspace.figures import theme
from netspace.figures.picture import BAND_OPACITY, Axis, Dots, Line, Panel, Picture, Region, Rule, Span
from netspace.figures.ticks import LARGE

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.axis import Axis as DrawnAxis
    from matplotlib.figure import Figure

DASHES: dict[str, Any] = {
    "solid": "-",
    "dash": "--",
    "dot": ":",
    "dashdot": "-.",
    "longdash": (0, (8, 3)),
    "longdashdot": (0, (8, 3, 2, 3)),
}
"""Plotly's names of dashes as matplotlib's."""

MARKERS = {"circle": "o", "diamond": "D", "square": "s", "triangle-up": "^", "cross": "P", "x": "X"}
"""Plotly's names of markers as matplotlib's."""

DRAW_STYLES = {"": "default", "hv": "steps-post", "hvh": "steps-mid"}
FILL_STEPS: dict[str, Any] = {"": None, "hv": "post", "hvh": "mid"}
LISTED = 5
"""Names up to which a panel's legend stands inside it."""

PAGES = (".html", ".htm")


def check_picture(path: str | Path) -> Path:
    """Gives the path of a picture, if its suffix names a format that can be drawn.

    Raises:
        AnalysisError: it does not.
    """
    from matplotlib.backends.backend_agg import FigureCanvasAgg

    known = FigureCanvasAgg.get_supported_filetypes()
    if Path(path).suffix.lstrip(".").lower() not in known:
        raise AnalysisError(f"cannot draw to {str(path)!r}: its suffix must be one of {', '.join(sorted(known))}")
    return Path(path)


def save_picture(picture: Picture, path: str | Path, width: float | None = None) -> Path:
    """Draws a picture into a file, as `Picture.save` does.

    Raises:
        AnalysisError: there is no panel, the suffix names no format, or the file cannot be written.
    """
    if not picture.panels:
        raise AnalysisError("there is nothing to draw: the picture has no panel")
    if Path(path).suffix.lower() in PAGES:
        return _written(path, lambda: picture.plotly().write_html(path, include_plotlyjs=True, full_html=True))
    check_picture(path)
    figure = draw(picture, width)
    return _written(path, lambda: figure.savefig(path, dpi=200))


def _written(path: str | Path, write: Callable[[], object]) -> Path:
    try:
        write()
    except OSError as error:
        raise AnalysisError(f"cannot write {str(path)!r}: {error.strerror}. Give another path.") from None
    return Path(path)


def draw(picture: Picture, width: float | None = None) -> "Figure":
    """Gives a picture as matplotlib's figure, ``width`` inches wide."""
    from matplotlib.figure import Figure

    rows, columns = picture.grid
    inches = width or (6.4 if columns == 1 else 10.0)
    height = 0.62 * inches if columns == rows == 1 else 0.85 * inches / columns * rows + 0.5
    figure = Figure(figsize=(inches, height), layout="constrained")
    panels = list(figure.subplots(rows, columns, squeeze=False).flat)
    for axes, panel in zip(panels, picture.panels, strict=False):
        _draw_panel(axes, panel, small=columns > 1)
    for axes in panels[len(picture.panels) :]:
        axes.set_axis_off()
    _list_names(figure, panels, alone=columns == rows == 1)
    if picture.title:
        _set_title(figure, panels, picture.title, alone=columns == rows == 1)
    return figure


def _draw_panel(axes: "Axes", panel: Panel, *, small: bool) -> None:
    size = 8 if small else 10
    for mark in panel.marks:
        _DRAWN[type(mark)](axes, mark)
    _set_axis(axes.xaxis, panel.x, axes.set_xlim, axes.set_xscale)
    _set_axis(axes.yaxis, panel.y, axes.set_ylim, axes.set_yscale)
    axes.set_xlabel(panel.x.label, fontsize=size, parse_math=False)
    axes.set_ylabel(panel.y.label, fontsize=size, parse_math=False)
    axes.tick_params(labelsize=size - 1)
    if panel.title:
        axes.set_title(theme.unbroken(panel.title), fontsize=size, loc="left", wrap=True, parse_math=False)
    if panel.note:
        place = {"transform": axes.transAxes, "ha": "right", "va": "top", "fontsize": size - 1, "color": theme.INK}
        axes.text(0.98, 0.98, panel.note, parse_math=False, **place)  # type: ignore[arg-type]
    axes.spines[["top", "right"]].set_visible(False)


def _draw_line(axes: "Axes", mark: Line) -> None:
    color, x, y = theme.color(mark.color), np.asarray(mark.x, np.float64), np.asarray(mark.y, np.float64)
    if mark.low is not None and mark.high is not None:
        low, high = np.asarray(mark.low, np.float64), np.asarray(mark.high, np.float64)
        step = FILL_STEPS[mark.steps]
        axes.fill_between(x, low, high, step=step, color=color, alpha=mark.band, linewidth=0)
    dash = DASHES[theme.dash(mark.color) if mark.dash is None else theme.nth(theme.DASHES, mark.dash)]
    axes.plot(
        x,
        y,
        color=color,
        alpha=mark.opacity,
        linestyle=dash,
        linewidth=0.7 * mark.width,
        drawstyle=DRAW_STYLES[mark.steps],
        marker="o" if np.isfinite(y).sum() == 1 else None,
        label=_listed(mark.name),
    )


def _draw_dots(axes: "Axes", mark: Dots) -> None:
    x, y = np.asarray(mark.x, np.float64), np.asarray(mark.y, np.float64)
    size, opacity = theme.dot_size(len(x))
    look: dict[str, Any] = {"color": theme.color(mark.color)}
    if mark.heat is not None:
        look = {"c": np.asarray(mark.heat, np.float64), "cmap": theme.HEAT.lower()}
    drawn = axes.scatter(
        x,
        y,
        s=(0.6 * (mark.size or size)) ** 2,
        alpha=mark.opacity or opacity,
        marker=MARKERS[theme.marker(mark.color)],
        linewidths=0,
        label=_listed(mark.name),
        **look,
    )
    if mark.heat is not None:
        axes.figure.colorbar(drawn, ax=axes).set_label(mark.heat_label, parse_math=False)
    if mark.low is not None and mark.high is not None:
        ends = np.maximum(0, [y - np.asarray(mark.low, np.float64), np.asarray(mark.high, np.float64) - y])
        axes.errorbar(x, y, yerr=ends, fmt="none", ecolor=theme.color(mark.color), elinewidth=0.8)
    if mark.written:
        for a, b, label in zip(x, y, mark.labels, strict=True):
            offset = {"xytext": (0, 4), "textcoords": "offset points", "ha": "center", "fontsize": 6}
            axes.annotate(label, (a, b), color=theme.INK, parse_math=False, **offset)  # type: ignore[arg-type]


def _draw_span(axes: "Axes", mark: Span) -> None:
    color = theme.color(mark.color)
    axes.axvspan(mark.low, mark.high, color=color, alpha=0.13, linewidth=0, zorder=0)
    if mark.middle is not None:
        axes.axvline(mark.middle, color=color, linestyle="--", linewidth=1.4)


def _draw_rule(axes: "Axes", mark: Rule) -> None:
    look: dict[str, Any] = {"color": theme.INK, "linestyle": ":", "linewidth": 0.9, "zorder": 0}
    text: dict[str, Any] = {"fontsize": 7, "color": theme.INK, "parse_math": False}
    if mark.along == "y":
        axes.axvline(mark.at, **look)
        axes.text(mark.at, 0.02, f" {mark.name}", transform=axes.get_xaxis_transform(), **text)
    else:
        axes.axhline(mark.at, **look)
        axes.text(0.98, mark.at, mark.name, transform=axes.get_yaxis_transform(), ha="right", va="bottom", **text)


def _draw_region(axes: "Axes", mark: Region) -> None:
    color, x, y = theme.color(mark.color), np.asarray(mark.x), np.asarray(mark.y)
    if len(x) < 3:
        axes.plot(x, y, color=color, marker="o", markersize=9, alpha=0.35, label=_listed(mark.name))
        return
    axes.fill(
        x, y, facecolor=theme.mixed(color, BAND_OPACITY), edgecolor=color, linewidth=0.8, label=_listed(mark.name)
    )


_DRAWN: dict[type, Callable[["Axes", Any], None]] = {
    Line: _draw_line,
    Dots: _draw_dots,
    Span: _draw_span,
    Rule: _draw_rule,
    Region: _draw_region,
}


def _listed(name: str) -> str:
    """Gives a name as matplotlib's legend lists it; it leaves out those that begin with an underscore."""
    return name if name and not name.startswith("_") else f"\u200b{name}" if name else "_nolegend_"


def _set_axis(drawn: "DrawnAxis", axis: Axis, limit: Callable[..., Any], scale: Callable[..., Any]) -> None:
    from matplotlib.ticker import EngFormatter, FixedLocator, FuncFormatter, MaxNLocator, NullLocator, PercentFormatter

    if axis.log:
        scale("log")
        drawn.set_minor_locator(NullLocator())
    if axis.ends is not None and all(map(isfinite, axis.ends)):
        limit(*axis.ends)
    if len(axis.ticks):
        drawn.set_major_locator(FixedLocator(list(axis.ticks)))
        large = max(axis.ticks) >= LARGE
        drawn.set_major_formatter(EngFormatter(sep="") if large else FuncFormatter(lambda value, _: f"{value:g}"))
    elif not axis.log:
        drawn.set_major_locator(MaxNLocator(6, integer=axis.whole))
        low, high = drawn.get_view_interval()
        if max(abs(low), abs(high)) >= LARGE:
            drawn.set_major_formatter(EngFormatter(sep=""))
    if axis.percent:
        drawn.set_major_formatter(PercentFormatter(1, decimals=0))


def _list_names(figure: "Figure", panels: Sequence["Axes"], *, alone: bool) -> None:
    """Puts one legend: inside a lone panel if it is short, else above all panels, each name once."""
    named = {label: handle for axes in panels for handle, label in zip(*axes.get_legend_handles_labels(), strict=True)}
    if not named or (len(named) == 1 and not panels[0].collections):
        return
    size = 9 if alone else 8
    if alone and len(named) <= LISTED:
        legend: Any = panels[0].legend(frameon=False, loc="best", fontsize=size)
    else:
        legend = figure.legend(
            named.values(), named.keys(), loc="outside upper center", ncols=3, frameon=False, fontsize=size
        )
    for text in legend.get_texts():
        text.set_parse_math(False)


def _set_title(figure: "Figure", panels: Sequence["Axes"], title: str, *, alone: bool) -> None:
    text = theme.unbroken(title)
    if alone:
        panels[0].set_title(text, fontsize=9, wrap=True, parse_math=False)
    else:
        figure.suptitle(text, fontsize=10, wrap=True, parse_math=False)

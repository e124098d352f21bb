"""Pictures as files for papers and pages that hold no script (matplotlib)."""

from collections.abc import Callable, Sequence
from html import escape
from math import isfinite
from pathlib import Path
from textwrap import fill
from typing import TYPE_CHECKING, Any

import numpy as np

from netspace.errors import AnalysisError
from netspace.figures import theme
from netspace.figures.corners import Corner, place_notes
from netspace.figures.picture import BAND_OPACITY, Axis, Dots, Line, Panel, Picture, Region, Rule, Span
from netspace.figures.ticks import LARGE, TINY
from netspace.files import whole_file

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
INCHES = {1: 6.4, 4: 13.6}
"""Width of a figure by how many panels stand side by side; others have 10."""

LISTED = 5
"""Names up to which a lone panel's legend stands inside it, if no note does."""

LETTERS = 15
"""Of a legend that fit into an inch."""

LONG = 40
"""Letters above which an axis' words are turned."""

PAGES = ("html", "htm")

WIDEST = 200
"""Inches: what a figure is wide at most, so that none fills the memory by mistake."""

PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>{title}</title>
<style>
:root {{ color-scheme: light dark; }}
html, body {{ height: 100%; margin: 0; }}
body > div {{ height: 100%; min-width: 680px; }} /* lines of a title and of a legend need it: a phone scrolls */
</style>
</head>
<body>
{drawn}
</body>
</html>
"""

USUAL = ("pdf", "svg", "png")
"""Suffixes that are named to those who give another."""

UNDATED: dict[str, dict[str, Any]] = {"pdf": {"CreationDate": None}, "svg": {"Date": None}, "svgz": {"Date": None}}
"""What keeps the time of drawing out of a file: the same numbers give the same bytes."""


def check_picture(path: str | Path, *, pages: bool = False) -> Path:
    """Gives the path of a picture, if its suffix names a format that can be drawn.

    Args:
        path: of the file.
        pages: whether interactive pages are among the formats, as for `Picture.save`.

    Raises:
        AnalysisError: it does not.

    Example:
        >>> check_picture("edfs.pdf").suffix, check_picture("edfs.html", pages=True).suffix
        ('.pdf', '.html')
    """
    from matplotlib.backends.backend_agg import FigureCanvasAgg

    known = {*FigureCanvasAgg.get_supported_filetypes(), *(PAGES if pages else ())}
    if Path(path).suffix.lstrip(".").lower() not in known:
        usual = ", ".join((*USUAL, "html") if pages else USUAL)
        raise AnalysisError(
            f"cannot draw to {str(path)!r}: its suffix must be one of {usual} (or another of matplotlib's, such as eps)"
        )
    return Path(path)


def save_picture(picture: Picture, path: str | Path, width: float | None = None) -> Path:
    """Draws a picture into a file, as `Picture.save` does.

    The same picture gives the same file, byte for byte, as PDF, SVG, PNG and page. Its folder is made if need be.

    Raises:
        AnalysisError: there is no panel, the suffix names no format, the width is none, or the file cannot be written.
    """
    if not picture.panels:
        raise AnalysisError("there is nothing to draw: the picture has no panel")
    check_picture(path, pages=True)
    _check_width(width)
    if Path(path).suffix.lstrip(".").lower() not in PAGES:
        return save_figure(draw(picture, width), path)
    page = picture_page(picture)
    with whole_file(path, AnalysisError) as file:
        file.write_text(page, encoding="utf-8", newline="\n")
    return Path(path)


def _check_width(width: object) -> None:
    """Refuses widths of which no figure can be."""
    if width is None:
        return
    is_number = isinstance(width, int | float | np.integer | np.floating) and not isinstance(width, bool)
    if not is_number or not 0 < float(width) <= WIDEST:  # type: ignore[arg-type]
        raise AnalysisError(
            f"a picture cannot be {width!r} inches wide: give a number above 0 and up to {WIDEST}, or none for its own"
        )


def picture_page(picture: Picture) -> str:
    """Gives a picture as an interactive page that opens without a network, fills its window and follows its colors."""
    drawn = picture.plotly().to_html(include_plotlyjs=True, full_html=False, div_id="picture", default_height="100%")
    return PAGE.format(title=escape(picture.title or "Picture"), drawn=drawn)


def save_figure(figure: "Figure", path: str | Path) -> Path:
    """Writes a figure of matplotlib; the same one gives the same file, byte for byte.

    Raises:
        AnalysisError: the file cannot be written.
    """
    from matplotlib import rc_context

    with rc_context({"svg.hashsalt": "netspace"}), whole_file(path, AnalysisError) as file:
        figure.savefig(file, dpi=200, metadata=UNDATED.get(file.suffix.lstrip(".").lower()))
    return Path(path)


def draw(picture: Picture, width: float | None = None) -> "Figure":
    """Gives a picture as matplotlib's figure, ``width`` inches wide."""
    from matplotlib.figure import Figure

    rows, columns = picture.grid
    lone = columns == rows == 1
    inches = width or INCHES.get(columns, 10.0)
    height = 0.62 * inches if lone else 0.85 * inches / columns * rows + 0.5
    figure = Figure(figsize=(inches, height), layout="constrained")
    shared: tuple[bool, bool] = ("x" in picture.shared, "y" in picture.shared)
    panels = list(figure.subplots(rows, columns, sharex=shared[0], sharey=shared[1], squeeze=False).flat)
    picture, corners = place_notes(picture)
    for i, panel in enumerate(picture.panels):
        _draw_panel(panels[i], panel, corners[i], 8 if columns > 1 else 10)
        _hide_axes(panels[i], *picture.hides(i))
    for axes in panels[len(picture.panels) :]:
        axes.set_axis_off()
    noted = any(panel.note for panel in picture.panels)
    _entitle(figure, panels, picture.title, lone=lone, roomy=lone and not noted)
    if picture.note:
        figure.supxlabel(picture.note, fontsize=7, wrap=True, parse_math=False)
    return figure


def _draw_panel(axes: "Axes", panel: Panel, corner: Corner, size: int) -> None:
    for place, mark in enumerate(panel.marks):
        _DRAWN[type(mark)](axes, mark, 2 + place / 1000)
    _set_axis(axes.xaxis, panel.x, axes.set_xlim, axes.set_xscale)
    _set_axis(axes.yaxis, panel.y, axes.set_ylim, axes.set_yscale)
    axes.set_xlabel(panel.x.label, fontsize=size, parse_math=False)
    axes.set_ylabel(panel.y.label, fontsize=size, parse_math=False)
    axes.tick_params(labelsize=size - 1)
    if panel.title:
        axes.set_title(theme.unbroken(panel.title), fontsize=size, loc="left", wrap=True, parse_math=False)
    if panel.note:
        _write_note(axes, panel.note, corner, size - 1)
    axes.spines[["top", "right"]].set_visible(False)


def _write_note(axes: "Axes", note: str, corner: Corner, size: int) -> None:
    aside, high = corner
    place: dict[str, Any] = {"transform": axes.transAxes, "ha": aside, "va": high, "multialignment": aside}
    x, y = 0.02 if aside == "left" else 0.98, 0.02 if high == "bottom" else 0.98
    axes.text(x, y, note, fontsize=size, color=theme.INK, parse_math=False, zorder=4, **place)


def _hide_axes(axes: "Axes", below: bool, left: bool) -> None:
    """Leaves the texts of shared axes to the panels at the edges."""
    axes.tick_params(labelbottom=not below, labelleft=not left)
    if below:
        axes.set_xlabel("")
    if left:
        axes.set_ylabel("")


def _draw_line(axes: "Axes", mark: Line, order: float) -> None:
    color, y = theme.color(mark.color), np.asarray(mark.y, np.float64)
    if mark.edges is not None:
        look: dict[str, Any] = {"step": FILL_STEPS[mark.steps], "alpha": mark.band, "linewidth": 0, "zorder": order}
        axes.fill_between(*mark.edges, color=color, **look)
    dash = DASHES[theme.dash(mark.color) if mark.dash is None else theme.nth(theme.DASHES, mark.dash)]
    axes.plot(
        np.asarray(mark.x, np.float64),
        y,
        color=color,
        alpha=mark.opacity,
        linestyle=dash,
        linewidth=0.7 * mark.width,
        drawstyle=DRAW_STYLES[mark.steps],
        marker="o" if np.isfinite(y).sum() == 1 else None,
        label=_listed(mark.name),
        zorder=order,
    )


def _draw_dots(axes: "Axes", mark: Dots, order: float) -> None:
    x, y, color = np.asarray(mark.x, np.float64), np.asarray(mark.y, np.float64), theme.color(mark.color)
    if mark.low is not None and mark.high is not None:
        ends = np.maximum(0, [y - np.asarray(mark.low, np.float64), np.asarray(mark.high, np.float64) - y])
        axes.errorbar(x, y, yerr=ends, fmt="none", ecolor=color, elinewidth=0.8, zorder=order)
    size, opacity = theme.dot_size(len(x))
    drawn = axes.scatter(
        x,
        y,
        s=(0.6 * (mark.size or size)) ** 2,
        alpha=opacity if mark.opacity is None else mark.opacity,
        label=_listed(mark.name),
        zorder=order,
        **_dot_look(mark, color),
    )
    if mark.heat is not None and len(x):
        scale = axes.figure.colorbar(drawn, ax=axes)
        if scale.solids is not None:
            scale.solids.set_alpha(1)
        scale.set_label(mark.heat_label, fontsize=8, parse_math=False)
        scale.ax.tick_params(labelsize=7)
    for a, b, label in zip(x, y, mark.labels if mark.written else (), strict=False):
        offset: dict[str, Any] = {"xytext": (3, 2), "textcoords": "offset points", "ha": "left", "fontsize": 6}
        axes.annotate(label, (a, b), color=theme.INK, parse_math=False, zorder=order, **offset)


def _dot_look(mark: Dots, color: str) -> dict[str, Any]:
    if mark.rings:
        return {"marker": "o", "facecolors": "none", "edgecolors": color, "linewidths": 1.0}
    marker = MARKERS[theme.marker(mark.color)]
    if mark.heat is None:
        return {"marker": marker, "linewidths": 0, "color": color}
    return {"marker": marker, "linewidths": 0, "c": np.asarray(mark.heat, np.float64), "cmap": theme.HEAT.lower()}


def _draw_span(axes: "Axes", mark: Span, order: float) -> None:
    color = theme.color(mark.color)
    axes.axvspan(mark.low, mark.high, color=color, alpha=0.13, linewidth=0, zorder=0)
    if mark.middle is not None:
        axes.axvline(mark.middle, color=color, linestyle="--", linewidth=1.4, zorder=order)


def _draw_rule(axes: "Axes", mark: Rule, order: float) -> None:
    look: dict[str, Any] = {"color": theme.INK, "linestyle": ":", "linewidth": 0.9, "zorder": 0}
    text: dict[str, Any] = {"fontsize": 7, "color": theme.INK, "parse_math": False, "zorder": order}
    if mark.along == "y":
        axes.axvline(mark.at, **look)
        axes.text(mark.at, 0.02, f" {mark.name}", transform=axes.get_xaxis_transform(), **text)
    else:
        axes.axhline(mark.at, **look)
        axes.text(0.98, mark.at, mark.name, transform=axes.get_yaxis_transform(), ha="right", va="bottom", **text)


def _draw_region(axes: "Axes", mark: Region, order: float) -> None:
    color, x, y = theme.color(mark.color), np.asarray(mark.x), np.asarray(mark.y)
    look: dict[str, Any] = {"label": _listed(mark.name), "zorder": order}
    if len(x) < 3:
        axes.plot(x, y, color=color, marker="o", markersize=9, alpha=0.35, **look)
    else:
        axes.fill(x, y, facecolor=theme.mixed(color, BAND_OPACITY), edgecolor=color, linewidth=0.8, **look)


_DRAWN: dict[type, Callable[["Axes", Any, float], None]] = {
    Line: _draw_line,
    Dots: _draw_dots,
    Span: _draw_span,
    Rule: _draw_rule,
    Region: _draw_region,
}
"""How each kind of mark is drawn; later marks of a panel lie above earlier ones."""


def _listed(name: str) -> str:
    """Gives a name as matplotlib's legend lists it; it leaves out those that begin with an underscore."""
    return name if name and not name.startswith("_") else f"\u200b{name}" if name else "_nolegend_"


def _set_axis(drawn: "DrawnAxis", axis: Axis, limit: Callable[..., Any], scale: Callable[..., Any]) -> None:
    from matplotlib.ticker import MaxNLocator, NullLocator, PercentFormatter

    if axis.log:
        scale("log")
        drawn.set_minor_locator(NullLocator())
    if axis.ends is not None and all(map(isfinite, axis.ends)):
        limit(*axis.ends)
    if len(axis.ticks):
        _set_ticks(drawn, axis)
    elif not axis.log:
        drawn.set_major_locator(MaxNLocator(6, integer=axis.whole))
        _write_large(drawn, *drawn.get_view_interval())
    if axis.percent:
        drawn.set_major_formatter(PercentFormatter(1, decimals=0))


def _set_ticks(drawn: "DrawnAxis", axis: Axis) -> None:
    from matplotlib.ticker import FixedLocator, FuncFormatter

    if len(axis.tick_texts):
        long = sum(map(len, axis.tick_texts)) > LONG
        turned: dict[str, Any] = {"rotation": 30, "ha": "right", "rotation_mode": "anchor"} if long else {}
        drawn.set_ticks(list(axis.ticks), labels=list(axis.tick_texts), parse_math=False, **turned)
    else:
        drawn.set_major_locator(FixedLocator(list(axis.ticks)))
        written = _tiny if min(axis.ticks) < TINY else "{:g}".format
        drawn.set_major_formatter(FuncFormatter(lambda value, _: written(value)))
        _write_large(drawn, *axis.ticks)


def _tiny(value: float) -> str:
    """Gives a small number with its power of ten.

    >>> _tiny(3e-6)
    '3e-6'
    """
    digits, power = f"{value:.3e}".split("e")
    return f"{float(digits):g}e{int(power)}"


def _write_large(drawn: "DrawnAxis", *values: float) -> None:
    """Writes large numbers with k and M."""
    from matplotlib.ticker import EngFormatter

    if max(map(abs, values)) >= LARGE:
        drawn.set_major_formatter(EngFormatter(sep=""))


def _entitle(figure: "Figure", panels: Sequence["Axes"], title: str, *, lone: bool, roomy: bool) -> None:
    """Writes the title, and lists each name once: if they are few inside a panel that has room, else above all."""
    pairs = [pair for axes in panels for pair in zip(*axes.get_legend_handles_labels(), strict=True)]
    named = {label: handle for handle, label in reversed(pairs)}
    names = list(dict.fromkeys(label for _, label in pairs))
    handles, size = [named[name] for name in names], 9 if lone else 8
    inside = roomy and len(names) <= LISTED
    text = fill(theme.unbroken(title), int(LETTERS * figure.get_figwidth()))
    if title and inside:
        panels[0].set_title(text, fontsize=9, parse_math=False)
    elif title and not names:
        figure.suptitle(text, fontsize=10, parse_math=False)
    if not names:
        return
    legend: Any = None
    if inside:
        legend = panels[0].legend(handles, names, frameon=False, loc="best", fontsize=size)
        if _covers(legend, panels[0]):
            legend.remove()
            panels[0].set_title("")
            inside = False
    if not inside:
        columns = int(LETTERS * figure.get_figwidth() / (8 + max(map(len, names))))
        look: dict[str, Any] = {"ncols": min(6, max(1, columns)), "frameon": False, "fontsize": size}
        legend = figure.legend(handles, names, loc="outside upper center", title=text or None, **look)
        legend.get_title().set(fontsize=10, parse_math=False)
    for each in legend.get_texts():
        each.set_parse_math(False)


def _covers(legend: Any, axes: "Axes") -> bool:
    """Says whether a legend lies over a line, a band or a dot of the panel that it stands in."""
    for text in legend.get_texts():
        text.set_parse_math(False)
    axes.figure.draw_without_rendering()  # type: ignore[union-attr]
    box = legend.get_window_extent()
    lines = [line.get_transform().transform_path(line.get_path()) for line in axes.lines]
    if any(path.intersects_bbox(box, filled=False) for path in lines):
        return True
    return any(_is_under(box, each, dots=axes.transData) for each in axes.collections)


def _is_under(box: Any, marks: Any, dots: Any) -> bool:
    """Says whether dots, which stand at offsets in the data's units, or the areas of bands reach into a box."""
    if marks.get_offset_transform() == dots:
        return bool(box.count_contains(dots.transform(marks.get_offsets())))
    to_pixels = marks.get_transform()
    return any(to_pixels.transform_path(path).intersects_bbox(box, filled=True) for path in marks.get_paths())

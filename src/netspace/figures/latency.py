"""Runtime against flops and against activations, side by side (RegNet paper, Figure 12, top)."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from netspace.errors import AnalysisError
from netspace.figures import theme

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.text import Annotation
    from matplotlib.transforms import Bbox

PANELS = ("flops", "acts")
SETTINGS = ("device", "processor", "backend", "batch", "image_size", "threads")
"""What all rows of one figure have in common: a difference in it would look like one of the networks."""

_MARKERS = {"circle": "o", "diamond": "D", "square": "s", "triangle-up": "^", "cross": "P", "x": "X"}
"""Plotly's names of markers as matplotlib's."""

_PLACES = (
    *((5, 0), (-5, 0), (0, 6), (0, -6), (4, 5), (-4, 5), (4, -5), (-4, -5)),
    *((4, 11), (-4, 11), (4, -11), (-4, -11)),
)
"""Where a label may stand, in points from its marker, the best first."""


def draw_latency(
    rows: Sequence[Mapping[str, Any]],
    path: str | Path,
    *,
    notes: Mapping[str, str] | None = None,
    title: str | None = None,
    width: float = 10.0,
) -> Path:
    """Draws the median latency of networks against their flops and their activations into a file, on log axes.

    Bars reach from a tenth of the calls to nine tenths. Points are named where there is room.

    Args:
        rows: a mapping for each network with ``name``, ``family``, ``median_ms``, ``low_ms``, ``high_ms``, ``flops``,
            ``acts`` and what they have in common: ``device``, ``processor``, ``backend``, ``batch``, ``threads`` and
            ``image_size``, where that is so. Rows without times are left out.
        path: where to write; its suffix decides the format (``.png``, ``.svg``, ``.pdf``).
        notes: a line to put into the panel of ``"flops"`` and of ``"acts"``, such as their correlation with n.
        title: a line above; by default what the rows have in common.
        width: of the figure, in inches.

    Returns:
        The path written.

    Raises:
        AnalysisError: no row has times, rows are of different devices or settings, or the suffix names no format.
    """
    timed = [row for row in rows if _has_times(row)]
    if not timed:
        raise AnalysisError("there is no latency to draw: no row has times")
    _require_one_setting(timed)
    check_picture(path)
    from matplotlib.figure import Figure

    figure = Figure(figsize=(width, 0.5 * width), layout="constrained")
    panels = figure.subplots(1, 2, sharey=True)
    for axes, quantity in zip(panels, PANELS, strict=True):
        _draw(axes, timed, quantity, (notes or {}).get(quantity, ""))
    panels[0].set_ylabel(theme.label("milliseconds for a batch"))
    figure.suptitle(_setting(timed[0]) if title is None else title, fontsize=9, parse_math=False)
    figure.legend(
        *panels[0].get_legend_handles_labels(), frameon=False, fontsize=8, loc="outside lower center", ncols=6
    )
    figure.draw_without_rendering()  # settles the layout, by which labels are placed
    for axes, quantity in zip(panels, PANELS, strict=True):
        _label(axes, timed, quantity)
    figure.savefig(path, dpi=200)
    return Path(path)


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


def _has_times(row: Mapping[str, Any]) -> bool:
    numbers = [row.get(name) for name in ("median_ms", *PANELS)]
    return all(isinstance(number, int | float) and number > 0 for number in numbers)


def _require_one_setting(rows: Sequence[Mapping[str, Any]]) -> None:
    different = [name for name in SETTINGS if len({row.get(name) for row in rows}) > 1 and name != "image_size"]
    if different:
        found = "; ".join(f"{name}: {', '.join(sorted({str(row.get(name)) for row in rows}))}" for name in different)
        raise AnalysisError(f"latencies of different settings do not go into one figure ({found}): draw one at a time")


def _setting(row: Mapping[str, Any]) -> str:
    words = [str(row[name]) for name in ("processor", "backend") if row.get(name)]
    return ", ".join([*words, *(f"{name} {row[name]}" for name in ("batch", "threads") if row.get(name))])


def _draw(axes: "Axes", rows: Sequence[Mapping[str, Any]], quantity: str, note: str) -> None:
    families = list(dict.fromkeys(map(_family, rows)))
    for i, family in enumerate(families):
        own = [row for row in rows if _family(row) == family]
        middle = [row["median_ms"] for row in own]
        low, high = ([row.get(end) or row["median_ms"] for row in own] for end in ("low_ms", "high_ms"))
        axes.errorbar(
            [row[quantity] for row in own],
            middle,
            yerr=[
                [m - a for m, a in zip(middle, low, strict=True)],
                [b - m for m, b in zip(middle, high, strict=True)],
            ],
            # Colors start over after the sixth family, and markers one further on.
            fmt=_MARKERS[theme.nth(theme.MARKERS, i + i // len(theme.PALETTE))],
            color=theme.nth(theme.PALETTE, i),
            markersize=5,
            elinewidth=0.8,
            label=family,
        )
    axes.set(xscale="log", yscale="log", xlabel=theme.label(quantity))
    _set_ticks(axes)
    axes.text(0.02, 0.98, note, transform=axes.transAxes, va="top", fontsize=9, parse_math=False)
    axes.grid(visible=True, which="major", alpha=0.25, linewidth=0.6)
    axes.spines[["top", "right"]].set_visible(False)


def _family(row: Mapping[str, Any]) -> str:
    return str(row.get("family") or "other")


def _set_ticks(axes: "Axes") -> None:
    """Writes 1, 2 and 5 of each power of ten, with a suffix such as M."""
    from matplotlib.ticker import EngFormatter, LogLocator, NullLocator

    for axis in (axes.xaxis, axes.yaxis):
        axis.set_major_locator(LogLocator(subs=(1, 2, 5)))
        axis.set_minor_locator(NullLocator())
        axis.set_major_formatter(EngFormatter(sep=""))


def _label(axes: "Axes", rows: Sequence[Mapping[str, Any]], quantity: str) -> None:
    """Names each point that has a free place beside it."""
    taken = [_around(axes, row[quantity], row["median_ms"]) for row in rows]
    for row in rows:
        for offset in _PLACES:
            text = _annotate(axes, row, quantity, offset, 7 if len(rows) <= 25 else 5)
            box = text.get_window_extent()
            if box.count_overlaps(taken) or not axes.bbox.fully_containsx(box.x1):
                text.remove()
            else:
                text.set_in_layout(False)
                taken.append(box)
                break


def _annotate(axes: "Axes", row: Mapping[str, Any], quantity: str, offset: tuple[int, int], size: int) -> "Annotation":
    x, y = offset
    return axes.annotate(
        str(row["name"]),
        (row[quantity], row["median_ms"]),
        xytext=offset,
        textcoords="offset points",
        fontsize=size,
        ha="left" if x > 0 else "right" if x < 0 else "center",
        va="bottom" if y > 0 else "top" if y < 0 else "center",
        color=theme.INK,
        parse_math=False,
    )


def _around(axes: "Axes", x: float, y: float) -> "Bbox":
    """Gives the box of a marker on the page."""
    from matplotlib.transforms import Bbox

    column, line = axes.transData.transform((x, y))
    return Bbox.from_extents(column - 4, line - 4, column + 4, line + 4)

"""Runtime against flops and against activations (RegNet paper, Figure 12, top), and against what a model predicts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from netspace.complexity import Complexity, RuntimeModel
from netspace.errors import AnalysisError
from netspace.figures import theme
from netspace.figures.printing import MARKERS, check_picture, save_figure

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.text import Annotation
    from matplotlib.transforms import Bbox

PANELS = ("flops", "acts")
SETTINGS = ("device", "processor", "backend", "batch", "image_size", "threads")
"""What all rows of one figure have in common: a difference in it would look like one of the networks."""

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
    return save_figure(figure, path)


@dataclass(frozen=True, eq=False)
class Predictions:
    """Networks that were timed beside what a runtime model predicts, in milliseconds of a batch.

    Attributes:
        predicted: (n,) by the model.
        measured: (n,) medians.
        low: (n,) a tenth of the calls took less.
        high: (n,) a tenth of the calls took more.
    """

    predicted: NDArray[np.float64]
    measured: NDArray[np.float64]
    low: NDArray[np.float64]
    high: NDArray[np.float64]


def runtime_predictions(model: RuntimeModel, rows: Sequence[Mapping[str, Any]]) -> Predictions:
    """Gives what `draw_runtime` draws; rows without times are left out.

    Raises:
        AnalysisError: no row has times, one is of another setting than the model, or lacks the depth that it needs.
    """
    timed = [row for row in rows if _has_times(row)]
    if not timed:
        raise AnalysisError("there is no latency to draw: no row has times")
    for name, value in model.setting.items():
        other = next((row[name] for row in timed if row.get(name, value) != value), None)
        if other is not None:
            raise AnalysisError(
                f"the runtime model is of {name} {value}, and a network was timed with {other}: draw networks of the "
                "model's own setting"
            )
    if model.uses_depth and not all(row.get("depth") for row in timed):
        raise AnalysisError(
            "the runtime model counts blocks, and the depth of a network that was timed is not known: leave it out, or "
            'fit the form "linear"'
        )
    flops, acts, depth = (np.array([row.get(name) for row in timed]) for name in (*PANELS, "depth"))
    middle = np.array([row["median_ms"] for row in timed], float)
    low, high = (np.array([row.get(end) or row["median_ms"] for row in timed], float) for end in ("low_ms", "high_ms"))
    return Predictions(model.predict(Complexity(flops, np.zeros_like(flops), acts), depth), middle, low, high)


def draw_runtime(
    model: RuntimeModel,
    rows: Sequence[Mapping[str, Any]],
    path: str | Path,
    *,
    title: str | None = None,
    width: float = 5.5,
) -> Path:
    """Draws measured against predicted milliseconds into a file, on log axes; on the diagonal they are equal.

    Bars reach from a tenth of the calls to nine tenths. The legend tells the error of the model for networks that were
    left out of its fit, which that of the networks drawn is not where they are those of the fit.

    Args:
        model: what predicts.
        rows: as for `draw_latency`, timed in the setting of the model; with ``depth``, if its form is ``"blocks"``.
        path: where to write; its suffix decides the format (``.png``, ``.svg``, ``.pdf``).
        title: a line above; by default the setting.
        width: of the figure, in inches.

    Returns:
        The path written.

    Raises:
        AnalysisError: no row has times, one is of another setting or lacks the depth that the model needs, or the
            suffix names no format.
    """
    points = runtime_predictions(model, rows)
    check_picture(path)
    from matplotlib.figure import Figure

    figure = Figure(figsize=(width, width), layout="constrained")
    axes = figure.add_subplot()
    _draw_predictions(axes, points, model)
    figure.suptitle(_setting(model.setting) if title is None else title, fontsize=9, parse_math=False)
    return save_figure(figure, path)


def _draw_predictions(axes: "Axes", points: Predictions, model: RuntimeModel) -> None:
    both = np.concatenate([points.predicted, points.measured])
    ends = 0.9 * both.min(), 1.1 * both.max()
    axes.plot(ends, ends, color=theme.INK, linewidth=1, linestyle="--", label="as predicted")
    axes.errorbar(
        points.predicted,
        points.measured,
        yerr=np.maximum(0, [points.measured - points.low, points.high - points.measured]),
        fmt="o",
        color=theme.color(0),
        markersize=5,
        elinewidth=0.8,
        label=f"{len(points.measured)} networks",
    )
    axes.set(xscale="log", yscale="log", xlabel="predicted milliseconds for a batch", ylabel="measured")
    _set_ticks(axes)
    axes.grid(visible=True, which="major", alpha=0.25, linewidth=0.6)
    axes.spines[["top", "right"]].set_visible(False)
    legend = axes.legend(
        title=f"{model}\n{model.error().replace(' (', chr(10) + '(')}", frameon=False, fontsize=8, loc="upper left"
    )
    legend.get_title().set(fontsize=8, parse_math=False)


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
            fmt=MARKERS[theme.marker(i)],
            color=theme.color(i),
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

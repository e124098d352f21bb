"""Error distributions as a file for papers and pages that hold no script (matplotlib)."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from netspace.analysis import EDF
from netspace.errors import AnalysisError
from netspace.figures import theme
from netspace.figures.edf import BAND_OPACITY, error_range, legend, staircase

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_DASHES = {
    "solid": "-",
    "dash": "--",
    "dot": ":",
    "dashdot": "-.",
    "longdash": (0, (8, 3)),
    "longdashdot": (0, (8, 3, 2, 3)),
}
"""Plotly's names of dashes as matplotlib's."""


def draw_edf(edfs: Mapping[str, EDF], path: str | Path, *, title: str | None = None, width: float = 6.4) -> Path:
    """Draws the error EDF of each population with its band into a file.

    Args:
        edfs: name of each population and its EDF; the order decides the colors.
        path: where to write; its suffix decides the format (``.png``, ``.svg``, ``.pdf``).
        title: a line above the figure, such as ``str(ns.compare(a, b))``; long ones are wrapped.
        width: of the figure, in inches.

    Returns:
        The path written.

    Raises:
        AnalysisError: no EDF is given, or the suffix names no format.
    """
    if not edfs:
        raise AnalysisError(
            "there is no EDF to draw: give at least one, such as {'RegNetX': netspace.analysis.edf(errors)}"
        )
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(width, 0.62 * width), layout="constrained")
    known = FigureCanvasAgg(figure).get_supported_filetypes()
    suffix = Path(path).suffix.lstrip(".").lower()
    if suffix not in known:
        raise AnalysisError(f"cannot draw to {str(path)!r}: its suffix must be one of {', '.join(sorted(known))}")
    _draw(figure.add_subplot(), edfs, title)
    figure.savefig(path, dpi=200)
    return Path(path)


def _draw(axes: "Axes", edfs: Mapping[str, EDF], title: str | None) -> None:
    ends = error_range(edfs)
    for i, (name, edf) in enumerate(edfs.items()):
        corners, color = staircase(edf, ends), theme.nth(theme.PALETTE, i)
        x = corners["x"]
        axes.fill_between(x, corners["low"], corners["high"], step="post", color=color, alpha=BAND_OPACITY, linewidth=0)
        dash = _DASHES[theme.nth(theme.DASHES, i)]
        axes.step(x, corners["fraction"], where="post", color=color, linestyle=dash, label=legend(name, edf))
    axes.set(xlabel=theme.label("error"), ylabel="share of networks", ylim=(0, 1.02), xlim=ends)
    axes.set_title(theme.unbroken(title or ""), fontsize=9, wrap=True, parse_math=False)
    for text in axes.legend(frameon=False, loc="lower right", fontsize=9).get_texts():
        text.set_parse_math(False)
    axes.spines[["top", "right"]].set_visible(False)

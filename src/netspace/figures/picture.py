"""A picture as plain data: panels with axes, and marks on them.

Functions called ``plot_...`` make pictures from numbers; `netspace.figures.interactive` draws one for pages and
notebooks (plotly), `netspace.figures.printing` for papers (matplotlib). Whoever adds a kind of picture says what is in
it once, and has both.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from netspace.errors import AnalysisError

if TYPE_CHECKING:
    import plotly.graph_objects as go

BAND_OPACITY = 0.16


@dataclass(frozen=True)
class Axis:
    """One axis of a panel.

    Attributes:
        label: what it shows, with the unit.
        log: whether it is logarithmic.
        ends: first and last value, in the data's units; ``None``: those of the data.
        percent: whether its values are shares, from 0 to 1, that are shown in percent.
        whole: whether only whole numbers are ticks.
        ticks: the values to write at the axis; empty: as the drawing finds them.
        tick_texts: what to write at each of them instead, such as the options of a choice.
    """

    label: str
    log: bool = False
    ends: tuple[float, float] | None = None
    percent: bool = False
    whole: bool = False
    ticks: Sequence[float] = ()
    tick_texts: Sequence[str] = ()


@dataclass(frozen=True, eq=False)
class Line:
    """A line through points, or a staircase, with a band around it if it has one.

    Attributes:
        x: (n,) positions; NaN lifts the pen.
        y: (n,) heights.
        name: in the legend; empty: it is not listed.
        color: place in the palette.
        low: (n,) lower edge of the band; ``None``: none.
        high: (n,) upper edge.
        band: its opacity, from 0 to 1.
        steps: ``"hv"``: a step down at each x, as an EDF has; ``"hvh"``: a step half way between, as bars have.
        dash: ``None``: the dash that goes with the color; else its place among the dashes (0: unbroken).
        width: in points.
        opacity: from 0 to 1.
        label: what it is; shown when pointed at.
        hover: what is said when the line is pointed at, in plotly's words: ``%{x}``, ``%{y}``, and ``%{text}`` is its
            label; empty: nothing is.

    Raises:
        AnalysisError: there are not as many x as y, or as an edge of the band has heights.
    """

    x: ArrayLike
    y: ArrayLike
    name: str = ""
    color: int = 0
    low: ArrayLike | None = None
    high: ArrayLike | None = None
    band: float = BAND_OPACITY
    steps: Literal["", "hv", "hvh"] = ""
    dash: int | None = None
    width: float = 2.2
    opacity: float = 1.0
    label: str = ""
    hover: str = ""

    def __post_init__(self) -> None:
        _check_mark(self, "y", "low", "high")

    @property
    def edges(self) -> tuple[NDArray[Any], NDArray[Any], NDArray[Any]] | None:
        """Positions, lower and upper edge of the band, where both are known; ``None``: there is no band."""
        if self.low is None or self.high is None:
            return None
        x, low, high = (np.asarray(each, np.float64) for each in (self.x, self.low, self.high))
        known = np.isfinite(low) & np.isfinite(high)
        return (x[known], low[known], high[known]) if known.any() else None


@dataclass(frozen=True, eq=False)
class Dots:
    """Networks as points.

    Attributes:
        x: (n,) positions.
        y: (n,) heights.
        name: in the legend; empty: they are not listed.
        color: place in the palette, which decides the marker, too.
        labels: of each point, what it is; shown when pointed at.
        written: whether the labels are written beside the points.
        heat: (n,) numbers that decide the points' colors, with a scale beside the panel; ``None``: ``color`` does.
        heat_label: what they are.
        low: (n,) lower ends of upright bars through the points; ``None``: none.
        high: (n,) upper ends.
        size: in points; ``None``: by how many there are.
        opacity: from 0 to 1; ``None``: by how many there are.
        rings: whether they are drawn as rings, around points that other marks have.
        hover: what is said when a point is pointed at, in plotly's words; ``%{text}`` is its label.

    Raises:
        AnalysisError: there are not as many x as y, labels, heat or ends of bars.
    """

    x: ArrayLike
    y: ArrayLike
    name: str = ""
    color: int = 0
    labels: Sequence[str] = ()
    written: bool = False
    heat: ArrayLike | None = None
    heat_label: str = ""
    low: ArrayLike | None = None
    high: ArrayLike | None = None
    size: float | None = None
    opacity: float | None = None
    rings: bool = False
    hover: str = ""

    def __post_init__(self) -> None:
        _check_mark(self, "y", "heat", "low", "high", *(["labels"] if len(self.labels) else []))


@dataclass(frozen=True)
class Span:
    """A shaded range of x over the whole height, its most likely value dashed."""

    low: float
    high: float
    middle: float | None = None
    color: int = 0


@dataclass(frozen=True)
class Rule:
    """A thin line across the panel, upright at ``at`` (``along="y"``) or level (``along="x"``), with its name."""

    at: float
    along: Literal["x", "y"] = "y"
    name: str = ""


@dataclass(frozen=True, eq=False)
class Region:
    """A shaded area of the panel by its corners (n,); fewer than three are marked as points."""

    x: ArrayLike
    y: ArrayLike
    name: str = ""
    color: int = 0

    def __post_init__(self) -> None:
        _check_mark(self, "y")


def _check_mark(mark: "Line | Dots | Region", *others: str) -> None:
    columns = {name: values for name in ("x", *others) if (values := getattr(mark, name)) is not None}
    check_lengths(mark.name, **columns)


def check_lengths(owner: str, **columns: Any) -> None:
    """Checks that all columns of an owner have as many rows.

    Raises:
        AnalysisError: they have not.

    Example:
        >>> check_lengths("RegNetX", x=[1, 2], errors=[30.1, 28.4])
    """
    rows = {name: len(values) if np.ndim(values) == 1 else -1 for name, values in columns.items()}
    if len(set(rows.values())) > 1 or -1 in rows.values():
        given = ", ".join(f"{name} {n if n >= 0 else 'no list of numbers'}" for name, n in rows.items())
        raise AnalysisError(f"a figure needs as many of each{f', of {owner}' * bool(owner)}: given {given}")


Mark = Line | Dots | Span | Rule | Region


@dataclass(frozen=True, eq=False)
class Panel:
    """Two axes and what is drawn on them, in this order.

    Attributes:
        x: the axis below.
        y: the axis at the left.
        marks: what is drawn.
        title: a line above the panel.
        note: a line or some inside the panel, such as a correlation with its n.
    """

    x: Axis
    y: Axis
    marks: Sequence[Mark] = field(default_factory=tuple)
    title: str = ""
    note: str = ""


@dataclass(frozen=True, eq=False, repr=False)
class Picture:
    """Panels side by side, to be saved for a paper or shown in a notebook.

    Attributes:
        panels: one or more.
        title: a line above all.
        note: a line below all.
        columns: how many panels stand side by side; ``None``: as suits their number.
        shared: the axes that all panels have in common, ``"y"`` or ``"xy"``: they have the same ends, and are written
            at the edges of the picture alone.

    Example:
        >>> from netspace.analysis import edf
        >>> from netspace.figures import plot_edfs
        >>> picture = plot_edfs({"RegNetX": edf([41.2, 44.0, 39.7])})
        >>> [line.name for line in picture.panels[0].marks]
        ['RegNetX: n = 3, min 39.7, mean 41.6']
        >>> path = picture.save("edfs.pdf")                                                  # doctest: +SKIP
    """

    panels: Sequence[Panel]
    title: str = ""
    note: str = ""
    columns: int | None = None
    shared: Literal["", "y", "xy"] = ""

    @property
    def grid(self) -> tuple[int, int]:
        """Rows and columns in which the panels stand."""
        columns = max(1, min(self.columns or side_by_side(len(self.panels)), len(self.panels)))
        return max(1, -(-len(self.panels) // columns)), columns

    def hides(self, i: int) -> tuple[bool, bool]:
        """Says whether the axis below the i-th panel, and the one at its left, are written at another panel."""
        columns = self.grid[1]
        return "x" in self.shared and i + columns < len(self.panels), "y" in self.shared and i % columns > 0

    def relabeled(self, labels: Mapping[str, str]) -> "Picture":
        """Gives it with other labels of axes and scales, by those that they have."""
        return replace(self, panels=[_relabeled(panel, labels) for panel in self.panels])

    def save(self, path: str | Path, *, width: float | None = None) -> Path:
        """Draws into a file.

        Args:
            path: where to write; its suffix decides the format: ``.pdf``, ``.svg``, ``.png`` and what else matplotlib
                writes, or ``.html`` for an interactive page that opens without a network. Its folder is made if need
                be.
            width: of the figure, in inches, above 0; by default 6.4 for one panel, 13.6 for four side by side, else 10.
                A page is as wide as its window.

        Returns:
            The path written.

        Raises:
            AnalysisError: there is no panel, the suffix names no format, the width is none, or the file cannot be
                written.
        """
        from netspace.figures.printing import save_picture

        return save_picture(self, path, width)

    def plotly(self) -> "go.Figure":
        """Gives it as plotly's figure, to be changed further."""
        import plotly.graph_objects as go

        return go.Figure(self.json())

    def json(self) -> dict[str, Any]:
        """Gives it as what plotly.js draws: ``data`` and ``layout``, with numpy arrays in them."""
        from netspace.figures.interactive import draw

        return draw(self)

    def show(self) -> None:
        """Shows it in a notebook or a browser."""
        self.plotly().show()

    def _repr_mimebundle_(self, *given: Any, **options: Any) -> Any:
        return self.plotly()._repr_mimebundle_(*given, **options)

    def __repr__(self) -> str:
        return f"<Picture: {len(self.panels)} panel{'s' * (len(self.panels) != 1)}>"


def _relabeled(panel: Panel, labels: Mapping[str, str]) -> Panel:
    x, y = (replace(axis, label=labels.get(axis.label, axis.label)) for axis in (panel.x, panel.y))
    marks = [
        replace(mark, heat_label=labels.get(mark.heat_label, mark.heat_label)) if isinstance(mark, Dots) else mark
        for mark in panel.marks
    ]
    return replace(panel, x=x, y=y, marks=marks)


def side_by_side(panels: int) -> int:
    """Chooses how many panels stand side by side: as few rows, as full, as can be.

    >>> [side_by_side(n) for n in (1, 2, 3, 4, 5, 6, 8, 9)]
    [1, 2, 3, 4, 3, 3, 4, 3]
    """
    return min(panels, min((3, 4), key=lambda columns: (-(-panels // columns), -panels % columns)))

"""Where the note of a panel stands: in the corner with fewest points, with room made for it where these are many."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from netspace.figures.picture import Axis, Dots, Line, Panel, Picture

Corner = tuple[Literal["left", "right"], Literal["top", "bottom"]]

CORNERS: tuple[Corner, ...] = (("right", "top"), ("right", "bottom"), ("left", "top"), ("left", "bottom"))
"""The first of those that are equally empty is taken."""

WIDTH = 0.6
"""Of a note, as a share of the panel's."""

LINE = 0.06
"""Height of a line of a note, as a share of the panel's."""

MARGIN = 0.04
"""Beyond the numbers, at both ends of an axis, as a share of their range."""


def place_notes(picture: Picture) -> tuple[Picture, list[Corner]]:
    """Gives the picture with axes that leave room for its notes, and the corner of each panel's note.

    Example:
        >>> rising, around = Line([1, 2, 3, 4], [1, 2, 3, 4]), Dots([1, 4, 1, 4], [1, 1, 4, 4])
        >>> panels = [Panel(Axis("x"), Axis("y"), [mark], note="n = 4") for mark in (rising, around)]
        >>> placed, corners = place_notes(Picture(panels))
        >>> corners, [panel.y.ends is None for panel in placed.panels]
        ([('right', 'bottom'), ('right', 'top')], [True, False])
    """
    corners = [_emptiest(panel) for panel in picture.panels]
    rooms = [_room(*each) for each in zip(picture.panels, corners, strict=True)]
    values = [_heights(panel) for panel in picture.panels]
    if "y" in picture.shared and picture.panels:
        rooms = [(max(low for low, _ in rooms), max(high for _, high in rooms))] * len(rooms)
        values = [np.concatenate(values)] * len(values)
    rows = zip(picture.panels, values, rooms, strict=True)
    return replace(picture, panels=[replace(panel, y=_widened(panel.y, y, *room)) for panel, y, room in rows]), corners


def _emptiest(panel: Panel) -> Corner:
    return min(CORNERS, key=lambda corner: _points_in(panel, corner))


def _points_in(panel: Panel, corner: Corner) -> int:
    """Counts the points of lines and dots that a note in the corner would cover."""
    points = [pair for mark in panel.marks if isinstance(mark, Line | Dots) for pair in _points(mark)]
    x, y = _places(panel.x, [x for x, _ in points]), _places(panel.y, [y for _, y in points])
    x, y = x if corner[0] == "left" else 1 - x, y if corner[1] == "bottom" else 1 - y
    return int(np.count_nonzero((x < WIDTH) & (y < _height(panel))))  # NaN is nowhere


def _height(panel: Panel) -> float:
    return min(0.5, LINE * (1 + panel.note.count("\n")) + MARGIN)


def _places(axis: Axis, columns: Sequence[NDArray[np.float64]]) -> NDArray[np.float64]:
    """Gives where on an axis numbers stand, from 0 to 1."""
    values = _scaled(axis, columns)
    low, high = _ends(axis, values) or (0.0, 1.0)
    return np.asarray((values - low) / (high - low))


def _scaled(axis: Axis, columns: Sequence[NDArray[np.float64]]) -> NDArray[np.float64]:
    values = np.concatenate([np.empty(0), *columns])
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.log(values) if axis.log else values


def _ends(axis: Axis, scaled: NDArray[np.float64]) -> tuple[float, float] | None:
    """Gives the ends that an axis will have, logarithms on a log axis; ``None``: not known."""
    if axis.ends is not None:
        low, high = _scaled(axis, [np.array(axis.ends, np.float64)]).tolist()
        return (low, high) if high > low else None
    known = scaled[np.isfinite(scaled)]
    if not len(known) or known.min() == known.max():
        return None
    margin = MARGIN * float(np.ptp(known))
    return float(known.min()) - margin, float(known.max()) + margin


def _points(mark: Line | Dots) -> list[tuple[NDArray[np.float64], NDArray[np.float64]]]:
    """Gives positions and heights of a mark, and those of the ends of its bars."""
    heights = [mark.y, *(edge for edge in (mark.low, mark.high) if edge is not None and isinstance(mark, Dots))]
    return [(np.asarray(mark.x, np.float64), np.asarray(y, np.float64)) for y in heights]


def _heights(panel: Panel) -> NDArray[np.float64]:
    """Gives all heights that the panel shows, those of bands and bars as well."""
    drawn = [mark for mark in panel.marks if isinstance(mark, Line | Dots)]
    edges = [edge for mark in drawn if isinstance(mark, Line) and mark.edges for edge in mark.edges[1:]]
    return np.concatenate([np.empty(0), *edges, *(y for mark in drawn for _, y in _points(mark))])


def _room(panel: Panel, corner: Corner) -> tuple[float, float]:
    """Gives the shares of the panel to be left free for its note, below and above."""
    if not panel.note or not _points_in(panel, corner):
        return 0.0, 0.0
    return (_height(panel), 0.0) if corner[1] == "bottom" else (0.0, _height(panel))


def _widened(axis: Axis, heights: NDArray[np.float64], below: float, above: float) -> Axis:
    ends = _ends(axis, _scaled(axis, [heights]))
    if not below + above or ends is None:
        return axis
    span = (ends[1] - ends[0]) / (1 - below - above)
    low, high = ends[0] - below * span, ends[1] + above * span
    return replace(axis, ends=(float(np.exp(low)), float(np.exp(high))) if axis.log else (low, high))

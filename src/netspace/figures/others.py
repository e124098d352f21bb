"""Networks beside those of other families (RegNet paper, Figures 17 and 18)."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from netspace.figures import theme
from netspace.figures.picture import Axis, Dots, Line, Mark, Panel, Picture, check_lengths
from netspace.figures.ticks import wide_axis

LETTER, LINE = 0.015, 0.04
"""Width of a letter and height of a line of a name, as shares of a panel."""


@dataclass(frozen=True, eq=False)
class OtherPoints:
    """Networks of one family to draw.

    Attributes:
        x: (n,) flops, params or acts.
        errors: (n,) errors in percent.
        names: what each is called, shown when pointed at.
        place: the place of the family among all, which decides its color and marker.
        joined: whether a line leads from each to the next in ``x``.
        written: whether their names are written beside them, where there is room.
    """

    x: ArrayLike
    errors: ArrayLike
    names: Sequence[str]
    place: int = 0
    joined: bool = True
    written: bool = True


def plot_against_others(quantities: Mapping[str, Mapping[str, OtherPoints]]) -> Picture:
    """Draws error against flops, params and acts for families of named networks (RegNet paper, Figures 17 and 18).

    Args:
        quantities: for ``"flops"``, ``"params"``, ``"acts"`` a panel's families: their names and networks.

    Example:
        >>> family = OtherPoints([398e6, 208e6], [27.4, 31.1], ["400MF", "200MF"])
        >>> line, dots = plot_against_others({"flops": {"RegNetX": family}}).panels[0].marks
        >>> line.x.tolist(), dots.labels
        ([208000000.0, 398000000.0], ['200MF', '400MF'])
    """
    return Picture([_panel(quantity, families) for quantity, families in quantities.items()], shared="y")


def _panel(quantity: str, families: Mapping[str, OtherPoints]) -> Panel:
    x = wide_axis(theme.label(quantity), [each.x for each in families.values()])
    for name, each in families.items():
        check_lengths(name, x=each.x, errors=each.errors, names=each.names)
    rooms = _with_room(list(families.values()), log=x.log)
    marks = [_marks(name, each, room) for (name, each), room in zip(families.items(), rooms, strict=True)]
    return Panel(x, Axis("error (%)"), [mark for some in marks for mark in some])


def _with_room(families: Sequence[OtherPoints], *, log: bool) -> list[NDArray[np.bool_]]:
    """Says of each network whether its name is written: those of least error first, if they cover no other name."""
    x, errors = (np.concatenate([np.empty(0), *(getattr(each, key) for each in families)]) for key in ("x", "errors"))
    across, up = _shares(np.log(x) if log else x), _shares(errors)
    width = LETTER * np.array([len(name) for each in families for name in each.names])
    wanted = np.array([each.written for each in families for _ in each.names], bool)
    kept: list[int] = []
    for i in np.argsort(errors, kind="stable")[wanted[np.argsort(errors, kind="stable")]].tolist():
        over = [j for j in kept if abs(up[i] - up[j]) < LINE and -width[i] < across[i] - across[j] < width[j]]
        kept += [] if over else [i]
    written = np.isin(np.arange(len(x)), kept)
    return np.split(written, np.cumsum([len(each.names) for each in families])[:-1])


def _shares(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Gives where values stand between the least and the greatest, from 0 to 1."""
    known = values[np.isfinite(values)]
    span = float(np.ptp(known)) if len(known) else 0.0
    return (values - (known.min() if len(known) else 0.0)) / (span or 1.0)


def _marks(name: str, family: OtherPoints, room: NDArray[np.bool_]) -> Iterator[Mark]:
    x, errors = np.asarray(family.x, np.float64), np.asarray(family.errors, np.float64)
    order = np.argsort(x, kind="stable")
    if family.joined and len(x) > 1:
        yield Line(x[order], errors[order], color=family.place, width=1.4)
    look: dict[str, Any] = {"size": 7, "opacity": 1, "hover": "%{text}<br>%{x:.3s}: error %{y:.2f} %"}
    listed = name
    for written in (True, False):
        some = order[room[order] == written]
        if len(some):
            names = [family.names[i] for i in some]
            yield Dots(x[some], errors[some], listed, family.place, names, written=written, **look)
            listed = ""  # the rest of the family goes with them

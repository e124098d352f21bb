"""Networks beside those of other families (RegNet paper, Figures 17 and 18)."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from netspace.figures import theme
from netspace.figures.picture import Axis, Dots, Line, Mark, Panel, Picture, check_lengths
from netspace.figures.ticks import wide_axis


@dataclass(frozen=True, eq=False)
class OtherPoints:
    """Networks of one family to draw.

    Attributes:
        x: (n,) flops, params or acts.
        errors: (n,) errors in percent.
        names: what to write beside each.
        place: the place of the family among all, which decides its color and marker.
        joined: whether a line leads from each to the next in ``x``.
    """

    x: ArrayLike
    errors: ArrayLike
    names: Sequence[str]
    place: int = 0
    joined: bool = True


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
    return Panel(x, Axis("error (%)"), [mark for name, each in families.items() for mark in _marks(name, each)])


def _marks(name: str, family: OtherPoints) -> Iterator[Mark]:
    check_lengths(name, x=family.x, errors=family.errors, names=family.names)
    x, errors = np.asarray(family.x, np.float64), np.asarray(family.errors, np.float64)
    order = np.argsort(x, kind="stable")
    if family.joined and len(x) > 1:
        yield Line(x[order], errors[order], color=family.place, width=1.4)
    names = [family.names[i] for i in order]
    hover = "%{text}<br>%{x:.3s}: error %{y:.2f} %"
    yield Dots(x[order], errors[order], name, family.place, names, written=True, size=7, opacity=1, hover=hover)

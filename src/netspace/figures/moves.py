"""Why a space is refined by a move: networks that it keeps beside those that it drops."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from netspace.analysis import EDF
from netspace.figures import theme
from netspace.figures.aside import move_aside
from netspace.figures.distributions import edf_panel, legend
from netspace.figures.picture import Axis, Dots, Line, Panel, Picture, check_lengths
from netspace.figures.ticks import wide_axis

KEPT, DROPPED = "kept", "dropped"


@dataclass(frozen=True, eq=False)
class Evidence:
    """What a picture of a move needs: the trained networks by what the move looks at.

    Attributes:
        name: of the numbers ``x``.
        x: (n,) the parameter's value; of a choice its code; of moves over like columns how many, or how often.
        errors: (n,) in percent.
        inside: (n,) whether the move keeps the network.
        kept: the errors' distribution inside; ``None``: no network is there.
        dropped: the same outside.
        options: of a choice, what its codes stand for; ``()``: a code stands for itself.
        of: networks of the whole sample, where moves before left these n alone; ``None``: these are all.
    """

    name: str
    x: ArrayLike
    errors: ArrayLike
    inside: ArrayLike
    kept: EDF | None
    dropped: EDF | None
    options: Sequence[Any] = ()
    of: int | None = None

    @property
    def note(self) -> str:
        """Says which networks these are, where they are not the whole sample."""
        n = len(np.asarray(self.errors))
        return "" if self.of in (None, n) else f"{n} of {self.of} networks: those that the steps before left"

    @property
    def sides(self) -> dict[str, EDF]:
        """The distributions that there are, by the side."""
        both = {KEPT: self.kept, DROPPED: self.dropped}
        return {side: edf for side, edf in both.items() if edf is not None}


def plot_moves(moves: Mapping[str, Evidence], *, title: str = "", note: str = "") -> Picture:
    """Draws the evidence of a refinement's moves: error against what each looks at, and the EDFs of both sides.

    RegNet paper, Figure 2 (error against a parameter), Figures 5 and 7 (EDFs with and without a design move).

    Args:
        moves: what each move does, such as ``str(effect)``, and its evidence: two panels, one below the other's.
        title: a line above all.
        note: a line below all.

    Example:
        >>> from netspace.analysis import edf
        >>> why = Evidence("op", [0, 0, 1], [20.1, 22.4, 31.0], [True, True, False],
        ...     edf([20.1, 22.4]), edf([31.0]), ["conv", "pool"])
        >>> print(plot_moves({"drop op = pool": why}).panels[1].note)
        kept: n = 2, min 20.1, mean 21.2
        dropped: n = 1, min 31.0, mean 31.0
    """
    panels = [panel for text, why in moves.items() for panel in _panels(text, why)]
    return Picture(panels, title=title, note=note, columns=2)


def _panels(text: str, why: Evidence) -> tuple[Panel, Panel]:
    check_lengths(why.name, x=why.x, errors=why.errors, inside=why.inside)
    axis = _options_axis(why.name, why.options) if len(why.options) else wide_axis(theme.label(why.name), [why.x])
    left = Panel(axis, Axis(theme.label("error")), list(_dots(why)), title=text, note=why.note)
    right = edf_panel(why.sides, [_place(side) for side in why.sides])
    marks = zip(right.marks, why.sides, strict=True)
    lines = [replace(line, name=side) for line, side in marks if isinstance(line, Line)]
    note = "\n".join(legend(side, edf) for side, edf in why.sides.items())
    return left, replace(right, marks=lines, note=note)


def _place(side: str) -> int:
    return 0 if side == KEPT else 1


def _options_axis(name: str, options: Sequence[Any]) -> Axis:
    codes = [float(code) for code in range(len(options))]
    ends = (-0.5, len(options) - 0.5)
    return Axis(theme.label(name), ends=ends, ticks=codes, tick_texts=[str(option) for option in options])


def _dots(why: Evidence) -> Iterator[Dots]:
    """Gives the networks on either side, in the colors and by the names of their EDFs."""
    x, errors, inside = np.asarray(why.x, np.float64), np.asarray(why.errors, np.float64), np.asarray(why.inside, bool)
    for side, here in ((KEPT, inside), (DROPPED, ~inside)):
        texts = [f"{why.options[int(code)]}" for code in x[here]] if len(why.options) else []
        said = "%{text}" if texts else "%{x:,.6~g}"
        across = move_aside(x[here]) if texts else x[here]
        if here.any():
            yield Dots(across, errors[here], side, _place(side), texts, hover=f"{side}, {said}: error %{{y:.2f}} %")

"""A figure of the page: a picture, and what the page needs to draw it again from some of the networks."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal

import numpy as np

from netspace.figures.picture import Dots, Line, Mark, Panel, Picture, Region, Rule, Span

Size = Literal["wide", "medium", "small"]

FILLED = ("x", "y", "text")
"""What of a trace the page puts in by itself."""


@dataclass(frozen=True, eq=False)
class Drawing:
    """One figure.

    Attributes:
        key: unique on the page.
        description: what it shows, in words.
        picture: of all networks.
        redraw: the function of the page that draws it again (``template/redraw.js``); empty: it stays as it is.
        given: what that function needs to know beside the networks, as JSON.
        filled: the parts of marks that the page always draws from its table of networks: ``"dots"``, ``"line"``,
            ``"band"``, ``"thread"`` (a line without a name); their numbers are not shipped.
        captions: lines above it, with the places of their populations.
        size: how much room it takes.
        group: the heading of figures side by side that it belongs to.
        shows: the places of the populations that it shows; ``None``: the colors of its marks are their places.
    """

    key: str
    description: str
    picture: Picture
    redraw: str = ""
    given: Mapping[str, Any] = field(default_factory=dict)
    filled: tuple[str, ...] = ()
    captions: Sequence[tuple[int, str]] = ()
    size: Size = "wide"
    group: str = ""
    shows: Sequence[int] | None = None

    @property
    def places(self) -> set[int]:
        """The places of the populations of which it shows something."""
        marks = [mark for panel in self.picture.panels for mark in panel.marks if isinstance(mark, Line | Dots)]
        return {mark.color for mark in marks if np.size(mark.x)} if self.shows is None else set(self.shows)

    def renamed(self, names: Mapping[str, str]) -> "Drawing":
        """Gives it with other labels of axes and scales, and another beginning of its description."""
        first = next((word for word in names if self.description.startswith(word)), "")
        description = names.get(first, "") + self.description.removeprefix(first)
        return replace(self, description=description, picture=self.picture.relabeled(names))

    def shipped(self) -> dict[str, Any]:
        """Gives what the page draws it from: plotly's data and layout, each trace with its part and place."""
        figure = self.picture.json()
        data = [self._tagged(*each) for each in zip(figure["data"], _tags(self.picture), strict=True)]
        layout = figure["layout"]
        named = {"shapes": _shape_names(self.picture), "annotations": _note_names(self.picture)}
        for key, names in named.items():
            layout[key] = [{**each, "name": name} for each, name in zip(layout[key], names, strict=True)]
        if self.size == "small":
            layout["showlegend"] = False  # a key above all of them says it once
        return {"data": data, "layout": layout, "redraw": self.redraw, "given": self.given}

    def _tagged(self, trace: dict[str, Any], tag: dict[str, Any]) -> dict[str, Any]:
        if tag["part"] in self.filled:
            trace = {key: value for key, value in trace.items() if key not in FILLED}
            if tag["part"] == "dots" and "showscale" in trace["marker"]:
                trace["marker"] = {key: value for key, value in trace["marker"].items() if key != "color"}
        return {**trace, "meta": tag}


def _tags(picture: Picture) -> Iterator[dict[str, Any]]:
    """Yields what each trace is, in plotly's order: the part of a mark, its population's place, and its panel.

    Of a line with a label of its own also that, and what is said of it when it is pointed at, for other labels.
    """
    for i, panel in enumerate(picture.panels):
        for mark in panel.marks:
            own = {"label": mark.label, "hover": mark.hover} if isinstance(mark, Line) and mark.label else {}
            for part in _parts(mark):
                yield {"part": part, "place": getattr(mark, "color", 0), "panel": i, **own}


def _parts(mark: Mark) -> tuple[str, ...]:
    if isinstance(mark, Line):
        line = "line" if mark.name else "thread"
        return (line,) if mark.edges is None else ("low", "high", line)
    return ("dots",) if isinstance(mark, Dots) else ("region",) if isinstance(mark, Region) else ()


def _shape_names(picture: Picture) -> Iterator[str]:
    """Yields what each shape is; of a range of the best ``range``, ``middle`` with its population's place and panel."""
    for i, panel in enumerate(picture.panels):
        for mark in panel.marks:
            if isinstance(mark, Span):
                parts = ("range",) if mark.middle is None else ("range", "middle")
                yield from (f"{part} {mark.color} {i}" for part in parts)
            elif isinstance(mark, Rule):
                yield "rule"


def _note_names(picture: Picture) -> Iterator[str]:
    """Yields what each text is: a panel's ``title`` or ``note`` with the panel, a rule's name, the note below all."""
    for i, panel in enumerate(picture.panels):
        yield from (f"{part} {i}" for part in ("title", "note") if getattr(panel, part))
        yield from ("rule" for mark in panel.marks if isinstance(mark, Rule) and mark.name)
    yield from ["note"] if picture.note else []


def colored(picture: Picture, places: Sequence[int]) -> Picture:
    """Gives a picture whose i-th population has the color of the i-th place."""
    return replace(picture, panels=[_colored(panel, places) for panel in picture.panels])


def _colored(panel: Panel, places: Sequence[int]) -> Panel:
    return replace(panel, marks=[mark if isinstance(mark, Rule) else _of(mark, places) for mark in panel.marks])


def _of(mark: Line | Dots | Span | Region, places: Sequence[int]) -> Mark:
    return replace(mark, color=places[mark.color])


def few(count: int, most: int) -> Any:
    """Gives places of at most ``most`` of ``count`` values, close together at first, then in equal ratios.

    Example:
        >>> few(1000, 10).tolist()
        [0, 1, 4, 9, 21, 45, 99, 214, 463, 999]
    """
    if count <= most:
        return np.arange(count)
    return np.unique(np.rint(np.geomspace(1, count, most)).astype(int) - 1)

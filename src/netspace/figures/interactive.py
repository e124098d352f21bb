"""Pictures for pages and notebooks: what plotly.js draws, as plain data.

Nothing of plotly is loaded for it: its own figure checks each of thousands of values, which takes longer than all
statistics of a report.
"""

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from netspace.figures import theme
from netspace.figures.picture import BAND_OPACITY, Axis, Dots, Line, Mark, Panel, Picture, Region, Rule, Span
from netspace.figures.ticks import LARGE

_GAP = (0.08, 0.14)
"""Between panels, across and down, as shares of the picture."""

_PANEL_HEIGHT = 270
"""Of a row of panels, in pixels."""

SHAPES = {"": "linear", "hv": "hv", "hvh": "hvh"}


def draw(picture: Picture) -> dict[str, Any]:
    """Gives ``data`` and ``layout`` of a picture, as plotly.js takes them; arrays in it are numpy's."""
    rows, columns = picture.grid
    data: list[dict[str, Any]] = []
    layout: dict[str, Any] = {**theme.layout(picture.title), "shapes": [], "annotations": []}
    listed: set[str] = set()
    for i, panel in enumerate(picture.panels):
        name = "" if i == 0 else str(i + 1)
        layout |= _axes(panel, name, _place(i, rows, columns))
        layout["shapes"] += [shape for mark in panel.marks for shape in _shapes(mark, name)]
        layout["annotations"] += _notes(panel, name)
        data += [_listed_once({**trace, "xaxis": f"x{name}", "yaxis": f"y{name}"}, listed) for trace in _traces(panel)]
    layout["showlegend"] = len(listed) > 1 or any(trace.get("fill") == "tonexty" for trace in data)
    return {"data": data, "layout": {**layout, **({"height": rows * _PANEL_HEIGHT + 120} if rows > 1 else {})}}


def _axes(panel: Panel, name: str, place: tuple[dict[str, Any], dict[str, Any]]) -> dict[str, Any]:
    x = {**_axis(panel.x, showgrid=False, showline=True), **place[0], "anchor": f"y{name}"}
    y = {**_axis(panel.y, automargin=True), **place[1], "anchor": f"x{name}"}
    return {f"xaxis{name}": x, f"yaxis{name}": y}


def _place(i: int, rows: int, columns: int) -> tuple[dict[str, Any], dict[str, Any]]:
    """Gives the parts of the picture, from 0 to 1, that the axes of a panel take."""
    if rows == columns == 1:
        return {}, {}
    row, column = divmod(i, columns)
    width = (1 - _GAP[0] * (columns - 1)) / columns
    gap = _GAP[1] * 2 / max(2, rows)
    height = (1 - gap * (rows - 1)) / rows
    left, top = column * (width + _GAP[0]), 1 - row * (height + gap)
    return {"domain": [left, min(1.0, left + width)]}, {"domain": [max(0.0, top - height), top]}


def _axis(axis: Axis, **look: Any) -> dict[str, Any]:
    given: dict[str, Any] = {"tickangle": 0}
    if axis.log:
        given["type"] = "log"
    if axis.ends is not None:
        given["range"] = list(np.log10(axis.ends)) if axis.log else list(axis.ends)
    if axis.percent:
        given["tickformat"] = ".0%"
    elif axis.whole:
        given["tickformat"] = "d"
    elif axis.log:
        given["tickformat"] = "~s" if max(axis.ticks, default=0) >= LARGE else "~g"
    if len(axis.ticks):
        given["tickvals"] = list(axis.ticks)
    else:
        given["nticks"] = 6
    return {**theme.axis(axis.label, **look), **given}


def _traces(panel: Panel) -> Iterator[dict[str, Any]]:
    for mark in panel.marks:
        if isinstance(mark, Line):
            yield from _line(mark)
        elif isinstance(mark, Dots):
            yield _dots(mark)
        elif isinstance(mark, Region):
            yield _region(mark)


def _line(mark: Line) -> list[dict[str, Any]]:
    color = theme.color(mark.color)
    shape = SHAPES[mark.steps]
    group = {"type": "scatter", "mode": "lines", "x": np.asarray(mark.x), "legendgroup": mark.name or str(mark.color)}
    dash = theme.dash(mark.color) if mark.dash is None else theme.nth(theme.DASHES, mark.dash)
    line = {
        **group,
        "y": np.asarray(mark.y),
        "mode": "lines+markers" if np.isfinite(np.asarray(mark.y, np.float64)).sum() == 1 else "lines",
        "name": theme.plain(mark.name),
        "showlegend": bool(mark.name),
        "line": {"color": color, "width": mark.width, "shape": shape, "dash": dash},
        "opacity": mark.opacity,
        **_hover(mark.hover),
    }
    if mark.low is None or mark.high is None:
        return [line]
    edge = {**group, "showlegend": False, "hoverinfo": "skip", "line": {"width": 0, "shape": shape}}
    fill = {"fill": "tonexty", "fillcolor": theme.faded(color, mark.band)}
    return [{**edge, "y": np.asarray(mark.low)}, {**edge, "y": np.asarray(mark.high), **fill}, line]


def _dots(mark: Dots) -> dict[str, Any]:
    x = np.asarray(mark.x)
    size, opacity = theme.dot_size(len(x))
    marker: dict[str, Any] = {
        "color": theme.color(mark.color),
        "symbol": theme.marker(mark.color),
        "size": size if mark.size is None else mark.size,
        "opacity": opacity if mark.opacity is None else mark.opacity,
    }
    if mark.heat is not None:
        bar = {"title": {"text": theme.plain(mark.heat_label), "side": "right"}, "thickness": 12, "outlinewidth": 0}
        marker |= {"color": np.asarray(mark.heat), "colorscale": theme.HEAT, "showscale": True, "colorbar": bar}
    return {
        "type": "scatter",
        "mode": "markers+text" if mark.written else "markers",
        "x": x,
        "y": np.asarray(mark.y),
        "name": theme.plain(mark.name),
        "legendgroup": mark.name or str(mark.color),
        "showlegend": bool(mark.name),
        "text": [theme.plain(text) for text in mark.labels],
        "textposition": "top center",
        "marker": marker,
        **_bars(mark),
        **_hover(mark.hover),
    }


def _bars(mark: Dots) -> dict[str, Any]:
    if mark.low is None or mark.high is None:
        return {}
    y = np.asarray(mark.y, np.float64)
    up, down = np.asarray(mark.high, np.float64) - y, y - np.asarray(mark.low, np.float64)
    return {"error_y": {"type": "data", "symmetric": False, "array": up, "arrayminus": down, "thickness": 1.2}}


def _region(mark: Region) -> dict[str, Any]:
    x, y = (_closed(each) for each in (mark.x, mark.y))
    color = theme.color(mark.color)
    return {
        "type": "scatter",
        "mode": "lines" if len(x) > 3 else "lines+markers",
        "x": x,
        "y": y,
        "name": theme.plain(mark.name),
        "showlegend": bool(mark.name),
        "legendgroup": mark.name or str(mark.color),
        "fill": "toself",
        "fillcolor": theme.faded(color, BAND_OPACITY),
        "line": {"color": theme.faded(color, 0.6), "width": 1},
        "hoverinfo": "skip",
    }


def _closed(corners: ArrayLike) -> NDArray[Any]:
    values = np.asarray(corners)
    return np.concatenate([values, values[:1]])


def _hover(template: str) -> dict[str, Any]:
    return {"hovertemplate": template + "<extra></extra>"} if template else {"hoverinfo": "skip"}


def _listed_once(trace: dict[str, Any], listed: set[str]) -> dict[str, Any]:
    """Lists a name in the legend once, however many panels show it."""
    if not trace.get("showlegend"):
        return trace
    if trace["name"] in listed:
        return {**trace, "showlegend": False}
    listed.add(trace["name"])
    return trace


def _shapes(mark: Mark, name: str) -> list[dict[str, Any]]:
    if isinstance(mark, Span):
        return _span(mark, {"xref": f"x{name}", "yref": f"y{name} domain", "y0": 0, "y1": 1})
    if isinstance(mark, Rule):
        upright = mark.along == "y"
        ref = (f"x{name}", f"y{name} domain") if upright else (f"x{name} domain", f"y{name}")
        ends = (mark.at, mark.at, 0, 1) if upright else (0, 1, mark.at, mark.at)
        line = {"color": theme.INK, "width": 1, "dash": "dot"}
        return [{"type": "line", "layer": "below", "line": line, **_corners(ref, ends)}]
    return []


def _corners(ref: Sequence[str], ends: Sequence[float]) -> dict[str, Any]:
    return dict(zip(("xref", "yref", "x0", "x1", "y0", "y1"), (*ref, *ends), strict=True))


def _span(mark: Span, upright: dict[str, Any]) -> list[dict[str, Any]]:
    color = theme.color(mark.color)
    edge = {"color": theme.faded(color, 0.35), "width": 1}
    ends = {"x0": mark.low, "x1": mark.high}
    shade = {"type": "rect", "layer": "below", **ends, "fillcolor": theme.faded(color, 0.13), "line": edge}
    dashed = {"color": color, "width": 2, "dash": "dash"}
    middle = {"type": "line", "layer": "above", "x0": mark.middle, "x1": mark.middle, "line": dashed}
    return [{**upright, **each} for each in ([shade] if mark.middle is None else [shade, middle])]


def _notes(panel: Panel, name: str) -> list[dict[str, Any]]:
    """Gives the panel's title, its note, and the names of its rules."""
    domain: dict[str, Any] = {"xref": f"x{name} domain", "yref": f"y{name} domain", "showarrow": False}
    found = []
    if panel.title:
        title: dict[str, Any] = {"x": 0, "y": 1, "xanchor": "left", "yanchor": "bottom", "font": {"size": 13}}
        found.append({**domain, **title, "text": theme.plain(panel.title)})
    if panel.note:
        text = theme.plain(panel.note).replace("\n", "<br>")
        found.append({**domain, "x": 0.98, "y": 0.98, "xanchor": "right", "align": "right", "text": text})
    rules = [mark for mark in panel.marks if isinstance(mark, Rule) and mark.name]
    small = {"font": {"size": 11}}
    return found + [{**domain, **_beside(rule, panel, name), "text": theme.plain(rule.name), **small} for rule in rules]


def _beside(mark: Rule, panel: Panel, name: str) -> dict[str, Any]:
    """Places a rule's name at its end; on a log axis plotly wants logarithms there."""
    axis = panel.x if mark.along == "y" else panel.y
    at = float(np.log10(mark.at)) if axis.log else mark.at
    if mark.along == "y":
        return {"xref": f"x{name}", "x": at, "y": 0.02, "xanchor": "left", "yanchor": "bottom"}
    return {"yref": f"y{name}", "y": at, "x": 0.98, "xanchor": "right", "yanchor": "bottom"}

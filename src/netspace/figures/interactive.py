"""Pictures for pages and notebooks: what plotly.js draws, as plain data.

Nothing of plotly is loaded for it: its own figure checks each of thousands of values, which takes longer than all
statistics of a report.
"""

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from netspace.figures import theme
from netspace.figures.corners import Corner, place_notes
from netspace.figures.picture import BAND_OPACITY, Axis, Dots, Line, Mark, Panel, Picture, Region, Rule, Span
from netspace.figures.ticks import LARGE, TINY

_GAP = (0.08, 0.14)
"""Between panels, across and down, as shares of the picture."""

_TITLE = 0.06
"""Above the panels, for their titles, as a share of a row's height."""

_HEAT = 0.14
"""Beside a panel, for the scale of its colors, as a share of its width."""

_PANEL_HEIGHT, _LINE_HEIGHT, _FEW_LINES = 270, 12, 3
"""Of a row of panels, in pixels, and what each line of a note beyond the first few adds."""

SHAPES = {"": "linear", "hv": "hv", "hvh": "hvh"}


def draw(picture: Picture) -> dict[str, Any]:
    """Gives ``data`` and ``layout`` of a picture, as plotly.js takes them; arrays in it are numpy's."""
    data: list[dict[str, Any]] = []
    layout: dict[str, Any] = {**theme.layout(), "shapes": [], "annotations": []}
    listed: set[str] = set()
    picture, corners = place_notes(picture)
    for i, panel in enumerate(picture.panels):
        name = "" if i == 0 else str(i + 1)
        layout |= _axes(picture, i, name)
        layout["shapes"] += [shape for mark in panel.marks for shape in _shapes(mark, name)]
        layout["annotations"] += _notes(panel, name, corners[i])
        traces = _traces(panel, _heat_scale(_domain(picture, i)))
        data += [_listed_once({**trace, "xaxis": f"x{name}", "yaxis": f"y{name}"}, listed) for trace in traces]
    return {"data": data, "layout": _entitled({**layout, **_height(picture), "showlegend": bool(listed)}, picture)}


def _height(picture: Picture) -> dict[str, int]:
    """Gives the height of several rows; one row is as high as the page says."""
    rows = picture.grid[0]
    more = max([0, *(panel.note.count("\n") + 1 - _FEW_LINES for panel in picture.panels)])
    return {"height": rows * (_PANEL_HEIGHT + _LINE_HEIGHT * more) + 120} if rows > 1 else {}


def _entitled(layout: dict[str, Any], picture: Picture) -> dict[str, Any]:
    """Adds the lines above and below all: above the legend as its title, since both grow, and would overlap."""
    margin = dict(layout["margin"])
    if picture.title:
        text = theme.lines(picture.title)
        title = {"text": text, "font": {"size": 14}}
        if layout["showlegend"]:
            layout["legend"] = {**layout["legend"], "title": {**title, "side": "top"}}
        else:
            margin["t"] += 30 + 18 * text.count("<br>")
            layout["title"] = {**title, "x": 0, "xref": "paper", "y": 1, "yanchor": "top", "pad": {"t": 12}}
    if picture.note:
        text = theme.lines(picture.note, 130)
        margin["b"] += 22 + 14 * text.count("<br>")
        place = {"xref": "paper", "yref": "paper", "x": 0, "y": 0, "xanchor": "left", "yanchor": "top", "yshift": -46}
        note = {**place, "text": text, "align": "left", "showarrow": False, "font": {"size": 11}}
        layout["annotations"] = [*layout["annotations"], note]
    return {**layout, "margin": margin}


def _axes(picture: Picture, i: int, name: str) -> dict[str, Any]:
    panel, (x_domain, y_domain), hidden = picture.panels[i], _domain(picture, i), picture.hides(i)
    x = {**_axis(panel.x, nticks=6, showgrid=False, showline=True), "domain": x_domain, "anchor": f"y{name}"}
    y = {**_axis(panel.y, nticks=8, automargin=True), "domain": y_domain, "anchor": f"x{name}"}
    for letter, axis, is_hidden in (("x", x, hidden[0]), ("y", y, hidden[1])):
        if letter in picture.shared and i:
            axis["matches"] = letter
        if is_hidden:
            axis |= {"showticklabels": False, "title": {"text": ""}}
    return {f"xaxis{name}": x, f"yaxis{name}": y}


def _domain(picture: Picture, i: int) -> tuple[list[float], list[float]]:
    """Gives the parts of the picture, from 0 to 1, that the axes of a panel take."""
    rows, columns = picture.grid
    row, column = divmod(i, columns)
    across, down = _GAP[0], _GAP[1] * 2 / max(2, rows)
    top = 1 - _TITLE / rows * any(panel.title for panel in picture.panels)
    width, height = (1 - across * (columns - 1)) / columns, (top - down * (rows - 1)) / rows
    left, above = column * (width + across), top - row * (height + down)
    heated = any(isinstance(mark, Dots) and mark.heat is not None for mark in picture.panels[i].marks)
    return [left, min(1.0, left + width * (1 - _HEAT * heated))], [max(0.0, above - height), above]


def _axis(axis: Axis, **look: Any) -> dict[str, Any]:
    given: dict[str, Any] = {}
    if axis.log:
        given["type"] = "log"
    if axis.ends is not None:
        given["range"] = np.log10(axis.ends).tolist() if axis.log else list(axis.ends)
    if axis.percent:
        given["tickformat"] = ".0%"
    elif axis.whole:
        given["tickformat"] = "d"
    elif axis.log:
        given["tickformat"] = _log_format(axis)
    if len(axis.ticks):
        given["tickvals"] = list(axis.ticks)
    if len(axis.tick_texts):
        given |= {"ticktext": [theme.plain(text) for text in axis.tick_texts], "automargin": True}
    else:
        given["tickangle"] = 0
    return {**theme.axis(axis.label, **look), **given}


def _log_format(axis: Axis) -> str:
    if min(axis.ticks, default=1) < TINY:
        return "~e"
    return "~s" if max(axis.ticks, default=1) >= LARGE else "~g"


def _heat_scale(domain: tuple[list[float], list[float]]) -> dict[str, Any]:
    """Gives the scale of colors beside a panel."""
    (_, right), (low, high) = domain
    place = {"x": right + 0.01, "xanchor": "left", "y": (low + high) / 2, "len": high - low}
    return {**place, "thickness": 12, "outlinewidth": 0}


def _traces(panel: Panel, heat_scale: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for mark in panel.marks:
        if isinstance(mark, Line):
            yield from _line(mark)
        elif isinstance(mark, Dots):
            yield _dots(mark, heat_scale)
        elif isinstance(mark, Region):
            yield _region(mark)


def _trace(mark: Line | Dots | Region) -> dict[str, Any]:
    """Gives what all traces have; those of one color are shown and hidden together."""
    return {
        "type": "scatter",
        "x": np.asarray(mark.x),
        "y": np.asarray(mark.y),
        "name": theme.plain(mark.name),
        "showlegend": bool(mark.name),
        "legendgroup": str(mark.color),
    }


def _line(mark: Line) -> list[dict[str, Any]]:
    color = theme.color(mark.color)
    shape = SHAPES[mark.steps]
    dash = theme.dash(mark.color) if mark.dash is None else theme.nth(theme.DASHES, mark.dash)
    line = {
        **_trace(mark),
        "mode": "lines+markers" if np.isfinite(np.asarray(mark.y, np.float64)).sum() == 1 else "lines",
        "line": {"color": color, "width": mark.width, "shape": shape, "dash": dash},
        "opacity": mark.opacity,
        **_hover(mark.hover.replace("%{text}", theme.template(mark.label))),
    }
    if mark.edges is None:
        return [line]
    x, low, high = mark.edges
    edge = {**_trace(mark), "mode": "lines", "x": x, "showlegend": False, **_hover("")}
    edge["line"] = {"width": 0, "shape": shape}
    fill = {"fill": "tonexty", "fillcolor": theme.faded(color, mark.band)}
    return [{**edge, "y": low}, {**edge, "y": high, **fill}, line]


def _dots(mark: Dots, heat_scale: dict[str, Any]) -> dict[str, Any]:
    size, opacity = theme.dot_size(np.size(mark.x))
    marker: dict[str, Any] = {
        "color": theme.color(mark.color),
        "symbol": "circle-open" if mark.rings else theme.marker(mark.color),
        "size": size if mark.size is None else mark.size,
        "opacity": opacity if mark.opacity is None else mark.opacity,
    }
    if mark.rings:
        marker["line"] = {"width": 1.5}
    if mark.heat is not None:
        bar = {**heat_scale, "title": {"text": theme.plain(mark.heat_label), "side": "right"}}
        marker |= {"color": np.asarray(mark.heat), "colorscale": theme.HEAT, "showscale": True, "colorbar": bar}
    return {
        **_trace(mark),
        "mode": "markers+text" if mark.written else "markers",
        "text": [theme.plain(text) for text in mark.labels],
        "textposition": "top right",
        "textfont": {"size": 10},
        "cliponaxis": not mark.written,
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
        **_trace(mark),
        "mode": "lines" if len(x) > 3 else "lines+markers",
        "x": x,
        "y": y,
        "fill": "toself",
        "fillcolor": theme.faded(color, BAND_OPACITY),
        "line": {"color": theme.faded(color, 0.6), "width": 1},
        **_hover(""),
    }


def _closed(corners: ArrayLike) -> NDArray[Any]:
    values = np.asarray(corners)
    return np.concatenate([values, values[:1]])


def _hover(template: str) -> dict[str, Any]:
    return {"hovertemplate": template + "<extra></extra>"} if template else {"hoverinfo": "skip"}


def _listed_once(trace: dict[str, Any], listed: set[str]) -> dict[str, Any]:
    """Lists a name in the legend once, however many panels show it."""
    if not trace["showlegend"]:
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
    shade: dict[str, Any] = {
        "type": "rect",
        "layer": "below",
        **ends,
        "fillcolor": theme.faded(color, 0.13),
        "line": edge,
    }
    dashed = {"color": color, "width": 2, "dash": "dash"}
    middle: dict[str, Any] = {"type": "line", "layer": "above", "x0": mark.middle, "x1": mark.middle, "line": dashed}
    return [{**upright, **each} for each in ([shade] if mark.middle is None else [shade, middle])]


def _notes(panel: Panel, name: str, corner: Corner) -> list[dict[str, Any]]:
    """Gives the panel's title, its note, and the names of its rules."""
    domain: dict[str, Any] = {"xref": f"x{name} domain", "yref": f"y{name} domain", "showarrow": False}
    found = []
    if panel.title:
        above: dict[str, Any] = {"x": 0, "y": 1, "xanchor": "left", "yanchor": "bottom", "font": {"size": 13}}
        found.append({**domain, **above, "text": theme.plain(panel.title)})
    small: dict[str, Any] = {"font": {"size": 11}}
    if panel.note:
        aside, high = corner
        place: dict[str, Any] = {"x": 0.02 if aside == "left" else 0.98, "y": 0.02 if high == "bottom" else 0.98}
        anchors = {"xanchor": aside, "yanchor": high, "align": aside}
        found.append({**domain, **place, **anchors, **small, "text": theme.plain(panel.note).replace("\n", "<br>")})
    rules = [mark for mark in panel.marks if isinstance(mark, Rule) and mark.name]
    return found + [{**domain, **_beside(rule, panel, name), "text": theme.plain(rule.name), **small} for rule in rules]


def _beside(mark: Rule, panel: Panel, name: str) -> dict[str, Any]:
    """Places a rule's name at its end; on a log axis plotly wants logarithms there."""
    axis = panel.x if mark.along == "y" else panel.y
    at = float(np.log10(mark.at)) if axis.log else mark.at
    if mark.along == "y":
        return {"xref": f"x{name}", "x": at, "y": 0.02, "xanchor": "left", "yanchor": "bottom"}
    return {"yref": f"y{name}", "y": at, "x": 0.98, "xanchor": "right", "yanchor": "bottom"}

"""What all figures share: a color per population, names of quantities, fonts and axes.

The first six colors are those of Okabe and Ito (2008), which people with any of the common color blindnesses tell
apart, in an order that also differs in lightness. Four more were chosen one after the other as the color of a grid that
is farthest (OKLab) from all before it, in full sight and in three color blindnesses (Machado et al., 2009), and stands
out from a light and a dark page. Each population has a marker and a dash of its own besides.
Backgrounds are transparent and lines gray, so that a figure sits on a light page as on a dark one.
"""

from html import escape
from textwrap import wrap
from typing import Any

OKABE_ITO = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9")
PALETTE = (*OKABE_ITO, "#884455", "#7700FF", "#9977FF", "#88BB88")
MARKERS = ("circle", "diamond", "square", "triangle-up", "cross", "x")
DASHES = ("solid", "dash", "dot", "dashdot", "longdash", "longdashdot")

HEAT = "Viridis"
"""The scale of colors that stand for numbers."""

FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', sans-serif"
INK = "#6b7280"
GRID = "rgba(128, 128, 128, 0.18)"

LABELS = {
    "flops": "flops (multiply-adds)",
    "params": "parameters",
    "acts": "activations",
    "depth": "depth (blocks)",
    "width": "width (channels)",
    "bottleneck_ratio": "bottleneck ratio b",
    "group_width": "group width g",
    "initial_width": "initial width w₀",
    "slope": "slope wₐ",
    "width_multiplier": "width multiplier wₘ",
    "error": "validation error (%)",
    "e_fit": "distance from a quantized line e_fit",
    "learning_rate": "learning rate",
    "weight_decay": "weight decay",
    "lr*wd": "learning rate · weight decay",
    "runtime": "runtime (ms)",
}
"""Names of quantities for people; a suffix such as ``_2`` means stage 2."""

SYMBOLS = {
    "depth": "d",
    "initial_width": "w_0",
    "slope": "w_a",
    "width_multiplier": "w_m",
    "bottleneck_ratio": "b",
    "group_width": "g",
}
"""The papers' symbols of a RegNet's parameters, in the order in which they are told."""


def error_labels(name: str) -> dict[str, str]:
    """Gives the labels by which a picture's errors are called otherwise, for `Picture.relabeled`.

    >>> error_labels("test error")
    {'validation error (%)': 'test error (%)'}
    """
    return {LABELS["error"]: f"{name} (%)"}


def nth(choices: tuple[str, ...], i: int) -> str:
    """Gives the i-th choice, from the start again after the last."""
    return choices[i % len(choices)]


def color(i: int) -> str:
    """Gives the color of the i-th population; colors start over after the tenth."""
    return nth(PALETTE, i)


def marker(i: int) -> str:
    """Gives the marker of the i-th population, in plotly's words; where colors start over it is another than before."""
    return nth(MARKERS, i + i // len(PALETTE))


def dash(i: int) -> str:
    """Gives the dash of the i-th population, in plotly's words; where colors start over it is another than before."""
    return nth(DASHES, i + i // len(PALETTE))


def dot_size(n: int) -> tuple[float, float]:
    """Gives size, in points, and opacity of n dots in one panel."""
    return (7, 0.75) if n <= 100 else (5, 0.4)


def faded(color: str, opacity: float) -> str:
    """Gives ``#rrggbb`` as an rgba color.

    >>> faded("#0072B2", 0.2)
    'rgba(0, 114, 178, 0.2)'
    """
    red, green, blue = (int(color[i : i + 2], 16) for i in (1, 3, 5))
    return f"rgba({red}, {green}, {blue}, {opacity:g})"


def mixed(color: str, opacity: float) -> tuple[float, float, float, float]:
    """Gives ``#rrggbb`` with an opacity, as matplotlib takes it: parts from 0 to 1."""
    red, green, blue = (int(color[i : i + 2], 16) / 255 for i in (1, 3, 5))
    return red, green, blue, opacity


def label(quantity: str) -> str:
    """Names a quantity for people.

    >>> label("width_3"), label("my_knob")
    ('width (channels), stage 3', 'my knob')
    """
    name, _, stage = quantity.rpartition("_")
    if stage.isdigit() and name in LABELS:
        return f"{LABELS[name]}, stage {stage}"
    return LABELS.get(quantity, quantity.replace("_", " "))


def plain(text: object) -> str:
    """Gives text that plotly shows as it is: it reads ``<b>`` and ``<a href>`` as markup, and ``$`` as a formula."""
    return escape(str(text), quote=False).replace("$", "&#36;")


def template(text: str) -> str:
    """Gives text for plotly's templates, which read ``%{x}`` as a number to be filled in."""
    return plain(text).replace("%{", "%\u200b{")


def unbroken(sentence: str) -> str:
    """Keeps percent signs on the line of their number."""
    return sentence.replace(" %", "\u00a0%")


def axis(title: str, **more: Any) -> dict[str, Any]:
    """Gives what every axis of an interactive figure has."""
    look = {"gridcolor": GRID, "linecolor": INK, "zeroline": False, "ticks": "outside", "tickcolor": GRID}
    return {**look, "title": {"text": plain(title), "standoff": 8}, **more}


def lines(text: str, columns: int = 90) -> str:
    """Gives a long text as lines, marked up as plotly reads them."""
    return "<br>".join(plain(line) for part in text.split("\n") for line in wrap(unbroken(part), columns))


def layout() -> dict[str, Any]:
    """Gives the layout that all interactive figures start from."""
    return {
        "template": "none",
        "font": {"family": FONT, "size": 13, "color": INK},
        "paper_bgcolor": "rgba(0, 0, 0, 0)",
        "plot_bgcolor": "rgba(0, 0, 0, 0)",
        "margin": {"l": 56, "r": 16, "t": 16, "b": 48},
        "legend": {"orientation": "h", "x": 0, "y": 1.02, "xanchor": "left", "yanchor": "bottom"},
        "hoverlabel": {"font": {"family": FONT}},
        "hovermode": "closest",
    }

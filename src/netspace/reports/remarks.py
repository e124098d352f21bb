"""What a picture does not show, and why: populations that are left out, networks that are not drawn."""

from collections.abc import Sequence

from netspace.figures import theme
from netspace.reports.drawing import Drawing
from netspace.reports.gathering import SURELY_DRAWN, Gathered
from netspace.reports.pictures.curves import CURVES

THINNED = ("against", "pairs", "training", "costs")
"""Kinds of pictures with a dot for each network, of many networks for some."""

OF_LINES = ("e_fit", "lines")
"""Kinds that tell nothing of networks that are quantized lines by construction."""

LEAST = {"normalized": 2, "search": 2}
"""Finished networks that a kind of picture takes of each population; of others one is enough."""


def left_out(kind: str, populations: Sequence[Gathered], drawings: Sequence[Drawing]) -> list[str]:
    """Gives a sentence for each population of which a kind of picture shows nothing."""
    shown = {place for drawing in drawings for place in drawing.places}
    return [f"{each.name} is left out: {_why(kind, each)}." for each in populations if each.place not in shown]


def _why(kind: str, population: Gathered) -> str:
    n = len(population.errors)
    if n < LEAST.get(kind, 1):
        return f"it has {n or 'no'} finished network"
    if kind in OF_LINES and population.is_line:
        return "its networks are quantized lines by construction"
    if kind == "trends":
        return "no regime is made of its networks (of populations under one budget, the one of most networks makes it)"
    return "it has no numbers for this"


def not_drawn(kind: str, populations: Sequence[Gathered]) -> list[str]:
    """Gives a sentence for each population of which a picture shows some networks, and computes with all."""
    return [said for each in populations if (said := _drawn(kind, each))]


def _drawn(kind: str, population: Gathered) -> str:
    n, drawn = len(population.errors), len(population.drawn)
    if kind in THINNED and drawn < n:
        choice = f"the {SURELY_DRAWN} best, the worst and an even choice of the others; ranges and fits use all"
        return f"{drawn:,} of {n:,} networks of {population.name} are drawn: {choice}."
    if kind == "e_fit" and 0 < (lines := len(population.lines)) < sum(
        i in population.profiles for i in population.ranked
    ):
        return f"{lines:,} of {n:,} networks of {population.name} are drawn: the 5 best and an even choice."
    if kind == "curves" and len(population.curves) > CURVES:
        return f"{CURVES} of {len(population.curves):,} curves of {population.name} are drawn; the median is of all."
    return ""


def call_errors(drawing: Drawing, name: str) -> Drawing:
    """Gives a figure whose errors are called ``name``, such as ``"test error"``, and not validation errors."""
    if f"{name} (%)" == theme.label("error"):
        return drawing
    return drawing.renamed(theme.error_labels(name) | {"Validation error": name.capitalize()})

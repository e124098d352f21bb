"""Distributions of errors, plain and with every complexity weighing the same, and what random search finds."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from netspace.analysis import SearchEfficiency, complexity_weights, normalized_edf, search_efficiency
from netspace.figures import plot_edfs, plot_search
from netspace.reports.drawing import Drawing, colored, few
from netspace.reports.gathering import Gathered, known
from netspace.reports.pictures.options import Options, nothing
from netspace.reports.text import join_names

NETWORKS = 200
"""Numbers of networks at which the curve of random search is drawn."""


def draw_edfs(populations: Sequence[Gathered], _: Options) -> list[Drawing]:
    """Draws the error distribution of each population."""
    finished = [each for each in populations if each.edf]
    if not finished:
        nothing("no network has finished")
    edfs = {each.name: each.edf for each in finished if each.edf}
    said = [f"{name}, n {edf.n}, least {edf.min:.1f} %, mean {edf.mean:.1f} %" for name, edf in edfs.items()]
    picture = colored(plot_edfs(edfs), _places(finished))
    description = "Error distributions: " + "; ".join(said)
    return [Drawing("edfs", description, picture, "edfs", filled=("low", "high", "line"))]


def draw_normalized(populations: Sequence[Gathered], _: Options) -> list[Drawing]:
    """Draws the error distributions of populations with every bin of their flops weighing the same."""
    finished = [each for each in known(populations, "flops") if np.isfinite(each.numbers("flops")).sum() > 1]
    if len(finished) < 2:
        nothing("it takes two or more populations of networks that finished and whose flops are known")
    columns = [each.with_numbers("flops") for each in finished]
    weights = complexity_weights(*(flops for flops, _ in columns))
    edfs = {each.name: normalized_edf(columns[i][1], weights, i) for i, each in enumerate(finished)}
    description = f"Error distributions of {join_names(list(edfs))}, each bin of flops weighing the same"
    given = {"edges": weights.edges.tolist(), "places": _places(finished)}
    picture = colored(plot_edfs(edfs), _places(finished))
    return [Drawing("normalized", description, picture, "normalized", given, ("low", "high", "line"))]


def draw_search(populations: Sequence[Gathered], _: Options) -> list[Drawing]:
    """Draws the expected best of k random networks of each population."""
    finished = [each for each in populations if len(each.errors) > 1]
    if not finished:
        nothing("it takes two networks that finished")
    curves = {each.name: _search(each) for each in finished}
    description = f"Expected least error of k random networks of {join_names(list(curves))}"
    return [Drawing("search", description, colored(plot_search(curves), _places(finished)), "search")]


def _search(population: Gathered) -> SearchEfficiency:
    """Gives the curve at some numbers of networks: thousands would not look different."""
    full = search_efficiency(population.errors)
    at = few(full.n, NETWORKS)
    columns = {name: getattr(full, name)[at] for name in ("k", "expected", "low", "high")}
    return replace(full, **columns)


def _places(populations: Sequence[Gathered]) -> list[int]:
    return [each.place for each in populations]

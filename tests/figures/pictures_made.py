"""A picture of every kind, of made-up networks, for tests of the renderers."""

from collections.abc import Callable
from typing import Any

import numpy as np

from netspace.analysis import (
    best_region,
    complexity_weights,
    edf,
    empirical_bootstrap,
    fit_complexity,
    normalized_edf,
    search_efficiency,
    trend_over_regimes,
)
from netspace.figures import (
    Axis,
    CostPoints,
    Curves,
    Dots,
    Evidence,
    Line,
    LineFit,
    OtherPoints,
    PairPoints,
    Panel,
    Picture,
    Points,
    Profile,
    Region,
    Rule,
    Span,
    TrainingPoints,
    WidthProfile,
    plot_against_others,
    plot_best_region,
    plot_complexity_trends,
    plot_curves,
    plot_edfs,
    plot_error_against,
    plot_line_fits,
    plot_moves,
    plot_parameter_trends,
    plot_search,
    plot_top_models,
    plot_training_parameters,
    plot_widths,
)
from netspace.random import stream

N = 24
HOSTILE = ("<a href='https://example.org'>x</a>", "$x$ \\frac", "_name", "%{x} & <br> {y}")
"""Names that plotly or matplotlib would read as something else than names."""


def numbers(key: str, low: float = 1.0, high: float = 64.0) -> Any:
    return stream(0, key).uniform(low, high, N)


ERRORS = numbers("errors", 20, 40)
X, Y, FLOPS = numbers("x"), numbers("y"), numbers("flops", 1e8, 4e9)


def edfs(name: str) -> Picture:
    return plot_edfs({name: edf(ERRORS), f"{name} B": edf(ERRORS + 1)}, title=f"{name} beats it by 1.0 %")


def normalized_edfs(name: str) -> Picture:
    weights = complexity_weights(FLOPS, bins=2)
    return plot_edfs({name: normalized_edf(ERRORS, weights)})


def error_against(name: str) -> Picture:
    points = Points(X, ERRORS, [name] * N, empirical_bootstrap(X, ERRORS))
    return plot_error_against({"depth": {name: points}, name: {name: points}})


def region(name: str) -> Picture:
    pairs = PairPoints(X, Y, ERRORS, [name] * N, best_region(X, Y, ERRORS))
    return plot_best_region("depth", name, {name: pairs})


def regions(name: str) -> Picture:
    pairs = [PairPoints(X, Y, ERRORS, [name] * N, best_region(X, Y, ERRORS), place) for place in (0, 1)]
    return plot_best_region("depth", "width_3", {name: pairs[0], f"{name} B": pairs[1]})


def widths(name: str) -> Picture:
    return plot_widths({name: [Profile((8, 8, 32), name)], "worst": [Profile((64, 8), name)]})


def line_fits(name: str) -> Picture:
    return plot_line_fits([LineFit(name, [8, 16, 64], [8, 16, 32], 0.23)])


def search(name: str) -> Picture:
    return plot_search({name: search_efficiency(ERRORS)})


def parameter_trends(name: str) -> Picture:
    trend = trend_over_regimes([2e8, 4e8, 8e8, 16e8], [X, X * 2, X * 3, X], [ERRORS] * 4)
    return plot_parameter_trends({name: trend, "depth": trend})


def complexity_trends(name: str) -> Picture:
    values = 3e6 + 5e-3 * FLOPS * (1 + X / 1e3)
    points = CostPoints(FLOPS, values, [name] * N, fit_complexity(FLOPS, values, "linear"))
    return plot_complexity_trends({"params": {name: points}, name: {name: points}})


def others(name: str) -> Picture:
    family = OtherPoints([2e8, 4e8], [31.1, 27.4], [name, "400MF"])
    return plot_against_others({"flops": {name: family}, "acts": {name: family}})


def training(name: str) -> Picture:
    points = TrainingPoints(X / 50, Y / 1e5, ERRORS, [name] * N, {"lr*wd": empirical_bootstrap(X * Y / 5e6, ERRORS)})
    return plot_training_parameters({name: points})


def top_models(name: str) -> Picture:
    line = {"depth": 3, "initial_width": 8, "slope": 7.5, "width_multiplier": 2.1, "bottleneck_ratio": 1.0}
    known = WidthProfile(name, (1, 2), (8, 16), {**line, "group_width": 8}, 31.1, 5_000_000, 40_000, 9_000)
    return plot_top_models([known, *[WidthProfile("other", (2, 3), (16, 64))] * 4])


def move(name: str) -> Picture:
    codes = np.arange(N) % 3
    kept = codes != 1
    sides = edf(ERRORS[kept]), edf(ERRORS[~kept])
    return plot_moves({name: Evidence(name, codes, ERRORS, kept, *sides, [name, "pool", "none"])})


def curves(name: str) -> Picture:
    return plot_curves({name: Curves([[90, 50, 40], [91, np.nan, 45]], [90.5, np.nan, 42.5])})


def marks(name: str) -> Picture:
    """Gives a picture with every kind of mark and all that axes can have."""
    left = Panel(
        Axis(name, log=True, ticks=[1e-4, 1e-3]),
        Axis(name, percent=True, ends=(0, 1)),
        [
            Region([1e-4, 1e-3, 1e-3], [0.1, 0.2, 0.9], name),
            Region([2e-4], [0.5], color=1),
            Dots([1e-4, 5e-4, 1e-3], [0.2, 0.5, 0.9], labels=[name] * 3, heat=[1.0, 2.0, 3.0], heat_label=name),
            Rule(5e-4, "y", name),
            Rule(0.5, "x", name),
            Span(2e-4, 4e-4, 3e-4),
            Span(6e-4, 8e-4),
        ],
        title=name,
        note=f"{name}\nn = 3",
    )
    right = Panel(
        Axis(name, ends=(-0.5, 2.5), ticks=[0, 1, 2], tick_texts=[name, "b", "c"]),
        Axis("large", whole=True),
        [
            Line([0, 1, 2], [1e5, 4e5, np.nan], name, low=[0, 1e5, np.nan], high=[2e5, 5e5, np.nan], label=name),
            Line([0, 1, 2], [1e5, 2e5, 3e5], steps="hv", color=7),
            Dots([0, 1], [1e5, 3e5], name, 6, [name, "b"], written=True, low=[0, 1e5], high=[2e5, 4e5]),
            Dots([0, 1], [1e5, 3e5], "rings", 1, rings=True),
        ],
    )
    return Picture([left, right], title=name, note=name)


KINDS: dict[str, Callable[[str], Picture]] = {
    make.__name__: make
    for make in (
        edfs,
        normalized_edfs,
        error_against,
        region,
        regions,
        widths,
        line_fits,
        search,
        parameter_trends,
        complexity_trends,
        others,
        training,
        top_models,
        move,
        curves,
        marks,
    )
}

EMPTY: dict[str, Picture] = {
    "edfs": plot_edfs({}),
    "error_against": plot_error_against({"depth": {}}),
    "no quantity": plot_error_against({}),
    "no network": plot_error_against({"depth": {"A": Points([], [], [])}}),
    "region": plot_best_region("depth", "width", {}),
    "no pair": plot_best_region("depth", "width", {"A": PairPoints([], [], [], [], None)}),
    "no group": plot_widths({}),
    "widths": plot_widths({"best": [], "worst": [Profile((), "")]}),
    "line_fits": plot_line_fits([]),
    "no block": plot_line_fits([LineFit("", [], [], 0.0)]),
    "search": plot_search({}),
    "parameter_trends": plot_parameter_trends({}),
    "no parameter": plot_complexity_trends({}),
    "complexity_trends": plot_complexity_trends({"acts": {"A": CostPoints([], [], [], None)}}),
    "others": plot_against_others({"flops": {"A": OtherPoints([], [], [])}}),
    "training": plot_training_parameters({"A": TrainingPoints([], [], [], [])}),
    "top_models": plot_top_models([]),
    "no move": plot_moves({}),
    "move": plot_moves({"": Evidence("depth", [], [], [], None, None)}),
    "no option": plot_moves({"": Evidence("op", [], [], [], None, None, ["a"])}),
    "curves": plot_curves({"A": Curves([], [])}),
    "panel": Picture([Panel(Axis("x"), Axis("y"), note="nothing")]),
}

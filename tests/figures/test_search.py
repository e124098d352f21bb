"""Search efficiency is drawn as it was computed."""

from dataclasses import replace

import numpy as np

from netspace.analysis import search_efficiency
from netspace.figures import plot_search
from netspace.random import stream


def test_curves_and_bands_are_those_of_the_analysis() -> None:
    found = search_efficiency(stream(0, "errors").normal(40, 3, 40))
    panel = plot_search({"A": search_efficiency([1.0, 2.0]), "RegNetX": found}).panels[0]
    line = panel.marks[1]
    assert (line.x.tolist(), line.y.tolist(), line.color) == (list(range(1, 41)), found.expected.tolist(), 1)
    assert line.name == f"RegNetX: n = 40, best {found.expected[-1]:.1f}"
    x, low, high = line.edges
    assert x.tolist() == list(range(1, 11))  # a quarter of the networks
    assert (low.tolist(), high.tolist()) == (found.low[:10].tolist(), found.high[:10].tolist())
    assert (panel.x.log, panel.x.ticks[0]) == (True, 1)


def test_bands_do_not_reach_below_zero() -> None:
    found = replace(search_efficiency([0.1, 9.0, 30.0, 60.0, 80.0]), low=np.full(5, -4.0), high=np.full(5, 9.0))
    assert plot_search({"A": found}).panels[0].marks[0].low.tolist() == [0] * 5


def test_too_few_networks_have_no_band() -> None:
    line = plot_search({"A": search_efficiency([3.0, 2.0])}).panels[0].marks[0]
    assert line.edges is None
    assert np.isfinite(line.y).all()

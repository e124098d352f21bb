"""EDFs are staircases from 0 to 1 with their bands around them."""

import numpy as np
import pytest

from netspace.analysis import complexity_weights, edf, normalized_edf
from netspace.figures import Line, plot_edfs
from netspace.figures.distributions import edf_panel, legend

EDFS = {"AnyNetX_A": edf([18.0, 16.0, 20.0]), "RegNetX": edf([14.0, 15.0, 16.0, 13.0])}


def line(name: str) -> Line:
    return next(mark for mark in plot_edfs(EDFS).panels[0].marks if mark.name.startswith(name))


def test_edfs_are_staircases_from_0_to_1() -> None:
    regnet = line("RegNetX")
    assert regnet.name == "RegNetX: n = 4, min 13.0, mean 14.5"
    assert (regnet.steps, regnet.color) == ("hv", 1)
    assert regnet.x[1:-1].tolist() == [13, 14, 15, 16]
    assert regnet.y.tolist() == [0, 0.25, 0.5, 0.75, 1, 1]
    assert regnet.x[0] < 13
    assert regnet.x[-1] > 20


def test_band_lies_around_the_staircase_and_begins_before_the_first_error() -> None:
    regnet, margin = line("RegNetX"), EDFS["RegNetX"].margin
    assert np.all(regnet.low <= regnet.y)
    assert np.all(regnet.y <= regnet.high)
    assert (regnet.low[0], regnet.high[0]) == (0, margin)
    assert (regnet.low[-1], regnet.high[-1]) == (1 - margin, 1)


def test_bands_of_many_are_fainter() -> None:
    many = plot_edfs({str(i): edf([float(i)]) for i in range(6)}).panels[0].marks
    assert many[0].band == pytest.approx(line("RegNetX").band / 2)


def test_weighted_distributions_have_their_own_heights_and_band() -> None:
    flops, errors = [4.0, 4.1, 4.2, 4.3, 7.8, 7.9], [14, 15, 16, 15, 10, 12]
    curve = normalized_edf(errors, complexity_weights(flops, bins=2))
    panel = plot_edfs({"A": curve}).panels[0]
    assert panel.y.label == "share of networks, by weight"
    drawn = panel.marks[0]
    assert drawn.name == "A: n = 6 in 2 bins, min 10.0, mean 13.0"
    assert legend("A", normalized_edf(errors, complexity_weights(flops, bins=1))).startswith("A: n = 6 in 1 bin, ")
    assert drawn.x[1:-1].tolist() == [10, 12, 14, 15, 15, 16]
    assert drawn.y.tolist() == pytest.approx([0, 0.25, 0.5, 0.625, 0.75, 0.875, 1, 1])
    assert drawn.low[:-1].tolist() == curve.band.low.tolist()
    assert drawn.high[:-1].tolist() == curve.band.high.tolist()


def test_titles_are_kept() -> None:
    assert plot_edfs(EDFS, title="RegNetX beats AnyNetX_A").title == "RegNetX beats AnyNetX_A"


def test_places_may_be_given() -> None:
    assert [mark.color for mark in edf_panel(EDFS, [4, 2]).marks] == [4, 2]

"""Networks stand beside the lines that were fitted to them."""

import numpy as np
import pytest

from netspace.analysis import fit_lines
from netspace.figures import LineFit, line_fits, plot_line_fits


def test_network_and_line_are_staircases_in_a_panel_each() -> None:
    fits = [LineFit("#0", [8, 16], [8, 24], 0.2027), LineFit("#1", np.array([64, 8, 8]), [32, 16, 8], 0.462)]
    picture = plot_line_fits(fits)
    assert [panel.title for panel in picture.panels] == ["#0", "#1"]
    assert [panel.note for panel in picture.panels] == ["e_fit = 0.2", "e_fit = 0.46"]
    network, line = picture.panels[1].marks
    assert (list(network.y), list(line.y)) == ([64, 64, 8, 8, 8], [32, 32, 16, 8, 8])
    assert (network.name, line.name, network.color, line.color) == ("network", "quantized line", 0, 1)
    assert {panel.x.ends for panel in picture.panels} == {(0.4, 3.6)}
    assert picture.panels[0].y.log


def test_fits_tell_the_widths_of_their_lines() -> None:
    widths = [[24, 56, 152, 152, 152, 152, 368, 368], [64, 8, 64, 8, 64]]
    exact, far = line_fits(["a", "b"], widths, fit_lines(widths))
    assert (exact.name, list(exact.fitted), exact.error) == ("a", widths[0], 0)
    assert len(far.fitted) == 5
    ratios = np.abs(np.log(np.array(far.fitted) / widths[1]))
    assert far.error == pytest.approx(ratios.mean())

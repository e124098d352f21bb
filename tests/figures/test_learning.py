"""Learning curves of whole populations are one line each, their median another."""

import numpy as np

from netspace.figures import Curves, plot_curves


def test_curves_of_all_networks_are_one_line_with_gaps() -> None:
    networks, alone, median = plot_curves({"A": Curves([[90.0, 50.0], [80.0]], [85.0, 50.0], 2)}).panels[0].marks
    assert (alone.x.tolist(), alone.y.tolist(), alone.color, alone.name) == ([1], [80], 2, "")
    assert networks.x[[0, 1, 3]].tolist() == [1, 2, 1]
    assert np.isnan(networks.y[[2, 4]]).all()
    assert (median.x.tolist(), median.y.tolist(), median.name) == ([1, 2], [85, 50], "A, median")
    assert (networks.color, median.color, networks.name) == (2, 2, "")


def test_medians_join_the_epochs_that_were_measured() -> None:
    median = plot_curves({"A": Curves([], [np.nan, 60.0, np.nan, 40.0])}).panels[0].marks[1]
    assert (median.x.tolist(), median.y.tolist()) == ([2, 4], [60, 40])


def test_networks_join_the_epochs_that_were_measured() -> None:
    networks, _ = plot_curves({"A": Curves([[np.nan, 60.0, np.nan, 40.0]], [np.nan, 60.0])}).panels[0].marks
    assert (networks.x[:2].tolist(), networks.y[:2].tolist()) == ([2, 4], [60, 40])


def test_epochs_are_whole_numbers() -> None:
    one, few, many = (plot_curves({"A": Curves([[50.0] * n], [50.0] * n)}).panels[0].x for n in (1, 3, 100))
    assert (one.ticks, one.ends) == ([1], (0.5, 1.5))
    assert (few.ticks, few.ends) == ([1, 2, 3], None)
    assert (many.ticks, many.whole) == ([], True)


def test_many_networks_are_fainter() -> None:
    few, many = (plot_curves({"A": Curves([[1.0]] * n, [1.0])}).panels[0].marks[0].opacity for n in (10, 400))
    assert few > many >= 0.02

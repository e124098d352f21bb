import numpy as np

from netspace.analysis import median_curve


def test_medians_are_taken_over_the_networks_that_got_so_far() -> None:
    medians = median_curve([[90.0, np.nan, 30.0], [80.0, np.nan], [70.0, np.nan, 20.0]])
    assert medians[[0, 2]].tolist() == [80, 25]
    assert np.isnan(medians[1])


def test_no_curves_have_no_median() -> None:
    assert median_curve([]).shape == (0,)
    assert median_curve([[], []]).shape == (0,)

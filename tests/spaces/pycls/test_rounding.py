"""Rounding of RegNets before they are counted."""

import numpy as np

from netspace.families import compatible_widths
from netspace.spaces.pycls.rounding import rounded_regnet
from tests.spaces.pycls import naive


def test_rounding_is_that_of_one_network_after_the_other() -> None:
    widths, multipliers, groups = (
        each.ravel() for each in np.meshgrid(range(8, 400, 24), [0.125, 0.25, 0.5, 1, 2, 3, 4], range(1, 100, 3))
    )
    width, group = rounded_regnet(widths, 1 / multipliers, groups)
    for i in range(len(widths)):
        one = naive.Network([1], [int(widths[i])], [1], [multipliers[i].item()], [int(groups[i])])
        expected = naive.standardized(naive.compatible(one))
        assert (width[i], group[i]) == (expected.widths[0], expected.groups[0]), one


def test_widths_of_a_line_stay_as_they_are_with_groups_that_are_round_and_no_bottleneck() -> None:
    # which is why such spaces need no rounding beyond what every space does
    widths, groups = (each.ravel() for each in np.meshgrid(range(8, 4097, 8), [1, 2, 4, *range(8, 265, 8)]))
    ones = np.ones(len(widths))
    for rounded, made in zip(
        rounded_regnet(widths, ones, groups), compatible_widths(widths, ones, groups), strict=True
    ):
        np.testing.assert_array_equal(rounded, made)

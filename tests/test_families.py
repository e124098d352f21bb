"""AnyNet and RegNet constructors: rounding, compatibility, messages."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from netspace.errors import ArchitectureError
from netspace.families import anynet, compatible_widths, regnet


@given(st.integers(1, 1200), st.sampled_from([0.25, 0.5, 1, 2, 4]), st.integers(1, 128))
def test_groups_divide_and_widths_move_by_at_most_a_third(w: int, b: float, g: int) -> None:
    width, group = compatible_widths([w], [b], [g])
    inner = round(width[0] / b)
    assert inner % group[0] == 0
    assert group[0] <= max(1, g)
    if w >= b >= 1 and w % b == 0:  # the paper's bound (appendix D) is for widths that b divides
        assert abs(width[0] - w) <= w / 3 + 1e-9


@pytest.mark.parametrize(
    ("w", "b", "g", "expected"),
    [
        (400, 1, 16, (400, 16)),  # torchvision's last width of RegNetX-400MF
        (392, 1, 16, (384, 16)),  # half to even: 24.5 groups become 24
        (24, 1, 64, (24, 24)),  # a group cannot be wider than the block
        (8, 4, 32, (8, 2)),
        (40, 0.5, 48, (48, 48)),  # inverted: inner 80 becomes 96
        (2, 4, 1, (4, 1)),  # never narrower than a channel inside
    ],
)
def test_compatible_widths_round_as_the_authors_do(w, b, g, expected) -> None:
    width, group = compatible_widths([w], [b], [g])
    assert (width[0], group[0]) == expected


def test_slope_zero_gives_one_stage() -> None:
    assert [
        (s.width, s.depth) for s in regnet(depth=5, initial_width=32, slope=0, width_multiplier=2, group_width=8).stages
    ] == [(32, 5)]


def test_y_is_x_with_squeeze_and_excitation() -> None:
    x, y = (anynet(depths=[2], widths=[32], group_widths=8, block=block) for block in "xy")
    assert x.stages[0].se is None
    assert y.stages[0].se is not None
    assert [shape.se_width for _, shape in y.blocks()] == [8, 8]  # a quarter of each block's input


def test_numpy_numbers_are_taken() -> None:
    assert anynet(depths=[1], widths=[16], bottleneck_ratios=np.array([1]), group_widths=8).id
    line = {"initial_width": 24, "slope": 36.0, "width_multiplier": 2.5, "group_width": 8}
    assert regnet(depth=13.0, **line) == regnet(depth=13, **line)
    assert anynet(depths=np.array([1, 2]), widths=np.array([16, 32]), group_widths=np.int64(8)) == anynet(
        depths=[1, 2], widths=[16, 32], group_widths=8
    )


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"depths": [1, 2], "widths": [16]}, "depths 2, widths 1"),
        ({"depths": [], "widths": []}, "one number per stage"),
        ({"depths": [0], "widths": [16]}, "depths"),
        ({"depths": [1.5], "widths": [16]}, r"depths \[1.5\]"),
        ({"depths": [1], "widths": [16], "bottleneck_ratios": 0}, "positive"),
        ({"depths": [1], "widths": [16], "bottleneck_ratios": 0.4}, "1/2, 1/3"),
        ({"depths": [1], "widths": [16], "block": "q"}, "choose one of x, y"),
        ({"depths": [1], "widths": [16], "stem": "q"}, "simple, cifar, imagenet"),
        ({"depths": [1], "widths": ["a"]}, "widths"),
    ],
)
def test_anynet_refuses_what_it_cannot_mean(options, message) -> None:
    with pytest.raises(ArchitectureError, match=message):
        anynet(**options)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"depth": 0}, "depth 0"),
        ({"initial_width": 20}, "multiple of 8"),
        ({"slope": -1}, "at least 0"),
        ({"width_multiplier": 1.0}, "greater than 1"),
        ({"slope": float("nan")}, "at least 0"),
    ],
)
def test_regnet_refuses_what_it_cannot_mean(change, message) -> None:
    good = {"depth": 13, "initial_width": 24, "slope": 36.0, "width_multiplier": 2.5, "group_width": 8}
    with pytest.raises(ArchitectureError, match=message):
        regnet(**(good | change))

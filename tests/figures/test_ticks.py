"""Axes of wide positive ranges are logarithmic, with few and round ticks inside the range."""

import numpy as np
import pytest

from netspace.figures.ticks import log_axis, log_ticks, wide_axis


@pytest.mark.parametrize(
    ("x", "log", "ticks"),
    [
        ([1, 2, 4], True, [1, 2, 4]),
        ([8, 1024], True, [8, 32, 128, 512]),
        ([2e4, 1e6], True, [3e4, 1e5, 3e5, 1e6]),
        ([3e-6, 8e-4], True, [1e-5, 1e-4]),
        ([4e6, 6e6], False, []),
        ([0, 100], False, []),
        ([-1, 100], False, []),
        ([np.nan, 100], False, [100]),
        ([0, 2, 1], False, [0, 1, 2]),
        ([4, 6.5], False, []),
        ([], False, []),
    ],
)
def test_wide_positive_ranges_have_log_axes(x: list[float], log: bool, ticks: list[float]) -> None:
    axis = wide_axis("w", [x])
    assert axis.log == log
    assert axis.ticks == pytest.approx(ticks)


def test_several_columns_share_an_axis() -> None:
    assert wide_axis("w", [[8, 16], [300]]).ticks[-1] == 256


@pytest.mark.parametrize(("low", "high"), [(104, 152), (9, 15), (0.011, 0.014), (1.1e6, 1.4e6), (7, 7)])
def test_narrow_ranges_have_ticks_as_well(low: float, high: float) -> None:
    ticks = log_ticks(low, high)
    assert 1 + (low < high) <= len(ticks) <= 6
    assert all(low <= tick <= high for tick in ticks)


@pytest.mark.parametrize(("low", "high"), [(2, 3), (3, 7), (104, 152), (1, 2)])
def test_whole_numbers_have_whole_ticks(low: int, high: int) -> None:
    for axis in (log_axis("w", [[low, high]]), wide_axis("w", [[low, high]])):
        assert all(tick == round(tick) for tick in axis.ticks)
    assert wide_axis("w", [[0, 100]]).whole
    assert not wide_axis("w", [[0, 0.5, 100]]).whole


def test_what_has_no_logarithm_has_a_linear_axis() -> None:
    assert not log_axis("w", [[0, 1]]).log
    assert log_axis("w", [[8, 9]]).log

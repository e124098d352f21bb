"""Distributions of one parameter."""

import numpy as np
import pytest

from netspace.errors import SpaceError
from netspace.spaces.distributions import choices, log_uniform


@pytest.mark.parametrize(("low", "high", "quantum"), [(1, 16, 1), (8, 1024, 8), (1.5, 3, 0.001), (8, 255.9, 0.1)])
def test_cumulative_distribution_is_log_linear_at_every_value(low, high, quantum) -> None:
    distribution = log_uniform(low, high, quantum)
    below = low - min(quantum, low / 2)
    expected = np.log(distribution.table / below) / np.log(high / below)
    np.testing.assert_allclose(distribution.cumulative, expected, rtol=0, atol=1e-9)


def test_the_papers_ranges_have_the_papers_sizes() -> None:
    # RegNet paper, section 3.2: 16 depths, 128 widths, 3 ratios, 6 group widths
    assert len(log_uniform(1, 16, 1).values) == 16
    assert len(log_uniform(8, 1024, 8).values) == 128
    assert log_uniform(8, 1024, 8).values[:3] == (8, 16, 24)
    assert choices([1, 2, 4]).probabilities.tolist() == [1 / 3] * 3


def test_quantile_reaches_both_ends() -> None:
    distribution = log_uniform(8, 64, 8)
    assert distribution.quantile(np.array([0.0, 1 - 1e-16])).tolist() == [8, 64]


def test_decimal_steps_leave_no_float_residue() -> None:
    assert 2.3 in log_uniform(1.5, 3, 0.001).values
    assert 36.4 in log_uniform(8, 255.9, 0.1).values


@pytest.mark.parametrize("bad", [(0, 8, 1), (8, 4, 1), (1, 8, 0)])
def test_empty_ranges_are_refused(bad) -> None:
    with pytest.raises(SpaceError, match="log-uniform"):
        log_uniform(*bad)


def test_no_choices_are_refused() -> None:
    with pytest.raises(SpaceError, match="at least one value"):
        choices([])

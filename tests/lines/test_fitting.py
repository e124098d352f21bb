"""e_fit: networks that are lines are found to be, and no grid finds a better line than ours by much."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import netspace as ns
from netspace.analysis import fit_lines
from netspace.errors import AnalysisError
from netspace.lines import quantized_linear_widths


def lines_of(population: ns.Population) -> list[list[int]]:
    """Widths of RegNets before the groups are made to fit, which are exactly lines."""
    table = population.parameters
    names = ("depth", "initial_width", "slope", "width_multiplier")
    widths, _ = quantized_linear_widths(*(table[name] for name in names))
    return [row[:d].tolist() for row, d in zip(widths, table["depth"], strict=True)]


def test_lines_are_found() -> None:
    widths = lines_of(ns.get_space("regnetx").sample(500, seed=3))
    fits = fit_lines(widths)
    assert np.mean(fits.error < 1e-9) >= 0.995
    assert fits.error.max() < 0.05
    again, _ = quantized_linear_widths(fits.depth, fits.initial_width, fits.slope, fits.width_multiplier)
    for own, d, row, error in zip(widths, fits.depth, again, fits.error, strict=True):
        assert np.abs(np.log(row[:d] / own)).mean() == pytest.approx(error, abs=1e-9)


def test_lines_that_are_no_regnets_are_found() -> None:
    random = np.random.default_rng(0)
    n = 300
    depth, w_0 = random.integers(1, 80, n), 8 * random.integers(1, 65, n)
    rows, _ = quantized_linear_widths(depth, w_0, np.exp(random.uniform(-1, 6, n)), np.exp(random.uniform(0.15, 2, n)))
    fits = fit_lines([row[:d] for row, d in zip(rows, depth, strict=True)])
    assert np.mean(fits.error < 1e-9) >= 0.95
    assert fits.error.max() < 0.05


def by_grid(widths: list[int]) -> float:
    """The least e_fit of a grid written apart: every w_0, slopes and multipliers in small steps."""
    d = len(widths)
    axes = np.arange(8, 513, 8), np.append(0, np.geomspace(0.5, 256, 60)), np.linspace(1.2, 6, 60)
    w_0, w_a, w_m = (each.ravel() for each in np.meshgrid(*axes))
    predicted, _ = quantized_linear_widths(np.full(len(w_0), d), w_0, w_a, w_m)
    return float(np.abs(np.log(np.maximum(predicted, 8) / widths)).mean(axis=1).min())


def test_no_worse_than_a_fine_grid() -> None:
    networks = ns.get_space("anynetx_e", num_stages=3).narrow(depth=(1, 4), width=(8, 256)).sample(12, seed=1)
    widths = [list(each.block_widths) for each in networks]
    ours, grid = fit_lines(widths).error, np.array([by_grid(each) for each in widths])
    assert (ours <= grid + 0.01).all()
    assert ours.mean() <= grid.mean()


@settings(max_examples=30, deadline=None)
@given(st.lists(st.integers(1, 128).map(lambda k: 8 * k), min_size=1, max_size=6))
def test_any_widths_have_a_fit(widths: list[int]) -> None:
    fit = fit_lines([widths])
    constant = np.abs(np.log(np.array(widths) / np.median(widths))).mean()
    assert 0 <= fit.error[0] <= constant + 0.07  # a line may be constant, but for the multiple of 8
    assert fit.initial_width[0] % 8 == 0
    assert fit.slope[0] >= 0
    assert fit.width_multiplier[0] > 1


def test_order_and_company_change_nothing() -> None:
    widths = [list(each.block_widths) for each in ns.get_space("anynetx_d").sample(40, seed=2)]
    together, backwards = fit_lines(widths), fit_lines(widths[::-1])
    alone = [fit_lines([each]) for each in widths]
    for name in ("error", "initial_width", "slope", "width_multiplier"):
        one_by_one = [getattr(each, name)[0] for each in alone]
        assert getattr(together, name).tolist() == getattr(backwards, name)[::-1].tolist() == one_by_one


@pytest.mark.parametrize("widths", [[], [[]], [[8, 0]], [[8, float("nan")]], [["wide"]], [[[8, 8]]]])
def test_what_are_no_widths_is_refused(widths: list[object]) -> None:
    with pytest.raises(AnalysisError, match=r"widths|network"):
        fit_lines(widths)

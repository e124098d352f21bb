"""The fit of runtime models: exact where times follow the form, honest about its error, strict about its rows."""

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import lsq_linear

from netspace.complexity import Complexity, fit_runtime
from netspace.errors import LatencyError
from netspace.random import stream


@dataclass(frozen=True)
class Row:
    """What a fit reads of a latency."""

    flops: int | None
    acts: int | None
    median_ms: float | None
    device: str = "cpu"
    processor: str = "a processor"
    backend: str = "eager"
    batch: int = 1
    image_size: int = 224
    dtype: str = "float32"
    layout: str = "contiguous"
    threads: int = 1
    depth: int | None = None
    versions: dict[str, str] = field(default_factory=lambda: {"torch": "2.13.0"})


def networks(n: int) -> list[tuple[int, int]]:
    """Flops and acts of networks from 100 MF to 4 GF."""
    rng = stream(0, "networks", n)
    flops = np.exp(rng.uniform(np.log(1e8), np.log(4e9), n))
    acts = 6.5e6 * np.sqrt(flops / 1e9) * rng.lognormal(0, 0.3, n)
    return list(zip(flops.astype(int).tolist(), acts.astype(int).tolist(), strict=True))


def linear(flops: int, acts: int) -> float:
    return 0.5 + 20 * flops / 1e9 + 2 * acts / 1e6


def sqrt(flops: int, acts: int) -> float:
    return 6 * flops / 1e9 + 24 * np.sqrt(flops / 1e9)


def rows(n: int, time=linear, noise: float = 0.0) -> list[Row]:
    factor = stream(0, "noise").lognormal(0, noise, n)
    return [Row(f, a, float(time(f, a) * x)) for (f, a), x in zip(networks(n), factor, strict=True)]


def deep_rows(n: int, time=linear, noise: float = 0.0) -> list[Row]:
    """Rows of known depth, 0.2 ms a block on top of ``time``."""
    depth = stream(0, "depth").integers(6, 30, n).tolist()
    factor = stream(0, "noise").lognormal(0, noise, n)
    costs = zip(networks(n), depth, factor, strict=True)
    return [Row(f, a, float((time(f, a) + 0.2 * d) * x), depth=d) for (f, a), d, x in costs]


@pytest.mark.parametrize("form", ["auto", "blocks"])
def test_times_with_blocks_give_their_coefficients(form: str) -> None:
    timed = deep_rows(12)
    model = fit_runtime(timed, form)
    assert (model.form, model.uses_depth) == ("blocks", True)
    assert model.coefficients == pytest.approx({"ms": 0.5, "ms_per_gf": 20, "ms_per_m_acts": 2, "ms_per_block": 0.2})
    assert (model.median_error, model.overrun) == (pytest.approx(0, abs=1e-9), pytest.approx(1))
    assert model.ranges["depth"] == (min(row.depth for row in timed), max(row.depth for row in timed))


@pytest.mark.parametrize(("time", "form"), [(linear, "linear"), (sqrt, "sqrt")])
def test_depth_that_makes_no_difference_leaves_the_papers_forms(time, form: str) -> None:
    """Blocks fit what is linear exactly, too: the form with fewer terms is taken."""
    timed = [replace(row, median_ms=time(row.flops, row.acts)) for row in deep_rows(12)]
    assert fit_runtime(timed).form == form
    assert fit_runtime(timed, "blocks").coefficients["ms_per_block"] == pytest.approx(
        0, abs=1e-6 if form == "linear" else 1
    )


@pytest.mark.parametrize("depth", [None, 0])
def test_blocks_are_left_out_where_a_depth_is_not_known(depth: int | None) -> None:
    timed = deep_rows(12)
    timed[3] = replace(timed[3], depth=depth)
    model = fit_runtime(timed)
    assert not model.uses_depth
    assert "depth" not in model.ranges
    with pytest.raises(LatencyError, match=r"'blocks' needs the depth of every network.*choose another form"):
        fit_runtime(timed, "blocks")


def test_networks_of_one_cost_and_two_depths_are_two() -> None:
    timed = deep_rows(8)
    twin = replace(timed[0], depth=timed[0].depth + 5, median_ms=timed[0].median_ms + 1)
    model = fit_runtime([*timed, twin])
    assert model.n == 9
    assert model.coefficients["ms_per_block"] == pytest.approx(0.2)


@pytest.mark.parametrize("form", ["auto", "linear"])
def test_linear_times_give_their_coefficients(form: str) -> None:
    model = fit_runtime(rows(12), form)
    assert model.form == "linear"
    assert model.coefficients == pytest.approx({"ms": 0.5, "ms_per_gf": 20, "ms_per_m_acts": 2})
    assert (model.n, model.median_error, model.p90_error) == (
        12,
        pytest.approx(0, abs=1e-9),
        pytest.approx(0, abs=1e-9),
    )
    assert model.overrun == pytest.approx(1)


@pytest.mark.parametrize("form", ["auto", "sqrt"])
def test_the_papers_form_gives_its_coefficients(form: str) -> None:
    model = fit_runtime(rows(12, sqrt), form)
    assert model.form == "sqrt"
    assert model.coefficients == pytest.approx({"ms_per_gf": 6, "ms_per_sqrt_gf": 24})
    assert model.median_error == pytest.approx(0, abs=1e-9)


def test_small_networks_count_as_large_ones_do() -> None:
    """Times of a thousandth, from flops of a thousandth, give the same error."""
    large = rows(20, noise=0.1)
    small = [
        replace(row, flops=row.flops // 1000, acts=row.acts // 1000, median_ms=row.median_ms / 1000) for row in large
    ]
    a, b = fit_runtime(large, "linear"), fit_runtime(small, "linear")
    assert b.coefficients["ms_per_gf"] == pytest.approx(a.coefficients["ms_per_gf"], rel=1e-3)
    assert b.coefficients["ms"] == pytest.approx(a.coefficients["ms"] / 1000, rel=1e-2)
    assert b.median_error == pytest.approx(a.median_error, rel=1e-2)


@given(st.integers(6, 12), st.integers(0, 10**6), st.sampled_from(["linear", "sqrt", "blocks"]))
def test_it_is_bounded_least_squares_of_relative_errors(n: int, seed: int, form: str) -> None:
    rng = stream(seed, "any")
    given_rows = [Row(f, a, float(rng.lognormal(2, 1)), depth=int(rng.integers(4, 40))) for f, a in networks(n)]
    model = fit_runtime(given_rows, form)
    design, ms = columns(given_rows, form), np.array([row.median_ms for row in given_rows])
    other = lsq_linear(design / ms[:, None], np.ones(n), bounds=(0, np.inf), tol=1e-14)
    loss = float(np.sum((design @ list(model.coefficients.values()) / ms - 1) ** 2))
    assert min(model.coefficients.values()) >= 0
    assert loss == pytest.approx(2 * other.cost, rel=1e-4)


def columns(given_rows: list[Row], form: str) -> np.ndarray:
    gf = np.array([row.flops for row in given_rows]) / 1e9
    acts = np.array([row.acts for row in given_rows]) / 1e6
    if form == "sqrt":
        return np.stack([gf, np.sqrt(gf)], axis=1)
    depth = np.array([row.depth for row in given_rows])
    return np.stack([np.ones_like(gf), gf, acts, *([depth] if form == "blocks" else [])], axis=1)


@pytest.mark.parametrize("form", ["linear", "sqrt", "blocks", "auto"])
def test_its_error_is_that_for_networks_left_out(form: str) -> None:
    """By brute force: fit_runtime itself, on all rows but one, predicts that one."""
    timed = deep_rows(9, noise=0.15)
    errors, ratios = [], []
    for i, row in enumerate(timed):
        other = fit_runtime(timed[:i] + timed[i + 1 :], form)
        predicted = other.predict(Complexity(row.flops, 0, row.acts), row.depth)
        errors.append(abs(predicted - row.median_ms) / row.median_ms)
        ratios.append(row.median_ms / predicted)
    model = fit_runtime(timed, form)
    assert model.median_error == pytest.approx(np.median(errors))
    assert model.p90_error == pytest.approx(np.percentile(errors, 90))
    assert model.overrun == pytest.approx(np.percentile(ratios, 90, method="weibull"))
    own = [abs(model.predict(Complexity(row.flops, 0, row.acts), row.depth) / row.median_ms - 1) for row in timed]
    assert model.median_error > 1.05 * np.median(own)  # what it would be on what it was fitted to flatters it


def test_auto_takes_the_form_with_the_lower_error() -> None:
    timed = rows(15, sqrt, noise=0.05)
    assert fit_runtime(timed).form == "sqrt"
    assert fit_runtime(timed).coefficients == fit_runtime(timed, "sqrt").coefficients


def test_a_negative_coefficient_is_none() -> None:
    """Times that fall with acts have no part of acts."""
    timed = [Row(f, a, 30 * f / 1e9 + 50 - a / 1e6) for f, a in networks(12)]
    assert fit_runtime(timed, "linear").coefficients["ms_per_m_acts"] == 0


def test_the_papers_table_gives_about_the_papers_curve() -> None:
    """RegNetX of Table 5, ms for 64 images on a V100, beside 24 sqrt(F) + 6.0 F."""
    table = {0.2: 10, 0.4: 15, 1.6: 33, 4.0: 69, 8.0: 94, 16.0: 168, 31.7: 318}
    model = fit_runtime([Row(int(1e9 * f), 1, ms) for f, ms in table.items()], "sqrt")
    assert model.coefficients["ms_per_gf"] == pytest.approx(6.0, abs=1.0)
    assert model.coefficients["ms_per_sqrt_gf"] == pytest.approx(24, abs=5)
    assert model.p90_error < 0.2


def test_it_says_what_it_was_fitted_on() -> None:
    timed = rows(8)
    model = fit_runtime([*timed, replace(timed[0], flops=None, acts=None, median_ms=None)])
    assert model.n == 8
    assert model.setting == {
        "device": "cpu",
        "processor": "a processor",
        "backend": "eager",
        "batch": 1,
        "image_size": 224,
        "dtype": "float32",
        "layout": "contiguous",
        "threads": 1,
    }
    assert model.versions == {"torch": "2.13.0"}
    assert model.date == f"{datetime.now(UTC):%Y-%m-%d}"
    assert model.ranges["flops"] == (min(row.flops for row in timed), max(row.flops for row in timed))
    assert model.ranges["ms"] == (min(row.median_ms for row in timed), max(row.median_ms for row in timed))


def test_a_network_timed_again_counts_once() -> None:
    """Else a network left out would be known from its own second timing."""
    timed = rows(7, noise=0.1)
    again = [replace(row, median_ms=row.median_ms * x) for row in timed for x in (0.9, 1, 1.1)]
    assert fit_runtime(again).median_error == pytest.approx(fit_runtime(timed).median_error)
    assert fit_runtime(again).n == 7


FAILED = Row(None, None, None)


@pytest.mark.parametrize(
    ("given_rows", "form", "says"),
    [
        ([], "auto", "at least 6 different networks with times, and there are 0"),
        (rows(5), "auto", "there are 5: time more"),
        ([*rows(5), FAILED, FAILED], "auto", "there are 5: time more"),
        ([rows(1)[0]] * 20, "auto", "there are 1: time more"),
        ([*rows(6), replace(rows(7)[6], batch=8)], "auto", r"several settings.*\(batch: 1 and 8\): fit each"),
        ([*rows(6), replace(rows(7)[6], dtype="bfloat16", layout="channels_last")], "auto", "dtype: .*; layout: "),
        ([*rows(6), replace(rows(7)[6], versions={"torch": "2.6.0"})], "auto", "versions: .*2.13.0.*2.6.0"),
        (rows(8), "cubic", "form 'cubic' .* choose one of auto, linear, sqrt, blocks"),
    ],
)
def test_what_cannot_be_fitted_is_said(given_rows: list[Row], form: str, says: str) -> None:
    with pytest.raises(LatencyError, match=says):
        fit_runtime(given_rows, form)

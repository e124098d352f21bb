"""Runtime models predict in the units they say, and are read as they were written."""

import json
from pathlib import Path

import numpy as np
import pytest

from netspace.complexity import Complexity, RuntimeModel, fit_runtime
from netspace.errors import LatencyError
from tests.complexity.test_fitting import deep_rows, rows

LINEAR = RuntimeModel("linear", {"ms": 0.5, "ms_per_gf": 20.0, "ms_per_m_acts": 2.0})
PAPERS = RuntimeModel("sqrt", {"ms_per_gf": 6.0, "ms_per_sqrt_gf": 24.0})
BLOCKS = RuntimeModel("blocks", {"ms": 0.5, "ms_per_gf": 20.0, "ms_per_m_acts": 2.0, "ms_per_block": 0.2})
DEEP = fit_runtime(deep_rows(8, noise=0.1), "blocks")
FITTED = fit_runtime(rows(8, noise=0.1))


def test_units() -> None:
    """0.5 ms + 0.25 GF at 20 ms each + 3 M activations at 2 ms each."""
    assert LINEAR(Complexity(250_000_000, 1, 3_000_000)) == pytest.approx(0.5 + 5 + 6)
    assert PAPERS(Complexity(250_000_000, 1, 3_000_000)) == pytest.approx(1.5 + 12)


def test_one_network_gives_a_float_and_many_an_array() -> None:
    many = Complexity(np.array([10**8, 10**9]), np.array([1, 1]), np.array([10**6, 2 * 10**6]))
    for model in (LINEAR, PAPERS):
        one = model.predict(Complexity(10**9, 1, 2 * 10**6))
        assert type(one) is float
        found = model(many)
        assert (found.shape, found.dtype) == ((2,), np.float64)
        assert found[1] == pytest.approx(one)


def test_blocks_take_time_of_their_own() -> None:
    """11.5 ms as above + 13 and 20 blocks at 0.2 ms each."""
    cost = Complexity(250_000_000, 1, 3_000_000)
    assert BLOCKS.predict(cost, 13) == pytest.approx(11.5 + 2.6)
    assert type(BLOCKS.predict(cost, 13)) is float
    many = Complexity(*(np.full(2, each) for each in (cost.flops, 1, cost.acts)))
    assert BLOCKS.predict(many, np.array([13, 20])) == pytest.approx([14.1, 15.5])
    assert BLOCKS.predict(many, [13, 20]) == pytest.approx([14.1, 15.5])
    assert str(BLOCKS) == "0.5 ms + 20 ms per GF + 2 ms per M acts + 0.2 ms per block"


def test_the_papers_forms_look_at_no_depth() -> None:
    cost = Complexity(250_000_000, 1, 3_000_000)
    assert [model.uses_depth for model in (LINEAR, PAPERS, BLOCKS)] == [False, False, True]
    assert LINEAR.predict(cost, 0) == LINEAR.predict(cost, "unknown") == LINEAR(cost)


@pytest.mark.parametrize(
    ("depth", "says"),
    [
        (None, r"counts blocks, and it was given no depth: give model.predict\(complexity, depth\)"),
        (0, r"cannot predict networks of 0 blocks.*fit_runtime\(rows, \"linear\"\)"),
        (float("nan"), "cannot predict networks of nan blocks"),
        ("deep", "a number of blocks, not 'deep'"),
        ([13, 13], r"depths of shape \(2,\) are given for networks of shape \(\)"),
    ],
)
def test_depths_that_cannot_be_are_said(depth: object, says: str) -> None:
    with pytest.raises(LatencyError, match=says):
        BLOCKS.predict(Complexity(250_000_000, 1, 3_000_000), depth)
    if depth is None:
        with pytest.raises(LatencyError, match=says):
            BLOCKS(Complexity(250_000_000, 1, 3_000_000))


def test_limits_outside_what_was_fitted_are_told() -> None:
    low, high = FITTED.ranges["ms"]
    assert FITTED.extrapolates((None, (low + high) / 2)) == FITTED.extrapolates((low, high)) == ""
    assert FITTED.extrapolates(()) == FITTED.extrapolates((None, None)) == ""
    assert FITTED.extrapolates((None, low / 2)).startswith(
        f"{low / 2:.4g} ms is outside the {low:.3g} to {high:.3g} ms"
    )
    assert FITTED.extrapolates((1e-6, 1e6)).startswith("1e-06 ms and 1e+06 ms are outside")
    assert LINEAR.extrapolates((None, 1e9)) == ""  # of which it is not known where it was fitted


def test_larger_networks_than_int32_holds() -> None:
    assert LINEAR(Complexity(np.array([5 * 10**12]), np.array([1]), np.array([10**10])))[0] == pytest.approx(120_000.5)


def test_it_is_told_in_units_for_people() -> None:
    assert str(LINEAR) == "0.5 ms + 20 ms per GF + 2 ms per M acts"
    assert str(RuntimeModel("linear", {"ms": 0, "ms_per_gf": 20.04, "ms_per_m_acts": 0})) == "20 ms per GF"
    assert "cross-validated, n = 8" in FITTED.error()
    assert f"{100 * FITTED.median_error:.1f} % median error" in FITTED.error()


@pytest.mark.parametrize("model", [LINEAR, PAPERS, BLOCKS, FITTED, DEEP])
def test_what_is_saved_is_read_again(tmp_path: Path, model: RuntimeModel) -> None:
    assert RuntimeModel.read(model.save(tmp_path / "made" / "runtime.json")) == model
    assert RuntimeModel.from_json(model.to_json()) == model


def changed(**fields: object) -> str:
    return json.dumps(json.loads(FITTED.to_json()) | fields)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "the text is not JSON"),
        ("[]", "does not have 'format': 'netspace runtime model'"),
        ('{"form": "linear"}', "does not have 'format'"),
        (changed(version=2), "of version 2, and this netspace reads 1"),
        (changed(form="cubic"), "form 'cubic' .* choose one of linear, sqrt, blocks"),
        (changed(form=[]), "form .* is unknown"),
        (changed(coefficients={"ms": 1}), "needs ms, ms_per_gf, ms_per_m_acts|needs ms_per_gf"),
        (changed(coefficients=3), "needs just the fields"),
        (changed(more=1), "needs just the fields coefficients, date"),
        (changed(ranges={"flops": 3}), "pairs of numbers"),
        (changed(ranges={"flops": [1, 10**400]}), "pairs of numbers"),
        (changed(ranges={"ms": [float("nan"), 1]}), "ranges of ms .* cannot be nan"),
        (changed(n="many"), "n of a runtime model cannot be 'many'"),
        (changed(median_error="small"), "median_error of a runtime model cannot be 'small'"),
        (changed(p90_error=[1]), r"p90_error of a runtime model cannot be \[1\]"),
        (changed(overrun=-1), "overrun of a runtime model cannot be -1"),
        ("[" * 200_000, "the text is not JSON"),
    ],
)
def test_texts_that_are_no_models_are_said(tmp_path: Path, text: str, says: str) -> None:
    with pytest.raises(LatencyError, match=says):
        RuntimeModel.from_json(text)
    (tmp_path / "a.json").write_text(text, encoding="utf-8")
    with pytest.raises(LatencyError, match=f"a.json' holds no runtime model: .*({says})"):
        RuntimeModel.read(tmp_path / "a.json")


def test_files_that_cannot_be_are_said(tmp_path: Path) -> None:
    with pytest.raises(LatencyError, match=r"cannot read .*none.json.*benchmark --space"):
        RuntimeModel.read(tmp_path / "none.json")
    (tmp_path / "bytes.json").write_bytes(b"\xff\xfe\xfd")
    with pytest.raises(LatencyError, match="holds no runtime model"):
        RuntimeModel.read(tmp_path / "bytes.json")
    with pytest.raises(LatencyError, match="cannot write"):
        LINEAR.save(tmp_path / "bytes.json" / "runtime.json")


@pytest.mark.parametrize("value", [-1.0, float("nan"), float("inf"), 10**400, "1", None, True])
def test_coefficients_that_cannot_be_are_said(value: object) -> None:
    with pytest.raises(LatencyError, match=r"ms_per_gf of a runtime model cannot be .*at least 0"):
        RuntimeModel("sqrt", {"ms_per_gf": value, "ms_per_sqrt_gf": 1.0})


def test_what_is_no_complexity_is_said() -> None:
    with pytest.raises(LatencyError, match=r"from a Complexity, not from 200000000.*ns.complexity"):
        LINEAR(200_000_000)

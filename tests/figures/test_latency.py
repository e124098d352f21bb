"""The latency figures draw the rows they are given, and refuse what would mislead."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from netspace.complexity import RuntimeModel
from netspace.errors import AnalysisError
from netspace.figures.latency import draw_latency, draw_runtime, runtime_predictions

FAMILIES = ("RegNetX", "RegNetY", "ReXNet")


def rows(n: int = 9) -> list[dict[str, Any]]:
    return [
        {
            "name": f"network-$_{i}",  # signs that matplotlib would read as mathematics
            "family": FAMILIES[i % 3],
            "median_ms": 1.5 * i + 2,
            "low_ms": 1.5 * i + 1.9,
            "high_ms": 1.5 * i + 2.4,
            "flops": 2 * 10**8 * (i + 1),
            "acts": 3 * 10**6 * (i + 1),
            "device": "cpu",
            "processor": "a processor",
            "backend": "eager",
            "batch": 1,
            "threads": 2,
        }
        for i in range(n)
    ]


def drawn(tmp_path: Path, **options: Any) -> str:
    """Gives the text of a figure drawn with letters as letters."""
    import matplotlib as mpl

    with mpl.rc_context({"svg.fonttype": "none"}):
        return draw_latency(rows(), tmp_path / "figure.svg", **options).read_text(encoding="utf-8")


def test_both_panels_name_points_families_and_axes(tmp_path: Path) -> None:
    text = drawn(tmp_path, notes={"flops": "r = 0.81, n = 9", "acts": "r = 0.95, n = 9"})
    for word in (
        "flops (multiply-adds)",
        "activations",
        "milliseconds",
        *FAMILIES,
        "r = 0.81, n = 9",
        "r = 0.95, n = 9",
    ):
        assert word in text
    assert text.count(">network-$_0<") == 2
    assert "a processor, eager, batch 1, threads 2" in text


def test_a_title_of_ones_own(tmp_path: Path) -> None:
    assert "$1 \\frac" in drawn(tmp_path, title="$1 \\frac")


@pytest.mark.slow
def test_it_is_a_picture_of_the_size_asked_for(tmp_path: Path) -> None:
    with Image.open(draw_latency(rows(40), tmp_path / "figure.png", width=8)) as picture:
        assert picture.size == (1600, 800)
        assert len(picture.convert("RGB").getcolors(maxcolors=1 << 20) or []) > 50


def test_rows_without_times_are_left_out(tmp_path: Path) -> None:
    failed = rows(1)[0] | {"name": "broken", "median_ms": None, "low_ms": None, "high_ms": None}
    import matplotlib as mpl

    with mpl.rc_context({"svg.fonttype": "none"}):
        text = draw_latency([*rows(3), failed], tmp_path / "a.svg").read_text(encoding="utf-8")
    assert "broken" not in text
    assert "network-$_2" in text


@pytest.mark.parametrize(
    ("given", "name", "says"),
    [
        ([], "a.png", "no latency to draw"),
        ([{"name": "broken", "median_ms": None}], "a.png", "no latency to draw"),
        (rows(), "a.doc", "one of .*png"),
        ([*rows(2), rows(3)[2] | {"batch": 8}], "a.png", "different settings.*batch: 1, 8"),
    ],
)
def test_what_cannot_be_drawn_is_said(tmp_path: Path, given: Any, name: str, says: str) -> None:
    with pytest.raises(AnalysisError, match=says):
        draw_latency(given, tmp_path / name)
    assert not list(tmp_path.iterdir())


MODEL = RuntimeModel(
    "linear",
    {"ms": 0.5, "ms_per_gf": 4.0, "ms_per_m_acts": 0.3},
    n=9,
    median_error=0.031,
    p90_error=0.125,
    overrun=1.1,
    setting={"device": "cpu", "processor": "a processor", "backend": "eager", "batch": 1, "threads": 2},
)


def test_predictions_stand_beside_what_was_measured() -> None:
    points = runtime_predictions(MODEL, [*rows(3), {"name": "broken", "median_ms": None}])
    assert points.predicted == pytest.approx([0.5 + 0.8 * i + 0.9 * i for i in (1, 2, 3)])
    assert points.measured.tolist() == [2, 3.5, 5]
    assert points.low == pytest.approx([1.9, 3.4, 4.9])
    assert points.high == pytest.approx([2.4, 3.9, 5.4])


def test_a_model_of_blocks_sees_the_depth_of_rows() -> None:
    terms = {"ms": 0.5, "ms_per_gf": 4.0, "ms_per_m_acts": 0.3, "ms_per_block": 0.25}
    model = replace(MODEL, form="blocks", coefficients=terms)
    deep = [row | {"depth": 10 + i} for i, row in enumerate(rows(3))]
    expected = [0.5 + 0.8 * i + 0.9 * i + 0.25 * (9 + i) for i in (1, 2, 3)]
    assert runtime_predictions(model, deep).predicted == pytest.approx(expected)
    with pytest.raises(AnalysisError, match="counts blocks, and the depth of a network that was timed is not known"):
        runtime_predictions(model, [*deep, rows(1)[0]])


def test_the_runtime_figure_tells_model_error_and_n(tmp_path: Path) -> None:
    import matplotlib as mpl

    with mpl.rc_context({"svg.fonttype": "none"}):
        text = draw_runtime(MODEL, rows(), tmp_path / "figure.svg").read_text(encoding="utf-8")
    for words in (
        "0.5 ms + 4 ms per GF + 0.3 ms per M acts",
        "3.1 % median error, 12.5 % for nine of ten networks",
        "(cross-validated, n = 9)",
        "9 networks",
        "as predicted",
        "predicted milliseconds for a batch",
        "a processor, eager, batch 1, threads 2",
    ):
        assert words in text


@pytest.mark.parametrize(
    ("given", "name", "says"),
    [
        ([], "a.png", "no latency to draw"),
        (rows(), "a.doc", "one of .*png"),
        ([rows(1)[0] | {"batch": 8}], "a.png", "model is of batch 1, and a network was timed with 8"),
    ],
)
def test_what_a_model_cannot_stand_beside_is_said(tmp_path: Path, given: Any, name: str, says: str) -> None:
    with pytest.raises(AnalysisError, match=says):
        draw_runtime(MODEL, given, tmp_path / name)
    assert not list(tmp_path.iterdir())

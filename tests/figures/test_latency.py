"""The latency figure draws the rows it is given, and refuses what would mislead."""

from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from netspace.errors import AnalysisError
from netspace.figures.latency import draw_latency

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

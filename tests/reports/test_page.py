"""The page in a browser, opened from a file, without any network."""

import dataclasses
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from netspace.populations import Records
from netspace.reports import write_report
from tests.records_made import synthetic_population
from tests.reports.pages import draw_all, traces
from tests.reports.test_report import HOSTILE

pytestmark = pytest.mark.slow  # a browser of some seconds for each


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    pair = [synthetic_population("anynetx_a", 40, failed=3), synthetic_population("regnetx", 30, seed=1)]
    return write_report(pair, tmp_path_factory.mktemp("page") / "report.html")


def column(page: Any, key: str) -> list[str]:
    """The shown cells of a column of the table."""
    place = page.evaluate("key => columns.findIndex((column) => column.key === key)", key) + 1
    return page.locator(f"#table tbody td:nth-child({place})").all_inner_texts()


def test_figures_are_drawn_when_they_come_into_view(visit: Callable[..., Any], report: Path) -> None:
    page = visit(report)
    page.wait_for_selector("[data-figure=edfs] .main-svg")
    assert page.locator("[data-figure=curves] .main-svg").count() == 0
    page.locator("#curves").scroll_into_view_if_needed()
    page.wait_for_selector("[data-figure=curves] .main-svg")


def test_every_figure_is_drawn(visit: Callable[..., Any], report: Path) -> None:
    page = visit(report)
    draw_all(page)
    figures = page.locator("[data-figure]").count()
    assert figures == 3 + (4 + 5 + 16) + 1 + (2 + 4 + 1 + 1) + 2 + 1
    assert page.locator("[data-figure] .main-svg:first-child").count() == figures
    assert page.locator("[data-figure=against-slope] .point").count() == 30


def test_pointing_at_a_network_names_it(visit: Callable[..., Any], report: Path) -> None:
    page = visit(report)
    page.locator("[data-figure=against-flops]").scroll_into_view_if_needed()
    page.locator("[data-figure=against-flops] .point").first.hover(force=True)
    page.wait_for_selector("[data-figure=against-flops] .hoverlayer .hovertext")
    text = page.locator("[data-figure=against-flops] .hoverlayer").text_content()
    assert "#" in text
    assert "error" in text


def test_headings_sort_the_table_by_mouse_and_by_keyboard(visit: Callable[..., Any], report: Path) -> None:
    page = visit(report)
    errors = [float(text) for text in column(page, "error")]
    assert errors == sorted(errors)
    heading = page.get_by_role("button", name="validation error")
    heading.click()
    falling = [float(text) for text in column(page, "error")]
    assert falling == sorted(falling, reverse=True)
    assert falling[0] > errors[0]
    assert page.locator("#table th[aria-sort=descending]").inner_text().startswith("validation error")
    page.get_by_role("button", name="population", exact=True).focus()
    page.keyboard.press("Enter")
    assert column(page, "population") == ["AnyNetX_A"] * 25
    page.keyboard.press("Enter")
    assert column(page, "population") == ["RegNetX"] * 25


def test_networks_without_a_number_come_last_either_way(visit: Callable[..., Any], report: Path) -> None:
    page = visit(report)
    for _ in range(2):
        page.get_by_role("button", name="slope").click()
        page.locator("#next").click()
        page.locator("#next").click()
        assert set(column(page, "slope")) == {""}


def test_filter_finds_words_and_numbers(visit: Callable[..., Any], report: Path) -> None:
    page = visit(report)
    shown = page.locator("#shown")
    page.fill("#filter", "failed")
    assert column(page, "status") == ["failed"] * 3
    page.fill("#filter", "error<18 population=regnetx depth>=10")
    assert all(float(text) < 18 for text in column(page, "error"))
    assert set(column(page, "population")) == {"RegNetX"}
    assert all(int(text) >= 10 for text in column(page, "depth"))
    page.fill("#filter", "nosuchword")
    assert shown.inner_text() == "no network matches"
    page.fill("#filter", "")
    page.select_option("#population", "RegNetX")
    assert shown.inner_text() == "1 to 25 of 30 networks (of 70)"


def test_table_is_turned_page_by_page(visit: Callable[..., Any], report: Path) -> None:
    page = visit(report)
    assert page.locator("#previous").is_disabled()
    page.locator("#next").click()
    page.locator("#next").click()
    assert page.locator("#shown").inner_text() == "51 to 70 of 70 networks"
    assert page.locator("#next").is_disabled()
    assert page.locator("#table tbody tr").count() == 20


def test_networks_found_are_downloaded(visit: Callable[..., Any], report: Path) -> None:
    page = visit(report, accept_downloads=True)
    page.fill("#filter", "anynetx_a")
    with page.expect_download() as download:
        page.locator("#download").click()
    lines = Path(download.value.path()).read_text(encoding="utf-8").splitlines()
    assert lines[0].startswith("population,index,error,")
    assert len(lines) == 41


@pytest.mark.parametrize("width", [400, 1280])
def test_nothing_sticks_out(visit: Callable[..., Any], report: Path, width: int) -> None:
    page = visit(report, viewport={"width": width, "height": 800})
    draw_all(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_page_and_figures_follow_the_color_scheme(visit: Callable[..., Any], report: Path) -> None:
    page = visit(report, color_scheme="dark")
    page.wait_for_selector("[data-figure=edfs][data-drawn=done]")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(20, 23, 27)"
    dark = page.evaluate("places[0].layout.font.color")
    page.emulate_media(color_scheme="light")
    page.wait_for_function("dark => places[0].layout.font.color !== dark", arg=dark)


def test_hostile_names_stay_names(visit: Callable[..., Any], tmp_path: Path) -> None:
    records = [
        dataclasses.replace(
            record,
            origin=dataclasses.replace(record.origin, space=HOSTILE),
            parameters={HOSTILE: float(record.index)},
        )
        for record in synthetic_population("regnetx", 12)
    ]
    populations = [Records.from_records("x", records), synthetic_population("anynetx_a", 12)]
    page = visit(write_report(populations, tmp_path / "report.html"))
    draw_all(page)
    assert page.evaluate("window.harmed") is None
    assert page.locator("img").count() == 0
    assert HOSTILE in column(page, "population")
    assert "<img" in page.locator("[data-figure=edfs] .legendtext").first.text_content()


@pytest.mark.parametrize("records", [[], list(synthetic_population("regnetx", 1))], ids=["none", "one"])
def test_tiny_populations_open_too(visit: Callable[..., Any], tmp_path: Path, records: list[Any]) -> None:
    page = visit(write_report([Records.from_records("tiny", records)], tmp_path / "report.html"))
    draw_all(page)
    assert page.locator("#table tbody tr").count() == len(records)


def test_legends_are_whole_on_a_phone(visit: Callable[..., Any], report: Path) -> None:
    page = visit(report, viewport={"width": 390, "height": 800})
    draw_all(page)
    for key in ("edfs", "normalized", "search", "pairs", "curves"):
        ends = page.evaluate(
            """key => { const place = document.querySelector(`[data-figure='${key}']`);
            return [...place.querySelectorAll(".legendtext")].map((each) =>
                each.getBoundingClientRect().right - place.getBoundingClientRect().right); }""",
            key,
        )
        assert ends
        assert max(ends) <= 0


def test_single_epochs_are_dots(visit: Callable[..., Any], tmp_path: Path) -> None:
    records = synthetic_population("regnetx", 12)
    short = [
        dataclasses.replace(record, outcome=dataclasses.replace(record.outcome, curve=record.outcome.curve[:1]))
        for record in records
    ]
    page = visit(write_report([Records.from_records("short", short)], tmp_path / "r.html", kinds=["curves"]))
    draw_all(page)
    assert page.locator("[data-figure=curves] .scatterlayer .trace:nth-child(2) .point").count() == 12
    assert page.locator("[data-figure=curves] .xtick text").all_text_contents() == ["1"]


def test_dots_of_options_are_moved_aside(visit: Callable[..., Any], tmp_path: Path) -> None:
    records = [
        dataclasses.replace(record, parameters={"a": record.index % 2, "b": record.index % 3})
        for record in synthetic_population("regnetx", 40)
    ]
    path = write_report([Records.from_records("coded", records)], tmp_path / "r.html", kinds=["pairs"])
    page = visit(path)
    for side in "xy":
        page.select_option(f"#pair-{side}", "ab"["xy".index(side)])
    draw_all(page)
    (dots,) = traces(page, "pairs", "dots")
    assert len(set(zip(dots["x"], dots["y"], strict=True))) == 40
    assert all(abs(x - i % 2) < 0.31 for x, i in zip(dots["x"], range(40), strict=True))
    assert dots["text"][1].endswith("at 1, 1")


@pytest.mark.slow
def test_thousands_of_networks_are_sorted_and_filtered(visit: Callable[..., Any], tmp_path: Path) -> None:
    pair = [synthetic_population("anynetx_a", 5000), synthetic_population("regnetx", 5000)]
    page = visit(write_report(pair, tmp_path / "report.html"))
    page.get_by_role("button", name="params").click()
    page.fill("#filter", "error<16")
    page.locator("#next").click()
    assert page.locator("#table tbody tr").count() == 25
    draw_all(page)

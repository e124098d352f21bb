"""The page's filter in a browser: every figure shows the networks that match, with the numbers that Python gives."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import netspace as ns
from netspace.analysis import (
    complexity_weights,
    edf,
    median_curve,
    normalized_edf,
    search_efficiency,
)
from netspace.analysis.bootstrap import best_of_draws
from netspace.analysis.edf import kolmogorov_margin
from netspace.figures.profile import WidthProfile, legend
from netspace.populations import Records
from netspace.reports import write_report
from netspace.reports.gathering import gather
from netspace.reports.kinds import KINDS
from netspace.reports.pictures import Options
from tests.populations.importing.files_made import write
from tests.records_made import synthetic_population
from tests.reports.pages import apply_filter, draw_all, texts, traces
from tests.reports.populations import with_training_parameters

pytestmark = pytest.mark.slow  # a browser of some seconds for each

FILTER = "error<20 depth>=12"
NAMES = ("AnyNetX_A", "AnyNetX_D", "RegNetX")
DRAWS = 10_000
NOISE = 5 * (0.025 * 0.975 / DRAWS) ** 0.5
"""Five standard errors of a share of 2.5 % of Python's draws."""


@pytest.fixture(scope="module")
def populations() -> list[Records]:
    return [
        synthetic_population("anynetx_a", 60, failed=3),
        synthetic_population("anynetx_d", 50, seed=1),
        with_training_parameters(synthetic_population("regnetx", 70, seed=2)),
    ]


@pytest.fixture(scope="module")
def report(populations: list[Records], tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_report(populations, tmp_path_factory.mktemp("page") / "report.html")


@pytest.fixture(scope="module")
def page(browser: Any, report: Path) -> Any:
    """One page for all tests of a module: figures take seconds to draw."""
    context = browser.new_context(offline=True)
    page = context.new_page()
    troubles: list[str] = []
    page.on("pageerror", lambda error: troubles.append(str(error)))
    page.goto(report.as_uri())
    yield page
    context.close()
    assert not troubles


@pytest.fixture(scope="module")
def filtered(page: Any) -> Any:
    apply_filter(page, FILTER)
    return page


def matching(records: Records) -> pd.DataFrame:
    frame = records.frame()
    return frame[(frame["error"] < 20) & (frame["depth"] >= 12)]


def labels(frame: pd.DataFrame) -> list[str]:
    return [f"#{i} {name[:8]}" for i, name in zip(frame["index"], frame["id"], strict=True)]


def test_the_bar_and_the_table_tell_what_matches(filtered: Any, populations: list[Records]) -> None:
    count = sum(len(matching(each)) for each in populations)
    assert filtered.locator("#matching").inner_text() == f"{count} of 180 networks match"
    assert filtered.locator("#shown").inner_text().endswith(f"of {count} networks (of 180)")


@pytest.mark.parametrize("quantity", ["flops", "params", "depth", "width_2", "slope"])
def test_points_are_those_that_match(filtered: Any, populations: list[Records], quantity: str) -> None:
    for trace in traces(filtered, f"against-{quantity}", "dots"):
        frame = matching(populations[trace["meta"]["place"]])
        assert trace["text"] == labels(frame)
        assert trace["x"] == pytest.approx(frame[quantity].tolist(), rel=1e-5)
        assert trace["y"] == pytest.approx(frame["error"].tolist(), rel=1e-5)


def test_other_figures_show_none_but_those_that_match(filtered: Any, populations: list[Records]) -> None:
    frames = [matching(each) for each in populations]
    names = [set(labels(frame)) for frame in frames]
    for key in ("pairs", "costs-acts", "costs-params", "training", "against-e_fit"):
        dots = traces(filtered, key, "dots")
        assert dots
        for trace in dots:
            shown = [text.partition(":")[0] for text in trace["text"]]
            place = trace["meta"]["place"]
            assert set(shown) == names[place] if key != "against-e_fit" else set(shown) <= names[place]
    for place, frame in enumerate(frames):
        ranked = frame.sort_values("error")
        best = [t["meta"]["label"].partition(":")[0] for t in traces(filtered, f"widths-{place}-best") if t["x"]]
        worst = [t["meta"]["label"].partition(":")[0] for t in traces(filtered, f"widths-{place}-worst") if t["x"]]
        assert best == labels(ranked[:5])
        assert worst == labels(ranked[:-6:-1])
        assert texts(filtered, f"widths-{place}-best") == [f"{NAMES[place]}: the best 5 networks that match"]
        assert texts(filtered, f"top-{place}")[:8:2] == [f"{NAMES[place]} #{i}" for i in ranked["index"][:4]]


def test_widths_are_those_of_the_network(filtered: Any, populations: list[Records]) -> None:
    best = populations[0][int(matching(populations[0]).sort_values("error").index[0])]
    widths = list(best.architecture.block_widths)
    line = traces(filtered, "widths-0-best")[0]
    assert line["y"] == [widths[0], *widths, widths[-1]]
    assert line["x"] == [0.5, *range(1, len(widths) + 1), len(widths) + 0.5]


def test_the_best_are_described_as_in_python(filtered: Any, populations: list[Records]) -> None:
    for place, records in enumerate(populations):
        row = matching(records).sort_values("error").iloc[0]
        stages = records[int(row.name)].architecture.stages
        names = ("depth", "initial_width", "slope", "width_multiplier", "bottleneck_ratio", "group_width")
        profile = WidthProfile(
            "",
            [stage.depth for stage in stages],
            [stage.width for stage in stages],
            {name: row[name] for name in names} if "slope" in row else {},
            row["error"],
            *(int(row[name]) for name in ("flops", "params", "acts")),
        )
        assert texts(filtered, f"top-{place}")[1].split("<br>") == legend(profile)


def test_error_distributions_are_python_s(filtered: Any, populations: list[Records]) -> None:
    for place, records in enumerate(populations):
        expected = edf(matching(records)["error"])
        found = {t["meta"]["part"]: t for t in traces(filtered, "edfs") if t["meta"]["place"] == place}
        assert found["line"]["x"][1:-1] == pytest.approx(expected.errors.tolist(), rel=1e-5)
        for part, heights in (("line", expected.fraction), ("low", expected.low), ("high", expected.high)):
            assert found[part]["y"][1:-1] == pytest.approx(heights.tolist(), abs=2e-5)
        said = f"n = {expected.n}, min {expected.min:.1f}, mean {expected.mean:.1f}"
        assert found["line"]["name"] == f"{NAMES[place]}: {said}"


def test_distributions_at_equal_complexity_are_python_s(filtered: Any, populations: list[Records]) -> None:
    everything = [each.frame().dropna(subset="error") for each in populations]
    edges = complexity_weights(*(frame["flops"] for frame in everything)).edges
    frames = [matching(each) for each in populations]
    weights = complexity_weights(*(frame["flops"] for frame in frames), bins=edges.tolist())
    for place, frame in enumerate(frames):
        expected = normalized_edf(frame["error"], weights, place)
        found = {t["meta"]["part"]: t for t in traces(filtered, "normalized") if t["meta"]["place"] == place}
        assert found["line"]["x"][1:-1] == pytest.approx(expected.errors.tolist(), rel=1e-5)
        band = expected.band
        for part, heights in (("line", band.fraction), ("low", band.low), ("high", band.high)):
            assert found[part]["y"][:-1] == pytest.approx(heights.tolist(), abs=2e-5)
        assert f"n = {expected.n} in {expected.bins} bins, min {expected.min:.1f}" in found["line"]["name"]


@pytest.mark.parametrize("quantity", ["flops", "depth", "slope", "group_width_1"])
def test_ranges_of_the_best_are_python_s_within_the_noise_of_its_draws(
    filtered: Any, populations: list[Records], quantity: str
) -> None:
    shapes = filtered.evaluate(
        "key => document.querySelector(`[data-figure='${key}']`).layout.shapes",
        f"against-{quantity}",
    )
    assert shapes
    for shape in shapes:
        part, place, _ = shape["name"].split()
        frame = matching(populations[int(place)])
        _, best = best_of_draws(frame["error"].to_numpy(), 0.25, DRAWS, 0)
        drawn = frame[quantity].to_numpy()[best]
        ends = [(shape["x0"], 0.025), (shape["x1"], 0.975)] if part == "range" else [(shape["x0"], 0.5)]
        noise = NOISE if part == "range" else 5 * (0.25 / DRAWS) ** 0.5
        for value, share in ends:
            assert (drawn < value * (1 - 1e-5)).mean() <= share + noise
            assert (drawn <= value * (1 + 1e-5)).mean() >= share - noise


def test_captions_say_the_ranges(filtered: Any) -> None:
    said = filtered.locator("figure:has([data-figure=against-depth]) figcaption span:not(.swatch)").all_inner_texts()
    assert len(said) == 3
    assert all(text.startswith("best ") for text in said)


def test_the_region_of_the_best_is_python_s_within_the_noise_of_its_draws(
    filtered: Any, populations: list[Records]
) -> None:
    frame = matching(populations[2])
    x, y, errors = (frame[name].tolist() for name in ("bottleneck_ratio", "group_width", "error"))
    pairs = {tuple(each) for each in filtered.evaluate("([x, y, e]) => bestRegion(x, y, e)", [x, y, errors])}
    _, best = best_of_draws(np.array(errors), 0.25, DRAWS, 0)
    inside = np.array([pair in pairs for pair in zip(x, y, strict=True)])[best].mean()
    assert inside >= 0.95 - NOISE
    without_last = inside - min(np.mean([(x[i], y[i]) == pair for i in best]) for pair in pairs)
    assert without_last < 0.95 + NOISE


def test_a_hull_encloses_all_points(filtered: Any) -> None:
    points = np.random.default_rng(0).integers(0, 9, (40, 2)).tolist()
    corners = np.array(filtered.evaluate("points => convexHull(points)", points))
    edges = np.roll(corners, -1, axis=0) - corners
    for point in points:
        offset = np.array(point) - corners
        assert (edges[:, 0] * offset[:, 1] - edges[:, 1] * offset[:, 0] >= 0).all()


def test_random_search_is_python_s_without_bands(filtered: Any, populations: list[Records]) -> None:
    for place, records in enumerate(populations):
        expected = search_efficiency(matching(records)["error"])
        found = {t["meta"]["part"]: t for t in traces(filtered, "search") if t["meta"]["place"] == place}
        assert found["line"]["x"] == expected.k.tolist()
        assert found["line"]["y"] == pytest.approx(expected.expected.tolist(), rel=1e-5)
        assert found["low"]["x"] == found["high"]["x"] == []


def test_medians_of_curves_are_python_s(filtered: Any, populations: list[Records]) -> None:
    for place, records in enumerate(populations):
        rows = matching(records).index
        curves = [[epoch.validation_error for epoch in records[int(i)].outcome.curve] for i in rows]
        found = {t["meta"]["part"]: t for t in traces(filtered, "curves") if t["meta"]["place"] == place}
        assert found["line"]["y"] == pytest.approx(median_curve(curves).tolist(), abs=6e-4)
        assert found["thread"]["y"].count(None) == len(rows)


def test_what_is_not_computed_again_is_said(filtered: Any) -> None:
    said = filtered.locator(".kept:visible").all_inner_texts()
    assert any("bands are not computed for them" in text for text in said)
    assert any("curves, bands and formulas stay those of all networks" in text for text in said)
    assert any("stays that of all networks" in text for text in said)


@pytest.mark.parametrize(
    ("text", "query"),
    [
        ("error < 20  depth >=12", "error < 20 and depth >= 12"),
        ("flops>5M", "flops > 5e6"),
        ("flops > 5.1 M", "flops > 5.1e6"),
        ("FLOPS≤5100k", "flops <= 5.1e6"),
        ("params>100,000", "params > 1e5"),
        ("#20", "index == 20"),
        ("#>40", "index > 40"),
        ("#!=20", "index != 20"),
        ("status=failed", "status == 'failed'"),
        ("status != Failed", "status != 'failed'"),
        ("population=anynetx-d", "population == 'anynetx_d'"),
        ("validation_error<16", "error < 16"),
        ("images/s>0", "images_per_second > 0"),
    ],
)
def test_conditions_are_read_as_they_are_meant(page: Any, populations: list[Records], text: str, query: str) -> None:
    frames = pd.concat([each.frame().assign(population=each.name) for each in populations])
    page.fill("#filter", text)
    assert page.locator("#matching").inner_text() == f"{len(frames.query(query))} of 180 networks match"
    assert page.locator("#trouble").inner_text() == ""


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("eror<50", "no column eror: did you mean error?"),
        ("foo>3", "no column foo: the table below has their names"),
        ("error<", "error< has nothing after its sign"),
        ("<5", "<5 has no column before its sign"),
        ("error<abc", "abc is no number: write such as error<20, 5M or 1e-4"),
        ("status<3", "status holds words: compare it by ="),
        ("status=failled", "no status is failled: did you mean failed?"),
    ],
)
def test_what_cannot_be_read_is_told_and_left_out(page: Any, text: str, says: str) -> None:
    page.fill("#filter", text)
    assert page.locator("#trouble").inner_text() == says
    assert page.locator("#matching").inner_text() == "180 networks"
    page.select_option("#population", "RegNetX")
    assert page.locator("#trouble").inner_text() == says
    assert page.locator("#matching").inner_text() == "70 of 180 networks match"
    page.click("#clear")
    assert page.locator("#trouble").inner_text() == ""


def test_columns_that_are_no_words_are_written_with_underscores(visit: Callable[..., Any], tmp_path: Path) -> None:
    rows = [{"error": 10 + i, "block kind": i, "lr (log)": i, "100-acc": i, "op": "a=b"} for i in range(9)]
    records = ns.import_population(write(tmp_path / "a.json", rows), name="a")
    page = visit(write_report([records], tmp_path / "r.html", kinds=["edfs"]))
    for name in ("block_kind", "lr_log", "lr_(log)", "100-acc", "100_acc"):
        page.fill("#filter", f"{name} >= 7")
        assert page.locator("#matching").inner_text() == "2 of 9 networks match"
    page.fill("#filter", "op=a=b")
    assert page.locator("#trouble").inner_text() == ""
    page.fill("#filter", "a=b")  # a word that networks have
    assert page.locator("#matching").inner_text() == "9 of 9 networks match"


def test_the_axes_of_random_search_stay(page: Any) -> None:
    apply_filter(page)
    before = block_axes(page, "search")
    apply_filter(page, FILTER)
    assert block_axes(page, "search") == before
    apply_filter(page, "error>20")
    (left, right), (low, high) = block_axes(page, "search")
    assert [left, right] == before[0]
    for trace in traces(page, "search", "line"):
        assert low <= min(trace["y"], default=low) <= max(trace["y"], default=high) <= high


def test_a_population_may_be_chosen(page: Any, populations: list[Records]) -> None:
    apply_filter(page, population="RegNetX")
    assert page.locator("#matching").inner_text() == "70 of 180 networks match"
    lines = {t["meta"]["place"]: t["x"] for t in traces(page, "edfs", "line")}
    assert [bool(lines[place]) for place in range(3)] == [False, False, True]
    apply_filter(page, "error<17", "RegNetX")
    points = {t["meta"]["place"]: len(t["x"]) for t in traces(page, "against-flops", "dots")}
    assert points == {0: 0, 1: 0, 2: int((populations[2].errors < 17).sum())}


def test_deeper_and_wider_networks_are_inside_their_axes(page: Any) -> None:
    apply_filter(page)
    before = {key: block_axes(page, key) for key in ("widths-0-best", "widths-1-worst", "top-0", "top-1", "lines-0")}
    apply_filter(page, "error>18")
    for key in before:
        drawn = [trace for trace in traces(page, key) if trace["x"]]
        assert drawn
        for trace in drawn:
            for (low, high), values in zip(block_axes(page, key), (trace["x"], trace["y"]), strict=True):
                assert low <= min(values) <= max(values) <= high
    assert any(block_axes(page, key) != axes for key, axes in before.items())
    assert block_axes(page, "widths-0-best") == block_axes(page, "widths-0-worst")


def block_axes(page: Any, key: str) -> list[list[float]]:
    """Gives the ends of both axes of a figure, in the data's units."""
    return page.evaluate(
        "key => { const { xaxis: x, yaxis: y } = document.querySelector(`[data-figure='${key}']`).layout;"
        " return [x.range, y.range.map((end) => (y.type === 'log' ? 10 ** end : end))]; }",
        key,
    )


def test_where_nothing_matches_figures_say_so(page: Any) -> None:
    apply_filter(page, "nosuchword")
    for key in ("edfs", "against-flops", "pairs", "top-0", "curves", "widths-1-worst"):
        assert "no network matches" in texts(page, key)[-1]
        assert not any(trace["x"] for trace in traces(page, key))


def test_clearing_restores_every_figure(visit: Callable[..., Any], report: Path) -> None:
    page = visit(report)
    draw_all(page)
    state = """() => places.map((place) => JSON.stringify([place.data.map(({ x, y, text, name, showlegend }) =>
        [[...x], [...y], text, name, showlegend]), place.layout.shapes, place.layout.annotations,
        place.getAttribute("aria-label"), place.parentElement.innerText.includes("best")]))"""
    before = page.evaluate(state)
    apply_filter(page, FILTER)
    assert sum(a != b for a, b in zip(page.evaluate(state), before, strict=True)) == len(before)
    assert page.locator(".kept:visible").count() > 0
    page.click("#clear")
    draw_all(page)
    assert page.evaluate(state) == before
    assert page.locator(".kept:visible").count() == 0
    assert page.locator("#matching").inner_text() == "180 networks"


def test_the_reader_chooses_two_quantities(page: Any, populations: list[Records]) -> None:
    apply_filter(page)
    page.select_option("#pair-x", label="slope wₐ")
    page.select_option("#pair-y", label="group width g")
    draw_all(page)
    dots = {t["meta"]["place"]: t for t in traces(page, "pairs", "dots")}
    frame = populations[2].frame()
    assert dots[2]["x"] == pytest.approx(frame["slope"].tolist(), rel=1e-5)
    assert dots[2]["y"] == frame["group_width"].tolist()
    assert dots[0]["x"] == []
    titles = page.evaluate(
        "['xaxis', 'yaxis'].map((axis) => document.querySelector('[data-figure=pairs]').layout[axis].title.text)"
    )
    assert titles == ["slope wₐ", "group width g"]
    assert texts(page, "pairs") == ["RegNetX: n = 70"]


def test_margins_of_bands_are_exact(page: Any) -> None:
    sizes = [*range(1, 60), 77, 100, 131, 250, 999, 1000, 2345, 5000, 10_000, 54_321]
    margins = page.evaluate("sizes => sizes.map(bandMargin)", sizes)
    assert margins == pytest.approx([kolmogorov_margin(n, 0.95) for n in sizes], rel=5e-5)


def test_ties_share_their_chance_and_chances_sum_to_one(page: Any) -> None:
    errors = [14.0, 12.0, 12.0, 13.0, 12.0, 15.0, 16.0, 17.0, 18.0, 11.0]
    chances = page.evaluate("errors => chancesOfBest(errors)", errors)
    assert sum(chances) == pytest.approx(1)
    assert chances[1] == chances[2] == chances[4]
    assert chances[9] == pytest.approx(1 - 0.9**2)  # of 10 networks 2.5 are sampled: 2, as Python rounds


def test_without_a_filter_figures_are_those_of_python(page: Any, populations: list[Records]) -> None:
    apply_filter(page)
    gathered = gather(populations)
    for drawing in KINDS["against"].draw(gathered, Options()):
        marks = [mark for mark in drawing.picture.panels[0].marks if hasattr(mark, "labels")]
        for trace, mark in zip(traces(page, drawing.key, "dots"), marks, strict=True):
            assert trace["text"] == list(mark.labels)
            assert trace["x"] == pytest.approx(np.asarray(mark.x).tolist(), rel=1e-5)
    (edfs,) = KINDS["edfs"].draw(gathered, Options())
    for trace, line in zip(traces(page, "edfs", "line"), edfs.picture.panels[0].marks, strict=True):
        assert trace["y"] == pytest.approx(np.asarray(line.y).tolist(), abs=1e-6)
        assert trace["name"] == line.name


def test_of_many_networks_the_same_are_drawn_as_in_python(visit: Callable[..., Any], tmp_path: Path) -> None:
    pair = [synthetic_population("regnetx", 20), synthetic_population("anynetx_a", 1300)]
    page = visit(write_report(pair, tmp_path / "report.html", kinds=["against"]))
    draw_all(page)
    gathered = gather(pair)
    shown = {t["meta"]["place"]: t["text"] for t in traces(page, "against-flops", "dots")}
    assert shown == {0: gathered[0].labels, 1: gathered[1].labels}
    assert len(shown[1]) == 1000


def test_pointing_at_widths_names_the_network_that_matches(filtered: Any) -> None:
    line = filtered.evaluate("(({ data }) => data[0])(document.querySelector('[data-figure=widths-0-best]'))")
    assert line["hovertemplate"].startswith(line["meta"]["label"] + "<br>block ")

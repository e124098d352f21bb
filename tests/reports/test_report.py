"""The page as a file: what it says, and that it holds under every population that can occur."""

import dataclasses
import json
import re
from pathlib import Path

import numpy as np
import pytest

from netspace.analysis import edf, empirical_bootstrap
from netspace.comparison import compare, compare_all
from netspace.errors import AnalysisError, ReportError
from netspace.populations import Records
from netspace.populations.record import Failure
from netspace.reports import write_report
from netspace.reports.gathering import DRAWN, SURELY_DRAWN, gather
from netspace.reports.sections import make_sections
from netspace.spaces import Population, get_space
from tests.records_made import broken, finished, make_records, synthetic_population

HOSTILE = "</script><script>window.harmed = true</script><img src=x onerror='window.harmed = true'>{{ 7 * 7 }}"


@pytest.fixture(scope="module")
def pair() -> list[Records]:
    return [synthetic_population("anynetx_a", 24, failed=3), synthetic_population("regnetx", 20, seed=1)]


def page(populations: list[Records], path: Path, **options: object) -> str:
    return write_report(populations, path / "report.html", **options).read_text(encoding="utf-8")


def visible(text: str) -> str:
    """The page without its scripts, styles and tags."""
    text = re.sub(r"<(script|style)\b.*?</\1>", "", text, flags=re.DOTALL)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", text))


def data(text: str, key: str) -> dict[str, object]:
    found = re.search(rf'<script type="application/json" id="data-{key}">(.*?)</script>', text, re.DOTALL)
    assert found, f"the page has no data {key}"
    return json.loads(found[1])


def keys(populations: list[Records], **options: object) -> list[str]:
    return [drawing.key for section in make_sections(gather(populations), **options) for drawing in section.drawings]


def failed_only(name: str = "broken") -> Records:
    sample = get_space("regnetx", image_size=32, stem="cifar").sample(3)
    return Records.from_records(name, make_records(name, sample, [broken(i) for i in range(3)]))


def of_errors(errors: list[float], name: str = "few") -> Records:
    sample = get_space("regnetx", image_size=32, stem="cifar").sample(len(errors))
    return Records.from_records(name, make_records(name, sample, [finished(error) for error in errors]))


def test_page_opens_with_the_verdict(pair: list[Records], tmp_path: Path) -> None:
    text = visible(page(pair, tmp_path))
    verdict = compare(*pair).summary()
    assert verdict.startswith("RegNetX beats AnyNetX_A")
    assert verdict in text
    assert text.index(verdict) < text.index("Error distributions")


def test_page_needs_nothing_else(pair: list[Records], tmp_path: Path) -> None:
    text = page(pair, tmp_path)
    outside = re.sub(r"<(script|style)\b.*?</\1>", "", text, flags=re.DOTALL)
    assert not re.search(r"https?://", outside)
    assert not re.search(r"<(link|script|img|iframe)[^>]+(src|href)=[\"'](?!data:,)", outside)
    assert "default-src 'none'" in outside
    assert text.count("plotly.js v") == 1


def test_same_records_give_the_same_bytes(pair: list[Records], tmp_path: Path) -> None:
    assert page(pair, tmp_path / "a") == page(pair, tmp_path / "b")


def test_page_appears_whole_and_leaves_nothing_beside_it(pair: list[Records], tmp_path: Path) -> None:
    path = write_report(pair, tmp_path / "deep" / "report.html")
    write_report(pair[:1], str(path))
    assert [file.name for file in path.parent.iterdir()] == ["report.html"]
    assert path.stat().st_mode & 0o777 == 0o644


def test_a_write_that_fails_leaves_the_old_page(pair: list[Records], tmp_path: Path) -> None:
    path = tmp_path / "report.html"
    path.write_text("old")
    with pytest.raises(UnicodeEncodeError):
        write_report(pair, path, title="\ud800")
    assert path.read_text() == "old"
    assert [file.name for file in tmp_path.iterdir()] == ["report.html"]


def test_figures_hold_the_numbers_of_the_records(pair: list[Records], tmp_path: Path) -> None:
    text = page(pair, tmp_path)
    frame = pair[1].frame()
    best = empirical_bootstrap(frame["slope"], frame["error"])
    shade, median = data(text, "against-slope")["layout"]["shapes"]
    assert (shade["x0"], shade["x1"], median["x0"]) == (best.low, best.high, best.median)
    assert f"n = 21, min {edf(pair[0].errors).min:.1f}" in json.dumps(data(text, "edfs"))


def test_networks_are_shipped_once(pair: list[Records], tmp_path: Path) -> None:
    text = page(pair, tmp_path)
    for key in ("edfs", "against-slope", "pairs", "costs-acts"):
        traces = [trace for trace in data(text, key)["data"] if trace["meta"]["part"] in ("dots", "low", "high")]
        assert traces
        assert not any({"x", "text"} & set(trace) for trace in traces if trace["meta"]["part"] == "dots")
    column = next(each for each in data(text, "table")["columns"] if each["key"] == "slope")
    rounded = [float(f"{value:.6g}") for value in pair[1].frame()["slope"]]
    assert column["values"] == [None] * 24 + rounded


def test_test_errors_stand_in_the_table_only(tmp_path: Path) -> None:
    records = [
        dataclasses.replace(record, outcome=dataclasses.replace(record.outcome, test_error=77.125))
        for record in synthetic_population("regnetx", 12)
    ]
    text = page([Records.from_records("regnetx", records)], tmp_path)
    table = re.search(r'id="data-table">(.*?)</script>', text, re.DOTALL)
    assert table
    assert table[1].count("77.125") == text.count("77.125") == 12


def test_best_and_worst_widths_are_those_of_the_ranking(pair: list[Records], tmp_path: Path) -> None:
    text = page(pair, tmp_path)
    ranked = sorted(pair[1], key=lambda record: record.error)
    names = {side: [t["meta"]["label"] for t in data(text, f"widths-1-{side}")["data"]] for side in ("best", "worst")}
    assert [name.split()[0] for name in names["best"]] == [f"#{record.index}" for record in ranked[:5]]
    assert [name.split()[0] for name in names["worst"]] == [f"#{record.index}" for record in ranked[:-6:-1]]


def test_parameters_are_grouped_and_those_that_do_not_vary_left_out(pair: list[Records]) -> None:
    space = get_space("regnetx", image_size=32, stem="cifar").sample(10)
    fixed = Population(space.networks, {**space.parameters, "group_width": np.full(10, 8)}, space.complexity)
    records = make_records("fixed", fixed, [finished(20.0 + i) for i in range(10)])
    sections = make_sections(gather([Records.from_records("fixed", records), pair[0]]))
    blocks = {block.name: block for section in sections for block in section.blocks}
    groups = [(heading, [drawing.key for drawing in some]) for heading, some in blocks["against"].groups]
    assert groups[0] == ("Complexity and depth", [f"against-{name}" for name in ("flops", "params", "acts", "depth")])
    line = [f"against-{name}" for name in ("initial_width", "slope", "width_multiplier", "bottleneck_ratio")]
    assert groups[1] == ("Parameters of the spaces", line)
    assert groups[2] == ("", [f"against-depth_{i}" for i in (1, 2, 3, 4)])


def test_sections_without_numbers_do_not_appear(pair: list[Records], tmp_path: Path) -> None:
    ids = [section.id for section in make_sections(gather(pair[1:]))]
    assert ids == ["distributions", "best", "widths", "complexity", "curves"]
    assert not {"normalized", "against-e_fit", "lines-0", "training", "trends"} & set(keys(pair[1:]))
    text = page([failed_only()], tmp_path)
    assert "Where the best" not in text
    assert "nothing to draw" in visible(text)


def test_kinds_may_be_chosen(pair: list[Records], tmp_path: Path) -> None:
    assert keys(pair, kinds=["curves", "edfs"]) == ["edfs", "curves"]
    with pytest.raises(AnalysisError, match="did you mean curves"):
        write_report(pair, tmp_path / "r.html", kinds=["curve"])


def test_nothing_to_draw_of_the_kinds_asked_for_is_an_error(pair: list[Records], tmp_path: Path) -> None:
    with pytest.raises(AnalysisError, match=r"would have no figure\n  training: nothing to draw: it takes networks of"):
        write_report(pair, tmp_path / "r.html", kinds=["training"])
    with pytest.raises(AnalysisError, match="no kind is given"):
        write_report(pair, tmp_path / "r.html", kinds=[])
    assert keys(pair, kinds=["training", "edfs"]) == ["edfs"]
    assert not (tmp_path / "r.html").exists()


def test_a_report_is_a_page(pair: list[Records], tmp_path: Path) -> None:
    for name in ("r.pdf", "r"):
        with pytest.raises(ReportError, match=r"has to end in \.html or \.htm\.\n  netspace plot"):
            write_report(pair, tmp_path / "new" / name)
    assert not (tmp_path / "new").exists()
    assert write_report(pair, tmp_path / "r.HTM").exists()


def test_populations_that_a_figure_leaves_out_are_in_no_legend_and_are_told(
    pair: list[Records], tmp_path: Path
) -> None:
    nothing = Records.from_records("nothing", [])
    sections = make_sections(gather([pair[0], nothing, pair[1]]))
    blocks = {block.name: block for section in sections for block in section.blocks}
    for name in ("edfs", "against", "costs", "curves", "widths", "pairs"):
        assert blocks[name].places == {0, 2}
        assert "nothing is left out: it has no finished network." in blocks[name].note
    assert blocks["e_fit"].places == blocks["lines"].places == {0}
    assert "RegNetX is left out: its networks are quantized lines by construction." in blocks["e_fit"].note
    text = page([pair[0], nothing, pair[1]], tmp_path)
    assert all("nothing" not in key for key in re.findall(r'<p class="key">(.*?)</p>', text, re.DOTALL))


def test_the_method_told_is_that_of_the_comparisons_made(pair: list[Records], tmp_path: Path) -> None:
    of_three = visible(page([*pair, Records.from_records("nothing", [])], tmp_path))
    assert "Welch's t interval, 95 %" in of_three
    assert "all intervals of this page hold together" not in of_three
    assert "Differences of mean errors" not in visible(page(pair[:1], tmp_path))


def test_facts_are_words(pair: list[Records], tmp_path: Path) -> None:
    data = {"name": "own", "layers": [{"kind": "crop", "pixels": 4}, {"kind": "flip"}], "nothing": []}
    records = [dataclasses.replace(record, data=data) for record in pair[1]]
    text = visible(page([Records.from_records("regnetx", records)], tmp_path))
    assert "layers kind crop, pixels 4; kind flip" in text
    assert "{" not in text


def test_table_has_every_network_and_says_nothing_as_null(pair: list[Records], tmp_path: Path) -> None:
    table = data(page(pair, tmp_path), "table")
    assert [each["count"] for each in table["populations"]] == [24, 20]
    row = {
        each["key"]: each["values"][23] if each["number"] else each["words"][each["codes"][23]]
        for each in table["columns"]
    }
    assert {"width_4", "slope", "depth", "reason"} <= set(row)
    assert (row["status"], row["error"], row["slope"]) == ("failed", None, None)
    numbers = {column["key"]: column["number"] for column in table["columns"]}
    assert numbers["error"]
    assert not numbers["id"]
    stages = [[stage.depth, stage.width] for stage in pair[0][3].architecture.stages]
    assert table["stages"][3] == [number for stage in stages for number in stage]
    assert table["curves"][3] == pytest.approx([epoch.validation_error for epoch in pair[0][3].outcome.curve], abs=6e-4)
    assert table["curves"][23] is None


def test_failures_are_told_with_their_reasons(pair: list[Records], tmp_path: Path) -> None:
    text = page(pair, tmp_path)
    assert "AnyNetX_A: exception 2, diverged 1" in visible(text)
    assert "RuntimeError: shapes &lt;1&gt; &amp; &lt;2&gt;" in text
    assert "#failures" not in page(pair[1:], tmp_path)


def test_origin_of_the_numbers_is_told(pair: list[Records], tmp_path: Path) -> None:
    text = visible(page(pair, tmp_path))
    for fact in ("order(depth) = AnyNetX_E", "flops 4 M to 6 M (multiply-adds)", "optimizer.learning rate 0.05"):
        assert fact in text
    for fact in ("9f86d081884c7d65", "AMD EPYC", "2.13.0", "Welch", "footnote 4", "seed of the sample"):
        assert fact in text


def test_names_and_messages_cannot_become_markup(tmp_path: Path) -> None:
    outcome = dataclasses.replace(broken(), failure=Failure("exception", HOSTILE, HOSTILE))
    records = list(synthetic_population("regnetx", 10))
    records[0] = dataclasses.replace(records[0], outcome=outcome)
    records = [
        dataclasses.replace(
            record,
            origin=dataclasses.replace(record.origin, space=HOSTILE),
            recipe={HOSTILE: HOSTILE},
            parameters={HOSTILE: float(record.index)},
        )
        for record in records
    ]
    text = page([Records.from_records("x", records), synthetic_population("anynetx_a", 10)], tmp_path, title=HOSTILE)
    assert "window.harmed" in text
    assert "<script>window.harmed" not in text
    assert "<img src=x" not in text
    assert "&lt;/script&gt;" in text


@pytest.mark.parametrize(
    ("populations", "says"),
    [
        ([Records.from_records("nothing", [])], "nothing has no finished network yet"),
        ([failed_only()], "RegNetX has no finished network yet, so there is nothing to say about it; failed: 3"),
        ([of_errors([21.5])], "RegNetX: mean error 21.5 %, best 21.5 %, n = 1"),
        ([of_errors([21.5]), of_errors([20.5, 20.9], "more")], "few has 1 finished network"),
        (
            [of_errors([21.5]), of_errors([20.5, 20.9], "more"), of_errors([20.4, 20.9], "most")],
            "few has 1 finished network: too few to compare. Train at least 1 more.",
        ),
        ([failed_only(), of_errors([20.5, 20.9])], "broken has 0 finished networks"),
        ([of_errors([50.0] * 9), of_errors([50.0] * 9, "b")], "cannot tell few from b"),
        ([of_errors([20.0, 30.0])], "Of RegNetX fewer than 8 networks finished, too few for a range"),
        ([failed_only()], "No network has finished, so there is nothing to draw"),
    ],
    ids=[
        "empty",
        "failed",
        "one",
        "one and two",
        "one of three",
        "failed and two",
        "no spread",
        "two",
        "failed, figures",
    ],
)
def test_small_populations_give_a_page_that_says_so(populations: list[Records], says: str, tmp_path: Path) -> None:
    assert says in visible(page(populations, tmp_path))


def test_three_populations_are_compared_at_once_each_with_the_next(tmp_path: Path) -> None:
    three = [synthetic_population(name, 12) for name in ("anynetx_a", "anynetx_c", "regnetx")]
    text = page(three, tmp_path)
    assert text.count('class="verdict') == 2
    assert "<h1>AnyNetX_A, AnyNetX_C and RegNetX</h1>" in text
    for comparison in compare_all(three, pairs="neighbors"):
        assert comparison.summary() in visible(text)
    assert "at 95 % for 2 comparisons together" in visible(text)
    assert "all intervals of this page hold together" in visible(text)


def test_where_n_does_not_tell_it_is_said_how_many_networks_would(tmp_path: Path) -> None:
    text = visible(page([of_errors([20.0, 24.0, 22.0]), of_errors([21.0, 24.0, 23.5], "other")], tmp_path))
    assert "n is too small to tell few from other" in text
    assert re.search(r"Train about \d+ more of each \(\d+ or more at 95 % in all\)", text)
    assert "all intervals of this page hold together" not in text


def test_verdicts_given_come_instead(pair: list[Records], tmp_path: Path) -> None:
    text = page(pair, tmp_path, verdicts=["RegNetX was <expected> to win", compare(*pair)], title="Mine")
    assert "RegNetX was &lt;expected&gt; to win." in text
    assert text.count('class="verdict') == 2
    assert "<h1>Mine</h1>" in text


def test_records_by_themselves_are_one_population(pair: list[Records], tmp_path: Path) -> None:
    assert "<h1>RegNetX</h1>" in page(pair[1], tmp_path)


@pytest.mark.slow
def test_large_populations_are_drawn_in_part_with_the_best(tmp_path: Path) -> None:
    records = synthetic_population("regnetx", DRAWN + 500)
    gathered = gather([records])[0]
    assert len(set(gathered.drawn.tolist())) == DRAWN
    assert set(np.argsort(gathered.errors)[:SURELY_DRAWN]) <= set(gathered.drawn)
    assert np.argmax(gathered.errors) in gathered.drawn
    assert len(gathered.labels) == DRAWN
    text = page([records], tmp_path)
    assert "the 100 best, the worst and an even choice of the others are drawn, 1,000 in all" in visible(text)
    assert len(data(text, "table")["stages"]) == DRAWN + 500
    assert f"n = {DRAWN + 500}" in json.dumps(data(text, "edfs"))
    assert "of RegNetX at most 200, evenly chosen" in visible(text)
    median = data(text, "curves")["data"][1]
    assert median["y"][-1] == pytest.approx(np.median(records.errors), rel=1e-5)


def test_curves_of_different_lengths_have_a_median_and_a_note(pair: list[Records], tmp_path: Path) -> None:
    cut = [
        dataclasses.replace(
            record, outcome=dataclasses.replace(record.outcome, curve=record.outcome.curve[: 3 + i % 2])
        )
        for i, record in enumerate(pair[1])
    ]
    text = page([pair[0], Records.from_records("cut", cut)], tmp_path)
    assert "of RegNetX, whose networks were trained for different numbers of epochs" in visible(text)
    median = data(text, "curves")["data"][3]
    last = [record.outcome.curve[3].validation_error for record in cut if len(record.outcome.curve) == 4]
    assert median["y"][-1] == pytest.approx(np.median(last), rel=1e-5)
    assert "different numbers of epochs" not in visible(page(pair, tmp_path))


def test_refuses_no_populations_and_a_folder(pair: list[Records], tmp_path: Path) -> None:
    with pytest.raises(AnalysisError, match="at least one population"):
        write_report([], tmp_path / "report.html")
    with pytest.raises(ReportError, match="it is a folder"):
        write_report(pair, tmp_path)

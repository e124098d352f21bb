"""Reports on populations that were trained elsewhere: what is not known is left out, and what the error is, is said."""

import json

import pytest

import netspace as ns
from netspace.populations import Records
from netspace.reports.drawings import draw
from netspace.reports.gathering import gather
from netspace.reports.provenance import tell_facts
from netspace.reports.table import network_table
from tests.populations.importing.files_made import TABLE, sweep, write
from tests.records_made import synthetic_population


@pytest.fixture
def mine(tmp_path) -> Records:
    columns = {"error": "100-val_acc", "flops": "1e6*Mflops"}
    return ns.import_population(write(tmp_path / "mine.csv", TABLE), name="mine", columns=columns)


def test_figures_show_the_networks_whose_numbers_are_known(mine):
    drawings = draw(gather([mine]))
    assert [each.key for each in drawings.complexity] == ["against-flops"]
    assert [each.key for group in drawings.parameters for each in group] == ["against-lr", "against-width"]
    points = json.loads(drawings.complexity[0].data)["data"][0]
    assert len(points["text"]) == 2
    assert drawings.profiles == []


def test_the_range_of_the_best_is_of_known_numbers(tmp_path):
    rows = [{"error": 10 + i % 7, "w": None if i % 3 else i, "v": i} for i in range(60)]
    drawings = draw(gather([ns.import_population(write(tmp_path / "a.json", rows), name="a")]))
    assert drawings.complexity == []
    assert all(each.captions for each in drawings.parameters[0])


def test_the_table_has_words_and_names(mine):
    table = network_table(gather([mine, synthetic_population("regnetx", 4)]))
    keys = [column["key"] for column in table["columns"]]
    row = dict(zip(keys, table["rows"][2], strict=True))
    assert (row["network"], row["block"], row["width"], row["flops"]) == ("mine:2", "y", None, None)
    assert not next(column["number"] for column in table["columns"] if column["key"] == "block")


def test_networks_of_a_sweep_show_their_widths_unless_they_are_only_names(tmp_path):
    records = ns.import_population(write(tmp_path / "sweep.json", sweep()), name="s")
    drawings = draw(gather([records]))
    assert [each.key for each in drawings.profiles] == ["widths-0-best", "widths-0-worst"]
    assert len(json.loads(drawings.profiles[0].data)["data"]) == 1
    assert drawings.curves


def test_a_depth_of_networks_that_are_only_names_is_a_parameter(tmp_path):
    rows = [{"error": 10 + i, "depth": i} for i in range(4)]
    drawings = draw(gather([ns.import_population(write(tmp_path / "a.json", rows), name="a")]))
    assert [each.key for each in drawings.complexity] == ["against-depth"]
    assert drawings.profiles == []


def test_the_page_says_what_the_error_is(mine, tmp_path):
    page = ns.write_report([mine, synthetic_population("regnetx", 6)], tmp_path / "report.html").read_text("utf-8")
    assert "mine was imported from mine.csv: error is 100-val_acc; split: not told. 1 of 4 rows have no error" in page
    assert "those of imported populations are as their files have them" in page
    assert "those of imported populations by the error in their file" in page
    assert "seed of weights" not in str(tell_facts(gather([mine])))

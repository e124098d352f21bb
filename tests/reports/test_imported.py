"""Reports on populations that were trained elsewhere: what is not known is left out, and what the error is, is said."""

import dataclasses

import numpy as np
import pytest

import netspace as ns
from netspace.populations import Records
from netspace.reports.gathering import error_name, gather
from netspace.reports.kinds import KINDS
from netspace.reports.pictures import Options
from netspace.reports.provenance import tell_facts
from netspace.reports.sections import make_sections
from netspace.reports.table import network_table
from tests.populations.importing.files_made import TABLE, sweep, write
from tests.records_made import synthetic_population


@pytest.fixture
def mine(tmp_path) -> Records:
    columns = {"error": "100-val_acc", "flops": "1e6*Mflops"}
    return ns.import_population(write(tmp_path / "mine.csv", TABLE), name="mine", columns=columns)


def keys(*populations: Records) -> list[str]:
    return [drawing.key for section in make_sections(gather(populations)) for drawing in section.drawings]


def test_figures_show_the_networks_whose_numbers_are_known(mine):
    found = keys(mine)
    assert [key for key in found if "-" in key] == ["against-flops", "against-lr", "against-width"]
    points = KINDS["against"].draw(gather([mine]), Options())[0].picture.panels[0].marks[0]
    assert len(points.x) == len(points.labels) == 2
    assert "widths" not in found


def test_the_range_of_the_best_is_of_known_numbers(tmp_path):
    rows = [{"error": 10 + i % 7, "w": None if i % 3 else i, "v": i} for i in range(60)]
    drawings = KINDS["against"].draw(
        gather([ns.import_population(write(tmp_path / "a.json", rows), name="a")]), Options()
    )
    assert [each.key for each in drawings] == ["against-w", "against-v"]
    assert all(each.captions for each in drawings)


def test_the_table_has_words_and_names(mine):
    table = network_table(gather([mine, synthetic_population("regnetx", 4)]))
    row = {column["key"]: cell(column, 2) for column in table["columns"]}
    assert (row["network"], row["block"]) == ("mine:2", "y")
    assert np.isnan([row["width"] or np.nan, row["flops"] or np.nan]).all()
    assert not next(column["number"] for column in table["columns"] if column["key"] == "block")
    assert table["stages"][:3] == [None] * 3
    assert table["stages"][3]


def cell(column: dict[str, object], row: int) -> object:
    return column["values"][row] if column["number"] else column["words"][column["codes"][row]]


def test_networks_of_a_sweep_show_their_widths_unless_they_are_only_names(tmp_path):
    records = ns.import_population(write(tmp_path / "sweep.json", sweep()), name="s")
    assert {"widths-0-best", "widths-0-worst", "curves", "top-0"} <= set(keys(records))
    drawing = KINDS["widths"].draw(gather([records]), Options())[0]
    assert len(drawing.picture.panels[0].marks) == 1


def test_a_depth_of_networks_that_are_only_names_is_a_parameter(tmp_path):
    rows = [{"error": 10 + i, "depth": i} for i in range(4)]
    found = keys(ns.import_population(write(tmp_path / "a.json", rows), name="a"))
    assert found == ["edfs", "search", "against-depth"]


@pytest.mark.parametrize(
    ("splits", "called"),
    [
        (["test"], "test error (%)"),
        (["val"], "validation error (%)"),
        ([None], "error (%)"),
        (["minival"], "error (%)"),
        (["test", "own"], "error (%)"),
        (["val", "own"], "validation error (%)"),
    ],
)
def test_errors_are_called_by_their_split(tmp_path, splits, called):
    rows = [{"error": 10 + i % 7, "w": i, "v": i % 5} for i in range(20)]
    made = ns.import_population(write(tmp_path / "a.json", rows), name="a")
    told = [synthetic_population("regnetx", 12) if split == "own" else _of_split(made, split) for split in splits]
    gathered = gather(told)
    assert error_name(gathered) + " (%)" == called
    assert ns.plot("edfs", *told).panels[0].x.label == called
    assert ns.plot("against", *told).panels[0].y.label == called
    assert ns.plot("pairs", told[0]).panels[0].marks[-1].heat_label == error_name(gather(told[:1])) + " (%)"
    headings = {column["key"]: column["heading"] for column in network_table(gathered)["columns"]}
    assert headings["error"] == called
    first = make_sections(gathered, ["against"])[0].drawings[0].description
    assert first.startswith(called.removesuffix(" (%)").capitalize() + " against")


def _of_split(records, split):
    data = {"imported": True, "source": "a.json", "how": "error is error"} | ({"split": split} if split else {})
    return Records.from_records("a", [dataclasses.replace(record, data=data) for record in records])


def test_the_page_says_what_the_error_is(mine, tmp_path):
    page = ns.write_report([mine, synthetic_population("regnetx", 6)], tmp_path / "report.html").read_text("utf-8")
    assert "mine was imported from mine.csv: error is 100-val_acc; split: not told. 1 of 4 rows have no error" in page
    assert "those of imported populations are as their files have them" in page
    assert "those of imported populations by the error in their file" in page
    assert "seed of weights" not in str(tell_facts(gather([mine])))

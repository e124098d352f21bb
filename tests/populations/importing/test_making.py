"""Tables of one's own as records: what is known, what is not, and what cannot be."""

import gzip
import json
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest

import netspace as ns
from netspace.errors import DataError, StoreError
from netspace.populations.importing import read_population
from netspace.populations.store import Store
from tests.populations.importing.files_made import TABLE, write
from tests.records_made import synthetic_population

MAP = {"error": "100-val_acc", "flops": "1e6*Mflops", "learning_rate": "lr", "network": "arch"}


@pytest.fixture
def table(tmp_path):
    return write(tmp_path / "mine.csv", TABLE)


def test_a_table_becomes_records(table):
    records = ns.import_population(table, name="mine", columns=MAP)
    frame = records.frame()
    assert records.errors.tolist() == [9.5, 8.0, 7.5]
    assert records.parameters == ["learning_rate", "width", "block"]
    assert frame["learning_rate"].tolist() == [0.1, 0.2, 0.1]
    assert frame["block"].tolist() == ["x", "x", "y"]
    assert frame["flops"].tolist()[:2] == [4.1e6, 9.8e6]
    assert frame[["params", "acts"]].isna().all(axis=None)
    assert np.isnan(frame["flops"][2])
    assert np.isnan(frame["width"][2])
    assert [each.architecture.foreign for each in records] == ["mine:a", "mine:b", "mine:c"]
    assert records[2].complexity == ns.Complexity(None, None, None)
    assert records[2].parameters == {"learning_rate": 0.1, "width": None, "block": "y"}
    assert records.facts["data"]["notes"] == ["1 of 4 rows have no error and were left out"]
    assert records.facts["data"]["how"] == "error is 100-val_acc"


def test_records_survive_a_store_and_json(table, tmp_path):
    records = ns.import_population(table, name="mine", columns=MAP)
    with Store(tmp_path / "study.db") as store:
        store.add_records(records, "mine")
        store.add_records(records, "mine")
    with Store(tmp_path / "study.db", create=False) as store:
        kept = store.records("mine")
        assert list(kept) == list(records)
        pd.testing.assert_frame_equal(kept.frame(), records.frame())
        assert kept.facts["data"] == records.facts["data"]
        assert store.pending("mine") == []
        assert store.summary()[0].started_at is None
        assert [each.error for each in store.best("mine", 2)] == [7.5, 8.0]
    assert [ns.Record.from_json(each.to_json()) for each in records] == list(records)


def test_another_population_of_the_same_name_is_refused(table, tmp_path):
    study = ns.Study(str(tmp_path / "study.db"))
    study.add_records(ns.import_population(table, name="mine", columns=MAP))
    with pytest.raises(StoreError, match="already has a population 'mine'"):
        study.add_records(ns.import_population(table, name="mine", columns={"error": "lr"}))
    assert len(study.add_records(ns.import_population(table, name="mine", columns={"error": "lr"}), name="other")) == 4


def test_what_was_trained_elsewhere_is_not_trained_here(table, tmp_path):
    study = ns.Study(str(tmp_path / "study.db"))
    study.add_records(ns.import_population(table, name="mine", columns=MAP))
    with pytest.raises(StoreError, match=r"'mine' was imported from mine\.csv"):
        study.train(name="mine")


@pytest.mark.parametrize("kind", ["csv.gz", "semicolons.csv", "parquet", "json", "jsonl", "columns.json", "named.json"])
def test_every_kind_of_table_gives_the_same(table, tmp_path, kind):
    frame = pd.read_csv(table)
    path = tmp_path / f"table.{kind}"
    rows = json.loads(frame.to_json(orient="records"))
    match kind:
        case "csv.gz":
            path.write_bytes(gzip.compress(TABLE.encode()))
        case "semicolons.csv":
            write(path, TABLE.replace(",", ";"))
        case "parquet":
            frame.to_parquet(path)
        case "json":
            write(path, rows)
        case "jsonl":
            write(path, "\n".join(map(json.dumps, rows)))
        case "columns.json":
            write(path, {key: [row[key] for row in rows] for key in rows[0]})
        case _:
            write(path, {row.pop("arch"): row for row in rows})
    columns = {key: text for key, text in MAP.items() if key != "network" or kind != "named.json"}
    given = ns.import_population(path, name="mine", columns=columns)
    same = ns.import_population(table, name="mine", columns=MAP)
    pd.testing.assert_frame_equal(given.frame(), same.frame(), check_like=True)  # keys of JSON are in another order


def test_parameters_may_be_chosen(table):
    chosen = ns.import_population(table, name="mine", columns=MAP, parameters=["block", "learning_rate"])
    assert chosen.parameters == ["block", "learning_rate"]
    with pytest.raises(DataError, match="did you mean 'block'"):
        ns.import_population(table, name="mine", columns=MAP, parameters=["blok"])


def test_our_own_table_comes_back(tmp_path):
    given = synthetic_population("regnetx", 12, failed=2)
    given.frame().to_csv(tmp_path / "own.csv", index=False)
    back = ns.import_population(tmp_path / "own.csv", name="own")
    assert np.allclose(back.errors, given.errors)
    assert [each.outcome.failure.reason for each in back.failures] == ["exception", "diverged"]
    assert back.parameters[0] == given.parameters[0]
    columns = ["flops", "params", "acts", "test_error", *given.parameters]
    pd.testing.assert_frame_equal(back.frame()[columns], given.frame()[columns], check_dtype=False)


def test_another_study_comes_as_it_is(tmp_path):
    given = synthetic_population("regnetx", 8, failed=1)
    ns.Study(str(tmp_path / "a.db")).add_records(given)
    study = ns.Study(str(tmp_path / "b.db"))
    kept = study.add_records(ns.import_population(tmp_path / "a.db", name="theirs"))
    assert [each.architecture for each in kept] == [each.architecture for each in given]
    assert [each.outcome for each in kept] == [each.outcome for each in given]
    assert kept.facts["recipe"] == given.facts["recipe"]
    assert kept[0].origin == given[0].origin
    study.add_records(given, name="more")
    with pytest.raises(DataError, match="has 2 populations: theirs, more"):
        ns.import_population(tmp_path / "b.db", name="x")
    assert len(ns.import_population(tmp_path / "b.db", name="x", columns={"population": "more"})) == 8


def test_an_architecture_in_a_row_is_read(tmp_path):
    network = ns.anynet(depths=[1, 2], widths=[16, 32], image_size=32)
    rows = [{"architecture": json.loads(network.to_json()), "error": 9.5}, {"architecture": None, "error": 8}]
    records = ns.import_population(write(tmp_path / "best.json", rows), name="best")
    assert records[0].architecture == network
    assert records[0].complexity == ns.complexity(network)
    assert records[1].architecture.foreign == "best:1"
    kept = ns.Study(str(tmp_path / "study.db")).add_records(records)
    for frame in (records.frame(), kept.frame()):
        np.testing.assert_array_equal(frame["depth"], [3, np.nan])
    assert records.parameters == []


@pytest.mark.parametrize(
    ("columns", "said"),
    [
        ({}, "has no column 'error'.*--accuracy NAME"),
        ({"error": "val_ac"}, "did you mean 'val_acc'"),
        ({"error": "block"}, "holds 'x' in row 1, where a number is needed"),
        ({"error": "100*val_acc"}, "is 9050 in row 1: errors are percentages"),
        ({"error": "100-lr"}, "the accuracies are fractions"),
        ({"error": "lr", "flops": "10-width"}, "flops of mine.csv, which is '10-width', is negative"),
        ({"error": "lr", "wide": "widht"}, "did you mean 'width'"),
    ],
)
def test_what_cannot_be_says_why(table, columns, said):
    with pytest.raises(DataError, match=f"(?s){said}"):
        ns.import_population(table, name="mine", columns=columns)


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.csv", "", "cannot be read as csv"),
        ("a.csv", "error\n", "holds no networks"),
        ("a.csv", "error,x\n,1\n", "no row of a.csv has an error"),
        ("a.csv", "error,error\n1,2\n", "two columns 'error'"),
        ("a.csv", b"error,x\n1,\xff\n", "not text in UTF-8"),
        ("a.json", "{", "is not JSON"),
        ("a.json", "[1, 2]", "a list of objects"),
        ("a.json", "[]", "a list of objects"),
        ("a.json", '{"a": {"error": 1}, "a": {"error": 2}}', "'a' twice in one object"),
        ("a.json", '{"a": [1], "b": [1, 2]}', "different lengths"),
        ("a.json", '[{"architecture": {"stages": 3}, "error": 1}]', "row 1 of a.json has an architecture"),
        ("a.parquet", "no", "cannot be read as parquet"),
        ("a.bin", "no", "cannot tell what a.bin is"),
    ],
)
def test_files_that_cannot_be_read_say_why(tmp_path, name, content, said):
    path = tmp_path / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(DataError, match=said):
        ns.import_population(path, name="a", format="parquet" if name.endswith("parquet") else None)


def test_what_is_not_there_says_so(tmp_path):
    with pytest.raises(DataError, match="there is no file"):
        ns.import_population(tmp_path / "a.csv", name="a")
    with pytest.raises(DataError, match="choose one of csv"):
        ns.import_population(tmp_path / "a.csv", name="a", format="xls")
    with pytest.raises(StoreError, match="cannot be the name"):
        ns.import_population(tmp_path / "a.csv", name=" a")
    with pytest.raises(StoreError, match="at least one record"):
        ns.Study(str(tmp_path / "s.db")).add_records([], name="a")


def test_reading_a_table_needs_no_torch(table):
    code = (
        "import sys, netspace; records = netspace.import_population(sys.argv[1], name='a', columns={'error': 'lr'})\n"
        "print(len(records.frame()), 'torch' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code, str(table)], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["4", "False"]


def test_fractions_and_duplicates_are_noted(tmp_path):
    path = write(tmp_path / "a.csv", "error,w,network\n0.1,1,a\n0.2,2,b\n0.1,1,a\n")
    notes = read_population(path, name="a").notes
    assert len(notes) == 2
    assert notes[0].startswith("1 rows are the same as another")
    assert "give error=100*error" in notes[1]

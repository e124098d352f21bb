"""Results as Parquet: what is written is read again, and says how it came about."""

import json
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq
import pytest

import netspace as ns
from netspace.errors import DataError, StoreError
from netspace.populations.results import is_results, read_facts, read_results, write_results
from tests.cli.test_cli import netspace
from tests.records_made import synthetic_population

DATA = {"datasets": [{"name": "cifar10", "fingerprint": "f", "source": "/home/me/cifar10_train.parquet"}]}


def populations() -> list[ns.Records]:
    """Gives two populations of different parameters, the last network of one failed."""
    made = [synthetic_population("anynetx_a", 9, failed=1), synthetic_population("regnetx", 10)]
    changed = [[replace(record, data=DATA) for record in records] for records in made]
    return [ns.Records.from_records(records[0].population, records) for records in changed]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    write_results(populations(), tmp_path / "results.parquet")
    return tmp_path / "results.parquet"


def without_curve(record: ns.Record) -> ns.Record:
    """Gives what is left of a record: neither curve nor traceback, and no folder of the data."""
    failure = record.outcome.failure and replace(record.outcome.failure, traceback="")
    data = {"datasets": [{**DATA["datasets"][0], "source": "cifar10_train.parquet"}]}
    return replace(record, data=data, outcome=replace(record.outcome, curve=(), failure=failure))


def test_records_come_back_whole_but_for_their_curves(file: Path) -> None:
    for records in populations():
        back = read_results(file, records.name)
        assert list(back) == [without_curve(record) for record in records]
        pd.testing.assert_frame_equal(
            back.frame().drop(columns="reason"), records.frame().drop(columns="reason"), check_dtype=False
        )
    assert read_results(file, "regnetx", name="theirs")[0].population == "theirs"


def test_the_file_reads_without_netspace(file: Path) -> None:
    frame = pd.read_parquet(file)
    assert frame.groupby("population").size().to_dict() == {"anynetx_a": 9, "regnetx": 10}
    assert frame["width_1"].notna().tolist() == [True] * 9 + [False] * 10
    assert frame["block_widths"][3].tolist() == list(populations()[0][3].architecture.block_widths)
    facts = json.loads(pq.read_schema(file).metadata[b"netspace"])
    assert facts["common"]["budget"] == {"flops": [4e6, 6e6]}
    assert facts["common"]["recipe"]["epochs"] == 10
    assert facts["common"]["environments"][0]["versions"]["torch"] == "2.13.0"
    assert facts["populations"]["anynetx_a"]["failed"] == 1
    assert facts["populations"]["regnetx"]["space"] == "RegNetX"
    assert set(facts["columns"]) < set(frame.columns)
    assert "/home/me" not in json.dumps(facts)


@pytest.mark.slow
def test_the_command_line_brings_it_back(file: Path) -> None:
    folder = file.parent
    said = netspace("import", file.name, "--name=regnetx", "--study=s.db", cwd=folder).stdout
    assert "results.parquet: results of netspace, 10 networks" in said
    netspace("import", file.name, "--name=old", "--column=population=anynetx_a", "--study=s.db", cwd=folder)
    study = ns.Study(str(folder / "s.db"), create=False)
    assert list(study["regnetx"]) == list(read_results(file, "regnetx"))
    assert study["old"].facts["lineage"] == "AnyNetX_A"
    assert len(study["old"].failures) == 1
    lost = netspace("import", file.name, "--name=x", "--study=s.db", cwd=folder, check=False)
    assert lost.returncode == 1
    assert "has 2 populations: anynetx_a, regnetx" in lost.stderr


def test_other_files_are_none(tmp_path: Path, file: Path) -> None:
    pd.DataFrame({"error": [1.0]}).to_parquet(tmp_path / "table.parquet")
    (tmp_path / "text.txt").write_text("error")
    for name in ("table.parquet", "text.txt"):
        assert not is_results(tmp_path / name)
        with pytest.raises(DataError, match="holds no results of netspace"):
            read_facts(tmp_path / name)
    with pytest.raises(DataError, match="there is no file"):
        read_facts(tmp_path / "none.parquet")
    with pytest.raises(DataError, match="has no population 'regnety': it has anynetx_a, regnetx"):
        read_results(file, "regnety")


def test_a_later_version_is_refused(tmp_path: Path, file: Path) -> None:
    newer = pq.read_table(file).replace_schema_metadata({b"netspace": json.dumps({"format": "netspace results 9"})})
    pq.write_table(newer, tmp_path / "newer.parquet")
    with pytest.raises(DataError, match="format 'netspace results 9': this version reads 'netspace results 1'"):
        read_facts(tmp_path / "newer.parquet")


def test_what_cannot_be_written_is_refused(tmp_path: Path) -> None:
    records = populations()[1]
    with pytest.raises(StoreError, match="there are no results to write"):
        write_results([ns.Records.from_records("empty", [])], tmp_path / "r.parquet")
    with pytest.raises(StoreError, match="two of these populations have one name"):
        write_results([records, records], tmp_path / "r.parquet")
    with pytest.raises(DataError, match="cannot write"):
        write_results([records], "/dev/null/r.parquet")
    named = [replace(record, parameters={"message": 1}) for record in records]
    with pytest.raises(StoreError, match="has a parameter called 'message'"):
        write_results([ns.Records.from_records("regnetx", named)], tmp_path / "r.parquet")
    mixed = [replace(record, parameters={"op": "conv" if i else 3}) for i, record in enumerate(records)]
    with pytest.raises(StoreError, match="column 'op' holds values of several types"):
        write_results([ns.Records.from_records("regnetx", mixed)], tmp_path / "r.parquet")


def test_web_addresses_of_data_stay_whole(tmp_path: Path) -> None:
    source = "20,000 of the images of https://github.com/zalandoresearch/fashion-mnist (MIT license)"
    data = {"datasets": [{**DATA["datasets"][0], "source": source}]}
    records = [replace(record, data=data) for record in populations()[1]]
    facts = write_results([ns.Records.from_records("regnetx", records)], tmp_path / "r.parquet")
    assert facts["common"]["data"]["datasets"][0]["source"] == source

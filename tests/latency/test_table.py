"""Tables of latencies: what is written is read again."""

import json
from dataclasses import asdict, replace
from pathlib import Path

import pandas as pd
import pytest

from netspace.latency import Latency, LatencyError, frame, read, save

ROW = Latency(
    name='RegNetX-200MF, "the first"',
    family="RegNetX",
    device="cpu",
    processor="a processor",
    backend="eager",
    batch=2,
    image_size=224,
    dtype="float32",
    layout="channels_last",
    threads=1,
    median_ms=8.886716500001057,
    low_ms=1 / 3,
    high_ms=9.5,
    images_per_second=225.0,
    memory_mb=29.696,
    calls=334,
    flops=199_040_872,
    params=2_684_792,
    acts=2_164_056,
    depth=13,
    versions={"torch": "2.13.0", "python": "3.11.7"},
)
FAILED = replace(
    ROW,
    name="NA",  # a name, not a missing one
    family="",
    median_ms=None,
    low_ms=None,
    high_ms=None,
    images_per_second=None,
    memory_mb=None,
    calls=0,
    flops=None,
    params=None,
    acts=None,
    depth=None,
    failure="out of memory: no\nmore",
)


@pytest.mark.parametrize("rows", [[ROW, FAILED], [ROW], [FAILED], []])
@pytest.mark.parametrize("suffix", [".csv", ".parquet", ".json"])
def test_what_is_saved_is_read_again(tmp_path: Path, rows: list[Latency], suffix: str) -> None:
    path = save(rows, tmp_path / "made" / f"table{suffix}")
    assert read(path) == rows


@pytest.mark.parametrize("suffix", [".csv", ".parquet", ".json"])
def test_files_of_earlier_versions_lack_the_depth(tmp_path: Path, suffix: str) -> None:
    table = frame([ROW, FAILED]).drop(columns="depth")
    path = tmp_path / f"old{suffix}"
    if suffix == ".json":
        records = [asdict(row) for row in (ROW, FAILED)]
        path.write_text(json.dumps([{k: v for k, v in row.items() if k != "depth"} for row in records]), "utf-8")
    else:
        {".csv": lambda: table.to_csv(path, index=False), ".parquet": lambda: table.to_parquet(path)}[suffix]()
    assert read(path) == [replace(ROW, depth=None), FAILED]


def test_frames_have_whole_numbers_and_gaps() -> None:
    table = frame([ROW, FAILED])
    assert table["flops"].dtype == "Int64"
    assert table["flops"][0] == 199_040_872
    assert table["median_ms"].isna().tolist() == [False, True]
    assert list(table.columns)[:2] == ["name", "family"]


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("a.xlsx", "", "must end in .csv, .parquet, .json"),
        ("none.csv", None, "cannot read the table"),
        ("a.csv", "name,error\nx,3\n", "is no table of latencies: it lacks family"),
        ("a.json", "{", "cannot read the table"),
        ("a.parquet", "text", "cannot read the table"),
    ],
)
def test_files_that_are_no_tables_are_said(tmp_path: Path, name: str, content: str | None, says: str) -> None:
    if content is not None:
        (tmp_path / name).write_text(content, encoding="utf-8")
    with pytest.raises(LatencyError, match=says):
        read(tmp_path / name)


def test_a_place_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(LatencyError, match="cannot write"):
        save([ROW], tmp_path / "file" / "table.csv")


def test_frame_of_pandas_reads_as_a_table() -> None:
    assert isinstance(frame([]), pd.DataFrame)

"""A file as a table: its layout is recognized by what is in it."""

import gzip
import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from netspace.errors import DataError
from netspace.populations.importing import nas_bench_macro, nds, pycls
from netspace.populations.importing.table import Table, check_rows, columns_of_rows, flat

FORMATS = ("csv", "parquet", "json", "pycls", "nds", "nas-bench-macro", "study")
"""What can be imported; ``study`` is another study's SQLite file."""

_LAYOUTS: Mapping[str, tuple[Callable[[Any], bool], Callable[[str, Any], Table]]] = {
    "pycls": (pycls.is_sweep, pycls.read),
    "nds": (nds.is_nds, nds.read),
    "nas-bench-macro": (nas_bench_macro.is_macro, nas_bench_macro.read),
}
"""Layouts of JSON: whether a file has it, and how it is read."""


def format_of(path: Path, given: str | None) -> str:
    """Gives the layout of a file, as far as its name tells: all JSON is ``json``.

    Raises:
        DataError: it is unknown, or there is no such file.
    """
    if given is not None and given not in FORMATS:
        raise DataError(f"format {given!r} is unknown: choose one of {', '.join(FORMATS)}")
    if not path.is_file():
        raise DataError(f"there is no file {path} to import: check the path")
    if given:
        return given
    with path.open("rb") as file:
        head = file.read(16)
    if head.startswith(b"SQLite format 3"):
        return "study"
    if head.startswith(b"PAR1"):
        return "parquet"
    names = path.name.lower().removesuffix(".gz")
    if names.endswith((".json", ".jsonl", ".ndjson")):
        return "json"
    if names.endswith((".csv", ".tsv", ".txt")):
        return "csv"
    raise DataError(
        f"cannot tell what {path.name} is: give its format, one of {', '.join(FORMATS)}\n"
        "  Recognized are *.csv, *.tsv, *.json, *.jsonl (each also as .gz), Parquet files and studies."
    )


def read_table(path: Path, form: str) -> Table:
    """Reads a file that is no study.

    Raises:
        DataError: it cannot be read, or holds no networks.
    """
    try:
        table = _read(path, form)
    except OSError as error:
        raise DataError(f"cannot read {path}: {error.strerror or error}") from None
    except UnicodeDecodeError:
        raise DataError(f"cannot read {path}: it is not text in UTF-8") from None
    except (KeyError, TypeError, AttributeError, IndexError, ValueError) as error:
        if isinstance(error, DataError):
            raise
        raise DataError(f"cannot import {path} as {form}: {type(error).__name__}: {error}") from None
    if not len(table):
        raise DataError(f"cannot import {path}: it holds no networks")
    return table


def _read(path: Path, form: str) -> Table:
    if form in ("csv", "parquet"):
        return _read_frame(path, form)
    raw = _read_json(path)
    if form in _LAYOUTS:
        return _LAYOUTS[form][1](path.name, raw)
    for is_layout, read in _LAYOUTS.values():
        if is_layout(raw):
            return read(path.name, raw)
    return read_rows(path.name, raw)


def read_rows(file: str, raw: Any) -> Table:
    """Reads JSON of no special layout: rows, rows by name, or columns."""
    if isinstance(raw, Mapping) and raw and all(isinstance(value, Mapping) for value in raw.values()):
        raw = [{"network": key, **value} for key, value in raw.items()]
    elif isinstance(raw, Mapping) and raw and all(isinstance(value, list) for value in raw.values()):
        if len({len(value) for value in raw.values()}) > 1:
            raise DataError(f"cannot import {file}: its columns have different lengths")
        raw = [dict(zip(raw, row, strict=True)) for row in zip(*raw.values(), strict=True)]
    return Table("JSON", columns_of_rows([dict(flat(row)) for row in check_rows(file, raw)]))


def _read_json(path: Path) -> Any:
    data = path.read_bytes()
    try:
        text = (gzip.decompress(data) if data.startswith(b"\x1f\x8b") else data).decode("utf-8-sig")
        if path.name.lower().removesuffix(".gz").endswith((".jsonl", ".ndjson")):
            return [json.loads(line) for line in text.splitlines() if line.strip()]
        return json.loads(text, object_pairs_hook=_unique)
    except (EOFError, gzip.BadGzipFile) as error:
        raise DataError(f"cannot read {path}: {error}") from None
    except json.JSONDecodeError as error:
        raise DataError(f"{path} is not JSON: {error}") from None
    except RecursionError:
        raise DataError(f"{path} is nested too deeply to be read") from None


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) < len(pairs):
        keys = [key for key, _ in pairs]
        twice = next(key for key in keys if keys.count(key) > 1)
        raise DataError(f"the file has {twice!r} twice in one object: each network, and each field, may be there once")
    return made


def _read_frame(path: Path, form: str) -> Table:
    import pandas as pd

    try:
        if form == "parquet":
            frame = pd.read_parquet(path)
        else:
            frame = pd.read_csv(path, sep=_separator(path), encoding="utf-8-sig", low_memory=False)
    except UnicodeDecodeError:
        raise
    except (pd.errors.ParserError, pd.errors.EmptyDataError, ValueError) as error:
        raise DataError(f"{path} cannot be read as {form}: {str(error).splitlines()[0]}") from None
    frame = frame.loc[:, [not str(name).startswith("Unnamed:") for name in frame.columns]]
    columns = {str(name): frame[name].astype(object).tolist() for name in frame.columns}
    if form == "parquet":
        rows = [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]
        columns = columns_of_rows([dict(flat({key: _plain(value) for key, value in row.items()})) for row in rows])
    return Table({"csv": "CSV", "parquet": "Parquet"}[form], columns)


def _separator(path: Path) -> str:
    """Gives what stands between the headings; no two of them may be the same."""
    with gzip.open(path, "rb") if path.suffix == ".gz" else path.open("rb") as file:
        first = file.readline().decode("utf-8-sig")
    separator = max(",;\t", key=first.count)
    names = [name.strip().strip('"') for name in first.strip("\r\n").split(separator)]
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        raise DataError(f"{path} has two columns {twice!r}: each needs a name of its own")
    return separator


def _plain(value: Any) -> Any:
    """Gives the lists that pandas reads from Parquet as arrays."""
    return value.tolist() if hasattr(value, "tolist") else value

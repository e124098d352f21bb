"""All networks as the columns of one table."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from netspace.reports.gathering import Gathered

if TYPE_CHECKING:
    import pandas as pd

HEADINGS = {
    "population": "population",
    "index": "#",
    "network": "network",
    "error": "validation error (%)",
    "test_error": "test error (%)",
    "status": "status",
    "flops": "flops (multiply-adds)",
    "params": "params",
    "acts": "acts",
    "depth": "depth",
    "seconds": "seconds",
    "images_per_second": "images/s",
    "attempts": "attempts",
    "id": "id",
    "reason": "reason",
}
"""Columns that records of any population have, and their headings; a space's parameters come before ``seconds``."""


def network_table(populations: Sequence[Gathered]) -> dict[str, Any]:
    """Gives every network, failed ones too: ``columns`` (key, heading, is a number) and ``rows`` in their order."""
    parameters = dict.fromkeys(name for each in populations for name in each.records.parameters)
    keys = list(HEADINGS)
    at = keys.index("seconds")
    keys[at:at] = [name for name in parameters if name not in HEADINGS]
    frames = [each.frame.assign(population=each.name, network=_foreign_names(each)) for each in populations]
    keys = [key for key in keys if key == "error" or _says_something(frames, key)]
    rows = [row for frame in frames for row in _rows(frame, keys)]
    columns = [{"key": key, "heading": HEADINGS.get(key, key), "number": _is_number(frames, key)} for key in keys]
    return {"columns": columns, "rows": rows, "populations": [each.name for each in populations]}


def _foreign_names(population: Gathered) -> "pd.Series[str]":
    """Gives the name of each foreign network, which is all that is known of its inside; other networks have none."""
    depth, records = population.frame["depth"], population.records
    if len(depth) and records[0].architecture.foreign:
        names = {i: record.architecture.foreign or None for i, record in enumerate(records)}
    else:
        names = {i: records[i].architecture.foreign for i in depth.index[depth == 0]}
    return depth.index.to_series().map(names)


def _says_something(frames: Sequence["pd.DataFrame"], key: str) -> bool:
    return any(key in frame.columns and frame[key].notna().any() for frame in frames)


def _is_number(frames: Sequence["pd.DataFrame"], key: str) -> bool:
    return any(key in frame.columns and frame[key].dtype.kind in "iuf" and len(frame) > 0 for frame in frames)


def _rows(frame: "pd.DataFrame", keys: Sequence[str]) -> list[list[Any]]:
    """Gives a list per network; numbers rounded to what is worth reading, nothing as ``None``."""
    columns = [_values(frame, key) for key in keys]
    return [list(row) for row in zip(*columns, strict=True)]


def _values(frame: "pd.DataFrame", key: str) -> list[Any]:
    if key not in frame.columns:
        return [None] * len(frame)
    column = frame[key]
    if column.dtype.kind == "f":
        column = column.round(4)
    return [None if missing else value for value, missing in zip(column.tolist(), column.isna(), strict=True)]

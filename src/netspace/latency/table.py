"""Latencies as a table: a frame, and files of it."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

from netspace.errors import LatencyError
from netspace.files import whole_file
from netspace.latency.row import Latency

if TYPE_CHECKING:
    import pandas as pd

SUFFIXES = (".csv", ".parquet", ".json")
COLUMNS = tuple(field.name for field in fields(Latency))
COUNTS = ("batch", "image_size", "threads", "calls", "flops", "params", "acts", "depth")
ADDED = ("depth",)
"""Columns that files of earlier versions lack, which are read as not known."""
TIMES = ("median_ms", "low_ms", "high_ms", "images_per_second", "memory_mb")


def frame(rows: Sequence[Latency]) -> "pd.DataFrame":
    """Gives a row for each latency and a column for each field; ``versions`` as JSON, what is not known as missing.

    Example:
        >>> frame([]).columns[0]
        'name'
    """
    import pandas as pd

    records = [asdict(row) | {"versions": json.dumps(dict(row.versions), sort_keys=True)} for row in rows]
    table = pd.DataFrame(records, columns=list(COLUMNS))
    return table.astype(dict.fromkeys(COUNTS, "Int64") | dict.fromkeys(TIMES, "Float64") | {"failure": "string"})


def save(rows: Sequence[Latency], path: str | Path) -> Path:
    """Writes latencies into a ``.csv``, ``.parquet`` or ``.json`` file, which `read` reads.

    Raises:
        LatencyError: the suffix is another, or the file cannot be written.
    """
    target = check_table(path)
    table = frame(rows)
    write: Mapping[str, Callable[[Path], Any]] = {
        ".csv": lambda file: table.to_csv(file, index=False),
        ".parquet": lambda file: table.to_parquet(file, index=False),
        ".json": lambda file: file.write_text(json.dumps([asdict(row) for row in rows], indent=2), encoding="utf-8"),
    }
    with whole_file(target, LatencyError) as file:
        write[target.suffix.lower()](file)
    return target


def check_table(path: str | Path) -> Path:
    """Gives the path of a table, if its suffix names a format.

    Raises:
        LatencyError: it does not.
    """
    if Path(path).suffix.lower() not in SUFFIXES:
        raise LatencyError(f"no table can be {str(path)!r}: its name must end in {', '.join(SUFFIXES)}")
    return Path(path)


def read(path: str | Path) -> list[Latency]:
    """Reads what `save` wrote.

    Raises:
        LatencyError: there is no such file, or it is no table of latencies.
    """
    import pandas as pd

    source = check_table(path)
    readers: Mapping[str, Callable[[], pd.DataFrame]] = {
        ".csv": lambda: pd.read_csv(source, keep_default_na=False, na_values={name: [""] for name in _OPTIONAL}),
        ".parquet": lambda: pd.read_parquet(source),
        ".json": lambda: pd.DataFrame(json.loads(source.read_text(encoding="utf-8"))),
    }
    try:
        table = readers[source.suffix.lower()]()
    except (OSError, ValueError) as error:
        raise LatencyError(f"cannot read the table {str(path)!r}: {error}") from None
    missing = [name for name in COLUMNS if name not in table and name not in ADDED]
    if missing and len(table.columns):
        raise LatencyError(f"{str(path)!r} is no table of latencies: it lacks {', '.join(missing)}")
    return [_latency(record) for record in table.to_dict("records")]


_OPTIONAL = (*COUNTS, *TIMES, "failure")


def _latency(record: Mapping[Any, Any]) -> Latency:
    import pandas as pd

    given: dict[str, Any] = {name: record.get(name) for name in COLUMNS}
    for name in _OPTIONAL:
        if pd.isna(given[name]):
            given[name] = None
        elif name != "failure":
            given[name] = (int if name in COUNTS else float)(given[name])
    if isinstance(given["versions"], str):
        given["versions"] = json.loads(given["versions"])
    return Latency(**given)

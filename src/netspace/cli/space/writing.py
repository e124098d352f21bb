"""Networks as rows of a file, written piece by piece: as many as fit on the disk need no more memory than some."""

import hashlib
import signal
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import TracebackType
from typing import IO, TYPE_CHECKING, Any, Self

from netspace.cli.space.texts import StageTexts
from netspace.errors import SpaceError

if TYPE_CHECKING:
    import pyarrow as pa

    from netspace.complexity import RuntimeModel
    from netspace.spaces import Population

ROW_GROUP = 65_536
"""Rows of a Parquet file that are written together."""


class NetworkFile:
    """A file of networks: a row for each, with its parameters, cost, id and architecture.

    It is written beside its place and moved there at the end, if it has a row: what was there before stays until then.
    Write inside of `uninterrupted`, so that Ctrl-C leaves a file that is complete up to a piece.

    Args:
        path: ends in ``.csv``, ``.parquet`` or ``.jsonl``.
        runtime: gives the column ``latency``, in milliseconds.

    Attributes:
        rows: how many were written.
        is_broken: whether it could not be written; then there is no file.

    Raises:
        SpaceError: it cannot be written.
    """

    def __init__(self, path: Path, runtime: "RuntimeModel | None" = None) -> None:
        check_ending(path)
        self.path, self.rows = path, 0
        self._beside = path.with_name(f"{path.name}.part")
        self._runtime, self._texts = runtime, StageTexts()
        self.is_broken = False

    def __enter__(self) -> Self:
        with self._saying_why():
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self._file = self._beside.open("wb")
        self._rows = _ROWS[self.path.suffix.lower()](self._file)
        return self

    def write(self, population: "Population") -> None:
        """Adds a row for each network."""
        with self._saying_why():
            self._rows.add(population_table(population, self._texts, self._runtime))
            self.rows += len(population)

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        with uninterrupted():
            try:
                if not self.is_broken:
                    self._close()
            finally:
                with suppress(OSError):  # what is left to write cannot be, where the disk is full
                    self._file.close()
                self._settle()

    def _close(self) -> None:
        with self._saying_why():
            self._rows.close()
            self._file.close()

    def _settle(self) -> None:
        with self._saying_why():
            if self.rows and not self.is_broken:
                self._beside.replace(self.path)
            else:
                self._beside.unlink(missing_ok=True)

    @contextmanager
    def _saying_why(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            self.is_broken = True
            why = error.strerror or error
            raise SpaceError(f"cannot write {str(self.path)!r}: {why}. Give another path, or ask for fewer.") from None


def check_ending(path: Path) -> None:
    """Refuses a name that has the ending of no format.

    Raises:
        SpaceError: it is one.
    """
    if path.suffix.lower() not in _ROWS or path.is_dir():
        raise SpaceError(f"cannot write networks to {str(path)!r}: its name must end in {', '.join(_ROWS)}")


def population_table(population: "Population", texts: StageTexts, runtime: "RuntimeModel | None" = None) -> "pa.Table":
    """Gives a table of networks: parameters, ``flops`` (multiply-adds), ``params``, ``acts``, id and architecture."""
    import pyarrow as pa

    cost, described = population.complexity, texts.of(population.networks)
    columns: dict[str, Any] = {**population.parameters, "flops": cost.flops, "params": cost.params, "acts": cost.acts}
    columns |= {"latency": runtime.predict(cost, population.depth)} if runtime else {}
    ids = [hashlib.sha256(text.encode()).hexdigest()[:16] for text in described]  # as Architecture.id
    return pa.table({**columns, "id": ids, "architecture": described})


@contextmanager
def uninterrupted() -> Iterator[None]:
    """Lets Ctrl-C wait for the end of what is inside."""
    pressed: list[int] = []
    before = signal.signal(signal.SIGINT, lambda number, _frame: pressed.append(number))
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
    if pressed:
        raise KeyboardInterrupt


class _Csv:
    """Rows of numbers and texts in quotes, below their names."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file, self._writer = file, None  # type: tuple[IO[bytes], Any]

    def add(self, table: "pa.Table") -> None:
        from pyarrow.csv import CSVWriter

        self._writer = self._writer or CSVWriter(self._file, table.schema)
        self._writer.write_table(table)

    def close(self) -> None:
        if self._writer is not None:
            self._writer.close()


class _Parquet:
    """Columns, in groups of many rows: a budget that few draws meet gives pieces of few."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file, self._writer = file, None  # type: tuple[IO[bytes], Any]
        self._waiting: list[pa.Table] = []

    def add(self, table: "pa.Table") -> None:
        self._waiting.append(table)
        if sum(map(len, self._waiting)) >= ROW_GROUP:
            self._write()

    def _write(self) -> None:
        import pyarrow as pa
        from pyarrow.parquet import ParquetWriter

        table = pa.concat_tables(self._waiting)
        self._waiting.clear()
        self._writer = self._writer or ParquetWriter(self._file, table.schema, compression="zstd")
        self._writer.write_table(table)

    def close(self) -> None:
        if self._waiting:
            self._write()
        if self._writer is not None:
            self._writer.close()


class _JsonLines:
    """An object on each line; its architecture is one inside it."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file

    def add(self, table: "pa.Table") -> None:
        import orjson

        columns = [column.to_pylist() for column in table.columns]
        columns[-1] = [orjson.Fragment(text) for text in columns[-1]]
        names = table.column_names
        for row in zip(*columns, strict=True):
            self._file.write(orjson.dumps(dict(zip(names, row, strict=True)), option=orjson.OPT_APPEND_NEWLINE))

    def close(self) -> None:
        """Does nothing: every line is written."""


_ROWS: dict[str, type[_Csv] | type[_Parquet] | type[_JsonLines]] = {
    ".csv": _Csv,
    ".parquet": _Parquet,
    ".jsonl": _JsonLines,
}

"""A connection to a store: opened, checked, with each failure told as what to do next.

SQLite runs in WAL mode, so that readers never wait for the writer nor it for them, with ``synchronous=FULL``: an
outcome that was acknowledged outlives not only the death of the process but also a power cut. That costs one fsync
for each network, which took seconds to minutes to train.
"""

import os
import socket
import sqlite3
import time
import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, insert, inspect, select, text
from sqlalchemy.engine import URL
from sqlalchemy.exc import DBAPIError

from netspace.errors import StoreError
from netspace.populations import schema
from netspace.populations.address import check_file, file_of, read_address, read_only_address
from netspace.version import __version__

CREATION_LOCK = 0x6E657473
"""PostgreSQL's advisory lock under which the tables are made."""

_ADVICE = {
    "file is not a database": ("it is not a SQLite file", "Name another file: where there is none, a study is made."),
    "malformed": ("the file is damaged", "Restore a copy, or save what is left: sqlite3 FILE .recover"),
    "locked": ("another process kept it locked for {timeout:g} s", "See who has it open (fuser FILE), and try again."),
    "full": ("the disk is full", "Free some space and run the same command again: what was written is kept."),
    "disk i/o error": (
        "the disk failed or is full",
        "Check it and run the same command again: what was written is kept.",
    ),
    "readonly": ("it cannot be written here", "Get write access to the file and its folder, or copy it elsewhere."),
    "unable to open": ("it cannot be opened", "Check that you may read the file, and write to its folder."),
}
"""What SQLite says, what that means, and what to do."""


class Database:
    """The database of a store.

    Args:
        url: see `read_address`.
        create: whether a SQLite file that does not exist is made.
        timeout: seconds to wait for another process's transaction.

    Raises:
        StoreError: it cannot be opened, is not a store, or is one of another version.
    """

    def __init__(self, url: str | os.PathLike[str], *, create: bool, timeout: float) -> None:
        address = read_address(url)
        self.path = file_of(address)
        self.name = str(self.path or address.set(drivername="postgresql").render_as_string(hide_password=True))
        self.timeout = timeout
        if self.path:
            check_file(self.path, create=create)
        self.engine = _sqlite(address, timeout) if self.path else _postgresql(address, timeout)
        self._close = weakref.finalize(self, self.engine.dispose)
        try:
            self._open(create)
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """Gives its connections back."""
        self._close()

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A connection that sees the store as it is now, and waits for nobody."""
        with self._explained(), self.engine.connect() as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A connection in one transaction, which is kept whole or not at all."""
        connecting = self.engine.execution_options(netspace_writes=True)
        with self._explained(), connecting.begin() as connection:
            yield connection

    def _open(self, create: bool) -> None:
        if self._is_empty():
            if not create:
                raise StoreError(f"{self.name} is empty, not a study: check the path, or make the study there first")
            if self.path:
                self._use_wal()
            self._make()

    def _is_empty(self) -> bool:
        """Looks whether there are no tables yet, having made sure that no others are there."""
        with self.reading() as connection:
            tables = set(inspect(connection).get_table_names())
            if not tables:
                return True
            self._check_version(connection, tables)
            return False

    def _check_version(self, connection: Connection, tables: set[str]) -> None:
        if not {"meta", "populations"} <= tables:
            raise StoreError(
                f"{self.name} is the database of another program: it has a table {min(tables)!r}\n"
                "  Give the study a file, or a database, of its own."
            )
        version, author = connection.execute(select(schema.meta.c.schema_version, schema.meta.c.created_by)).one()
        if version != schema.SCHEMA_VERSION:
            raise StoreError(
                f"the study at {self.name} has schema version {version}, written by netspace {author}; "
                f"this netspace {__version__} reads and writes version {schema.SCHEMA_VERSION}\n"
                f"  Use it with netspace {author} (pip install netspace=={author}), or begin another study."
            )

    def _use_wal(self) -> None:
        """Puts a new SQLite file into WAL mode, which it keeps; tried again while another process does the same."""
        deadline = time.monotonic() + self.timeout
        while True:
            try:
                with self._explained(), self.engine.connect() as connection:
                    connection.connection.cursor().execute("PRAGMA journal_mode=WAL")
            except StoreError as error:
                if "locked" not in str(error) or time.monotonic() > deadline:
                    raise
                time.sleep(0.02)
            else:
                return

    def _make(self) -> None:
        with self.writing() as connection:
            if self.path is None:
                connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": CREATION_LOCK})
            if inspect(connection).get_table_names():
                return  # another process was faster
            schema.metadata.create_all(connection)
            row = {"schema_version": schema.SCHEMA_VERSION, "created_by": __version__}
            connection.execute(insert(schema.meta), row)

    @contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except DBAPIError as error:
            raise self._explain(error) from (None if self.path else error)

    def _explain(self, error: DBAPIError) -> StoreError:
        said = str(error.orig).strip().splitlines()[0] if str(error.orig).strip() else type(error.orig).__name__
        for words, (meaning, advice) in _ADVICE.items():
            if self.path and words in said.lower():
                why = meaning.format(timeout=self.timeout)
                return StoreError(f"the study at {self.name} cannot be used: {why} ({said})\n  {advice}")
        advice = "" if self.path else "\n  Check that the server runs, the address and your rights on the database."
        return StoreError(f"the study at {self.name} cannot be used: {said}{advice}")


def _sqlite(address: URL, timeout: float) -> Engine:
    path = file_of(address)
    engine = create_engine((path and read_only_address(path)) or address, connect_args={"timeout": timeout})

    @event.listens_for(engine, "connect")
    def _configure(connection: sqlite3.Connection, _: Any) -> None:
        connection.isolation_level = None  # transactions begin below, not where the driver guesses
        connection.execute("PRAGMA foreign_keys=ON")
        connection.execute("PRAGMA synchronous=FULL")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        writes = connection.get_execution_options().get("netspace_writes", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine


def _postgresql(address: URL, timeout: float) -> Engine:
    arguments = {
        "application_name": f"netspace {os.getpid()}@{socket.gethostname()}"[:63],
        "connect_timeout": 10,
        "keepalives_idle": 30,
        "options": f"-c lock_timeout={int(timeout * 1000)}",
    }
    try:
        return create_engine(address, connect_args=arguments, pool_pre_ping=True)
    except ImportError:
        raise StoreError(
            "a store on PostgreSQL needs the driver psycopg, which is not installed: pip install 'netspace[postgres]'"
        ) from None

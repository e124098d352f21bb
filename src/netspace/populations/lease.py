"""The writer's lease: one process at a time trains into a store.

The operating system, or the PostgreSQL server, holds the lock, so it is free again as soon as its holder is gone,
even by SIGKILL. Who holds it is written down apart, for people.
"""

import json
import os
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import NoReturn

from filelock import FileLock, Timeout
from sqlalchemy import Connection, text

from netspace.errors import StoreError
from netspace.populations.database import Database

WRITER_LOCK = 0x6E657477
"""PostgreSQL's advisory lock of the writer; each database has its own."""

NOTICE_SECONDS = 2.0
"""How long a PostgreSQL server may take to free the lock of a process that was killed."""

_HOLDER = text(
    "SELECT a.application_name, a.backend_start FROM pg_locks l JOIN pg_stat_activity a ON a.pid = l.pid "
    "WHERE l.locktype = 'advisory' AND l.granted AND l.objid = :key "
    "AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())"
)


@contextmanager
def writer_lease(database: Database) -> Iterator[None]:
    """Holds the exclusive lease of a store's writer.

    Raises:
        StoreError: another process, or another place in this one, holds it; or it cannot be taken here.
    """
    with _file_lease(database.path) if database.path else _server_lease(database):
        yield


@contextmanager
def _file_lease(path: Path) -> Iterator[None]:
    lock, holder = FileLock(f"{path}.lock"), Path(f"{path}.lock.holder")
    try:
        lock.acquire(timeout=0)
    except Timeout:
        _refuse(str(path), _read_holder(holder))
    except OSError as error:
        raise StoreError(
            f"cannot train into {path}: its lock file {path}.lock cannot be made ({error.strerror or error})\n"
            "  Get write access to its folder, or copy the study to a place that you can write."
        ) from None
    try:
        _write_holder(holder)
        yield
    finally:
        holder.unlink(missing_ok=True)
        lock.release()


def _write_holder(path: Path) -> None:
    """Writes who holds the lease, in one step, so that nobody reads half of it."""
    since = datetime.now(UTC).isoformat(timespec="seconds")
    fresh = path.with_name(f"{path.name}.{os.getpid()}")
    fresh.write_text(json.dumps({"pid": os.getpid(), "host": socket.gethostname(), "since": since}), encoding="utf-8")
    fresh.replace(path)


def _read_holder(path: Path) -> str:
    try:
        holder = json.loads(path.read_text(encoding="utf-8"))
        return f"process {holder['pid']} on {holder['host']} since {holder['since']}"
    except (OSError, ValueError, KeyError, TypeError):
        return "another process"


@contextmanager
def _server_lease(database: Database) -> Iterator[None]:
    key = {"key": WRITER_LOCK}
    with database.reading() as transaction:
        connection = transaction.execution_options(isolation_level="AUTOCOMMIT")
        if not _lock_server(connection):
            row = connection.execute(_HOLDER, key).first()
            _refuse(database.name, f"{row[0]} (process@host), connected since {row[1]}" if row else "another process")
        try:
            yield
        finally:
            connection.execute(text("SELECT pg_advisory_unlock(:key)"), key)


def _lock_server(connection: Connection) -> bool:
    """Takes the server's lock; waits a little, for a server needs a moment to notice that a holder was killed."""
    deadline = time.monotonic() + NOTICE_SECONDS
    while not connection.execute(text("SELECT pg_try_advisory_lock(:key)"), {"key": WRITER_LOCK}).scalar():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.1)
    return True


def _refuse(where: str, holder: str) -> NoReturn:
    raise StoreError(
        f"{where} is being trained into by {holder}: one process at a time may\n"
        "  Wait for it to end, or stop it; reading (status, best, report) works all the while."
    ) from None

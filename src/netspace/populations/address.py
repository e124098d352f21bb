"""Where a store is: what a URL may be, and what a user is told when it cannot."""

import os
from pathlib import Path
from urllib.parse import quote

from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

from netspace.errors import StoreError

ALLOWED = "allowed are sqlite:///FILE, a path to a SQLite file, or postgresql://USER:PASSWORD@HOST:PORT/DATABASE"

_HEADER = b"SQLite format 3\0"


def read_address(url: str | os.PathLike[str]) -> URL:
    """Gives the address of a store as SQLAlchemy takes it; a SQLite file's is absolute and free of links.

    Raises:
        StoreError: it is none of the addresses that are allowed.
    """
    text = os.fspath(url) if isinstance(url, str | os.PathLike) else ""
    if not text.strip():
        raise StoreError(f"{url!r} is no address of a store: {ALLOWED}")
    if "://" not in text:
        return _file(text)
    scheme, rest = text.split("://", 1)
    if scheme == "sqlite":
        return _file(_sqlite_path(text, rest))
    if scheme in ("postgresql", "postgres", "postgresql+psycopg"):
        return _server(text)
    raise StoreError(f"a store cannot be at {scheme}://...: {ALLOWED}")


def file_of(address: URL) -> Path | None:
    """Gives the file of a SQLite store; ``None``: it is on a server."""
    return Path(str(address.database)) if address.drivername == "sqlite" else None


def check_file(path: Path, *, create: bool) -> None:
    """Looks whether a SQLite store can be at ``path``, without making anything.

    Raises:
        StoreError: its folder does not exist, it is a folder or another kind of file, it cannot be read, or it does
            not exist and may not be made.
    """
    if path.is_dir():
        raise StoreError(f"{path} is a folder, not a study: name a file in it, like {path / 'study.db'}")
    if path.exists():
        _check_header(path)
        return
    if not create:
        raise StoreError(
            f"there is no study at {path}\n  Check the path, or make the study: `netspace sample` or `netspace run`."
        )
    if not path.parent.is_dir():
        raise StoreError(f"the folder {path.parent} for the study does not exist: make it first (mkdir -p)")


def read_only_address(path: Path) -> URL | None:
    """Gives an address that reads ``path`` where nothing can be written beside it; ``None``: the usual one will do.

    SQLite's readers write a small index beside a file in WAL mode. Where they may not, the file can be read as
    immutable, which is safe as long as no writer has left its log there.
    """
    if os.access(path.parent, os.W_OK) or not path.exists() or Path(f"{path}-wal").exists():
        return None
    return URL.create("sqlite", database=f"file:{quote(str(path))}", query={"immutable": "1", "uri": "true"})


def _check_header(path: Path) -> None:
    """Refuses a file that SQLite did not write; SQLite itself would overwrite one of a few bytes."""
    try:
        with path.open("rb") as file:
            header = file.read(len(_HEADER))
    except OSError as error:
        raise StoreError(f"the study at {path} cannot be read: {error.strerror or error}") from None
    if header not in (b"", _HEADER):
        raise StoreError(
            f"{path} cannot be a study: it is not a SQLite file\n"
            "  Name another file: where there is none, a study is made."
        )


def _file(text: str) -> URL:
    return URL.create("sqlite", database=str(Path(text).expanduser().resolve()))


def _sqlite_path(text: str, rest: str) -> str:
    path = rest.removeprefix("/")
    if not rest.startswith("/"):
        raise StoreError(f"{text!r} names no file: write three slashes, sqlite:///study.db, or four before a full path")
    if not path or path.startswith((":memory:", "file:")) or "?" in path:
        raise StoreError(f"{text!r} cannot be a store: it is a file, without options, like sqlite:///study.db")
    return path


def _server(text: str) -> URL:
    try:
        return make_url(text).set(drivername="postgresql+psycopg")
    except (ArgumentError, ValueError):
        raise StoreError(f"this PostgreSQL address cannot be read: {ALLOWED}") from None

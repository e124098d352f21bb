"""Files from elsewhere: where they are looked for, and how they are fetched once, whole and unchanged."""

import gzip
import hashlib
import http.client
import os
import sys
import tempfile
import urllib.request
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import platformdirs

from netspace.errors import DataError
from netspace.training.data.progress import Progress

TIMEOUT = 30.0
"""Seconds without an answer after which a download is given up."""

_PIECE = 1 << 18


@dataclass(frozen=True)
class RemoteFile:
    """A file that others publish.

    Attributes:
        name: of the file.
        urls: where it is published, tried in order.
        digest: of its content, in hexadecimal.
        algorithm: of the digest.
        packed: whether the digest is of the content of a gzip file, so that another packing of it passes.
    """

    name: str
    urls: tuple[str, ...]
    digest: str
    algorithm: str = "sha256"
    packed: bool = False

    def check(self, path: Path, called: str | None = None) -> None:
        """Compares a file on disk with the digest.

        Raises:
            DataError: it is another file, or is cut off.
        """
        found = _digest_of(path, self.algorithm, packed=self.packed)
        if found != self.digest:
            raise DataError(
                f"{called or path} is damaged or another file: its {self.algorithm} is {found}, expected {self.digest}"
            )


def search_roots(root: str | os.PathLike[str] | None) -> list[Path]:
    """Gives the folders where data sets are looked for: ``root``, $NETSPACE_DATA, the cache."""
    given = [root, os.environ.get("NETSPACE_DATA")]
    return [Path(each).expanduser() for each in given if each] + [cache_folder()]


def cache_folder() -> Path:
    """Gives $NETSPACE_CACHE, or a folder in the user's cache."""
    given = os.environ.get("NETSPACE_CACHE")
    return Path(given).expanduser() if given else platformdirs.user_cache_path("netspace")


def download_folder(root: str | os.PathLike[str] | None) -> Path:
    """Gives the folder that downloads go to: ``root`` where it is given, or the cache."""
    return cache_folder() if root is None else Path(root).expanduser()


def fetch(files: Sequence[RemoteFile], folder: Path) -> None:
    """Downloads into ``folder`` what is not there; a file appears there only when it is whole and unchanged.

    Raises:
        DataError: a file cannot be had; the message says where to place it by hand.
    """
    for file in files:
        if (folder / file.name).is_file():
            file.check(folder / file.name)
            continue
        _fetch_one(file, folder, [each.name for each in files])


def _fetch_one(file: RemoteFile, folder: Path, names: Sequence[str]) -> None:
    failures = []
    for url in file.urls:
        try:
            _download(url, file, folder)
        except (OSError, http.client.HTTPException, ValueError) as error:  # DataError is a ValueError
            failures.append(f"{url}: {getattr(error, 'reason', None) or error}")
        else:
            return
    tried = "\n  ".join(failures)
    raise DataError(
        f"cannot download {file.name}:\n  {tried}\n  Where there is no network, place {', '.join(names)} in {folder} "
        f"(or in a folder that NETSPACE_DATA names)."
    )


def _download(url: str, file: RemoteFile, folder: Path) -> None:
    with _temporary_file(folder) as (path, out):
        with urllib.request.build_opener().open(url, timeout=TIMEOUT) as response:
            length = response.headers.get("Content-Length")
            _copy(response, out, f"downloading {file.name}", int(length) if length else None)
        out.close()
        file.check(path, called="the downloaded file")
        path.chmod(0o644)
        path.replace(folder / file.name)


@contextmanager
def _temporary_file(folder: Path) -> Iterator[tuple[Path, IO[bytes]]]:
    """Opens a file beside the final one; what is left of it at the end is removed."""
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=folder, prefix=".download-", delete=False) as out:
        path = Path(out.name)
        try:
            yield path, out
        finally:
            path.unlink(missing_ok=True)


def _copy(response: IO[bytes], out: IO[bytes], label: str, length: int | None) -> None:
    megabytes = f" ({length / 1e6:,.1f} MB)" if length else ""
    sys.stderr.write(f"netspace: {label}{megabytes}\n")
    with Progress(label, length, "MB", scale=1e6) as progress:
        while piece := response.read(_PIECE):
            out.write(piece)
            progress.add(len(piece))
    if length is not None and progress.done != length:
        raise DataError(f"the connection broke after {progress.done:,} of {length:,} bytes")


def _digest_of(path: Path, algorithm: str, *, packed: bool) -> str:
    digest = hashlib.new(algorithm, usedforsecurity=False)
    try:
        with gzip.open(path) if packed else path.open("rb") as file:
            while piece := file.read(_PIECE):
                digest.update(piece)
    except (OSError, EOFError, zlib.error) as error:
        return f"unknown ({error})"
    return digest.hexdigest()

"""Files that are there whole or not at all."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from netspace.errors import NetspaceError


@contextmanager
def whole_file(path: str | Path, failure: type[NetspaceError]) -> Iterator[Path]:
    """Gives an empty file to write, of the same suffix, which takes the place of ``path`` once all is written.

    Until then, and where writing fails or is stopped, whatever was at ``path`` stays. Folders are made if need be. What
    is no file, such as a pipe, is written directly.

    Args:
        path: of the file.
        failure: what is raised where it cannot be written.

    Raises:
        NetspaceError: of the kind ``failure``: it cannot be written.

    Example:
        >>> from netspace.errors import DataError
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     with whole_file(f"{folder}/new/words.txt", DataError) as file:
        ...         _ = file.write_text("all of it")
        ...     Path(f"{folder}/new/words.txt").read_text()
        'all of it'
    """
    target = Path(os.path.realpath(path))
    try:
        if target.is_dir():
            raise IsADirectoryError(None, "it is a folder")
        if target.exists() and not target.is_file():
            yield target
            return
        target.parent.mkdir(parents=True, exist_ok=True)
        beside = _empty_file(target)
        try:
            yield beside
            beside.chmod(0o644)
            beside.replace(target)
        finally:
            beside.unlink(missing_ok=True)
    except OSError as error:
        raise failure(f"cannot write {str(path)!r}: {error.strerror or error}. Give another path.") from None


def try_place(path: Path) -> None:
    """Makes the folder of a file to be, and makes sure that one can be written there, before what takes long.

    Raises:
        OSError: it cannot.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryFile(dir=path.parent):
        pass


def _empty_file(target: Path) -> Path:
    descriptor, beside = tempfile.mkstemp(dir=target.parent, prefix=f".{target.stem}.", suffix=target.suffix)
    os.close(descriptor)
    return Path(beside)

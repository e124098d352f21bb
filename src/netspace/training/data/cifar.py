"""CIFAR-10 and CIFAR-100 (Krizhevsky 2009) in their author's files: archives or folders, Python or binary version.

Python version: pickled dictionaries with ``data``, uint8 (N, 3072), and ``labels`` or ``fine_labels``.
Binary version: rows of 1 label (CIFAR-100: coarse and fine) and 3,072 bytes of an image, red, green, blue.
See https://www.cs.toronto.edu/~kriz/cifar.html.
"""

import os
import tarfile
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from netspace.errors import DataError
from netspace.training.data.dataset import Dataset, Split, as_labels
from netspace.training.data.download import RemoteFile, download_folder, fetch, search_roots
from netspace.training.data.unpickling import load_plain_pickle

PIXELS = 3 * 32 * 32
TRAIN_IMAGES, TEST_IMAGES = 50_000, 10_000
SOURCE = "the author's files, https://www.cs.toronto.edu/~kriz/cifar.html"

Contents = Mapping[str, bytes]


@dataclass(frozen=True)
class Layout:
    """One version of the files.

    Attributes:
        dataset: the name of the data set.
        train: files of the training split.
        test: file of the test split.
        meta: file with the names of the classes.
        labels: under which key the labels are, or how many bytes of labels each row has (the last one counts).
        names: under which key the names of the classes are, or ``None``: a line for each.
    """

    dataset: str
    train: tuple[str, ...]
    test: str
    meta: str
    labels: str | int
    names: str | None = None

    @property
    def files(self) -> tuple[str, ...]:
        """All files of this version."""
        return (*self.train, self.test, self.meta)


_BATCHES = tuple(f"data_batch_{i}" for i in range(1, 6))
LAYOUTS = (
    Layout("cifar10", _BATCHES, "test_batch", "batches.meta", "labels", "label_names"),
    Layout("cifar100", ("train",), "test", "meta", "fine_labels", "fine_label_names"),
    Layout("cifar10", tuple(f"{name}.bin" for name in _BATCHES), "test_batch.bin", "batches.meta.txt", 1),
    Layout("cifar100", ("train.bin",), "test.bin", "fine_label_names.txt", 2),
)
_KNOWN_FILES = frozenset(name for layout in LAYOUTS for name in layout.files)


@dataclass(frozen=True)
class Published:
    """A data set as its author publishes it: the archive, and the folder inside it."""

    name: str
    archive: RemoteFile
    folder: str


def _published(name: str, archive: str, folder: str, md5: str) -> Published:
    remote = RemoteFile(archive, (f"https://www.cs.toronto.edu/~kriz/{archive}",), md5, "md5")
    return Published(name, remote, folder)


PUBLISHED = {
    each.name: each
    for each in (
        _published("cifar10", "cifar-10-python.tar.gz", "cifar-10-batches-py", "c58f30108f718f92721af3b95e74349a"),
        _published("cifar100", "cifar-100-python.tar.gz", "cifar-100-python", "eb9058c3a382ffc7106e4002c42a8d85"),
    )
}


def load_published(published: Published, root: str | os.PathLike[str] | None = None) -> Dataset:
    """Gives CIFAR from a folder of data sets or from the network; archives are compared with the author's MD5.

    Raises:
        DataError: the files cannot be had, are damaged or are incomplete.
    """
    for base in search_roots(root):
        for folder in (base / published.name, base):
            found = _find_published(published, folder)
            if found is not None:
                return found
    folder = download_folder(root) / published.name
    fetch([published.archive], folder)
    return load_cifar(folder / published.archive.name, SOURCE)


def is_cifar(path: Path) -> bool:
    """Tells whether a path is an archive, or a folder that holds a version of CIFAR."""
    if path.is_dir():
        return _layout_of({each.name for each in path.iterdir() if each.is_file()}) is not None
    return path.is_file() and tarfile.is_tarfile(path)


def load_cifar(path: Path, source: str | None = None) -> Dataset:
    """Reads an archive, or the folder that was in it.

    Raises:
        DataError: files are missing, damaged, or hold other things than images and labels.
    """
    contents = _read_folder(path) if path.is_dir() else _read_archive(path)
    layout = _layout_of(set(contents))
    if layout is None:
        raise DataError(f"{path} holds no version of CIFAR-10 or CIFAR-100: see {SOURCE}")
    missing = [name for name in layout.files if name not in contents]
    if missing:
        raise DataError(f"{path} lacks {', '.join(missing)} of {layout.dataset}: fetch it again")
    train, test = (_read_split(layout, names, contents, path) for names in (layout.train, (layout.test,)))
    return Dataset.of(layout.dataset, train, test, _class_names(layout, contents, path), source or str(path))


def _find_published(published: Published, folder: Path) -> Dataset | None:
    archive = folder / published.archive.name
    if archive.is_file():
        published.archive.check(archive)
        return load_cifar(archive, SOURCE)
    if (folder / published.folder).is_dir():
        return _complete(load_cifar(folder / published.folder, SOURCE), folder / published.folder)
    return None


def _complete(dataset: Dataset, folder: Path) -> Dataset:
    found = len(dataset.train), len(dataset.test or ())
    if found != (TRAIN_IMAGES, TEST_IMAGES):
        raise DataError(
            f"{folder} has {found[0]:,} training and {found[1]:,} test images, where {dataset.name} has "
            f"{TRAIN_IMAGES:,} and {TEST_IMAGES:,}: remove it and extract the archive again"
        )
    return dataset


def _layout_of(names: set[str]) -> Layout | None:
    """Gives the version whose files are there, or else the one that lacks the fewest; training files have to be."""
    close = [layout for layout in LAYOUTS if names.intersection(layout.train) and layout.meta in names]
    return min(close, key=lambda layout: len(set(layout.files) - names), default=None)


def _read_folder(path: Path) -> Contents:
    try:
        return {name: (path / name).read_bytes() for name in _KNOWN_FILES if (path / name).is_file()}
    except OSError as error:
        raise DataError(f"cannot read {path}: {error}") from None


def _read_archive(path: Path) -> Contents:
    """Gives the files of an archive by the last part of their names; nothing is written to disk."""
    contents = {}
    try:
        with tarfile.open(path) as archive:
            for member in archive:
                name = member.name.rpartition("/")[2]
                file = archive.extractfile(member) if member.isfile() and name in _KNOWN_FILES else None
                if file is not None:
                    contents[name] = file.read()
    except (OSError, EOFError, tarfile.TarError, zlib.error) as error:
        raise DataError(f"cannot read the archive {path}: {error}\n  Remove it and fetch it again.") from None
    return contents


def _read_split(layout: Layout, names: Sequence[str], contents: Contents, path: Path) -> Split:
    read = _read_pickled if isinstance(layout.labels, str) else _read_binary
    parts = [read(contents[name], layout.labels, f"{path}: {name}") for name in names]
    images = np.concatenate([part.images for part in parts])
    return Split(images, np.concatenate([part.labels for part in parts]))


def _read_pickled(content: bytes, key: Any, where: str) -> Split:
    batch = _mapping(content, where)
    data = batch.get("data")
    if not isinstance(data, np.ndarray) or data.dtype != np.uint8 or data.ndim != 2 or data.shape[1] != PIXELS:
        raise DataError(f"{where} holds no uint8 array (N, {PIXELS}) under 'data'")
    if key not in batch:
        raise DataError(f"{where} holds no labels under {key!r}: it has {', '.join(map(str, batch))}")
    return Split(np.ascontiguousarray(data).reshape(-1, 3, 32, 32), as_labels(where, batch[key]))


def _read_binary(content: bytes, label_bytes: Any, where: str) -> Split:
    row = label_bytes + PIXELS
    if not content or len(content) % row:
        raise DataError(f"{where} has {len(content):,} bytes, no multiple of the {row:,} of an image: it is cut off")
    rows = np.frombuffer(content, np.uint8).reshape(-1, row)
    images = np.ascontiguousarray(rows[:, label_bytes:]).reshape(-1, 3, 32, 32)
    return Split(images, rows[:, label_bytes - 1].astype(np.int64))


def _class_names(layout: Layout, contents: Contents, path: Path) -> Sequence[str]:
    where = f"{path}: {layout.meta}"
    if layout.names is None:
        return [line.strip() for line in contents[layout.meta].decode("utf-8", "replace").splitlines() if line.strip()]
    names = _mapping(contents[layout.meta], where).get(layout.names)
    if not isinstance(names, list):
        raise DataError(f"{where} holds no list under {layout.names!r}")
    return [str(name) for name in names]


def _mapping(content: bytes, where: str) -> Mapping[str, Any]:
    """Reads a pickled dictionary; keys that Python 3 wrote as bytes are texts, too."""
    value = load_plain_pickle(content, where)
    if not isinstance(value, Mapping):
        raise DataError(f"{where} holds a {type(value).__name__}, where CIFAR has a dictionary")
    return {key.decode("latin1") if isinstance(key, bytes) else str(key): item for key, item in value.items()}

"""The idx format of MNIST and its kin (http://yann.lecun.com/exdb/mnist): a header, then raw bytes; gzip or not."""

import gzip
import struct
import zlib
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from netspace.errors import DataError
from netspace.training.data.dataset import Dataset, Images, Split

TRAIN = ("train-images-idx3-ubyte", "train-labels-idx1-ubyte")
TEST = ("t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte")
_UNSIGNED_BYTE = 8


def has_idx(folder: Path) -> bool:
    """Tells whether a folder holds training images in idx files, packed or not."""
    return find_file(folder, TRAIN[0]) is not None


def load_idx_folder(folder: Path) -> Dataset:
    """Reads a folder with the four files of MNIST, Fashion-MNIST, KMNIST, ...; the two test files may be absent.

    Raises:
        DataError: a file is missing or is not as the format says.
    """
    train = read_split(folder, TRAIN)
    test = read_split(folder, TEST) if find_file(folder, TEST[0]) else None
    return Dataset.of(folder.resolve().name, train, test, None, str(folder))


def find_file(folder: Path, name: str) -> Path | None:
    """Gives the file called ``name``, packed or not, or ``None``."""
    return next((path for path in (folder / name, folder / f"{name}.gz") if path.is_file()), None)


def read_split(folder: Path, names: tuple[str, str]) -> Split:
    """Reads the images and the labels of one split."""
    paths = [find_file(folder, name) for name in names]
    if None in paths:
        raise DataError(f"{folder} lacks {names[paths.index(None)]}, or the same with .gz")
    images, labels = (parse_idx(unpack(path), str(path)) for path in paths if path is not None)
    return to_split(images, labels, str(folder))


def to_split(images: NDArray[np.uint8], labels: NDArray[np.uint8], where: str) -> Split:
    """Makes a split of what `parse_idx` gave for images and labels."""
    if images.ndim != 3 or labels.ndim != 1:
        raise DataError(
            f"{where}: images of shape {images.shape} and labels of shape {labels.shape} are no idx3 and idx1"
        )
    grey: Images = np.ascontiguousarray(images[:, None])
    return Split(grey, labels.astype(np.int64))


def unpack(path: Path) -> bytes:
    """Gives a file's content, unpacked where it is gzip.

    Raises:
        DataError: it cannot be read, or is cut off.
    """
    try:
        packed = path.read_bytes()
        return gzip.decompress(packed) if packed[:2] == b"\x1f\x8b" else packed
    except (OSError, EOFError, zlib.error) as error:
        raise DataError(f"cannot read {path}: {error}\n  Remove the file and fetch it again.") from None


def parse_idx(content: bytes, where: str) -> NDArray[np.uint8]:
    """Gives the array of bytes that idx content holds.

    Raises:
        DataError: the header is another, or the length is not what the header says.
    """
    if len(content) < 4 or content[:3] != bytes((0, 0, _UNSIGNED_BYTE)) or len(content) < 4 + 4 * content[3]:
        raise DataError(f"{where} does not begin like an idx file of bytes: it begins with {content[:4]!r}")
    shape = struct.unpack_from(f">{content[3]}I", content, 4)
    start = 4 + 4 * len(shape)
    expected = int(np.prod(shape, dtype=object))
    if len(content) - start != expected:
        raise DataError(
            f"{where} holds {len(content) - start:,} values, but its header says {expected:,}: it is damaged"
        )
    return np.frombuffer(content, np.uint8, offset=start).reshape(shape)

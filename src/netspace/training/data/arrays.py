"""Data sets from arrays in memory and from ``.npz`` files."""

import zipfile
import zlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from netspace.errors import DataError
from netspace.training.data.dataset import Dataset, Split, as_images, as_labels

KEYS = (
    ("train_images", "train_labels", "test_images", "test_labels"),
    ("x_train", "y_train", "x_test", "y_test"),
)
"""Names under which arrays are found: training images and labels, then test images and labels, which may be absent."""

_CLASS_KEYS = ("classes", "class_names")


def load_arrays(arrays: Mapping[str, Any], name: str = "arrays", source: str = "arrays in memory") -> Dataset:
    """Makes a data set of a mapping with ``train_images``, ``train_labels``, ... or ``x_train``, ``y_train``, ...

    The mapping may also hold ``classes``, the name of each class.

    Raises:
        DataError: keys are missing, or arrays are not as `Dataset.of` needs them.
    """
    keys = _keys_of(arrays, name)
    train = as_split(name, arrays[keys[0]], arrays[keys[1]], keys[:2])
    test = as_split(name, arrays[keys[2]], arrays[keys[3]], keys[2:]) if keys[2] in arrays else None
    classes = next((arrays[key] for key in _CLASS_KEYS if key in arrays), None)
    return Dataset.of(name, train, test, classes, source)


def load_pair(pair: Sequence[Any]) -> Dataset:
    """Makes a data set without test images of ``(images, labels)``."""
    return Dataset.of("arrays", as_split("arrays", *pair), None, None, "arrays in memory")


def load_npz(path: Path) -> Dataset:
    """Reads an ``.npz`` file with the keys that `load_arrays` knows.

    Raises:
        DataError: the file cannot be read, or its arrays cannot be used.
    """
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as stored:
            if not isinstance(stored, np.lib.npyio.NpzFile):
                raise TypeError("it holds one array, not several by name")
            wanted = {*KEYS[0], *KEYS[1], *_CLASS_KEYS}
            arrays = {key: stored[key] for key in stored.files if key in wanted} or dict.fromkeys(stored.files)
    except (OSError, TypeError, ValueError, EOFError, zipfile.BadZipFile, zlib.error) as error:
        raise DataError(f"cannot read {path} as .npz: {error}\n  Write it with numpy.savez, without objects.") from None
    return load_arrays(arrays, path.stem, str(path))


def as_split(name: str, images: Any, labels: Any, keys: Sequence[str] = ("images", "labels")) -> Split:
    """Reads images and labels in the forms that users have them."""
    return Split(as_images(f"{name}, {keys[0]}", images), as_labels(f"{name}, {keys[1]}", labels))


def _keys_of(arrays: Mapping[str, Any], name: str) -> tuple[str, str, str, str]:
    for keys in KEYS:
        present = [key in arrays for key in keys]
        if present in ([True] * 4, [True, True, False, False]):
            return keys
        if any(present):
            missing = [key for key in (keys if any(present[2:]) else keys[:2]) if key not in arrays]
            raise DataError(f"{name} lacks {' and '.join(missing)}: it has {', '.join(map(str, arrays))}")
    allowed = " or ".join(", ".join(keys) for keys in KEYS)
    raise DataError(
        f"{name} has the keys {', '.join(map(repr, arrays)) or '(none)'}: arrays are read under the keys {allowed} "
        f"(test arrays may be absent), files under 'train' and 'test'"
    )

"""The images that come with netspace: 16,000 + 4,000 of Fashion-MNIST, the same number of every class.

``builtin/fashion-mnist-20k.xz`` holds, one after another, the training images, the training labels, the test images
and the test labels, a byte for each value. Its JSON tells their numbers and where they come from. Both are made by
``tools/make_builtin_data.py`` of the repository.
"""

import json
import lzma
from importlib.resources import files
from typing import Any

import numpy as np

from netspace.errors import DataError
from netspace.training.data.dataset import Dataset, Split

NAME = "fashion-mnist-20k"
_FOLDER = files("netspace.training.data") / "builtin"


def load_builtin(_root: object = None) -> Dataset:
    """Reads the built-in images, in less than a second; they need no folder of data sets.

    Raises:
        DataError: the installed files are damaged.

    Example:
        >>> load_builtin().image_shape
        (1, 28, 28)
    """
    try:
        facts = json.loads((_FOLDER / f"{NAME}.json").read_text(encoding="utf-8"))
        content = lzma.decompress((_FOLDER / f"{NAME}.xz").read_bytes())
        train, test = unpack_splits(content, facts)
        dataset = Dataset.of(NAME, train, test, facts["classes"], facts["source"], [facts["selection"]])
    except (OSError, ValueError, KeyError, lzma.LZMAError) as error:
        raise DataError(f"the built-in images are damaged ({error}): install netspace again") from None
    if dataset.fingerprint != facts["fingerprint"]:
        raise DataError(f"the built-in images are not those of {facts['fingerprint']}: install netspace again")
    return dataset


def pack_splits(train: Split, test: Split) -> bytes:
    """Gives the bytes that `unpack_splits` reads."""
    parts = (array for split in (train, test) for array in (split.images, split.labels.astype(np.uint8)))
    return b"".join(part.tobytes() for part in parts)


def unpack_splits(content: bytes, facts: dict[str, Any]) -> tuple[Split, Split]:
    """Gives the training and the test split that `pack_splits` wrote, by the numbers in ``facts``."""
    (n_train, n_test), shape = facts["images"], tuple(facts["shape"])
    values = np.frombuffer(content, np.uint8)
    per_image = int(np.prod(shape)) + 1
    train, test = np.split(values, [n_train * per_image])
    return _to_split(train, n_train, shape), _to_split(test, n_test, shape)


def _to_split(values: Any, n: int, shape: tuple[int, ...]) -> Split:
    return Split(values[:-n].reshape(n, *shape), values[-n:].astype(np.int64))

"""What a user may name as data, and who reads it."""

import difflib
import os
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

from netspace.errors import DataError
from netspace.training.data.arrays import as_split, load_arrays, load_npz, load_pair
from netspace.training.data.builtin_images import NAME as BUILTIN
from netspace.training.data.builtin_images import load_builtin
from netspace.training.data.cifar import PUBLISHED, is_cifar, load_cifar, load_published
from netspace.training.data.dataset import Dataset
from netspace.training.data.fashion_mnist import NAME as FASHION_MNIST
from netspace.training.data.fashion_mnist import load_fashion_mnist
from netspace.training.data.folder import class_folders, load_class_folders, load_folder
from netspace.training.data.idx import has_idx, load_idx_folder
from netspace.training.data.parquet import find_parquet, load_parquet

Root = str | os.PathLike[str] | None

NAMED: Mapping[str, Callable[[Root], Dataset]] = {
    BUILTIN: load_builtin,
    FASHION_MNIST: load_fashion_mnist,
    **{name: partial(load_published, published) for name, published in PUBLISHED.items()},
}
ALIASES = {"builtin": BUILTIN}

_FORMS = (
    "a .parquet or .npz file, an author's CIFAR archive, a folder of Parquet, idx or CIFAR files, or a folder with "
    "train/<class>/ or <class>/ inside"
)


def list_datasets() -> list[str]:
    """Gives the names that `load_dataset` knows; ``"builtin"`` stands for the first.

    Example:
        >>> list_datasets()
        ['fashion-mnist-20k', 'fashion-mnist', 'cifar10', 'cifar100']
    """
    return list(NAMED)


def load_dataset(source: Any, *, root: Root = None, image_size: int | None = None) -> Dataset:
    """Gives a data set by its name, from files, or from arrays.

    Names: ``"builtin"`` (16,000 + 4,000 images of Fashion-MNIST that come with netspace), ``"fashion-mnist"``,
    ``"cifar10"``, ``"cifar100"``. The last three are looked for in ``root``, in the folder that the variable
    NETSPACE_DATA names and in the cache (NETSPACE_CACHE), and are downloaded if they are nowhere.

    Paths: Parquet files as Hugging Face writes them (a folder, or the training file with the test file beside it),
    image folders, ``.npz`` files, idx files, CIFAR archives. A name wins over a path: write ``"./cifar10"`` for a
    folder of that name. A mapping ``{"train": path, "test": path}`` names both splits.

    Arrays: ``(images, labels)``, or a mapping with ``train_images``, ``train_labels``, ``test_images``,
    ``test_labels`` and ``classes`` (the last three may be absent); uint8 of shape (N, H, W), (N, H, W, C) or
    (N, C, H, W) with 1 or 3 channels.

    Args:
        source: a name, a path, arrays, or a `Dataset`, which is given back.
        root: a folder of data sets, for names; downloads go there, too.
        image_size: pixels to which images of differing sizes are brought as they are decoded (shorter side resized,
            center-cropped). Images of one size keep theirs, and are brought to a network's size by `prepare`.

    Raises:
        DataError: the source is unknown, cannot be found, or cannot be used; the message names the file, the row or
            the label.

    Example:
        >>> len(load_dataset("builtin").train)
        16000
    """
    _check_image_size(image_size)
    if isinstance(source, Dataset):
        return source
    if isinstance(source, str) and ALIASES.get(source, source) in NAMED:
        return NAMED[ALIASES.get(source, source)](root)
    if isinstance(source, str | os.PathLike):
        return _load_path(source, image_size)
    if isinstance(source, Mapping):
        return _load_mapping(source, image_size)
    if isinstance(source, tuple | list) and len(source) == 2:
        return load_pair(source)
    raise DataError(
        f"data cannot be of type {type(source).__name__}: give a name ({_known()}), a path, (images, labels), a "
        f"mapping of arrays or of paths, or a Dataset"
    )


def _check_image_size(image_size: Any) -> None:
    if image_size is not None and (not isinstance(image_size, int) or isinstance(image_size, bool) or image_size < 1):
        raise DataError(f"image_size {image_size!r} is not a whole number of at least 1, or None")


def _known() -> str:
    return ", ".join([*ALIASES, *NAMED])


def _load_path(source: str | os.PathLike[str], image_size: int | None) -> Dataset:
    path = Path(source).expanduser()
    if not path.exists():
        raise DataError(_about_unknown(str(source)))
    parquet = find_parquet(path)
    if parquet is not None:
        return load_parquet(
            *parquet, str(source), name=path.resolve().name if path.is_dir() else None, image_size=image_size
        )
    if path.suffix == ".npz":
        return load_npz(path)
    if is_cifar(path):
        return load_cifar(path)
    if not path.is_dir():
        raise DataError(f"{path} is no data set that can be read: give {_FORMS}")
    if has_idx(path):
        return load_idx_folder(path)
    return load_folder(path, image_size=image_size)


def _about_unknown(source: str) -> str:
    if os.sep in source or Path(source).suffix:
        return f"there is no file or folder {source}: give the path of {_FORMS}; or one of the names {_known()}"
    near = difflib.get_close_matches(source.lower().replace("_", "-"), [*ALIASES, *NAMED], n=2, cutoff=0.5)
    meant = f" Did you mean {' or '.join(map(repr, near))}?" if near else ""
    return f"unknown data set {source!r}.{meant}\n  Known are {_known()}; or give the path of {_FORMS}."


def _load_mapping(source: Mapping[str, Any], image_size: int | None) -> Dataset:
    if "train" not in source:
        return load_arrays(source)
    unknown = [key for key in source if key not in {"train", "test"}]
    if unknown:
        raise DataError(f"data has an unknown key {unknown[0]!r}: 'train' and 'test' are allowed beside each other")
    train, test = source["train"], source.get("test")
    if isinstance(train, str | os.PathLike) and isinstance(test, str | os.PathLike | None):
        return _load_two_paths(Path(train).expanduser(), None if test is None else Path(test).expanduser(), image_size)
    return _load_two_pairs(train, test)


def _load_two_paths(train: Path, test: Path | None, image_size: int | None) -> Dataset:
    for path in (train, test):
        if path is not None and not path.exists():
            raise DataError(f"there is no file or folder {path}")
    shards = [_parquet_files(path) for path in (train, test) if path is not None]
    if all(shards):
        source = str(train) if test is None else f"{train}, {test}"
        return load_parquet(shards[0], (*shards, [])[1], source, image_size=image_size)
    if any(shards) or not class_folders(train):
        raise DataError(
            f"'train' ({train}) and 'test' ({test}) are read if both are Parquet files, folders of Parquet files, or "
            f"folders with a folder for each class"
        )
    return load_class_folders(train, test, image_size=image_size)


def _parquet_files(path: Path) -> list[Path]:
    return sorted(path.glob("*.parquet")) if path.is_dir() else [path] if path.suffix == ".parquet" else []


def _load_two_pairs(train: Any, test: Any) -> Dataset:
    for key, value in (("train", train), ("test", train if test is None else test)):
        if not isinstance(value, tuple | list) or len(value) != 2:
            what = f"{type(value).__name__} {value!r}" if isinstance(value, str) else type(value).__name__
            raise DataError(f"data's {key!r} is of type {what}: give paths for both, or (images, labels) for both")
    test_split = None if test is None else as_split("arrays, test", *test)
    return Dataset.of("arrays", as_split("arrays, train", *train), test_split, None, "arrays in memory")

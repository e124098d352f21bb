"""Parquet files as the Hugging Face ``datasets`` library writes them: columns ``image`` and ``label``.

``image`` is a struct of the compressed file's ``bytes`` and ``path`` (or the bytes alone), ``label`` a whole number;
the names of the classes are in the schema's metadata under ``huggingface``.
"""

import json
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from netspace.errors import DataError
from netspace.training.data.dataset import Dataset, Labels
from netspace.training.data.encoded import EncodedImage, EncodedSplit, decode_splits

IMAGE_COLUMNS = ("image", "img")
LABEL_COLUMNS = ("label", "labels", "fine_label")
TEST_WORDS = ("test", "validation", "val")
_SHARD = re.compile(r"-\d+-of-0*(\d+)$")


def find_parquet(path: Path) -> tuple[list[Path], list[Path]] | None:
    """Gives the training files and the test files that a path means, or ``None`` where it holds no Parquet.

    A folder means its ``*train*.parquet``, and its ``*test*.parquet`` or else ``*val*.parquet``; a file means itself,
    and the file beside it that has ``test``, ``validation`` or ``val`` in place of ``train`` in its name.

    Raises:
        DataError: a folder's files do not say which are for training, or a file is one of several shards.
    """
    if path.is_dir():
        return _find_in_folder(path)
    return ([path], _sibling(path)) if path.suffix == ".parquet" else None


def load_parquet(
    train: Sequence[Path], test: Sequence[Path], source: str, *, name: str | None = None, image_size: int | None = None
) -> Dataset:
    """Reads a training split and, where there are files for it, a test split.

    Raises:
        DataError: a file cannot be read, lacks a column, names other classes than the first, or has a row without an
            image or a label.
    """
    read = [_read_split(files) for files in (train, test) if files]
    classes = read[0][1]
    if len(read) > 1 and classes != read[1][1]:
        raise DataError(_about_classes(train[0], classes, test[0], read[1][1]))
    splits, notes = decode_splits([each[0] for each in read], source, image_size)
    return Dataset.of(name or _name_of(train[0]), splits[0], (*splits, None)[1], classes, source, notes)


def _find_in_folder(folder: Path) -> tuple[list[Path], list[Path]] | None:
    for place in (folder, folder / "data"):
        files = sorted(place.glob("*.parquet"))
        train = [path for path in files if _has_word(path, "train")]
        if train:
            tests = ([path for path in files if _has_word(path, word) and path not in train] for word in TEST_WORDS)
            return train, next(filter(None, tests), [])
        if files:
            raise DataError(
                f"{place} holds {len(files)} Parquet files, but none with 'train' in its name: rename them, or give "
                f"{{'train': path, 'test': path}}"
            )
    return None


def _sibling(path: Path) -> list[Path]:
    shards = _SHARD.search(path.stem)
    if shards and int(shards[1]) > 1:
        raise DataError(f"{path} is one of {shards[1]} files of a split: give the folder {path.parent} that holds them")
    if not _has_word(path, "train"):
        return []
    candidates = (path.with_name(path.name.replace("train", word)) for word in TEST_WORDS)
    return [each for each in candidates if each.is_file()][:1]


def _has_word(path: Path, word: str) -> bool:
    """Whether a file's name has a word of its own, as ``train`` in ``cifar10_train.parquet``, not in constraints."""
    return re.search(rf"(?<![a-z]){word}(?![a-z])", path.stem.lower()) is not None


def _name_of(path: Path) -> str:
    stem = _SHARD.sub("", path.stem).replace("train", "").strip("_-. ")
    return stem or path.resolve().parent.name


def _read_split(files: Sequence[Path]) -> tuple[EncodedSplit, tuple[str, ...] | None]:
    images: list[EncodedImage] = []
    labels: list[Labels] = []
    all_classes = []
    for path in files:
        table = _read_table(path)
        all_classes.append(_class_names(table.schema.metadata, _column(path, table, LABEL_COLUMNS)))
        images += _images(path, table.column(_column(path, table, IMAGE_COLUMNS)))
        labels.append(_labels(path, table.column(_column(path, table, LABEL_COLUMNS)), all_classes[-1]))
        if all_classes[-1] != all_classes[0]:
            raise DataError(_about_classes(files[0], all_classes[0], path, all_classes[-1]))
    if not images:
        raise DataError(f"{files[0]} has no rows")
    return EncodedSplit(images, np.concatenate(labels)), all_classes[0]


def _read_table(path: Path) -> Any:
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        names = pq.read_schema(path).names
        return pq.read_table(path, columns=[name for name in names if name in {*IMAGE_COLUMNS, *LABEL_COLUMNS}])
    except (OSError, pa.ArrowException) as error:
        raise DataError(f"cannot read the Parquet file {path}: {error}") from None


def _column(path: Path, table: Any, allowed: Sequence[str]) -> str:
    for name in allowed:
        if name in table.column_names:
            return name
    has = ", ".join(table.column_names) or "neither images nor labels"
    raise DataError(f"{path} has no column {' or '.join(map(repr, allowed))}: of those that are read it has {has}")


def _images(path: Path, column: Any) -> list[EncodedImage]:
    return [_image(f"{path}, row {row}", value) for row, value in enumerate(column.to_pylist())]


def _image(where: str, value: Any) -> EncodedImage:
    content = value.get("bytes") if isinstance(value, Mapping) else value
    if not isinstance(content, bytes):
        raise DataError(
            f"{where}: the image is {'missing' if content is None else type(content).__name__}, not the bytes of an "
            f"image file: write the bytes into the Parquet file (Hugging Face datasets: embed_external_files=True)"
        )
    return EncodedImage(where, content)


def _labels(path: Path, column: Any, classes: Sequence[str] | None) -> Labels:
    import pyarrow as pa

    if not pa.types.is_integer(column.type):
        raise DataError(f"{path}: labels are {column.type}, but whole numbers that count classes from 0 are needed")
    if column.null_count:
        row = column.to_pylist().index(None)
        raise DataError(f"{path}, row {row}: the label is missing")
    labels = column.to_numpy().astype(np.int64)
    unknown = np.flatnonzero((labels < 0) | (labels >= len(classes) if classes is not None else False))
    if len(unknown):
        allowed = (
            "labels count from 0"
            if classes is None
            else f"the file names {len(classes)} classes, 0 to {len(classes) - 1}"
        )
        raise DataError(f"{path}, row {unknown[0]}: the label {labels[unknown[0]]} is unknown: {allowed}")
    return np.ascontiguousarray(labels)


def _class_names(metadata: Mapping[bytes, bytes] | None, column: str) -> tuple[str, ...] | None:
    """Gives the names in the schema's metadata; ``None`` where there are none."""
    try:
        names = json.loads((metadata or {})[b"huggingface"])["info"]["features"][column]["names"]
    except (KeyError, TypeError, ValueError):
        return None
    return tuple(map(str, names)) if isinstance(names, list) and names else None


def _about_classes(first: Path, classes: Sequence[str] | None, second: Path, others: Sequence[str] | None) -> str:
    if classes is None or others is None:
        return (
            f"{first if others is None else second} names its classes, {second if others is None else first} does not"
        )
    differing = [name for name in [*classes, *others] if (name in classes) != (name in others)]
    what = f"{differing[0]!r} is in one of them only" if differing else "their order differs"
    return f"{first} and {second} name different classes ({len(classes)} and {len(others)}; {what}): label both alike"

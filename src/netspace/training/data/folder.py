"""Image folders: ``root/train/<class>/*.png`` with ``root/test`` or ``root/val``, or ``root/<class>/*.png`` alone."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from netspace.errors import DataError
from netspace.training.data.dataset import Dataset
from netspace.training.data.encoded import EncodedImage, EncodedSplit, decode_splits

SUFFIXES = frozenset({".png", ".jpg", ".jpeg", ".webp", ".bmp", ".gif", ".tif", ".tiff", ".pgm", ".ppm"})
TEST_NAMES = ("test", "val", "valid", "validation")
SPLIT_NAMES = frozenset({"train", "training", "testing", *TEST_NAMES})
"""Folders that hold the images for the final word, the first that exists."""


def load_folder(root: Path, *, image_size: int | None = None) -> Dataset:
    """Reads an image folder; every folder inside a split is a class, called like the folder.

    Raises:
        DataError: there are no class folders, one of them is empty, the test split has other classes than the
            training split, or an image cannot be decoded.
    """
    if not (root / "train").is_dir():
        return load_class_folders(root, None, image_size=image_size)
    tests = [root / name for name in TEST_NAMES if class_folders(root / name)]
    notes = tuple(f"images in {each.name}/ are not used" for each in tests[1:])
    return load_class_folders(root / "train", tests[0] if tests else None, root, notes, image_size=image_size)


def load_class_folders(
    train: Path, test: Path | None, root: Path | None = None, notes: tuple[str, ...] = (), *, image_size: int | None
) -> Dataset:
    """Reads class folders of a training split and, where given, of a test split."""
    root = root or train
    classes = _class_names(train)
    folders = [train] if test is None else [train, test]
    if test is not None:
        _check_same_classes(train, classes, test, _class_names(test))
    encoded = [_encoded_split(folder, classes) for folder in folders]
    splits, decoding_notes = decode_splits(encoded, str(root), image_size)
    left_out = sum(len(_other_files(folder / name)) for folder in folders for name in classes)
    if left_out:
        notes = (*notes, f"{left_out} files that are no images were left out")
    name = root.resolve().name
    return Dataset.of(name, splits[0], (*splits, None)[1], classes, str(root), (*notes, *decoding_notes))


def class_folders(folder: Path) -> list[Path]:
    """Gives the folders inside a folder, hidden ones left out, sorted by name; none where there is no folder."""
    if not folder.is_dir():
        return []
    return sorted(each for each in folder.iterdir() if each.is_dir() and not each.name.startswith("."))


def _class_names(folder: Path) -> list[str]:
    names = [each.name for each in class_folders(folder)]
    splits = sorted({name for name in names if name.lower() in SPLIT_NAMES})
    if splits:
        raise DataError(
            f"{folder} holds {', '.join(splits)}, which look like splits, not classes: call the folder of training "
            f"images 'train', and that of test images 'test' or 'val'"
        )
    if not names:
        raise DataError(
            f"{folder} has no class folders: images are read from {folder}/<class>/*.png, "
            f"or from train/<class>/ and test/<class>/ inside it"
        )
    return names


def _check_same_classes(train: Path, classes: list[str], test: Path, test_classes: list[str]) -> None:
    for name in classes:
        if name not in test_classes:
            raise DataError(f"class {name!r} of {train} is not in {test}: both need the same class folders")
    for name in test_classes:
        if name not in classes:
            raise DataError(f"class {name!r} of {test} is not in {train}: both need the same class folders")


def _encoded_split(folder: Path, classes: list[str]) -> EncodedSplit:
    files = [_images_of(folder / name) for name in classes]
    labels = np.repeat(np.arange(len(classes), dtype=np.int64), [len(each) for each in files])
    return EncodedSplit([EncodedImage(str(path), path) for each in files for path in each], labels)


def _images_of(folder: Path) -> list[Path]:
    images = sorted(path for path in _files(folder) if path.suffix.lower() in SUFFIXES)
    if not images:
        raise DataError(
            f"class folder {folder} holds no images ({', '.join(sorted(SUFFIXES))}): add some, or remove the folder"
        )
    return images


def _other_files(folder: Path) -> list[Path]:
    return [path for path in _files(folder) if path.suffix.lower() not in SUFFIXES]


def _files(folder: Path) -> Iterator[Path]:
    return (path for path in folder.rglob("*") if path.is_file() and not path.name.startswith("."))

"""What every reader gives: labeled uint8 images, checked once, with a fingerprint of their content."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from netspace.errors import DataError

Images = NDArray[np.uint8]
Labels = NDArray[np.int64]


@dataclass(frozen=True, eq=False, slots=True)
class Split:
    """Labeled images of one size.

    Attributes:
        images: uint8 of shape (N, C, H, W), contiguous.
        labels: int64 of shape (N,), each the index of a class.
    """

    images: Images
    labels: Labels

    def __len__(self) -> int:
        return len(self.labels)


@dataclass(frozen=True, eq=False)
class Dataset:
    """Images to train on and, where they exist, images for the final word; make one with `load_dataset`.

    Attributes:
        name: what reports call it.
        train: the training split; a validation split is held out of it by `prepare`.
        test: the test split, or ``None``. No choice is ever made by looking at it.
        classes: name of each class; a label is an index into it. Two may share a name, as two of ImageNet do.
        source: where the images come from.
        fingerprint: 16 hexadecimal digits that depend on images, labels and classes alone.
        notes: what happened to the images before they came here, for whoever reads the figures.
    """

    name: str
    train: Split
    test: Split | None
    classes: tuple[str, ...]
    source: str
    fingerprint: str
    notes: tuple[str, ...] = ()

    @classmethod
    def of(
        cls,
        name: str,
        train: Split,
        test: Split | None,
        classes: Sequence[str] | None,
        source: str,
        notes: Iterable[str] = (),
    ) -> Self:
        """Checks splits against each other and makes a data set of them, with its fingerprint.

        ``classes`` of ``None`` gives each class its number for a name.

        Raises:
            DataError: a split is empty; a label names no class; a class has no training image; or the splits differ in
                the size or the channels of their images.
        """
        _check_split(f"{name}, training split", train)
        names = _numbered_classes(name, train) if classes is None else tuple(map(str, classes))
        _check_classes(name, names)
        _check_labels(f"{name}, training split", train, names)
        _check_every_class(name, train, names)
        if test is not None:
            _check_split(f"{name}, test split", test)
            _check_labels(f"{name}, test split", test, names)
            _check_same_shape(name, train, test)
        return cls(name, train, test, names, source, fingerprint(train, test, names), tuple(notes))

    @property
    def image_shape(self) -> tuple[int, int, int]:
        """Channels, height and width of each image."""
        channels, height, width = self.train.images.shape[1:]
        return channels, height, width

    def __repr__(self) -> str:
        """Tells sizes instead of pixels."""
        channels, height, width = self.image_shape
        test = "no test images" if self.test is None else f"{len(self.test):,} test images"
        return (
            f"<Dataset {self.name!r}: {len(self.train):,} training and {test} of {channels}x{height}x{width}, "
            f"{len(self.classes)} classes, fingerprint {self.fingerprint}>"
        )


def fingerprint(train: Split, test: Split | None, classes: Sequence[str]) -> str:
    """Gives 16 hexadecimal digits of the SHA-256 over images, labels and class names."""
    digest = hashlib.sha256("\x1f".join(classes).encode())
    for split in (train, test):
        if split is None:
            continue
        digest.update(repr(split.images.shape).encode())
        digest.update(np.ascontiguousarray(split.images).data)
        digest.update(np.ascontiguousarray(split.labels, dtype="<i8").data)
    return digest.hexdigest()[:16]


def _check_split(where: str, split: Split) -> None:
    images, labels = split.images, split.labels
    if images.dtype != np.uint8 or images.ndim != 4:
        raise DataError(f"{where}: images are uint8 of shape (N, C, H, W), not {images.dtype} of {images.shape}")
    if labels.dtype != np.int64 or labels.ndim != 1:
        raise DataError(f"{where}: labels are int64 of shape (N,), not {labels.dtype} of {labels.shape}")
    if len(images) != len(labels):
        raise DataError(f"{where}: {len(images):,} images, but {len(labels):,} labels: each image needs one label")
    if images.size == 0:
        raise DataError(f"{where} has no images (shape {images.shape})")


def _numbered_classes(name: str, train: Split) -> tuple[str, ...]:
    """Gives the classes 0, 1, ... that the labels name, which have to leave none out."""
    present = np.unique(train.labels)
    _check_not_negative(f"{name}, training split", train.labels)
    gaps = np.flatnonzero(present != np.arange(len(present)))
    if len(gaps):
        hint = "Labels count from 0." if gaps[0] == 0 else "Number the classes without gaps, or give their names."
        raise DataError(f"{name}: no training image has the label {gaps[0]}, but some have {present[-1]}.\n  {hint}")
    return tuple(map(str, range(len(present))))


def _check_classes(name: str, classes: Sequence[str]) -> None:
    if len(classes) < 2:
        has = f"one class, {classes[0]!r}" if classes else "no class"
        raise DataError(f"{name} has {has}: a classifier needs at least two")


def _check_not_negative(where: str, labels: Labels) -> None:
    if labels.min() < 0:
        at = int(np.flatnonzero(labels < 0)[0])
        raise DataError(f"{where}: image {at} has the label {labels[at]}: labels count from 0")


def _check_labels(where: str, split: Split, classes: Sequence[str]) -> None:
    _check_not_negative(where, split.labels)
    if split.labels.max() >= len(classes):
        at = int(np.flatnonzero(split.labels >= len(classes))[0])
        raise DataError(
            f"{where}: image {at} has the label {split.labels[at]}, but there are {len(classes)} classes: "
            f"0 to {len(classes) - 1} are allowed"
        )


def _check_every_class(name: str, train: Split, classes: Sequence[str]) -> None:
    counts = np.bincount(train.labels, minlength=len(classes))
    empty = np.flatnonzero(counts == 0)
    if len(empty):
        also = f", and {len(empty) - 1} more classes have none" if len(empty) > 1 else ""
        raise DataError(
            f"{name}: no training image is of class {classes[empty[0]]!r} (label {empty[0]}){also}.\n"
            f"  Add images, or leave the class out and number the others without gaps."
        )


def _check_same_shape(name: str, train: Split, test: Split) -> None:
    (c, h, w), (c_test, h_test, w_test) = train.images.shape[1:], test.images.shape[1:]
    if c != c_test:
        raise DataError(f"{name}: training images have {c} channels, test images {c_test}: give both the same")
    if (h, w) != (h_test, w_test):
        raise DataError(f"{name}: training images are {h}x{w} px, test images {h_test}x{w_test}: give both one size")


def as_images(where: str, values: Any) -> Images:
    """Reads (N, H, W), (N, H, W, C) or (N, C, H, W) with 1 or 3 channels, and gives contiguous (N, C, H, W).

    Raises:
        DataError: the values are no whole numbers of 0 to 255, or the layout cannot be told.
    """
    return np.ascontiguousarray(_channels_first(where, _as_bytes(where, as_array(where, values))))


def as_labels(where: str, values: Any) -> Labels:
    """Reads whole numbers of shape (N,) or (N, 1), and gives them as int64 (N,).

    Raises:
        DataError: the values are no whole numbers, or have another shape.
    """
    labels = as_array(where, values)
    if labels.ndim == 2 and labels.shape[1] == 1:
        labels = labels[:, 0]
    if labels.ndim != 1:
        hint = "\n  Turn one-hot rows into numbers: labels.argmax(1)." if labels.ndim == 2 else ""
        raise DataError(f"{where}: labels have the shape {labels.shape}: one number for each image is needed.{hint}")
    if labels.dtype.kind not in "iu":
        first = f" (the first is {labels[0]!r})" if len(labels) else ""
        raise DataError(
            f"{where}: labels are {labels.dtype}{first}: whole numbers that count classes from 0 are needed"
        )
    return np.ascontiguousarray(labels, dtype=np.int64)


def as_array(where: str, values: Any) -> NDArray[Any]:
    """Gives values as one array, without objects in it."""
    try:
        array = np.asarray(values)
    except (ValueError, TypeError, RuntimeError) as error:
        raise DataError(f"{where}: cannot be read as one array: {error}") from None
    if array.dtype == object:
        raise DataError(f"{where}: holds objects, not numbers of one shape: stack images of one size into one array")
    return array


def _as_bytes(where: str, images: NDArray[Any]) -> Images:
    if images.dtype == np.uint8:
        return images
    if images.dtype.kind == "f":
        raise DataError(_about_floats(where, images))
    if images.dtype.kind not in "iu":
        raise DataError(f"{where}: images are {images.dtype}: uint8, 0 to 255, is needed")
    if images.size and (images.min() < 0 or images.max() > 255):
        raise DataError(f"{where}: values go from {images.min()} to {images.max()}: uint8, 0 to 255, is needed")
    return images.astype(np.uint8)


def _about_floats(where: str, images: NDArray[Any]) -> str:
    low, high = (float(images.min()), float(images.max())) if images.size else (0.0, 1.0)
    fix = "Undo the normalization, then round to uint8 of 0 to 255."
    if 0 <= low <= high <= 255:
        fix = f"Give {'(images * 255)' if high <= 1 else 'images'}.round().astype('uint8')."
    return (
        f"{where}: images are {images.dtype} of {low:.4g} to {high:.4g}, but uint8 of 0 to 255 is needed "
        f"(training normalizes them itself).\n  {fix}"
    )


def _channels_first(where: str, images: Images) -> Images:
    if images.ndim == 3:
        return images[:, None]
    if images.ndim != 4:
        raise DataError(
            f"{where}: images have the shape {images.shape}: (N, H, W), (N, H, W, C) or (N, C, H, W) is read"
        )
    first, last = images.shape[1] in (1, 3), images.shape[3] in (1, 3)
    if first == last:
        why = "both ends could be channels" if first else "neither end is 1 or 3 channels"
        raise DataError(f"{where}: cannot tell where the channels are in {images.shape}: {why}")
    return images if first else images.transpose(0, 3, 1, 2)

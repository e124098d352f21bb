"""From a data set to what a network trains on: a held-out validation split, the network's size, its statistics."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from netspace.errors import DataError
from netspace.random import stream
from netspace.training.data.dataset import Dataset, Images, Labels, Split
from netspace.training.data.resizing import CHUNK, fit, to_grey, to_rgb


@dataclass(frozen=True, eq=False)
class PreparedData:
    """A data set at a network's size.

    Attributes:
        train: what weights are fitted to.
        validation: held out of the training data; every choice looks at it, and at nothing else.
        test: the data set's own test split, or ``None``.
        mean: of the images of ``train`` per channel, in 0 to 255.
        std: the same; 1 for a channel that is the same everywhere.
        facts: where the images come from and what was done to them, as JSON can hold it.
    """

    train: Split
    validation: Split
    test: Split | None
    mean: tuple[float, ...]
    std: tuple[float, ...]
    facts: dict[str, Any]


def prepare(
    dataset: Dataset,
    *,
    image_size: int,
    in_channels: int,
    validation: float = 0.2,
    seed: int = 0,
    num_classes: int | None = None,
) -> PreparedData:
    """Holds out a validation split and brings all images to a network's size and channels.

    The validation split has the same part of every class, and depends on the data and the seed alone. Images of the
    network's size stay as they are; images smaller by up to a quarter of it are padded with zeros; all others are
    resized (bilinear, antialiased, shorter side) and center-cropped. Grey is repeated for networks that take RGB,
    RGB becomes luma for networks that take grey.

    Args:
        dataset: what `load_dataset` gave.
        image_size: height and width of the network's input, in pixels.
        in_channels: channels of the network's input.
        validation: part of the training images that is held out, in (0, 1).
        seed: of the split.
        num_classes: outputs of the network, to be checked against the classes; ``None``: not checked.

    Raises:
        DataError: a class has too few images to be split, the channels cannot be converted, the network has
            fewer outputs than there are classes, or a number is out of range.

    Example:
        >>> import netspace as ns
        >>> data = prepare(ns.load_dataset("builtin"), image_size=32, in_channels=1)
        >>> data.train.images.shape, len(data.validation), data.facts["how"]
        ((12800, 1, 32, 32), 3200, ['padded 28 -> 32 with zeros'])
    """
    _check_request(image_size, in_channels, validation)
    check_num_classes(dataset, num_classes)
    kept, held_out = hold_out(dataset, validation, seed)
    train, how = _meet(dataset, _take(dataset.train, kept), image_size, in_channels)
    held, _ = _meet(dataset, _take(dataset.train, held_out), image_size, in_channels)
    test = None if dataset.test is None else _meet(dataset, dataset.test, image_size, in_channels)[0]
    mean, std = channel_statistics(train.images)
    splits = {"train": len(train), "validation": len(held), "test": 0 if test is None else len(test)}
    facts = _facts(dataset, splits, how) | {
        "size": image_size,
        "channels": in_channels,
        "validation": validation,
        "validation_seed": seed,
    }
    return PreparedData(train, held, test, mean, std, facts)


def hold_out(dataset: Dataset, validation: float, seed: int) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Splits the training images, class by class; gives the indices that stay and those held out, both ascending.

    Raises:
        DataError: a class has a single training image.
    """
    rng = stream(seed, "validation split")
    held = np.zeros(len(dataset.train), bool)
    for label, name in enumerate(dataset.classes):
        members = np.flatnonzero(dataset.train.labels == label)
        if len(members) < 2:
            raise DataError(
                f"{dataset.name}: class {name!r} (label {label}) has {len(members)} training image: at least 2 are "
                f"needed, one to train on and one to hold out"
            )
        count = min(max(1, int(len(members) * validation + 0.5)), len(members) - 1)
        held[rng.permutation(members)[:count]] = True
    return np.flatnonzero(~held), np.flatnonzero(held)


def channel_statistics(x_NCHW: Images) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """Gives mean and standard deviation per channel, exact to rounding, from counts of the 256 values."""
    values = np.arange(256.0)
    means, stds = [], []
    for channel in range(x_NCHW.shape[1]):
        counts = _count_values(x_NCHW[:, channel])
        mean = float((counts * values).sum() / counts.sum())
        variance = float((counts * (values - mean) ** 2).sum() / counts.sum())
        means.append(mean)
        stds.append(variance**0.5 or 1.0)
    return tuple(means), tuple(stds)


def check_num_classes(dataset: Dataset, num_classes: int | None) -> None:
    """Refuses networks that have fewer outputs than the data set has classes.

    Raises:
        DataError: they have.
    """
    if num_classes is not None and num_classes < len(dataset.classes):
        raise DataError(
            f"{dataset.name} has {len(dataset.classes)} classes, but the network has {num_classes} outputs.\n"
            f"  Sample from get_space(..., num_classes={len(dataset.classes)})."
        )


def _check_request(image_size: int, in_channels: int, validation: float) -> None:
    for name, value in (("image_size", image_size), ("in_channels", in_channels)):
        if not isinstance(value, int) or isinstance(value, bool) or value < 1:
            raise DataError(f"{name} {value!r} is not a whole number of at least 1")
    if not isinstance(validation, int | float) or not 0 < validation < 1:
        raise DataError(f"validation {validation!r} is not in (0, 1): it is the part of the training images held out")


def _take(split: Split, indices: NDArray[np.intp]) -> Split:
    return Split(split.images[indices], split.labels[indices])


def _meet(dataset: Dataset, split: Split, image_size: int, in_channels: int) -> tuple[Split, list[str]]:
    """Brings one split to a network's input: to grey before, to RGB after the sizes meet, as that is less work."""
    images, how = split.images, []
    channels = images.shape[1]
    if channels != in_channels and {channels, in_channels} != {1, 3}:
        raise DataError(
            f"{dataset.name} has {channels} channels, but the network takes {in_channels}: only grey (1) and RGB (3) "
            f"are converted into one another.\n  Sample from get_space(..., in_channels={channels})."
        )
    if channels > in_channels:
        images, how = to_grey(images), ["RGB to luma (ITU-R BT.601)"]
    images, fitted = fit(images, image_size)
    if channels < in_channels:
        images, fitted = to_rgb(images), [*fitted, "grey repeated to RGB"]
    labels: Labels = np.ascontiguousarray(split.labels)
    return Split(np.ascontiguousarray(images), labels), how + fitted


def _count_values(values: Images) -> NDArray[np.int64]:
    counts = np.zeros(256, np.int64)
    for i in range(0, len(values), CHUNK):
        counts += np.bincount(values[i : i + CHUNK].reshape(-1), minlength=256)
    return counts


def _facts(dataset: Dataset, splits: dict[str, int], how: list[str]) -> dict[str, Any]:
    channels, height, width = dataset.image_shape
    return {
        "name": dataset.name,
        "source": dataset.source,
        "fingerprint": dataset.fingerprint,
        "notes": list(dataset.notes),
        "classes": len(dataset.classes),
        "images": splits,
        "loaded_size": [height, width],
        "loaded_channels": channels,
        "how": how,
    }

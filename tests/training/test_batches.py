"""Batches: order, augmentation and normalization."""

import pytest
import torch

from netspace.training.batches import augment, evaluation_batches, training_batches
from netspace.training.loop import to_device
from netspace.training.recipe import Recipe
from tests.data_made import prepared_stripes

CPU = torch.device("cpu")
PLAIN = Recipe(batch_size=32, crop_padding=0, flip=False)


@pytest.fixture(scope="module")
def images():
    data = prepared_stripes(channels=3)
    return to_device(data, data.train, CPU, torch.channels_last)


def fingerprints(x: torch.Tensor) -> torch.Tensor:
    """One number for each image, exact in whatever order it lies in memory."""
    return x[:, 0].contiguous().flatten(1).double() @ torch.arange(64, dtype=torch.float64)


def test_an_epoch_holds_every_image_once_in_another_order_each_time(images) -> None:
    def order(seed: int, epoch: int) -> torch.Tensor:
        return torch.cat([fingerprints(x) for x, _ in training_batches(images, PLAIN, seed, epoch)])

    first = order(0, 0)
    assert torch.equal(first, order(0, 0))
    assert not torch.equal(first, order(0, 1))
    assert not torch.equal(first, order(1, 0))
    everything = fingerprints(images.normalized(slice(None)))
    assert len(first) == len(images) // 32 * 32
    rounded = [set(values.round(decimals=6).tolist()) for values in (first, everything)]
    assert rounded[0] <= rounded[1]
    assert len(rounded[0]) == len(first)


def test_images_are_normalized(images) -> None:
    x = images.normalized(slice(None))
    assert x.mean((0, 2, 3)).abs().max() < 1e-4
    assert (x.std((0, 2, 3)) - 1).abs().max() < 1e-2


@pytest.mark.parametrize("memory_format", [torch.channels_last, torch.contiguous_format])
@pytest.mark.parametrize("channels", [1, 3])
def test_batches_lie_as_asked(memory_format, channels) -> None:
    data = prepared_stripes(channels=channels)
    split = to_device(data, data.train, CPU, memory_format)
    x, _ = next(training_batches(split, Recipe(batch_size=8), 0, 0))
    expected = torch.empty(x.shape).to(memory_format=memory_format) if channels > 1 else x
    assert x.stride() == expected.stride()
    assert (x.stride(1) == 1) == (memory_format == torch.channels_last)


def test_crops_are_shifts_within_a_frame_of_zeros() -> None:
    x = torch.arange(1, 26, dtype=torch.float32).reshape(1, 1, 5, 5).repeat(200, 1, 1, 1)
    cropped = augment(x, Recipe(crop_padding=2, flip=False), torch.Generator().manual_seed(0))
    framed = torch.nn.functional.pad(x[0, 0], (2, 2, 2, 2))
    windows = {framed[i : i + 5, j : j + 5].flatten().tolist().__repr__() for i in range(5) for j in range(5)}
    seen = {image.flatten().tolist().__repr__() for image in cropped[:, 0]}
    assert seen == windows  # every offset, both edges included, and nothing else


def test_half_of_the_images_are_mirrored() -> None:
    x = torch.arange(4, dtype=torch.float32).expand(2000, 1, 4, 4)
    flipped = augment(x, Recipe(crop_padding=0), torch.Generator().manual_seed(0))
    mirrored = (flipped[:, 0, 0, 0] == 3).sum().item()
    assert 900 < mirrored < 1100


def test_evaluation_reads_every_image_in_order(images) -> None:
    labels = torch.cat([y for _, y in evaluation_batches(images)])
    assert torch.equal(labels, images.y_N)

"""Held-out splits, sizes and channels, and the statistics that normalize."""

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from netspace.errors import DataError
from netspace.training.data import load_dataset, prepare
from netspace.training.data.preparation import channel_statistics, hold_out
from netspace.training.data.resizing import fit, to_grey
from tests.training.data.conftest import pixels


def dataset(counts, shape=(8, 8), test=None):
    labels = np.repeat(np.arange(len(counts)), counts)
    arrays = {"train_images": pixels(len(labels), *shape), "train_labels": labels}
    if test:
        arrays |= {"test_images": pixels(test, *shape, seed=1), "test_labels": np.arange(test) % len(counts)}
    return load_dataset(arrays)


COUNTS = st.lists(st.integers(2, 40), min_size=2, max_size=6)


@given(COUNTS, st.floats(0.01, 0.99), st.integers(0, 2**32))
def test_the_held_out_split_is_disjoint_stratified_and_seeded(counts, part, seed):
    data = dataset(counts, (2, 2))
    kept, held = hold_out(data, part, seed)
    assert sorted([*kept, *held]) == list(range(sum(counts)))
    for label, count in enumerate(counts):
        held_of_class = int((data.train.labels[held] == label).sum())
        assert 1 <= held_of_class <= count - 1
        assert abs(held_of_class - part * count) <= 1
    again = hold_out(data, part, seed)
    assert np.array_equal(kept, again[0])
    assert np.array_equal(held, again[1])


def test_another_seed_holds_out_other_images():
    data = dataset([50, 50])
    assert not np.array_equal(hold_out(data, 0.2, 0)[1], hold_out(data, 0.2, 1)[1])


def test_the_test_split_stays_whole_and_apart():
    data = dataset([30, 30], test=10)
    prepared = prepare(data, image_size=8, in_channels=1)
    assert np.array_equal(prepared.test.images, data.test.images)
    assert (len(prepared.train), len(prepared.validation)) == (48, 12)
    assert prepared.facts["images"] == {"train": 48, "validation": 12, "test": 10}


def test_statistics_are_of_the_training_split_alone():
    prepared = prepare(dataset([30, 30], (8, 8, 3), test=10), image_size=8, in_channels=3)
    assert np.allclose(prepared.mean, prepared.train.images.mean((0, 2, 3)))
    assert np.allclose(prepared.std, prepared.train.images.std((0, 2, 3)))


def test_a_channel_that_is_the_same_everywhere_can_be_divided_by():
    assert channel_statistics(np.full((3, 1, 2, 2), 7, np.uint8)) == ((7.0,), (1.0,))


def test_facts_can_be_stored_and_arrays_shared():
    prepared = prepare(dataset([9, 9], (28, 28), test=4), image_size=32, in_channels=3, validation=0.3, seed=5)
    facts = json.loads(json.dumps(prepared.facts))
    assert facts["how"] == ["padded 28 -> 32 with zeros", "grey repeated to RGB"]
    wanted = {"classes": 2, "size": 32, "channels": 3, "validation": 0.3, "validation_seed": 5, "loaded_size": [28, 28]}
    assert wanted.items() <= facts.items()
    for split in (prepared.train, prepared.validation, prepared.test):
        assert split.images.flags.c_contiguous
        assert (split.images.dtype, split.labels.dtype) == (np.uint8, np.int64)


def test_images_of_the_right_size_are_not_touched():
    x = pixels(2, 3, 8, 8)
    same, how = fit(x, 8)
    assert same is x
    assert how == []


@pytest.mark.parametrize(("shape", "size"), [((24, 24), 32), ((28, 28), 32), ((28, 32), 32), ((27, 31), 32)])
def test_slightly_smaller_images_are_padded_in_the_center(shape, size):
    x = pixels(2, 1, *shape)
    padded, how = fit(x, size)
    top, left = ((size - side) // 2 for side in shape)
    assert np.array_equal(padded[:, :, top : top + shape[0], left : left + shape[1]], x)
    assert int(padded.sum()) == int(x.sum())
    assert "with zeros" in how[0]


@pytest.mark.parametrize(
    ("shape", "size"), [((23, 23), 32), ((64, 64), 32), ((33, 33), 32), ((48, 32), 32), ((16, 40), 32)]
)
def test_other_images_are_resized(shape, size):
    resized, how = fit(pixels(2, 3, *shape), size)
    assert resized.shape == (2, 3, size, size)
    assert how[0].startswith("resized")


def test_resizing_crops_the_center_without_blur_where_only_the_longer_side_differs():
    x = pixels(1, 1, 8, 13)
    assert np.array_equal(fit(x, 8)[0], x[:, :, :, 2:10])


def test_resizing_is_antialiased():
    checks = (np.indices((64, 64)).sum(0) % 2 * 255).astype(np.uint8)[None, None]
    assert np.abs(fit(checks, 8)[0].astype(int) - 128).max() <= 2


def test_luma_is_that_of_pillow():
    x = pixels(3, 3, 5, 5)
    expected = [np.asarray(Image.fromarray(each.transpose(1, 2, 0).copy()).convert("L")) for each in x]
    assert np.array_equal(to_grey(x)[:, 0], np.stack(expected))
    prepared = prepare(dataset([5, 5], (8, 8, 3)), image_size=8, in_channels=1)
    assert prepared.train.images.shape[1] == 1
    assert prepared.facts["how"] == ["RGB to luma (ITU-R BT.601)"]


@pytest.mark.parametrize(
    ("options", "why"),
    [
        ({"in_channels": 4}, "1 channels, but the network takes 4"),
        ({"in_channels": 0}, "in_channels 0"),
        ({"image_size": 3.5}, "image_size 3.5"),
        ({"validation": 0}, r"not in \(0, 1\)"),
        ({"validation": 1.5}, r"not in \(0, 1\)"),
        ({"num_classes": 1}, r"2 classes, but the network has 1 outputs.*\n.*num_classes=2"),
    ],
)
def test_requests_that_cannot_be_met_are_refused(options, why):
    with pytest.raises(DataError, match=why):
        prepare(dataset([5, 5]), **({"image_size": 8, "in_channels": 1} | options))


def test_the_right_number_of_classes_passes():
    assert prepare(dataset([5, 5]), image_size=8, in_channels=1, num_classes=7).facts["classes"] == 2


def test_a_class_with_one_image_cannot_be_split():
    with pytest.raises(DataError, match=r"class '1'.*at least 2"):
        prepare(dataset([5, 1]), image_size=8, in_channels=1)

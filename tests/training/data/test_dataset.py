"""What a data set has to be, and its fingerprint."""

import numpy as np
import pytest

from netspace.errors import DataError
from netspace.training.data import Dataset, load_dataset
from netspace.training.data.dataset import Split, as_images, as_labels
from tests.training.data.conftest import pixels


def split(labels, *shape):
    return Split(pixels(len(labels), *(shape or (1, 4, 4))), np.array(labels, np.int64))


@pytest.mark.parametrize(
    ("shape", "channels_first"),
    [
        ((6, 8, 8), (6, 1, 8, 8)),
        ((6, 8, 8, 3), (6, 3, 8, 8)),
        ((6, 3, 8, 9), (6, 3, 8, 9)),
        ((6, 8, 9, 1), (6, 1, 8, 9)),
    ],
)
def test_layouts_are_told_apart(shape, channels_first):
    images = as_images("x", pixels(*shape))
    assert images.shape == channels_first
    assert images.flags.c_contiguous


@pytest.mark.parametrize("shape", [(6, 3, 8, 3), (6, 4, 8, 8), (6, 64), (6, 1, 1, 1)])
def test_shapes_that_say_nothing_are_refused(shape):
    with pytest.raises(DataError, match=r"shape|channels"):
        as_images("x", pixels(*shape))


@pytest.mark.parametrize(
    ("images", "advice"),
    [
        (np.linspace(0, 1, 32).reshape(2, 4, 4), r"\(images \* 255\)\.round\(\)"),
        (np.linspace(0, 255, 32).reshape(2, 4, 4), r"Give images\.round\(\)"),
        (np.linspace(-2, 2, 32).reshape(2, 4, 4), "Undo the normalization"),
        (np.full((2, 4, 4), 256), "from 256 to 256"),
        (np.zeros((2, 4, 4), bool), "images are bool"),
        ([np.zeros((4, 4)), np.zeros((5, 4))], "one array"),
        (np.array([None, "a"]), "objects"),
    ],
)
def test_values_that_are_no_bytes_are_refused_with_advice(images, advice):
    with pytest.raises(DataError, match=advice):
        as_images("x", images)


def test_whole_numbers_up_to_255_are_read_as_bytes():
    assert as_images("x", np.full((2, 4, 4), 255)).dtype == np.uint8


@pytest.mark.parametrize(
    ("labels", "why"),
    [([0.0, 1.0], "whole numbers"), (["cat", "dog"], "whole numbers"), (np.eye(3), "argmax"), (3, "shape")],
)
def test_labels_that_are_no_whole_numbers_are_refused(labels, why):
    with pytest.raises(DataError, match=why):
        as_labels("x", labels)


def test_a_column_of_labels_is_read():
    assert as_labels("x", np.array([[1], [2]], np.uint8)).tolist() == [1, 2]


@pytest.mark.parametrize(
    ("train", "test", "classes", "why"),
    [
        (split([0, 1, -1]), None, "ab", "image 2 has the label -1"),
        (split([0, 1, 2]), None, "ab", "image 2 has the label 2.*0 to 1"),
        (split([0, 0, 1]), None, "abc", "no training image is of class 'c'"),
        (split([0, 2, 2]), None, None, "no training image has the label 1"),
        (split([1, 2, 2]), None, None, "count from 0"),
        (split([0, -4]), None, None, "label -4"),
        (split([0, 0]), None, None, "at least two"),
        (split([]), None, "ab", "no images"),
        (split([0, 1]), split([0, 5]), None, "test split: image 1 has the label 5"),
        (split([0, 1]), split([0, 1], 3, 4, 4), None, "1 channels, test images 3"),
        (split([0, 1]), split([0, 1], 1, 5, 4), None, "4x4 px, test images 5x4"),
        (Split(pixels(3, 1, 4, 4), np.zeros(2, np.int64)), None, "ab", "3 images, but 2 labels"),
        (Split(pixels(2, 4, 4), np.zeros(2, np.int64)), None, "ab", r"\(N, C, H, W\)"),
        (Split(pixels(2, 1, 4, 4), np.zeros(2, np.int32)), None, "ab", "int64"),
    ],
)
def test_what_does_not_fit_together_is_refused(train, test, classes, why):
    with pytest.raises(DataError, match=why):
        Dataset.of("mine", train, test, classes, "here")


def test_the_fingerprint_depends_on_content_alone():
    def fingerprint(name="a", labels=(0, 1, 1), classes="ab", test=None, shift=0):
        train = Split(pixels(3, 1, 4, 4) + np.uint8(shift), np.array(labels, np.int64))
        return Dataset.of(name, train, test, classes, name).fingerprint

    same = fingerprint()
    assert len(same) == 16
    assert fingerprint(name="b") == same
    changed = [
        fingerprint(labels=(0, 0, 1)),
        fingerprint(classes="ac"),
        fingerprint(shift=1),
        fingerprint(test=split([0, 1])),
    ]
    assert len({same, *changed}) == 5


def test_a_data_set_is_given_back_and_tells_its_sizes():
    dataset = load_dataset((pixels(4, 5, 6), [0, 1, 0, 1]))
    assert load_dataset(dataset) is dataset
    assert "4 training and no test images of 1x5x6, 2 classes" in repr(dataset)

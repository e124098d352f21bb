"""Names, paths and arrays as users give them."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from netspace.errors import DataError
from netspace.training.data import list_datasets, load_dataset
from netspace.training.data.builtin_images import pack_splits, unpack_splits
from netspace.training.data.fashion_mnist import TEST, TRAIN
from tests.training.data.conftest import pixels

LABELS = np.array([0, 1] * 4)
TOOL = Path(__file__).parents[3] / "tools" / "make_builtin_data.py"


def test_the_builtin_images_are_balanced():
    dataset = load_dataset("builtin")
    assert dataset.name == list_datasets()[0] == "fashion-mnist-20k"
    assert np.bincount(dataset.train.labels).tolist() == [1600] * 10
    assert np.bincount(dataset.test.labels).tolist() == [400] * 10
    assert dataset.image_shape == (1, 28, 28)
    assert dataset.classes[9] == "Ankle boot"


def test_packed_splits_come_back():
    dataset = load_dataset({"train": (pixels(8, 3, 4), LABELS), "test": (pixels(4, 3, 4), LABELS[:4])})
    packed = pack_splits(dataset.train, dataset.test)
    train, test = unpack_splits(packed, {"images": [8, 4], "shape": [1, 3, 4]})
    assert np.array_equal(train.images, dataset.train.images)
    assert np.array_equal(test.labels, dataset.test.labels)


@pytest.mark.slow
def test_the_full_set_holds_the_builtin_images(debian_folder, own_cache):
    dataset, part = load_dataset("fashion-mnist"), load_dataset("builtin")
    assert (len(dataset.train), len(dataset.test)) == (60_000, 10_000)
    everything = {image.tobytes() for image in dataset.train.images}
    assert all(image.tobytes() in everything for image in part.train.images)
    assert not own_cache.exists()


@pytest.mark.slow
def test_the_script_makes_the_same_builtin_images(debian_folder, tmp_path):
    subprocess.run([sys.executable, TOOL, debian_folder, "--out", tmp_path], check=True, capture_output=True)
    shipped = Path(load_dataset.__code__.co_filename).parent / "builtin"
    for name in ("fashion-mnist-20k.json", "fashion-mnist-20k.xz"):
        assert (tmp_path / name).read_bytes() == (shipped / name).read_bytes()


def test_a_folder_of_idx_files_is_read(debian_folder, tmp_path):
    for name in (*TRAIN, *TEST):
        (tmp_path / f"{name}.gz").symlink_to(debian_folder / f"{name}.gz")
    assert len(load_dataset(tmp_path).test) == 10_000
    (tmp_path / f"{TRAIN[1]}.gz").unlink()
    with pytest.raises(DataError, match=r"lacks train-labels-idx1-ubyte"):
        load_dataset(tmp_path)


@pytest.mark.parametrize("content", [b"", b"\x1f\x8bnot gzip", b"\0\0\x08\x01\0\0\0\x09abc", b"\0\0\x0d\x01abcd"])
def test_a_damaged_idx_file_is_refused(tmp_path, content):
    for name in TRAIN:
        (tmp_path / name).write_bytes(content)
    with pytest.raises(DataError, match=str(tmp_path)):
        load_dataset(tmp_path)


@pytest.mark.parametrize(
    "keys", [("train_images", "train_labels", "test_images", "test_labels"), ("x_train", "y_train", "x_test", "y_test")]
)
def test_npz_files_are_read(tmp_path, keys):
    arrays = dict(zip(keys, (pixels(8, 6, 6, 3), LABELS[:, None], pixels(4, 6, 6, 3), LABELS[:4, None]), strict=True))
    np.savez(tmp_path / "mine.npz", **arrays, classes=np.array(["cat", "dog"]))
    dataset = load_dataset(str(tmp_path / "mine.npz"))
    assert (dataset.name, dataset.classes) == ("mine", ("cat", "dog"))
    assert dataset.image_shape == (3, 6, 6)
    assert len(dataset.test) == 4


@pytest.mark.parametrize("content", [b"nothing", b"PK\x03\x04broken"])
def test_a_broken_npz_file_is_refused(tmp_path, content):
    (tmp_path / "a.npz").write_bytes(content)
    with pytest.raises(DataError, match=r"cannot read .*a\.npz"):
        load_dataset(tmp_path / "a.npz")


def test_an_npz_file_with_objects_is_refused(tmp_path):
    np.savez(tmp_path / "a.npz", train_images=np.array([None]), train_labels=LABELS)
    with pytest.raises(DataError, match=r"a\.npz"):
        load_dataset(tmp_path / "a.npz")


def test_pairs_and_mappings_of_arrays_are_read():
    pair = (pixels(8, 6, 6), LABELS)
    alone, both = load_dataset(pair), load_dataset({"train": pair, "test": pair})
    assert alone.test is None
    assert np.array_equal(both.train.images, both.test.images)
    named = load_dataset({"train_images": pair[0], "train_labels": LABELS, "classes": ["cat", "dog"]})
    assert named.classes == ("cat", "dog")


@pytest.mark.parametrize(
    ("source", "why"),
    [
        ("cifar", "unknown data set 'cifar'.*'cifar10' or 'cifar100'"),
        ("fashion_mnist", "Did you mean 'fashion-mnist'"),
        ("no/such/folder", "no file or folder no/such/folder"),
        ("missing.parquet", r"no file or folder missing\.parquet"),
        (7, "of type int"),
        ((1, 2, 3), "of type tuple"),
        ({}, "keys"),
        ({"images": 1}, "'images'"),
        ({"train_images": 1}, "lacks train_labels"),
        ({"x_train": 1, "y_train": 1, "x_test": 1}, "lacks y_test"),
        ({"train": 3}, "'train' is of type int"),
        ({"train": "a.parquet", "test": "b.parquet"}, r"no file or folder a\.parquet"),
        ({"train": (pixels(8, 6, 6), LABELS), "test": "b.parquet"}, "'test' is of type str"),
        ({"train": "a", "val": "b"}, "unknown key 'val'"),
        ((pixels(8, 6, 6), LABELS[:5]), "8 images, but 5 labels"),
    ],
)
def test_what_is_no_data_set_is_refused(source, why):
    with pytest.raises(DataError, match=f"(?s){why}"):
        load_dataset(source)


def test_files_of_other_kinds_are_refused(tmp_path):
    (tmp_path / "data.csv").write_text("1,2")
    with pytest.raises(DataError, match=r"data\.csv is no data set"):
        load_dataset(tmp_path / "data.csv")


@pytest.mark.parametrize("size", [0, -1, 2.5, True, "64"])
def test_an_image_size_is_a_whole_number(size):
    with pytest.raises(DataError, match="image_size"):
        load_dataset("builtin", image_size=size)


@pytest.mark.slow
def test_reading_needs_no_torch():
    code = "import sys, netspace.training.data as d; d.load_dataset('builtin'); sys.exit('torch' in sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True)

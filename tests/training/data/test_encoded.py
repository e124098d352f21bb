"""Image folders and Parquet files: sizes, channels, classes, and everything that can be wrong in them."""

import json

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from PIL import Image

from netspace.errors import DataError
from netspace.training.data import load_dataset
from tests.training.data.conftest import encode, pixels

NAMES = ["cat", "dog"]


def write_parquet(path, images, labels, names=NAMES, columns=("image", "label")):
    feature = {"_type": "ClassLabel", **({"names": names} if names else {})}
    metadata = {"huggingface": json.dumps({"info": {"features": {"label": feature}}})}
    rows = [{"bytes": image, "path": None} for image in images]
    table = pa.table(dict(zip(columns, (rows, labels), strict=True))).replace_schema_metadata(metadata)
    path.parent.mkdir(exist_ok=True, parents=True)
    pq.write_table(table, path)
    return path


def pngs(n, *shape, seed=0):
    return [encode(image) for image in pixels(n, *(shape or (8, 8, 3)), seed=seed)]


def write_folder(root, classes=NAMES, shape=(8, 8, 3), n=3):
    for label, name in enumerate(classes):
        (root / name).mkdir(parents=True)
        for i, image in enumerate(pixels(n, *shape, seed=label)):
            Image.fromarray(image).save(root / name / f"{i}.png")
    return root


def test_a_parquet_file_finds_its_test_file(tmp_path):
    train = write_parquet(tmp_path / "pets_train.parquet", pngs(6), [0, 1] * 3)
    assert load_dataset(train).test is None
    write_parquet(tmp_path / "pets_val.parquet", pngs(4, seed=1), [0, 1] * 2)
    dataset = load_dataset(str(train))
    assert (dataset.name, dataset.classes, len(dataset.test)) == ("pets", ("cat", "dog"), 4)
    assert np.array_equal(dataset.train.images, pixels(6, 8, 8, 3).transpose(0, 3, 1, 2))
    assert dataset.notes == ()


def test_a_folder_of_parquet_shards_is_read_in_order(tmp_path):
    for i in range(2):
        write_parquet(tmp_path / "data" / f"train-0000{i}-of-00002.parquet", pngs(4, seed=i), [0, 1] * 2)
    write_parquet(tmp_path / "data" / "test-00000-of-00001.parquet", pngs(2), [0, 1])
    write_parquet(tmp_path / "data" / "validation-00000-of-00001.parquet", pngs(6), [0, 1] * 3)
    dataset = load_dataset(tmp_path)
    assert (len(dataset.train), len(dataset.test)) == (8, 2)
    assert np.array_equal(dataset.train.images[4:], pixels(4, 8, 8, 3, seed=1).transpose(0, 3, 1, 2))
    with pytest.raises(DataError, match="one of 2 files"):
        load_dataset(tmp_path / "data" / "train-00001-of-00002.parquet")


def test_a_mapping_names_both_parquet_files(tmp_path):
    a = write_parquet(tmp_path / "a.parquet", pngs(4), [0, 1] * 2, None, ("img", "fine_label"))
    b = write_parquet(tmp_path / "b.parquet", pngs(2), [1, 0], None)
    dataset = load_dataset({"train": a, "test": str(b)})
    assert (dataset.classes, dataset.test.labels.tolist()) == (("0", "1"), [1, 0])


@pytest.mark.parametrize(
    ("labels", "why"),
    [
        ([0, 1, 2, 1], "row 2: the label 2 is unknown"),
        ([0, -1, 1, 1], "row 1: the label -1"),
        ([0, None, 1, 1], "row 1: the label is missing"),
        (["a", "b", "a", "b"], "labels are string"),
        ([0, 0, 0, 0], "no training image is of class 'dog'"),
    ],
)
def test_wrong_labels_in_parquet_are_named(tmp_path, labels, why):
    with pytest.raises(DataError, match=why):
        load_dataset(write_parquet(tmp_path / "train.parquet", pngs(4), labels))


@pytest.mark.parametrize("broken", [b"no image", encode(pixels(1, 64, 64, 3)[0])[:2000], None, b""])
def test_a_broken_image_in_parquet_is_named(tmp_path, broken):
    images = [*pngs(3), broken]
    with pytest.raises(DataError, match=r"train\.parquet, row 3"):
        load_dataset(write_parquet(tmp_path / "train.parquet", images, [0, 1] * 2), image_size=8)


def test_parquet_files_that_do_not_fit_are_refused(tmp_path):
    train = write_parquet(tmp_path / "train.parquet", pngs(4), [0, 1] * 2)
    other = write_parquet(tmp_path / "other.parquet", pngs(2), [0, 1], ["cat", "cow"])
    with pytest.raises(DataError, match="different classes"):
        load_dataset({"train": train, "test": other})
    columns = write_parquet(tmp_path / "columns.parquet", pngs(2), [0, 1], columns=("picture", "label"))
    with pytest.raises(DataError, match="no column 'image'"):
        load_dataset(columns)
    (tmp_path / "text.parquet").write_text("no parquet")
    with pytest.raises(DataError, match=r"cannot read the Parquet file .*text\.parquet"):
        load_dataset(tmp_path / "text.parquet")
    train.unlink()
    with pytest.raises(DataError, match="none with 'train'"):
        load_dataset(tmp_path)


def test_real_parquet_files(shared_data):
    dataset = load_dataset(shared_data / "stanford_cars28_train.parquet", image_size=32)
    assert (len(dataset.train), len(dataset.test), len(dataset.classes)) == (865, 270, 28)
    assert dataset.image_shape == (3, 32, 32)
    assert "shorter side resized to 32" in dataset.notes[0]
    assert "JPEG" in dataset.notes[1]
    with pytest.raises(DataError, match="no training image is of class"):
        load_dataset(shared_data / "imagenet_sample100.parquet", image_size=32)


@pytest.mark.slow
def test_real_cifar10_in_parquet(shared_data):
    dataset = load_dataset(shared_data / "cifar10_train.parquet")
    assert (len(dataset.train), len(dataset.test), dataset.image_shape) == (50_000, 10_000, (3, 32, 32))
    assert dataset.classes[:2] == ("airplane", "automobile")


def test_image_folders_are_read(tmp_path):
    write_folder(tmp_path / "train")
    alone = load_dataset(tmp_path)
    write_folder(tmp_path / "val", n=2)
    (tmp_path / "train" / "cat" / "notes.txt").write_text("no image")
    (tmp_path / "train" / ".hidden").mkdir()
    dataset = load_dataset(tmp_path)
    assert alone.test is None
    assert (dataset.classes, len(dataset.train), len(dataset.test)) == (("cat", "dog"), 6, 4)
    assert dataset.train.labels.tolist() == [0, 0, 0, 1, 1, 1]
    assert dataset.notes == ("1 files that are no images were left out",)
    assert np.array_equal(dataset.train.images[3:], pixels(3, 8, 8, 3, seed=1).transpose(0, 3, 1, 2))
    assert load_dataset(tmp_path / "train").fingerprint == alone.fingerprint
    assert load_dataset({"train": tmp_path / "train", "test": tmp_path / "val"}).fingerprint == dataset.fingerprint


def test_the_test_folder_wins_over_the_validation_folder(tmp_path):
    for name, n in (("train", 3), ("test", 1), ("val", 2)):
        write_folder(tmp_path / name, n=n)
    dataset = load_dataset(tmp_path)
    assert (len(dataset.test), dataset.notes) == (2, ("images in val/ are not used",))


def test_grey_folders_have_one_channel(tmp_path):
    assert load_dataset(write_folder(tmp_path, shape=(8, 9))).image_shape == (1, 8, 9)
    Image.fromarray(pixels(1, 8, 9, 3)[0]).save(tmp_path / "cat" / "color.png")
    assert load_dataset(tmp_path).image_shape == (3, 8, 9)


def test_differing_sizes_need_a_target(tmp_path):
    write_folder(tmp_path, shape=(8, 12, 3))
    Image.fromarray(np.full((20, 30, 3), 9, np.uint8)).save(tmp_path / "cat" / "0.png")
    with pytest.raises(DataError, match=r"8x12 to 20x30.*image_size="):
        load_dataset(tmp_path)
    dataset = load_dataset(tmp_path, image_size=8)
    assert dataset.image_shape == (3, 8, 8)
    assert np.array_equal(dataset.train.images[1], pixels(3, 8, 12, 3)[1, :, 2:10].transpose(2, 0, 1))
    assert (dataset.train.images[0] == 9).all()


def test_photographs_are_turned_as_they_say(tmp_path):
    write_folder(tmp_path, shape=(16, 8, 3))
    exif = Image.Exif()
    exif[0x0112] = 6  # a quarter clockwise
    half = np.zeros((8, 16, 3), np.uint8)
    half[:, :8] = 255
    Image.fromarray(half).save(tmp_path / "cat" / "a.jpg", quality=95, exif=exif)
    photograph = load_dataset(tmp_path).train.images[3]
    assert photograph.shape == (3, 16, 8)
    assert photograph[:, :7].min() > 200
    assert photograph[:, 9:].max() < 60


@pytest.mark.parametrize("mode", ["P", "RGBA", "CMYK", "1", "LA"])
def test_images_of_many_modes_are_read(tmp_path, mode):
    write_folder(tmp_path)
    suffix = "tif" if mode == "CMYK" else "png"
    Image.fromarray(np.full((8, 8, 3), 255, np.uint8)).convert(mode).save(tmp_path / "dog" / f"z.{suffix}")
    assert (load_dataset(tmp_path).train.images[-1] == 255).all()


def test_images_that_cannot_be_used_are_named(tmp_path):
    write_folder(tmp_path)
    path = tmp_path / "dog" / "9.png"
    Image.fromarray(np.zeros((8, 8), np.uint16)).save(path)
    with pytest.raises(DataError, match=r"9\.png has pixels of mode I"):
        load_dataset(tmp_path)
    path.write_bytes(b"\x89PNG nothing")
    with pytest.raises(DataError, match=r"cannot decode the image .*dog/9\.png"):
        load_dataset(tmp_path)


def test_class_folders_that_do_not_fit_are_named(tmp_path):
    write_folder(tmp_path / "train")
    write_folder(tmp_path / "test", ["cat", "dog", "cow"])
    with pytest.raises(DataError, match=r"class 'cow' of .*test is not in .*train"):
        load_dataset(tmp_path)
    (tmp_path / "train" / "cow").mkdir()
    with pytest.raises(DataError, match=r"class folder .*cow holds no images"):
        load_dataset(tmp_path)
    (tmp_path / "empty").mkdir()
    with pytest.raises(DataError, match="no class folders"):
        load_dataset(tmp_path / "empty")


def test_channels_that_differ_between_splits_are_refused(tmp_path):
    write_folder(tmp_path / "train")
    write_folder(tmp_path / "test", shape=(8, 8))
    with pytest.raises(DataError, match="3 channels, test images 1"):
        load_dataset(tmp_path)

"""Folders and files whose names could be taken for something else."""

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from PIL import Image

from netspace.errors import DataError
from netspace.training.data import load_dataset
from netspace.training.data.parquet import find_parquet


def test_folders_that_look_like_splits_are_not_taken_for_classes(tmp_path):
    for split in ("training", "testing"):
        for name in ("cat", "dog"):
            folder = tmp_path / split / name
            folder.mkdir(parents=True)
            Image.new("L", (8, 8)).save(folder / "a.png")
    with pytest.raises(DataError, match="testing, training, which look like splits"):
        load_dataset(str(tmp_path))


def test_words_in_file_names_are_whole_words(tmp_path):
    for name in ("constraints.parquet", "pets-train.parquet", "latest.parquet", "pets-test.parquet"):
        pq.write_table(pa.table({"image": [b""], "label": [0]}), tmp_path / name)
    train, test = find_parquet(tmp_path)
    assert [path.name for path in train] == ["pets-train.parquet"]
    assert [path.name for path in test] == ["pets-test.parquet"]


def test_files_that_are_no_npz_are_refused(tmp_path):
    np.save(tmp_path / "one.npy", np.zeros(3))
    (tmp_path / "one.npy").rename(tmp_path / "one.npz")
    np.savez_compressed(tmp_path / "broken.npz", train_images=np.zeros((8, 8, 8), np.uint8), train_labels=np.zeros(8))
    whole = (tmp_path / "broken.npz").read_bytes()
    (tmp_path / "broken.npz").write_bytes(whole[:60] + b"\xff" * 30 + whole[90:])
    for name in ("one.npz", "broken.npz"):
        with pytest.raises(DataError, match=name):
            load_dataset(str(tmp_path / name))

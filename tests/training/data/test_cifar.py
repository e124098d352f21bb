"""CIFAR in its author's formats, and pickles that want more than to be read."""

import hashlib
import io
import os
import pickle
import tarfile

import numpy as np
import pytest

from netspace.errors import DataError
from netspace.training.data import load_dataset
from netspace.training.data.cifar import Published, load_published
from netspace.training.data.download import RemoteFile
from netspace.training.data.unpickling import load_plain_pickle
from tests.training.data.conftest import pixels

N = 4
IMAGES = pixels(6 * N, 3072)
LABELS = np.arange(6 * N) % 2


def batch(i, key, protocol=2):
    some = slice(i * N, (i + 1) * N)
    return pickle.dumps({"data": IMAGES[some], key: LABELS[some].tolist(), "batch_label": f"{i}"}, protocol=protocol)


def cifar10_files(protocol=2):
    names = [*(f"data_batch_{i}" for i in range(1, 6)), "test_batch"]
    files = {name: batch(i, "labels", protocol) for i, name in enumerate(names)}
    return files | {"batches.meta": pickle.dumps({"label_names": ["cat", "dog"]}, protocol=protocol)}


def cifar100_files():
    meta = pickle.dumps({"fine_label_names": ["cat", "dog"], "coarse_label_names": ["pet"]}, protocol=2)
    return {"train": batch(0, "fine_labels"), "test": batch(1, "fine_labels"), "meta": meta}


def binary_files():
    rows = np.concatenate([LABELS[:, None].astype(np.uint8), IMAGES], 1)
    names = [*(f"data_batch_{i}.bin" for i in range(1, 6)), "test_batch.bin"]
    files = {name: rows[i * N : (i + 1) * N].tobytes() for i, name in enumerate(names)}
    return files | {"batches.meta.txt": b"cat\ndog\n\n"}


def binary100_files():
    labels = np.stack([np.zeros_like(LABELS), LABELS], 1).astype(np.uint8)
    rows = np.concatenate([labels, IMAGES], 1)
    return {"train.bin": rows[:N].tobytes(), "test.bin": rows[N : 2 * N].tobytes(), "fine_label_names.txt": b"cat\ndog"}


def write_archive(path, files, folder="cifar"):
    path.parent.mkdir(parents=True, exist_ok=True)
    with tarfile.open(path, "w:gz") as archive:
        for name, content in files.items():
            member = tarfile.TarInfo(f"{folder}/{name}")
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    return path


def write_files(folder, files):
    folder.mkdir(parents=True)
    for name, content in files.items():
        (folder / name).write_bytes(content)
    return folder


@pytest.mark.parametrize("files", [cifar10_files(), cifar10_files(4), binary_files()])
def test_archives_and_folders_hold_the_same(tmp_path, files):
    archive = load_dataset(write_archive(tmp_path / "a.tar.gz", files))
    folder = load_dataset(write_files(tmp_path / "folder", files))
    assert archive.fingerprint == folder.fingerprint
    assert (archive.name, archive.classes) == ("cifar10", ("cat", "dog"))
    assert np.array_equal(archive.train.images, IMAGES[: 5 * N].reshape(-1, 3, 32, 32))
    assert np.array_equal(archive.test.labels, LABELS[5 * N :])


@pytest.mark.parametrize("files", [cifar100_files(), binary100_files()])
def test_cifar100_has_its_fine_labels(tmp_path, files):
    dataset = load_dataset(write_archive(tmp_path / "a.tar.gz", files))
    assert (dataset.name, dataset.classes) == ("cifar100", ("cat", "dog"))
    assert np.array_equal(dataset.test.images, IMAGES[N : 2 * N].reshape(-1, 3, 32, 32))
    assert np.array_equal(dataset.test.labels, LABELS[N : 2 * N])


def test_keys_that_python_3_wrote_as_bytes_are_read(tmp_path):
    data = pickle.dumps({b"data": IMAGES[:N], b"fine_labels": [0, 1, 0, 1]})
    assert len(load_dataset(write_files(tmp_path / "a", cifar100_files() | {"train": data})).train) == N


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"test_batch": None}, "lacks test_batch"),
        ({"data_batch_3": b"cut off"}, "data_batch_3 is no pickle"),
        ({"data_batch_3": pickle.dumps([1])}, "data_batch_3 holds a list"),
        ({"data_batch_3": pickle.dumps({"data": [1]})}, r"data_batch_3 holds no uint8 array \(N, 3072\)"),
        ({"data_batch_3": pickle.dumps({"data": IMAGES[:N]})}, "no labels under 'labels'"),
        ({"data_batch_3": pickle.dumps({"data": IMAGES[:N], "labels": [0, 1]})}, "images, but"),
        ({"batches.meta": pickle.dumps({})}, "batches.meta holds no list"),
        ({"batches.meta": pickle.dumps({"label_names": ["cat"]})}, "one class|label 1"),
    ],
)
def test_files_that_are_not_as_they_should_be_are_named(tmp_path, changes, why):
    files = {name: content for name, content in (cifar10_files() | changes).items() if content is not None}
    with pytest.raises(DataError, match=why):
        load_dataset(write_files(tmp_path / "a", files))


def test_a_binary_file_that_is_cut_off_is_named(tmp_path):
    files = binary_files()
    files["data_batch_2.bin"] = files["data_batch_2.bin"][:-5]
    with pytest.raises(DataError, match=r"data_batch_2\.bin has .* cut off"):
        load_dataset(write_files(tmp_path / "a", files))


def test_archives_that_are_damaged_or_hold_something_else_are_refused(tmp_path):
    path = write_archive(tmp_path / "a.tar.gz", cifar10_files())
    path.write_bytes(path.read_bytes()[:30_000])
    with pytest.raises(DataError, match=r"cannot read the archive .*a\.tar\.gz"):
        load_dataset(path)
    with pytest.raises(DataError, match="no version of CIFAR"):
        load_dataset(write_archive(tmp_path / "b.tar.gz", {"readme": b"hello"}))


class Malicious:
    def __reduce__(self):
        return os.mkdir, ("harm",)


def test_a_malicious_pickle_is_refused_and_not_run(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    archive = write_archive(tmp_path / "a.tar.gz", cifar10_files() | {"data_batch_1": pickle.dumps(Malicious())})
    with pytest.raises(DataError, match=r"data_batch_1 is not read: it asks for posix\.mkdir"):
        load_dataset(archive)
    assert not (tmp_path / "harm").exists()


@pytest.mark.parametrize(
    "content",
    [
        b"cbuiltins\neval\n(S'1+1'\ntR.",
        b"cnumpy\nload\n(S'a.npy'\ntR.",
        b"cnumpy.core.multiarray\nfromfile\n(S'/etc/passwd'\ntR.",
        b"c_codecs\nencode\n(S'abc'\nS'zlib'\ntR.",
        b"\x80\x04\x8c\x05numpy\x8c\x0ectypeslib.load\x93.",
    ],
)
def test_pickles_may_rebuild_arrays_and_nothing_else(content):
    with pytest.raises(DataError):
        load_plain_pickle(content, "x")


@pytest.mark.parametrize("protocol", range(6))
def test_plain_pickles_of_every_protocol_are_read(protocol):
    value = {"a": [1, 2.5, "text", b"bytes", None], "b": np.arange(6).reshape(2, 3), "c": np.float32(2)}
    back = load_plain_pickle(pickle.dumps(value, protocol), "x")
    assert back["a"] == value["a"]
    assert np.array_equal(back["b"], value["b"])
    assert back["c"] == 2


def published(content: bytes = b"", md5: str | None = None) -> Published:
    digest = md5 or hashlib.md5(content).hexdigest()
    return Published(
        "cifar10", RemoteFile("cifar.tar.gz", ("http://127.0.0.1:9/cifar.tar.gz",), digest, "md5"), "cifar"
    )


def test_a_name_finds_a_checked_archive_in_the_cache(own_cache, monkeypatch):
    archive = write_archive(own_cache / "cifar10" / "cifar.tar.gz", cifar10_files())
    assert len(load_published(published(archive.read_bytes())).train) == 5 * N
    with pytest.raises(DataError, match=r"cifar\.tar\.gz is damaged.*md5"):
        load_published(published(b"other"))


def test_a_folder_of_data_sets_may_be_given(own_cache, tmp_path, monkeypatch):
    archive = write_archive(tmp_path / "sets" / "cifar.tar.gz", cifar10_files())
    wanted = published(archive.read_bytes())
    assert len(load_published(wanted, tmp_path / "sets").train) == 5 * N
    monkeypatch.setenv("NETSPACE_DATA", str(tmp_path / "sets"))
    assert len(load_published(wanted).train) == 5 * N
    assert not own_cache.exists()


def test_an_incomplete_folder_is_refused_by_name(own_cache):
    write_files(own_cache / "cifar10" / "cifar", cifar10_files())
    with pytest.raises(DataError, match="20 training and 4 test images, where cifar10 has 50,000"):
        load_published(published())


def test_without_a_network_the_message_says_where_to_place_the_file(own_cache):
    with pytest.raises(DataError, match=rf"(?s)cannot download.*place cifar\.tar\.gz in {own_cache}/cifar10"):
        load_published(published())

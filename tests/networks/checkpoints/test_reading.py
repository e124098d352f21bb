"""Files of weights as training scripts write them, and files that are refused."""

import argparse
import os
import pickle

import numpy as np
import pytest
import torch
from safetensors.torch import save_file
from torch import nn
from torch.optim.swa_utils import AveragedModel

from netspace.errors import CheckpointError
from netspace.networks.checkpoints.reading import read

WEIGHTS = {"a.weight": torch.zeros(2), "a.bias": torch.ones(2)}
AVERAGE = {name: tensor + 5 for name, tensor in WEIGHTS.items()}
OPTIONS = argparse.Namespace(lr=0.1, epochs=100)


def test_safetensors_as_they_are(tmp_path):
    save_file(WEIGHTS, tmp_path / "w.safetensors")
    assert read(tmp_path / "w.safetensors").tensors.keys() == WEIGHTS.keys()


@pytest.mark.parametrize("suffix", ["pth", "pyth", "pt", "bin", "pth.tar"])
def test_suffixes_of_torch(suffix, tmp_path):
    torch.save(WEIGHTS, tmp_path / f"w.{suffix}")
    assert read(str(tmp_path / f"w.{suffix}")).tensors.keys() == WEIGHTS.keys()


@pytest.mark.parametrize(
    ("content", "source", "average"),
    [
        (WEIGHTS, "weights", False),
        ({"epoch": 99, "model_state": WEIGHTS, "optimizer_state": {}, "cfg": "x"}, "weights of epoch 100", False),
        (
            {"epoch": 99, "test_err": 30.0, "ema_err": 29.5, "model_state": WEIGHTS, "ema_state": AVERAGE},
            "EMA weights of epoch 100",
            True,
        ),
        (
            {"epoch": 99, "test_err": 30.0, "ema_err": 100.0, "model_state": WEIGHTS, "ema_state": AVERAGE},
            "weights (their average was never updated) of epoch 100",
            False,
        ),
        ({"epoch": 3, "arch": "x", "args": OPTIONS, "state_dict": WEIGHTS, "state_dict_ema": AVERAGE}, "EMA", True),
        ({"state_dict": WEIGHTS, "metric": np.float64(71.5)}, "weights", False),
        ({"model": WEIGHTS, "args": OPTIONS, "epoch": 0}, "weights of epoch 1", False),
        ({"model": {"state_dict": WEIGHTS}}, "weights", False),
        ({f"module.{name}": tensor for name, tensor in WEIGHTS.items()}, "weights", False),
        ({f"_orig_mod.module.{name}": tensor for name, tensor in WEIGHTS.items()}, "weights", False),
    ],
)
def test_wrappers_come_off(content, source, average, tmp_path):
    torch.save(content, tmp_path / "w.pth")
    found = read(tmp_path / "w.pth")
    assert found.source.startswith(source)
    expected = AVERAGE if average else WEIGHTS
    assert found.tensors.keys() == expected.keys()
    assert all(torch.equal(found.tensors[name], tensor) for name, tensor in expected.items())


def test_torchs_averaged_model_comes_off(tmp_path):
    model = nn.Linear(2, 2)
    torch.save({"model": model.state_dict(), "model_ema": AveragedModel(model).state_dict()}, tmp_path / "w.pth")
    found = read(tmp_path / "w.pth")
    assert (found.source, set(found.tensors)) == ("EMA weights", {"weight", "bias"})


@pytest.mark.parametrize(
    ("meta", "expected"),
    [
        ({"cfg": "data_preprocessor = dict(\n    mean=[1], to_rgb=False)"}, "BGR"),
        ({"config": "img_norm_cfg = dict(to_rgb=True)"}, "RGB"),
        ({"cfg": "nothing"}, None),
    ],
)
def test_mmpretrain_tells_the_order_of_channels(meta, expected, tmp_path):
    torch.save({"meta": meta, "state_dict": WEIGHTS}, tmp_path / "w.pth")
    assert read(tmp_path / "w.pth").channel_order == expected


def test_vissl_without_its_projection_head(tmp_path):
    trunk = {"_feature_blocks.conv1.stem.0.weight": torch.zeros(2)}
    heads = {"0.clf.0.weight": torch.zeros(2), "0.projection_head.0.weight": torch.zeros(2)}
    model = {"classy_state_dict": {"base_model": {"model": {"trunk": trunk, "heads": heads}}}}
    torch.save(model, tmp_path / "w.torch")
    assert list(read(tmp_path / "w.torch").tensors) == ["_feature_blocks.conv1.stem.0.weight", "0.clf.0.weight"]
    torch.save({"classy_state_dict": {}}, tmp_path / "w.torch")
    with pytest.raises(CheckpointError, match=r"no base_model\.model"):
        read(tmp_path / "w.torch")


class Trap:
    """What a hostile file holds: reading it by pickle would write ``path``."""

    def __init__(self, path) -> None:
        self.path = path

    def __reduce__(self):
        return os.mkdir, (str(self.path),)


@pytest.mark.parametrize("form", ["zip", "legacy", "pickle"])
def test_no_code_is_run(form, tmp_path):
    file, sprung = tmp_path / "w.pth", tmp_path / "sprung"
    if form == "pickle":
        file.write_bytes(pickle.dumps(Trap(sprung)))
    else:
        torch.save({"state_dict": WEIGHTS, "x": Trap(sprung)}, file, _use_new_zipfile_serialization=form == "zip")
    with pytest.raises(CheckpointError) as refused:
        read(file)
    assert not sprung.exists()
    if form != "pickle":
        assert "asks for posix.mkdir, which could run code" in str(refused.value)


@pytest.mark.parametrize("name", ["w.pth", "w.safetensors"])
@pytest.mark.parametrize("content", [b"", b"no weights at all", bytes(range(256)) * 9])
def test_damaged_files_are_refused(name, content, tmp_path):
    (tmp_path / name).write_bytes(content)
    with pytest.raises(CheckpointError, match=f"{name} (is no file of torch.save that can|cannot) be read"):
        read(tmp_path / name)


def test_cut_files_are_refused(tmp_path):
    torch.save(WEIGHTS, tmp_path / "w.pth")
    whole = (tmp_path / "w.pth").read_bytes()
    (tmp_path / "w.pth").write_bytes(whole[: len(whole) // 2])
    with pytest.raises(CheckpointError, match="Get the file anew"):
        read(tmp_path / "w.pth")


@pytest.mark.parametrize("content", [torch.zeros(3), [1, 2], {}, {"epoch": 3}])
def test_files_without_names_are_refused(content, tmp_path):
    torch.save(content, tmp_path / "w.pth")
    with pytest.raises(
        CheckpointError, match=r"w\.pth holds no weights by name: [\s\S]*torch\.save\(network\.state_dict"
    ):
        read(tmp_path / "w.pth")


def test_a_file_that_is_not_there_is_named(tmp_path):
    with pytest.raises(CheckpointError, match=r"there is no file .*none\.pth"):
        read(tmp_path / "none.pth")

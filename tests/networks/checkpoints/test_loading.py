"""Recognizing, loading all or nothing, and what a refusal says."""

import re

import pytest
import torch
from safetensors.torch import save_file

import netspace as ns
from netspace.errors import CheckpointError
from netspace.networks.checkpoints import load_checkpoint, to_state_dict
from tests.peers import peer


def architecture(**changes):
    options = {"depths": [2, 1], "widths": [8, 16], "group_widths": 4, "block": "y", "image_size": 32, "num_classes": 5}
    return ns.anynet(**options | changes)


@pytest.fixture
def network():
    return ns.build(architecture(), seed=0)


@pytest.fixture
def path(network, tmp_path):
    torch.save(to_state_dict(network, "timm"), tmp_path / "weights.pth")
    return tmp_path / "weights.pth"


def frozen(network):
    return {name: tensor.clone() for name, tensor in network.state_dict().items()}


def equal(before, after):
    return before.keys() == after.keys() and all(torch.equal(before[name], after[name]) for name in before)


def refusal(path, **changes):
    """Gives the message with which a network refuses the file, once it is seen that the network is as it was."""
    other = ns.build(architecture(**changes), seed=1)
    before = frozen(other)
    with pytest.raises(CheckpointError) as refused:
        load_checkpoint(other, path)
    assert equal(before, other.state_dict())
    return str(refused.value)


def test_it_says_what_it_recognized(network, path):
    loaded = load_checkpoint(network, path)
    assert str(loaded) == f"timm checkpoint: weights, {len(network.state_dict())} tensors"
    assert (loaded.layout, loaded.source, loaded.changes) == ("timm", "weights", ())


def test_safetensors_load(network, tmp_path):
    save_file(to_state_dict(network, "torchvision"), tmp_path / "weights.safetensors")
    other = ns.build(architecture(), seed=1)
    assert load_checkpoint(other, tmp_path / "weights.safetensors").layout == "torchvision"
    assert equal(network.state_dict(), other.state_dict())


def test_half_precision_loads_in_the_networks_own(network, tmp_path):
    half = {name: t.half() if t.is_floating_point() else t for name, t in network.state_dict().items()}
    torch.save(half, tmp_path / "half.pth")
    other = ns.build(architecture(), seed=1)
    load_checkpoint(other, tmp_path / "half.pth")
    assert other.stem.conv.weight.dtype == torch.float32
    assert torch.equal(other.stem.conv.weight, network.stem.conv.weight.half().float())


def test_counters_of_batches_may_lack(network, tmp_path):
    state = {n: t for n, t in to_state_dict(network, "pycls").items() if not n.endswith("num_batches_tracked")}
    torch.save(state, tmp_path / "old.pyth")
    assert load_checkpoint(network, tmp_path / "old.pyth").tensors == len(state)


def test_mmpretrain_goes_by_its_configuration(tmp_path):
    x, y = ns.build(architecture(block="x"), seed=0), ns.build(architecture(block="x"), seed=1)
    kept = x.stem.conv.weight.detach()
    state = to_state_dict(x, "mmpretrain")
    for config, words, expected in [
        (None, "stem flipped from BGR to RGB (as mmpretrain reads images)", kept),
        ("to_rgb=False", "stem flipped from BGR to RGB (as the file's configuration says)", kept),
        ("to_rgb=True", "stem reads RGB (as the file's configuration says)", kept.flip(1)),
    ]:
        torch.save({"meta": {"cfg": config}, "state_dict": state}, tmp_path / "mm.pth")
        assert load_checkpoint(y, tmp_path / "mm.pth").changes == (words,)
        assert torch.equal(y.stem.conv.weight, expected)


def test_gray_stems_are_not_flipped(tmp_path):
    gray = ns.build(architecture(in_channels=1), seed=0)
    torch.save(to_state_dict(gray, "pycls"), tmp_path / "gray.pyth")
    assert load_checkpoint(gray, tmp_path / "gray.pyth").changes == ()


def test_a_network_without_classifier_leaves_it_out(network, path):
    other = ns.build(architecture(num_classes=0), seed=1)
    loaded = load_checkpoint(other, path)
    assert loaded.changes == ("2 tensors of parts that the network lacks left out",)
    assert torch.equal(other.stages[1][0].c.conv.weight, network.stages[1][0].c.conv.weight)


@pytest.mark.parametrize("layout", ["netspace", "timm", "torchvision"])
def test_a_backbone_leaves_out_head_and_last_stages(layout, tmp_path):
    whole = ns.create_model("EfficientNet-B0", seed=0)
    save_file(to_state_dict(whole, layout), tmp_path / "b0.safetensors")
    backbone = ns.create_model("EfficientNet-B0", seed=1, features_only=True, out_indices=(1, 2))
    loaded = load_checkpoint(backbone, tmp_path / "b0.safetensors")
    assert loaded.tensors == len(backbone.state_dict()) < len(whole.state_dict())
    assert all(torch.equal(tensor, whole.state_dict()[name]) for name, tensor in backbone.state_dict().items())


def test_other_classes_are_refused_with_the_way_out(path):
    said = refusal(path, num_classes=10)
    assert "Its names are those of timm" in said
    assert "head.fc.weight (5, 16), ours (10, 16)" in said
    assert said.endswith("Nothing was loaded. The file is of a network of 5 classes: build with num_classes=5")


def test_other_channels_are_refused_with_the_way_out(path):
    assert refusal(path, in_channels=1).endswith("for images of 3 channels: build with in_chans=3")


def test_other_widths_are_refused(path):
    said = refusal(path, widths=[8, 24])
    assert "s2.b1.conv1.conv.weight (16, 8, 1, 1), ours (24, 8, 1, 1)" in said
    assert said.count(", ours (") == 3
    assert re.search(r"and \d+ more\n", said)
    assert "regnet_x_400mf, regnet_y_800mf and regnet_y_8gf" in said


def test_missing_and_unexpected_tensors_are_refused(path):
    assert "not in the network: s1.b1.se.fc1.weight" in refusal(path, block="x")
    deeper = refusal(path, depths=[2, 2])
    assert "missing in it: s2.b2.conv1.conv.weight, s2.b2.conv1.bn.weight, s2.b2.conv1.bn.bias and" in deeper


def test_names_of_nobody_are_refused(tmp_path):
    torch.save({f"layer.{i}.weight": torch.zeros(2) for i in range(5)}, tmp_path / "other.pth")
    said = refusal(tmp_path / "other.pth")
    assert "its first are layer.0.weight, layer.1.weight, layer.2.weight and 2 more" in said
    assert "those of netspace, pycls, timm, torchvision, vissl" in said


def test_weights_of_another_family_are_refused(tmp_path):
    torch.save(to_state_dict(ns.create_model("MobileNetV2"), "timm"), tmp_path / "mobile.pth")
    assert "its first are conv_stem.weight, bn1.weight, bn1.bias and 311 more" in refusal(tmp_path / "mobile.pth")


def test_a_network_that_pads_otherwise_is_refused(tmp_path):
    torch.save(to_state_dict(ns.create_model("EfficientNet-B0"), "torchvision"), tmp_path / "b0.pth")
    with pytest.raises(CheckpointError, match="torchvision, whose networks have padding 'symmetric'"):
        load_checkpoint(ns.create_model("EfficientNet-B0-TF"), tmp_path / "b0.pth")


@pytest.mark.slow
def test_a_file_of_timms_own_loads(tmp_path):
    theirs = peer("timm").create_model("regnety_002")
    torch.save({"arch": "regnety_002", "epoch": 9, "state_dict": theirs.state_dict()}, tmp_path / "timm.pth.tar")
    ours = ns.create_model("RegNetY-200MF")
    assert str(load_checkpoint(ours, tmp_path / "timm.pth.tar")) == "timm checkpoint: weights of epoch 10, 318 tensors"
    x_NCHW = torch.zeros(1, 3, 64, 64)
    torch.testing.assert_close(ours.eval()(x_NCHW), theirs.eval()(x_NCHW))

"""Names of libraries that cannot be installed, against networks put together as theirs, and against their sources."""

import pytest
import torch
from torch import nn

import netspace as ns
from netspace.architecture import Architecture, Stage, Stem
from netspace.errors import CheckpointError
from netspace.networks.checkpoints import load_checkpoint, to_state_dict
from netspace.networks.network import Network
from tests.networks.checkpoints.originals import ClovaaiReXNet, pycls_regnet
from tests.peers import difference, images, randomize

LAYOUTS = ["netspace", "pycls", "timm", "torchvision", "mmpretrain", "clovaai", "efficientnet_pytorch", "vissl"]

REXNET_WIDTHS = [16, 27, 38, 50, 61, 72, 84, 95, 106, 117, 128, 140, 151, 162, 174, 185]
LITE_WIDTHS = [16, 32, 40, 48, 64, 72, 80, 96, 104, 112, 128, 136, 144, 160, 168, 184]


def built(name: str, seed: int = 0) -> Network:
    """A network in float64: in float32 a network of random weights makes much of the rounding of its first layer."""
    network = ns.create_model(name, seed=seed).double()
    randomize(network, seed)
    return network.eval()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "original"),
    [
        ("RegNetX-200MF", lambda: pycls_regnet(32, [1, 1, 4, 7], [24, 56, 152, 368], 8)),
        ("RegNetY-400MF", lambda: pycls_regnet(32, [1, 3, 6, 6], [48, 104, 208, 440], 8, se=True)),
        (
            "RegNetZ-500MF",
            lambda: pycls_regnet(32, [1, 4, 9, 7], [16, 40, 104, 256], 4, 4, se=True, linear=True, head=1024),
        ),
    ],
)
@torch.no_grad()
def test_pycls_reads_blue_green_red(name, original, tmp_path):
    ours, theirs = built(name), original().double().eval()
    theirs.load_state_dict(to_state_dict(ours, "pycls"))
    x_NCHW = images(64, dtype=torch.float64)
    assert difference(theirs(x_NCHW.flip(1)), ours(x_NCHW)) < 1e-10
    assert difference(theirs(x_NCHW), ours(x_NCHW)) > 1e-2
    path = tmp_path / "model_epoch_0100.pyth"
    torch.save({"epoch": 99, "model_state": theirs.state_dict(), "cfg": ""}, path)
    again = built(name, seed=1)
    assert "stem flipped from BGR to RGB" in str(load_checkpoint(again, path))
    assert torch.equal(again(x_NCHW), ours(x_NCHW))


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "original"),
    [
        ("ReXNet-x1.0", lambda: ClovaaiReXNet(32, REXNET_WIDTHS, 1280)),
        ("ReXNet-lite-x1.0", lambda: ClovaaiReXNet(32, LITE_WIDTHS, 1280, lite=True)),
    ],
)
@torch.no_grad()
def test_clovaai_outputs_are_ours(name, original, tmp_path):
    ours, theirs = built(name), original().double().eval()
    theirs.load_state_dict(to_state_dict(ours, "clovaai"))
    x_NCHW = images(64, dtype=torch.float64)
    assert difference(theirs(x_NCHW), ours(x_NCHW)) < 1e-10
    torch.save(theirs.state_dict(), tmp_path / "rexnet.pth")
    again = built(name, seed=1)
    assert load_checkpoint(again, tmp_path / "rexnet.pth").layout == "clovaai"
    assert torch.equal(again(x_NCHW), ours(x_NCHW))


SOURCES = {
    # pycls/models/effnet.py and resnet.py
    ("pycls", "EfficientNet-B0"): """stem.conv s1.b1.dwise s1.b1.dwise_bn s1.b1.se.f_ex.0 s1.b1.lin_proj_bn s2.b2.exp
        s2.b2.exp_bn s7.b1.se.f_ex.2 s7.b1.lin_proj head.conv head.conv_bn head.fc""",
    ("pycls", "ResNet-50"): "stem.conv stem.bn s1.b1.proj s1.b1.bn s1.b1.f.a s4.b3.f.c_bn head.fc",
    # mmpretrain/models/backbones/regnet.py, and mmdetection's converter of pycls's weights
    ("mmpretrain", "RegNetX-400MF"): """backbone.conv1 backbone.bn1 backbone.layer1.0.conv1 backbone.layer1.0.bn1
        backbone.layer4.11.conv3 backbone.layer4.11.bn3 backbone.layer2.0.downsample.0
        backbone.layer2.0.downsample.1 head.fc""",
    # vissl/models/trunks/regnet.py, classy_vision/models/anynet.py
    ("vissl", "RegNetY-400MF"): """_feature_blocks.conv1.stem.0 _feature_blocks.conv1.stem.1
        _feature_blocks.res2.block1-0.proj _feature_blocks.res2.block1-0.bn _feature_blocks.res2.block1-0.f.a.1
        _feature_blocks.res5.block4-5.f.se.excitation.2 _feature_blocks.res5.block4-5.f.c
        _feature_blocks.res5.block4-5.f.final_bn 0.clf.0""",
}


@pytest.mark.parametrize(("layout", "name"), SOURCES)
def test_names_are_those_of_the_sources(layout, name):
    layers = {key.rpartition(".")[0] for key in to_state_dict(ns.create_model(name), layout)}
    assert set(SOURCES[layout, name].split()) <= layers


def small(kind: str, **stage: object) -> Architecture:
    fields = {"group_width": 1, "block": kind, **stage}
    return Architecture((Stage(8, 2, **fields), Stage(16, 1, **fields)), Stem(width=8), image_size=32, num_classes=5)


EVERY = {
    "x": ns.anynet(depths=[2, 1], widths=[8, 16], group_widths=4, image_size=32, num_classes=5),
    "y": ns.anynet(depths=[2, 1], widths=[8, 16], group_widths=4, block="y", image_size=32, num_classes=5),
    "vanilla": ns.anynet(depths=[2, 1], widths=[8, 16], block="vanilla", image_size=32, num_classes=5),
    "resnet": ns.get_architecture("ResNet-18", num_classes=5),
    "x gray": ns.anynet(depths=[1], widths=[8], group_widths=4, image_size=32, num_classes=5, in_channels=1),
    "inverted": small("inverted", expansion=2),
    "rexnet": ns.get_architecture("ReXNet-x0.9", num_classes=5),
    "lite": ns.get_architecture("ReXNet-lite-x1.0", num_classes=5),
    "mbconv": ns.get_architecture("EfficientNet-B0", num_classes=5),
    "mbconv tf": ns.get_architecture("EfficientNet-B0-TF", num_classes=5),
    "separable": ns.get_architecture("MobileNetV1", num_classes=5),
    "no head": ns.anynet(depths=[1], widths=[8], group_widths=4, image_size=32, num_classes=0),
}
CAN = {
    "x": {"netspace", "pycls", "timm", "torchvision", "mmpretrain", "vissl"},
    "y": {"netspace", "pycls", "timm", "torchvision", "vissl"},
    "vanilla": {"netspace", "pycls"},
    "resnet": {"netspace", "pycls", "timm", "torchvision", "mmpretrain"},
    "x gray": {"netspace", "pycls", "timm", "torchvision", "mmpretrain", "vissl"},
    "inverted": {"netspace", "timm", "torchvision"},
    "rexnet": {"netspace", "timm", "clovaai"},
    "lite": {"netspace", "clovaai"},
    "mbconv": {"netspace", "timm", "torchvision", "pycls"},
    "mbconv tf": {"netspace", "timm", "efficientnet_pytorch"},
    "separable": {"netspace", "timm"},
    "no head": {"netspace", "pycls", "timm", "torchvision", "mmpretrain", "vissl"},
}


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("kind", EVERY)
def test_there_and_back_is_exact(kind, layout, tmp_path):
    network = ns.build(EVERY[kind], seed=0)
    if layout not in CAN[kind]:
        with pytest.raises(CheckpointError) as refused:
            to_state_dict(network, layout)
        assert set(str(refused.value).split(" as ")[1].split(", ")) == CAN[kind]
        return
    path = tmp_path / "weights.pth"
    torch.save(to_state_dict(network, layout), path)
    other = ns.build(EVERY[kind], seed=1)
    loaded = load_checkpoint(other, path)
    same = {"resnet": {"timm", "torchvision"}}.get(kind, {layout})
    assert loaded.layout == layout or {loaded.layout, layout} == same
    assert loaded.tensors == len(network.state_dict())
    assert equal(network, other)


def equal(a: nn.Module, b: nn.Module) -> bool:
    return all(torch.equal(x, y) for x, y in zip(a.state_dict().values(), b.state_dict().values(), strict=True))


def test_unknown_layouts_are_refused():
    with pytest.raises(CheckpointError, match="'keras' has no such network: this one can be had as netspace, pycls"):
        to_state_dict(ns.build(EVERY["x"]), "keras")


def test_networks_of_other_libraries_are_refused():
    with pytest.raises(CheckpointError, match=r"Linear is no network of netspace's blocks"):
        to_state_dict(nn.Linear(2, 2))

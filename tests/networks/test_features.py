"""Backbones: which feature maps, of which shapes, and that they are the network's own."""

import pytest
import torch

import netspace as ns
from netspace import zoo
from netspace.errors import ArchitectureError
from netspace.networks.features import features
from tests.peers import peer


@pytest.mark.parametrize("name", ["RegNetX-200MF", "ResNet-18", "ReXNet-x1.0", "ResNet-56", "EfficientNet-Lite0-TF"])
def test_maps_have_the_shapes_that_feature_info_tells(name: str) -> None:
    backbone = ns.create_model(name, features_only=True).eval()
    maps = backbone(torch.zeros(1, 3, 64, 64))
    assert [m.shape[1] for m in maps] == backbone.feature_info.channels()
    assert [64 // m.shape[-1] for m in maps] == backbone.feature_info.reduction()


def test_maps_are_the_outputs_of_the_modules_that_feature_info_names() -> None:
    network = ns.create_model("resnet18", seed=0).eval()
    seen = {}
    for name, module in network.named_modules():
        module.register_forward_hook(lambda _m, _x, y, name=name: seen.__setitem__(name, y.clone()))
    x = torch.randn(1, 3, 64, 64)
    network(x)
    backbone = ns.create_model("resnet18", features_only=True, seed=0).eval()
    for feature, out in zip(backbone.feature_info, backbone(x), strict=True):
        assert torch.equal(out, seen[feature.module])


def test_indices_choose_and_the_rest_is_left_out() -> None:
    backbone = ns.create_model("RegNetX-200MF", features_only=True, out_indices=(-3, 1))
    assert backbone.feature_info.reduction() == [4, 8]
    assert len(backbone.stages) == 2
    whole = ns.create_model("RegNetX-200MF").state_dict()
    assert set(backbone.state_dict()) <= set(whole)


@pytest.mark.parametrize("indices", [(5,), (-6,), (), ("s1",)])
def test_maps_that_are_not_there_are_refused(indices: tuple) -> None:
    with pytest.raises(ArchitectureError, match=r"out_indices .* 0: 1/2, 1: 1/4"):
        ns.create_model("RegNetX-200MF", features_only=True, out_indices=indices)


@pytest.mark.parametrize("name", [name for name in zoo.list_models() if zoo.find(name).timm])
def test_feature_info_is_timms(name: str) -> None:
    timm = peer("timm")
    model = zoo.find(name)
    ours = features(model.architecture)
    with torch.device("meta"):
        theirs = timm.create_model(model.timm, features_only=True).feature_info
    assert (ours.channels(), ours.reduction()) == (theirs.channels(), theirs.reduction())

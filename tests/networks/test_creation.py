"""Networks by name: options of timm's users, stochastic depth, foreign networks."""

from pathlib import Path

import pytest
import torch
from torch import nn

import netspace as ns
from netspace.errors import ArchitectureError
from netspace.networks.layers import DropPath
from netspace.networks.padding import SamePadConv2d
from tests.peers import peer


def test_classes_channels_and_pooled_features() -> None:
    x = torch.zeros(2, 1, 64, 64)
    assert ns.create_model("RegNetX-200MF", num_classes=7, in_chans=1)(x).shape == (2, 7)
    assert ns.create_model("RegNetX-200MF", num_classes=0, in_chans=1)(x).shape == (2, 368)


def test_the_same_seed_gives_the_same_weights() -> None:
    one, two = (ns.create_model("rexnet_100", seed=3).state_dict() for _ in range(2))
    assert all(torch.equal(one[key], two[key]) for key in one)


def test_drop_path_rises_from_none_to_the_last_block() -> None:
    network = ns.create_model("efficientnet_b0", drop_path=0.3)
    blocks = [block for stage in network.stages for block in stage]
    rates = [next((m.rate for m in block.modules() if isinstance(m, DropPath)), None) for block in blocks]
    assert rates[0] is None  # 32 to 16 channels: no residual
    assert rates[2] == pytest.approx(0.3 * 2 / 15)
    assert sorted(r for r in rates if r) == [r for r in rates if r]
    assert all(m.rate == 0 for m in ns.create_model("efficientnet_b0").modules() if isinstance(m, DropPath))


def test_drop_path_acts_in_training_alone() -> None:
    network = ns.create_model("RegNetX-200MF", drop_path=0.9, seed=0, num_classes=5)
    x = torch.randn(4, 3, 32, 32)
    network.eval()
    assert torch.equal(network(x), network(x))
    network.train()
    assert not torch.equal(network(x), network(x))


def test_tensorflow_networks_pad_and_normalize_as_they_were_trained() -> None:
    network = ns.create_model("tf_efficientnet_lite0")
    strided = [m for m in network.modules() if isinstance(m, nn.Conv2d) and m.stride[0] > 1]
    assert all(isinstance(m, SamePadConv2d) for m in strided)
    assert {m.eps for m in network.modules() if isinstance(m, nn.BatchNorm2d)} == {1e-3}
    assert network.eval()(torch.zeros(1, 3, 33, 47)).shape == (1, 1000)


@pytest.mark.parametrize(("size", "kernel"), [(8, 3), (9, 3), (8, 5), (11, 5), (7, 7)])
def test_same_padding_is_tensorflows(size: int, kernel: int) -> None:
    conv = SamePadConv2d(1, 1, kernel, 2, bias=False)
    x = torch.randn(1, 1, size, size)
    out = -(-size // 2)
    total = max((out - 1) * 2 + kernel - size, 0)  # TensorFlow's documentation of padding="SAME"
    before, after = total // 2, total - total // 2
    padded = nn.functional.pad(x, (before, after, before, after))
    torch.testing.assert_close(conv(x), nn.functional.conv2d(padded, conv.weight, stride=2))
    assert conv(x).shape[-1] == out


def test_group_norms_take_the_place_of_batch_norms() -> None:
    network = ns.create_model("regnety_040_sgn")
    assert not any(isinstance(m, nn.BatchNorm2d) for m in network.modules())
    assert {m.num_channels // m.num_groups for m in network.modules() if isinstance(m, nn.GroupNorm)} == {16}
    odd = ns.Architecture((ns.Stage(24),), norm=ns.Norm("group", group_size=16))
    with pytest.raises(ArchitectureError, match="does not divide a width of 24"):
        ns.build(odd)


def test_frozen_batch_norms_stay_whatever_the_mode() -> None:
    network = ns.freeze_batch_norm(ns.create_model("RegNetX-200MF", seed=0)).train()
    before = {key: value.clone() for key, value in network.state_dict().items()}
    network(torch.randn(2, 3, 32, 32)).sum().backward()
    after = network.state_dict()
    assert all(torch.equal(before[key], after[key]) for key in before)
    assert all((p.grad is None) == ("bn." in name) for name, p in network.named_parameters())
    ns.freeze_batch_norm(network, frozen=False)
    network(torch.randn(2, 3, 32, 32))
    assert not torch.equal(before["stem.bn.running_mean"], network.state_dict()["stem.bn.running_mean"])
    network.eval()
    assert not network.stem.bn.training


def test_traces_and_scripts_in_training_mode_too() -> None:
    x = torch.randn(2, 3, 32, 32)
    for name in ("regnety_002", "rexnet_100", "ResNet-18", "tf_efficientnet_lite0"):
        network = ns.create_model(name, drop_path=0.2, seed=0)
        torch.fx.symbolic_trace(network.train())
        network.eval()
        torch.testing.assert_close(torch.fx.symbolic_trace(network)(x), network(x))


def test_another_classifier_takes_the_place_of_the_first() -> None:
    network = ns.create_model("rexnet_100", seed=0)
    assert (network.num_features, network.num_classes) == (1280, 1000)
    network.reset_classifier(7)
    assert network.eval()(torch.zeros(1, 3, 32, 32)).shape == (1, 7)
    assert ns.complexity(network.architecture).params == sum(p.numel() for p in network.parameters())
    network.reset_classifier(0)
    assert network(torch.zeros(1, 3, 32, 32)).shape == (1, 1280)
    with pytest.raises(ArchitectureError, match="num_classes -1"):
        network.reset_classifier(-1)


def test_a_file_for_a_foreign_network_is_refused() -> None:
    peer("timm")
    with pytest.raises(ArchitectureError, match="names timm alone knows"):
        ns.create_model("timm:mobilenetv3_small_050", pretrained="weights.pth")


def test_weights_for_other_classes_and_channels_are_adapted(tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    whole = ns.create_model("RegNetX-200MF", seed=0)
    torch.save(ns.to_state_dict(whole, "timm"), tmp_path / "weights.pth")
    other = ns.create_model("RegNetX-200MF", num_classes=7, in_chans=1, pretrained=tmp_path / "weights.pth")
    assert "left out" in capsys.readouterr().err
    state, wanted = other.state_dict(), whole.state_dict()
    assert torch.equal(state["stages.3.6.c.conv.weight"], wanted["stages.3.6.c.conv.weight"])
    torch.testing.assert_close(state["stem.conv.weight"], wanted["stem.conv.weight"].sum(1, keepdim=True))


def test_freezing_keeps_what_else_a_batch_norm_does() -> None:
    peer("timm")
    network = ns.create_model("timm:mobilenetv3_small_050", seed=1).eval()
    assert torch.equal(network.conv_stem.weight, ns.create_model("timm:mobilenetv3_small_050", seed=1).conv_stem.weight)
    x = torch.randn(1, 3, 32, 32)
    before = network(x)
    assert torch.equal(ns.freeze_batch_norm(network)(x), before)
    kinds = [type(module) for module in ns.freeze_batch_norm(network, frozen=False).modules()]
    assert torch.equal(network(x), before)
    assert not any("Frozen" in kind.__name__ for kind in kinds)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"drop_path": "0.1"}, "drop_path '0.1' is not a share"),
        ({"drop_path": 2}, "drop_path 2 is not a share"),
        ({"seed": "a"}, "seed 'a' is not a whole number"),
        ({"features_only": True, "out_indices": 2}, "out_indices 2 are not"),
        ({"features_only": True, "out_indices": [None]}, "out_indices .None. are not"),
    ],
)
def test_options_of_wrong_kinds_are_named(options: dict, message: str) -> None:
    with pytest.raises(ArchitectureError, match=message):
        ns.create_model("RegNetX-200MF", **options)


def test_stochastic_depth_needs_a_residual() -> None:
    with pytest.raises(ArchitectureError, match="nothing to drop"):
        ns.create_model("MobileNetV1", drop_path=0.2)


def test_out_indices_need_features() -> None:
    with pytest.raises(ArchitectureError, match="features_only=True"):
        ns.create_model("RegNetX-200MF", out_indices=(1,))


def test_foreign_networks_are_built_and_counted_by_the_same_rule() -> None:
    peer("timm")
    architecture = ns.get_architecture("timm:mobilenetv3_large_100", num_classes=10, image_size=64)
    assert architecture == ns.Architecture.from_json(architecture.to_json())
    cost = ns.complexity(ns.get_architecture("timm:mobilenetv3_large_100"))
    assert cost.params == 5_483_032  # as timm's own count
    assert cost.flops == pytest.approx(217e6, rel=0.01)  # MobileNetV3 paper, Table 3: 219M
    one, two = (ns.build(architecture, seed=0) for _ in range(2))
    assert all(torch.equal(value, two.state_dict()[key]) for key, value in one.state_dict().items())
    assert one(torch.zeros(2, 3, 64, 64)).shape == (2, 10)
    assert ns.create_model("timm:mobilenetv3_large_100", features_only=True).feature_info.channels()[-1] == 960


def test_our_closed_forms_agree_with_timms_networks_counted() -> None:
    peer("timm")
    ours, theirs = (ns.complexity(ns.get_architecture(name)) for name in ("rexnetr_130", "timm:rexnetr_130"))
    assert ours == theirs


def test_unknown_foreign_names_get_the_nearest() -> None:
    peer("timm")
    with pytest.raises(ArchitectureError, match="timm:mobilenetv3_large_100"):
        ns.get_architecture("timm:mobilenetv3_largee_100")

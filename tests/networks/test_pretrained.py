"""Weights of others, by the name of a network: from a hub, from a cache, from a folder; adapted as timm adapts them."""

import sys
from pathlib import Path

import pytest
import torch
from huggingface_hub import constants
from safetensors.torch import save
from torch import nn

import netspace as ns
from netspace import zoo
from netspace.errors import CheckpointError
from netspace.networks.checkpoints import to_state_dict
from netspace.networks.pretrained import adapt_stem, load_pretrained, weights_folders
from tests.hub_server import Hub
from tests.peers import peer

NAME = "regnetx_002"
REPOSITORY = "timm/regnetx_002.pycls_in1k"


def trained(name: str = NAME, seed: int = 7, num_classes: int = 1000) -> nn.Module:
    """Gives a network of which no tensor is as it was initialized."""
    network = ns.create_model(name, seed=seed, num_classes=num_classes)
    for key, tensor in network.state_dict().items():
        if not key.endswith("num_batches_tracked"):
            tensor.add_(torch.rand(tensor.shape, generator=torch.Generator().manual_seed(seed)) / 8)
    return network.eval()


def as_timm(network: nn.Module) -> bytes:
    """Gives a file as timm keeps them on the hub."""
    tensors = to_state_dict(network, "timm")
    return save({key: tensor for key, tensor in tensors.items() if "num_batches" not in key}, {"format": "pt"})


@pytest.fixture
def source(hub: Hub) -> nn.Module:
    """The network whose weights the hub has."""
    network = trained()
    hub.add(REPOSITORY, {"model.safetensors": as_timm(network)})
    return network


def images(channels: int = 3) -> torch.Tensor:
    return torch.randn(2, channels, 64, 64, generator=torch.Generator().manual_seed(0))


@torch.no_grad()
def outputs(network: nn.Module, x_NCHW: torch.Tensor) -> torch.Tensor:
    return network.eval()(x_NCHW)


def test_a_name_is_enough(source: nn.Module, capsys: pytest.CaptureFixture) -> None:
    network = ns.create_model("RegNetX-200MF", pretrained=True, seed=0)
    assert torch.equal(outputs(network, images()), outputs(source, images()))
    assert network.pretrained.weights.hub == REPOSITORY
    assert network.pretrained.is_unchanged(network)
    assert "left out" not in capsys.readouterr().err


def test_it_is_timms_network(source: nn.Module) -> None:
    timm = peer("timm")
    theirs = timm.create_model(NAME, pretrained=False)
    theirs.load_state_dict(to_state_dict(source, "timm"))
    ours = ns.create_model(NAME, pretrained=True)
    torch.testing.assert_close(outputs(ours, images()), outputs(theirs, images()))


def test_what_is_returned_tells_what_it_was(source: nn.Module) -> None:
    network = ns.create_model(NAME, seed=0)
    loaded = load_pretrained(network, zoo.find(NAME))
    assert (loaded.layout, loaded.changes) == ("timm", ())


def test_a_tag_chooses(hub: Hub) -> None:
    tags = {"tv2_in1k": trained("regnetx_008", 1), "pycls_in1k": trained("regnetx_008", 2)}
    for tag, network in tags.items():
        hub.add(f"timm/regnetx_008.{tag}", {"model.safetensors": as_timm(network)})
    for name, tag in (("regnetx_008", "tv2_in1k"), ("regnetx_008.pycls_in1k", "pycls_in1k")):
        network = ns.create_model(name, pretrained=True)
        assert network.pretrained.weights.tag == tag
        assert torch.equal(network.stem.conv.weight, tags[tag].stem.conv.weight)


@pytest.mark.parametrize(
    "name", ["RegNetX-1.6GF", "regnet_x_1_6gf", "regnetx_016", "REGNETX 1.6GF", "regnetx_016.tv2_in1k"]
)
def test_dots_in_names_are_no_tags(name: str, hub: Hub) -> None:
    asked = "regnetx_016.tv2_in1k"
    with pytest.raises(
        CheckpointError, match=f"model.safetensors of timm/{asked} from the hub: there is no such repos"
    ):
        ns.create_model(name, pretrained=True)


def test_an_unknown_tag_is_named(hub: Hub) -> None:
    with pytest.raises(CheckpointError, match="no weights called 'tv3_in1k': there are tv2_in1k, pycls_in1k"):
        load_pretrained(ns.create_model("regnetx_008"), zoo.find("regnetx_008"), tag="tv3_in1k")
    assert not hub.requests


def test_other_classes_leave_the_classifier_out_and_say_so(source: nn.Module, capsys: pytest.CaptureFixture) -> None:
    network = ns.create_model(NAME, pretrained=True, num_classes=10, seed=3)
    fresh = ns.create_model(NAME, num_classes=10, seed=3)
    assert torch.equal(network.head.linear.weight, fresh.head.linear.weight)
    assert torch.equal(network.head.linear.bias, fresh.head.linear.bias)
    body = {key: tensor for key, tensor in network.state_dict().items() if "head" not in key}
    assert all(torch.equal(tensor, source.state_dict()[key]) for key, tensor in body.items())
    assert "the classifier, for 1000 classes, left out: the network has 10" in capsys.readouterr().err
    assert not network.pretrained.is_unchanged(network)


def test_no_classifier(source: nn.Module) -> None:
    network = ns.create_model(NAME, pretrained=True, num_classes=0)
    pooled = source.head.flatten(source.head.pool(source.stages(source.stem(images()))))
    assert torch.equal(outputs(network, images()), pooled)


def test_a_file_without_classifier(hub: Hub, capsys: pytest.CaptureFixture) -> None:
    hub.add(REPOSITORY, {"model.safetensors": as_timm(trained(num_classes=0))})
    network = ns.create_model(NAME, pretrained=True, seed=3)
    assert torch.equal(network.head.linear.weight, ns.create_model(NAME, seed=3).head.linear.weight)
    assert torch.equal(network.stem.conv.weight, trained(num_classes=0).stem.conv.weight)
    assert "the classifier, for no classes, left out" in capsys.readouterr().err


def test_backbones(source: nn.Module) -> None:
    backbone = ns.create_model(NAME, pretrained=True, features_only=True, out_indices=(2, 4))
    last = source.stages(source.stem(images()))
    assert torch.equal(outputs(backbone, images())[1], last)


def test_gray_images_give_what_they_give_as_rgb(source: nn.Module, capsys: pytest.CaptureFixture) -> None:
    network = ns.create_model(NAME, pretrained=True, in_chans=1)
    gray = images(1)
    torch.testing.assert_close(
        outputs(network, gray), outputs(source, gray.expand(-1, 3, -1, -1)), rtol=1e-4, atol=1e-4
    )
    assert "the stem adapted from 3 channels to 1" in capsys.readouterr().err


@pytest.mark.parametrize("channels", [1, 2, 4, 5, 6, 12])
def test_stems_are_adapted_as_timm_adapts_them(channels: int) -> None:
    adapt = peer("timm.models._manipulate").adapt_input_conv
    weight_OIHW = torch.randn(8, 3, 3, 3, generator=torch.Generator().manual_seed(0))
    torch.testing.assert_close(adapt_stem(weight_OIHW, channels), adapt(channels, weight_OIHW.clone()))


def test_other_classes_and_channels_at_once(source: nn.Module) -> None:
    network = ns.create_model(NAME, pretrained=True, in_chans=4, num_classes=5)
    assert torch.equal(network.stem.conv.weight, adapt_stem(source.stem.conv.weight, 4))
    assert torch.equal(network.stages[0][0].a.conv.weight, source.stages[0][0].a.conv.weight)
    assert outputs(network, images(4)).shape == (2, 5)


def test_a_downloaded_copy_needs_no_network(source: nn.Module, hub: Hub, tmp_path: Path, monkeypatch) -> None:
    entry = zoo.find(NAME)
    load_pretrained(ns.create_model(NAME), entry, cache_dir=tmp_path / "kept")
    ns.create_model(NAME, pretrained=True)
    asked = len(hub.requests)
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", True)
    network = ns.create_model(NAME, pretrained=True)
    load_pretrained(network, entry, cache_dir=tmp_path / "kept")
    assert torch.equal(network.stem.conv.weight, source.stem.conv.weight)
    assert len(hub.requests) == asked


@pytest.mark.parametrize("variable", ["NETSPACE_WEIGHTS", "NETSPACE_CACHE"])
def test_offline_the_message_says_where_a_file_is_to_be_placed(
    variable: str, hub: Hub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", True)
    monkeypatch.setenv(variable, str(tmp_path / "here"))
    place = weights_folders()[0] / "regnetx_002.pycls_in1k.safetensors"
    assert place.is_relative_to(tmp_path / "here")
    with pytest.raises(CheckpointError) as raised:
        ns.create_model(NAME, pretrained=True)
    address = f"{hub.address}/{REPOSITORY}/resolve/main/model.safetensors"
    assert f"place {address} as {place}" in str(raised.value)
    place.parent.mkdir(parents=True)
    place.write_bytes(as_timm(trained()))
    network = ns.create_model(NAME, pretrained=True)
    assert torch.equal(network.stem.conv.weight, trained().stem.conv.weight)


def test_without_the_extra_a_placed_file_is_enough(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "huggingface_hub", None)
    monkeypatch.delenv("HF_ENDPOINT", raising=False)
    monkeypatch.setenv("NETSPACE_WEIGHTS", str(tmp_path))
    monkeypatch.setenv("NETSPACE_CACHE", str(tmp_path / "none"))
    with pytest.raises(CheckpointError, match=r"pip install \"netspace\[hub\]\"\n  Without it, place https://hugg"):
        ns.create_model(NAME, pretrained=True)
    (tmp_path / "regnetx_002.pycls_in1k.safetensors").write_bytes(as_timm(trained()))
    assert ns.create_model(NAME, pretrained=True).pretrained.digest


def test_networks_without_weights_name_others_of_their_family() -> None:
    with pytest.raises(
        CheckpointError, match=r"no weights of ReXNet-x0\.9 on the hub; of its family ReXNet-x1\.0, ReXNet-x1\.3"
    ):
        ns.create_model("ReXNet-x0.9", pretrained=True)
    with pytest.raises(CheckpointError, match=r"ReXNet-lite-x1\.0 on the hub; nor are there for another of its family"):
        ns.create_model("ReXNet-lite-x1.0", pretrained=True)


@pytest.mark.parametrize("num_classes", [1000, 10])
def test_files_that_do_not_fit_change_nothing(num_classes: int, hub: Hub) -> None:
    for content in (as_timm(trained("regnetx_004")), b"no weights at all"):
        hub.add(REPOSITORY, {"model.safetensors": content})
        network = ns.create_model(NAME, seed=0, num_classes=num_classes)
        with pytest.raises(CheckpointError):
            load_pretrained(network, zoo.find(NAME))
        before = ns.create_model(NAME, seed=0, num_classes=num_classes).state_dict()
        assert all(torch.equal(tensor, before[key]) for key, tensor in network.state_dict().items())


def test_modules_of_others_are_refused(source: nn.Module) -> None:
    with pytest.raises(CheckpointError, match="Linear is no network of netspace"):
        load_pretrained(nn.Linear(1, 1), zoo.find(NAME))


@pytest.mark.parametrize("name", ["ReXNet-x1.0", "EfficientNet-Lite0-TF", "ResNet-18", "RegNetY-400MF", "MobileNetV2"])
def test_every_family_finds_its_weights(name: str, hub: Hub) -> None:
    network = trained(name, num_classes=20)  # for fewer numbers
    hub.add(zoo.find(name).weights[0].hub, {"model.safetensors": as_timm(network)})
    loaded = ns.create_model(name, pretrained=True, num_classes=20)
    assert loaded.architecture == network.architecture
    assert all(
        torch.equal(a, b) for a, b in zip(loaded.state_dict().values(), network.state_dict().values(), strict=True)
    )

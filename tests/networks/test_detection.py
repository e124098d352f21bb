"""Networks as backbones of torchvision's detectors: they train with their batch norms frozen, and detect."""

import re
from collections import OrderedDict
from pathlib import Path

import pytest
import torch
from torch import Tensor, nn

import netspace as ns
from netspace.networks.features import FeatureNetwork
from tests.peers import peer


class Pyramid(nn.Module):
    """Feature maps of a backbone, brought to the same channels: what torchvision's detectors ask for."""

    def __init__(self, body: FeatureNetwork, channels: int) -> None:
        super().__init__()
        ops = peer("torchvision.ops")
        self.body = body
        coarser = ops.feature_pyramid_network.LastLevelMaxPool()
        self.fpn = ops.FeaturePyramidNetwork(body.feature_info.channels(), channels, extra_blocks=coarser)
        self.out_channels = channels

    def forward(self, x_NCHW: Tensor) -> OrderedDict[str, Tensor]:
        maps = self.body(x_NCHW)
        return self.fpn(OrderedDict((str(i), each) for i, each in enumerate(maps)))


def detector(name: str) -> nn.Module:
    """Gives a Faster R-CNN for small images, of three classes and the background."""
    detection = peer("torchvision.models.detection")
    body = ns.freeze_batch_norm(ns.create_model(name, features_only=True, out_indices=(1, 2, 3, 4), seed=0))
    anchors = detection.anchor_utils.AnchorGenerator(
        tuple((2 * reduction,) for reduction in (*body.feature_info.reduction(), 64)), ((0.5, 1.0, 2.0),) * 5
    )
    torch.manual_seed(0)
    return detection.FasterRCNN(
        Pyramid(body, 32), num_classes=4, rpn_anchor_generator=anchors, min_size=128, max_size=160, box_score_thresh=0.0
    )


def photographs() -> tuple[list[Tensor], list[dict[str, Tensor]]]:
    """Gives two images of different sizes with boxes."""
    generator = torch.Generator().manual_seed(0)
    images = [torch.rand(3, height, width, generator=generator) for height, width in ((128, 160), (144, 128))]
    boxes = [
        torch.tensor([[10.0, 20.0, 60.0, 90.0], [80.0, 30.0, 120.0, 100.0]]),
        torch.tensor([[5.0, 5.0, 40.0, 50.0]]),
    ]
    return images, [{"boxes": b, "labels": torch.arange(1, 1 + len(b))} for b in boxes]


@pytest.fixture(params=["RegNetX-200MF", "ReXNet-x1.0"])
def network(request) -> nn.Module:
    return detector(request.param)


def test_maps_meet_the_pyramid(network: nn.Module) -> None:
    body = network.backbone.body
    assert body.feature_info.reduction() == [4, 8, 16, 32]
    maps = network.backbone(torch.zeros(1, 3, 128, 192))
    sizes = [(1, 32, 128 // r, 192 // r) for r in (*body.feature_info.reduction(), 64)]
    assert [tuple(each.shape) for each in maps.values()] == sizes


def test_it_trains_and_frozen_statistics_stay(network: nn.Module) -> None:
    body = network.backbone.body
    frozen = {name for name, module in body.named_modules() if isinstance(module, nn.BatchNorm2d)}
    before = {key: tensor.clone() for key, tensor in body.state_dict().items()}
    optimizer = torch.optim.SGD([p for p in network.parameters() if p.requires_grad], lr=0.01)
    losses = network.train()(*photographs())
    assert set(losses) == {"loss_classifier", "loss_box_reg", "loss_objectness", "loss_rpn_box_reg"}
    assert all(torch.isfinite(loss) for loss in losses.values())
    sum(losses.values()).backward()
    for name, parameter in body.named_parameters():
        if name.rpartition(".")[0] in frozen:
            assert parameter.grad is None
        else:
            assert torch.isfinite(parameter.grad).all()
            assert parameter.grad.abs().sum() > 0
    optimizer.step()
    after = body.state_dict()
    assert all(torch.equal(after[key], before[key]) for key in after if key.rpartition(".")[0] in frozen)
    assert not torch.equal(after["stem.conv.weight"], before["stem.conv.weight"])


def test_without_the_switch_statistics_would_change(network: nn.Module) -> None:
    body = ns.freeze_batch_norm(network.backbone.body, frozen=False)
    before = body.stem.bn.running_mean.clone()
    network.train()(*photographs())
    assert not torch.equal(body.stem.bn.running_mean, before)


@torch.no_grad()
def test_it_detects(network: nn.Module) -> None:
    images, _ = photographs()
    for image, found in zip(images, network.eval()(images), strict=True):
        assert found["boxes"].shape == (len(found["scores"]), 4)
        assert len(found["boxes"]) > 0
        assert found["scores"].min() >= 0
        assert set(found["labels"].tolist()) <= {1, 2, 3}
        height, width = image.shape[1:]
        assert (found["boxes"] >= 0).all()
        assert (found["boxes"] <= torch.tensor([width, height, width, height]) + 1e-3).all()


@pytest.mark.slow
def test_a_step_lowers_the_loss_on_the_same_images(network: nn.Module) -> None:
    optimizer = torch.optim.SGD([p for p in network.parameters() if p.requires_grad], lr=0.02, momentum=0.9)
    losses = []
    for _ in range(6):
        torch.manual_seed(0)  # detectors draw which anchors count
        loss = sum(network.train()(*photographs()).values())
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    assert losses[-1] < losses[0]


@pytest.mark.slow
def test_the_documented_example_runs() -> None:
    """With initial weights, and images of a quarter of the area, for time."""
    peer("torchvision")
    page = (Path(__file__).parents[2] / "docs" / "detection.md").read_text(encoding="utf-8")
    (example,) = re.findall(r"```python\n(.*?)```", page, re.DOTALL)
    assert "pretrained=True" in example
    example = example.replace("pretrained=True", "seed=0").replace("num_classes=91", "num_classes=91, min_size=240")
    names: dict = {}
    exec(compile(example, "docs/detection.md", "exec"), names)
    assert len(names["losses"]) == 4
    assert all(torch.isfinite(loss) for loss in names["losses"].values())
    assert [set(each) for each in names["found"]] == [{"boxes", "labels", "scores"}] * 2

"""Folded networks compute the same, with fewer layers."""

import pytest
import torch
from hypothesis import given, settings
from torch import nn

from netspace.architecture import Architecture
from netspace.export.folding import fold
from netspace.families import anynet
from netspace.networks import build, create_model, freeze_batch_norm
from tests.strategies import architectures

SMALL = anynet(depths=[1, 2], widths=[16, 32], group_widths=8, image_size=16, num_classes=5, block="y")


def trained(network: nn.Module) -> nn.Module:
    """Gives batch norms statistics, scales and shifts as training would: none of them 0 or 1."""
    generator = torch.Generator().manual_seed(0)
    for layer in network.modules():
        if isinstance(layer, nn.BatchNorm2d):
            layer.running_mean.normal_(generator=generator)
            layer.running_var.uniform_(0.5, 2, generator=generator)
            nn.init.uniform_(layer.weight, 0.5, 1.5, generator=generator)
            nn.init.normal_(layer.bias, generator=generator)
    return network.eval()


def norms(network: nn.Module) -> list[nn.Module]:
    return [layer for layer in network.modules() if isinstance(layer, nn.modules.batchnorm._BatchNorm)]


def assert_same(network: nn.Module, folded: nn.Module, x: torch.Tensor) -> None:
    with torch.no_grad():
        wanted = network(x)
        torch.testing.assert_close(folded(x), wanted, rtol=1e-4, atol=1e-5 * float(wanted.abs().max()))


@pytest.mark.slow
@settings(max_examples=25, deadline=None)
@given(architectures())
def test_any_architecture_folds(architecture: Architecture) -> None:
    network = trained(build(architecture, seed=0))
    folded = fold(network)
    assert norms(folded) == []
    size = architecture.image_size
    assert_same(network, folded, torch.randn(2, architecture.in_channels, size, size))


@pytest.mark.parametrize(
    "name", ["RegNetX-200MF", "EfficientNet-B0-TF", "ReXNet-x1.0", "ReXNet-lite-x1.0", "ResNet-18"]
)
def test_networks_of_the_zoo_fold(name: str) -> None:
    network = trained(create_model(name, seed=0))
    folded = fold(network)
    assert norms(network)
    assert norms(folded) == []
    assert_same(network, folded, torch.randn(2, 3, 48, 48))


def test_the_network_stays_as_it_is() -> None:
    network = trained(build(SMALL, seed=0)).train()
    before = {name: tensor.clone() for name, tensor in network.state_dict().items()}
    folded = fold(network)
    assert network.training
    assert not folded.training
    assert all(torch.equal(before[name], tensor) for name, tensor in network.state_dict().items())
    assert folded.state_dict().keys() >= {"stem.conv.weight", "stem.conv.bias", "stages.0.0.se.squeeze.bias"}


def test_frozen_batch_norms_fold() -> None:
    network = freeze_batch_norm(trained(build(SMALL, seed=0)))
    assert norms(fold(network)) == []


def test_batch_norms_without_scale_fold() -> None:
    network = nn.Sequential(nn.Conv2d(3, 4, 3), nn.BatchNorm2d(4, affine=False)).eval()
    network[1].running_mean.fill_(0.3)
    assert_same(network, fold(network), torch.randn(2, 3, 8, 8))
    assert norms(fold(network)) == []


class Shared(nn.Module):
    """One convolution whose output two layers read, and one that is called twice with different norms."""

    def __init__(self) -> None:
        super().__init__()
        self.first, self.second = nn.Conv2d(4, 4, 1), nn.Conv2d(4, 4, 1)
        self.norms = nn.ModuleList(nn.BatchNorm2d(4) for _ in range(4))

    def forward(self, x):
        y = self.first(x)
        y = self.norms[0](y) + y
        return self.norms[1](self.second(y)) + self.norms[2](self.second(self.norms[3](y)))


def test_what_others_use_too_is_not_folded() -> None:
    network = trained(Shared())
    folded = fold(network)
    assert len(norms(folded)) == 4
    assert_same(network, folded, torch.randn(2, 4, 8, 8))


class Standardized(nn.Conv2d):
    """A convolution for which a scaled weight is the same weight."""

    def forward(self, x):
        weight = (self.weight - self.weight.mean()) / self.weight.std()
        return nn.functional.conv2d(x, weight, self.bias)


def test_convolutions_that_change_their_weights_are_not_folded() -> None:
    network = trained(nn.Sequential(Standardized(3, 4, 3), nn.BatchNorm2d(4)))
    assert len(norms(fold(network))) == 1
    assert_same(network, fold(network), torch.randn(2, 3, 8, 8))


class Branching(nn.Module):
    """Looks at its input, which torch.fx cannot follow."""

    def __init__(self) -> None:
        super().__init__()
        self.layer = nn.Sequential(nn.Conv2d(3, 4, 1), nn.BatchNorm2d(4))

    def forward(self, x):
        return self.layer(x) if x.sum() > 0 else -self.layer(x)


def test_what_cannot_be_traced_is_copied() -> None:
    network = trained(Branching())
    folded = fold(network)
    assert folded is not network
    assert_same(network, folded, torch.randn(2, 3, 8, 8))

"""Built networks: shapes, initialization, seeds, and the authors' arithmetic."""

import math

import pytest
import torch
from hypothesis import given, settings

from netspace.architecture import Architecture, Stage, Stem
from netspace.errors import ArchitectureError
from netspace.families import anynet
from netspace.networks import build, count
from netspace.networks.blocks import Bottleneck
from netspace.networks.layers import ACTIVATIONS, activation
from tests.strategies import architectures


@settings(max_examples=40, deadline=None)
@given(architectures())
def test_any_architecture_builds_runs_and_learns(architecture: Architecture) -> None:
    network = build(architecture, seed=0)
    size = architecture.image_size
    logits = (
        network(torch.randn(2, architecture.in_channels, size, size).clone())
        if size > 8
        else network.eval()(torch.randn(2, architecture.in_channels, size, size))
    )
    assert logits.shape == (2, architecture.num_classes)
    logits.square().mean().backward()
    assert all(p.grad is not None for p in network.parameters())


def test_any_input_size_runs() -> None:
    network = build(anynet(depths=[1, 1], widths=[16, 32], group_widths=8, image_size=32, num_classes=7), seed=0).eval()
    assert network(torch.zeros(1, 3, 65, 47)).shape == (1, 7)


def test_seed_decides_weights_and_leaves_the_global_generator_alone() -> None:
    architecture = anynet(depths=[1], widths=[16], group_widths=8, image_size=32)
    torch.manual_seed(1)
    before = torch.random.get_rng_state()
    a, b = build(architecture, seed=7), build(architecture, seed=7)
    assert torch.equal(torch.random.get_rng_state(), before)
    assert all(torch.equal(x, y) for x, y in zip(a.parameters(), b.parameters(), strict=True))
    c = build(architecture, seed=8)
    assert not torch.equal(a.stem.conv.weight, c.stem.conv.weight)


def test_initialization_is_the_authors() -> None:
    network = build(anynet(depths=[2], widths=[512], group_widths=16, block="y", image_size=32), seed=0)
    block = network.stages[0][1]
    # N(0, sqrt(2 / (k k w_out))), the fan-out not divided by groups
    for conv in (block.a.conv, block.b.conv, block.c.conv):
        expected = math.sqrt(2 / (conv.kernel_size[0] ** 2 * conv.out_channels))
        assert conv.weight.std().item() == pytest.approx(expected, rel=0.02)
    assert network.head.linear.weight.std().item() == pytest.approx(0.01, rel=0.02)
    assert network.head.linear.bias.abs().max() == 0
    assert block.c.bn.weight.min() == 1  # the last scale is not zeroed
    assert block.se.squeeze.bias.abs().max() > 0  # torch's default


def test_block_is_the_papers() -> None:
    """The same numbers from the formula, written out: 1x1, 3x3 with the stride and the groups, SE, 1x1, shortcut."""
    stage = anynet(
        depths=[1], widths=[32], bottleneck_ratios=2, group_widths=8, block="y", stem_width=24, image_size=16
    ).stages[0]
    shape = next(stage.blocks(24, 8))
    block = Bottleneck(stage, shape).eval()
    x = torch.randn(3, 24, 8, 8)
    f = torch.nn.functional
    y = f.relu(block.a.bn(f.conv2d(x, block.a.conv.weight)))
    y = f.relu(block.b.bn(f.conv2d(y, block.b.conv.weight, stride=2, padding=1, groups=2)))
    gate = f.conv2d(y.mean((2, 3), keepdim=True), block.se.squeeze.weight, block.se.squeeze.bias).relu()
    assert gate.shape[1] == 6  # a quarter of the block's input
    y = y * torch.sigmoid(f.conv2d(gate, block.se.excite.weight, block.se.excite.bias))
    y = block.c.bn(f.conv2d(y, block.c.conv.weight))
    shortcut = block.shortcut.bn(f.conv2d(x, block.shortcut.conv.weight, stride=2))
    torch.testing.assert_close(block(x), f.relu(y + shortcut), rtol=1e-5, atol=1e-5)


def test_identity_shortcut_where_shapes_agree() -> None:
    network = build(anynet(depths=[2], widths=[16], group_widths=8, image_size=32), seed=0)
    first, second = network.stages[0]
    assert sum(p.numel() for p in first.shortcut.parameters()) > 0
    assert not list(second.shortcut.parameters())


@pytest.mark.parametrize("name", sorted(ACTIVATIONS))
def test_activations_by_name(name: str) -> None:
    assert activation(name)(torch.tensor([1.0])).item() > 0.5


def test_unknown_names_are_refused() -> None:
    with pytest.raises(ArchitectureError, match="choose one of relu"):
        activation("swoosh")
    with pytest.raises(ArchitectureError, match=r"'invertd' is unknown: did you mean 'inverted'\?"):
        build(Architecture((Stage(16, block="invertd", expansion=6, group_width=1),)))
    with pytest.raises(ArchitectureError, match="drop_path 1"):
        build(Architecture((Stage(16),)), drop_path=1)


def test_imagenet_stem_pools() -> None:
    network = build(Architecture((Stage(16, group_width=8, stride=1),), Stem("imagenet", 16), image_size=64), seed=0)
    assert network.stem(torch.zeros(1, 3, 64, 64)).shape == (1, 16, 16, 16)


def test_counting_leaves_the_module_as_it_was() -> None:
    network = build(anynet(depths=[1], widths=[16], group_widths=8, image_size=32), seed=0).train()
    mean = network.stem.bn.running_mean.clone()
    count(network, 32)
    assert network.training
    assert torch.equal(network.stem.bn.running_mean, mean)
    assert not network.stem.conv._forward_hooks

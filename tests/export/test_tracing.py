"""Every network of the zoo can be compiled, exported and traced by torch, whole, and computes the same."""

import pytest
import torch
from torch import Tensor, nn

from netspace.complexity import complexity
from netspace.families import anynet
from netspace.networks import build, create_model
from netspace.zoo import get_architecture, list_models

LARGEST = 8.6e9
"""Multiply-adds: networks called 8 GF have up to so many."""

SIZE = 32
NETWORKS = [name for name in list_models() if complexity(get_architecture(name)).flops <= LARGEST]


@pytest.fixture(autouse=True)
def fresh_compiler():
    """All networks share a `forward`, of which torch compiles few variants before it refuses."""
    torch.compiler.reset()
    yield
    torch.compiler.reset()


def network_of(name: str) -> tuple[nn.Module, Tensor, Tensor]:
    network = create_model(name, seed=0).eval()
    images = torch.randn(2, 3, SIZE, SIZE, generator=torch.Generator().manual_seed(0))
    with torch.no_grad():
        return network, images, network(images)


@pytest.mark.slow
@pytest.mark.parametrize("name", NETWORKS)
def test_traces_whole(name: str) -> None:
    network, images, wanted = network_of(name)
    with torch.no_grad():
        compiled = torch.compile(network, backend="eager", fullgraph=True)
        torch.testing.assert_close(compiled(images), wanted, rtol=0, atol=0)
        traced = torch.fx.symbolic_trace(network)
        torch.testing.assert_close(traced(images), wanted, rtol=0, atol=0)
        exported = torch.export.export(network, (images,), dynamic_shapes=({0: torch.export.Dim("batch")},))
        five = torch.cat([images, images, images[:1]])
        expected = network(five)
        close = {"rtol": 1e-4, "atol": 1e-5 * float(expected.abs().max())}
        torch.testing.assert_close(exported.module()(five), expected, **close)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["RegNetY-400MF", "ReXNet-x1.0"])
def test_training_compiles_whole(name: str) -> None:
    """Forward and backward, traced by AOTAutograd."""
    network = create_model(name, seed=0).train()
    images = torch.randn(2, 3, SIZE, SIZE)
    torch.compile(network, backend="aot_eager", fullgraph=True)(images).square().mean().backward()
    assert all(parameter.grad is not None for parameter in network.parameters())


@pytest.mark.slow
# What inductor loads when it is first used still has functions that torch itself calls deprecated.
@pytest.mark.filterwarnings("ignore:`torch.jit.script_method` is deprecated:DeprecationWarning")
@pytest.mark.parametrize("name", ["RegNetX-200MF", "ReXNet-x1.0"])
def test_inductor_computes_the_same(name: str) -> None:
    network, images, wanted = network_of(name)
    with torch.no_grad():
        got = torch.compile(network, fullgraph=True)(images)
    torch.testing.assert_close(got, wanted, rtol=1e-4, atol=1e-5 * float(wanted.abs().max()))


@pytest.mark.slow
@pytest.mark.parametrize("block", ["x", "y", "v", "vr"])
def test_networks_of_spaces_compile_whole(block: str) -> None:
    network = build(anynet(depths=[1, 1], widths=[16, 32], block=block, image_size=16), seed=0).eval()
    images = torch.randn(2, 3, 16, 16)
    with torch.no_grad():
        wanted = network(images)
        for got in (torch.compile(network, backend="aot_eager", fullgraph=True), torch.fx.symbolic_trace(network)):
            torch.testing.assert_close(got(images), wanted)

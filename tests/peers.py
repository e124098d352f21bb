"""The libraries that ours has to agree with, imported where they can be, and networks of both with the same weights."""

from dataclasses import dataclass, replace
from importlib import import_module
from types import ModuleType
from typing import Any

import pytest
import torch
from torch import Tensor, nn

import netspace as ns
from netspace import zoo
from netspace.architecture import Architecture
from netspace.networks.checkpoints import to_state_dict
from netspace.networks.features import FeatureNetwork
from netspace.networks.network import Network


def peer(name: str) -> ModuleType:
    """Gives a module of timm, torchvision or another peer; the test is skipped where it cannot be imported.

    torchvision's wheel raises a RuntimeError, and timm with it, beside a PyTorch without CUDA: `make test` runs with
    stubs that help (tools/torchvision_without_cuda.py).
    """
    try:
        return import_module(name)
    except (ImportError, RuntimeError) as error:
        pytest.skip(f"{name} cannot be imported ({error}): set up and run by `make test`")


@dataclass(frozen=True)
class Pair:
    """A network of the zoo that ``library`` has too, as ``theirs``."""

    name: str
    library: str
    theirs: str

    @property
    def family(self) -> str:
        return zoo.find(self.name).family

    @property
    def flops(self) -> int:
        """Multiply-adds, at the size that it was published with."""
        return ns.complexity(zoo.find(self.name).architecture).flops

    def __str__(self) -> str:
        return f"{self.library}-{self.theirs}"


def pairs(max_flops: float = 33e9) -> list[Pair]:
    """Lists all networks that timm or torchvision have, up to 32 GF."""
    models = [zoo.find(name) for name in ns.list_models()]
    every = [
        Pair(m.name, lib, theirs) for m in models for lib in ("timm", "torchvision") if (theirs := getattr(m, lib))
    ]
    return [pair for pair in every if pair.flops < max_flops]


def build_pair(pair: Pair, seed: int = 0, dtype: torch.dtype = torch.float32) -> tuple[Network, nn.Module]:
    """Builds both networks, without dropout, with the same random weights and batch-norm statistics.

    They share the memory of their weights.
    """
    architecture = zoo.find(pair.name).architecture
    ours = ns.build(replace(architecture, head=replace(architecture.head, dropout=0.0)), seed=seed).to(dtype)
    randomize(ours, seed)
    theirs = _create(pair)
    theirs.load_state_dict(to_state_dict(ours, pair.library), assign=True)
    return ours, theirs


def _create(pair: Pair) -> nn.Module:
    if pair.library == "timm":
        with torch.device("meta"):  # neither the time nor the memory for weights that are replaced
            return peer("timm").create_model(pair.theirs, pretrained=False, drop_rate=0.0, drop_path_rate=0.0)
    return peer("torchvision").models.get_model(pair.theirs, weights=None)


def randomize(network: Network, seed: int = 0) -> None:
    """Draws batch norms and the classifier such that every layer matters to the output.

    Statistics are those of a batch of random images, then changed at random: drawn freely, they would drown what the
    first layers give.
    """
    generator = torch.Generator().manual_seed(seed)
    norms = [m for m in network.modules() if isinstance(m, nn.BatchNorm2d | nn.GroupNorm)]
    for norm in norms:
        norm.weight.data.uniform_(0.7, 1.3, generator=generator)
        norm.bias.data.normal_(0, 0.2, generator=generator)
    linear = network.head.linear
    linear.weight.data.normal_(0, linear.in_features**-0.5, generator=generator)
    linear.bias.data.normal_(0, 0.2, generator=generator)
    batch_norms = [norm for norm in norms if isinstance(norm, nn.BatchNorm2d)]
    momentum = {norm: norm.momentum for norm in batch_norms}
    for norm in batch_norms:
        norm.momentum = 1.0
    with torch.no_grad():
        network.train()(images(64, count=4, dtype=linear.weight.dtype))
    for norm in batch_norms:
        norm.momentum = momentum[norm]
        norm.running_mean += norm.running_var.sqrt() * torch.randn(norm.num_features, generator=generator) / 10
        norm.running_var *= torch.rand(norm.num_features, generator=generator) / 5 + 0.9


def images(size: int, count: int = 2, dtype: torch.dtype = torch.float32) -> Tensor:
    """Gives random images (count, 3, size, size) of about the range that normalized photographs have."""
    return torch.randn(count, 3, size, size, generator=torch.Generator().manual_seed(1), dtype=dtype)


def difference(ours: Tensor, theirs: Tensor) -> float:
    """Gives the largest difference of two tensors, as a share of the largest number in them."""
    assert ours.shape == theirs.shape
    return ((ours - theirs).abs().max() / theirs.abs().max()).item()


@torch.no_grad()
def output_differences(pair: Pair, size: int) -> dict[str, float]:
    """Gives the difference of the outputs, and of the features at each stage, in evaluation mode."""
    ours, theirs = build_pair(pair)
    ours.eval()
    theirs.eval()
    x_NCHW = images(size)
    found = {"output": difference(ours(x_NCHW), theirs(x_NCHW))}
    if pair.library == "timm":
        mine = FeatureNetwork(ours)(x_NCHW)
        others = theirs.forward_intermediates(x_NCHW, intermediates_only=True)
        pairs_of_maps = zip(mine, others, strict=True)
    else:
        pairs_of_maps = _stages(ours, theirs, x_NCHW)
    return found | {f"features {i}": difference(a, b) for i, (a, b) in enumerate(pairs_of_maps)}


def _stages(ours: Network, theirs: nn.Module, x_NCHW: Tensor) -> list[tuple[Tensor, Tensor]]:
    """Gives what our stages and torchvision's give."""
    kept: dict[str, Tensor] = {}

    def keep(name: str) -> Any:
        def hook(_: nn.Module, __: Any, output: Tensor) -> None:
            kept[name] = output

        return hook

    names = torchvision_stages(ours.architecture)
    for i, name in enumerate(names):
        ours.stages[i].register_forward_hook(keep(f"ours {i}"))
        theirs.get_submodule(name).register_forward_hook(keep(f"theirs {i}"))
    ours(x_NCHW)
    theirs(x_NCHW)
    return [(kept[f"ours {i}"], kept[f"theirs {i}"]) for i in range(len(names))]


def torchvision_stages(architecture: Architecture) -> list[str]:
    """Names the module of torchvision's whose output is that of each of our stages."""
    stages = architecture.stages
    if stages[0].block != "inverted":
        pattern = "trunk_output.block{}" if architecture.stem.kind == "simple" else "layer{}"
        return [pattern.format(i + 1) for i in range(len(stages))]
    if stages[0].se:
        return [f"features.{i + 1}" for i in range(len(stages))]
    return [f"features.{sum(stage.depth for stage in stages[: i + 1])}" for i in range(len(stages))]

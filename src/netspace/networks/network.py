"""The network: stem, stages and head of an `Architecture` as one module."""

from collections import OrderedDict
from collections.abc import Iterator

import torch
from torch import Tensor, nn

from netspace.architecture import Architecture, Head, Stage, Stem, output_size
from netspace.errors import ArchitectureError
from netspace.networks.blocks import BLOCKS
from netspace.networks.initialization import initialize
from netspace.networks.layers import ConvNorm


class Network(nn.Module):
    """Stem, stages and head, in that order; ``architecture`` is what it was built from."""

    def __init__(self, architecture: Architecture) -> None:
        super().__init__()
        self.architecture = architecture
        self.stem = _stem(architecture.stem, architecture.in_channels)
        self.stages = nn.Sequential(*_stages(architecture))
        self.head = _head(architecture.head, architecture.stages[-1].width, architecture.num_classes)

    def forward(self, x_NCHW: Tensor) -> Tensor:
        """Gives logits of shape (N, num_classes) for images (N, in_channels, H, W), whose H, W may be of any size."""
        logits_NK: Tensor = self.head(self.stages(self.stem(x_NCHW)))
        return logits_NK


def build(architecture: Architecture, *, seed: int | None = None) -> Network:
    """Makes the torch module of an architecture, with the authors' initialization.

    Args:
        architecture: what to build.
        seed: weights are drawn from a generator of this seed, whatever was drawn before and leaving torch's global
            generator as it was; ``None``: from the global generator.

    Raises:
        ArchitectureError: a block kind or an activation is unknown.

    Example:
        >>> import netspace as ns, torch
        >>> network = ns.build(ns.anynet(depths=[1], widths=[16], group_widths=8, image_size=32, num_classes=10))
        >>> network(torch.zeros(2, 3, 32, 32)).shape
        torch.Size([2, 10])
    """
    if not isinstance(architecture, Architecture):
        raise ArchitectureError(f"build takes an Architecture, such as ns.regnet(...), not {architecture!r:.80}")
    if seed is None:
        return _initialized(architecture)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        return _initialized(architecture)


def _initialized(architecture: Architecture) -> Network:
    network = Network(architecture)
    initialize(network)
    return network


def _stem(stem: Stem, in_channels: int) -> nn.Sequential:
    kernel = 7 if stem.kind == "imagenet" else 3
    stride = 1 if stem.kind == "cifar" else 2
    layers = ConvNorm(kernel, in_channels, stem.width, stride=stride, activation_name=stem.activation)
    if stem.kind == "imagenet":
        layers.pool = nn.MaxPool2d(3, 2, 1)
    return layers


def _stages(architecture: Architecture) -> Iterator[nn.Sequential]:
    width, size = architecture.stem.width, architecture.stem.output_size(architecture.image_size)
    for stage in architecture.stages:
        yield _stage(stage, width, size)
        width, size = stage.width, output_size(size, stage.stride)


def _stage(stage: Stage, width: int, size: int) -> nn.Sequential:
    if stage.block not in BLOCKS:
        raise ArchitectureError(f"block {stage.block!r} is unknown: choose one of {', '.join(sorted(BLOCKS))}")
    return nn.Sequential(*[BLOCKS[stage.block](stage, shape) for shape in stage.blocks(width, size)])


def _head(head: Head, width: int, num_classes: int) -> nn.Sequential:
    layers: OrderedDict[str, nn.Module] = OrderedDict()
    if head.width:
        layers["conv"] = ConvNorm(1, width, head.width, activation_name=head.activation)
    layers["pool"] = nn.AdaptiveAvgPool2d(1)
    layers["flatten"] = nn.Flatten()
    if head.dropout:
        layers["dropout"] = nn.Dropout(head.dropout)
    layers["linear"] = nn.Linear(head.width or width, num_classes)
    return nn.Sequential(layers)

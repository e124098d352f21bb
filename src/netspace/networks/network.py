"""The network: stem, stages and head of an `Architecture` as one module."""

from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from netspace.architecture import Architecture, Head, Stage, Stem, output_size
from netspace.complexity.blocks import unknown_block
from netspace.errors import ArchitectureError
from netspace.networks.blocks import BLOCKS
from netspace.networks.foreign import build_foreign
from netspace.networks.initialization import initialize
from netspace.networks.layers import ConvNorm, DropPath, activation
from netspace.networks.normalization import set_norm
from netspace.networks.padding import pad_as_tensorflow


class Network(nn.Module):
    """Stem, stages and head, in that order; ``architecture`` is what it was built from."""

    __jit_unused_properties__ = ("num_classes", "num_features")

    def __init__(self, architecture: Architecture) -> None:
        super().__init__()
        self.architecture = architecture
        self.stem = _stem(architecture.stem, architecture.in_channels)
        self.stages = nn.Sequential(*_stages(architecture))
        self.head = _head(architecture.head, architecture.stages[-1].width, architecture.num_classes)
        set_norm(self, architecture.norm)
        if architecture.padding == "same":
            pad_as_tensorflow(self)

    def forward(self, x_NCHW: Tensor) -> Tensor:
        """Gives logits of shape (N, num_classes) for images (N, in_channels, H, W), whose H, W may be of any size."""
        logits_NK: Tensor = self.head(self.stages(self.stem(x_NCHW)))
        return logits_NK

    @property
    def num_classes(self) -> int:
        """Outputs of the classifier; 0: none."""
        return self.architecture.num_classes

    @property
    def num_features(self) -> int:
        """Channels that reach the classifier."""
        return self.architecture.num_features

    def reset_classifier(self, num_classes: int) -> None:
        """Puts a new classifier in place, for other classes; 0: none, the network gives pooled features.

        Raises:
            ArchitectureError: ``num_classes`` is not a whole number of at least 0.
        """
        self.architecture = replace(self.architecture, num_classes=num_classes)
        place = next(self.parameters())
        linear = _classifier(self.num_features, num_classes).to(place.device, place.dtype)
        initialize(linear)
        self.head.linear = linear

    def save_pretrained(self, directory: str | Path, **facts: Any) -> Path:
        """Saves config.json, model.safetensors and a model card; see `netspace.networks.hub.save_pretrained`."""
        from netspace.networks import hub

        return hub.save_pretrained(self, directory, **facts)

    def push_to_hub(self, repo_id: str, **options: Any) -> str:
        """Saves into a repository of the Hugging Face hub; see `netspace.networks.hub.push_to_hub`."""
        from netspace.networks import hub

        return hub.push_to_hub(self, repo_id, **options)

    @staticmethod
    def from_pretrained(directory_or_repo: str | Path, **options: Any) -> "Network":
        """Loads what `save_pretrained` or `push_to_hub` saved; see `netspace.from_pretrained`."""
        from netspace.networks import hub

        return hub.from_pretrained(directory_or_repo, **options)


def build(architecture: Architecture, *, seed: int | None = None, drop_path: float = 0.0) -> nn.Module:
    """Makes the torch module of an architecture, with the authors' initialization.

    Args:
        architecture: what to build. A foreign one is built, and initialized, by its own library.
        seed: weights are drawn from a generator of this seed, whatever was drawn before and leaving torch's global
            generator as it was; ``None``: from the global generator.
        drop_path: stochastic depth: the share of images for which training drops the last block's residual, in
            [0, 1); the shares of the blocks before it fall linearly to zero.

    Returns:
        A `Network`; of a foreign architecture, the other library's module.

    Raises:
        ArchitectureError: a block kind or an activation is unknown, or a number is out of range.

    Example:
        >>> import netspace as ns, torch
        >>> network = ns.build(ns.anynet(depths=[1], widths=[16], group_widths=8, image_size=32, num_classes=10))
        >>> network(torch.zeros(2, 3, 32, 32)).shape
        torch.Size([2, 10])
    """
    if not isinstance(architecture, Architecture):
        raise ArchitectureError(f"build takes an Architecture, such as ns.regnet(...), not {architecture!r:.80}")
    check_drop_path(drop_path)
    with drawing_from(seed):
        return _initialized(architecture, drop_path)


def check_drop_path(drop_path: Any) -> None:
    """Raises an `ArchitectureError` if ``drop_path`` is no share."""
    if not isinstance(drop_path, int | float) or not 0 <= drop_path < 1:
        raise ArchitectureError(f"drop_path {drop_path!r} is not a share in [0, 1)")


@contextmanager
def drawing_from(seed: int | None) -> Iterator[None]:
    """Draws weights from a generator of ``seed``, leaving torch's own as it was; ``None``: from torch's own.

    Raises:
        ArchitectureError: the seed is not a whole number of at most 64 bits.
    """
    if seed is None:
        yield
        return
    if not isinstance(seed, int) or not -(2**63) <= seed < 2**64:
        raise ArchitectureError(f"seed {seed!r} is not a whole number of at most 64 bits")
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        yield


def _initialized(architecture: Architecture, drop_path: float) -> nn.Module:
    if architecture.foreign:
        return build_foreign(architecture, drop_path)
    network = Network(architecture)
    initialize(network)
    for module in network.modules():
        draw = getattr(module, "init_weights", None)  # of a user's own block
        if callable(draw):
            draw()
    if drop_path:
        _set_drop_path(network, drop_path)
    return network


def _set_drop_path(network: Network, rate: float) -> None:
    """Gives each block its share: none for the first, ``rate`` for the last, linear between.

    Raises:
        ArchitectureError: the network has no residual to drop.
    """
    if not any(isinstance(module, DropPath) for module in network.modules()):
        raise ArchitectureError(
            f"drop_path={rate:g} has nothing to drop: no block of this network has a residual (one of your own takes "
            "part by a netspace.networks.layers.DropPath around its residual)"
        )
    blocks = [block for stage in network.stages for block in stage]  # type: ignore[attr-defined]
    for i, block in enumerate(blocks):
        for module in block.modules():
            if isinstance(module, DropPath):
                module.rate = rate * i / max(1, len(blocks) - 1)


def _stem(stem: Stem, in_channels: int) -> nn.Sequential:
    layers = ConvNorm(stem.kernel, in_channels, stem.width, stride=stem.stride, activation_name=stem.activation)
    if stem.pools:
        layers.pool = nn.MaxPool2d(3, 2, 1)
    return layers


def _stages(architecture: Architecture) -> Iterator[nn.Sequential]:
    width, size = architecture.stem.width, architecture.stem.output_size(architecture.image_size)
    for stage in architecture.stages:
        yield _stage(stage, width, size)
        width, size = stage.width, output_size(size, stage.stride)


def _stage(stage: Stage, width: int, size: int) -> nn.Sequential:
    if stage.block not in BLOCKS:
        raise unknown_block(stage.block)
    return nn.Sequential(*[BLOCKS[stage.block](stage, shape) for shape in stage.blocks(width, size)])


def _head(head: Head, width: int, num_classes: int) -> nn.Sequential:
    layers: OrderedDict[str, nn.Module] = OrderedDict()
    if head.width:
        layers["conv"] = ConvNorm(1, width, head.width, activation_name=head.activation)
    elif head.activates:
        layers["act"] = activation(head.activation)
    layers["pool"] = nn.AdaptiveAvgPool2d(1)
    width = head.width or width
    if head.hidden:
        layers["hidden"] = ConvNorm(1, width, head.hidden, activation_name=head.activation, bias=True)
    layers["flatten"] = nn.Flatten()
    if head.dropout:
        layers["dropout"] = nn.Dropout(head.dropout)
    layers["linear"] = _classifier(head.hidden or width, num_classes)
    return nn.Sequential(layers)


def _classifier(width: int, num_classes: int) -> nn.Module:
    return nn.Linear(width, num_classes) if num_classes else nn.Identity()

"""Networks as backbones: the feature maps at each reduction, as timm's ``features_only`` gives them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from torch import Tensor, nn

from netspace.architecture import Architecture
from netspace.errors import ArchitectureError
from netspace.networks.network import Network
from netspace.networks.registry import registered


@dataclass(frozen=True)
class Feature:
    """One feature map: the last one of its resolution.

    Attributes:
        channels: its channels.
        reduction: the network's input size over its size.
        module: the module whose output it is, by the name that the network has for it.
    """

    channels: int
    reduction: int
    module: str


class FeatureInfo(tuple[Feature, ...]):
    """What a backbone's feature maps are, in order; `channels` and `reduction` as users of timm know them.

    Example:
        >>> import netspace as ns
        >>> info = ns.create_model("RegNetX-200MF", features_only=True, out_indices=(2, 3, 4)).feature_info
        >>> info.channels(), info.reduction()
        ([56, 152, 368], [8, 16, 32])
    """

    __slots__ = ()

    def channels(self) -> list[int]:
        """Gives the channels of each feature map."""
        return [feature.channels for feature in self]

    def reduction(self) -> list[int]:
        """Gives input size over output size of each feature map."""
        return [feature.reduction for feature in self]

    def module_name(self) -> list[str]:
        """Gives the name of the module that each feature map comes from."""
        return [feature.module for feature in self]


class FeatureNetwork(nn.Module):
    """Stem and stages of a `Network`; gives feature maps instead of logits.

    ``feature_info`` tells of each map. Parts after the last map that is asked for are left out; names in the state
    dict are those of the whole network. It shares its modules with ``network``.

    Args:
        network: the whole network.
        out_indices: which of its feature maps, counted from the finest, or from the end where negative; default: all.

    Raises:
        ArchitectureError: there is no such feature map.
    """

    def __init__(self, network: Network, out_indices: Sequence[int] | None = None) -> None:
        super().__init__()
        if not isinstance(network, Network):
            raise ArchitectureError(f"feature maps are those of a Network of netspace, not of {type(network).__name__}")
        self.architecture = network.architecture
        every = features(network.architecture)
        chosen = _chosen(out_indices, len(every), network.architecture)
        self.feature_info = FeatureInfo(every[i] for i in chosen)
        names = self.feature_info.module_name()
        last = max((int(name.split(".")[1]) + 1 for name in names if name.startswith("stages.")), default=0)
        self.stem = network.stem
        self.stages = nn.Sequential(*list(network.stages)[:last])
        self._has_own_blocks = any(stage.block in registered() for stage in self.architecture.stages)
        self._early = "stem.act" in names
        self._after = [i for i in range(last) if f"stages.{i}" in names]
        self._stem_is_out = "stem" in names

    def forward(self, x_NCHW: Tensor) -> list[Tensor]:
        """Gives the feature maps (N, channels, H / reduction, W / reduction) of images (N, in_channels, H, W)."""
        maps = []
        for name, layer in self.stem.named_children():
            x_NCHW = layer(x_NCHW)
            if self._early and name == "act":
                maps.append(x_NCHW)
        if self._stem_is_out:
            maps.append(x_NCHW.clone() if self._has_own_blocks else x_NCHW)
        for i, stage in enumerate(self.stages):
            x_NCHW = stage(x_NCHW)
            if i in self._after:
                maps.append(x_NCHW.clone() if self._has_own_blocks else x_NCHW)  # the next may work in place
        return maps


def features(architecture: Architecture) -> FeatureInfo:
    """Tells of all feature maps of a network: the last one of each resolution, from the finest to the coarsest."""
    stem = architecture.stem
    found: dict[int, Feature] = {}
    reduction = 1 if stem.kind == "cifar" else 2
    if stem.kind == "imagenet":
        found[2] = Feature(stem.width, 2, "stem.act")
        reduction = 4
    found[reduction] = Feature(stem.width, reduction, "stem")
    for i, stage in enumerate(architecture.stages):
        reduction *= stage.stride
        found[reduction] = Feature(stage.width, reduction, f"stages.{i}")
    return FeatureInfo(found.values())


def _chosen(out_indices: Any, count: int, architecture: Architecture) -> list[int]:
    wanted = list(range(count)) if out_indices is None else out_indices
    whole = isinstance(wanted, Sequence) and all(isinstance(i, int) for i in wanted)
    chosen = sorted({i + count if i < 0 else i for i in wanted}) if whole else []
    if not chosen or not all(0 <= i < count for i in chosen):
        maps = ", ".join(f"{i}: 1/{f.reduction}" for i, f in enumerate(features(architecture)))
        raise ArchitectureError(f"out_indices {out_indices!r} are not all feature maps of this network: it has {maps}")
    return chosen

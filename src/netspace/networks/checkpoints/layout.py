"""What a library calls the layers of a network: the part of its parameters' names before ``.weight``, ``.bias``...

Every library names the same layers. A `Layout` has a small function for each family of networks that it has; that
gives, for an `Architecture`, our name of each layer and theirs. One such table serves both directions.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from torch import Tensor

from netspace.architecture import Architecture, Stage

Names = dict[str, str]
"""From our name of a layer to theirs. It may name layers that a network lacks, such as squeeze-and-excitation."""

STEM = "stem.conv.weight"
CLASSIFIER = "head.linear"


@dataclass(frozen=True)
class Layout:
    """How one library names and stores the parameters of the families of networks that it has.

    Attributes:
        name: the library.
        families: for each family (see `family`), what gives the names of a network's layers.
        bgr: families whose images have the channels blue, green, red.
        convolution_classifies: whether the classifier is a 1x1 convolution, its weight (classes, width, 1, 1).
        padding: how its networks pad, see `Architecture`; empty: either way under the same names. Weights would fit a
            network that pads otherwise, and give wrong outputs.
    """

    name: str
    families: Mapping[str, Callable[[Architecture], Names]]
    bgr: frozenset[str] = frozenset()
    convolution_classifies: bool = False
    padding: str = "symmetric"

    def keys(self, architecture: Architecture) -> "Keys | None":
        """Gives the library's names of a network's parameters; ``None``: it has no such network."""
        names_of = self.families.get(family(architecture))
        return None if names_of is None else Keys(names_of(architecture))

    def pads_like(self, architecture: Architecture) -> bool:
        """Tells whether the library's networks pad as this one does."""
        return self.padding in ("", architecture.padding)

    def reads_bgr(self, architecture: Architecture) -> bool:
        """Tells whether the library's weights of such a network want the channels blue, green, red."""
        return family(architecture) in self.bgr

    def store(self, key: str, tensor: Tensor, *, flip: bool) -> Tensor:
        """Gives a tensor, by our name ``key``, as the library stores it; ``flip`` reverses the image's channels."""
        if key == f"{CLASSIFIER}.weight" and self.convolution_classifies:
            return tensor[:, :, None, None]
        return _flipped(tensor) if key == STEM and flip else tensor

    def restore(self, key: str, tensor: Tensor, *, flip: bool) -> Tensor:
        """Gives a tensor of the library, by our name ``key``, as we store it: undoes `store`."""
        if key == f"{CLASSIFIER}.weight" and tensor.shape[2:] == (1, 1):
            return tensor[:, :, 0, 0]
        return _flipped(tensor) if key == STEM and flip else tensor


class OwnLayout(Layout):
    """Our own names, of any network."""

    def keys(self, _: Architecture) -> "Keys":
        """Gives every name as it is."""
        return Keys(None)


@dataclass(frozen=True)
class Keys:
    """One network's parameters by our names and by a library's; ``names`` of ``None``: both are the same."""

    names: Mapping[str, str] | None

    def theirs(self, ours: str) -> str | None:
        """Gives the library's name of our parameter ``ours``; ``None``: it has none."""
        return ours if self.names is None else _renamed(ours, self.names)

    def ours(self, theirs: str) -> str | None:
        """Gives our name of the library's parameter ``theirs``; ``None``: we have none."""
        return theirs if self.names is None else _renamed(theirs, self._back)

    @cached_property
    def _back(self) -> dict[str, str]:
        return {theirs: ours for ours, theirs in (self.names or {}).items()}


def _renamed(key: str, names: Mapping[str, str]) -> str | None:
    layer, _, kind = key.rpartition(".")
    return f"{names[layer]}.{kind}" if layer in names else None


def _flipped(weight_OIHW: Tensor) -> Tensor:
    return weight_OIHW.flip(1) if weight_OIHW.shape[1] == 3 else weight_OIHW


def family(architecture: Architecture) -> str:
    """Gives the family whose names a network takes in other libraries; empty: no library has the like."""
    kinds = {stage.block for stage in architecture.stages}
    if len(kinds) != 1:
        return ""
    (kind,) = kinds
    if kind in ("x", "basic") and architecture.stem.kind == "imagenet":
        return "resnet"
    if kind == "inverted":
        return _inverted_family(architecture)
    if kind == "rexnet":
        return "rexnet_lite" if architecture.head.hidden else "rexnet"
    return {"x": "regnet", "basic": "anynet", "vanilla": "anynet", "separable": "mobilenetv1"}.get(kind, "")


def _inverted_family(architecture: Architecture) -> str:
    stages = architecture.stages
    if all(stage.expansion is None for stage in stages):
        return "regnetz"
    if any(stage.se for stage in stages):
        return "efficientnet"
    return "mobilenetv2" if all(stage.kernel == 3 for stage in stages) else "efficientnet_lite"


def block_names(
    architecture: Architecture, block: Callable[[int, int, int], str], inside: Callable[[Stage], Names]
) -> Names:
    """Names the layers of all blocks.

    Args:
        architecture: the network.
        block: gives a block's name from its stage, its place there, and its place in the network, each from 0.
        inside: gives the names of the layers inside a block of a stage.
    """
    names = {}
    for i, j, n, stage in _blocks(architecture):
        for ours, theirs in inside(stage).items():
            names[f"stages.{i}.{j}.{ours}"] = f"{block(i, j, n)}.{theirs}"
    return names


def _blocks(architecture: Architecture) -> Iterator[tuple[int, int, int, Stage]]:
    n = 0
    for i, stage in enumerate(architecture.stages):
        for j in range(stage.depth):
            yield i, j, n, stage
            n += 1


def as_linear_bottleneck(bottleneck: Names) -> Names:
    """Gives the names of a bottleneck's three convolutions to RegNetZ's block, which libraries name alike."""
    part = {"a": "expand", "b": "spatial", "c": "project"}
    split = ((*ours.split("."), theirs) for ours, theirs in bottleneck.items())
    return {f"{part.get(layer, layer)}.{kind}": theirs for layer, kind, theirs in split}


RESNET_BLOCK: Names = {
    "a.conv": "conv1",
    "a.bn": "bn1",
    "b.conv": "conv2",
    "b.bn": "bn2",
    "c.conv": "conv3",
    "c.bn": "bn3",
    "shortcut.conv": "downsample.0",
    "shortcut.bn": "downsample.1",
}
"""torchvision's names inside ResNet's blocks, which timm and mmpretrain keep."""

"""Networks outside our vocabulary, from timm: ``timm:NAME``. Built by it, counted by our rule."""

from difflib import get_close_matches
from functools import lru_cache
from typing import Any

import torch
from torch import nn

from netspace.architecture import Architecture
from netspace.complexity import Complexity
from netspace.complexity.counting import FOREIGN
from netspace.errors import ArchitectureError
from netspace.networks.counting import count

INSTALL = 'pip install "netspace[vision]"'


def is_foreign(name: str) -> bool:
    """Tells whether a name is of another library: ``timm:NAME``."""
    return str(name).partition(":")[0].lower() in FOREIGN


def foreign_architecture(
    name: str, *, image_size: int | None = None, in_channels: int = 3, num_classes: int | None = None
) -> Architecture:
    """Describes a network of timm: ``"timm:mobilenetv3_large_100"``.

    Args:
        name: ``timm:`` and a name that ``timm.list_models()`` lists.
        image_size: height and width of the input; by default the network's own.
        in_channels: channels of the input.
        num_classes: outputs of the classifier; by default the network's own.

    Raises:
        ArchitectureError: timm is not installed, or does not know the name.
    """
    known = _timm_name(name).partition(".")[0]  # without weights, their tag means nothing
    config = _timm().get_pretrained_cfg(known)
    return Architecture(
        (),
        foreign=f"timm:{known}",
        image_size=int(config.input_size[-1]) if image_size is None else image_size,
        in_channels=in_channels,
        num_classes=config.num_classes if num_classes is None else num_classes,
    )


def build_foreign(architecture: Architecture, drop_path: float = 0.0, **options: Any) -> nn.Module:
    """Builds a foreign architecture; weights are drawn by the other library from torch's global generator.

    Raises:
        ArchitectureError: the library is not timm, is not installed, or cannot build it so.
    """
    name = _timm_name(architecture.foreign)
    if drop_path:
        options["drop_path_rate"] = drop_path
    if architecture.image_size != int(_timm().get_pretrained_cfg(name).input_size[-1]):
        options |= _sized(name, architecture.image_size)
    try:
        network: nn.Module = _timm().create_model(
            name, num_classes=architecture.num_classes, in_chans=architecture.in_channels, **options
        )
    except Exception as error:
        raise ArchitectureError(f"timm cannot build {name!r}: {type(error).__name__}: {error}") from error
    return network


def _sized(name: str, image_size: int) -> dict[str, Any]:
    """Gives the option that tells timm an input size, for the networks that have to know it."""
    return {"img_size": image_size} if _timm().get_pretrained_cfg(name).fixed_input_size else {}


@lru_cache(maxsize=4096)
def count_foreign(architecture: Architecture) -> Complexity:
    """Counts a foreign network by the papers' rule, on the meta device: no memory, no weights."""
    with torch.device("meta"):
        network = build_foreign(architecture)
    try:
        return count(network, architecture.image_size, architecture.in_channels)
    except RuntimeError as error:
        raise ArchitectureError(
            f"{architecture.foreign} does not work on images of {architecture.image_size} px: {error}"
        ) from error


FOREIGN["timm"] = count_foreign


def _timm() -> Any:
    try:
        import timm
    except ImportError as error:
        raise ArchitectureError(f"timm:NAME needs timm, which is not installed: {INSTALL}") from error
    except RuntimeError as error:
        raise ArchitectureError(
            f"timm does not load because torchvision does not fit torch ({error}): install the pair that "
            f"constraints.txt names, or {INSTALL}"
        ) from error
    return timm


def _timm_name(name: str) -> str:
    library, _, known = name.partition(":")
    if library.lower() != "timm":
        raise ArchitectureError(f"{name!r} is no foreign network: those are timm:NAME, such as timm:mnasnet_100")
    if not _timm().is_model(known):
        near = get_close_matches(known, _timm().list_models(), n=3)
        hint = f": did you mean {', '.join(f'timm:{each}' for each in near)}?" if near else ""
        raise ArchitectureError(f"timm knows no network {known!r}{hint}")
    return known

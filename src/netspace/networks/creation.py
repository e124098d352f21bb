"""Networks by name, as timm's users create them."""

from collections.abc import Sequence
from pathlib import Path

from torch import nn

from netspace import zoo
from netspace.architecture import Architecture
from netspace.errors import ArchitectureError
from netspace.networks.features import FeatureNetwork
from netspace.networks.foreign import build_foreign, foreign_architecture, is_foreign
from netspace.networks.network import Network, build, check_drop_path, drawing_from


def get_architecture(
    name: str, *, image_size: int | None = None, in_channels: int = 3, num_classes: int | None = None
) -> Architecture:
    """Describes a network by name.

    Args:
        name: the paper's, timm's or torchvision's name of a network of the zoo, in any case; or ``timm:NAME``, any
            network of timm (extra ``vision``), which is built and counted like any other.
        image_size: height and width of the input, in pixels; by default the one it was published with.
        in_channels: channels of the input.
        num_classes: outputs of the classifier; by default as published; 0: none, the network gives pooled features.

    Raises:
        ArchitectureError: the name is unknown (the message names the nearest), or a number is out of range.

    Example:
        >>> import netspace as ns
        >>> network = ns.get_architecture("regnetx_002")
        >>> network.image_size, ns.complexity(network).flops
        (224, 199040872)
    """
    if is_foreign(name):
        return foreign_architecture(name, image_size=image_size, in_channels=in_channels, num_classes=num_classes)
    return zoo.get_architecture(name, image_size=image_size, in_channels=in_channels, num_classes=num_classes)


def create_model(
    name: str,
    *,
    num_classes: int | None = None,
    in_chans: int = 3,
    image_size: int | None = None,
    features_only: bool = False,
    out_indices: Sequence[int] | None = None,
    pretrained: bool | str | Path = False,
    drop_path: float = 0.0,
    seed: int | None = None,
) -> nn.Module:
    """Builds a network by name.

    Args:
        name: as in `get_architecture`; timm's form with a tag, such as ``regnetx_016.pycls_in1k``, chooses weights.
        num_classes: outputs of the classifier; by default as published; 0: none, the network gives pooled features.
        in_chans: channels of the input.
        image_size: of the input that the network is described with; it takes images of any size.
        features_only: gives a backbone instead, whose output is a list of feature maps; see its ``feature_info``.
        out_indices: which feature maps, the finest being 0; by default all. Needs ``features_only``.
        pretrained: ``True``: timm's weights of it, from the hub (extra ``hub``) or from where the message of the
            error says; a path: a checkpoint file, as `load_checkpoint` reads it. Of weights with timm's names for other
            classes the classifier is left out, and for other channels the stem is adapted; a line says so.
        drop_path: stochastic depth of the last block, see `build`.
        seed: of the initial weights; ``None``: torch's global generator.

    Returns:
        A `Network`, or with ``features_only`` a `FeatureNetwork`; of ``timm:NAME``, timm's own module.

    Raises:
        ArchitectureError: the name is unknown, or an option does not fit it.
        CheckpointError: the weights cannot be had, or do not fit.

    Example:
        >>> import netspace as ns, torch
        >>> backbone = ns.create_model("RegNetX-200MF", features_only=True, out_indices=(1, 4))
        >>> [tuple(each.shape) for each in backbone(torch.zeros(1, 3, 64, 64))]
        [(1, 24, 16, 16), (1, 368, 2, 2)]
    """
    if out_indices is not None and not features_only:
        raise ArchitectureError("out_indices chooses feature maps: it needs features_only=True")
    architecture = get_architecture(name, image_size=image_size, in_channels=in_chans, num_classes=num_classes)
    if architecture.foreign:
        options = {"features_only": True, "out_indices": out_indices} if features_only else {}
        if isinstance(pretrained, str | Path):
            raise ArchitectureError(
                f"pretrained={str(pretrained)!r} cannot be loaded into {name}, whose names timm alone knows: create it "
                "without, and load its state dict as timm does, or with pretrained=True for timm's own weights"
            )
        check_drop_path(drop_path)
        with drawing_from(seed):
            return build_foreign(architecture, drop_path, pretrained=pretrained, **options)
    network = build(architecture, seed=seed, drop_path=drop_path)
    if not isinstance(network, Network):
        raise TypeError(f"{type(network).__name__} is no Network")
    if isinstance(pretrained, str | Path):
        from netspace.networks.pretrained import load_file

        load_file(network, pretrained)
    elif pretrained:
        from netspace.networks.pretrained import load_pretrained

        load_pretrained(network, zoo.find(name), tag=name.rpartition(".")[2])
    return FeatureNetwork(network, out_indices) if features_only else network

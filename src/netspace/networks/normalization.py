"""Normalization of a whole network: its kind, its epsilon, and batch norms that no longer learn."""

from torch import nn

from netspace.architecture import Norm
from netspace.errors import ArchitectureError


def set_norm(network: nn.Module, norm: Norm) -> None:
    """Gives every batch norm of ``network`` the epsilon and momentum of ``norm``, or puts group norms in their place.

    Raises:
        ArchitectureError: a group norm's group size does not divide a width.
    """
    if norm.kind == "batch":
        for module in network.modules():
            if isinstance(module, nn.BatchNorm2d):
                module.eps, module.momentum = norm.epsilon, norm.momentum
        return
    for parent in list(network.modules()):
        for name, child in parent.named_children():
            if isinstance(child, nn.BatchNorm2d):
                setattr(parent, name, _group_norm(child.num_features, norm))


def _group_norm(width: int, norm: Norm) -> nn.GroupNorm:
    if width % norm.group_size:
        raise ArchitectureError(
            f"a group norm of {norm.group_size} channels a group does not divide a width of {width}: "
            "choose a group size that divides every width"
        )
    return nn.GroupNorm(width // norm.group_size, width, eps=norm.epsilon)


class FrozenBatchNorm2d(nn.BatchNorm2d):
    """A batch norm that keeps its statistics, scale and shift whatever mode the network is in."""

    def train(self, mode: bool = True) -> "FrozenBatchNorm2d":
        """Stays in evaluation mode."""
        super().train(False)
        return self


def freeze_batch_norm(network: nn.Module, *, frozen: bool = True) -> nn.Module:
    """Freezes the batch norms of ``network``, or with ``frozen=False`` lets them learn again.

    A frozen batch norm neither updates its running statistics in training mode nor trains its scale and shift; names
    in the state dict stay. Detectors are trained so (ReXNet paper, section 5.2), and transfer with small batches.

    Returns:
        ``network`` itself.

    Example:
        >>> import netspace as ns
        >>> network = ns.freeze_batch_norm(ns.create_model("RegNetX-200MF"))
        >>> network.train().stem.bn.training
        False
    """
    for module in network.modules():
        if isinstance(module, nn.BatchNorm2d):
            module.__class__ = FrozenBatchNorm2d if frozen else nn.BatchNorm2d
            module.train(network.training)
            for parameter in module.parameters():
                parameter.requires_grad_(not frozen)
    return network

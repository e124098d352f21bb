"""Normalization of a whole network: its kind, its epsilon, and batch norms that no longer learn."""

from functools import cache
from typing import Any

from torch import nn

from netspace.architecture import Norm
from netspace.errors import ArchitectureError

BATCH_NORMS = (nn.BatchNorm2d, nn.SyncBatchNorm)


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


class Frozen(nn.Module):
    """What a batch norm of any class becomes when frozen: it stays in evaluation mode, whatever the network's."""

    def train(self, mode: bool = True) -> "Frozen":
        """Stays in evaluation mode."""
        super().train(False)
        return self


@cache
def _frozen(kind: Any) -> Any:
    return type(f"Frozen{kind.__name__}", (Frozen, kind), {"__module__": __name__})


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
        if isinstance(module, BATCH_NORMS):
            kind: Any = type(module)
            if frozen and not isinstance(module, Frozen):
                module.__class__ = _frozen(kind)
            elif not frozen and isinstance(module, Frozen):
                module.__class__ = kind.__bases__[1]
            module.train(network.training)
            for parameter in module.parameters():
                parameter.requires_grad_(not frozen)
    return network

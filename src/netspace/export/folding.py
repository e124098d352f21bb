"""Batch norms folded into the convolutions before them: the same function in fewer layers."""

import copy
from typing import Any

import torch
from torch import fx, nn

from netspace.networks.padding import SamePadConv2d

_PLAIN_CONVOLUTIONS = (nn.Conv2d.forward, SamePadConv2d.forward)
"""What a convolution may compute for a scale to pass through its weights: a subclass that standardizes its weights
does not."""


def fold(network: nn.Module) -> nn.Module:
    """Gives a copy of ``network``, in evaluation mode, without the batch norms that follow a convolution directly.

    W' = W g / sqrt(v + e) and b' = (b - m) g / sqrt(v + e) + s, computed in float64; names in the state dict stay. A
    network that torch.fx cannot trace is copied as it is.

    Example:
        >>> import netspace as ns
        >>> network = ns.build(ns.anynet(depths=[1], widths=[16], image_size=32), seed=0)
        >>> any(isinstance(layer, nn.BatchNorm2d) for layer in fold(network).modules())
        False
    """
    network = copy.deepcopy(network).eval()
    try:
        traced = fx.GraphModule(network, _Tracer().trace(network))
    except Exception:  # noqa: BLE001 whatever foreign code raises when it is traced, it still can be exported
        return network
    for node in list(traced.graph.nodes):
        pair = _pair(traced, node)
        if pair is not None:
            _fold_into(*pair)
            node.replace_all_uses_with(node.args[0])
            traced.graph.erase_node(node)
    traced.delete_all_unused_submodules()
    traced.recompile()
    return traced


class _Tracer(fx.Tracer):
    """Takes convolutions and batch norms of any class as one step each."""

    def is_leaf_module(self, m: nn.Module, module_qualified_name: str) -> bool:
        return isinstance(m, nn.Conv2d | nn.BatchNorm2d) or super().is_leaf_module(m, module_qualified_name)


def _pair(traced: fx.GraphModule, node: fx.Node) -> tuple[nn.Conv2d, nn.BatchNorm2d] | None:
    """Gives the convolution and the batch norm of a node that can be folded."""
    norm = _module(traced, node)
    if not isinstance(norm, nn.BatchNorm2d) or type(norm).forward is not nn.BatchNorm2d.forward:
        return None
    convolution = _module(traced, node.args[0])
    if not isinstance(convolution, nn.Conv2d) or type(convolution).forward not in _PLAIN_CONVOLUTIONS:
        return None
    is_alone = len(node.args[0].users) == 1 and norm.running_mean is not None  # type: ignore[union-attr]
    return (convolution, norm) if is_alone else None


def _module(traced: fx.GraphModule, node: Any) -> nn.Module | None:
    """Gives the module that a node calls, if it is the only node that calls it."""
    if not isinstance(node, fx.Node) or node.op != "call_module":
        return None
    calls = sum(other.op == "call_module" and other.target == node.target for other in traced.graph.nodes)
    return traced.get_submodule(str(node.target)) if calls == 1 else None


@torch.no_grad()
def _fold_into(convolution: nn.Conv2d, norm: nn.BatchNorm2d) -> None:
    mean, variance = (each.double() for each in (norm.running_mean, norm.running_var) if each is not None)
    scale = (variance + norm.eps).rsqrt()
    if norm.weight is not None:
        scale *= norm.weight.double()
    shift = -mean if convolution.bias is None else convolution.bias.double() - mean
    shift = shift * scale if norm.bias is None else shift * scale + norm.bias.double()
    weight = convolution.weight
    convolution.weight = nn.Parameter((weight.double() * scale.reshape(-1, 1, 1, 1)).to(weight.dtype), False)
    convolution.bias = nn.Parameter(shift.to(weight.dtype), False)

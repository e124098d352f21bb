"""Counting a built module with forward hooks: the check on the closed forms, and the way for foreign networks."""

from typing import Any

import torch
from torch import Tensor, nn

from netspace.complexity import Complexity

_COUNTED = (nn.Conv2d, nn.Linear, nn.MaxPool2d)


def count(module: nn.Module, image_size: int, in_channels: int = 3) -> Complexity:
    """Counts a module by the papers' rule from one forward pass, of any device, without changing it.

    Convolutions and linear layers count multiply-adds (biases one each) and the elements of their outputs; max-pools
    count the elements of their outputs; all trained parameters count.

    Args:
        module: a network that takes images (N, in_channels, image_size, image_size).
        image_size: height and width of the input, in pixels.
        in_channels: channels of the input.

    Example:
        >>> import netspace as ns
        >>> architecture = ns.anynet(depths=[1], widths=[16], group_widths=8, image_size=32)
        >>> count(ns.build(architecture), 32) == ns.complexity(architecture)
        True
    """
    flops: list[int] = []
    acts: list[int] = []

    def hook(layer: nn.Module, _: Any, output: Tensor) -> None:
        acts.append(output.numel())
        flops.append(_multiply_adds(layer, output))

    handles = [layer.register_forward_hook(hook) for layer in module.modules() if isinstance(layer, _COUNTED)]
    training = {layer: layer.training for layer in module.modules()}
    try:
        first = next(module.parameters(), None)
        device = torch.empty(0).device if first is None else first.device
        with torch.no_grad():
            module.eval()(torch.zeros(1, in_channels, image_size, image_size, device=device))
    finally:
        for handle in handles:
            handle.remove()
        for layer, mode in training.items():
            layer.training = mode
    params = sum(parameter.numel() for parameter in module.parameters())
    return Complexity(sum(flops), params, sum(acts))


def _multiply_adds(layer: nn.Module, output: Tensor) -> int:
    if isinstance(layer, nn.MaxPool2d):
        return 0
    per_output = layer.weight[0].numel() + (layer.bias is not None)  # type: ignore[index]
    return int(output.numel() * per_output)

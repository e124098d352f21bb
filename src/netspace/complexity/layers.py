"""The cost of single layers, for one network or for many at once (RegNet paper, Figure 12; appendix D)."""

from dataclasses import dataclass
from typing import Any

from numpy.typing import NDArray

from netspace.numbers import Number


@dataclass(frozen=True, slots=True)
class Complexity:
    """What a network costs for one image.

    Attributes:
        flops: multiply-adds.
        params: trained parameters.
        acts: elements of the outputs of all convolutions.

    Each is an exact ``int``, or an int64 array with an entry per network.
    """

    flops: Number
    params: Number
    acts: Number

    def __add__(self, other: "Complexity") -> "Complexity":
        return Complexity(self.flops + other.flops, self.params + other.params, self.acts + other.acts)

    def __mul__(self, times: Number) -> "Complexity":
        return Complexity(self.flops * times, self.params * times, self.acts * times)

    def take(self, which: NDArray[Any]) -> "Complexity":
        """Keeps the networks at ``which`` (indices or a mask) of arrays."""
        return Complexity(self.flops[which], self.params[which], self.acts[which])


NOTHING = Complexity(0, 0, 0)


def convolution(
    kernel: Number, input_width: Number, width: Number, size: Number, *, groups: Number = 1, bias: bool = False
) -> Complexity:
    """Counts a ``kernel`` x ``kernel`` convolution whose *output* is ``size`` x ``size``."""
    weights = kernel * kernel * input_width * width // groups
    pixels = size * size
    return Complexity(
        (weights + width * bias) * pixels if bias else weights * pixels, weights + width * bias, width * pixels
    )


def batch_norm(width: Number) -> Complexity:
    """Counts the scale and shift of a batch norm; its arithmetic is free by the papers' rule."""
    return Complexity(0, 2 * width, 0)


def convolution_norm(
    kernel: Number, input_width: Number, width: Number, size: Number, *, groups: Number = 1
) -> Complexity:
    """Counts a convolution without bias and the batch norm after it."""
    return convolution(kernel, input_width, width, size, groups=groups) + batch_norm(width)


def squeeze_excite(width: Number, se_width: Number, *, norm: bool = False) -> Complexity:
    """Counts the two 1x1 convolutions with bias on a 1x1 map, and the batch norm between them if any."""
    squeeze = convolution(1, width, se_width, 1, bias=True)
    excite = convolution(1, se_width, width, 1, bias=True)
    return squeeze + excite + batch_norm(se_width) if norm else squeeze + excite


def linear(input_width: Number, width: Number) -> Complexity:
    """Counts a fully connected layer with bias."""
    return convolution(1, input_width, width, 1, bias=True)


def max_pool(width: Number, size: Number) -> Complexity:
    """Counts a pooling whose output is ``size`` x ``size``: activations only."""
    return Complexity(0, 0, width * size * size)

"""Does an exported graph compute what the network computes? On random images, and on hard ones."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

FLOOR = 1e-30
"""Differences up to this are none: sums of float32's subnormal numbers, which libraries may take for zero. It lies far
below what networks with initial weights give, whose outputs can be as small as 1e-20."""


@dataclass(frozen=True)
class Agreement:
    """How far two ways to compute a network are apart on one batch.

    Attributes:
        images: which images, in words.
        batch: how many.
        absolute: the largest difference of an output.
        relative: that over the largest output of the network.
        finite: whether both give numbers that are not finite, if any, in the same places.
    """

    images: str
    batch: int
    absolute: float
    relative: float
    finite: bool = True

    def within(self, tolerance: float) -> bool:
        """Tells whether the difference is at most ``tolerance`` of the largest output (or under 1e-30)."""
        return self.finite and (self.relative <= tolerance or self.absolute <= FLOOR)


def probe_images(channels: int, size: int) -> Iterator[tuple[str, Tensor]]:
    """Yields batches (N, channels, size, size) with their names: of 1, 2 and 5 random images, then hard ones."""
    generator = torch.Generator().manual_seed(0)

    def random(batch: int) -> Tensor:
        return torch.randn(batch, channels, size, size, generator=generator)

    for batch in (1, 2, 5):
        yield "random", random(batch)
    yield "zeros", torch.zeros(2, channels, size, size)
    yield "up to 255, not normalized", torch.randint(0, 256, (2, channels, size, size), generator=generator).float()
    yield "all 255", torch.full((1, channels, size, size), 255.0)
    yield "tiny (1e-8)", 1e-8 * random(2)
    levels = torch.tensor([-2.0, -0.5, 0.01, 1.0, 3.0])
    yield "constant", levels.reshape(-1, 1, 1, 1).expand(5, channels, size, size).contiguous()


def compare_outputs(
    reference: Callable[[Tensor], Any], exported: Callable[[Tensor], Sequence[NDArray[Any]]], channels: int, size: int
) -> tuple[Agreement, ...]:
    """Compares two ways to compute a network on each of `probe_images`.

    Args:
        reference: takes images and gives a tensor, or several.
        exported: takes images and gives as many arrays.
        channels: of an image.
        size: height and width of an image, in pixels.
    """
    rows = []
    for name, images in probe_images(channels, size):
        with torch.inference_mode():
            wanted = [each.float().numpy() for each in as_tensors(reference(images))]
        rows.append(_agreement(name, len(images), wanted, exported(images)))
    return tuple(rows)


def as_tensors(output: Any) -> list[Tensor]:
    """Gives what a network returns as a list of tensors.

    Raises:
        TypeError: it is neither a tensor nor a sequence of tensors.
    """
    tensors = [output] if isinstance(output, Tensor) else list(output)
    if not tensors or not all(isinstance(each, Tensor) for each in tensors):
        raise TypeError(f"the network returns {type(output).__name__}, not a tensor or a list of tensors")
    return tensors


def _agreement(name: str, batch: int, wanted: Sequence[NDArray[Any]], got: Sequence[NDArray[Any]]) -> Agreement:
    absolute, largest, finite = 0.0, 0.0, True
    for a, b in zip(wanted, got, strict=True):
        if a.shape != b.shape:
            return Agreement(name, batch, float("inf"), float("inf"), finite=False)
        both = np.isfinite(a) & np.isfinite(b)
        finite &= bool(np.array_equal(np.isfinite(a), np.isfinite(b)))
        absolute = max(absolute, float(np.abs(np.subtract(a, b, where=both, out=np.zeros_like(a))).max()))
        largest = max(largest, float(np.abs(a[both]).max(initial=0.0)))
    relative = absolute / largest if largest else float(absolute > 0)
    return Agreement(name, batch, absolute, relative, finite)

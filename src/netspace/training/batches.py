"""Batches of images that live in memory: shuffling, cropping, mirroring and normalizing, all at once.

Shapes are noted as N images, B images of a batch, C channels, H height, W width.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor

from netspace.random import derive_seed
from netspace.training.recipe import Recipe

EVALUATION_BATCH = 500


@dataclass(frozen=True)
class Images:
    """One split on a device.

    Attributes:
        x_NCHW: uint8 images.
        y_N: int64 labels.
        mean_C11: of the training split per channel, in 0 to 255.
        std_C11: the same.
        memory_format: how batches are to lie in memory.
    """

    x_NCHW: Tensor
    y_N: Tensor
    mean_C11: Tensor
    std_C11: Tensor
    memory_format: torch.memory_format

    def __len__(self) -> int:
        return len(self.y_N)

    def normalized(self, which: Tensor | slice) -> Tensor:
        """Gives the images at ``which`` as floats of mean 0 and deviation 1 per channel."""
        x_BCHW = self.x_NCHW[which].to(torch.float32)
        return (x_BCHW - self.mean_C11) / self.std_C11


def training_batches(images: Images, recipe: Recipe, seed: int, epoch: int) -> Iterator[tuple[Tensor, Tensor]]:
    """Yields augmented (images, labels) of one epoch; order and augmentation depend on seed and epoch alone."""
    generator = torch.Generator().manual_seed(derive_seed(seed, "epoch", epoch))
    device = images.y_N.device
    order_N = torch.randperm(len(images), generator=generator).to(device)
    size = min(recipe.batch_size, len(images))
    for start in range(0, len(images) - size + 1, size):
        which_B = order_N[start : start + size]
        x_BCHW = augment(images.normalized(which_B), recipe, generator)
        yield lay_out(x_BCHW, images.memory_format), images.y_N[which_B]


def evaluation_batches(images: Images) -> Iterator[tuple[Tensor, Tensor]]:
    """Yields all (images, labels) in order, unchanged."""
    for start in range(0, len(images), EVALUATION_BATCH):
        which = slice(start, start + EVALUATION_BATCH)
        yield lay_out(images.normalized(which), images.memory_format), images.y_N[which]


def lay_out(x_BCHW: Tensor, memory_format: torch.memory_format) -> Tensor:
    """Copies a batch into a memory format, also where one channel would let any strides pass for it."""
    return torch.empty_like(x_BCHW, memory_format=memory_format).copy_(x_BCHW)


def augment(x_BCHW: Tensor, recipe: Recipe, generator: torch.Generator) -> Tensor:
    """Crops each image at its own random offset from a frame of zeros, and mirrors half of them."""
    batch, _, height, width = x_BCHW.shape
    if recipe.crop_padding:
        padding = recipe.crop_padding
        offsets_2B = torch.randint(0, 2 * padding + 1, (2, batch), generator=generator).to(x_BCHW.device)
        framed = F.pad(x_BCHW, (padding,) * 4)
        windows = framed.unfold(2, height, 1).unfold(3, width, 1)  # B C (2p+1) (2p+1) H W, a view
        each_B = torch.arange(batch, device=x_BCHW.device)
        x_BCHW = windows[each_B, :, offsets_2B[0], offsets_2B[1]]
    if recipe.flip:
        mirrored_B = (torch.rand(batch, generator=generator) < 0.5).to(x_BCHW.device)
        x_BCHW = torch.where(mirrored_B[:, None, None, None], x_BCHW.flip(3), x_BCHW)
    return x_BCHW

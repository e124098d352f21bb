"""A hundred photographs of ImageNet's classes, beside the checkout on development machines, and what networks see."""

import io
from pathlib import Path

import numpy as np
import pyarrow.parquet
import torch
from PIL import Image
from torch import Tensor

Channels = tuple[float, float, float]

FILE = Path(__file__).parents[4] / "shared" / "data" / "imagenet_sample100.parquet"
"""One image of every tenth class. Probably training images: accuracies read high."""

LITE_MEAN, LITE_STD = (127 / 255,) * 3, (128 / 255,) * 3
"""What EfficientNet-Lite's authors take from pixels in [0, 1], and divide by (``efficientnet_lite_builder.py``)."""


def photographs() -> tuple[list[Image.Image], list[int]]:
    """Gives the images, and their classes among ImageNet's 1000."""
    table = pyarrow.parquet.read_table(FILE)
    images = [Image.open(io.BytesIO(each["bytes"])).convert("RGB") for each in table["image"].to_pylist()]
    return images, table["label"].to_pylist()


def seen(image: Image.Image, mean: Channels = LITE_MEAN, std: Channels = LITE_STD) -> Tensor:
    """Gives the central square, 0.875 of the shorter side, bicubic at 224 px, as a normalized (3, 224, 224)."""
    side = min(image.size) * 0.875
    left, top = (image.width - side) / 2, (image.height - side) / 2
    square = image.resize((224, 224), Image.Resampling.BICUBIC, box=(left, top, left + side, top + side))
    x_HWC = torch.from_numpy(np.array(square, dtype=np.float32) / 255)
    return ((x_HWC - torch.tensor(mean)) / torch.tensor(std)).permute(2, 0, 1)

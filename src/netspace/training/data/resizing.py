"""How an image meets another size: left alone, padded with zeros, or resized and center-cropped."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from os import cpu_count

import numpy as np
from PIL import Image

from netspace.training.data.dataset import Images

PADDED_PART = 0.25
"""Images that lack at most this part of the target are padded rather than resized: 28 px -> 32 px keeps each pixel."""

THREADS = min(8, cpu_count() or 1)
CHUNK = 1024


def cover(image: Image.Image, size: int) -> Image.Image:
    """Resizes the shorter side to ``size`` (bilinear, antialiased) and crops the center to a square."""
    short = min(image.size)
    left, top = ((side - short) // 2 for side in image.size)
    return image.resize((size, size), Image.Resampling.BILINEAR, box=(left, top, left + short, top + short))


def fit(x_NCHW: Images, size: int) -> tuple[Images, list[str]]:
    """Brings images to ``size`` by ``size``; gives them and what was done, in words.

    Images of that size stay as they are; images smaller by at most a quarter of ``size`` are padded with zeros on all
    sides; of all others the shorter side is resized and the center is cropped.

    Example:
        >>> images, how = fit(np.zeros((1, 1, 28, 28), np.uint8), 32)
        >>> images.shape, how
        ((1, 1, 32, 32), ['padded 28 -> 32 with zeros'])
    """
    height, width = x_NCHW.shape[2:]
    before = f"{height}" if height == width else f"{height}x{width}"
    if height == width == size:
        return x_NCHW, []
    if all((1 - PADDED_PART) * size <= side <= size for side in (height, width)):
        return _pad(x_NCHW, size), [f"padded {before} -> {size} with zeros"]
    crop = "" if height == width else " on the shorter side, center-cropped"
    return _resize(x_NCHW, size), [f"resized {before} -> {size} (bilinear, antialiased){crop}"]


def _pad(x_NCHW: Images, size: int) -> Images:
    n, channels, height, width = x_NCHW.shape
    top, left = (size - height) // 2, (size - width) // 2
    out = np.zeros((n, channels, size, size), np.uint8)
    out[:, :, top : top + height, left : left + width] = x_NCHW
    return out


def _resize(x_NCHW: Images, size: int) -> Images:
    n, channels = x_NCHW.shape[:2]
    planes = x_NCHW.reshape(n * channels, *x_NCHW.shape[2:])
    out = np.empty((n * channels, size, size), np.uint8)

    def resize_some(some: range) -> None:
        for i in some:
            out[i] = cover(Image.fromarray(planes[i]), size)

    in_threads(resize_some, len(planes))
    return out.reshape(n, channels, size, size)


def in_threads(work: Callable[[range], None], n: int, *, chunk: int = CHUNK) -> None:
    """Calls ``work`` with consecutive ranges that make up ``range(n)``, some at a time; the first error is raised."""
    pool = ThreadPoolExecutor(THREADS)
    try:
        for _ in pool.map(work, [range(i, min(i + chunk, n)) for i in range(0, n, chunk)]):
            pass
    finally:
        pool.shutdown(cancel_futures=True)


def to_rgb(x_N1HW: Images) -> Images:
    """Repeats grey in three channels."""
    return x_N1HW.repeat(3, axis=1)


def to_grey(x_N3HW: Images) -> Images:
    """Gives luma, 0.299 R + 0.587 G + 0.114 B (ITU-R BT.601), rounded as Pillow does."""
    out = np.empty((len(x_N3HW), 1, *x_N3HW.shape[2:]), np.uint8)
    for i in range(0, len(x_N3HW), CHUNK):
        red, green, blue = (x_N3HW[i : i + CHUNK, c].astype(np.uint32) for c in range(3))
        out[i : i + CHUNK, 0] = (red * 19595 + green * 38470 + blue * 7471 + 0x8000) >> 16
    return out

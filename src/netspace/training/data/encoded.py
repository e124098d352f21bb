"""Compressed images (PNG, JPEG, ...) of any sizes -> splits of one size, decoded on several threads."""

import io
import os
import struct
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np
from PIL import Image, ImageOps

from netspace.errors import DataError
from netspace.training.data.dataset import Images, Labels, Split
from netspace.training.data.progress import Progress
from netspace.training.data.resizing import cover, in_threads

CHUNK = 64
LOSSLESS = frozenset({"PNG", "BMP", "GIF", "TIFF", "PPM"})
_GREY = frozenset({"1", "L", "LA"})
_COLOR = frozenset({"RGB", "RGBA", "P", "PA", "CMYK", "YCbCr", "LAB", "HSV", "RGBX", "RGBa"})
_ORIENTATION = 0x0112
_PIXEL_LIMIT_ERRORS = (Image.DecompressionBombError, Image.DecompressionBombWarning)
_BROKEN = (
    OSError,
    ValueError,
    SyntaxError,
    TypeError,
    IndexError,
    KeyError,
    ArithmeticError,
    struct.error,
    *_PIXEL_LIMIT_ERRORS,
)
"""What Pillow's decoders raise for files that are cut off or are no images."""


@dataclass(frozen=True, slots=True)
class EncodedImage:
    """A compressed image: what messages call it, and its file or its bytes."""

    name: str
    content: Path | bytes

    @contextmanager
    def open(self) -> Iterator[Image.Image]:
        """Opens the image; pixels are decoded when they are first needed.

        Raises:
            DataError: it cannot be read, inside the ``with`` too.
        """
        try:
            with Image.open(io.BytesIO(self.content) if isinstance(self.content, bytes) else self.content) as image:
                yield image
        except DataError:
            raise
        except _BROKEN as error:
            raise DataError(f"cannot decode the image {self.name}: {error}\n  Replace or remove it.") from None


@dataclass(frozen=True)
class EncodedSplit:
    """Compressed images with their labels."""

    images: Sequence[EncodedImage]
    labels: Labels


class _Header(NamedTuple):
    """What the first bytes of an image tell: (height, width) as it is to be seen, whether it is grey, its format."""

    size: tuple[int, int]
    grey: bool
    format: str


def decode_splits(
    splits: Sequence[EncodedSplit], where: str, image_size: int | None
) -> tuple[list[Split], tuple[str, ...]]:
    """Decodes splits into arrays of one size, and tells what was done to the images.

    Where all images have one size they keep it. Where sizes differ, the shorter side of each is resized to
    ``image_size`` (bilinear, antialiased) and the center is cropped. A split of grey images alone has 1 channel, any
    other has 3; transparency is dropped; photographs are turned as their EXIF data says.

    Raises:
        DataError: an image cannot be decoded; sizes differ and ``image_size`` is ``None``; or the arrays would not
            fit into this machine's memory.
    """
    headers = [_read_headers(split.images, where) for split in splits]
    sizes = {header.size for each in headers for header in each}
    resize = len(sizes) > 1
    if resize and image_size is None:
        raise DataError(
            f"{where}: images have {len(sizes):,} sizes, {_range_of(sizes)} (height x width): say to which they are "
            f"brought, as in load_dataset(..., image_size=64)"
        )
    shape = (image_size, image_size) if resize and image_size is not None else next(iter(sizes))
    channels = [1 if all(header.grey for header in each) else 3 for each in headers]
    _check_memory(where, [(len(split.images), c, *shape) for split, c in zip(splits, channels, strict=True)])
    decoded = [
        Split(_decode(split.images, c, shape, where, resize=resize), split.labels)
        for split, c in zip(splits, channels, strict=True)
    ]
    return decoded, tuple(_notes(headers, sizes, shape[0]))


def _read_headers(images: Sequence[EncodedImage], where: str) -> list[_Header]:
    headers: list[_Header | None] = [None] * len(images)
    with Progress(f"looking at the images of {where}", len(images)) as progress:

        def read_some(some: range) -> None:
            for i in some:
                headers[i] = _read_header(images[i])
            progress.add(len(some))

        in_threads(read_some, len(images), chunk=CHUNK)
    return [header for header in headers if header is not None]


def _read_header(encoded: EncodedImage) -> _Header:
    with encoded.open() as image:
        if image.mode not in _GREY | _COLOR:
            raise DataError(
                f"the image {encoded.name} has pixels of mode {image.mode}, not of 8 bits per channel: save it as "
                f"8-bit grey or RGB"
            )
        width, height = image.size
        size = (width, height) if _is_turned(image) else (height, width)
        return _Header(size, image.mode in _GREY, image.format or "unknown")


def _is_turned(image: Image.Image) -> bool:
    """Tells whether a photograph is to be turned by a quarter; only JPEG tells so before all is decoded."""
    return image.format in {"JPEG", "MPO"} and image.getexif().get(_ORIENTATION, 1) in {5, 6, 7, 8}


def _decode(
    images: Sequence[EncodedImage], channels: int, shape: tuple[int, int], where: str, *, resize: bool
) -> Images:
    x_NHWC = np.empty((len(images), *shape, channels), np.uint8)
    with Progress(f"decoding the images of {where}", len(images)) as progress:

        def decode_some(some: range) -> None:
            for i in some:
                x_NHWC[i] = _decode_one(images[i], channels, shape[0] if resize else None)
            progress.add(len(some))

        in_threads(decode_some, len(images), chunk=CHUNK)
    return np.ascontiguousarray(x_NHWC.transpose(0, 3, 1, 2))


def _decode_one(encoded: EncodedImage, channels: int, size: int | None) -> Images:
    with encoded.open() as image:
        turned = ImageOps.exif_transpose(image) if image.format in {"JPEG", "MPO"} else image
        full = turned.convert("RGBA") if "transparency" in turned.info else turned
        plain = full.convert("L" if channels == 1 else "RGB")
        pixels = np.asarray(plain if size is None else cover(plain, size))
        return pixels.reshape(*pixels.shape[:2], channels)


def _check_memory(where: str, shapes: Sequence[tuple[int, ...]]) -> None:
    needed = sum(int(np.prod(shape, dtype=np.float64)) for shape in shapes)
    available = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    if needed > available:
        height, width = shapes[0][2:]
        raise DataError(
            f"{where}: the images take {needed / 1e9:,.1f} GB at {height}x{width} px, but this machine has "
            f"{available / 1e9:,.1f} GB of memory: use fewer images, or smaller ones"
        )


def _notes(headers: Sequence[Sequence[_Header]], sizes: set[tuple[int, int]], target: int) -> Iterator[str]:
    if len(sizes) > 1:
        yield (
            f"images of {_range_of(sizes)} px (height x width): shorter side resized to {target} (bilinear, "
            f"antialiased), center-cropped"
        )
    lossy = sorted({header.format for each in headers for header in each} - LOSSLESS)
    if lossy:
        yield f"decoded from lossy files ({', '.join(lossy)})"


def _range_of(sizes: set[tuple[int, int]]) -> str:
    by_area = sorted(sizes, key=lambda size: (size[0] * size[1], size))
    small, large = by_area[0], by_area[-1]
    return f"{small[0]}x{small[1]} to {large[0]}x{large[1]}"

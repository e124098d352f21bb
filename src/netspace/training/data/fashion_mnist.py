"""Fashion-MNIST (Xiao, Rasul and Vollgraf 2017, arXiv 1708.07747): 60,000 + 10,000 grey images of clothes, 28 px."""

import hashlib
import os
from collections.abc import Iterator
from pathlib import Path

from netspace.errors import DataError
from netspace.training.data.dataset import Dataset, Split
from netspace.training.data.download import RemoteFile, download_folder, fetch, search_roots
from netspace.training.data.idx import TEST, TRAIN, find_file, parse_idx, to_split, unpack

NAME = "fashion-mnist"
CLASSES = (
    "T-shirt/top",
    "Trouser",
    "Pullover",
    "Dress",
    "Coat",
    "Sandal",
    "Shirt",
    "Sneaker",
    "Bag",
    "Ankle boot",
)
SOURCE = "Fashion-MNIST, https://github.com/zalandoresearch/fashion-mnist (MIT license)"
DEBIAN_FOLDER = Path("/usr/share/datasets/fashion-mnist")
"""Where the Debian package dataset-fashion-mnist puts the files."""

SHA256 = {
    TRAIN[0]: "c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888",
    TRAIN[1]: "bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9",
    TEST[0]: "5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b",
    TEST[1]: "0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34",
}
"""Of the unpacked content: the authors and Debian packed the same content differently."""

_MIRRORS = (
    "https://raw.githubusercontent.com/zalandoresearch/fashion-mnist/master/data/fashion",
    "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com",
)

FILES = tuple(
    RemoteFile(f"{name}.gz", tuple(f"{mirror}/{name}.gz" for mirror in _MIRRORS), digest, packed=True)
    for name, digest in SHA256.items()
)


def load_fashion_mnist(root: str | os.PathLike[str] | None = None) -> Dataset:
    """Gives all of Fashion-MNIST, from a folder of data sets, from Debian's package, or from the network.

    Raises:
        DataError: the files cannot be had, or are damaged.
    """
    folder = next(_complete_folders(root), None)
    if folder is None:
        folder = download_folder(root) / NAME
        fetch(FILES, folder)
    return Dataset.of(NAME, read_checked(folder, TRAIN), read_checked(folder, TEST), CLASSES, SOURCE)


def read_checked(folder: Path, names: tuple[str, str]) -> Split:
    """Reads one split and compares it with the digests.

    Raises:
        DataError: a file is missing or damaged.
    """
    contents = [_checked_content(folder, name) for name in names]
    images, labels = (parse_idx(content, name) for content, name in zip(contents, names, strict=True))
    return to_split(images, labels, str(folder))


def _complete_folders(root: str | os.PathLike[str] | None) -> Iterator[Path]:
    for folder in [*(each / NAME for each in search_roots(root)), DEBIAN_FOLDER]:
        if all(find_file(folder, name) for name in SHA256):
            yield folder


def _checked_content(folder: Path, name: str) -> bytes:
    path = find_file(folder, name)
    if path is None:
        raise DataError(f"{folder} lacks {name}, or the same with .gz")
    content = unpack(path)
    found = hashlib.sha256(content).hexdigest()
    if found != SHA256[name]:
        raise DataError(
            f"{path} is damaged or another file: the SHA-256 of its content is {found}, expected {SHA256[name]}.\n"
            f"  Remove it; it is fetched again when needed."
        )
    return content

"""Makes the built-in images: 1,600 training and 400 test images of each class of Fashion-MNIST.

Usage: python tools/make_builtin_data.py [FOLDER with the four idx files] [--out FOLDER]

The input is compared with its checksums, the selection is seeded, and the output is the same byte for byte with the
same liblzma. Of the ways to store such a selection that were tried, xz over plain rows is the smallest:

    xz, plain rows                   7.54 MB    xz, difference to the row above      7.74 MB
    deflate (npz), plain rows        8.74 MB    xz, difference to the left pixel     8.23 MB
    deflate, difference to above     8.52 MB    xz, both differences                 8.32 MB
    xz, pixel by pixel over images   8.92 MB    xz, rows sorted by class             7.47 MB (but then never shuffled)
"""

import argparse
import json
import lzma
from pathlib import Path

import numpy as np

from netspace.random import stream
from netspace.training.data import Dataset, Split
from netspace.training.data.builtin_images import NAME, pack_splits
from netspace.training.data.fashion_mnist import CLASSES, DEBIAN_FOLDER, read_checked
from netspace.training.data.idx import TEST, TRAIN

PER_CLASS = {"train": 1600, "test": 400}
SEED = 0
SOURCE = "20,000 of the 70,000 images of Fashion-MNIST, https://github.com/zalandoresearch/fashion-mnist (MIT license)"
SELECTION = (
    f"a random subset of Fashion-MNIST: of each class {PER_CLASS['train']:,} of its 6,000 training images "
    f"and {PER_CLASS['test']:,} of its 1,000 test images"
)
FILTERS = [{"id": lzma.FILTER_LZMA2, "preset": 9 | lzma.PRESET_EXTREME, "dict_size": 1 << 24}]
PACKAGE_FOLDER = Path(__file__).parents[1] / "src/netspace/training/data/builtin"


def select(split: Split, name: str) -> Split:
    """Draws the same number of images of each class, and keeps them in their order."""
    drawn = [
        stream(SEED, NAME, name, label).permutation(np.flatnonzero(split.labels == label))[: PER_CLASS[name]]
        for label in range(len(CLASSES))
    ]
    indices = np.sort(np.concatenate(drawn))
    return Split(split.images[indices], split.labels[indices])


def describe(dataset: Dataset) -> str:
    """Gives the JSON that lies beside the images."""
    facts = {
        "name": NAME,
        "source": SOURCE,
        "selection": SELECTION,
        "classes": dataset.classes,
        "images": [len(dataset.train), len(dataset.test)],
        "shape": dataset.image_shape,
        "fingerprint": dataset.fingerprint,
    }
    return json.dumps(facts, indent=2) + "\n"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", nargs="?", type=Path, default=DEBIAN_FOLDER)
    parser.add_argument("--out", type=Path, default=PACKAGE_FOLDER)
    options = parser.parse_args()
    train = select(read_checked(options.folder, TRAIN), "train")
    test = select(read_checked(options.folder, TEST), "test")
    dataset = Dataset.of(NAME, train, test, CLASSES, SOURCE, [SELECTION])
    packed = lzma.compress(pack_splits(train, test), check=lzma.CHECK_SHA256, filters=FILTERS)
    options.out.mkdir(parents=True, exist_ok=True)
    (options.out / f"{NAME}.xz").write_bytes(packed)
    (options.out / f"{NAME}.json").write_text(describe(dataset), encoding="utf-8")
    print(f"{dataset!r}: {len(packed) / 1e6:.2f} MB in {options.out}")


if __name__ == "__main__":
    main()

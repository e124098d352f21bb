"""Small data sets that tests make: two kinds of stripes that a tiny network can tell apart."""

import numpy as np

from netspace.random import stream
from netspace.training.data import Dataset, PreparedData, load_dataset, prepare


def stripes(n: int = 240, size: int = 8, channels: int = 1, seed: int = 0) -> Dataset:
    """Horizontal against vertical stripes with noise: (n, channels, size, size) for training, n / 4 for test."""
    rng = stream(seed, "stripes")
    total = n + n // 4
    labels = np.arange(total) % 2
    bars = (np.arange(size) // 2 % 2 * 160).astype(np.uint8)
    horizontal = np.broadcast_to(bars[:, None], (size, size))
    images = np.stack([horizontal if label else horizontal.T for label in labels])[:, None].repeat(channels, 1)
    images = (images + rng.integers(0, 90, images.shape)).astype(np.uint8)
    return load_dataset(
        {
            "train_images": images[:n],
            "train_labels": labels[:n],
            "test_images": images[n:],
            "test_labels": labels[n:],
        }
    )


def prepared_stripes(size: int = 8, channels: int = 1, **options: object) -> PreparedData:
    """The stripes, ready for a network."""
    return prepare(stripes(**options), image_size=size, in_channels=channels, validation=0.25, seed=0)

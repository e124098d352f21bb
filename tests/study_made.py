"""A small study that is really trained: 30 tiny networks on stripes, in some ten seconds."""

from contextlib import chdir
from pathlib import Path

import numpy as np

import netspace as ns
from tests.data_made import stripes

NETWORK = {"image_size": 8, "in_channels": 1, "num_classes": 2, "stem": "cifar", "stem_width": 4, "num_stages": 2}
BUDGET = (20e3, 200e3)
RECIPE = {"base": "quick", "epochs": 1, "batch_size": 16, "crop_padding": 1}


def save_stripes(path: Path, seed: int = 0) -> None:
    """Writes the stripes to an .npz file."""
    data = stripes(seed=seed)
    np.savez(
        path,
        train_images=data.train.images,
        train_labels=data.train.labels,
        test_images=data.test.images,
        test_labels=data.test.labels,
    )


def train_study(folder: Path, n: int = 30) -> ns.Study:
    """Trains population ``a``, of AnyNetX_A, into ``study.db`` of a folder, on ``stripes.npz`` there."""
    save_stripes(folder / "stripes.npz")
    study = ns.Study(str(folder / "study.db"))
    sample = ns.get_space("anynetx_a", **NETWORK).sample(n, flops=BUDGET, seed=0)
    with chdir(folder):
        study.train(sample, name="a", data="stripes.npz", recipe=RECIPE, workers=2, progress=False)
    return study

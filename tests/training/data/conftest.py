"""Real data where it is on this machine, and small files in the formats that users have."""

import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from netspace.random import stream
from netspace.training.data.fashion_mnist import DEBIAN_FOLDER


@pytest.fixture
def shared_data() -> Path:
    """The folder of real images that lies beside the checkout on development machines."""
    folder = Path(__file__).parents[3].parent / "shared" / "data"
    if not folder.is_dir():
        pytest.skip("no folder of real images beside the checkout (../shared/data)")
    return folder


@pytest.fixture
def debian_folder() -> Path:
    if not DEBIAN_FOLDER.is_dir():
        pytest.skip("the Debian package dataset-fashion-mnist is not installed")
    return DEBIAN_FOLDER


@pytest.fixture
def own_cache(tmp_path, monkeypatch) -> Path:
    """An empty cache, and no other folder of data sets."""
    monkeypatch.setenv("NETSPACE_CACHE", str(tmp_path / "cache"))
    monkeypatch.delenv("NETSPACE_DATA", raising=False)
    return tmp_path / "cache"


def pixels(n: int, *shape: int, seed: int = 0) -> np.ndarray:
    """Random uint8 of shape (n, *shape)."""
    return stream(seed, "pixels").integers(0, 256, (n, *shape), dtype=np.uint8)


def encode(image: np.ndarray, kind: str = "PNG") -> bytes:
    """Compresses (H, W) or (H, W, 3)."""
    out = io.BytesIO()
    Image.fromarray(image).save(out, kind)
    return out.getvalue()

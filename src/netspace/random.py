"""One seed, many independent named streams.

Every random choice in netspace draws from ``stream(seed, "what", "it", "is", "for")``. A stream depends
on its seed and its name alone: not on how many workers run, in which order, or what was drawn before.
"""

import hashlib

import numpy as np


def derive_seed(seed: int, *names: str | int) -> int:
    """Gives a 63-bit seed that depends on ``seed`` and ``names`` alone.

    >>> derive_seed(0, "weights", 3) == derive_seed(0, "weights", 3)
    True
    >>> derive_seed(0, "weights", 3) == derive_seed(0, "weights", 4)
    False
    """
    text = "\x1f".join([str(seed), *(str(name) for name in names)])
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big") >> 1


def stream(seed: int, *names: str | int) -> np.random.Generator:
    """Gives the numpy generator of the stream ``names`` under ``seed``."""
    return np.random.Generator(np.random.PCG64(derive_seed(seed, *names)))

"""Small spaces whose every error is known."""

import numpy as np

from netspace.refinement import Column


def choices(p: int, like: str = "") -> list[Column]:
    """Gives p columns of choices, alike if they are given a name."""
    return [Column(f"x_{j + 1}", "choice", like) for j in range(p)]


def additive(seed: int = 0, n: int = 2000, noise: float = 0.5) -> tuple[list[Column], np.ndarray, np.ndarray]:
    """Four choices of three options; option 2 of the first is bad, option 0 of the second good."""
    r = np.random.default_rng(seed)
    x = r.integers(0, 3, (n, 4)).astype(float)
    return choices(4), x, 20 + 2 * (x[:, 0] == 2) - 1.5 * (x[:, 1] == 0) + r.normal(0, noise, n)


def null(seed: int = 0, n: int = 2000) -> tuple[list[Column], np.ndarray, np.ndarray]:
    """Five choices and a number, none of which matters."""
    r = np.random.default_rng(seed)
    x = np.column_stack([r.integers(0, 3, (n, 5)), r.random(n)])
    return [*choices(5, "x"), Column("rate", "number")], x, 10 * np.exp(r.normal(0, 0.3, n))

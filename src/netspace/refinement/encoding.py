"""Features of the parameters, and the covariance of the networks' errors that they give.

n and m rows of a table, p columns. A covariance has three parts: pairs of columns, what like columns share, and each
column's own effect. Features are centered and scaled over the pool, so that neither units nor the number of options
favor a column.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from netspace.refinement.columns import Array, Column, groups

HARMONICS = 4
"""Cosines of a number's rank, of amplitude 1, 1/2, 1/3, 1/4: smooth effects are likelier."""


@dataclass(frozen=True, eq=False)
class Encoding:
    """Features of each column: one for each option of a choice, cosines of a number's rank in the pool.

    Attributes:
        levels: of each column, its values in the pool, increasing.
        bases: of each column, the features of its levels.
        shared: places of the columns that are alike, group by group.
    """

    levels: tuple[Array, ...]
    bases: tuple[Array, ...]
    shared: tuple[tuple[int, ...], ...]

    @classmethod
    def of(cls, columns: Sequence[Column], pool: Array) -> "Encoding":
        """Chooses the features from the pool (m, p)."""
        levels, bases = zip(*(_basis(column, x) for column, x in zip(columns, pool.T, strict=True)), strict=True)
        widths = [basis.shape[1] for basis in bases]
        alike = (tuple(g) for g in groups(columns).values() if len({widths[j] for j in g}) == 1)
        return cls(levels, bases, tuple(alike))

    def features(self, table: Array) -> list[Array]:
        """Gives the features of each column, a list of (n, features of the column)."""
        places = [
            np.clip(np.searchsorted(levels, x), 0, len(levels) - 1)
            for levels, x in zip(self.levels, table.T, strict=True)
        ]
        return [basis[place] for basis, place in zip(self.bases, places, strict=True)]

    def common(self, features: list[Array]) -> Array:
        """Gives the features that like columns have in common, (n, features)."""
        parts = [np.sum([features[j] for j in g], axis=0) / np.sqrt(len(g) * len(self.shared)) for g in self.shared]
        return np.concatenate(parts, 1) if parts else np.zeros((len(features[0]), 1))


def _basis(column: Column, values: Array) -> tuple[Array, Array]:
    levels, counts = np.unique(values, return_counts=True)
    weight = counts / len(values)
    if column.kind == "choice":
        basis = np.eye(len(levels))
    else:
        order = np.arange(1, min(len(levels) - 1, HARMONICS) + 1)
        basis = np.cos(np.pi * np.outer(np.cumsum(weight) - weight / 2, order)) / order
    basis = basis - weight @ basis
    return levels, basis / max(np.sqrt(weight @ (basis**2).sum(1)), 1e-12)


def kernels(code: Encoding, a: list[Array], b: list[Array]) -> Array:
    """Gives the parts of the covariance of two lists of features, (3, n, m): pairs, shared, own.

    Pairs are products of two columns' covariances; the square of what is shared (half of it: each pair comes twice)
    joins them, as "how many of them" may bend.
    """
    total, squares, p = np.zeros((len(a[0]), len(b[0]))), np.zeros((len(a[0]), len(b[0]))), len(a)
    for x, y in zip(a, b, strict=True):  # one at a time: all p of them would not fit into the cache
        own = x @ y.T
        total += own
        squares += own * own
    common = code.common(a) @ code.common(b).T
    pairs = (total**2 - squares) / max(p * (p - 1), 1)
    if code.shared:
        pairs = (pairs + common**2 / 2) / 1.5
    return np.stack([pairs, common, total / p])


class Prior:
    """Prior variances of weighted sums of the pool's effects, without the pool-by-pool covariance.

    A product kernel's variance is a sum of squares of weighted products of features, so (features x features) is all
    that is needed.
    """

    def __init__(self, code: Encoding, features: list[Array]) -> None:
        self.all, self.common, self.p = np.concatenate(features, 1), code.common(features), len(features)
        owner = np.repeat(np.arange(self.p), [f.shape[1] for f in features])
        self.across, self.has_shared = owner[:, None] != owner, bool(code.shared)

    def variance(self, w: Array) -> Array:
        """Gives the prior variances of ``w`` @ f for each part, (3,); w has a weight for each row of the pool."""
        used = slice(None) if w.all() else w != 0
        a, c, w = self.all[used], self.common[used], w[used]
        pairs = ((a.T @ (w[:, None] * a)) ** 2)[self.across].sum() / max(self.p * (self.p - 1), 1)
        if self.has_shared:
            pairs = (pairs + ((c.T @ (w[:, None] * c)) ** 2).sum() / 2) / 1.5
        return np.array([pairs, ((w @ c) ** 2).sum(), ((w @ a) ** 2).sum() / self.p])

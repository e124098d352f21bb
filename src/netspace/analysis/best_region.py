"""Where the best networks lie on two parameters at once: the empirical bootstrap of the RegNet paper, for pairs.

Source: Radosavovic et al., "Designing Network Design Spaces", section 3.1, footnote 4, and its figures of two
parameters against each other; the region is ours, since the paper gives none.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from netspace.analysis.bootstrap import best_of_draws, read_pairs
from netspace.analysis.observations import Floats, check_share


@dataclass(frozen=True, eq=False)
class BestRegion:
    """The pairs of values of two parameters among which the best networks lie.

    Attributes:
        pairs: (k, 2) the region: pairs that networks have, the likeliest first; of equally likely ones the lesser.
        chances: (k,) share of the bootstrap samples whose best network has that pair.
        median: of each parameter alone: the most likely best values, as `empirical_bootstrap` gives them. No network
            need have both.
        n: number of networks.
        sampled: networks in each bootstrap sample.
        confidence: that was asked for; the chances of the region add up to that much at least.
    """

    pairs: Floats
    chances: Floats
    median: tuple[float, float]
    n: int
    sampled: int
    confidence: float

    @property
    def hull(self) -> Floats:
        """The corners (c, 2) of the convex hull of the region, counterclockwise; fewer than 3 for a line or a point.

        It is for drawing: it may enclose pairs that are not in the region.
        """
        points = sorted(set(map(tuple, self.pairs.tolist())))
        return np.array(points if len(points) < 3 else [*_chain(points), *_chain(points[::-1])])


def best_region(
    x: ArrayLike,
    y: ArrayLike,
    errors: ArrayLike,
    *,
    fraction: float = 0.25,
    draws: int = 10_000,
    confidence: float = 0.95,
    seed: int = 0,
) -> BestRegion:
    """Gives the region of two parameters in which the best networks lie, by the paper's empirical bootstrap.

    The region is the smallest set of pairs, of those that networks have, that ``confidence`` of the bootstrap samples'
    best networks have. It assumes no shape, so that bent, split and discrete regions come out as they are. Where no
    two networks share a pair, as for two complexities, it is a set of some 12 networks: read it as points, or by its
    `BestRegion.hull`. For the same seed the draws are those of `empirical_bootstrap`. As there, the region is one of
    the best of a quarter of the networks, not of the space's best.

    Args:
        x: (n,) a parameter of the networks, or any number they have.
        y: (n,) another.
        errors: (n,) their errors, in percent.
        fraction: share of the networks in each sample, above 0 and at most 1; the paper's is a quarter.
        draws: number of samples; the paper's is 10,000.
        confidence: of the region, between 0 and 1.
        seed: the same seed gives the same region.

    Raises:
        AnalysisError: fewer than 8 networks, lists of different lengths, or an argument out of range.

    Example:
        >>> depth, width = [8, 8, 8, 16, 16, 16, 16, 24], [32, 64, 32, 32, 64, 64, 64, 64]
        >>> region = best_region(depth, width, [30, 28, 29, 20, 15, 16, 17, 18], confidence=0.8)
        >>> region.pairs.tolist(), region.median
        ([[16.0, 64.0], [24.0, 64.0], [16.0, 32.0]], (16.0, 64.0))
    """
    x_values, e = read_pairs(x, errors)
    y_values, _ = read_pairs(y, errors)
    check_share(confidence, "confidence")
    sampled, best = best_of_draws(e, fraction, draws, seed)
    kept = np.column_stack([x_values[best], y_values[best]])
    pairs, counts = np.unique(kept, axis=0, return_counts=True)
    order = np.argsort(-counts, kind="stable")
    reached = np.cumsum(counts[order]) / draws
    order = order[: np.searchsorted(reached, confidence - 1e-12) + 1]
    median = np.quantile(kept, 0.5, axis=0, method="inverted_cdf").tolist()
    return BestRegion(pairs[order], counts[order] / draws, tuple(median), len(e), sampled, float(confidence))


def _chain(points: list[tuple[float, float]]) -> list[tuple[float, float]]:
    """Gives the lower hull of sorted points but its last corner (Andrew's monotone chain)."""
    corners: list[tuple[float, float]] = []
    for point in points:
        while len(corners) >= 2 and _turn(corners[-2], corners[-1], point) <= 0:
            corners.pop()
        corners.append(point)
    return corners[:-1]


def _turn(a: tuple[float, float], b: tuple[float, float], c: tuple[float, float]) -> float:
    """Gives twice the area of the triangle: positive for a turn to the left."""
    return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])

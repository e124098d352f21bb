"""Weights that give populations one distribution of complexity, so that their errors can be compared.

Source: Radosavovic et al., "On Network Design Spaces for Visual Recognition" (ICCV 2019), on comparing distributions
with complexity controlled: complexity is cut into bins, and a network weighs 1 / (networks in its bin) / (number of
bins). Each bin then weighs the same, in every population.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from netspace.analysis.observations import Floats, read_numbers
from netspace.errors import AnalysisError

BINS = 10
"""Bins, unless told otherwise; the authors' notebooks take 8 to 20."""


@dataclass(frozen=True, eq=False)
class ComplexityWeights:
    """Weights of the networks of one or more populations, by bins that all of them share.

    Attributes:
        edges: (bins + 1,) edges of all bins; a bin holds its lower edge, the last bin its upper one too.
        used: (bins,) whether the bin weighs anything: it has enough networks in every population.
        counts: of each population (bins,) the networks in each bin.
        bins: of each population (n,) the bin of each network; -1 where the network weighs nothing.
        weights: of each population (n,) the weights, which sum to 1; 0 for networks that are left out.
        dropped: of each population the number of networks that weigh nothing.
    """

    edges: Floats
    used: NDArray[np.bool_]
    counts: tuple[NDArray[np.int64], ...]
    bins: tuple[NDArray[np.int64], ...]
    weights: tuple[Floats, ...]
    dropped: tuple[int, ...]

    @property
    def note(self) -> str:
        """What was left out, as a sentence for people; empty where nothing was."""
        empty = int((~self.used).sum())
        if not (empty or any(self.dropped)):
            return ""
        networks = ", ".join(f"{dropped} of {len(w)}" for dropped, w in zip(self.dropped, self.weights, strict=True))
        return f"{empty} of {len(self.used)} complexity bins have too few networks; left out are {networks} networks."


def complexity_weights(
    *complexities: ArrayLike,
    bins: int | Sequence[float] = BINS,
    limits: tuple[float, float] | None = None,
    at_least: int = 2,
) -> ComplexityWeights:
    """Gives the weights that make populations alike in complexity.

    The authors' code wants every bin to hold a network. Here a bin with fewer than ``at_least`` networks in any of the
    populations is left out of all of them, with its networks, and the other bins share the weight: what is compared
    stays one distribution of complexity, of fewer bins. `ComplexityWeights.note` says what was left out.

    Args:
        complexities: of each population (n,) flops, params or acts of its networks, all in one unit.
        bins: number of equally wide bins, or their edges, ascending.
        limits: least and greatest complexity that count; networks beyond weigh nothing. Without: all networks count.
        at_least: networks that a bin needs in every population; 1 as the authors have it. With one network the spread
            of a bin is not known, and the mean of a `normalized_edf` has no interval.

    Raises:
        AnalysisError: no population, no bin with enough networks, or bins or limits that are none.

    Example:
        >>> weights = complexity_weights([1, 2, 3, 4, 9], [1, 1, 4, 4, 4], bins=2, limits=(1, 5))
        >>> weights.weights[0].tolist(), weights.dropped
        ([0.25, 0.25, 0.25, 0.25, 0.0], (1, 0))
        >>> weights.weights[1].round(2).tolist()
        [0.25, 0.25, 0.17, 0.17, 0.17]
    """
    if not complexities:
        raise AnalysisError("complexity weights need the complexities of at least one population: given none")
    if not (isinstance(at_least, int) and at_least >= 1):
        raise AnalysisError(f"at_least must be a whole number of at least 1, such as 2: given {at_least!r}")
    read = [read_numbers(c, f"complexities of population {i}") for i, c in enumerate(complexities)]
    edges = _edges(read, bins, limits)
    placed = [_place(c, edges) for c in read]
    counts = [np.bincount(b[b >= 0], minlength=len(edges) - 1) for b in placed]
    used = np.min(counts, axis=0) >= at_least
    if not used.any():
        raise AnalysisError(
            f"no complexity bin has at least {at_least} networks of every population: counts by bin are "
            f"{[c.tolist() for c in counts]}. Take fewer or wider bins, or populations that overlap in complexity"
        )
    kept = [np.where((b >= 0) & used[b], b, -1) for b in placed]
    weights = [np.where(b >= 0, 1 / np.maximum(c, 1)[b] / used.sum(), 0.0) for b, c in zip(kept, counts, strict=True)]
    dropped = tuple(int((b < 0).sum()) for b in kept)
    return ComplexityWeights(edges, used, tuple(counts), tuple(kept), tuple(weights), dropped)


def _edges(complexities: list[Floats], bins: int | Sequence[float], limits: tuple[float, float] | None) -> Floats:
    if not isinstance(bins, int):
        edges = read_numbers(bins, "edges of bins", at_least=2)
        if limits is not None or (np.diff(edges) <= 0).any():
            raise AnalysisError(f"edges of bins must ascend, and leave no room for limits: given {bins!r}, {limits!r}")
        return edges
    if bins < 1:
        raise AnalysisError(f"bins must be a whole number of at least 1, or edges: given {bins!r}")
    everything = np.concatenate(complexities)
    low, high = (everything.min(), everything.max()) if limits is None else read_numbers(limits, "limits", at_least=2)
    if not low <= high or (limits is not None and low == high):
        raise AnalysisError(f"limits must be a lower and a higher complexity: given {limits!r}")
    if low == high:  # all networks cost the same: one bin holds them
        return np.array([low, np.nextafter(low, np.inf)])
    return np.linspace(low, high, bins + 1)


def _place(complexity: Floats, edges: Floats) -> NDArray[np.int64]:
    """Gives the bin of each network, -1 outside; as numpy's histogram, the last bin holds its upper edge."""
    inside = (complexity >= edges[0]) & (complexity <= edges[-1])
    bin_ = np.searchsorted(edges, complexity, side="right") - 1
    return np.where(inside, np.minimum(bin_, len(edges) - 2), -1)

"""Where the numbers that a sample is drawn with come from: at random, from a Sobol sequence, from a grid; strata."""

from collections.abc import Callable, Iterator
from itertools import count
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from netspace.errors import SpaceError
from netspace.random import derive_seed, stream
from netspace.spaces.budget import Limits
from netspace.spaces.distinct import Seen
from netspace.spaces.distributions import Floats

if TYPE_CHECKING:
    from netspace.spaces.space import DesignSpace, Draws

Look = Callable[[Floats], "Draws"]
"""Evaluates numbers in [0, 1), and keeps the networks inside the budget."""

CHUNK = 16_384
"""Draws at a time. Each chunk has its own random stream; changing it changes which networks a seed gives."""

STRATA = 10
"""Parts of the budget's range of flops, of equal length in the logarithm."""

PILOT = 4
"""Chunks that say which range of flops the space reaches."""

SLOW_PILOT = 256
"""Draws of each of these where networks are made or counted one by one."""

LARGEST_GRID = 4_000_000
"""Points of a grid that are looked at."""


def random(draws: int, seed: int) -> Iterator[Floats]:
    """Yields chunks of uniform numbers, each from its own stream, without end."""
    return (stream(seed, "sample", chunk).random((CHUNK, draws)) for chunk in count())


def quasi_random(draws: int, seed: int) -> Iterator[Floats]:
    """Yields chunks of a scrambled Sobol sequence, until its 2^30 points are used up.

    Raises:
        SpaceError: more numbers make a network than scipy has directions for.
    """
    from scipy.stats import qmc

    if draws > qmc.Sobol.MAXDIM:
        raise SpaceError(f"a Sobol sequence has at most {qmc.Sobol.MAXDIM} dimensions, and {draws} are asked for")
    sequence = qmc.Sobol(max(draws, 1), rng=np.random.default_rng(derive_seed(seed, "sobol")))
    return (sequence.random(CHUNK)[:, :draws] for _ in range(2**30 // CHUNK))


def grid(space: "DesignSpace", n: int, look: Look) -> Iterator[Floats]:
    """Yields ``n`` points of the coarsest regular grid that has as many networks inside the budget.

    A grid of k levels has (i + 1/2) / k for i = 0, ..., k - 1 in each free dimension. Where it has more than n
    different networks, every so many are taken, in the grid's order.

    Raises:
        SpaceError: no grid of at most four million points has so many.
    """
    free = np.flatnonzero(space.is_free)
    levels = best = 0
    while (levels := levels + 1) == 1 or (len(free) and levels ** len(free) <= LARGEST_GRID):
        points = _points(space, free, levels, look)
        if len(points) >= n:
            return iter(np.array_split(points[np.arange(n) * len(points) // n], -(-n // CHUNK)))
        best = max(best, len(points))
    raise SpaceError(
        f"no grid of at most {LARGEST_GRID:,} points has {n} networks of {space.name} inside the budget: the best had "
        f"{best}. Fix or share parameters, ask for fewer, or choose the strategy 'quasi'"
    )


def _points(space: "DesignSpace", free: NDArray[np.intp], levels: int, look: Look) -> Floats:
    """Gives the points of a grid whose networks are inside the budget, of equal ones the first."""
    seen, kept = Seen(), [np.empty((0, space.draws))]
    for start in range(0, levels ** len(free), CHUNK):
        index = np.arange(start, min(start + CHUNK, levels ** len(free)))
        u = np.full((len(index), space.draws), 0.5)
        for k, column in enumerate(free[::-1]):
            u[:, column] = (index // levels**k % levels + 0.5) / levels
        found = look(u)
        kept.append(u[found.rows[seen.new(found)]])
    return np.concatenate(kept)


class Stratified:
    """Admits equally many networks of each part of the range of flops.

    Args:
        space: what is sampled.
        n: networks in all.
        limits: the budget; where it leaves an end of flops open, a first look says how far the space reaches.
        seed: of the sample.
        look: evaluates numbers, and keeps the networks inside the budget.
    """

    def __init__(self, space: "DesignSpace", n: int, limits: Limits, seed: int, look: Look) -> None:
        low, high = limits.get("flops", (-np.inf, np.inf))
        if not np.isfinite([low, high]).all():
            reached = _reached(space, seed, look)
            low, high = (low if np.isfinite(low) else reached[0]), (high if np.isfinite(high) else reached[1])
        self._edges = np.geomspace(max(low, 1.0), max(high, 2.0), STRATA + 1)[1:-1]
        self._left = np.full(STRATA, n // STRATA)
        self._left[: n % STRATA] += 1

    def admitted(self, draws: "Draws") -> NDArray[np.intp]:
        """Gives the indices of networks whose part is not full yet, in their order."""
        part = np.searchsorted(self._edges, draws.complexity.flops, side="right")
        chosen: list[NDArray[np.intp]] = []
        for i in range(STRATA):
            members = np.flatnonzero(part == i)[: self._left[i]]
            self._left[i] -= len(members)
            chosen.append(members)
        return np.sort(np.concatenate(chosen))


def _reached(space: "DesignSpace", seed: int, look: Look) -> tuple[float, float]:
    """Gives the range of flops that all but a few of the networks inside the budget have, in a first look."""
    chunks = random(space.draws, seed)
    few = SLOW_PILOT if space.is_slow else CHUNK
    flops = np.concatenate([look(next(chunks)[:few]).complexity.flops for _ in range(PILOT)])
    if not len(flops):
        return 1.0, 2.0  # the sample itself will say what is out of reach
    low, high = np.quantile(flops, [0.001, 0.999])
    return float(low), float(high)

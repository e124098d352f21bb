"""Where the numbers that a sample is drawn with come from: at random, from a Sobol sequence, from a grid; strata."""

from collections.abc import Callable, Iterator
from itertools import count
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from netspace.errors import SpaceError
from netspace.random import derive_seed, stream
from netspace.spaces.budget import Limits, say
from netspace.spaces.distinct import Seen
from netspace.spaces.distributions import Floats

if TYPE_CHECKING:
    from netspace.spaces.space import DesignSpace, Draws

Look = Callable[..., "Draws"]
"""Evaluates numbers in [0, 1), and keeps the networks inside the budget, or inside the limits that are given too."""

CHUNK = 16_384
"""Draws at a time. Each chunk has its own random stream; changing it changes which networks a seed gives."""

STRATA = 10
"""Parts of the budget's range of flops, of equal length in the logarithm."""

PILOT = 4
"""Chunks that say which range of flops the space reaches."""

SLOW_PILOT = 256
"""Draws of each of these where networks are made or counted one by one."""

MOST_POINTS = 2_000_000
"""Points of grids that are looked at."""

MOST_SLOW_POINTS = 8_192
"""The same where networks are made or counted one by one."""


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

    A grid of k levels has (i + 1/2) / k for i = 0, ..., k - 1 in each free dimension; tried are 1, 2, ..., 40 levels,
    then a twentieth more each time. Where it has more than n different networks, every so many are taken, in the
    grid's order.

    Raises:
        SpaceError: no grid has so many, among those of two million points in all.
    """
    free = np.flatnonzero(space.is_free)
    left = MOST_SLOW_POINTS if space.is_slow else MOST_POINTS
    levels, best, looked = 1, 0, 0
    while levels == 1 or (len(free) and looked + levels ** len(free) <= left):
        points = _points(space, free, levels, look)
        if len(points) >= n:
            return iter(np.array_split(points[np.arange(n) * len(points) // n], -(-n // CHUNK)))
        best = max(best, len(points))
        looked += levels ** len(free)
        levels += max(1, levels // 20)
    raise SpaceError(
        f"no grid has {n} networks of {space.name} inside the budget, of {looked:,} points looked at: the best had "
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
    """Admits equally many networks of each part of the range of flops, or one more.

    Args:
        space: what is sampled.
        n: networks in all.
        limits: the budget; where an end of flops is open, or beyond what a first look reaches, the look decides it.
        seed: of the sample.
        look: evaluates numbers, and keeps the networks inside the budget.
    """

    def __init__(self, space: "DesignSpace", n: int, limits: Limits, seed: int, look: Look) -> None:
        others = {name: pair for name, pair in limits.items() if name != "flops"}
        flops = _first_look(space, seed, lambda u: look(u, others))
        low, high = _reached(flops, *limits.get("flops", (-np.inf, np.inf)))
        self._edges = np.geomspace(low, high, STRATA + 1)
        self._asked = np.diff(np.arange(STRATA + 1) * n // STRATA)
        self._left = self._asked.copy()

    def admitted(self, draws: "Draws") -> NDArray[np.intp]:
        """Gives the indices of networks whose part is not full yet, in their order."""
        part = np.searchsorted(self._edges[1:-1], draws.complexity.flops, side="right")
        chosen: list[NDArray[np.intp]] = []
        for i in range(STRATA):
            members = np.flatnonzero(part == i)[: self._left[i]]
            self._left[i] -= len(members)
            chosen.append(members)
        return np.sort(np.concatenate(chosen))

    def lacking(self) -> str:
        """Says which part of the range had the fewest networks for what was asked."""
        i = int(np.argmax(self._left))
        asked, left = int(self._asked[i]), int(self._left[i])
        return f"{say('flops', *self._edges[i : i + 2])} gave {asked - left} of {asked} networks"


def _first_look(space: "DesignSpace", seed: int, look: Look) -> NDArray[np.int64]:
    """Gives the flops of some networks."""
    chunks = random(space.draws, seed)
    few = SLOW_PILOT if space.is_slow else CHUNK
    return np.concatenate([look(next(chunks)[:few]).complexity.flops for _ in range(PILOT)])


def _reached(flops: NDArray[np.int64], low: float, high: float) -> tuple[float, float]:
    """Gives an interval of flops, its ends moved to where almost all are of those inside, if few are beyond."""
    inside = flops[(low <= flops) & (flops <= high)]
    if not len(inside):
        return max(low, 1.0), max(min(high, 1e18), 2.0)  # the sample itself will say what is out of reach
    least, most = np.quantile(flops, [0.001, 0.999])
    first, last = np.quantile(inside, [0.001, 0.999])
    return float(low if low >= least else first), float(high if high <= most else last)

"""Sampling under a budget by vectorised rejection: draw many, decode as arrays, count, keep what fits."""

from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from netspace.complexity import Complexity
from netspace.complexity.batch import concatenate
from netspace.errors import SpaceError
from netspace.spaces import reach
from netspace.spaces.budget import Limits, Runtime, costs, inside, read_budget
from netspace.spaces.distinct import Seen
from netspace.spaces.distributions import Floats
from netspace.spaces.population import Origin, Population
from netspace.spaces.strategies import Stratified, grid, quasi_random, random

if TYPE_CHECKING:
    from netspace.spaces.space import DesignSpace, Draws

COUNTED_SLICE = 256
"""Draws looked at together where networks are made or counted one by one."""

PATIENCE = 1_000_000
"""Draws in a row without a new network after which the budget, or the space, counts as exhausted."""

SLOWNESS = 128
"""How many times sooner that is where networks are made or counted one by one."""

Progress = Callable[[int, int], None]


def sample(
    space: "DesignSpace",
    n: int,
    budget: Mapping[str, Any],
    *,
    runtime: Runtime | None = None,
    strategy: str = "random",
    seed: int = 0,
    workers: int = 1,
    progress: Progress | None = None,
) -> Population:
    """Samples as `DesignSpace.sample` says."""
    found = list(
        pieces(space, n, budget, runtime=runtime, strategy=strategy, seed=seed, workers=workers, progress=progress)
    )
    networks = concatenate([piece.networks for piece in found])  # type: ignore[misc]
    parameters = {k: np.concatenate([piece.parameters[k] for piece in found]) for k in found[0].parameters}
    columns = [np.concatenate([getattr(p.complexity, k) for p in found]) for k in ("flops", "params", "acts")]
    return Population(networks, parameters, Complexity(*columns), found[0].origin)


def pieces(
    space: "DesignSpace",
    n: int,
    budget: Mapping[str, Any],
    *,
    runtime: Runtime | None = None,
    strategy: str = "random",
    seed: int = 0,
    workers: int = 1,
    progress: Progress | None = None,
) -> Iterator[Population]:
    """Yields the n networks of `sample` as they are found; what was found before is known by a hash alone."""
    if isinstance(n, bool) or not isinstance(n, int | np.integer) or n < 1:
        raise SpaceError(f"cannot sample {n!r} networks: ask for a whole number of at least 1")
    limits, given = read_budget(budget, runtime)
    told = "" if runtime is None else str(getattr(runtime, "__name__", runtime))
    origin = Origin(space.name, space.lineage, given, seed, strategy, told)
    chunks, quota = _strategy(space, strategy, seed, int(n), limits, runtime)
    seen, drawn, patience = Seen(), _Tally(), PATIENCE // (SLOWNESS if space.is_slow else 1)
    for look in _looks(space, chunks, limits, runtime, workers):
        drawn.draws += look.draws
        fresh = look.kept.take(seen.new(look.kept))
        fresh = fresh.take(quota.admitted(fresh)) if quota else fresh
        fresh = fresh.take(np.arange(min(len(fresh.networks), n - drawn.found)))
        drawn.found += len(fresh.networks)
        drawn.fruitless = 0 if len(fresh.networks) else drawn.fruitless + look.draws
        if len(fresh.networks):
            yield Population(fresh.networks, fresh.parameters, fresh.complexity, origin)
        if progress:
            progress(drawn.found, int(n))
        if drawn.found == n:
            return
        if not drawn.found and drawn.looks == 0 and reach.is_out_of_reach(limits, reach.look(space, limits, runtime)):
            break
        drawn.looks += 1
        if drawn.fruitless >= patience:
            break
    if drawn.found:
        raise reach.exhausted(space, int(n), drawn.found, drawn.draws, limits)
    raise reach.unreachable(space, limits, reach.look(space, limits, runtime), drawn.draws, runtime)


class _Look(NamedTuple):
    """What one chunk of draws gave: networks inside the budget."""

    kept: "Draws"
    draws: int


class _Tally:
    """What has been drawn and found so far."""

    def __init__(self) -> None:
        self.draws = self.found = self.fruitless = self.looks = 0


def _strategy(
    space: "DesignSpace", name: str, seed: int, n: int, limits: Limits, runtime: Runtime | None
) -> tuple[Iterator[Floats], Stratified | None]:
    """Gives chunks of numbers in [0, 1) to draw with, and what else decides."""

    def look(u: Floats) -> "Draws":
        return _look(space, u, limits, runtime).kept

    if name == "random":
        return random(space.draws, seed), None
    if name == "stratified":
        return random(space.draws, seed), Stratified(space, n, limits, seed, look)
    if name == "quasi":
        return quasi_random(space.draws, seed), None
    if name == "grid":
        return grid(space, n, look), None
    raise SpaceError(f"strategy {name!r} is unknown: choose 'random', 'stratified', 'quasi' or 'grid'")


def _looks(
    space: "DesignSpace", chunks: Iterator[Floats], limits: Limits, runtime: Runtime | None, workers: int
) -> Iterator[_Look]:
    """Evaluates chunks of draws, by several threads if asked to, and yields what they gave in their order."""
    slow = space.is_slow
    slices = (part for u in chunks for part in (np.array_split(u, -(-len(u) // COUNTED_SLICE)) if slow else [u]))
    if workers <= 1:
        for u in slices:
            yield _look(space, u, limits, runtime)
        return
    with ThreadPoolExecutor(workers) as pool:
        waiting = [
            pool.submit(_look, space, u, limits, runtime) for _, u in zip(range(2 * workers), slices, strict=False)
        ]
        try:
            while waiting:
                look = waiting.pop(0).result()
                following = next(slices, None)
                if following is not None:
                    waiting.append(pool.submit(_look, space, following, limits, runtime))
                yield look
        finally:
            for each in waiting:
                each.cancel()


def _look(space: "DesignSpace", u: Floats, limits: Limits, runtime: Runtime | None) -> _Look:
    drawn = space.evaluate(u)
    found = costs(limits, drawn.networks, drawn.complexity, runtime)
    return _Look(drawn.take(inside(limits, found, len(drawn.networks))), len(u))

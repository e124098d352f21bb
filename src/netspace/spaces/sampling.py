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
"""Draws that a network counts for which is made or counted by itself."""

JUDGING = 512
"""Draws that a network counts for which is judged by itself."""

RARE = 10
"""Times the work that one took so far, in a row without a new network, which count as exhausted where that is more."""

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
    _check_numbers(n, seed, workers)
    limits, given = read_budget(budget, runtime)
    told = str(getattr(runtime, "__name__", runtime)) if "latency" in limits else ""
    origin = Origin(space.name, space.lineage, given, seed, strategy, told)
    chunks, quota = _strategy(space, strategy, seed, int(n), limits, runtime)
    drawn = _Tally(int(n), quota)
    for look in _looks(space, chunks, limits, runtime, workers):
        fresh = drawn.take(look)
        if len(fresh.networks):
            yield Population(fresh.networks, fresh.parameters, fresh.complexity, origin)
        if progress:
            progress(drawn.found, int(n))
        if drawn.found == n:
            return
        if not drawn.met and drawn.draws == look.draws:
            _refuse_what_is_far(space, limits, runtime, drawn.draws)
        if drawn.is_exhausted:
            break
    if drawn.met:
        lacking = quota.lacking() if quota else ""
        raise reach.exhausted(space, int(n), drawn.found, drawn.draws, limits, lacking)
    raise reach.unreachable(space, limits, reach.look(space, limits, runtime), drawn.draws, runtime)


def _check_numbers(n: int, seed: int, workers: int) -> None:
    for what, value in (("n", n), ("seed", seed), ("workers", workers)):
        if isinstance(value, bool) or not isinstance(value, int | np.integer) or (what != "seed" and value < 1):
            least = "" if what == "seed" else " of at least 1"
            raise SpaceError(f"cannot sample with {what}={value!r}: give a whole number{least}")


def _refuse_what_is_far(space: "DesignSpace", limits: Limits, runtime: Runtime | None, draws: int) -> None:
    reached = reach.look(space, limits, runtime)
    if reach.is_far(space, limits, reached):
        raise reach.unreachable(space, limits, reached, draws, runtime)


class _Look(NamedTuple):
    """What one chunk of draws gave: networks inside the budget; and how many draws it was worth in work."""

    kept: "Draws"
    draws: int
    work: int


class _Tally:
    """What has been drawn and found so far, of n networks that a quota may choose among."""

    def __init__(self, n: int, quota: Stratified | None) -> None:
        self.draws = self.work = self.met = self.found = self.fruitless = 0
        self._n, self._quota, self._seen = n, quota, Seen()

    def take(self, look: _Look) -> "Draws":
        """Counts a look, and gives those of its networks that are new and still wanted."""
        fresh = look.kept.take(self._seen.new(look.kept))
        fresh = fresh.take(self._quota.admitted(fresh)) if self._quota else fresh
        fresh = fresh.take(np.arange(min(len(fresh.networks), self._n - self.found)))
        self.draws += look.draws
        self.work += look.work
        self.met += len(look.kept.networks)
        self.found += len(fresh.networks)
        self.fruitless = 0 if len(fresh.networks) else self.fruitless + look.work
        return fresh

    @property
    def is_exhausted(self) -> bool:
        """Whether nothing new was found for so long that there is nothing more: longer where networks are rare."""
        return self.fruitless >= max(PATIENCE, RARE * (self.work - self.fruitless) / max(1, self.found))


def _strategy(
    space: "DesignSpace", name: str, seed: int, n: int, limits: Limits, runtime: Runtime | None
) -> tuple[Iterator[Floats], Stratified | None]:
    """Gives chunks of numbers in [0, 1) to draw with, and what else decides."""

    def look(u: Floats, limits: Limits = limits) -> "Draws":
        return _look(space, u, limits, runtime).kept

    if name == "random":
        return random(space.draws, seed), None
    if name == "stratified":
        return random(space.draws, seed), Stratified(space, n, limits, seed, look)
    if name == "quasi":
        return quasi_random(space.draws, seed), None
    if name == "grid":
        _refuse_what_is_far(space, limits, runtime, 0)
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
    """Evaluates draws; rules of the space, which may be slow, judge only what meets the budget."""
    drawn = space.unrestricted(u)
    work = len(u)
    if space.makes_slowly:
        work += SLOWNESS * (len(u) if space.make is not None else len(drawn.networks))
    found = costs(limits, drawn.networks, drawn.complexity, runtime)
    met = drawn.take(inside(limits, found, len(drawn.networks)))
    work += JUDGING * len(met.networks) * space.judges_slowly
    if space.restrictions and len(met.networks):
        met = met.take(space.kept(met, space.restrictions))
    return _Look(met, len(u), work)

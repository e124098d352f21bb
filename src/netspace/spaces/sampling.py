"""Sampling under a budget by vectorised rejection: draw many, decode as arrays, count, keep what fits."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from netspace.complexity import ArchitectureBatch, Complexity, complexity
from netspace.complexity.blocks import COUNTED
from netspace.errors import SpaceError
from netspace.numbers import parse_number
from netspace.random import stream
from netspace.spaces.components import PerStage
from netspace.spaces.distributions import Floats
from netspace.spaces.population import Origin, Population

if TYPE_CHECKING:
    from netspace.spaces.space import DesignSpace

CHUNK = 16_384
"""Draws at a time. Each chunk has its own random stream; changing it changes which networks a seed gives."""

COUNTED_CHUNK = 256
"""Draws looked at together where a block has no closed form, and each one has to be built to be counted."""

PATIENCE = 2_000_000
"""Draws in a row without a new network after which the budget, or the space, counts as exhausted."""

Budget = Mapping[str, tuple[float, float]]
UNITS = {"flops": "F", "params": " params", "acts": " acts"}


def sample(
    space: "DesignSpace", n: int, budget: Mapping[str, Any], seed: int, progress: Callable[[int, int], None] | None
) -> Population:
    """Samples as `DesignSpace.sample` says."""
    if not isinstance(n, int | np.integer) or n < 1:
        raise SpaceError(f"cannot sample {n!r} networks: ask for a whole number of at least 1")
    limits = {name: _limits(name, pair) for name, pair in budget.items() if pair is not None}
    drawn = _Drawn(limits)
    size = COUNTED_CHUNK if any(stage.block in COUNTED for stage in space.outline.stages) else CHUNK
    chunk = 0
    while drawn.found < n:
        draws = stream(seed, "sample", chunk).random((CHUNK, space.dimensions))
        for u in np.split(draws, CHUNK // size):
            if drawn.found < n:
                drawn.add(*_feasible(space, u, limits, drawn.reached), size)
        chunk += 1
        if progress:
            progress(min(drawn.found, n), n)
        if drawn.found < n and drawn.fruitless >= PATIENCE:
            raise _exhausted(space, n, drawn, limits, chunk * CHUNK)
    parameters, batch, cost = drawn.first(n)
    given = {name: (parse_number(pair[0]), parse_number(pair[1])) for name, pair in budget.items() if pair is not None}
    return Population(batch, parameters, cost, Origin(space.name, space.lineage, given, seed))


def _feasible(
    space: "DesignSpace", u: NDArray[np.float64], limits: Budget, reached: "dict[str, list[float]]"
) -> tuple[dict[str, NDArray[Any]], ArchitectureBatch, Complexity]:
    """Decodes draws, counts the valid ones and keeps those inside the budget, in the order drawn."""
    parameters = space.parameters(u)
    batch, valid = space.decode(parameters)
    batch = batch.take(valid)
    cost = complexity(batch)
    inside = np.ones(len(batch), bool)
    for name, (low, high) in limits.items():
        value = getattr(cost, name)
        if len(value):
            reached[name] = [min(reached[name][0], value.min()), max(reached[name][1], value.max())]
        inside &= (low <= value) & (value <= high)
    kept = {name: column[valid][inside] for name, column in parameters.items()}
    return kept, batch.take(inside), _take(cost, inside)


class _Drawn:
    """Networks found so far, each once."""

    def __init__(self, limits: Budget) -> None:
        self.found = 0
        self.fruitless = 0
        self.reached = {name: [np.inf, -np.inf] for name in limits}
        self._seen: set[bytes] = set()
        self._pieces: list[tuple[dict[str, NDArray[Any]], ArchitectureBatch, Complexity]] = []

    def add(self, parameters: dict[str, NDArray[Any]], batch: ArchitectureBatch, cost: Complexity, draws: int) -> None:
        """Takes the feasible networks of so many draws, less those already found."""
        fresh = np.zeros(len(batch), bool)
        for i, key in enumerate(batch.keys() if len(batch) else ()):
            fresh[i] = key not in self._seen
            self._seen.add(key)
        new = int(fresh.sum())
        self.found += new
        self.fruitless = 0 if new else self.fruitless + draws
        if new:
            kept = {name: column[fresh] for name, column in parameters.items()}
            self._pieces.append((kept, batch.take(fresh), _take(cost, fresh)))

    def first(self, n: int) -> tuple[dict[str, NDArray[Any]], ArchitectureBatch, Complexity]:
        """Gives the first ``n`` networks found."""
        parameters = {k: np.concatenate([p[0][k] for p in self._pieces])[:n] for k in self._pieces[0][0]}
        outline = self._pieces[0][1].outline
        columns = {k: np.concatenate([p[1].columns[k] for p in self._pieces])[:n] for k in self._pieces[0][1].columns}
        costs = [np.concatenate([getattr(p[2], k) for p in self._pieces])[:n] for k in ("flops", "params", "acts")]
        return parameters, ArchitectureBatch(outline, columns), Complexity(*costs)


def _take(cost: Complexity, which: NDArray[np.bool_]) -> Complexity:
    return Complexity(cost.flops[which], cost.params[which], cost.acts[which])


def _limits(name: str, pair: Any) -> tuple[float, float]:
    """Reads a ``(low, high)`` budget, an open end being infinite."""
    try:
        low, high = pair
        ends = [parse_number(low), parse_number(high)]
    except (TypeError, ValueError):
        raise SpaceError(
            f"budget {name}={pair!r} is not a pair (low, high): give two numbers, or None for an open end"
        ) from None
    limits = (-np.inf if ends[0] is None else ends[0], np.inf if ends[1] is None else ends[1])
    if not limits[0] <= limits[1]:
        raise SpaceError(f"budget {name}={pair!r} is empty: its low end is above its high end")
    return limits


def _exhausted(space: "DesignSpace", n: int, drawn: _Drawn, limits: Budget, draws: int) -> SpaceError:
    """Says what the space can meet, from all draws and from the corners of its parameters."""
    _feasible(space, corners(space), dict.fromkeys(limits, (-np.inf, np.inf)), drawn.reached)
    asked = " and ".join(_say(name, *pair) for name, pair in limits.items()) or "any complexity"
    where = f"at {space.outline.image_size} px"
    if drawn.found:
        return SpaceError(
            f"{space.name} has only {drawn.found} different networks with {asked} {where} that {draws:,} draws could "
            f"find, and {n} were asked for.\n  Ask for at most {drawn.found}, or widen the budget."
        )
    out_of_reach = [
        _advice(name, limits[name], low, high) for name, (low, high) in drawn.reached.items() if low <= high
    ]
    advice = " ".join(filter(None, out_of_reach)) or "Each bound can be met alone, but no draw met all: widen one."
    reached = "; ".join(
        f"{name} from {_amount(name, a)} to {_amount(name, b)}" for name, (a, b) in drawn.reached.items()
    )
    return SpaceError(
        f"no network of {space.name} has {asked} {where}: {draws:,} draws and the corners of its parameters reach "
        f"{reached}.\n  {advice}"
    )


def _advice(name: str, limits: tuple[float, float], low: float, high: float) -> str:
    if limits[1] < low:
        return f"Ask for at least {_amount(name, low)}{'' if name == 'params' else ', or lower the input size'}."
    if limits[0] > high:
        return f"Ask for at most {_amount(name, high)}{'' if name == 'params' else ', or raise the input size'}."
    return ""


def _amount(name: str, value: float) -> str:
    scale, prefix = next(((s, p) for s, p in ((1e9, "G"), (1e6, "M"), (1e3, "K")) if value >= s), (1.0, ""))
    return f"{value / scale:.4g} {prefix}{UNITS[name]}".replace("  ", " ")


def _say(name: str, low: float, high: float) -> str:
    if np.isinf(low):
        return f"at most {_amount(name, high)}"
    return f"at least {_amount(name, low)}" if np.isinf(high) else f"{_amount(name, low)} to {_amount(name, high)}"


def corners(space: "DesignSpace") -> Floats:
    """Gives uniform numbers for every combination of lowest and highest parameters, one row each."""
    ends = [np.array([[0.0], [1.0 - 1e-12]]).repeat(width, axis=1) for width in _groups(space)]
    grid = np.meshgrid(*[np.arange(2)] * len(ends), indexing="ij")
    return np.hstack([end[index.ravel()] for end, index in zip(ends, grid, strict=True)])


def _groups(space: "DesignSpace") -> list[int]:
    """Parameters that move together to a corner: a line's apart, a per-stage attribute's as one."""
    sizes: list[int] = []
    for component in space.components:
        together = isinstance(component, PerStage)
        sizes += [component.dimensions] if together else [1] * component.dimensions
    return sizes

"""What a space can cost, and what to say where it cannot meet a budget."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import product
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from netspace.complexity import complexity
from netspace.errors import NetspaceError, SpaceError
from netspace.random import stream
from netspace.spaces.budget import Limits, Runtime, amount, costs, inside, say
from netspace.spaces.components import PerStage
from netspace.spaces.distributions import Floats
from netspace.spaces.training import TRAINING_PARAMETERS

if TYPE_CHECKING:
    from netspace.spaces.space import DesignSpace, Draws

LOOKED_AT = 16_384
"""Draws that say what is reachable; a quarter in a thousand of them where networks are made one by one."""

MOST_CORNERS = 4096
"""Combinations of lowest and highest parameters that are looked at."""

FACTORS = (0.5, 2.0)
"""By how much a parameter is moved out of its range to see whether it stands in the way."""

Row = Mapping[str, NDArray[Any]]
"""The parameters of one network, as (1,) arrays."""


class Reach(NamedTuple):
    """What some networks of a space cost.

    Attributes:
        ends: lowest and highest of each bounded quantity.
        given_others: the same among networks that meet all other bounds; a quantity is left out where none does.
        seen: the networks, before restrictions.
        violation: by which factor (its logarithm) each misses the budget in all.
    """

    ends: dict[str, tuple[float, float]]
    given_others: dict[str, tuple[float, float]]
    seen: "Draws"
    violation: NDArray[np.float64]


def look(space: "DesignSpace", limits: Limits, runtime: Runtime | None) -> Reach:
    """Looks at the corners of a space's parameters, and at draws."""
    n = LOOKED_AT // 64 if space.is_slow else LOOKED_AT
    u = np.concatenate([corners(space), stream(0, "reach").random((n, space.draws))])
    seen = space.unrestricted(u)
    found = costs(limits, seen.networks, seen.complexity, runtime)
    total = len(seen.networks)
    others = {
        name: value[inside({k: v for k, v in limits.items() if k != name}, found, total)]
        for name, value in found.items()
    }
    ends = {name: (float(value.min()), float(value.max())) for name, value in found.items() if len(value)}
    given_others = {name: (float(value.min()), float(value.max())) for name, value in others.items() if len(value)}
    return Reach(ends, given_others, seen, _violation(limits, found, total))


def is_out_of_reach(limits: Limits, reach: Reach) -> bool:
    """Whether some bound is beyond everything seen, corners included."""
    return any(
        high < reach.ends[name][0] or low > reach.ends[name][1]
        for name, (low, high) in limits.items()
        if name in reach.ends
    )


def exhausted(space: "DesignSpace", n: int, found: int, draws: int, limits: Limits) -> SpaceError:
    """Makes the error for a space with fewer networks than were asked for."""
    return SpaceError(
        f"{space.name} has only {found} different networks with {_asked(limits)} {_where(space)} that {draws:,} draws "
        f"could find, and {n} were asked for.\n  Ask for at most {found}, or widen the budget."
    )


def unreachable(space: "DesignSpace", limits: Limits, reach: Reach, draws: int, runtime: Runtime | None) -> SpaceError:
    """Makes the error for a budget that no network meets: what can be met, and what stands in the way."""
    seen = "; ".join(f"{name} from {amount(name, a)} to {amount(name, b)}" for name, (a, b) in reach.ends.items())
    looked = f"{draws:,} draws and the corners of its parameters reach {seen or 'no network at all'}"
    lines = [f"no network of {space.name} has {_asked(limits)} {_where(space)}: {looked}."]
    advice = [_advice(name, limits[name], *ends) for name, ends in reach.ends.items()]
    refusing = _refusing(space, limits, reach, runtime)
    lines.append(" ".join(filter(None, advice)) or refusing or _together(limits, reach))
    lines += _obstacles(space, limits, reach, runtime)
    return SpaceError("\n  ".join(lines))


def corners(space: "DesignSpace") -> Floats:
    """Gives uniform numbers for combinations of lowest and highest parameters, one row each (at most some thousands).

    Parameters of one attribute move together from stage to stage.
    """
    groups = _groups(space)
    together = min(len(groups), int(np.log2(MOST_CORNERS)))  # parameters beyond these move with one of them
    rows = np.array(list(product((0.0, 1.0 - 1e-12), repeat=together)))
    which = np.repeat(np.arange(len(groups)) % max(together, 1), groups)
    return rows[:, which]


def _groups(space: "DesignSpace") -> list[int]:
    """Parameters that move together to a corner: a line's apart, a per-stage attribute's as one."""
    sizes: list[int] = []
    for component in space.components:
        together = isinstance(component, PerStage)
        sizes += [component.draws] if together else [1] * component.draws
    return sizes


def _violation(limits: Limits, found: Mapping[str, NDArray[Any]], n: int) -> NDArray[np.float64]:
    total = np.zeros(n)
    for name, (low, high) in limits.items():
        value = np.log(np.maximum(found[name], 1e-9))
        below = np.log(low) - value if np.isfinite(low) and low > 0 else np.zeros(n)
        above = value - np.log(max(high, 1e-9)) if np.isfinite(high) else np.zeros(n)
        total += np.maximum(0, np.maximum(below, above))
    return total


def _without(limits: Limits, name: str) -> Limits:
    return {other: pair for other, pair in limits.items() if other != name}


def _together(limits: Limits, reach: Reach) -> str:
    """Says what each bound can be where all others are met, if every bound can be met alone."""
    if len(limits) < 2:
        return "Every cost around it can be had, but none within: widen it."
    known = [
        f"with {_asked(_without(limits, name))} {name} go from {amount(name, low)} to {amount(name, high)}"
        for name, (low, high) in reach.given_others.items()
    ]
    return "Each bound can be met alone, but not all at once: " + ("; ".join(known) or "no two of them can") + "."


def _refusing(space: "DesignSpace", limits: Limits, reach: Reach, runtime: Runtime | None) -> str:
    """Names the restrictions that refuse networks inside the budget."""
    if not space.restrictions:
        return ""
    found = costs(limits, reach.seen.networks, reach.seen.complexity, runtime)
    candidates = reach.seen.take(inside(limits, found, len(reach.seen.networks)))
    refusing = [rule.text for rule in space.restrictions if not space.kept(candidates, [rule]).any()]
    n = len(candidates.networks)
    if not n or not refusing:
        return ""
    drawn = len(reach.seen.networks)
    return f"{n:,} of {drawn:,} networks looked at meet the budget, but none keeps restrict({refusing[0]})."


def _obstacles(space: "DesignSpace", limits: Limits, reach: Reach, runtime: Runtime | None) -> list[str]:
    """Names the parameter, and the rest of the network, that would bring the nearest network nearest if moved."""
    if not len(reach.violation) or space.make is not None or not reach.violation.min():
        return []
    nearest = int(reach.violation.argmin())
    row = {name: column[nearest : nearest + 1] for name, column in reach.seen.parameters.items()}
    tried = [*_moved(space, limits, row, runtime)], [*_resized(space, limits, row, runtime)]
    best = [min(each, key=lambda move: move.violation) for each in tried if each]
    return [move.text for move in best if move.violation < reach.violation[nearest] - 0.05]


class _Move(NamedTuple):
    """What the nearest network would miss the budget by, with something changed, and how to say that."""

    violation: float
    text: str


def _move(limits: Limits, cost: Mapping[str, NDArray[Any]], what: str, then: str) -> _Move:
    violation = float(_violation(limits, cost, 1)[0])
    said = " and ".join(amount(name, float(value[0])) for name, value in cost.items())
    met = "" if violation else ", which meets the budget"
    return _Move(violation, f"{what} stands in the way: {then} the nearest network would have {said}{met}.")


def _moved(space: "DesignSpace", limits: Limits, row: Row, runtime: Runtime | None) -> Iterator[_Move]:
    """Yields a move for each parameter that can leave its range."""
    for (label, names), factor in product(_movable(space).items(), FACTORS):
        moved = {name: _scaled(value, factor) if name in names else value for name, value in row.items()}
        if not _leaves(space, moved, names):
            continue
        cost = _cost(space, moved, limits, runtime)
        if cost is not None:
            then = f"at {'half' if factor < 1 else 'twice'} of that,"
            yield _move(limits, cost, f"{label}, which is {_range(space, names)},", then)


def _resized(space: "DesignSpace", limits: Limits, row: Row, runtime: Runtime | None) -> Iterator[_Move]:
    """Yields a move for the input size, where it is no parameter."""
    size = space.outline.image_size
    for other in () if "image_size" in row else (size // 2, size * 2):
        resized = replace(space, outline=replace(space.outline, image_size=max(1, other)))
        cost = _cost(resized, row, limits, runtime)
        if cost is not None:
            yield _move(limits, cost, f"The input size, which is {size} px,", f"at {other} px")


def _movable(space: "DesignSpace") -> dict[str, tuple[str, ...]]:
    """Gives the parameters that decide something of the network, those of one attribute as one."""
    groups: dict[str, tuple[str, ...]] = {}
    for component in space.components:
        if isinstance(component, PerStage):
            groups[component.attribute] = component.names
        else:
            groups |= {name: (name,) for name in component.distributions if name not in TRAINING_PARAMETERS}
    return groups


def _scaled(values: NDArray[Any], factor: float) -> NDArray[Any]:
    if values.dtype.kind == "i":
        return np.maximum(1, np.rint(values * factor)).astype(np.int64)
    return values * factor


def _leaves(space: "DesignSpace", moved: Mapping[str, NDArray[Any]], names: tuple[str, ...]) -> bool:
    """Whether a value is outside its range: one inside would have been drawn."""
    known = {name: each for component in space.components for name, each in component.distributions.items()}
    return any(not known[n].values[0] <= float(moved[n][0]) <= known[n].values[-1] for n in names if n in known)


def _cost(space: "DesignSpace", row: Row, limits: Limits, runtime: Runtime | None) -> Mapping[str, NDArray[Any]] | None:
    try:
        networks, valid = space.decode(row)
        if not valid.all():
            return None
        return costs(limits, networks, complexity(networks), runtime)
    except (NetspaceError, ArithmeticError):
        return None


def _range(space: "DesignSpace", names: tuple[str, ...]) -> str:
    known = {name: each for component in space.components for name, each in component.distributions.items()}
    ends = [value for name in names if name in known for value in (known[name].values[0], known[name].values[-1])]
    return f"{min(ends):g} to {max(ends):g}" if min(ends) < max(ends) else f"{ends[0]:g}"


def _asked(limits: Limits) -> str:
    return " and ".join(say(name, *pair) for name, pair in limits.items()) or "any complexity"


def _where(space: "DesignSpace") -> str:
    return f"at {space.outline.image_size} px"


def _advice(name: str, limits: tuple[float, float], low: float, high: float) -> str:
    size = name != "params"
    if limits[1] < low:
        return f"Ask for at least {amount(name, low)}{', or lower the input size' if size else ''}."
    if limits[0] > high:
        return f"Ask for at most {amount(name, high)}{', or raise the input size' if size else ''}."
    return ""

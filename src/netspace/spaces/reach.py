"""What a space can cost, and what to say where it cannot meet a budget."""

import re
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
from netspace.spaces.components import PerStage, QuantizedLine
from netspace.spaces.distributions import Floats
from netspace.spaces.extremes import excludes
from netspace.spaces.training import TRAINING_PARAMETERS

if TYPE_CHECKING:
    from netspace.spaces.space import DesignSpace, Draws

LOOKED_AT = 16_384
"""Draws that say what is reachable."""

SLOWNESS = 64
"""How many times fewer are looked at where networks are made or counted one by one."""

FAR = 2.0
"""By which factor a bound is beyond everything seen, for no further draws to be made: rare networks go further."""

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
        draws: how many were looked at, corners aside.
        violation: by which factor (its logarithm) each misses the budget in all.
    """

    ends: dict[str, tuple[float, float]]
    given_others: dict[str, tuple[float, float]]
    seen: "Draws"
    draws: int
    violation: NDArray[np.float64]


def look(space: "DesignSpace", limits: Limits, runtime: Runtime | None) -> Reach:
    """Looks at the corners of a space's parameters, and at draws."""
    n = LOOKED_AT // SLOWNESS if space.is_slow else LOOKED_AT
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
    return Reach(ends, given_others, seen, n, _violation(limits, found, total))


def is_far(space: "DesignSpace", limits: Limits, reach: Reach) -> bool:
    """Whether some bound is certainly beyond every network, or far beyond everything seen, corners included."""
    return excludes(space, limits) or any(
        high < reach.ends[name][0] / FAR or low > reach.ends[name][1] * FAR
        for name, (low, high) in limits.items()
        if name in reach.ends
    )


def exhausted(space: "DesignSpace", n: int, found: int, draws: int, limits: Limits, lacking: str) -> SpaceError:
    """Makes the error for a space with fewer networks than were asked for, or ``lacking`` them in a stratum."""
    if lacking:
        return SpaceError(
            f"too few networks of {space.name}{_with(limits)}{_where(space)} were found for {n} in strata: {lacking} "
            f"in {draws:,} draws.\n  Ask for fewer, narrow the budget on flops, or choose the strategy 'random'."
        )
    return SpaceError(
        f"only {found} different network{'s' * (found > 1)} of {space.name}{_with(limits)}{_where(space)} "
        f"{'were' if found > 1 else 'was'} found in {draws:,} draws, and {n} were asked for: rarer ones may be there.\n"
        f"  Ask for at most {found}, or widen the {'budget' if limits else 'ranges'}."
    )


def unreachable(space: "DesignSpace", limits: Limits, reach: Reach, draws: int, runtime: Runtime | None) -> SpaceError:
    """Makes the error for a budget that no network meets: what can be met, and what stands in the way.

    That there is none is said only where it is certain; else that none was found, and in how many draws.
    """
    advice = [_advice(name, limits[name], *ends) for name, ends in reach.ends.items()]
    why = " ".join(filter(None, advice)) or _refusing(space, limits, reach, runtime) or _together(space, limits, reach)
    lines = [_none(space, limits, reach, draws), why, *_obstacles(space, limits, reach, runtime)]
    return SpaceError("\n  ".join(lines))


def _none(space: "DesignSpace", limits: Limits, reach: Reach, draws: int) -> str:
    """Says that no network was found, in which draws, and what these reach."""
    seen = "; ".join(f"{name} from {amount(name, a)} to {amount(name, b)}" for name, (a, b) in reach.ends.items())
    reached = f" and the corners of its parameters reach {seen}"
    if excludes(space, limits):
        return f"no network of {space.name} has {_asked(limits)}{_where(space)}: {reach.draws:,} draws{reached}."
    told = f"; {reach.draws:,} of them{reached}" if seen else ""
    found = f"was found in {reach.draws + draws:,} draws"
    return f"no network of {space.name}{_with(limits)}{_where(space)} {found}{told}."


def corners(space: "DesignSpace") -> Floats:
    """Gives uniform numbers for combinations of lowest and highest parameters, one row each (at most some thousands).

    Parameters of one attribute move together from stage to stage, but a last stage that is free of a falling order.
    """
    groups = _groups(space)
    most = MOST_CORNERS // SLOWNESS if space.is_slow else MOST_CORNERS
    together = min(len(groups), int(np.log2(most)))  # parameters beyond these move with one of them
    rows = np.array(list(product((0.0, 1.0 - 2.0**-53), repeat=together)))
    which = np.repeat(np.arange(len(groups)) % max(together, 1), groups)
    return rows[:, which]


def _groups(space: "DesignSpace") -> list[int]:
    """Parameters that move together to a corner: a line's apart, a per-stage attribute's as one."""
    sizes: list[int] = []
    for component in space.components:
        if isinstance(component, PerStage):
            apart = component.rule == "decreasing" and not component.last  # low numbers give its others high values
            sizes += [component.draws - 1, 1] if apart else [component.draws]
        else:
            sizes += [1] * component.draws
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


def _together(space: "DesignSpace", limits: Limits, reach: Reach) -> str:
    """Says what each bound was where all others were met, if every bound was met alone."""
    if not len(reach.seen.networks):
        return _stages_of_lines(space) or "Its ranges or rules seem to exclude each other: widen its ranges."
    if not limits:
        return "They are rare: widen its ranges, or drop a restriction."
    if len(limits) < 2:
        return "Costs around it were found, but none within: widen it."
    known = [
        f"with {_asked(_without(limits, name))} {name} go from {amount(name, low)} to {amount(name, high)}"
        for name, (low, high) in reach.given_others.items()
    ]
    return "These meet each bound alone, but not all at once: " + ("; ".join(known) or "no two of them") + "."


def _stages_of_lines(space: "DesignSpace") -> str:
    """Says how many stages the lines of a space have, if it is a space of lines."""
    line = next((c for c in space.components if isinstance(c, QuantizedLine)), None)
    if line is None:
        return ""
    found = line.stages(line.parameters(stream(0, "lines").random((LOOKED_AT, line.draws))))
    low, high = int(found.min()), int(found.max())
    if low <= line.num_stages <= high:
        why = "those that have as many leave a stage without blocks, or give two the same width"
        return f"Its lines have {low} to {high} stages, and {line.num_stages} are needed; {why}: widen its ranges."
    said = f"{low} to {high} stages" if low < high else f"{low} stage{'s' * (low > 1)}"
    fewer, nearest = line.num_stages < low, low if line.num_stages < low else high
    way = "a lesser slope or depth, or a greater width_multiplier, gives fewer"
    way = way if fewer else "a greater slope or depth, or a lesser width_multiplier, gives more"
    drawn = f"{LOOKED_AT:,} draws of its lines gave {said}"
    return f"{drawn}, and {line.num_stages} are needed: {way}; or change(num_stages={nearest})."


def _refusing(space: "DesignSpace", limits: Limits, reach: Reach, runtime: Runtime | None) -> str:
    """Names the restrictions that refuse networks inside the budget."""
    if not space.restrictions:
        return ""
    found = costs(limits, reach.seen.networks, reach.seen.complexity, runtime)
    candidates = reach.seen.take(inside(limits, found, len(reach.seen.networks)))
    n = len(candidates.networks)
    refusing = [rule for rule in space.restrictions if n and not space.kept(candidates, [rule]).any()]
    if not n or not (refusing or not space.kept(candidates, space.restrictions).any()):
        return ""
    rules = refusing[:1] or space.restrictions
    said = f"{'all of ' * (len(rules) > 1)}{', '.join(f'restrict({rule.text})' for rule in rules)}"
    of = f"{n:,} of {len(reach.seen.networks):,}" if limits else f"Of {n:,}"
    hint = " ".join(filter(None, (_depth_meant(space, rule.text) for rule in rules)))
    met = " meet the budget, but none" if limits else ", none"
    return f"{of} networks looked at{met} keeps {said}.{hint}"


def _depth_meant(space: "DesignSpace", rule: str) -> str:
    """Says what ``depth`` is in a formula, where stages have depths too."""
    known = next((c.names for c in space.components if isinstance(c, PerStage) and c.attribute == "depth"), ())
    if len(known) < 2 or not re.search(r"\bdepth\b", rule):
        return ""
    return f" depth is all blocks together: did you mean {known[0]}, ..., {known[-1]}?"


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
    cost_then = f"{then} the nearest network would have {said}"
    if violation:
        return _Move(violation, f"{what} is part of it: {cost_then}, which is nearer, but not inside the budget.")
    return _Move(violation, f"{what} stands in the way: {cost_then}, which meets the budget.")


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
    return " and ".join(say(name, *pair) for name, pair in limits.items())


def _with(limits: Limits) -> str:
    return f" with {_asked(limits)}" if limits else ""


def _where(space: "DesignSpace") -> str:
    """Says the input size, where it is known: a function may decide it."""
    known = {name for component in space.components for name in component.distributions}
    if space.make is not None:
        return ""
    return f" at {_range(space, ('image_size',)) if 'image_size' in known else space.outline.image_size} px"


def _advice(name: str, limits: tuple[float, float], low: float, high: float) -> str:
    size = name != "params"
    if limits[1] < low:
        return f"Ask for at least {amount(name, low)}{', or lower the input size' if size else ''}."
    if limits[0] > high:
        return f"Ask for at most {amount(name, high)}{', or raise the input size' if size else ''}."
    return ""

"""Chooses how to count a space: by a formula, exactly, in bounds, or by an estimate."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from math import prod
from typing import TYPE_CHECKING, Any

from netspace.spaces.budget import Limits, read_budget
from netspace.spaces.components import QuantizedLine
from netspace.spaces.counting import budgeted, lines, stages
from netspace.spaces.counting.enumeration import enumerate_settings
from netspace.spaces.counting.estimating import estimate
from netspace.spaces.counting.settings import (
    can_be_listed,
    may_not_divide,
    published,
    settings,
    trained,
)
from netspace.spaces.counting.size import Size
from netspace.spaces.extremes import excludes

if TYPE_CHECKING:
    from netspace.spaces.space import DesignSpace

Progress = Callable[[int, int], None]

ENUMERABLE = 5_000_000
"""Settings up to which all are looked at."""

ENUMERABLE_ONE_BY_ONE = 20_000
"""The same where networks are made, counted or judged one by one."""

DRAWS = 1 << 19
"""Draws of each of an estimate's two samples."""

DRAWS_ONE_BY_ONE = 1 << 12

CHUNK_ONE_BY_ONE = 256


def size(space: "DesignSpace", budget: Mapping[str, Any], progress: Progress | None = None) -> Size:
    """Counts as `DesignSpace.size` says.

    Raises:
        SpaceError: the budget is malformed, or a rule or function of the space fails.
    """
    limits, _ = read_budget(budget, None)
    if excludes(space, limits):
        return Size(0, 0, 0.0, 0.0, "extremes", 0)
    if space.make is None and not space.restrictions:
        bare, times = trained(space)
        found = _unbudgeted(bare, progress) if not limits else _under(bare, limits, progress)
        named = None if limits else published(space)
        return replace(found, low=found.low * times, high=found.high * times, published=named)
    return _under(space, limits, progress)


def _unbudgeted(space: "DesignSpace", progress: Progress | None) -> Size:
    """Counts a space of which no network is left out, or only those whose groups do not divide."""
    if may_not_divide(space):
        if _is_line(space) or not stages.is_regular(space):
            return _under(space, {}, progress)
        return _exactly(_valid_settings(space), "dynamic programming")
    line = next((c for c in space.components if isinstance(c, QuantizedLine)), None)
    if line is not None:
        others = prod(settings(c) for c in space.components if c is not line)
        return _exactly(lines.count_lines(line, progress) * others, "lines")
    return _exactly(prod(settings(c) for c in space.components), "closed form")


def _under(space: "DesignSpace", limits: Limits, progress: Progress | None) -> Size:
    total = prod(settings(component) for component in space.components)
    slow = space.is_slow
    listed = all(can_be_listed(component) for component in space.components)
    if listed and total <= (ENUMERABLE_ONE_BY_ONE if slow else ENUMERABLE):
        chunk = {"chunk": CHUNK_ONE_BY_ONE} if slow else {}
        found = enumerate_settings(space, limits, progress, **chunk)
        return Size(found.settings, found.settings, found.measure, found.measure, "enumeration", found.networks)
    if _is_line(space):
        found = lines.count_networks(space, limits, progress)
        return Size(found.settings, found.settings, found.measure, found.measure, "lines", found.networks)
    if len(limits) == 1 and not slow and stages.is_regular(space):
        ((quantity, pair),) = limits.items()
        valid = _valid_settings(space) if may_not_divide(space) else total
        bounds = budgeted.bounds(space, quantity, pair, valid, progress=progress)
        return Size(*bounds, "dynamic programming")
    return estimate(space, limits, total, DRAWS_ONE_BY_ONE if slow else DRAWS, progress)


def _exactly(number: int, method: str) -> Size:
    return Size(number, number, 1.0, 1.0, method)


def _valid_settings(space: "DesignSpace") -> int:
    """Counts the settings whose groups divide, stage after stage, by whole numbers."""
    return sum(int(stages.whole(stages.stage_tables(each, "acts"), object)) for each, _ in stages.combinations(space))


def _is_line(space: "DesignSpace") -> bool:
    """Says whether a space's lines can be counted with each setting of its other parameters."""
    others = [c for c in space.components if not isinstance(c, QuantizedLine)]
    few = all(can_be_listed(c) for c in others) and prod(settings(c) for c in others) <= lines.MOST_COMBINATIONS
    return len(others) == len(space.components) - 1 and few and not space.is_slow and not space.restrictions

"""What each stage may be and cost, behind each stage that may come before it."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import product
from math import gcd, prod
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from netspace.architecture import Architecture, Stem, output_size
from netspace.complexity import ArchitectureBatch, breakdown
from netspace.spaces.components import PerStage, Single
from netspace.spaces.distributions import Floats, choices

if TYPE_CHECKING:
    from netspace.spaces.space import DesignSpace

Ints = NDArray[np.int64]


class Classes(NamedTuple):
    """Kinds of a stage that the next one can tell apart.

    Attributes:
        widths: (c,) what comes out of it, after widths and groups were made to fit.
        places: (c, a) position of each ordered attribute but depth in its order; 0 where it keeps to none.
    """

    widths: Ints
    places: Ints


class StageTable(NamedTuple):
    """Settings r of a stage but its depth, behind each class c of the stage before; and its depths.

    Attributes:
        cost: (c, r) of the stage with one block; the first has the stem's added, the last the head's.
        allowed: (c, r) where the setting may follow the class.
        further: (r,) cost of each further block.
        probability: (r,) of the setting.
        classes: what the next stage sees.
        of: (r,) the class of each setting.
        depths: (k,) numbers of blocks.
        depth_probability: (k,) of each.
        depth_place: (k,) position in the order of depths; 0 where there is none.
        deepens: whether the place of a depth is bounded by that of the stage before.
    """

    cost: Ints
    allowed: NDArray[np.bool_]
    further: Ints
    probability: Floats
    classes: Classes
    of: NDArray[np.intp]
    depths: Ints
    depth_probability: Floats
    depth_place: Ints
    deepens: bool

    def unit(self) -> int:
        """Gives the greatest number that all costs are multiples of."""
        return gcd(int(np.gcd.reduce(self.cost[self.allowed], initial=0)), int(np.gcd.reduce(self.further, initial=0)))

    def costs(self, which: Any) -> Ints:
        """Gives the cost (c, len(which), k) at every depth."""
        return self.cost[:, which, None] + self.further[which, None] * (self.depths - 1)


def combinations(space: "DesignSpace") -> Iterator[tuple["DesignSpace", float]]:
    """Yields the space with each value of what all stages share, and its probability."""
    shared = [c for c in space.components if isinstance(c, Single) or (isinstance(c, PerStage) and c.rule == "shared")]
    tables = [next(iter(c.distributions.items())) for c in shared]
    pairs = [zip(each.values, each.probabilities.tolist(), strict=True) for _, each in tables]
    for chosen in product(*pairs):
        values = {name: value for (name, _), (value, _) in zip(tables, chosen, strict=True)}
        yield _with_values(space, values), prod(probability for _, probability in chosen)


def stage_tables(space: "DesignSpace", quantity: str) -> list[StageTable]:
    """Makes the tables of a space without shared parameters, for one of flops, params and acts."""
    outline = space.outline
    size = outline.stem.output_size(outline.image_size)
    before = Classes(np.array([outline.stem.width]), np.zeros((1, 0), np.int64))
    tables = []
    for i, stage in enumerate(outline.stages):
        table = _table(space, quantity, i, before, size)
        tables.append(table)
        before, size = table.classes, output_size(size, stage.stride)
    return tables


def is_regular(space: "DesignSpace") -> bool:
    """Says whether stages are decided apart from each other but for widths: the tables hold for such spaces alone."""
    stages = space.outline.stages
    alike = {(stage.expansion is None, stage.group_width is None) for stage in stages}
    known = all(isinstance(c, PerStage | Single) for c in space.components)
    return known and len(alike) == 1 and not space.outline.foreign and space.make is None and not space.restrictions


def _with_values(space: "DesignSpace", values: dict[str, Any]) -> "DesignSpace":
    """Puts values of the network into the outline, and those of all stages into each stage."""
    outline = space.outline
    whole = {name: int(values[name]) for name in ("stem_width", "head_width", "image_size") if name in values}
    outline = replace(
        outline,
        stem=replace(outline.stem, width=whole.get("stem_width", outline.stem.width)),
        head=replace(outline.head, width=whole.get("head_width", outline.head.width)),
        image_size=whole.get("image_size", outline.image_size),
    )
    components = tuple(
        replace(c, rule="free", each=(choices([values[c.attribute]]),) * c.num_stages) if c.rule == "shared" else c
        for c in space.components
        if isinstance(c, PerStage)
    )
    return replace(space, outline=outline, components=components)


def _table(space: "DesignSpace", quantity: str, i: int, before: Classes, size: int) -> StageTable:
    components = [c for c in space.components if isinstance(c, PerStage) and c.attribute != "depth"]
    grids = np.meshgrid(*[np.arange(len(c.each[i].values)) for c in components], indexing="ij")
    index = [grid.ravel() for grid in grids]
    parameters = {f"{c.attribute}_1": c.each[i].table[k] for c, k in zip(components, index, strict=True)}
    chances = [c.each[i].probabilities[k] for c, k in zip(components, index, strict=True)]
    probability = np.prod(chances, axis=0) if chances else np.ones(1)
    places = np.zeros((len(probability), len(components)), np.int64)
    for column, (c, k) in enumerate(zip(components, index, strict=True)):
        places[:, column] = _places(c, i)[k]
    widths, first = np.unique(before.widths, return_inverse=True)
    cost, further, valid, width = _costs(space, quantity, i, widths, size, parameters)
    allowed = valid[first]
    held = [i > 0 and i < c.ordered_stages for c in components]
    if any(held):
        allowed &= (before.places[:, None, held] <= places[None][:, :, held]).all(axis=2)
    kept = allowed.any(axis=0)
    seen, of = np.unique(np.column_stack([width, places])[kept], axis=0, return_inverse=True)
    depths, depth_probability, depth_place, deepens = _depths(space, i)
    return StageTable(
        cost[first][:, kept],
        allowed[:, kept],
        further[kept],
        probability[kept],
        Classes(seen[:, 0], seen[:, 1:]),
        of.ravel(),
        depths,
        depth_probability,
        depth_place,
        deepens,
    )


def _places(component: PerStage, i: int) -> Ints:
    """Gives the position of each value of a stage in the order over stages."""
    if i >= component.ordered_stages:
        return np.zeros(len(component.each[i].values), np.int64)
    where = {value: place for place, value in enumerate(component.grid.tolist())}
    return np.array([where[value] for value in component.each[i].table.tolist()])


def _depths(space: "DesignSpace", i: int) -> tuple[Ints, Floats, Ints, bool]:
    component = next((c for c in space.components if isinstance(c, PerStage) and c.attribute == "depth"), None)
    if component is None:
        return np.array([space.outline.stages[i].depth]), np.ones(1), np.zeros(1, np.int64), False
    each = component.each[i]
    return each.table.astype(np.int64), each.probabilities, _places(component, i), 0 < i < component.ordered_stages


def _costs(
    space: "DesignSpace", quantity: str, i: int, before: Ints, size: int, parameters: dict[str, NDArray[Any]]
) -> tuple[Ints, Ints, NDArray[np.bool_], Ints]:
    """Decodes and counts stage i behind widths u, by a space of this stage alone.

    Gives its cost (u, r) with one block, that of a further block (r,), where it is valid (u, r), and its width (r,).
    """
    outline = space.outline
    stage = outline.stages[i]
    parts = {"stage 1", *(["stem"] if i == 0 else []), *(["head"] if i == len(outline.stages) - 1 else [])}
    alone = replace(outline, stages=(stage,))
    if i:
        alone = replace(alone, stem=Stem("cifar", 1), image_size=size)
    single = _of_one_stage(space, alone, i)
    r = len(next(iter(parameters.values()), [0]))
    rows = {name: np.tile(column, len(before)) for name, column in parameters.items()}
    rows["stem_width"] = np.repeat(before, r)
    one, valid, width = _counted(single, quantity, parts, rows | {"depth_1": np.ones(len(before) * r, np.int64)})
    few = {name: column[:r] for name, column in rows.items()}
    two, _, _ = _counted(single, quantity, parts, few | {"depth_1": np.full(r, 2)})
    return one.reshape(-1, r), two - one[:r], valid.reshape(-1, r), width[:r]


def _of_one_stage(space: "DesignSpace", alone: Architecture, i: int) -> "DesignSpace":
    kept = [replace(c, each=c.each[i : i + 1], rule="free") for c in space.components if isinstance(c, PerStage)]
    any_value = choices([1])  # values are given to `decode`, not drawn
    if not any(c.attribute == "depth" for c in kept):
        kept.append(PerStage("depth", (any_value,)))
    return replace(space, outline=alone, components=(*kept, Single("stem_width", any_value)))


def _counted(
    space: "DesignSpace", quantity: str, parts: set[str], parameters: dict[str, NDArray[Any]]
) -> tuple[Ints, NDArray[np.bool_], Ints]:
    networks, valid = space.decode(parameters)
    assert isinstance(networks, ArchitectureBatch)
    n = len(networks)
    with np.errstate(divide="ignore"):  # what is not valid may have less than one group
        total: Any = sum(getattr(cost, quantity) for part, cost in breakdown(networks) if part in parts)
    width = np.broadcast_to(networks.stage(0).width, (n,))
    return np.broadcast_to(np.asarray(total, np.int64), (n,)), np.broadcast_to(valid, (n,)), width


def places(tables: Sequence[StageTable]) -> int:
    """Gives how many places the order of depths has; 1: there is none."""
    return 1 + max(int(table.depth_place.max()) for table in tables)


def whole(tables: Sequence[StageTable], kind: type) -> Any:
    """Adds up all settings, whatever they cost: exactly as ``object``, their probability as ``float``."""
    k = places(tables)
    ways: NDArray[Any] = np.zeros((1, k), kind)
    ways[0, 0] = 1
    for table in tables:
        before = table.allowed.T.astype(kind) @ ways
        before = np.cumsum(before, axis=1) if table.deepens else np.repeat(before.sum(axis=1, keepdims=True), k, 1)
        chance: NDArray[Any] = np.ones((len(table.of), len(table.depths)), kind)
        if kind is float:
            chance = table.probability[:, None] * table.depth_probability
        ways = np.zeros((len(table.classes.widths), k), kind)
        np.add.at(ways, (table.of[:, None], table.depth_place[None]), before[:, table.depth_place] * chance)
    return ways.sum()

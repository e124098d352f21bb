"""The numbers of a space's picture: distributions of its parameters, costs of its networks, widths of some."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from netspace.complexity import Complexity
from netspace.complexity.batch import concatenate
from netspace.errors import AnalysisError
from netspace.random import stream
from netspace.spaces import DesignSpace, Population
from netspace.spaces.budget import read_budget, say
from netspace.spaces.marginals import Marginal, marginals, noise
from netspace.spaces.population import Origin

PROFILES = 20
"""Networks whose widths are drawn."""

MOST_DRAWS = 1_000_000
"""Draws after which a space that rejects nearly all of them is drawn from what was found."""


@dataclass(frozen=True, eq=False)
class Curve:
    """One parameter's cumulative distributions.

    Attributes:
        name: of the parameter.
        stage: which one it is of, from 1; ``None``: of none, or of all.
        own: what the space says it is; ``None``: it has no distribution of its own.
        drawn: (n,) its values as drawn, ascending.
        kept: (n,) its values in networks of the space, ascending: other than ``drawn`` where draws are rejected.
        within: (m,) its values in networks inside the budget, ascending; ``None``: there is no budget.
        distance: the largest between ``own`` and ``drawn``.
    """

    name: str
    stage: int | None
    own: Marginal | None
    drawn: NDArray[Any]
    kept: NDArray[Any]
    within: NDArray[Any] | None
    distance: float | None


@dataclass(frozen=True, eq=False)
class Portrait:
    """What `draw_space` draws.

    Attributes:
        name: of the space.
        image_size: of its input, in pixels; ``None``: it varies.
        num_stages: of each network.
        n: draws, and networks of each sample.
        accepted: share of draws that are networks of the space.
        groups: the curves that go into one panel, by its title; all stages of one attribute are together.
        noise: distance that the draws of all parameters at once keep in 95 % of samples.
        sample: networks of the space.
        within: networks inside the budget; ``None``: there is no budget.
        budget: in words.
        profiles: the width of each block of some random networks, of those inside the budget if there is one.
    """

    name: str
    image_size: int | None
    num_stages: int
    n: int
    accepted: float
    groups: Mapping[str, Sequence[Curve]]
    noise: float
    sample: Complexity
    within: Complexity | None
    budget: str
    profiles: Sequence[Sequence[int]]


def portray(
    space: DesignSpace,
    n: int = 500,
    *,
    budget: Mapping[str, Any] | None = None,
    runtime: Callable[[Complexity], Any] | None = None,
    seed: int = 0,
    progress: Callable[[int, int], None] | None = None,
) -> Portrait:
    """Gives the numbers of a space's picture.

    Args:
        space: any.
        n: draws, and networks of each sample, at least 2.
        budget: ``flops``, ``params``, ``acts``, ``latency`` as `DesignSpace.sample` takes them.
        runtime: what predicts latency, as there.
        seed: the same seed gives the same picture.
        progress: as there, of the sample inside the budget.

    Raises:
        AnalysisError: n is too small, or no draw is a network of the space.
        SpaceError: no network meets the budget, or fewer than n different ones.

    Example:
        >>> import netspace as ns
        >>> portrait = portray(ns.get_space("anynetx_a"), 100)
        >>> list(portrait.groups), portrait.groups["width"][3].distance < portrait.noise
        (['depth', 'width', 'bottleneck_ratio', 'group_width'], True)
    """
    if n < 2:
        raise AnalysisError(f"a space cannot be drawn from {n} networks: ask for at least 2")
    limits, given = read_budget(budget or {}, runtime)
    drawn, sample, accepted = _draw_freely(space, n, seed)
    within = space.sample(n, **given, runtime=runtime, seed=seed, progress=progress) if limits else None
    curves = _curves(space, drawn, sample, within)
    chosen = sample if within is None else within
    shown = min(PROFILES, len(chosen))
    sizes = np.unique([sample.networks[i].image_size for i in range(len(sample))])
    return Portrait(
        space.name,
        int(sizes[0]) if len(sizes) == 1 else None,
        space.num_stages,
        n,
        accepted,
        _grouped(curves),
        noise(n, parameters=max(1, sum(each.own is not None for each in curves))),
        sample.complexity,
        within.complexity if within else None,
        ", ".join(f"{name} {say(name, *pair)}" for name, pair in limits.items()),
        [widths for i in range(shown) if (widths := chosen.networks[i].block_widths)],
    )


def _draw_freely(space: DesignSpace, n: int, seed: int) -> tuple[Mapping[str, NDArray[Any]], Population, float]:
    """Gives the parameters of n draws, n networks of the space as they come, and the share of draws that are one."""
    generator = stream(seed, "portrait")
    first = generator.random((n, space.draws))
    found, looked_at = [space.evaluate(first)], n
    while sum(len(each.rows) for each in found) < n and looked_at < MOST_DRAWS:
        found.append(space.evaluate(generator.random((n, space.draws))))
        looked_at += n
    kept = [each for each in found if len(each.rows)]
    if not kept:
        raise AnalysisError(
            f"no network of {space.name} was among {looked_at:,} draws: widen its ranges or drop a restriction"
        )
    networks = concatenate([each.networks for each in kept])
    parameters = {k: np.concatenate([each.parameters[k] for each in kept])[:n] for k in kept[0].parameters}
    columns = [np.concatenate([getattr(each.complexity, k) for each in kept])[:n] for k in ("flops", "params", "acts")]
    accepted = sum(len(each.rows) for each in kept) / looked_at
    population = Population(
        networks.take(np.arange(min(n, len(columns[0])))), parameters, Complexity(*columns), Origin(space.name)
    )
    return space.parameters(first), population, accepted


def _curves(
    space: DesignSpace, drawn: Mapping[str, NDArray[Any]], sample: Population, within: Population | None
) -> list[Curve]:
    own = marginals(space)
    return [
        Curve(
            name,
            _stage_of(name),
            own.get(name),
            np.sort(values),
            np.sort(sample.parameters[name]),
            None if within is None else np.sort(within.parameters[name]),
            own[name].distance(values) if name in own else None,
        )
        for name, values in drawn.items()
        if name not in own or len(own[name].values) > 1
    ]


def _stage_of(name: str) -> int | None:
    stage = name.rpartition("_")[2]
    return int(stage) if stage.isdigit() else None


def _grouped(curves: Sequence[Curve]) -> dict[str, list[Curve]]:
    """Puts ``width_1``, ``width_2``, ... together under ``width``."""
    groups: dict[str, list[Curve]] = {}
    for curve in curves:
        groups.setdefault(curve.name if curve.stage is None else curve.name.rpartition("_")[0], []).append(curve)
    return groups


def shares(values: NDArray[Any], x: NDArray[Any]) -> NDArray[np.float64]:
    """Gives the share of ascending values that are at most each ``x``.

    Example:
        >>> shares(np.array([1, 1, 2, 4]), np.array([1, 3, 4])).tolist()
        [0.5, 0.75, 1.0]
    """
    return np.asarray(np.searchsorted(values, x, side="right") / len(values))


def params_limit(flops: NDArray[Any]) -> NDArray[np.float64]:
    """Gives the parameters that the paper's best networks stay below at 224 px (RegNet paper, section 4, Figure 13)."""
    return np.asarray(3e6 + 5.5e6 * flops / 1e9)


def acts_limit(flops: NDArray[Any]) -> NDArray[np.float64]:
    """Gives the activations that the paper's best networks stay below at 224 px (RegNet paper, section 4)."""
    return np.asarray(6.5e6 * np.sqrt(flops / 1e9))

"""A space in one picture: how its parameters are distributed, what its networks cost, how their widths run.

The numbers come from `portray` and are arrays; `draw_space` only draws them (matplotlib).
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import ceil
from pathlib import Path
from textwrap import wrap
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from netspace.complexity import Complexity
from netspace.complexity.batch import concatenate
from netspace.errors import AnalysisError
from netspace.figures import theme
from netspace.figures.printing import check_picture
from netspace.figures.ticks import log_ticks
from netspace.random import stream
from netspace.spaces import DesignSpace, Population
from netspace.spaces.budget import read_budget, say
from netspace.spaces.marginals import Marginal, marginals, noise
from netspace.spaces.population import Origin

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import SubFigure

PROFILES = 20
"""Networks whose widths are drawn."""

MOST_DRAWS = 1_000_000
"""Draws after which a space that rejects nearly all of them is drawn from what was found."""

_STRAIGHT = 0.02
"""Largest distance from a line that still looks like one."""

_TINY = 1e-3
"""Values below it are written as powers of ten."""

_BAND = "#dfe1e5"
_NAMED = 6
"""Stages that a legend names each; of more, the first and the last."""

FEW = 12
"""Values up to which a distribution is drawn as stairs, and a parameter's values are its ticks."""

LIMITED_SIZE = 224
"""Pixels at which the paper's limits on parameters and activations hold."""


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


LIMITS = {"params": (params_limit, "3M + 5.5M F"), "acts": (acts_limit, "6.5M √F")}
"""For each panel of the cloud its limit, and the paper's words for it; F is in 10^9 multiply-adds."""


def draw_space(portrait: Portrait, path: str | Path, *, title: str | None = None, width: float = 10.0) -> Path:
    """Draws a space into a file: (a) distributions of parameters, (b) flops, parameters and activations, (c) widths.

    Args:
        portrait: of `portray`.
        path: where to write; its suffix decides the format (``.png``, ``.svg``, ``.pdf``).
        title: a line above; by default the space, its budget and n.
        width: of the figure, in inches.

    Returns:
        The path written.

    Raises:
        AnalysisError: the suffix names no format, or the file cannot be written.
    """
    check_picture(path)
    from matplotlib.figure import Figure

    columns = _columns(len(portrait.groups))
    rows = ceil(len(portrait.groups) / columns)
    heights = [0.235 * width * rows + 0.05 * width, 0.36 * width]
    figure = Figure(figsize=(width, sum(heights) + 0.04 * width), layout="constrained")
    parts = figure.subfigures(2 if rows else 1, 1, height_ratios=heights[-2 if rows else -1 :], squeeze=False)[:, 0]
    if rows:
        _draw_parameters(parts[0], portrait, rows, columns)
    panels = parts[-1].subplots(1, 3)
    for axes, quantity in zip(panels, LIMITS, strict=False):
        _draw_cloud(axes, portrait, quantity)
    _draw_profiles(panels[2], portrait)
    _letter(panels[0], "b")
    _letter(panels[2], "c")
    figure.suptitle(_title(portrait) if title is None else title, fontsize=10, parse_math=False)
    try:
        figure.savefig(path, dpi=200)
    except OSError as error:
        raise AnalysisError(f"cannot write {str(path)!r}: {error.strerror}. Give another path.") from None
    return Path(path)


def _columns(panels: int) -> int:
    """Chooses how many panels stand side by side: as few rows, as full, as can be."""
    return min((3, 4), key=lambda columns: (ceil(panels / columns), -panels % columns))


def _title(portrait: Portrait) -> str:
    size = f" at {portrait.image_size} px" if portrait.image_size else ""
    budget = f"; within the budget: {portrait.budget}" if portrait.budget else ""
    return "\n".join(wrap(f"{portrait.name}{size}, n = {portrait.n:,}{budget}", 110))


def _letter(axes: "Axes", letter: str) -> None:
    axes.set_title(f"({letter})", loc="left", fontsize=10, fontweight="bold")


def _draw_parameters(part: "SubFigure", portrait: Portrait, rows: int, columns: int) -> None:
    panels = list(part.subplots(rows, columns, sharey=True, squeeze=False).flat)
    for i, ((name, curves), axes) in enumerate(zip(portrait.groups.items(), panels, strict=False)):
        _draw_group(axes, name, curves, portrait)
        axes.set_ylabel("share of networks" if i % columns == 0 else "", fontsize=9)
    for axes in panels[len(portrait.groups) :]:
        axes.set_axis_off()
    _letter(panels[0], "a")
    part.legend(handles=_legend(portrait), loc="outside upper center", ncols=6, frameon=False, fontsize=8)


_DRAWN, _KEPT, _WITHIN = "-", (0, (1, 1)), (0, (4, 1.5))
"""Dashes of what is drawn, of networks of the space, and of those inside the budget."""


def _legend(portrait: Portrait) -> list[Any]:
    from matplotlib.lines import Line2D
    from matplotlib.patches import Patch

    def line(style: Any, label: str, color: Any = "black", size: float = 1.4) -> Line2D:
        return Line2D([], [], color=color, linestyle=style, linewidth=size, label=label)

    curves = [curve for group in portrait.groups.values() for curve in group]
    noise_label = f"noise of n = {portrait.n:,} (95 %, all at once)"
    rule = [line("-", "the space's distribution", theme.INK, 0.9), Patch(color=_BAND, linewidth=0, label=noise_label)]
    share = f"{100 * portrait.accepted:.2g} %"
    stages = sorted({curve.stage for curve in curves if curve.stage is not None})
    named = stages if len(stages) <= _NAMED else [stages[0], stages[-1]]
    return [
        *(rule if any(curve.own is not None for curve in curves) else []),
        line(_DRAWN, "drawn"),
        *([line(_KEPT, f"kept: networks of the space ({share} of draws)")] if portrait.accepted < 1 else []),
        *([line(_WITHIN, "within the budget")] if portrait.within else []),
        *(line("-", f"stage {stage}", _color(stage, portrait.num_stages), 3) for stage in named),
    ]


def _color(stage: int | None, num_stages: int) -> Any:
    """Gives a color from dark to light over the stages; what is no stage's has the first of the palette."""
    from matplotlib import colormaps

    return theme.PALETTE[0] if stage is None else colormaps["viridis"](0.87 * (stage - 1) / max(1, num_stages - 1))


def _draw_group(axes: "Axes", name: str, curves: Sequence[Curve], portrait: Portrait) -> None:
    _draw_own(axes, curves, portrait.noise)
    for curve in curves:
        _draw_curve(axes, curve, portrait)
    _set_scale(axes, curves)
    _say_distance(axes, curves, portrait.noise)
    axes.set_xlabel(theme.label(name), fontsize=9, parse_math=False)
    axes.set_ylim(-0.02, 1.02)
    _finish(axes)


def _draw_own(axes: "Axes", curves: Sequence[Curve], margin: float) -> None:
    """Draws what the space says, once where several stages have it in common."""
    own = [curve.own for curve in curves if curve.own is not None]
    different = {(each.values.tobytes(), each.cumulative.tobytes()): each for each in own}
    for each in different.values():
        x, y = each.values, each.cumulative
        stairs = len(x) <= FEW
        low, high = np.maximum(0, y - margin), np.minimum(1, y + margin)
        axes.fill_between(x, low, high, step="post" if stairs else None, color=_BAND, alpha=0.8, linewidth=0)
        axes.plot(x, y, color=theme.INK, linewidth=0.9, drawstyle="steps-post" if stairs else "default")


def _draw_curve(axes: "Axes", curve: Curve, portrait: Portrait) -> None:
    known = [curve.drawn, curve.kept] if curve.within is None else [curve.drawn, curve.kept, curve.within]
    x = np.unique(np.concatenate(known)) if curve.own is None else curve.own.values
    stairs = len(x) <= FEW
    kinds = [(curve.drawn, _DRAWN), *([(curve.kept, _KEPT)] if portrait.accepted < 1 else [])]
    for values, dashes in [*kinds, *([] if curve.within is None else [(curve.within, _WITHIN)])]:
        # Stairs begin at zero; of many values only their tops are joined, on which a log-uniform one is straight
        points = (np.append(x[:1], x), np.append(0.0, shares(values, x))) if stairs else (x, shares(values, x))
        color = _color(curve.stage, portrait.num_stages)
        style = "steps-post" if stairs else "default"
        axes.plot(*points, color=color, linestyle=dashes, linewidth=1.3, drawstyle=style)


def is_straight(marginal: Marginal) -> bool:
    """Says whether a cumulative distribution is a straight line over the values themselves, as a uniform one's is.

    Example:
        >>> from netspace.spaces import log_uniform, uniform
        >>> [is_straight(Marginal(each.table, each.cumulative)) for each in (uniform(8, 64, 8), log_uniform(8, 64, 8))]
        [True, False]
    """
    x, y = marginal.values, marginal.cumulative
    line = y[0] + (y[-1] - y[0]) * (x - x[0]) / max(x[-1] - x[0], 1e-300)
    return bool(np.abs(y - line).max() < _STRAIGHT)


def _set_scale(axes: "Axes", curves: Sequence[Curve]) -> None:
    """Chooses a log axis wherever there is one, but for uniform distributions, and round ticks."""
    from matplotlib.ticker import FixedLocator, NullLocator, ScalarFormatter

    values = np.unique(np.concatenate([c.drawn if c.own is None else c.own.values for c in curves]))
    uniform = all(curve.own is not None and is_straight(curve.own) for curve in curves)
    if values[0] > 0 and not uniform:
        axes.set_xscale("log")
        _set_log_ticks(axes, values)
    elif len(values) <= FEW:
        axes.xaxis.set_major_locator(FixedLocator(values.tolist()))
    if values[0] >= _TINY or uniform:
        axes.xaxis.set_major_formatter(ScalarFormatter())
    axes.xaxis.set_minor_locator(NullLocator())


def _set_log_ticks(axes: "Axes", values: NDArray[Any]) -> None:
    from matplotlib.ticker import FixedLocator, LogLocator, MaxNLocator

    low, high = float(values[0]), float(values[-1])
    powers = log_ticks(low, high) if low >= 1 else []
    if len(values) <= FEW:
        axes.xaxis.set_major_locator(FixedLocator(values.tolist()))
    elif len(powers) >= 3:
        axes.xaxis.set_major_locator(FixedLocator(powers))
    elif high > 10 * low:
        axes.xaxis.set_major_locator(LogLocator(subs=(1, 2, 5) if low >= _TINY else (1,)))
    else:
        axes.xaxis.set_major_locator(MaxNLocator(4))


def _say_distance(axes: "Axes", curves: Sequence[Curve], allowed: float) -> None:
    """Says the largest distance of a panel, and whether noise alone may give it."""
    known = [curve.distance for curve in curves if curve.distance is not None]
    if not known:
        return
    far = max(known) > allowed
    text = f"distance {max(known):.3f} (noise {allowed:.3f})"
    axes.text(
        0.97,
        0.04,
        text,
        transform=axes.transAxes,
        ha="right",
        fontsize=8,
        color=theme.PALETTE[1] if far else "black",
        bbox={"facecolor": "white", "alpha": 0.7, "linewidth": 0, "pad": 1.5},
    )


def _draw_cloud(axes: "Axes", portrait: Portrait, quantity: str) -> None:
    samples = [("networks of the space", portrait.sample, "#9aa0a8" if portrait.within else theme.PALETTE[0])]
    if portrait.within:
        samples.append(("within the budget", portrait.within, theme.PALETTE[1]))
    for label, cost, color in samples:
        axes.plot(cost.flops, getattr(cost, quantity), ".", color=color, alpha=0.5, markersize=4, mew=0, label=label)
    if portrait.image_size == LIMITED_SIZE:
        limit, words = LIMITS[quantity]
        flops = np.geomspace(portrait.sample.flops.min() / 1.2, portrait.sample.flops.max() * 1.2, 100)
        axes.plot(
            flops, limit(flops), color="black", linewidth=0.8, label=f"RegNet paper: {quantity} ≤ {words} (F in GF)"
        )
    axes.set(xscale="log", yscale="log")
    _set_amounts(axes)
    axes.set_xlabel(theme.label("flops"), fontsize=9)
    axes.set_ylabel(theme.label(quantity), fontsize=9)
    _make_room(axes)
    axes.legend(frameon=False, fontsize=7, loc="upper left", handlelength=1.4, borderpad=0.1, markerscale=2)
    _finish(axes)


def _make_room(axes: "Axes") -> None:
    """Leaves the upper sixth of a log axis to the legend."""
    low, high = axes.get_ylim()
    axes.set_ylim(low, high * (high / low) ** 0.18)


def _set_amounts(axes: "Axes") -> None:
    """Writes powers of ten with a suffix such as M, and 2 and 5 of each where there are few."""
    from matplotlib.ticker import EngFormatter, LogLocator, NullLocator

    for axis, (low, high) in ((axes.xaxis, axes.get_xlim()), (axes.yaxis, axes.get_ylim())):
        axis.set_major_locator(LogLocator(subs=(1,) if high / low >= 100 else (1, 2, 5)))
        axis.set_minor_locator(NullLocator())
        axis.set_major_formatter(EngFormatter(sep=""))


def _draw_profiles(axes: "Axes", portrait: Portrait) -> None:
    from matplotlib import colormaps
    from matplotlib.ticker import MaxNLocator, NullLocator, ScalarFormatter

    by_depth = sorted(portrait.profiles, key=len)
    for widths, color in zip(by_depth, colormaps["viridis"](np.linspace(0, 0.87, len(by_depth))), strict=True):
        axes.stairs(widths, np.arange(len(widths) + 1) + 0.5, baseline=None, color=color, linewidth=1.1, alpha=0.85)
    depths = " (lighter: deeper)" if len({len(widths) for widths in by_depth}) > 1 else ""
    axes.set_title(f"{len(by_depth)} random networks{depths}", fontsize=8, loc="right")
    axes.set_yscale("log", base=2)
    axes.yaxis.set_major_formatter(ScalarFormatter())
    axes.yaxis.set_minor_locator(NullLocator())
    axes.xaxis.set_major_locator(MaxNLocator(integer=True, nbins=6))
    axes.set_xlabel("block", fontsize=9)
    axes.set_ylabel(theme.label("width"), fontsize=9)
    _finish(axes)


def _finish(axes: "Axes") -> None:
    axes.grid(visible=True, alpha=0.25, linewidth=0.6)
    axes.tick_params(labelsize=8)
    axes.spines[["top", "right"]].set_visible(False)

"""The figures of the report, each as data that the page draws when it comes into view."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain

import numpy as np

from netspace.analysis import BestRange, empirical_bootstrap, median_curve
from netspace.analysis.bootstrap import FEWEST
from netspace.figures import Curves, Picture, Points, Profile, plot_curves, plot_edfs, plot_error_against, plot_widths
from netspace.figures.theme import label
from netspace.populations.record import Record
from netspace.reports.gathering import DRAWN, READ, SURELY_DRAWN, Gathered
from netspace.reports.text import island, join_names, number

COMPLEXITY = ("flops", "params", "acts", "depth")
CURVES = 200
"""How many learning curves of a population one figure shows; their median is that of all."""

PROFILES = 5
"""How many of the best, and of the worst, networks show their widths."""


@dataclass(frozen=True)
class Drawing:
    """One figure: a key unique on the page, what it shows in words, plotly's JSON and lines of (color, caption)."""

    key: str
    description: str
    data: str
    captions: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Drawings:
    """All figures; a section without any says why in the page.

    ``parameters`` has a list for those of whole networks, then one for each attribute of stages. ``unranged`` names
    the populations that are too small for a range of the best; ``thinned`` and ``fewer_curves`` those of which figures
    show a part, ``skimmed`` those of which not every curve was read, ``uneven`` those whose curves differ in length.
    """

    edfs: list[Drawing]
    curves: list[Drawing]
    complexity: list[Drawing]
    parameters: list[list[Drawing]]
    profiles: list[Drawing]
    unranged: str
    thinned: str
    fewer_curves: str
    skimmed: str
    uneven: str
    drawn: int = DRAWN
    surely_drawn: int = SURELY_DRAWN
    fewest: int = FEWEST
    curves_drawn: int = CURVES

    @property
    def all(self) -> list[Drawing]:
        """Every figure, in the order of the page."""
        return [*self.edfs, *self.curves, *self.complexity, *chain(*self.parameters), *self.profiles]


def draw(populations: Sequence[Gathered]) -> Drawings:
    """Draws all figures of the populations that have finished networks."""
    finished = [each for each in populations if len(each.errors)]
    return Drawings(
        edfs=_edfs(finished),
        curves=_curves(finished),
        complexity=_against(COMPLEXITY, finished),
        parameters=[_against(names, finished) for names in _groups(_parameters(finished))],
        profiles=[drawing for each in finished for drawing in _profiles(each)],
        unranged=join_names([each.name for each in finished if len(each.errors) < FEWEST]),
        thinned=join_names([each.name for each in finished if len(each.errors) > DRAWN]),
        fewer_curves=join_names([each.name for each in finished if len(each.errors) > CURVES]),
        skimmed=join_names([each.name for each in finished if len(each.records) > READ]),
        uneven=join_names([each.name for each in finished if len(set(map(len, _all_curves(each)))) > 1]),
    )


def _drawing(key: str, description: str, picture: Picture, captions: Sequence[tuple[str, str]] = ()) -> Drawing:
    return Drawing(key, description, island(picture.json()), tuple(captions))


def _edfs(populations: Sequence[Gathered]) -> list[Drawing]:
    if not populations:
        return []
    description = "Error distributions: " + "; ".join(
        f"{each.name}, n {each.edf.n}, least {each.edf.min:.1f} %, mean {each.edf.mean:.1f} %"
        for each in populations
        if each.edf
    )
    return [_drawing("edfs", description, plot_edfs({each.name: each.edf for each in populations if each.edf}))]


def _curves(populations: Sequence[Gathered]) -> list[Drawing]:
    curves = {each.name: _learning_curves(each) for each in populations}
    if not any(np.isfinite(np.asarray(each.median)).any() for each in curves.values()):
        return []
    description = f"Validation error after each epoch of {join_names(list(curves))}"
    return [_drawing("curves", description, plot_curves(curves))]


def _learning_curves(population: Gathered) -> Curves:
    networks = _all_curves(population)
    return Curves(networks[:: -(-len(networks) // CURVES) or 1], median_curve(networks), population.place)


def _all_curves(population: Gathered) -> list[list[float]]:
    return [_learning_curve(record) for record in population.read if record.status == "complete"]


def _learning_curve(record: Record) -> list[float]:
    """Gives a network's validation error after each epoch; NaN after epochs without evaluation."""
    errors = [epoch.validation_error for epoch in record.outcome.curve]
    return [np.nan if error is None else error for error in errors]


def _parameters(populations: Sequence[Gathered]) -> list[str]:
    """Gives the parameters that differ between networks of some population, in their order."""
    names = dict.fromkeys(name for each in populations for name in each.records.parameters)
    return [name for name in names if name not in COMPLEXITY and any(_varies(each, name) for each in populations)]


def _groups(parameters: Sequence[str]) -> list[list[str]]:
    """Puts the parameters of each attribute of stages together, after those of whole networks."""
    groups: dict[str, list[str]] = {"": []}
    for name in parameters:
        attribute, _, stage = name.rpartition("_")
        groups.setdefault(attribute if stage.isdigit() else "", []).append(name)
    return [group for group in groups.values() if group]


def _varies(population: Gathered, quantity: str) -> bool:
    values = population.column(quantity)
    return values is not None and bool(np.nanmax(values) > np.nanmin(values))


def _against(quantities: Sequence[str], populations: Sequence[Gathered]) -> list[Drawing]:
    return [_error_against(name, some) for name in quantities if (some := _with_numbers(name, populations))]


def _with_numbers(quantity: str, populations: Sequence[Gathered]) -> list[Gathered]:
    return [each for each in populations if each.column(quantity) is not None]


def _error_against(quantity: str, populations: Sequence[Gathered]) -> Drawing:
    points = {each.name: _points(each, quantity) for each in populations}
    figure = plot_error_against({quantity: points})
    captions = [(each.color, _best_values(points[each.name].best)) for each in populations]
    return _drawing(
        f"against-{quantity}",
        f"Validation error against {label(quantity)} of {join_names(list(points))}",
        figure,
        [(color, said) for color, said in captions if said],
    )


def _points(population: Gathered, quantity: str) -> Points:
    """Gives the networks of which the quantity is known."""
    x, errors = np.asarray(population.column(quantity), np.float64), population.errors
    known = np.isfinite(x)
    best = empirical_bootstrap(x[known], errors[known]) if known.sum() >= FEWEST else None
    some = population.drawn[known[population.drawn]]
    labels = [text for text, is_known in zip(population.labels, known[population.drawn], strict=True) if is_known]
    return Points(x[some], errors[some], labels, best, population.place)


def _best_values(best: BestRange | None) -> str:
    """Says where the best networks lie: ``best 14 [8, 20]``."""
    return f"best {number(best.median)} [{number(best.low)}, {number(best.high)}]" if best else ""


def _profiles(population: Gathered) -> list[Drawing]:
    """Draws the widths of the best and of the worst networks on the same axes; foreign networks have none to draw."""
    depth = population.frame["depth"]
    ranked = [i for i in population.ranked() if depth[i]]
    if not ranked:
        return []
    k = min(PROFILES, max(1, len(ranked) // 2))
    sides = {"best": ranked[:k]} if len(ranked) == 1 else {"best": ranked[:k], "worst": ranked[-k:][::-1]}
    profiles = {side: _profiles_of([population.records[i] for i in rows]) for side, rows in sides.items()}
    profiles = {side: some for side, some in profiles.items() if some}
    if not profiles:
        return []
    panels = plot_widths(profiles, place=population.place).panels
    return [
        _drawing(
            f"widths-{population.place}-{side}",
            f"Width of each block of {_count(side, len(some))} of {population.name}",
            Picture([panel]),
            [(population.color, f"{population.name}: {_count(side, len(some))}")],
        )
        for (side, some), panel in zip(profiles.items(), panels, strict=True)
    ]


def _count(side: str, k: int) -> str:
    return f"the {side} {k} networks" if k > 1 else f"the {side} network"


def _profiles_of(records: Sequence[Record]) -> list[Profile]:
    """Gives the profiles of the networks whose blocks are known; others may have a parameter called depth."""
    return [_profile(record) for record in records if record.architecture.stages]


def _profile(record: Record) -> Profile:
    label = f"#{record.index} {record.architecture.id[:8]}: error {record.error:.2f} %"
    return Profile(record.architecture.block_widths, label)

"""Where the best networks lie: error against numbers of the networks, one, two, or those of the training."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from difflib import get_close_matches

import numpy as np
from numpy.typing import NDArray

from netspace.analysis import BestRange, BestRegion, best_region, empirical_bootstrap
from netspace.analysis.bootstrap import FEWEST
from netspace.figures import (
    PairPoints,
    Points,
    TrainingPoints,
    plot_best_region,
    plot_error_against,
    plot_training_parameters,
    theme,
)
from netspace.figures.picture import Axis, Panel, Picture
from netspace.figures.ticks import wide_axis
from netspace.refinement.columns import read_columns
from netspace.reports.drawing import Drawing
from netspace.reports.gathering import Gathered, known, parameters_of
from netspace.reports.pictures.options import Options, nothing
from netspace.reports.text import join_names, number

COMPLEXITY = ("flops", "params", "acts", "depth")
TRAINING = ("learning_rate", "weight_decay")


def draw_against(populations: Sequence[Gathered], options: Options) -> list[Drawing]:
    """Draws error against complexity, depth and each parameter that differs between networks."""
    if options.parameters:
        return [_asked_for(name, populations) for name in options.parameters]
    drawings = [_against(name, populations, "Complexity and depth") for name in COMPLEXITY if known(populations, name)]
    if not drawings and not parameters(populations):
        nothing("no network that finished has a parameter, flops, params, acts or a depth that is known")
    heading = f"Parameters of the {'spaces' if len(populations) > 1 else 'space'}"
    return drawings + [_against(name, populations, heading) for name in parameters(populations)]


def draw_e_fit(populations: Sequence[Gathered], _: Options) -> list[Drawing]:
    """Draws error against the distance of a network's widths from a quantized line."""
    if not known(populations, "e_fit"):
        nothing("it takes finished networks whose blocks are known, and that are not quantized lines by construction")
    return [replace(_against("e_fit", populations, ""), size="medium")]


def _asked_for(quantity: str, populations: Sequence[Gathered]) -> Drawing:
    """Draws error against a quantity that the user names.

    Raises:
        AnalysisError: no network has it.
    """
    check_quantity(quantity, populations)
    return _against(quantity, populations, "")


def check_quantity(quantity: str, populations: Sequence[Gathered]) -> None:
    """Raises an `AnalysisError` if no finished network has a number of that name."""
    if known(populations, quantity):
        return
    names = quantities(populations)
    near = get_close_matches(quantity, names, 1)
    hint = f"did you mean {near[0]}?" if near else f"there are {', '.join(names) or 'none'}"
    nothing(f"no finished network has a number called {quantity!r}: {hint}")


def quantities(populations: Sequence[Gathered]) -> list[str]:
    """Gives the names of all numbers that networks have."""
    names = dict.fromkeys([*COMPLEXITY, *parameters_of(populations), "e_fit"])
    return [name for name in names if known(populations, name)]


def parameters(populations: Sequence[Gathered]) -> list[str]:
    """Gives the parameters that differ between networks of some population, those of each attribute together.

    Parameters of whole networks come first, then each attribute of stages; those of the training are left out where a
    figure of their own shows them.
    """
    apart = {*COMPLEXITY, *(TRAINING if trained_apart(populations) else ())}
    names = [name for name in parameters_of(populations) if name not in apart]
    varied = [name for name in names if any(each.varies(name) for each in populations)]
    return sorted(varied, key=lambda name: list(dict.fromkeys(["", *map(attribute, varied)])).index(attribute(name)))


def is_choice(populations: Sequence[Gathered], name: str) -> bool:
    """Says whether a parameter holds codes of options, which have no order: whole numbers 0, 1, ..., k - 1."""
    values = np.concatenate([np.empty(0), *(each.with_numbers(name)[0] for each in known(populations, name))])
    return any(column.kind == "choice" for column in read_columns({name: values}))


def attribute(name: str) -> str:
    """Gives the attribute of stages that a parameter is of; of whole networks: empty.

    >>> attribute("width_3"), attribute("slope")
    ('width', '')
    """
    before, _, stage = name.rpartition("_")
    return before if stage.isdigit() else ""


def _against(quantity: str, populations: Sequence[Gathered], group: str) -> Drawing:
    having = known(populations, quantity)
    points = {each.name: _points(each, quantity) for each in having}
    said = [(each.place, best_values(points[each.name].best)) for each in having]
    return Drawing(
        f"against-{quantity}",
        f"Validation error against {theme.label(quantity)} of {join_names(list(points))}",
        plot_error_against({quantity: points}),
        "against",
        {"quantities": [quantity]},
        ("dots",),
        [(place, words) for place, words in said if words],
        "small",
        f"{group}/{attribute(quantity)}",
    )


def _points(population: Gathered, quantity: str) -> Points:
    """Gives the networks of which the quantity is known."""
    some, labels = shown(population, quantity)
    best = best_range(population, quantity)
    return Points(population.numbers(quantity)[some], population.errors[some], labels, best, population.place)


def shown(population: Gathered, *names: str) -> tuple[NDArray[np.intp], list[str]]:
    """Gives the rows of ``finished`` that are drawn and of which all quantities are known, and their labels."""
    is_known = np.isfinite(np.array([population.numbers(name)[population.drawn] for name in names])).all(axis=0)
    labels = [label for label, is_one in zip(population.labels, is_known, strict=True) if is_one]
    return population.drawn[is_known], labels


def best_range(population: Gathered, quantity: str) -> BestRange | None:
    """Gives the range of a quantity in which the best networks lie; ``None`` where too few have it."""
    if quantity not in population.ranges:
        x, errors = population.with_numbers(quantity)
        population.ranges[quantity] = empirical_bootstrap(x, errors) if len(x) >= FEWEST else None
    return population.ranges[quantity]


def best_values(best: BestRange | None) -> str:
    """Says where the best networks lie: ``best 14 [8, 20]``."""
    return f"best {number(best.median)} [{number(best.low)}, {number(best.high)}]" if best else ""


def draw_pairs(populations: Sequence[Gathered], options: Options) -> list[Drawing]:
    """Draws the networks over two quantities, with the region of the best."""
    for name in filter(None, (options.x, options.y)):
        check_quantity(name, populations)
    choice = _choice(populations)
    first = sorted(choice, key=lambda name: _width(name, populations))
    x = options.x or next((name for name in first if name != options.y), "")
    y = options.y or next((name for name in first if name != x), "")
    having = [each for each in populations if x and y and len(each.with_numbers(x, y)[0])]
    if not having:
        nothing("it takes finished networks of which two numbers are known, such as depth and a parameter")
    points = {each.name: _pair_points(each, x, y) for each in having}
    if options.page:
        points = {each.name: points.get(each.name, _no_pairs(each)) for each in populations if len(each.errors)}
    picture = plot_best_region(x, y, points)
    notes = [f"{each.name}: n = {len(each.with_numbers(x, y)[0])}" for each in having]  # some of which are not drawn
    note = "" if options.page else picture.note  # there it stands above
    picture = replace(picture, panels=[replace(picture.panels[0], note="\n".join(notes))], note=note)
    described = f"{theme.label(y)} against {theme.label(x)} of {join_names(list(points))}, with the region of the best"
    given = {"x": x, "y": y, "axes": {name: _axis(name, populations) for name in choice}}
    return [Drawing("pairs", described, picture, "pairs", given, ("dots", "region"))]


def _choice(populations: Sequence[Gathered]) -> list[str]:
    """Gives the quantities that a reader may choose: those that differ."""
    names = [*parameters(populations), *COMPLEXITY, *(TRAINING if trained_apart(populations) else ()), "e_fit"]
    return [name for name in names if any(each.varies(name) for each in populations)]


def _width(quantity: str, populations: Sequence[Gathered]) -> tuple[int, bool, bool, float]:
    """Says how telling a quantity is, the less the more: how few populations have it, what share the range of the best.

    Those of few values, as of options, and those that no space is designed by come after those of as many populations.
    """
    having = [each for each in populations if each.varies(quantity)]
    shares = [_share_inside(each, quantity) for each in having]
    few = all(each.has_few_values(quantity) for each in having)
    return -len(having), few, quantity in (*COMPLEXITY[:3], "e_fit"), float(np.mean(shares))


def _share_inside(population: Gathered, quantity: str) -> float:
    best, values = best_range(population, quantity), population.with_numbers(quantity)[0]
    return 1.0 if best is None else float(np.mean((values >= best.low) & (values <= best.high)))


def _axis(quantity: str, populations: Sequence[Gathered]) -> dict[str, object]:
    """Gives an axis of a quantity, as plotly has it."""
    axis = wide_axis(theme.label(quantity), [each.numbers(quantity) for each in populations])
    layout = Picture([Panel(axis, Axis(""))]).json()["layout"]["xaxis"]
    return {name: layout[name] for name in ("type", "tickformat", "tickvals", "nticks", "title") if name in layout}


def _pair_points(population: Gathered, x: str, y: str) -> PairPoints:
    some, labels = shown(population, x, y)
    columns = population.numbers(x)[some], population.numbers(y)[some], population.errors[some]
    return PairPoints(*columns, labels, _region(population, x, y), population.place)


def _no_pairs(population: Gathered) -> PairPoints:
    """Gives a population's place in a figure over quantities that its networks do not have."""
    none, anywhere = np.empty(0), np.ones((1, 2))
    region = BestRegion(anywhere, np.ones(1), (1.0, 1.0), 0, 0, 0.95)
    return PairPoints(none, none, none, [], region, population.place)


def _region(population: Gathered, x: str, y: str) -> BestRegion | None:
    columns = population.with_numbers(x, y)
    return best_region(*columns) if len(columns[0]) >= FEWEST else None


def trained_apart(populations: Sequence[Gathered]) -> list[Gathered]:
    """Gives the populations whose networks have learning rates and weight decays of their own."""
    return [each for each in populations if all(each.varies(name) for name in TRAINING)]


def draw_training(populations: Sequence[Gathered], _: Options) -> list[Drawing]:
    """Draws error against learning rate, weight decay and their product."""
    having = trained_apart(populations)
    if not having:
        nothing("it takes networks of which each has a learning_rate and a weight_decay of its own")
    points = {each.name: _training_points(each) for each in having}
    described = f"Validation error against learning rate and weight decay of {join_names(list(points))}"
    picture = plot_training_parameters(points)
    captions = [(each.place, line) for each in having for line in _training_captions(points[each.name])]
    given = {"quantities": [*TRAINING, "lr*wd"]}
    return [Drawing("training", described, picture, "against", given, ("dots",), captions)]


def _training_points(population: Gathered) -> TrainingPoints:
    some, labels = shown(population, *TRAINING)
    rate, decay = (population.numbers(name)[some] for name in TRAINING)
    ranges = {name: best_range(population, name) for name in (*TRAINING, "lr*wd")}
    best = {name: found for name, found in ranges.items() if found}
    return TrainingPoints(rate, decay, population.errors[some], labels, best, population.place)


def _training_captions(points: TrainingPoints) -> Iterator[str]:
    for name, best in points.best.items():
        yield f"{theme.label(name)}: {best_values(best)}"

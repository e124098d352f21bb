"""How complexity goes with flops, how the best parameters do, and how populations stand against other networks."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from netspace.analysis import ComplexityTrend, RegimeTrend, fit_complexity, trend_over_regimes
from netspace.analysis.complexity_trends import Form
from netspace.errors import AnalysisError
from netspace.figures import (
    CostPoints,
    OtherPoints,
    plot_against_others,
    plot_complexity_trends,
    plot_parameter_trends,
    theme,
)
from netspace.reports.drawing import Drawing
from netspace.reports.gathering import Floats, Gathered, known
from netspace.reports.pictures.best import attribute, check_quantity, is_choice, parameters, shown
from netspace.reports.pictures.options import Options, nothing
from netspace.reports.text import join_names

FORMS: Mapping[str, Form] = {"acts": "sqrt", "params": "linear", "latency": "linear+sqrt", "runtime": "linear+sqrt"}
"""How each goes with flops; the last two are drawn where a population has a number of that name."""

COSTS = ("flops", "params", "acts")

NAMES = 50
"""Networks of a population up to which their names are written into a figure."""

REGIMES = 3
"""Regimes that a trend needs."""

MOST_REGIMES = 8

ENOUGH = 25
"""Networks of a regime, of which the best then tell something."""

WIDE = 4.0
"""Flops whose greatest is this many times their least are cut into regimes."""


def draw_costs(populations: Sequence[Gathered], _: Options) -> list[Drawing]:
    """Draws acts, params and, where measured, latency over flops, with the papers' curves."""
    names = [name for name in FORMS if len(_having(populations, name))]
    if not names:
        nothing("it takes finished networks whose flops, and acts or params, are known")
    return [_cost(name, _having(populations, name)) for name in names]


def _having(populations: Sequence[Gathered], quantity: str) -> list[Gathered]:
    return [each for each in populations if len(each.with_numbers("flops", quantity)[0])]


def _cost(quantity: str, populations: Sequence[Gathered]) -> Drawing:
    points = {each.name: _cost_points(each, quantity) for each in populations}
    return Drawing(
        f"costs-{quantity}",
        f"{theme.label(quantity)} against flops of {join_names(list(points))}",
        plot_complexity_trends({quantity: points}),
        "costs",
        {"quantity": quantity},
        ("dots",),
        size="medium",
    )


def _cost_points(population: Gathered, quantity: str) -> CostPoints:
    some, labels = shown(population, "flops", quantity)
    flops, values = (population.numbers(name)[some] for name in ("flops", quantity))
    return CostPoints(flops, values, labels, _trend(population, quantity), population.place)


def _trend(population: Gathered, quantity: str) -> ComplexityTrend | None:
    """Fits the curve to all networks; ``None`` where they cannot tell it, as where all flops are the same."""
    flops, values, _ = population.with_numbers("flops", quantity)
    try:
        return fit_complexity(flops, values, FORMS[quantity])
    except AnalysisError:
        return None


def draw_trends(populations: Sequence[Gathered], options: Options) -> list[Drawing]:
    """Draws the best value of each parameter over regimes of flops."""
    for name in options.parameters:
        check_quantity(name, populations)
    regimes = find_regimes(populations)
    trends = {each: trend for each in options.parameters or _varied(populations) if (trend := _regimes(each, regimes))}
    if not trends:
        nothing(
            f"it takes {REGIMES} regimes of flops with {ENOUGH} finished networks each: populations of one space under "
            f"different budgets, or one whose greatest flops are {WIDE:g} times its least"
        )
    shows = sorted({each.place for each, _ in regimes})
    place = shows[0] if len(shows) == 1 else 0
    description = f"Best values of {join_names([theme.label(name) for name in trends])} over flops"
    picture = plot_parameter_trends(trends, places=dict.fromkeys(trends, place))
    return [Drawing("trends", description, picture, shows=shows)]


def _varied(populations: Sequence[Gathered]) -> list[str]:
    """Gives depth and the parameters of whole networks, or where there are none those of stages.

    Codes of options have no order, and so no trend.
    """
    names = [name for name in parameters(populations) if not is_choice(populations, name)]
    whole = [name for name in names if not attribute(name)]
    return [*(["depth"] if known(populations, "depth") else []), *(whole or names)]


Regime = tuple[Gathered, NDArray[np.intp]]
"""A population, and the rows of its finished networks that are in the regime."""


def find_regimes(populations: Sequence[Gathered]) -> list[Regime]:
    """Gives regimes of flops, ascending: populations of one space under different budgets, else windows of one."""
    having = [each for each in known(populations, "flops") if len(each.errors) >= ENOUGH]
    spaces: dict[str, list[Gathered]] = {}
    for each in having:
        spaces.setdefault(str(each.records.facts.get("space")), []).append(each)
    for several in spaces.values():
        by_size = sorted(several, key=lambda each: len(each.errors))
        budgets = {
            str(each.records.facts.get("budget")): each for each in by_size
        }  # the largest of equal budgets stays
        if len(budgets) >= REGIMES:
            found = [(each, np.flatnonzero(np.isfinite(each.numbers("flops")))) for each in budgets.values()]
            return sorted(found, key=lambda regime: _middle(*regime))
    return max((windows(each) for each in having), key=len, default=[])


def windows(population: Gathered) -> list[Regime]:
    """Cuts a population into windows of equal width in log flops; those of few networks are left out."""
    flops = population.numbers("flops")
    rows = np.flatnonzero(flops > 0)
    if len(rows) < REGIMES * ENOUGH or flops[rows].max() < WIDE * flops[rows].min():
        return []
    low, high = np.log2(flops[rows].min()), np.log2(flops[rows].max())
    for count in range(min(MOST_REGIMES, len(rows) // ENOUGH), REGIMES - 1, -1):
        window = np.minimum(((np.log2(flops[rows]) - low) / (high - low) * count).astype(int), count - 1)
        found = [(population, rows[window == k]) for k in range(count)]
        enough = [regime for regime in found if len(regime[1]) >= ENOUGH]
        if len(enough) >= REGIMES:
            return enough
    return []


def _middle(population: Gathered, rows: NDArray[np.intp]) -> float:
    """Gives the flops of a regime: their geometric mean."""
    return float(np.exp(np.log(population.numbers("flops")[rows]).mean()))


def _regimes(quantity: str, regimes: Sequence[Regime]) -> RegimeTrend | None:
    """Gives the trend of a quantity over the regimes; ``None`` where too few have it, or it does not differ."""
    flops, values, errors = [], [], []
    for population, rows in regimes:
        column = population.numbers(quantity)
        kept = rows[np.isfinite(column[rows])]
        if len(kept) >= ENOUGH:
            flops.append(_middle(population, kept))
            values.append(column[kept])
            errors.append(population.errors[kept])
    if len(values) < REGIMES or np.ptp(np.concatenate(values)) == 0:
        return None
    is_log = min(map(np.min, values)) > 0 and quantity != "depth"
    return trend_over_regimes(flops, values, errors, scale="log" if is_log else "linear")


def draw_others(populations: Sequence[Gathered], options: Options) -> list[Drawing]:
    """Draws error against complexity: networks known by their names, and of other populations those ahead of all."""
    for name in filter(None, [options.x]):
        check_quantity(name, populations)
        _check_both(name, populations)
    names = [options.x] if options.x else [name for name in COSTS if len(_families(populations, name)) > 1]
    if not names or not any(map(is_named, populations)):
        nothing(
            "it takes a population of a few networks known by their names, such as those of a paper (`netspace import` "
            "reads them from a table), and another; and flops, params or acts of both"
        )
    return [_others(name, populations) for name in names]


def _check_both(quantity: str, populations: Sequence[Gathered]) -> None:
    """Raises an `AnalysisError` if a quantity is known of one side alone: of the named networks, or of the others."""
    having = known(populations, quantity)
    if len({is_named(each) for each in populations}) > len({is_named(each) for each in having}):
        lacking = join_names([each.name for each in populations if each not in having])
        nothing(f"no network of {lacking} has a number called {quantity!r}, so there is nothing to compare")


def is_named(population: Gathered) -> bool:
    """Says whether a population is a list of networks known by their names, few enough to write these out."""
    return len(population.frame) <= NAMES and all(record.architecture.foreign for record in population.read.values())


def _others(quantity: str, populations: Sequence[Gathered]) -> Drawing:
    families = _families(populations, quantity)
    description = f"Error against {theme.label(quantity)} of {join_names(list(families))}"
    shows = [each.place for each in known(populations, quantity)]
    return Drawing(f"others-{quantity}", description, plot_against_others({quantity: families}), shows=shows)


def _families(populations: Sequence[Gathered], quantity: str) -> dict[str, OtherPoints]:
    """Gives the networks to draw by what to call them, each family in a color of its own.

    A family that several populations have is called by the population, too.
    """
    found = [(each.name, *family) for each in known(populations, quantity) for family in _families_of(each, quantity)]
    count = Counter(name for _, name, *_ in found)
    return {
        name if count[name] == 1 else f"{owner}: {name}": OtherPoints(x, errors, names, place, written=named)
        for place, (owner, name, x, errors, names, named) in enumerate(found)
    }


def _families_of(population: Gathered, quantity: str) -> Iterator[tuple[str, Floats, Floats, list[str], bool]]:
    """Yields name, quantity, errors and what its networks are called: of each family, or of those ahead of all others.

    At last whether these are names, and no numbers.
    """
    column, errors = population.numbers(quantity), population.errors
    rows = np.flatnonzero(np.isfinite(column))
    if not is_named(population):
        ahead = rows[front(column[rows], errors[rows])]
        numbers = population.finished["index"].to_numpy()[ahead]
        yield f"{population.name}, its best", column[ahead], errors[ahead], [f"#{i}" for i in numbers], False
        return
    names = np.array([population.read[i].architecture.foreign.partition(":")[2] for i in population.positions.tolist()])
    families = np.array([population.name] * len(errors))
    if "family" in population.finished:
        families = population.finished["family"].astype(str).to_numpy()
    for family in dict.fromkeys(families[rows].tolist()):
        its = rows[families[rows] == family]
        yield family, column[its], errors[its], names[its].tolist(), True


def front(x: Floats, errors: Floats) -> NDArray[np.intp]:
    """Gives the places of the networks that no other beats at no more ``x``, ascending in ``x``.

    Example:
        >>> front(np.array([1.0, 2.0, 3.0, 2.0]), np.array([30.0, 26.0, 27.0, 28.0])).tolist()
        [0, 1]
    """
    order = np.lexsort((errors, x))
    best = np.minimum.accumulate(np.append(np.inf, errors[order]))[:-1]
    return order[errors[order] < best]

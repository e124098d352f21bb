"""Small spaces, and their counts by decoding every combination of values."""

from itertools import product

import numpy as np

import netspace as ns
from netspace.spaces.components import LINE, PerStage, QuantizedLine
from netspace.spaces.distributions import choices, log_uniform


def small(block="x", num_stages=2, **parameters):
    given = {"depth": log_uniform(1, 3), "width": log_uniform(8, 40, 8), "group_width": [2, 8]} | parameters
    if block in ("r", "v", "vr"):
        given.pop("group_width")
    return ns.DesignSpace.from_stages(
        "Small", num_stages=num_stages, block=block, parameters=given, image_size=32, stem="cifar", num_classes=10
    )


def by_hand(space):
    """Gives the cost, the probability and the network of every valid combination of values, by plain products."""
    names, tables = [], []
    for component in space.components:
        distributions = component.distributions
        if isinstance(component, QuantizedLine) and component.slope is None:
            distributions = {k: v for k, v in distributions.items() if k != "slope"}
        if isinstance(component, PerStage) and component.rule == "shared":
            distributions = {component.attribute: component.each[0]}
        for name, each in distributions.items():
            names.append(name)
            tables.append(list(zip(each.values, each.probabilities.tolist(), strict=True)))
    rows = list(product(*tables))
    columns = {name: np.array([row[i][0] for row in rows]) for i, name in enumerate(names)}
    chance = np.array([np.prod([p for _, p in row]) for row in rows])
    keeps = np.ones(len(rows), bool)
    for component in space.components:
        if isinstance(component, PerStage) and component.ordered_stages:
            table = np.stack([columns[n] for n in component.names[: component.ordered_stages]], axis=1)
            steps = np.diff(table, axis=1) * (1 if component.rule == "increasing" else -1)
            keeps &= (steps >= 0).all(axis=1)
        if isinstance(component, QuantizedLine) and component.slope is None:
            columns["slope"] = columns["initial_width"]
            columns = {name: columns[name] for name in (*LINE, *[n for n in columns if n not in LINE])}
    networks, valid = space.decode(columns)
    keeps &= valid
    cost = ns.complexity(networks.take(keeps))
    return cost, chance[keeps] / chance[keeps].sum(), networks.take(keeps).table()


def expected(space, limits):
    """Gives settings, share and different networks that meet limits."""
    cost, chance, table = by_hand(space)
    met = np.ones(len(chance), bool)
    for name, (low, high) in limits.items():
        met &= (getattr(cost, name) >= low) & (getattr(cost, name) <= high)
    return int(met.sum()), float(chance[met].sum()), len(np.unique(table[met], axis=0)) if met.any() else 0


def line_space(num_stages, *, depth=(1, 12), widths=(8, 16, 40), slopes=(0, 3.5, 8, 9, 16, 31), multipliers=None):
    line = QuantizedLine(
        choices(list(range(depth[0], depth[1] + 1))),
        choices(list(widths)),
        None if slopes is None else choices(list(slopes)),
        choices(list(multipliers or (1.2, 1.5, 2, 2.25, 2.6, 3, 4))),
        num_stages,
    )
    outline = small(num_stages=num_stages).outline
    rest = [PerStage(n, (choices(v),) * num_stages, "shared") for n, v in RATIOS.items()]
    return ns.DesignSpace("Lines", outline, (line, *rest), "Lines")


RATIOS = {"bottleneck_ratio": [1, 2], "group_width": [1, 8, 16]}

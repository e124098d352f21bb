"""Sweeps are distributed as pycls draws them: many sweeps of each kind beside its own procedure, one draw at a time."""

from functools import partial

import numpy as np
import pytest
from scipy import stats

from netspace.spaces import read_sweep
from tests.spaces.pycls import naive
from tests.spaces.pycls.files import ANYNETX_A, CIFAR_BEST, CIFAR_OPTIM, CIFAR_REGNET, write

LEVEL = 0.01
"""Chance that samples of one distribution are told apart, over all the parameters of a sweep together."""

COSTS = ("flops", "params", "acts")
REGNET_LAWS = {
    "W0": (naive.log_uniform, 8, 256, 8),
    "WA": (naive.log_uniform, 8.0, 256.0, 0.1),
    "WM": (naive.log_uniform, 2.0, 3.0, 0.001),
    "BOT_MUL": (naive.power2_uniform, 1.0, 1.0, 1 / 128),
}


def two_sample_p(ours: np.ndarray, theirs: np.ndarray) -> float:
    """Gives p of a chi-square test where there are few values, else of Kolmogorov and Smirnov's."""
    values, index = np.unique(np.concatenate([ours, theirs]), return_inverse=True)
    if len(values) == 1:
        return 1.0
    if len(values) > 40:
        return float(stats.ks_2samp(ours, theirs).pvalue)
    table = np.stack([np.bincount(part, minlength=len(values)) for part in np.split(index, [len(ours)])])
    rare = table.sum(axis=0) < 20
    table = np.concatenate([table[:, ~rare], table[:, rare].sum(axis=1, keepdims=True)], axis=1)
    return float(stats.chi2_contingency(table[:, table.sum(axis=0) > 0]).pvalue)


def differing(ours: dict[str, np.ndarray], theirs: dict[str, np.ndarray]) -> list[str]:
    """Gives what two samples differ in, at a level that all comparisons share."""
    assert list(ours) == list(theirs)
    return [name for name in ours if two_sample_p(ours[name], theirs[name]) < LEVEL / len(ours)]


def network_columns(populations) -> dict[str, np.ndarray]:
    """Gives what networks have, by stage and in all."""
    networks = [network for population in populations for network in population]
    columns = {
        f"{name} {i}": np.array([getattr(network.stages[i], name) for network in networks])
        for name in ("width", "depth", "bottleneck_ratio", "group_width")
        for i in range(len(networks[0].stages))
    }
    for name in COSTS:
        columns[name] = np.concatenate([getattr(population.complexity, name) for population in populations])
    return columns


def naive_columns(found) -> dict[str, np.ndarray]:
    """Gives the same of networks that were drawn one by one."""
    columns = {}
    for name, values in (
        ("width", [network.widths for _, network, _ in found]),
        ("depth", [network.depths for _, network, _ in found]),
        ("bottleneck_ratio", [[1 / m for m in network.multipliers] for _, network, _ in found]),
        ("group_width", [network.groups for _, network, _ in found]),
    ):
        columns |= {f"{name} {i}": column for i, column in enumerate(np.array(values).T)}
    return columns | {name: np.array([costs[i] for *_, costs in found]) for i, name in enumerate(COSTS)}


def draw_regnet(rng, group_law) -> dict:
    drawn = {"DEPTH": naive.uniform(rng, 6, 16, 1)}
    drawn |= {name: law(rng, *given) for name, (law, *given) in REGNET_LAWS.items()}
    return drawn | {"GROUP_W": group_law(rng, 1, 32, 8)}


def naive_regnets(sweeps: int, group_law=naive.power2_or_log_uniform):
    rng = np.random.RandomState(1)
    count = partial(naive.cost, size=32, classes=10, stem=16, stem_stride=1, block="bottleneck", se=0.25)
    found = []
    for _ in range(sweeps):
        found += naive.sweep(
            lambda: draw_regnet(rng, group_law),
            lambda drawn: naive.regnet(drawn, (2, 2)),
            count,
            ((0.12e9, 0.13e9), (0, 2.0e6), (0, 1.0e6)),
            32,
        )
    drawn = {name: np.array([parameters[name] for parameters, *_ in found]) for name in found[0][0]}
    return drawn, naive_columns(found)


@pytest.mark.slow
def test_regnets(tmp_path) -> None:
    sweep = read_sweep(write(tmp_path, CIFAR_REGNET))
    populations = [sweep.sample(seed=seed) for seed in range(30)]
    names = ("depth", "initial_width", "slope", "width_multiplier", "bottleneck_ratio", "group_width")
    drawn = {name: np.concatenate([each.parameters[name] for each in populations]) for name in names}
    columns = network_columns(populations)
    theirs, their_columns = naive_regnets(30)
    ours = dict(zip(("DEPTH", "W0", "WA", "WM", "BOT_MUL", "GROUP_W"), drawn.values(), strict=True))
    assert differing({**ours, **columns}, {**theirs, **their_columns}) == []
    # and the comparison tells another rule apart
    others, _ = naive_regnets(8, group_law=lambda rng, low, high, _: naive.power2_uniform(rng, low, high, 1))
    assert "GROUP_W" in differing(ours, others)


@pytest.mark.slow
def test_anynets(tmp_path) -> None:
    sweep = read_sweep(write(tmp_path, ANYNETX_A))
    populations = [sweep.sample(seed=seed) for seed in range(15)]
    rng = np.random.RandomState(1)
    count = partial(naive.cost, size=224, classes=1000, stem=32, stem_stride=2, block="bottleneck")
    found = []
    for _ in range(15):
        found += naive.sweep(
            lambda: {
                "DEPTHS": [naive.log_uniform(rng, 1, 16, 1) for _ in range(4)],
                "WIDTHS": [naive.log_uniform(rng, 8, 1024, 8) for _ in range(4)],
                "BOT_MULS": [naive.power2_uniform(rng, 0.25, 1.0, 0.25) for _ in range(4)],
                "GROUP_WS": [naive.power2_uniform(rng, 1, 32, 1) for _ in range(4)],
            },
            lambda p: naive.standardized(
                naive.Network(p["DEPTHS"], p["WIDTHS"], [2] * 4, p["BOT_MULS"], p["GROUP_WS"])
            ),
            count,
            ((300e6, 500e6), (0, 0), (0, 0)),
            100,
        )
    assert differing(network_columns(populations), naive_columns(found)) == []


@pytest.mark.slow
def test_learning_rates_and_weight_decays(tmp_path) -> None:
    sweep = read_sweep(write(tmp_path, CIFAR_OPTIM))
    populations = [sweep.sample(seed=seed) for seed in range(80)]
    names = ("learning_rate", "weight_decay")
    ours = {name: np.concatenate([each.parameters[name] for each in populations]) for name in names}
    rng = np.random.RandomState(1)
    theirs = {
        "learning_rate": np.array([naive.log_uniform(rng, 0.25, 5.0, 1e-10) for _ in range(80 * 64)]),
        "weight_decay": np.array([naive.log_uniform(rng, 5e-5, 1e-3, 1e-10) for _ in range(80 * 64)]),
    }
    assert differing(ours, theirs) == []
    assert abs(stats.spearmanr(*ours.values()).statistic) < 0.05
    theirs["weight_decay"] = np.array([naive.uniform(rng, 5e-5, 1e-3, 1e-10) for _ in range(80 * 64)])
    assert differing(ours, theirs) == ["weight_decay"]


@pytest.mark.slow
def test_epochs_and_seeds(tmp_path) -> None:
    sweep = read_sweep(write(tmp_path, CIFAR_BEST))
    populations = [sweep.sample(3, seed=seed) for seed in range(400)]
    ours = np.concatenate([each.parameters["epochs"] * 10 + each.parameters["seed"] for each in populations])
    rng = np.random.RandomState(1)
    theirs: list[int] = []
    for _ in range(400):
        drawn: dict[int, None] = {}
        while len(drawn) < 3:
            drawn[[50, 100, 200, 400][rng.randint(4)] * 10 + naive.uniform(rng, 1, 3, 1)] = None
        theirs += drawn
    assert differing({"epochs and seed": ours}, {"epochs and seed": np.array(theirs)}) == []
    assert len(set(ours.tolist())) == 12

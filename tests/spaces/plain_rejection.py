"""Plain rejection, written apart from the package: what `DesignSpace.sample` has to equal in distribution.

Numbers are drawn by pycls's rules as they are stated (draw a continuous number, round it), stages one by one, orders
by throwing away what is out of order, lines block by block; only the cost of a network is the package's.
"""

from collections.abc import Iterator

import numpy as np
from scipy import stats

import netspace as ns
from netspace.complexity import ArchitectureBatch
from netspace.families import compatible_widths

Table = dict[str, np.ndarray]
DRAWS = 100_000


def log_uniform(rng: np.random.Generator, low: float, high: float, step: float, n: int) -> np.ndarray:
    """A log-uniform number between low less a step (or half of low) and high, rounded up to the next step."""
    x = np.exp(rng.uniform(np.log(low - min(step, low / 2)), np.log(high), n))
    return np.round(np.maximum(low, low + np.ceil((x - low) / step - 1e-12) * step), 9)


def power_of_two(rng: np.random.Generator, low: int, high: int, n: int) -> np.ndarray:
    return 2 ** rng.integers(int(np.log2(low)), int(np.log2(high)) + 1, n)


def anynet(rng: np.random.Generator, stages: int, shared: bool, ordered: tuple[str, ...]) -> Table:
    """Draws of AnyNetX: A; B and C at once where shared; D and E where ordered."""
    table: Table = {}
    for i in range(1, stages + 1):
        table[f"width_{i}"] = log_uniform(rng, 8, 1024, 8, DRAWS)
        table[f"depth_{i}"] = log_uniform(rng, 1, 16, 1, DRAWS)
    good = np.ones(DRAWS, bool)
    for name in ordered:
        for i in range(1, stages):
            good &= table[f"{name}_{i}"] <= table[f"{name}_{i + 1}"]
    table = {name: column[good] for name, column in table.items()}
    n = int(good.sum())
    for i in [""] if shared else [f"_{i}" for i in range(1, stages + 1)]:
        table[f"bottleneck_ratio{i}"] = power_of_two(rng, 1, 4, n)
        table[f"group_width{i}"] = power_of_two(rng, 1, 32, n)
    return table


def regnet(rng: np.random.Generator, stages: int) -> tuple[Table, np.ndarray, np.ndarray]:
    """Draws of RegNetX with exactly so many stages, with their widths and depths (n, stages)."""
    d = log_uniform(rng, 1, 63, 1, DRAWS).astype(int)
    w_0, w_a = log_uniform(rng, 8, 248, 8, DRAWS), log_uniform(rng, 8, 255.9, 0.1, DRAWS)
    w_m = log_uniform(rng, 1.5, 3, 0.001, DRAWS)
    j = np.arange(63)
    exponents = np.rint(np.log((w_0[:, None] + w_a[:, None] * j) / w_0[:, None]) / np.log(w_m)[:, None])
    exponents[j >= d[:, None]] = -1
    widths = np.stack([8 * np.rint(w_0 * w_m**i / 8) for i in range(stages)], axis=1)
    depths = np.stack([(exponents == i).sum(axis=1) for i in range(stages)], axis=1)
    good = (exponents.max(axis=1) == stages - 1) & (depths > 0).all(axis=1) & (np.diff(widths, axis=1) > 0).all(axis=1)
    table = {"depth": d, "initial_width": w_0, "slope": w_a, "width_multiplier": w_m}
    table |= {"bottleneck_ratio": power_of_two(rng, 1, 4, DRAWS), "group_width": power_of_two(rng, 1, 32, DRAWS)}
    return {name: column[good] for name, column in table.items()}, widths[good], depths[good]


def draws(name: str, outline: ns.Architecture, rng: np.random.Generator) -> tuple[Table, ArchitectureBatch]:
    """One lot of draws of a space of the paper, before the budget."""
    stages = len(outline.stages)
    if name == "regnetx":
        table, widths, depths = regnet(rng, stages)
    else:
        ordered = {"anynetx_d": ("width",), "anynetx_e": ("width", "depth")}.get(name, ())
        table = anynet(rng, stages, name != "anynetx_a", ordered)
        widths, depths = (np.stack([table[f"{k}_{i + 1}"] for i in range(stages)], axis=1) for k in ("width", "depth"))
    inside = {}
    for k in ("bottleneck_ratio", "group_width"):
        each = [table[k] if k in table else table[f"{k}_{i + 1}"] for i in range(stages)]
        inside[k] = np.stack(each, axis=1)
    width, group_width = compatible_widths(widths.astype(int), inside["bottleneck_ratio"], inside["group_width"])
    columns = {"width": width, "group_width": group_width, "depth": depths.astype(int)}
    return table, ArchitectureBatch(outline, columns | {"bottleneck_ratio": inside["bottleneck_ratio"]})


def sample(name: str, outline: ns.Architecture, n: int, flops: tuple[float, float], seed: int) -> Table:
    """n different networks inside a budget, their parameters and cost, by plain rejection."""
    rng = np.random.default_rng(seed)
    seen: set[bytes] = set()
    kept: list[Table] = []
    while sum(len(piece["flops"]) for piece in kept) < n:
        table, batch = draws(name, outline, rng)
        cost = ns.complexity(batch)
        inside = np.flatnonzero((flops[0] <= cost.flops) & (cost.flops <= flops[1]))
        rows = batch.table()[inside]
        fresh = [
            i for i, row in zip(inside, rows, strict=True) if not (row.tobytes() in seen or seen.add(row.tobytes()))
        ]
        costs = {"flops": cost.flops, "params": cost.params, "acts": cost.acts}
        kept.append({k: column[fresh] for k, column in (table | costs).items()})
    return {k: np.concatenate([piece[k] for piece in kept])[:n] for k in kept[0]}


def compare(ours: Table, plain: Table) -> dict[str, float]:
    """The p-value that two samples have the same distribution, for each parameter and cost."""
    return {name: p_value(np.asarray(ours[name], float), plain[name].astype(float)) for name in plain}


def p_value(a: np.ndarray, b: np.ndarray) -> float:
    """Chi-square for few values, else Kolmogorov and Smirnov's two-sample test."""
    values = np.unique(np.concatenate([a, b]))
    if len(values) > 20:
        return float(stats.ks_2samp(a, b, method="asymp").pvalue)
    counts = np.array([[(x == v).sum() for v in values] for x in (a, b)])
    return float(stats.chi2_contingency(counts).pvalue) if len(values) > 1 else 1.0


def tilted(table: Table, share: float, seed: int) -> Iterator[tuple[str, Table]]:
    """For each column, the sample in which so much of the lower half has been replaced by draws of the upper half."""
    rng = np.random.default_rng(seed)
    for name, column in table.items():
        order = np.argsort(column, kind="stable")
        low, high = order[: len(order) // 2], order[len(order) // 2 :]
        moved = rng.choice(low, int(share * len(order)), replace=False)
        changed = np.array(column, float)
        changed[moved] = changed[rng.choice(high, len(moved))]
        yield name, table | {name: changed}

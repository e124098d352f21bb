"""The truth test of `netspace.refine`: spaces whose every network's error is known, sampled again and again.

Run: OMP_NUM_THREADS=1 python bench/truth.py [PATH] [--n 100] [--samples 200] [--spaces nas,additive,...] [--test ...]
PATH: the mean accuracies of all 6,561 networks of NAS-Bench-Macro as JSON, gzipped (Su et al., "Prioritized
Architecture Sampling with Monto-Carlo Tree Search", CVPR 2021). The other spaces are made here: none is tuned to.

Columns of ``--test table``, percent of the samples with a 95 % Wilson interval unless said:
  made        a smaller space was proposed
  (a)         its true mean error is lower than the whole space's, of those proposed
  (b)         the promised improvement's 95 % interval covers the truth (no proposal: 0 is promised, and true)
  steps       intervals of the single steps that cover the truth
  false       the promise's interval lies above 0, and there is no gain
  (c)         the best of n + 50 fresh draws inside beats the best of a plain n + 50 (ties half; strict: not at all;
              same first n: against one that shares the sample, ties half)
  (d)         by how many points the true mean error falls; promised, and half the promise's interval
  share       of the space that is kept; moves taken; seconds of processor time for one refinement
``--test references``: the lowest of 32 single moves on half of the sample, judged on the other half; and nine options
dropped by an additive model. ``--test ranges``: (e), how often the empirical bootstrap's best range holds the values of
the networks of the true top 1 %, which it does not promise: it is a range for the best of n / 4.
"""

import argparse
import gzip
import json
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from netspace.refinement import Column, Refinement, refine_arrays

Array = NDArray[np.float64]
PATH = Path(__file__).parents[2] / "shared/data/populations/nas_bench_macro_cifar10.json.gz"
SIZE, POOL, FRESH = 20_000, 4096, 50
SHARES = ("made", "a", "b", "steps", "false", "c", "c_strict", "c_shared")
MEANS = ("d", "promised", "half", "share", "moves", "seconds")


class Space(NamedTuple):
    """Every network of a space."""

    table: Array
    errors: Array
    columns: list[Column]


def columns(kinds: list[str], groups: list[list[int]]) -> list[Column]:
    like = {j: f"g{i}" for i, group in enumerate(groups) for j in group if len(group) > 1}
    return [Column(f"x{j}", kind, like.get(j, "")) for j, kind in enumerate(kinds)]  # type: ignore[arg-type]


def trained(path: Path) -> dict[str, dict[str, float]]:
    """Reads what NAS-Bench-Macro says of every network, by its code."""
    if not path.exists():
        sys.exit(f"{path} is not there: give the path of NAS-Bench-Macro's JSON, gzipped, or --spaces without nas")
    return dict(json.loads(gzip.decompress(path.read_bytes())))


def nas(path: Path) -> Space:
    """NAS-Bench-Macro: 8 like layers of 3 options (identity, MB3, MB6), all 6,561 trained on CIFAR-10."""
    data = trained(path)
    table = np.array([[int(code) for code in key] for key in data], float)
    errors = 100 - np.array([each["mean_acc"] for each in data.values()])
    return Space(table, errors, columns(["choice"] * 8, [list(range(8))]))


def additive() -> Space:
    """Six unlike choices of 3 to 5 options, additive, normal noise (R2 about 0.7)."""
    r = np.random.default_rng(1)
    sizes = [3, 4, 5, 3, 4, 3]
    x = np.stack([r.integers(0, s, SIZE) for s in sizes], 1)
    e = 30 + sum(r.normal(0, 1, s)[x[:, j]] for j, s in enumerate(sizes)) + r.normal(0, 1.5, SIZE)
    return Space(x.astype(float), e, columns(["choice"] * 6, []))


def interact() -> Space:
    """Ten choices of 3 options; pairs carry more of the variance than own effects; like in name only."""
    r = np.random.default_rng(2)
    x, e = r.integers(0, 3, (SIZE, 10)), np.full(SIZE, 25.0)
    for j in range(10):
        e += r.normal(0, 0.5, 3)[x[:, j]]
    for a in range(10):
        for b in range(a):
            if r.random() < 0.3:
                e += r.normal(0, 0.8, (3, 3))[x[:, a], x[:, b]]
    return Space(x.astype(float), e + r.normal(0, 0.8, SIZE), columns(["choice"] * 10, [list(range(10))]))


def heavy() -> Space:
    """Additive in the logarithm, Student's t(3) noise, and 3 to 8 % of failed networks at 60 to 90 % error."""
    r = np.random.default_rng(3)
    x = r.integers(0, 3, (SIZE, 8))
    z = sum(r.normal(0, 0.12, 3)[x[:, j]] for j in range(8)) + 0.12 * r.standard_t(3, SIZE)
    e = np.where(r.random(SIZE) < 0.03 + 0.05 * (x[:, 0] == 0), r.uniform(60, 90, SIZE), 12 * np.exp(z))
    return Space(x.astype(float), np.minimum(e, 90), columns(["choice"] * 8, [[0, 1, 2, 3], [4, 5, 6, 7]]))


def anynet() -> Space:
    """16 numbers like AnyNetX's and a column of flops; a valley in depth, widths that rise, b = 1 and g = 16 good."""
    r = np.random.default_rng(6)
    d = r.integers(1, 17, (SIZE, 4))
    w = np.maximum(8, np.ceil(np.exp(r.uniform(np.log(4), np.log(1024), (SIZE, 4))) / 8) * 8)
    b, g = 2.0 ** r.integers(0, 3, (SIZE, 4)), np.minimum(2.0 ** r.integers(0, 6, (SIZE, 4)), w)
    flops = (d * w * w * (2 / b + 9 * g / w) * np.array([112, 56, 28, 14]) ** 2 / 4e3).sum(1)
    f = np.log(flops)
    z = 3.7 - 0.13 * (f - f.mean()) / f.std() + 0.35 * np.log(d.sum(1) / 34) ** 2 + 0.05 * np.log2(b).mean(1)
    z += 0.02 * (np.log2(g).mean(1) - 4) ** 2 + 0.03 * np.maximum(-np.diff(np.log2(w), axis=1), 0).sum(1)
    e = np.minimum(np.exp(z + 0.05 * r.standard_normal(SIZE)), 99)
    groups = [[0, 1, 2, 3], [4, 5, 6, 7], [8, 9, 10, 11], [12, 13, 14, 15]]
    return Space(np.column_stack([d, w, b, g, flops]), e, columns(["number"] * 17, groups))


def sparse() -> Space:
    """20 like switches, of which two matter alone and two together; R2 about 0.2."""
    r = np.random.default_rng(7)
    x = r.integers(0, 2, (SIZE, 20)).astype(float)
    e = 20 + 0.8 * x[:, 0] - x[:, 1] + 0.8 * x[:, 2] * x[:, 3] + r.normal(0, 1.5, SIZE)
    return Space(x, e, columns(["choice"] * 20, [list(range(20))]))


def null() -> Space:
    """Six choices and two numbers, none of which matters."""
    r = np.random.default_rng(4)
    x = np.concatenate([r.integers(0, 3, (SIZE, 6)), np.exp(r.uniform(0, 5, (SIZE, 2)))], 1)
    kinds = columns(["choice"] * 6 + ["number"] * 2, [[0, 1, 2], [3, 4, 5], [6, 7]])
    return Space(x, 10 * np.exp(r.normal(0, 0.3, SIZE)), kinds)


def null_heavy() -> Space:
    """Nothing matters; t(3) noise, 4 % failed networks."""
    r = np.random.default_rng(5)
    x, e = r.integers(0, 3, (SIZE, 8)), 10 * np.exp(0.15 * r.standard_t(3, SIZE))
    e = np.where(r.random(SIZE) < 0.04, r.uniform(60, 90, SIZE), e)
    return Space(x.astype(float), np.minimum(e, 90), columns(["choice"] * 8, [list(range(8))]))


MADE: dict[str, Callable[[], Space]] = {
    make.__name__: make for make in (additive, interact, heavy, anynet, sparse, null, null_heavy)
}


def wilson(hits: float, n: int) -> tuple[float, float]:
    """Gives Wilson's 95 % interval of a share."""
    if not n:
        return 0.0, 1.0
    z, p = 1.96, hits / n
    middle, half = (p + z * z / 2 / n), z * np.sqrt(p * (1 - p) / n + z * z / 4 / n / n)
    return (middle - half) / (1 + z * z / n), (middle + half) / (1 + z * z / n)


def beats(
    r: np.random.Generator, errors: Array, sample: NDArray[np.intp], inside: NDArray[np.bool_]
) -> dict[str, float]:
    """Compares the best of the sample and fresh draws inside with plain random search of the same size."""
    rest = np.setdiff1d(np.flatnonzero(inside), sample)
    best = min(errors[sample].min(), errors[r.choice(rest, min(FRESH, len(rest)), replace=False)].min(initial=np.inf))
    plain = errors[r.choice(len(errors), len(sample) + FRESH, replace=False)].min()
    more = r.choice(np.setdiff1d(np.arange(len(errors)), sample), FRESH, replace=False)
    shared = min(errors[sample].min(), errors[more].min())
    half = [float(best < other) + 0.5 * float(best == other) for other in (plain, shared)]
    return {"c_strict": float(best < plain), "c": half[0], "c_shared": half[1]}


def steps_covered(found: Refinement, space: Space) -> list[bool]:
    """Says of each step whether its interval covers what it truly saves."""
    before, covered = np.ones(len(space.errors), bool), []
    for step in found.steps:
        after = before & step.move.keeps(space.table)
        if not after.any():
            break
        true = space.errors[before].mean() - space.errors[after].mean()
        covered.append(step.low <= true <= step.high)
        before = after
    return covered


def trial(r: np.random.Generator, space: Space, n: int) -> dict[str, float]:
    """Refines one sample and holds it against the truth."""
    table, errors, kinds = space
    pool = table[r.choice(len(table), min(POOL, len(table)), replace=False)]
    sample = r.choice(len(table), n, replace=False)
    start = time.process_time()
    found = refine_arrays(kinds, table[sample], errors[sample], pool)
    seconds = time.process_time() - start
    inside, promise, covered = found.keeps(table), found.promise, steps_covered(found, space)
    true = errors.mean() - errors[inside].mean()
    return {
        "made": bool(found.picked),
        "a": true > 0 if found.picked else np.nan,
        "b": promise.low <= true <= promise.high,
        "steps": float(np.mean(covered)) if covered else np.nan,
        "false": promise.low > 0 >= true,
        **beats(r, errors, sample, inside),
        "d": true,
        "promised": promise.improvement,
        "half": (promise.high - promise.low) / 2,
        "share": 100 * inside.mean(),
        "moves": len(found.picked),
        "seconds": seconds,
    }


def measure(space: Space, n: int, samples: int, seed: int = 11) -> list[dict[str, float]]:
    """Refines so many samples of a space."""
    r = np.random.default_rng(seed)
    return [trial(r, space, n) for _ in range(samples)]


def cell(values: Array) -> str:
    """Says a share in percent with Wilson's interval."""
    known = values[~np.isnan(values)]
    if not len(known):
        return "-"
    low, high = wilson(float(known.sum()), len(known))
    return f"{100 * known.mean():.1f} [{100 * low:.0f}, {100 * high:.0f}]"


def table(spaces: dict[str, Callable[[], Space]], n: int, samples: int) -> None:
    """Prints a line for each space."""
    print(f"n = {n}, {samples} samples of each space, pool {POOL}, {FRESH} fresh draws")
    heads = ("made", "(a)", "(b)", "steps", "false", "(c)", "(c) strict", "(c) same first n")
    print(" ".join([f"{'space':11}", *(f"{head:17}" for head in heads), *(f"{name:>9}" for name in MEANS)]))
    for name, make in spaces.items():
        rows = measure(make(), n, samples)
        shares = [cell(np.array([row[key] for row in rows], float)) for key in SHARES]
        means = [np.nanmean([row[key] for row in rows]) for key in MEANS]
        print(" ".join([f"{name:11}", *(f"{s:17}" for s in shares), *(f"{m:9.2f}" for m in means)]), flush=True)


def references(space: Space, n: int, samples: int) -> None:
    """Prints the naive single move and nine greedy additive drops, on NAS-Bench-Macro."""
    x, e, _ = space
    rules = [x[:, j] != o for j in range(8) for o in range(3)] + [(x == 0).sum(1) <= c for c in range(8)]
    dummies = np.concatenate([np.eye(3)[x[:, j].astype(int)] for j in range(8)], 1)
    r, naive, drops = np.random.default_rng(1), [], []
    for _ in range(samples):
        s = r.choice(len(e), n, replace=False)
        naive.append(naive_move(r, e, s, rules))
        inside = nine_drops(dummies[s], e[s])[np.arange(8), x.astype(int)].all(1)
        drops.append({"a": e[inside].mean() < e.mean(), "d": e.mean() - e[inside].mean(), **beats(r, e, s, inside)})
    for name, rows in (("naive", naive), ("nine drops", drops)):
        shares = [f"{k} {cell(np.array([row[k] for row in rows], float))}" for k in rows[0] if k != "d"]
        print(f"{name:11} {'  '.join(shares)}  d {np.mean([row['d'] for row in rows]):.2f}")


def naive_move(
    r: np.random.Generator, e: Array, s: NDArray[np.intp], rules: list[NDArray[np.bool_]]
) -> dict[str, float]:
    """Takes the single move of lowest mean error in one half of the sample, and judges it by the other."""
    a, b = s[: len(s) // 2], s[len(s) // 2 :]
    rule = min((q for q in rules if 10 <= q[a].sum() <= len(a) - 10), key=lambda q: e[a][q[a]].mean())
    y, q = e[b], rule[b]
    gain, true, p = y.mean() - y[q].mean(), e.mean() - e[rule].mean(), q.mean()
    error = (1 - p) * np.sqrt(y[q].var(ddof=1) / q.sum() + y[~q].var(ddof=1) / (~q).sum())
    return {"a": true > 0, "b": abs(gain - true) < 1.96 * error, "d": true, **beats(r, e, s, rule)}


def nine_drops(dummies: Array, y: Array) -> NDArray[np.bool_]:
    """Drops nine options by least squares, the most error saved each time: (8, 3), what is kept."""
    d = dummies - 1 / 3
    b = np.linalg.solve(d.T @ d + 1e-6 * np.eye(24), d.T @ (y - y.mean())).reshape(8, 3)
    keep = np.ones((8, 3), bool)
    for _ in range(9):
        left = keep.sum(1, keepdims=True)
        gain = (b - (b * keep).sum(1, keepdims=True) / left) / np.maximum(left - 1, 1)
        keep[np.unravel_index(np.where(keep & (left > 1), gain, -9).argmax(), gain.shape)] = False
    return keep


def ranges(path: Path, n: int, samples: int) -> None:
    """Prints how often the bootstrap's best range holds the values of the true top 1 % (exact resampling weights)."""
    x, e, _ = nas(path)
    costs = np.array([[each["flops"], each["params"]] for each in trained(path).values()])
    values = np.column_stack([x, *((x == o).sum(1) for o in range(3)), costs])
    names = [*(f"layer {j}" for j in range(1, 9)), "identities", "MB3", "MB6", "flops", "params"]
    top, r = np.argsort(e)[: len(e) // 100 + 1], np.random.default_rng(0)
    held = np.mean([_ranges_hold(values, e, top, r.choice(len(e), n, replace=False)) for _ in range(samples)], 0)
    print(f"(e) n = {n}, {samples} samples: mean share of the top 1 %'s values inside the 95 % best range")
    print("  " + ", ".join(f"{name} {100 * share:.1f} %" for name, share in zip(names, held, strict=True)))


def _ranges_hold(values: Array, e: Array, top: NDArray[np.intp], s: NDArray[np.intp]) -> list[float]:
    n, k = len(s), len(s) // 4
    s, i = s[np.argsort(e[s])], np.arange(n)
    chance, held = ((n - i) / n) ** k - ((n - i - 1) / n) ** k, []
    for v in values.T:
        order = np.argsort(v[s], kind="stable")
        ends = np.searchsorted(np.cumsum(chance[order]), [0.025, 0.975])
        low, high = v[s][order][np.minimum(ends, n - 1)]
        held.append(float(((v[top] >= low) & (v[top] <= high)).mean()))
    return held


def main() -> None:
    """Reads the command line and runs the test asked for."""
    parser = argparse.ArgumentParser(description="The truth test of netspace.refine.")
    parser.add_argument("path", nargs="?", type=Path, default=PATH)
    parser.add_argument("--n", type=int, default=100)
    parser.add_argument("--samples", "-R", type=int, default=200)
    parser.add_argument("--spaces", default="nas")
    parser.add_argument("--test", choices=("table", "references", "ranges"), default="table")
    given = parser.parse_args()
    known = {"nas": partial(nas, given.path), **MADE}
    names = list(known) if given.spaces == "all" else given.spaces.split(",")
    unknown = [name for name in names if name not in known]
    if unknown:
        sys.exit(f"no space is called {unknown[0]!r}: choose {', '.join(known)} or all")
    if given.test == "table":
        table({name: known[name] for name in names}, given.n, given.samples)
    elif given.test == "references":
        references(nas(given.path), given.n, given.samples)
    else:
        ranges(given.path, given.n, given.samples)


if __name__ == "__main__":
    main()

"""Whether sampling under a budget is plain rejection: tests of every marginal, their power, their p-values by seed.

Run: python bench/exactness.py [--seeds 20] [--spaces anynetx_a regnetx] [--scale 1.0]
Two samples of n networks at 360 to 400 MF and 224 px, one by `DesignSpace.sample`, one by plain rejection written apart
(tests/spaces/plain_rejection.py), are compared in each parameter and in flops, params and acts: chi-square for at most
20 values, Kolmogorov and Smirnov's test for more. Of each seed the least p-value times the number of tests (Bonferroni)
is shown. P-values may be larger than uniform ones: two samples by plain rejection show the same for RegNetX (networks
of a sample are different, and values tie; the two were not told apart). Whether they are smaller is tested.
Power: 2 % of our sample is moved from the lower half of one column to its upper half; the share of such tilts that the
same test sees at 5 % after the same correction. About 20 minutes.
"""

import argparse
import sys
import time
from pathlib import Path

import numpy as np
from scipy import stats

sys.path.insert(0, str(Path(__file__).parents[1]))  # the tests' plain rejection

import netspace as ns
from tests.spaces import plain_rejection

WINDOW = (360e6, 400e6)
NETWORKS = {"anynetx_a": 100_000, "anynetx_c": 100_000, "anynetx_d": 60_000, "anynetx_e": 30_000, "regnetx": 30_000}
TILT = 0.02
LEVEL = 0.05


def ours(space: ns.DesignSpace, n: int, seed: int) -> dict[str, np.ndarray]:
    frame = space.sample(n, flops=WINDOW, seed=seed).frame()
    return {name: frame[name].to_numpy() for name in frame}


def power(sample: dict[str, np.ndarray], plain: dict[str, np.ndarray], seed: int) -> float:
    seen = [
        plain_rejection.p_value(table[name], plain[name].astype(float)) * len(plain) < LEVEL
        for name, table in plain_rejection.tilted(sample, TILT, seed)
    ]
    return float(np.mean(seen))


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--seeds", type=int, default=20)
    parser.add_argument("--spaces", nargs="+", default=list(NETWORKS))
    parser.add_argument("--scale", type=float, default=1.0, help="times the number of networks")
    args = parser.parse_args()
    for name in args.spaces:
        space, n = ns.get_space(name), int(NETWORKS[name] * args.scale)
        corrected, every, powers, start = [], [], [], time.perf_counter()
        for seed in range(args.seeds):
            sample = ours(space, n, 1000 + seed)
            plain = plain_rejection.sample(name, space.outline, n, WINDOW, 2000 + seed)
            p_values = plain_rejection.compare(sample, plain)
            every += list(p_values.values())
            corrected.append(min(1.0, min(p_values.values()) * len(p_values)))
            powers.append(power(sample, plain, seed))
        below = sum(p < LEVEL for p in corrected)
        small = stats.kstest(every, "uniform", alternative="greater").pvalue
        seconds = time.perf_counter() - start
        print(f"{name}: n = {n:,} a sample, {len(p_values)} tests a seed, {args.seeds} seeds, {seconds:.0f} s")
        print(f"  least p-value of each seed, corrected: {', '.join(f'{p:.3f}' for p in sorted(corrected))}")
        print(f"  below {LEVEL:g}: {below} of {args.seeds}; {len(every)} p-values less than uniform: p = {small:.3f}")
        print(f"  tilts of {TILT:.0%} seen: {np.mean(powers):.1%} of columns", flush=True)


if __name__ == "__main__":
    main()

"""How many networks the RegNet paper's spaces have: Table 1 beside exact counts, and counts under 360 to 400 MF.

Run: python bench/counts.py [--draws 1000000] [SPACE ...]
Bounds are certain and within 1 % of each other; RegNetX is counted exactly. The share of the distribution is held
against plain draws, with their 95 % interval (Clopper and Pearson).
"""

import argparse
import platform
import time

import numpy as np

import netspace as ns
from netspace.random import stream
from netspace.spaces.counting.estimating import interval
from netspace.training.devices import processor_name

WINDOW = (360e6, 400e6)
SPACES = ("anynetx_a", "anynetx_b", "anynetx_c", "anynetx_d", "anynetx_e", "regnetx")
CHUNK = 16_384


def table_1(spaces: list[str]) -> None:
    print(f"{'space':<11}{'paper':>9}  {'settings, exactly':<28}{'s':>7}  how the paper counts")
    for name in spaces:
        start = time.perf_counter()
        size = ns.get_space(name).size()
        seconds = time.perf_counter() - start
        assert size.published is not None
        print(f"{name:<11}{size.published.figure:>9.1e}  {int(size):<28,}{seconds:>7.2f}  {size.published.convention}")


def budgeted(spaces: list[str], draws: int) -> None:
    print(
        f"\n{'space':<11}{'settings at 360 to 400 MF':<28}{'gap':>7}{'share of draws':>22}{'s':>8}  of {draws:,} draws"
    )
    for name in spaces:
        space = ns.get_space(name)
        start = time.perf_counter()
        size = space.size(flops=WINDOW)
        seconds = time.perf_counter() - start
        share = f"{100 * size.measure_low:.4f} to {100 * size.measure_high:.4f} %"
        low, high = accepted(space, draws)
        networks = "" if size.networks is None else f"; {size.networks:,} different networks"
        ends = f"{size.low:,}" if size.is_exact else f"{size.low:.4e} to {size.high:.4e}"
        row = f"{name:<11}{ends:<28}{100 * size.gap:>5.2f} %{share:>22}{seconds:>8.1f}"
        print(f"{row}  {100 * low:.4f} to {100 * high:.4f} %{networks}", flush=True)


def accepted(space: ns.DesignSpace, draws: int) -> tuple[float, float]:
    """Share of valid draws that meet the budget, as an interval."""
    met = valid = 0
    for i, start in enumerate(range(0, draws, CHUNK)):
        u = stream(0, "bench", i).random((min(CHUNK, draws - start), space.draws))
        flops = space.evaluate(u).complexity.flops
        valid += len(flops)
        met += int(((flops >= WINDOW[0]) & (flops <= WINDOW[1])).sum())
    return interval(met, valid)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("spaces", nargs="*", default=SPACES)
    parser.add_argument("--draws", type=int, default=1_000_000)
    given = parser.parse_args()
    print(f"{processor_name()}, one core; Python {platform.python_version()}, numpy {np.__version__}\n")
    table_1(given.spaces)
    budgeted(given.spaces, given.draws)


if __name__ == "__main__":
    main()

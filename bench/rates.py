"""Networks a second on one core: closed-form complexity, and sampling under budgets at 224 px.

Run: python bench/rates.py
Sampled: different networks that meet the budget, a second; accepted: the share of draws that do. The peer's figures are
of pycls's own sampler and counter on a 2-core AMD EPYC (Zen 4): 329 draws of AnyNetX_A a second, of which 2.33 % meet
360 to 400 MF, hence 7.7 networks a second; 375 draws of RegNetX with the paper's ranges, of which 0.23 %, hence 0.87;
0.09 to 0.24 ms to count one network. For another window of these two spaces its rate is its draws a second times our
share of accepted draws; it cannot express the others. "times pycls" is to be read with that.
"""

import platform
import subprocess
import sys
import time
from dataclasses import dataclass

import numpy as np

import netspace as ns
from netspace.random import stream
from netspace.training.devices import processor_name

WINDOW, NARROW = (360e6, 400e6), (396e6, 404e6)
PEAK = """
def peak():
    with open("/proc/self/status") as status:
        return next(int(line.split()[1]) / 1024 for line in status if line.startswith("VmHWM"))
"""
MILLION = """
import time, netspace as ns
space, start = ns.get_space("anynetx_a"), time.perf_counter()
count = sum(len(piece) for piece in space.stream(1_000_000, flops=(100e6, 1e9)))
print(count, time.perf_counter() - start, peak())
"""


@dataclass(frozen=True)
class Case:
    """A space, how many networks to sample, and what they may cost."""

    space: str
    n: int
    flops: tuple[float, float] = WINDOW
    params: tuple[float, float] | None = None
    pycls: float | None = None  # its draws a second


CASES = (
    Case("anynetx_a", 20_000, pycls=329),
    Case("anynetx_b", 20_000),
    Case("anynetx_c", 20_000),
    Case("anynetx_d", 20_000),
    Case("anynetx_e", 20_000),
    Case("regnetx", 10_000, pycls=375),
    Case("regnety", 2_000, flops=(3.17e9, 3.23e9)),
    Case("anynetx_a", 5_000, flops=NARROW, pycls=329),
    Case("anynetx_e", 5_000, flops=NARROW),
    Case("regnetx", 2_000, flops=NARROW, pycls=375),
    Case("rexnet_9", 2_000, flops=(95e6, 105e6), params=(578e3, 678e3)),  # Table 3 (b): 0.5 M beside the classifier
)


def counted(space: ns.DesignSpace, n: int = 100_000) -> float:
    """Networks counted a second, as arrays."""
    batch, valid = space.decode(space.parameters(stream(0, "bench").random((n, space.draws))))
    batch = batch.take(valid)
    start = time.perf_counter()
    ns.complexity(batch)
    return len(batch) / (time.perf_counter() - start)


def counted_singly(space: ns.DesignSpace) -> float:
    """Microseconds to count one architecture."""
    networks = list(space.sample(200))
    start = time.perf_counter()
    for network in networks:
        ns.complexity(network)
    return 1e6 * (time.perf_counter() - start) / len(networks)


def sampled(space: ns.DesignSpace, case: Case) -> float:
    """Feasible, distinct networks sampled a second."""
    start = time.perf_counter()
    space.sample(case.n, flops=case.flops, params=case.params, seed=1)
    return case.n / (time.perf_counter() - start)


def accepted(space: ns.DesignSpace, case: Case, n: int = 1_000_000) -> float:
    """The share of draws that meet the budget."""
    found = 0
    for chunk in range(n // 50_000):
        cost = space.evaluate(stream(chunk, "accepted").random((50_000, space.draws))).complexity
        inside = (case.flops[0] <= cost.flops) & (cost.flops <= case.flops[1])
        if case.params is not None:
            inside &= (case.params[0] <= cost.params) & (cost.params <= case.params[1])
        found += int(inside.sum())
    return found / n


def main() -> None:
    print(f"{processor_name()}, one core; Python {platform.python_version()}, numpy {np.__version__}")
    print(f"{'space':<12}{'budget':>16}{'n':>8}{'sampled/s':>12}{'accepted':>11}{'pycls/s':>9}{'times':>8}", flush=True)
    for case in CASES:
        space = ns.get_space(case.space)
        rate, share = sampled(space, case), accepted(space, case)
        peer = case.pycls * share if case.pycls else None
        budget = f"{case.flops[0] / 1e6:,.0f}-{case.flops[1] / 1e6:,.0f} MF"
        row = f"{case.space:<12}{budget:>16}{case.n:>8,}{rate:>12,.0f}{share:>11.4%}"
        print(f"{row}{f'{peer:.2f}' if peer else '':>9}{f'{rate / peer:,.0f}' if peer else '':>8}", flush=True)
    print(f"{'space':<12}{'counted/s':>14}{'us for one':>12}")
    for name in ("anynetx_a", "anynetx_e", "regnetx"):
        space = ns.get_space(name)
        print(f"{name:<12}{counted(space):>14,.0f}{counted_singly(space):>12.0f}", flush=True)
    out = subprocess.run(
        [sys.executable, "-c", PEAK + MILLION], capture_output=True, text=True, check=True
    ).stdout.split()
    count, seconds, megabytes = int(out[0]), float(out[1]), float(out[2])
    print(f"streamed {count:,} networks of AnyNetX_A of 100 MF to 1 GF: {seconds:.0f} s, {megabytes:.0f} MB")
    base = PEAK + "import netspace.spaces; print(peak())"
    out = subprocess.run([sys.executable, "-c", base], capture_output=True, text=True, check=True).stdout
    print(f"  (of which {float(out):.0f} MB are what importing netspace.spaces takes)")


if __name__ == "__main__":
    main()

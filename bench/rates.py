"""Networks a second on one core: closed-form complexity, and sampling at 360 to 400 MF and 224 px.

Run: python bench/rates.py
The peer's figures are pycls's own sampler and counter, measured on a 2-core AMD EPYC (Zen 4): 7.7 feasible networks
of AnyNetX_A a second, 0.87 of RegNetX with the paper's ranges, 0.09 to 0.24 ms to count one network.
"""

import platform
import time

import numpy as np

import netspace as ns
from netspace.random import stream
from netspace.training.devices import processor_name

WINDOW = (360e6, 400e6)
PYCLS = {"anynetx_a": 7.7, "regnetx": 0.87}
NETWORKS = {
    "anynetx_a": 20_000,
    "anynetx_b": 10_000,
    "anynetx_c": 10_000,
    "anynetx_d": 10_000,
    "anynetx_e": 10_000,
    "regnetx": 4_000,
}


def counted(space: ns.DesignSpace, n: int = 100_000) -> float:
    """Networks counted a second, as arrays."""
    batch, valid = space.decode(space.parameters(stream(0, "bench").random((n, space.dimensions))))
    batch = batch.take(valid)
    start = time.perf_counter()
    ns.complexity(batch)
    return len(batch) / (time.perf_counter() - start)


def counted_singly(space: ns.DesignSpace) -> float:
    """Microseconds to count one architecture."""
    networks = list(space.sample(200, flops=WINDOW))
    start = time.perf_counter()
    for network in networks:
        ns.complexity(network)
    return 1e6 * (time.perf_counter() - start) / len(networks)


def sampled(space: ns.DesignSpace, n: int) -> float:
    """Feasible, distinct networks sampled a second."""
    start = time.perf_counter()
    space.sample(n, flops=WINDOW, seed=1)
    return n / (time.perf_counter() - start)


def main() -> None:
    print(f"{processor_name()}, one core; Python {platform.python_version()}, numpy {np.__version__}")
    print(f"{'space':<12}{'counted/s':>14}{'us for one':>12}{'sampled/s':>12}{'n':>8}{'pycls/s':>9}{'times':>8}")
    for name, n in NETWORKS.items():
        space = ns.get_space(name)
        rate = sampled(space, n)
        peer = PYCLS.get(name)
        times = f"{rate / peer:,.0f}" if peer else ""
        row = f"{name:<12}{counted(space):>14,.0f}{counted_singly(space):>12.0f}{rate:>12,.0f}{n:>8}"
        print(f"{row}{peer or '':>9}{times:>8}")


if __name__ == "__main__":
    main()

"""pycls's procedure, one network after the other, in plain Python: what the tests compare sweeps with.

Draws are numpy's global functions as pycls calls them, rounded by `Decimal`; a RegNet's stages, the rounding of widths
and groups, and the counting are written down from the description of each, without anything of netspace.
"""

import math
from collections.abc import Callable
from decimal import Decimal
from typing import Any, NamedTuple

import numpy as np


def quantized(number: Any, quantum: Any, rounded: Callable[[Any], Any]) -> Any:
    """Rounds to a multiple of the quantum, of the quantum's type."""
    return type(quantum)(Decimal(float(rounded(number / quantum))) * Decimal(str(quantum)))


def uniform(rng: np.random.RandomState, low: Any, high: Any, quantum: Any) -> Any:
    return quantized(rng.uniform(low, high + quantum), quantum, np.floor)


def log_uniform(rng: np.random.RandomState, low: Any, high: Any, quantum: Any) -> Any:
    below = low - min(quantum, low / 2)
    return quantized(math.exp(-rng.uniform(-math.log(high), -math.log(below))), quantum, np.ceil)


def power2_uniform(rng: np.random.RandomState, low: Any, high: Any, quantum: Any) -> Any:
    exponent = np.floor(rng.uniform(np.log2(low), np.log2(high) + 1))
    return quantized(2.0**exponent, quantum, np.floor)


def power2_or_log_uniform(rng: np.random.RandomState, low: Any, high: Any, quantum: Any) -> Any:
    drawn = type(quantum)(power2_uniform(rng, low, high, low))
    return log_uniform(rng, max(low, quantum), high, min(high, quantum)) if drawn >= quantum else drawn


def normal(rng: np.random.RandomState, low: Any, high: Any, quantum: Any) -> Any:
    drawn = math.inf
    while not low <= drawn <= high:
        drawn = rng.normal((low + high) / 2, (high - low) / 6)
    return quantized(drawn, quantum, np.round)


def log_normal(rng: np.random.RandomState, low: Any, high: Any, quantum: Any) -> Any:
    drawn, ends = math.inf, (math.log(low), math.log(high))
    while not low <= drawn <= high:
        drawn = rng.lognormal(sum(ends) / 2, (ends[1] - ends[0]) / 6)
    return quantized(drawn, quantum, np.round)


class Network(NamedTuple):
    """What decides the cost of an AnyNet."""

    depths: list[int]
    widths: list[int]
    strides: list[int]
    multipliers: list[float]
    groups: list[int]


def regnet_stages(depth: int, w_0: int, w_a: float, w_m: float) -> tuple[list[int], list[int], int]:
    """Gives widths and depths of the stages of a line, and how many stages it might have had."""
    exponents = [round(math.log((w_0 + w_a * j) / w_0) / math.log(w_m)) for j in range(depth)]
    blocks = [round(w_0 * w_m**exponent / 8) * 8 for exponent in exponents]
    widths = sorted(set(blocks))
    return widths, [blocks.count(width) for width in widths], max(exponents) + 1


def compatible(network: Network) -> Network:
    """Makes groups divide the inner widths."""
    widths, groups = [], []
    for w, m, asked in zip(network.widths, network.multipliers, network.groups, strict=True):
        inner = int(max(1, w * m))
        g = int(min(asked, inner))
        unit = math.lcm(g, int(m)) if m > 1 else g
        inner = max(unit, int(round(inner / unit) * unit))
        widths.append(int(inner / m))
        groups.append(g)
        if widths[-1] * m % g:
            raise AssertionError(network)
    return network._replace(widths=widths, groups=groups)


def standardized(network: Network) -> Network:
    """Rounds widths to 8 and groups to 1, 2, 4 and multiples of 8, as the scaling step does at a factor of 1."""
    groups = [g if g <= 2 else 4 if g <= 5 else round(g / 8) * 8 for g in network.groups]
    return compatible(network._replace(widths=[max(1, round(w / 8)) * 8 for w in network.widths], groups=groups))


def regnet(parameters: dict[str, Any], num_stages: tuple[int, int], stride: int = 2) -> Network | None:
    """Gives the standardized RegNet; ``None``: its line is not allowed."""
    p = parameters
    widths, depths, possible = regnet_stages(p["DEPTH"], p["W0"], p["WA"], p["WM"])
    n = len(widths)
    if n != possible or not num_stages[0] <= n <= num_stages[1]:
        return None
    return standardized(compatible(Network(depths, widths, [stride] * n, [p["BOT_MUL"]] * n, [p["GROUP_W"]] * n)))


class Cost:
    """Multiply-adds, parameters and activations, summed up layer by layer."""

    def __init__(self, size: int) -> None:
        self.size, self.flops, self.params, self.acts = size, 0, 0, 0

    def convolution(
        self, k: int, w_in: int, w_out: int, stride: int = 1, groups: int = 1, bias: bool = False, norm: bool = True
    ) -> None:
        self.size = (self.size - 1) // stride + 1
        area = self.size**2
        self.flops += k * k * w_in * w_out * area // groups + (w_out if bias else 0)
        self.params += k * k * w_in * w_out // groups + (w_out if bias else 0) + (2 * w_out if norm else 0)
        self.acts += w_out * area

    def squeeze_excite(self, width: int, squeezed: int) -> None:
        size, self.size = self.size, 1
        self.convolution(1, width, squeezed, bias=True, norm=False)
        self.convolution(1, squeezed, width, bias=True, norm=False)
        self.size = size


def cost(
    network: Network, *, size: int, classes: int, stem: int, stem_stride: int, block: str, se: float = 0.0
) -> tuple[int, int, int]:
    """Counts a network."""
    total = Cost(size)
    total.convolution(3, 3, stem, stem_stride)
    w_in = stem
    for d, w, s, m, g in zip(*network, strict=True):
        for i in range(d):
            stride = s if i == 0 else 1
            entering = total.size
            if block != "linear" and (w_in != w or stride != 1):
                total.convolution(1, w_in, w, stride)
                total.size = entering
            if block == "basic":
                total.convolution(3, w_in, w, stride)
                total.convolution(3, w, w)
            else:
                inner = round(w * m)
                total.convolution(1, w_in, inner)
                total.convolution(3, inner, inner, stride, inner // g)
                if se:
                    total.squeeze_excite(inner, round(w_in * se))
                total.convolution(1, inner, w)
            w_in = w
    total.size = 1
    total.convolution(1, w_in, classes, bias=True, norm=False)
    return total.flops, total.params, total.acts


def sweep(
    draw: Callable[[], dict[str, Any]],
    make: Callable[[dict[str, Any]], Network | None],
    count: Callable[[Network], tuple[int, int, int]],
    limits: tuple[tuple[float, float], ...],
    n: int,
) -> list[tuple[dict[str, Any], Network, tuple[int, int, int]]]:
    """Draws n different networks that are allowed and inside the limits, 0 being an open end.

    (pycls takes parameters for different that lead to the same network; that is the one thing that differs here.)
    """
    found: dict[str, Any] = {}
    while len(found) < n:
        drawn = draw()
        network = make(drawn)
        if network is None or str(network) in found:
            continue
        costs = count(network)
        if all((not low or low <= c) and (not high or c <= high) for c, (low, high) in zip(costs, limits, strict=True)):
            found[str(network)] = (drawn, network, costs)
    return list(found.values())

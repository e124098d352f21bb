"""What a design space is made of: pieces that turn uniform numbers into parameters, and parameters into stages."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal, Protocol

import numpy as np
from numpy.typing import NDArray

from netspace.families import quantized_linear_widths
from netspace.spaces.distributions import Distribution, Floats, pick

Columns = Mapping[str, NDArray[Any]]
Mask = NDArray[np.bool_]
Rule = Literal["free", "shared", "increasing", "decreasing"]


class Component(Protocol):
    """A piece of a space: some of its parameters, and the `Stage` attributes that they decide."""

    @property
    def dimensions(self) -> int:
        """How many uniform numbers one draw takes."""

    @property
    def attributes(self) -> tuple[str, ...]:
        """The `Stage` attributes that it decides."""

    def parameters(self, u: Floats) -> Columns:
        """Turns (n, dimensions) uniform numbers into one (n,) array per parameter."""

    def stages(self, parameters: Columns) -> tuple[Columns, Mask]:
        """Turns parameters into (n, stages) arrays per attribute, and says which of the n are valid."""

    def describe(self) -> dict[str, str]:
        """Says the rule of each parameter in words."""


@dataclass(frozen=True)
class PerStage:
    """One `Stage` attribute that is drawn for each stage, or shared by all, or ordered over the stages.

    Ordered values are drawn exactly from independent draws conditioned on the order (not by sorting, which would
    favor sequences without ties): stage by stage, weighting each value by the ways to go on from it.
    """

    attribute: str
    distribution: Distribution
    num_stages: int
    rule: Rule = "free"

    @property
    def dimensions(self) -> int:
        """One if shared, else one per stage."""
        return 1 if self.rule == "shared" else self.num_stages

    @property
    def attributes(self) -> tuple[str, ...]:
        """The one attribute."""
        return (self.attribute,)

    @property
    def names(self) -> tuple[str, ...]:
        """Parameter names: ``width`` if shared, else ``width_1``, ``width_2``, ..."""
        if self.rule == "shared":
            return (self.attribute,)
        return tuple(f"{self.attribute}_{i + 1}" for i in range(self.num_stages))

    def parameters(self, u: Floats) -> Columns:
        """Turns (n, dimensions) uniform numbers into one (n,) array per name."""
        if self.rule in ("free", "shared"):
            values = self.distribution.quantile(u)
        else:
            values = self.distribution.table[self._ordered(u)]
            values = values[:, ::-1] if self.rule == "decreasing" else values
        return {name: values[:, i] for i, name in enumerate(self.names)}

    def stages(self, parameters: Columns) -> tuple[Columns, Mask]:
        """Stacks the parameters to (n, stages); all are valid."""
        table = np.stack([parameters[name] for name in self.names], axis=1)
        return {self.attribute: np.broadcast_to(table, (len(table), self.num_stages))}, np.ones(len(table), bool)

    def describe(self) -> dict[str, str]:
        """Says the rule in words."""
        rule = {"free": "for each stage", "shared": "shared by all stages"}.get(self.rule, f"{self.rule} over stages")
        return {self.attribute: f"{self.distribution.text}, {rule}"}

    def _ordered(self, u: Floats) -> NDArray[np.intp]:
        """Gives (n, stages) indices of values, never decreasing, by the chain rule of conditional probability."""
        out = np.empty(u.shape, np.intp)
        below = np.zeros(len(u))
        for i, cumulative in enumerate(self._onward):
            out[:, i] = pick(cumulative, below + u[:, i] * (cumulative[-1] - below))
            if i + 1 < len(self._onward):
                following = np.concatenate([[0.0], self._onward[i + 1]])
                below = following[out[:, i]]
        return out

    @cached_property
    def _onward(self) -> list[Floats]:
        """For each stage, the cumulative weight of its values: probability times the ways to go on from it."""
        ways = np.ones(len(self.distribution.values))
        cumulative = []
        for _ in range(self.num_stages):
            weight = self.distribution.probabilities * ways
            cumulative.append(np.cumsum(weight))
            ways = np.cumsum(weight[::-1])[::-1]  # weight of this value or any above it
        return cumulative[::-1]


@dataclass(frozen=True)
class QuantizedLine:
    """Widths and depths of all stages from one quantised line over the block index (RegNet, equations 2 to 4).

    A line whose widths do not form exactly ``num_stages`` stages, each exponent used, is not valid.
    """

    depth: Distribution
    initial_width: Distribution
    slope: Distribution
    width_multiplier: Distribution
    num_stages: int

    dimensions = 4
    attributes = ("width", "depth")

    def parameters(self, u: Floats) -> Columns:
        """Turns (n, 4) uniform numbers into the line's four parameters."""
        return {name: getattr(self, name).quantile(u[:, i]) for i, name in enumerate(_LINE)}

    def stages(self, parameters: Columns) -> tuple[Columns, Mask]:
        """Gives widths and depths (n, stages), and which lines have exactly that many stages."""
        d = parameters["depth"]
        plausible = _last_exponent(parameters) == self.num_stages - 1
        columns = {name: np.ones((len(d), self.num_stages), np.int64) for name in self.attributes}
        valid = np.zeros(len(d), bool)
        if plausible.any():
            widths, depths, good = _to_stages({n: parameters[n][plausible] for n in _LINE}, self.num_stages)
            columns["width"][plausible], columns["depth"][plausible] = widths, depths
            valid[plausible] = good
        return columns, valid

    def describe(self) -> dict[str, str]:
        """Says the rule of each parameter in words."""
        return {name: getattr(self, name).text for name in _LINE}


_LINE = ("depth", "initial_width", "slope", "width_multiplier")


def _last_exponent(parameters: Columns) -> NDArray[np.float64]:
    d, w_0, w_a, w_m = (parameters[name] for name in _LINE)
    return np.rint(np.log((w_0 + w_a * (d - 1)) / w_0) / np.log(w_m))  # equation 3 for the last block


def _to_stages(parameters: Columns, num_stages: int) -> tuple[NDArray[np.int64], NDArray[np.int64], Mask]:
    """Counts the blocks of each exponent; valid where none is skipped and none merges with the next."""
    d = parameters["depth"]
    w, s = quantized_linear_widths(*(parameters[name] for name in _LINE))
    inside = np.arange(w.shape[1]) < d[:, None]
    widths = np.zeros((len(d), num_stages), np.int64)
    depths = np.zeros((len(d), num_stages), np.int64)
    for i in range(num_stages):
        member = inside & (s == i)
        depths[:, i] = member.sum(axis=1)
        widths[:, i] = np.max(w, axis=1, where=member, initial=0)
    valid = np.asarray((depths > 0).all(axis=1) & (np.diff(widths, axis=1) > 0).all(axis=1))
    return np.maximum(widths, 1), np.maximum(depths, 1), valid

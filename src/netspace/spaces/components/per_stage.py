"""A number that each stage has: drawn apart, shared, or ordered over the stages."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from netspace.errors import SpaceError
from netspace.spaces.components.base import Change, Columns, Mask
from netspace.spaces.distributions import Distribution, Floats
from netspace.spaces.picking import Picker

Rule = Literal["free", "shared", "increasing", "decreasing"]
RULES: tuple[Rule, ...] = ("free", "shared", "increasing", "decreasing")


@dataclass(frozen=True)
class PerStage:
    """One `Stage` attribute that is drawn for each stage, or shared by all, or ordered over the stages.

    Ordered values are drawn exactly from independent draws conditioned on the order (not by sorting, which would
    favor sequences without ties): stage by stage, weighting each value by the ways to go on from it.

    Attributes:
        attribute: of `Stage`.
        each: the distribution in each stage; of a shared attribute all are the same.
        rule: ``"free"``; ``"shared"``; ``"increasing"`` (never decreasing) or ``"decreasing"`` (never increasing).
        last: whether the last stage keeps to the order too.
    """

    attribute: str
    each: tuple[Distribution, ...]
    rule: Rule = "free"
    last: bool = True

    @property
    def num_stages(self) -> int:
        """How many stages there are."""
        return len(self.each)

    @property
    def draws(self) -> int:
        """One if shared, else one per stage."""
        return 1 if self.rule == "shared" else self.num_stages

    @property
    def is_free(self) -> tuple[bool, ...]:
        """Whether each stage has more than one value."""
        return tuple(not distribution.is_fixed for distribution in self.each[: self.draws])

    @property
    def dimensions(self) -> int:
        """One if shared, else one per stage, less those with one value."""
        return sum(self.is_free)

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

    @property
    def distributions(self) -> Mapping[str, Distribution]:
        """The distribution of each parameter before the order."""
        return dict(zip(self.names, self.each, strict=False))

    def changed(self, name: str, change: Change) -> "PerStage | None":
        """Changes every stage by the attribute's own name, or one stage by ``width_1``."""
        if name == self.attribute:
            return replace(self, each=tuple(change(distribution) for distribution in self.each))
        if name not in self.names:
            return None
        i = self.names.index(name)
        return replace(self, each=(*self.each[:i], change(self.each[i]), *self.each[i + 1 :]))

    def with_stages(self, num_stages: int) -> "PerStage":
        """Gives the component for so many stages: further ones are as the last."""
        each = (*self.each, *[self.each[-1]] * num_stages)[:num_stages]
        return replace(self, each=each)

    def parameters(self, u: Floats) -> Columns:
        """Turns (n, draws) uniform numbers into one (n,) array per name."""
        ordered = self.ordered_stages
        columns = {
            name: distribution.quantile(u[:, i])
            for i, (name, distribution) in enumerate(zip(self.names, self.each, strict=False))
            if i >= ordered
        }
        if ordered:
            values = self.grid[self._ordered(u[:, :ordered])]
            columns |= {self.names[i]: values[:, i] for i in range(ordered)}
        return {name: columns[name] for name in self.names}

    def decide(self, parameters: Columns) -> tuple[Columns, Mask]:
        """Stacks the parameters to (n, stages); all are valid."""
        table = np.stack([parameters[name] for name in self.names], axis=1)
        return {self.attribute: np.broadcast_to(table, (len(table), self.num_stages))}, np.ones(len(table), bool)

    def describe(self) -> dict[str, str]:
        """Says the rule in words."""
        rule = {"free": "for each stage", "shared": "shared by all stages"}.get(self.rule, f"{self.rule} over stages")
        rule += "" if self.last else ", the last stage free"
        if len(set(self.each)) == 1:
            return {self.attribute: f"{self.each[0].text}, {rule}"}
        ruled = "" if self.rule == "free" else f", {rule}"
        return {name: f"{distribution.text}{ruled}" for name, distribution in self.distributions.items()}

    @property
    def ordered_stages(self) -> int:
        """How many stages, from the first, keep to an order."""
        if self.rule in ("free", "shared"):
            return 0
        return self.num_stages if self.last else self.num_stages - 1

    @cached_property
    def grid(self) -> NDArray[np.float64] | NDArray[np.int64]:
        """All values of the ordered stages, in the order in which they may follow each other."""
        values = np.unique(np.concatenate([each.table for each in self.each[: self.ordered_stages]]))
        return values[::-1] if self.rule == "decreasing" else values

    @cached_property
    def onward(self) -> list[Floats]:
        """For each ordered stage, the cumulative weight of the grid: probability times the ways to go on from it.

        Raises:
            SpaceError: no values keep to the order.
        """
        ways = np.ones(len(self.grid))
        cumulative = []
        for distribution in reversed(self.each[: self.ordered_stages]):
            known = dict(zip(distribution.values, distribution.probabilities.tolist(), strict=True))
            weight = np.array([known.get(value, 0.0) for value in self.grid.tolist()]) * ways
            cumulative.append(np.cumsum(weight))
            ways = np.cumsum(weight[::-1])[::-1]  # weight of this value or any after it
            if not ways[0]:
                raise SpaceError(
                    f"no {self.attribute} of its stages is {self.rule}: they are "
                    f"{'; '.join(each.text for each in self.each)}. Narrow them to values that can follow each other"
                )
        return cumulative[::-1]

    def _ordered(self, u: Floats) -> NDArray[np.intp]:
        """Gives (n, stages) indices into the grid, never decreasing, by the chain rule of conditional probability."""
        out = np.empty(u.shape, np.intp)
        below: Floats | float = 0.0
        for i, picker in enumerate(self._pickers):
            out[:, i] = picker(below + u[:, i] * (picker.total - below))
            if i + 1 < len(self.onward):
                below = np.concatenate([[0.0], self.onward[i + 1]])[out[:, i]]
        return out

    @cached_property
    def _pickers(self) -> list[Picker]:
        return [Picker(cumulative) for cumulative in self.onward]

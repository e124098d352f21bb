"""Widths and depths of all stages from one quantized line over the block index (RegNet)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from netspace.errors import SpaceError
from netspace.lines import line_exponents, line_widths
from netspace.spaces.components.base import Change, Columns, Mask
from netspace.spaces.distributions import Distribution, Floats

LINE = ("depth", "initial_width", "slope", "width_multiplier")
"""Parameters of a line: the paper's d, w_0, w_a, w_m."""

_VALUES: dict[str, tuple[str, Callable[[float], bool]]] = {
    "depth": ("whole numbers of at least 1", lambda value: value >= 1 and value % 1 == 0),
    "initial_width": ("multiples of 8", lambda value: value >= 8 and value % 8 == 0),
    "slope": ("at least 0", lambda value: value >= 0),
    "width_multiplier": ("above 1", lambda value: value > 1),
}
"""What each may be, in words and as a rule."""

FARTHEST = 1_000_000
"""Blocks beyond which no line is followed."""


@dataclass(frozen=True)
class QuantizedLine:
    """Widths and depths of all stages from one quantized line over the block index (RegNet, equations 2 to 4).

    A line whose widths do not form exactly ``num_stages`` stages, each exponent used, is not valid. Depths that are
    less than the number of stages, which cannot be valid, are not drawn.

    Attributes:
        depth: blocks in all.
        initial_width: channels of the first block.
        slope: channels by which the line rises with each block; ``None``: as many as the initial width.
        width_multiplier: by how much stages widen.
        num_stages: how many stages there are.

    Raises:
        SpaceError: a distribution has values that no line has.
    """

    depth: Distribution
    initial_width: Distribution
    slope: Distribution | None
    width_multiplier: Distribution
    num_stages: int

    draws = 4
    attributes = ("width", "depth")

    def __post_init__(self) -> None:
        for name, distribution in self.distributions.items():
            needs, is_good = _VALUES[name]
            if not all(is_good(value) for value in distribution.values):
                raise SpaceError(f"{name} of a line must be {needs}: given {distribution.text}")

    @property
    def is_free(self) -> tuple[bool, ...]:
        """Whether each of the four has more than one value, and does not follow another."""
        return tuple(each is not None and not each.is_fixed for each in self._all.values())

    @property
    def dimensions(self) -> int:
        """At most four, the paper's d, w_0, w_a and w_m."""
        return sum(self.is_free)

    @property
    def distributions(self) -> Mapping[str, Distribution]:
        """The distribution of each parameter that is drawn."""
        return {name: getattr(self, name) for name in LINE if getattr(self, name) is not None}

    def changed(self, name: str, change: Change) -> "QuantizedLine | None":
        """Changes one of the four."""
        if name not in LINE:
            return None
        changes: dict[str, Any] = {name: change(self.distributions.get(name, self.initial_width))}
        return replace(self, **changes)

    def with_stages(self, num_stages: int) -> "QuantizedLine":
        """Gives the lines of so many stages."""
        return replace(self, num_stages=num_stages)

    def parameters(self, u: Floats) -> Columns:
        """Turns (n, 4) uniform numbers into the line's four parameters."""
        w_0 = self.initial_width.quantile(u[:, 1])
        return {
            "depth": self.possible_depth.quantile(u[:, 0]),
            "initial_width": w_0,
            "slope": w_0 if self.slope is None else self.slope.quantile(u[:, 2]),
            "width_multiplier": self.width_multiplier.quantile(u[:, 3]),
        }

    def stages(self, parameters: Columns) -> NDArray[np.int64]:
        """Gives how many stages each line has (n,), up to its last block's; those in between may have no blocks."""
        return 1 + _exponent(parameters["depth"] - 1, parameters).astype(np.int64)

    def decide(self, parameters: Columns) -> tuple[Columns, Mask]:
        """Gives widths and depths (n, stages), and which lines have exactly that many stages."""
        d = parameters["depth"]
        plausible = np.flatnonzero(_exponent(d - 1, parameters) == self.num_stages - 1)
        columns = {name: np.ones((len(d), self.num_stages), np.int64) for name in self.attributes}
        valid = np.zeros(len(d), bool)
        if len(plausible):
            widths, depths, good = _to_stages({n: parameters[n][plausible] for n in LINE}, self.num_stages)
            columns["width"][plausible], columns["depth"][plausible] = widths, depths
            valid[plausible] = good
        return columns, valid

    def describe(self) -> dict[str, str]:
        """Says the rule of each parameter in words."""
        return {name: "equal to initial_width" if each is None else each.text for name, each in self._all.items()}

    @property
    def _all(self) -> dict[str, Distribution | None]:
        return {name: getattr(self, name) for name in LINE}

    @cached_property
    def possible_depth(self) -> Distribution:
        """Depths of at least one block a stage; all of them where there are none, so that every draw fails alike."""
        try:
            return self.depth.within(self.num_stages, None)
        except SpaceError:
            raise SpaceError(
                f"a line of depth {self.depth.text} has no {self.num_stages} stages: it needs at least "
                f"{self.num_stages} blocks. Allow a greater depth, or ask for fewer stages"
            ) from None


def _exponent(block: NDArray[np.int64], parameters: Columns) -> NDArray[np.float64]:
    """Gives the rounded exponent of each line at a block, counted from 0 (equations 2 and 3)."""
    return line_exponents(block, *(parameters[name] for name in LINE[1:]))


def first_blocks(exponent: int, parameters: Columns) -> NDArray[np.int64]:
    """Gives the first block, counted from 0, whose exponent is rounded to ``exponent`` or more.

    The line is solved for the block, which float residue can move by one; `_exponent` itself then decides.
    """
    w_0, w_a, w_m = (parameters[name] for name in LINE[1:])
    solved = np.ceil((np.power(w_m, exponent - 0.5) - 1) * w_0 / np.maximum(w_a, 1e-9))
    block = np.clip(solved, 1, FARTHEST).astype(np.int64)
    block -= _exponent(block - 1, parameters) >= exponent
    return block + (_exponent(block, parameters) < exponent)


def _to_stages(parameters: Columns, num_stages: int) -> tuple[NDArray[np.int64], NDArray[np.int64], Mask]:
    """Counts the blocks of each exponent; valid where none is skipped and none merges with the next."""
    d, w_0, w_m = (parameters[name] for name in ("depth", "initial_width", "width_multiplier"))
    starts = [np.zeros_like(d), *(np.minimum(first_blocks(i, parameters), d) for i in range(1, num_stages)), d]
    depths = np.diff(np.stack(starts, axis=1), axis=1)
    widths = line_widths(np.arange(num_stages), w_0[:, None], w_m[:, None]).astype(np.int64)
    valid = np.asarray((depths > 0).all(axis=1) & (np.diff(widths, axis=1) > 0).all(axis=1))
    return np.maximum(widths, 1), np.maximum(depths, 1), valid

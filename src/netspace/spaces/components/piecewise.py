"""Widths of all blocks from a monotone, piecewise linear function of the block index (ReXNet's channel search)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from math import comb
from typing import Any

import numpy as np
from numpy.typing import NDArray

from netspace.errors import SpaceError
from netspace.spaces.components.base import Change, Columns, Mask
from netspace.spaces.distributions import Distribution, Floats, uniform

RESOLUTION = 1000
"""Steps in which f may rise from the first block to the last: fine enough for any widths that differ by less."""

FLAT = 0.5
"""Probability that a piece of f is flat, unless all would be."""


@dataclass(frozen=True)
class PiecewiseLinear:
    """Widths c_i = a f(i) + b of d blocks, f monotone and piecewise linear from f(1) = 1 to f(d) = d.

    Source: ReXNet paper, section 4.2, which lets f be piecewise linear "by picking a subset" and does not say by which
    distribution. Here the number of picked blocks is uniform on 0, ..., d - 2, then the subset of the blocks between
    the first and the last is; f is linear between picked blocks. Each piece is flat with probability 1/2, and how much
    the others rise is uniform on the simplex; were all flat, f is the line. So all that the paper shows has its share:
    lines (its best), flat beginnings and stages of one width (its middle), late jumps (its worst). With every block
    picked, the widths may be any sequence that never decreases.

    Attributes:
        initial_width: channels of the first block, a + b.
        slope: a, channels by which blocks widen on average, at least 0.
        num_blocks: d, each a stage of depth 1.
        knots: how many blocks are picked; ``None``: uniform on 0, ..., d - 2. Fixed at 0, widths are linear.

    Raises:
        SpaceError: a slope is below 0, or a number of knots is none.
    """

    initial_width: Distribution
    slope: Distribution
    num_blocks: int
    knots: Distribution | None = None

    attributes = ("width", "depth")

    def __post_init__(self) -> None:
        if self.slope.values[0] < 0:
            raise SpaceError(f"widths never decrease, so a slope is at least 0: given {self.slope.text}")
        wrong = [k for k in self.picks.values if not (0 <= k <= self.inside and k == int(k))]
        if wrong:
            raise SpaceError(f"{self.num_blocks} blocks can have 0 to {self.inside} knots inside: given {wrong[0]:g}")

    @property
    def inside(self) -> int:
        """How many blocks lie between the first and the last."""
        return max(0, self.num_blocks - 2)

    @property
    def picks(self) -> Distribution:
        """How many of these are picked."""
        return uniform(0, self.inside) if self.knots is None else self.knots

    @property
    def draws(self) -> int:
        """Width, slope and number of picked blocks; which they are; how each piece rises."""
        return 3 + self.inside + self.inside + 1

    @property
    def is_free(self) -> tuple[bool, ...]:
        """Whether each number makes a difference."""
        least, most = (int(self.picks.values[i]) for i in (0, -1))
        chosen = most > 0 and least < self.inside
        rises = [most > 0 and i <= most for i in range(self.inside + 1)]
        has_slope = self.num_blocks > 1 and not self.slope.is_fixed
        return (not self.initial_width.is_fixed, has_slope, not self.picks.is_fixed, *[chosen] * self.inside, *rises)

    @property
    def dimensions(self) -> int:
        """Width, slope and the value of f at each block that may be picked."""
        return sum(self.is_free[:2]) + int(self.picks.values[-1])

    @property
    def distributions(self) -> Mapping[str, Distribution]:
        """Those of the first width, the slope and the number of picked blocks."""
        return {"initial_width": self.initial_width, "slope": self.slope, "knots": self.picks}

    def changed(self, name: str, change: Change) -> "PiecewiseLinear | None":
        """Changes the first width, the slope or the number of picked blocks."""
        if name not in self.distributions:
            return None
        changes: dict[str, Any] = {name: change(self.distributions[name])}
        return replace(self, **changes)

    def with_stages(self, num_stages: int) -> "PiecewiseLinear":
        """Gives the component for so many blocks; knots are at most those that these have."""
        knots = self.knots and self.knots.within(None, max(0, num_stages - 2))
        return replace(self, num_blocks=num_stages, knots=knots)

    def parameters(self, u: Floats) -> Columns:
        """Turns (n, draws) uniform numbers into the first width, the slope, the number of picks, and f(2), f(3), ..."""
        columns = {
            "initial_width": self.initial_width.quantile(u[:, 0]),
            "slope": self.slope.quantile(u[:, 1]),
            "knots": self.picks.quantile(u[:, 2]),
        }
        f = self._function(columns["knots"], u[:, 3 : 3 + self.inside], u[:, 3 + self.inside :])
        return columns | {name: f[:, i + 1] for i, name in enumerate(self.derived)}

    def decide(self, parameters: Columns) -> tuple[Columns, Mask]:
        """Gives widths (n, blocks), rounded to whole channels; all are valid."""
        b, a = parameters["initial_width"], parameters["slope"]
        n, d = len(b), self.num_blocks
        inside = [parameters[name] for name in self.derived]
        f = np.stack([np.ones(n), *inside, np.full(n, float(d))][:d], axis=1)
        widths = np.rint(b[:, None] + a[:, None] * (f - 1)).astype(np.int64)
        return {"width": widths, "depth": np.ones((n, d), np.int64)}, np.ones(n, bool)

    def describe(self) -> dict[str, str]:
        """Says the rule of each parameter in words."""
        d = self.num_blocks
        f = f"from 1 to {d}, never decreasing, linear between picked blocks"
        return {
            "initial_width": self.initial_width.text,
            "slope": self.slope.text,
            "knots": f"{self.picks.text}: how many blocks are picked",
        } | ({f"f_2, ..., f_{d - 1}": f} if self.inside else {})

    @property
    def derived(self) -> tuple[str, ...]:
        """Names of parameters that have no distribution of their own: f at each block inside."""
        return tuple(f"f_{i + 2}" for i in range(self.inside))

    @property
    def settings(self) -> int:
        """How many choices make f: subsets of the blocks inside, with heights that never decrease.

        Some of them give the same f, such as the line; it is not counted again where all pieces are flat.
        """
        return sum(comb(self.inside, int(k)) * comb(int(k) + RESOLUTION, int(k)) for k in self.picks.values)

    def parameters_of(self, widths: Sequence[int]) -> dict[str, float]:
        """Gives parameters that decode to these widths, with every block picked.

        Raises:
            SpaceError: none do: there are too many or too few widths, they decrease, or a range does not reach them.

        Example:
            >>> from netspace.spaces.distributions import uniform
            >>> widths = PiecewiseLinear(uniform(16, 48), uniform(0, 32, 0.5), 4)
            >>> widths.parameters_of([16, 24, 24, 40])
            {'initial_width': 16, 'slope': 8.0, 'knots': 2, 'f_2': 1.999, 'f_3': 1.999}
        """
        given, d = list(widths), self.num_blocks
        if len(given) != d or sorted(given) != given:
            raise SpaceError(f"{given} are not {d} widths that never decrease")
        a = self._nearest("slope", (given[-1] - given[0]) / max(d - 1, 1))
        rise = a * (d - 1) or 1
        heights = [min(round((width - given[0]) / rise * RESOLUTION), RESOLUTION) for width in given[1:-1]]
        found: dict[str, float] = {"initial_width": given[0], "slope": a, "knots": self.inside}
        found |= {f"f_{i + 2}": round(1 + (d - 1) * each / RESOLUTION, 9) for i, each in enumerate(heights)}
        decoded = self.decide({name: np.array([value]) for name, value in found.items()})[0]["width"][0].tolist()
        known = given[0] in self.initial_width.values and self.inside in self.picks.values
        if decoded != given or not known:
            raise SpaceError(f"the widths {given} are out of reach: {self.describe()}")
        return found

    def _nearest(self, name: str, value: float) -> float:
        return min(self.distributions[name].values, key=lambda each: abs(each - value))

    def _function(self, picks: NDArray[np.int64], which: Floats, rises: Floats) -> NDArray[np.float64]:
        """Gives f at every block (n, d), from how many are picked, and numbers that say which and how much it rises."""
        n, d = len(picks), self.num_blocks
        is_knot = np.zeros((n, d), bool)
        is_knot[:, [0, -1]] = True
        is_knot[:, 1:-1] = np.argsort(np.argsort(which, axis=1), axis=1) < picks[:, None]
        piece = np.cumsum(is_knot[:, :-1], axis=1) - 1  # between each block and the next
        length = (piece[:, :, None] == np.arange(self.inside + 1)).sum(axis=1)  # of each piece, in blocks
        rise = self._rises(rises, length)
        steps = np.take_along_axis(rise / np.maximum(length, 1), piece, axis=1)
        f = np.cumsum(np.hstack([np.ones((n, 1)), (d - 1) * steps]), axis=1)
        return np.round(np.minimum(f, d), 9)

    def _rises(self, u: Floats, length: NDArray[np.int64]) -> NDArray[np.float64]:
        """Gives each piece's share (n, pieces) of the rise from 1 to d, by the resolution."""
        flat = (u < FLAT) | (length == 0)
        rise = np.where(flat, 0.0, -np.log1p(-(u - FLAT) / (1 - FLAT) * (u >= FLAT)))  # exponential: uniform shares
        total = rise.sum(axis=1, keepdims=True)
        heights = np.rint(np.cumsum(rise, axis=1) / np.where(total > 0, total, 1) * RESOLUTION) / RESOLUTION
        return np.where(total > 0, np.diff(heights, axis=1, prepend=0.0), length / max(self.num_blocks - 1, 1))

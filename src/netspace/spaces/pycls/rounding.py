"""How pycls rounds a network before it is counted: the model scaling step, at a factor of one.

Source: pycls's ``scale_model``, the code of Dollar et al., "Fast and Accurate Model Scaling" (arXiv 2103.06877).
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from netspace.families import compatible_widths
from netspace.spaces.components import Columns, Component, Mask
from netspace.spaces.components.base import Change
from netspace.spaces.distributions import Distribution, Floats


def rounded_width(width: float) -> float:
    """Rounds to a multiple of 8, half to even, and at least 8.

    Example:
        >>> [rounded_width(width) for width in (3, 12, 20, 21)]
        [8, 16, 16, 24]
    """
    return max(1, round(width / 8)) * 8


def rounded_group(group_width: float) -> float:
    """Keeps group widths of 1 and 2, makes 4 of 3 to 5, and multiples of 8 of the rest, half to even; at least 1.

    Example:
        >>> [rounded_group(width) for width in (1, 2, 3, 5, 6, 12, 20, 21)]
        [1, 2, 4, 4, 8, 16, 16, 24]
    """
    if group_width <= 2:
        return max(1, group_width)
    return 4 if group_width <= 5 else round(group_width / 8) * 8


def rounded_image(size: float) -> float:
    """Rounds to a multiple of 4, half to even.

    Example:
        >>> rounded_image(222)
        224
    """
    return round(size / 4) * 4


def rounded_regnet(
    width: NDArray[Any], bottleneck_ratio: NDArray[Any], group_width: NDArray[Any]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Gives a RegNet's widths and group widths, of any shape, as pycls has them when it counts the network.

    They are made compatible, then rounded, then made compatible again.
    """
    widths, groups = compatible_widths(width, bottleneck_ratio, group_width)
    widths = np.maximum(1, np.rint(widths / 8)).astype(np.int64) * 8
    multiple = np.rint(groups / 8).astype(np.int64) * 8
    groups = np.where(groups <= 2, groups, np.where(groups <= 5, 4, multiple))
    return compatible_widths(widths, bottleneck_ratio, groups)


@dataclass(frozen=True)
class RoundedRegNet:
    """A line, a bottleneck ratio and a group width whose widths are rounded as pycls rounds them.

    Attributes:
        parts: the components of a space of RegNets.
    """

    parts: tuple[Component, ...]

    @property
    def draws(self) -> int:
        """As many as all parts take."""
        return sum(part.draws for part in self.parts)

    @property
    def is_free(self) -> tuple[bool, ...]:
        """As the parts say."""
        return tuple(free for part in self.parts for free in part.is_free)

    @property
    def dimensions(self) -> int:
        """Those of all parts."""
        return sum(part.dimensions for part in self.parts)

    @property
    def attributes(self) -> tuple[str, ...]:
        """Those of all parts."""
        return tuple(name for part in self.parts for name in part.attributes)

    @property
    def distributions(self) -> Mapping[str, Distribution]:
        """Those of all parts."""
        return {name: each for part in self.parts for name, each in part.distributions.items()}

    def changed(self, name: str, change: Change) -> "RoundedRegNet | None":
        """Changes the part that has the parameter."""
        for i, part in enumerate(self.parts):
            new = part.changed(name, change)
            if new is not None:
                return replace(self, parts=(*self.parts[:i], new, *self.parts[i + 1 :]))
        return None

    def parameters(self, u: Floats) -> Columns:
        """Gives the parameters of all parts."""
        columns: dict[str, Any] = {}
        start = 0
        for part in self.parts:
            columns |= part.parameters(u[:, start : start + part.draws])
            start += part.draws
        return columns

    def decide(self, parameters: Columns) -> tuple[Columns, Mask]:
        """Rounds what the parts decide; valid is what all of them find valid."""
        decided = [part.decide(parameters) for part in self.parts]
        columns = {name: column for made, _ in decided for name, column in made.items()}
        names = ("width", "bottleneck_ratio", "group_width")
        columns["width"], columns["group_width"] = rounded_regnet(*(columns[name] for name in names))
        return columns, np.logical_and.reduce([valid for _, valid in decided])

    def with_stages(self, num_stages: int) -> "RoundedRegNet":
        """Gives the lines of so many stages."""
        return replace(self, parts=tuple(part.with_stages(num_stages) for part in self.parts))

    def describe(self) -> dict[str, str]:
        """Says the rule of each parameter in words."""
        return {name: text for part in self.parts for name, text in part.describe().items()}

"""A number that the network has as a whole, or that its training has."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from netspace.complexity.batch import NETWORK_COLUMNS
from netspace.spaces.components.base import Change, Columns, Mask
from netspace.spaces.distributions import Distribution, Floats
from netspace.spaces.training import check_trainable


@dataclass(frozen=True)
class Single:
    """One parameter that is no stage's: of the network (``image_size``), or of its training (``learning_rate``).

    A training parameter decides nothing of the network; it is kept beside it (RegNet paper, Figure 21).

    Raises:
        SpaceError: a training parameter has values that no training has.
    """

    name: str
    distribution: Distribution

    draws = 1

    def __post_init__(self) -> None:
        check_trainable(self.name, self.distribution)

    @property
    def is_free(self) -> tuple[bool, ...]:
        """Whether there is more than one value."""
        return (not self.distribution.is_fixed,)

    @property
    def dimensions(self) -> int:
        """One, or none where the value is fixed."""
        return sum(self.is_free)

    @property
    def attributes(self) -> tuple[str, ...]:
        """The parameter itself."""
        return (self.name,)

    @property
    def distributions(self) -> Mapping[str, Distribution]:
        """The one distribution."""
        return {self.name: self.distribution}

    def changed(self, name: str, change: Change) -> "Single | None":
        """Changes the one distribution."""
        return replace(self, distribution=change(self.distribution)) if name == self.name else None

    def with_stages(self, num_stages: int) -> "Single":
        """Gives the same: it is no stage's."""
        return self

    def parameters(self, u: Floats) -> Columns:
        """Turns (n, 1) uniform numbers into the parameter."""
        return {self.name: self.distribution.quantile(u[:, 0])}

    def decide(self, parameters: Columns) -> tuple[Columns, Mask]:
        """Gives the network's column, if it is one; all are valid."""
        values = parameters[self.name]
        columns = {self.name: values} if self.name in NETWORK_COLUMNS else {}
        return columns, np.ones(len(values), bool)

    def describe(self) -> dict[str, str]:
        """Says the distribution in words."""
        return {self.name: self.distribution.text}

"""What a design space is made of: components turn uniform numbers into parameters, and parameters into networks."""

from collections.abc import Callable, Mapping
from typing import Any, Protocol, Self

import numpy as np
from numpy.typing import NDArray

from netspace.spaces.distributions import Distribution, Floats

Columns = Mapping[str, NDArray[Any]]
Mask = NDArray[np.bool_]
Change = Callable[[Distribution], Distribution]


class Component(Protocol):
    """A piece of a space: some of its parameters, and what they decide of the network."""

    @property
    def draws(self) -> int:
        """How many uniform numbers one draw takes."""

    @property
    def is_free(self) -> tuple[bool, ...]:
        """Whether each of these numbers makes a difference."""

    @property
    def dimensions(self) -> int:
        """How many of its parameters are free: they have more than one value and follow no other."""

    @property
    def attributes(self) -> tuple[str, ...]:
        """What it decides: fields of `Stage`, or of the network as a whole."""

    @property
    def distributions(self) -> Mapping[str, Distribution]:
        """The distribution of each parameter as it is before any rule, by name."""

    def changed(self, name: str, change: Change) -> Self | None:
        """Gives the component with another distribution of a parameter; ``None``: it has none of that name."""

    def parameters(self, u: Floats) -> Columns:
        """Turns (n, draws) uniform numbers into one (n,) array per parameter."""

    def decide(self, parameters: Columns) -> tuple[Columns, Mask]:
        """Turns parameters into columns of an `ArchitectureBatch`, and says which of the n are valid."""

    def with_stages(self, num_stages: int) -> Self:
        """Gives the component for networks of another number of stages."""

    def describe(self) -> dict[str, str]:
        """Says the rule of each parameter in words."""

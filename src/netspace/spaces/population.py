"""Networks sampled from a space, or listed by hand, with their parameters and what they cost."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from netspace.architecture import Architecture
from netspace.complexity import ArchitectureBatch, ArchitectureList, Complexity, Networks, complexity
from netspace.errors import SpaceError

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class Origin:
    """Where the networks of a population were sampled from.

    Attributes:
        space: name of the design space; ``None``: a list of architectures.
        lineage: the steps that led to the space, in words.
        budget: for each of flops, params, acts, latency that was bounded, its ``(low, high)``.
        seed: the seed of the sample.
        strategy: how numbers were drawn, as `DesignSpace.sample` names it.
        runtime: what predicted the latency, in words.
    """

    space: str | None = None
    lineage: str = ""
    budget: Mapping[str, tuple[float | None, float | None]] = field(default_factory=dict)
    seed: int | None = None
    strategy: str = "random"
    runtime: str = ""


@dataclass(frozen=True, eq=False, repr=False)
class Population:
    """n networks: a sequence of `Architecture`, with their parameters and complexity as arrays.

    Attributes:
        networks: the architectures, as a batch or a list.
        parameters: an (n,) array for each parameter of the space they were sampled from.
        complexity: flops, params and acts as (n,) int64 arrays.
        origin: where they were sampled from.

    Example:
        >>> import netspace as ns
        >>> population = ns.get_space("regnetx", image_size=32, stem="cifar").sample(2, flops=(4e6, 6e6))
        >>> len(population), [type(network).__name__ for network in population]
        (2, ['Architecture', 'Architecture'])
    """

    networks: Networks | Sequence[Architecture]
    parameters: Mapping[str, NDArray[Any]]
    complexity: Complexity
    origin: Origin = field(default_factory=Origin)

    @classmethod
    def from_architectures(cls, architectures: Iterable[Architecture]) -> "Population":
        """Makes a population of a list of architectures, which may be of any families.

        Raises:
            SpaceError: the list is empty, or holds anything else.
        """
        architectures = tuple(architectures) if isinstance(architectures, Iterable) else (architectures,)
        if not architectures:
            raise SpaceError("a population needs at least one architecture: the list given is empty")
        wrong = next((each for each in architectures if not isinstance(each, Architecture)), None)
        if wrong is not None:
            raise SpaceError(
                f"a population is a list of architectures, and {str(wrong).splitlines()[0]!r:.60} is none: "
                'ns.get_architecture("RegNetX-200MF") gives one by name, a network has it as .architecture'
            )
        costs = [complexity(architecture) for architecture in architectures]
        columns = [np.array([getattr(c, k) for c in costs], np.int64) for k in ("flops", "params", "acts")]
        return cls(architectures, {}, Complexity(*columns))

    def __len__(self) -> int:
        return len(self.networks)

    def __repr__(self) -> str:
        return f"<Population: {len(self)} networks of {self.origin.space or 'a list'}>"

    def __iter__(self) -> Iterator[Architecture]:
        return iter(self.architectures)

    def __getitem__(self, index: int) -> Architecture:
        return self.architectures[index]

    @cached_property
    def architectures(self) -> tuple[Architecture, ...]:
        """All architectures, made on first use."""
        return tuple(self.networks[i] for i in range(len(self.networks)))

    @property
    def depth(self) -> NDArray[np.int64]:
        """Blocks of each network, (n,); 0 for a foreign one."""
        if isinstance(self.networks, ArchitectureBatch | ArchitectureList):
            return self.networks.depth
        return np.array([each.depth for each in self.networks], np.int64)

    def frame(self) -> "pd.DataFrame":
        """Gives a row per network: its parameters, ``flops`` (multiply-adds), ``params`` and ``acts``."""
        import pandas as pd

        cost = self.complexity
        return pd.DataFrame({**self.parameters, "flops": cost.flops, "params": cost.params, "acts": cost.acts})

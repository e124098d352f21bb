"""The design space: parameters, rules, a decode to architectures, and operations that give a new space."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from netspace.architecture import Architecture
from netspace.complexity import ArchitectureBatch
from netspace.errors import SpaceError
from netspace.families import compatible_widths
from netspace.spaces.components import Columns, Component, Mask, PerStage, QuantizedLine, Rule
from netspace.spaces.distributions import Distribution, Floats
from netspace.spaces.population import Population
from netspace.spaces.sampling import sample


@dataclass(frozen=True, repr=False)
class DesignSpace:
    """A parametrised set of architectures, with a distribution on it.

    Attributes:
        name: what it is called.
        outline: an architecture that holds what all of the space share (stem, head, strides, block, input size).
        components: the pieces that decide the rest.
        lineage: the space it came from and the operations since, in words.

    Example:
        >>> import netspace as ns
        >>> space = ns.get_space("anynetx_d", image_size=32, stem="cifar")
        >>> print(space.lineage)
        AnyNetX_A > share(bottleneck_ratio) = AnyNetX_B > share(group_width) = AnyNetX_C > order(width) = AnyNetX_D
    """

    name: str
    outline: Architecture
    components: tuple[Component, ...]
    lineage: str

    def __repr__(self) -> str:
        return f"<DesignSpace {self.name}: {self.dimensions} dimensions, {self.num_stages} stages>"

    @property
    def dimensions(self) -> int:
        """How many free parameters the space has (RegNet paper, section 3)."""
        return sum(component.dimensions for component in self.components)

    @property
    def num_stages(self) -> int:
        """How many stages each of its networks has."""
        return len(self.outline.stages)

    def share(self, attribute: str) -> "DesignSpace":
        """Gives the space in which all stages have the same ``attribute``."""
        return self._with_rule(attribute, "shared", f"share({attribute})")

    def order(self, attribute: str, rule: Rule = "increasing") -> "DesignSpace":
        """Gives the space in which ``attribute`` never decreases (or never increases) from stage to stage."""
        if rule not in ("increasing", "decreasing"):
            raise SpaceError(f"{attribute} cannot be ordered {rule!r}: choose 'increasing' or 'decreasing'")
        said = attribute if rule == "increasing" else f"{attribute}, {rule}"
        return self._with_rule(attribute, rule, f"order({said})")

    def quantized_linear(
        self, depth: Distribution, initial_width: Distribution, slope: Distribution, width_multiplier: Distribution
    ) -> "DesignSpace":
        """Gives the space whose widths and depths follow a quantised line (RegNet paper, equations 2 to 4)."""
        line = QuantizedLine(depth, initial_width, slope, width_multiplier, self.num_stages)
        kept = tuple(c for c in self.components if not set(c.attributes) & set(line.attributes))
        return self._step((line, *kept), "quantized_linear(width, depth)")

    def named(self, name: str) -> "DesignSpace":
        """Gives the same space under another name, which its lineage mentions."""
        lineage = f"{self.lineage} = {name}" if self.lineage else name
        return replace(self, name=name, lineage=lineage)

    def describe(self) -> dict[str, str]:
        """Says the distribution and the rule of every parameter in words."""
        return {name: text for component in self.components for name, text in component.describe().items()}

    def parameters(self, u: Floats) -> Columns:
        """Turns (n, dimensions) numbers in [0, 1) into parameters; uniform numbers follow the space's distribution."""
        columns: dict[str, Any] = {}
        start = 0
        for component in self.components:
            columns |= component.parameters(u[:, start : start + component.dimensions])
            start += component.dimensions
        return columns

    def decode(self, parameters: Columns) -> tuple[ArchitectureBatch, Mask]:
        """Turns (n,) arrays of parameters into n architectures and says which of them are valid."""
        columns: dict[str, Any] = {}
        valid = np.ones(len(next(iter(parameters.values()))), bool)
        for component in self.components:
            decided, good = component.stages(parameters)
            columns |= decided
            valid &= good
        inside = {name: columns[name] for name in ("bottleneck_ratio", "group_width") if name in columns}
        ones = np.int64(1)  # of a block that fixes what is inside it
        width, group_width = compatible_widths(
            columns["width"], inside.get("bottleneck_ratio", ones), inside.get("group_width", ones)
        )
        columns["width"] = width
        if "group_width" in inside:
            columns["group_width"] = group_width
        return ArchitectureBatch(self.outline, columns), valid

    def sample(
        self,
        n: int,
        *,
        flops: Any = None,
        params: Any = None,
        acts: Any = None,
        seed: int = 0,
        progress: Callable[[int, int], None] | None = None,
    ) -> Population:
        """Samples ``n`` different networks that meet a budget, by vectorised rejection.

        Args:
            n: how many networks.
            flops: ``(low, high)`` in multiply-adds for one image; either end may be ``None``.
            params: ``(low, high)`` in trained parameters.
            acts: ``(low, high)`` in elements of all convolutions' outputs.
            seed: the same seed gives the same networks, and a smaller ``n`` the first of them.
            progress: called with (networks found, n) after each batch of draws.

        Raises:
            SpaceError: ``n`` or a budget is malformed, or no (further) network meets the budget; the message says
                what can be met.

        Example:
            >>> import netspace as ns
            >>> population = ns.get_space("regnetx").sample(3, flops=(360e6, 400e6), seed=0)
            >>> all(360e6 <= flops <= 400e6 for flops in population.frame()["flops"])
            True
        """
        return sample(self, n, {"flops": flops, "params": params, "acts": acts}, seed, progress)

    def _with_rule(self, attribute: str, rule: Rule, step: str) -> "DesignSpace":
        if not any(isinstance(c, PerStage) and c.attribute == attribute for c in self.components):
            known = ", ".join(c.attribute for c in self.components if isinstance(c, PerStage))
            raise SpaceError(f"{self.name} has no per-stage parameter {attribute!r} to {step}: it has {known}")
        if any(isinstance(c, PerStage) and c.attribute == attribute and c.rule == "shared" for c in self.components):
            raise SpaceError(f"{attribute} of {self.name} is shared by all stages already: {step} would change nothing")
        changed = tuple(
            replace(c, rule=rule) if isinstance(c, PerStage) and c.attribute == attribute else c
            for c in self.components
        )
        return self._step(changed, step)

    def _step(self, components: tuple[Component, ...], step: str) -> "DesignSpace":
        lineage = f"{self.lineage} > {step}"
        return replace(self, name=f"{self.name}.{step}", components=components, lineage=lineage)

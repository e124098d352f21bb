"""The design space: parameters with distributions, rules, and a decode to architectures."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import repeat
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from netspace.architecture import Architecture
from netspace.complexity import ArchitectureBatch, ArchitectureList, Complexity, Networks, complexity
from netspace.complexity.blocks import COUNTED
from netspace.errors import ArchitectureError, NetspaceError, SpaceError
from netspace.families import block_fields, compatible_widths
from netspace.random import stream
from netspace.spaces.budget import Runtime
from netspace.spaces.components import Columns, Component, Mask, Single
from netspace.spaces.distributions import Floats, as_distribution
from netspace.spaces.operations import Operations
from netspace.spaces.population import Population
from netspace.spaces.restrictions import Restriction, table_of
from netspace.spaces.training import TRAINING_PARAMETERS

if TYPE_CHECKING:
    from netspace.spaces.counting import Size

MakeNetwork = Callable[..., Architecture | None]
"""Makes a network of one value of each parameter; ``None``: these values give none."""


class Draws(NamedTuple):
    """Networks that belong to a space, with their parameters, their cost and the rows of the numbers they came from."""

    parameters: Columns
    networks: Networks
    complexity: Complexity
    rows: NDArray[np.intp]

    def take(self, which: NDArray[Any]) -> "Draws":
        """Keeps those at ``which`` (indices or a mask)."""
        parameters = {name: column[which] for name, column in self.parameters.items()}
        return Draws(parameters, self.networks.take(which), self.complexity.take(which), self.rows[which])


@dataclass(frozen=True, repr=False)
class DesignSpace(Operations):
    """A parametrised set of architectures, with a distribution on it.

    `get_space` gives those of the papers, `from_stages` and `from_function` make one of your own.

    Attributes:
        name: what it is called.
        outline: an architecture that holds what all of the space share (stem, head, strides, block, input size).
        components: the pieces that decide the rest.
        lineage: the space it came from and the operations since, in words.
        restrictions: rules that its networks keep.
        make: makes each network, in a space of `from_function`; ``None``: the components decide the outline's stages.

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
    restrictions: tuple[Restriction, ...] = ()
    make: MakeNetwork | None = None

    @classmethod
    def from_stages(
        cls, name: str, *, num_stages: int = 4, block: str = "x", parameters: Mapping[str, Any], **network: Any
    ) -> "DesignSpace":
        """Makes a space whose parameters are numbers of stages, of the network or of its training.

        Args:
            name: what to call it.
            num_stages: how many stages each network has.
            block: as in `netspace.anynet`, or one of your own.
            parameters: the distribution of each: ``width``, ``depth`` and what `vary` takes; a stage's are drawn for
                each stage, ``width_2`` names the second stage's.
            **network: what `change` takes: ``stem``, ``strides``, ``image_size``, ``num_classes``, ...

        Raises:
            SpaceError: a parameter is unknown, or its values cannot be.
            ArchitectureError: an option is out of range.

        Example:
            >>> import netspace as ns
            >>> space = ns.DesignSpace.from_stages(
            ...     "Tiny",
            ...     num_stages=3,
            ...     parameters={"depth": [1, 2, 3], "width": ns.log_uniform(8, 256, 8), "group_width": [4, 8]},
            ...     image_size=32,
            ...     stem="cifar",
            ...     num_classes=10,
            ... )
            >>> len(space.share("group_width").order("width").sample(5, flops=(None, 5e6)))
            5
        """
        from netspace.architecture import Head, Stage, Stem

        if not isinstance(parameters, Mapping):
            raise SpaceError(f"parameters of the space {name!r} are no mapping of names to distributions")
        fields = block_fields(block)
        act = fields.get("activation", "relu")
        outline = Architecture((Stage(width=8, **fields),), Stem(activation=act), Head(activation=act))
        space = cls(name, outline, (), name).change(num_stages=num_stages, **network)
        whole = {n: each for n, each in parameters.items() if n in _all_stages(parameters)}
        space = space.vary(**whole) if whole else space
        each = {n: given for n, given in parameters.items() if n not in whole}
        space = space.vary(**each) if each else space
        return replace(space, name=name, lineage=name)

    @classmethod
    def from_function(cls, name: str, make: MakeNetwork, parameters: Mapping[str, Any]) -> "DesignSpace":
        """Makes a space of any networks from a function of its parameters.

        It is called for each draw, so sampling takes as long as it does; `from_stages` works with arrays.

        Args:
            name: what to call it.
            make: from one value of each parameter, by name, gives an `Architecture`, or ``None`` where they have none.
                A network that cannot be (an `ArchitectureError`) counts as none too. What a network is trained by
                (``learning_rate``, ``seed``, ..., as for `vary`) is not given to it.
            parameters: the distribution of each, as `vary` takes it.

        Raises:
            SpaceError: there is no parameter, a distribution is none, or the function fails or gives anything else.

        Example:
            >>> import netspace as ns
            >>> space = ns.DesignSpace.from_function(
            ...     "ReXNets", ns.rexnet, {"width": ns.uniform(0.5, 2, 0.1), "depth": [0.8, 1.0, 1.2]}
            ... )
            >>> len(space.sample(5, flops=(None, 500e6)))
            5
        """
        if not isinstance(parameters, Mapping) or not parameters:
            raise SpaceError(f"the space {name!r} needs at least one parameter, each with its distribution")
        components = tuple(Single(key, as_distribution(each)) for key, each in parameters.items())
        space = cls(name, Architecture.from_dict({"stages": [{"width": 8}]}), components, name, (), make)
        found = next(iter(space._some(1)), None)
        if found is None:
            why = _why_none(make, space.parameters(stream(0, "look").random((LOOKED_AT, space.draws))))
            raise SpaceError(f"make of the space {name!r} gave no architecture for any of {LOOKED_AT} draws: {why}")
        return replace(space, outline=found)

    @classmethod
    def from_architecture(cls, name: str, architecture: Architecture) -> "DesignSpace":
        """Makes a space of one network, to be given training parameters by `vary` (RegNet paper, Figure 22).

        Raises:
            SpaceError: it is no `Architecture`.

        Example:
            >>> import netspace as ns
            >>> space = ns.DesignSpace.from_architecture("B0", ns.get_architecture("EfficientNet-B0"))
            >>> space.vary(learning_rate=ns.log_uniform(0.05, 0.5, 0.01)).dimensions
            1
        """
        if not isinstance(architecture, Architecture):
            raise SpaceError(f"the space {name!r} is made of an Architecture: given {architecture!r:.60}")
        return cls(name, architecture, (), name)

    def __repr__(self) -> str:
        return f"<DesignSpace {self.name}: {self.dimensions} dimensions, {self.num_stages} stages>"

    @property
    def dimensions(self) -> int:
        """How many free parameters the space has (RegNet paper, section 3)."""
        return sum(component.dimensions for component in self.components)

    @property
    def draws(self) -> int:
        """How many uniform numbers make one network."""
        return sum(component.draws for component in self.components)

    @property
    def is_free(self) -> tuple[bool, ...]:
        """Whether each of these numbers makes a difference."""
        return tuple(free for component in self.components for free in component.is_free)

    @property
    def is_slow(self) -> bool:
        """Whether networks are made, counted or judged one by one."""
        return self.makes_slowly or self.judges_slowly

    @property
    def makes_slowly(self) -> bool:
        """Whether networks are made or counted one by one."""
        return self.make is not None or any(stage.block in COUNTED for stage in self.outline.stages)

    @property
    def judges_slowly(self) -> bool:
        """Whether a restriction looks at networks one by one."""
        return any(rule.is_slow for rule in self.restrictions)

    @property
    def num_stages(self) -> int:
        """How many stages each of its networks has."""
        return len(self.outline.stages)

    def describe(self) -> dict[str, str]:
        """Says the distribution and the rule of every parameter in words."""
        return {name: text for component in self.components for name, text in component.describe().items()}

    def parameters(self, u: Floats) -> Columns:
        """Turns (n, draws) numbers in [0, 1) into parameters; uniform numbers follow the space's distribution."""
        columns: dict[str, Any] = {}
        start = 0
        for component in self.components:
            columns |= component.parameters(u[:, start : start + component.draws])
            start += component.draws
        return columns

    def decode(self, parameters: Columns) -> tuple[Networks, Mask]:
        """Turns (n,) arrays of parameters into n networks and says which of them are valid.

        Restrictions are not looked at here: they may ask what a network costs.
        """
        if self.make is not None:
            return self._made(parameters)
        columns, valid = self._decided(parameters)
        valid = valid & self._make_compatible(columns)
        return ArchitectureBatch(self.outline, columns), valid

    def evaluate(self, u: Floats) -> Draws:
        """Turns (n, draws) numbers in [0, 1) into those of n networks that belong to the space, with their cost."""
        draws = self.unrestricted(u)
        return draws.take(self.kept(draws, self.restrictions)) if self.restrictions else draws

    def kept(self, draws: Draws, rules: Sequence[Restriction]) -> Mask:
        """Says which networks keep some rules."""
        table = table_of(draws.parameters, draws.networks, draws.complexity)
        return np.logical_and.reduce([rule.mask(table, draws.networks) for rule in rules])

    def sample(
        self,
        n: int,
        *,
        flops: Any = None,
        params: Any = None,
        acts: Any = None,
        latency: Any = None,
        runtime: Runtime | None = None,
        strategy: str = "random",
        seed: int = 0,
        workers: int = 1,
        progress: Callable[[int, int], None] | None = None,
    ) -> Population:
        """Samples ``n`` different networks that meet a budget, by vectorised rejection.

        Args:
            n: how many networks.
            flops: ``(low, high)`` in multiply-adds for one image; either end may be ``None``.
            params: ``(low, high)`` in trained parameters.
            acts: ``(low, high)`` in elements of all convolutions' outputs.
            latency: ``(low, high)`` in what ``runtime`` predicts: for a `netspace.complexity.RuntimeModel` the median
                milliseconds of a batch, in the model's setting. Of the networks near the limit about half take longer;
                for nine of ten to take at most 5 ms, ask for ``(None, 5 / runtime.overrun)``. A limit outside
                ``runtime.ranges["ms"]`` is extrapolated (``runtime.extrapolates`` says so).
            runtime: a `netspace.complexity.RuntimeModel`, or your own function of the `Complexity` of n networks as
                arrays, which gives n numbers. One with ``uses_depth`` true and ``predict(complexity, depth)`` is given
                their (n,) numbers of blocks too. Without a limit on latency it is not looked at.
            strategy: ``"random"``: the space's distribution on the condition of the budget. ``"stratified"``: the same,
                but as many networks in each of ten parts of the budget's range of flops, as far as 998 in 1000 networks
                of the space reach. ``"quasi"``: a scrambled Sobol sequence in place of random numbers. ``"grid"``: a
                regular grid over the parameters, seed unused.
            seed: a whole number; the same gives the same networks, whatever ``workers``, and a smaller ``n`` the first
                of them (stratified and grid: for the same ``n``).
            workers: threads, at least 1.
            progress: called with (networks found, n) after each batch of draws.

        Raises:
            SpaceError: ``n``, the seed, the workers, the strategy or a budget is malformed, or no (further) network
                meets the budget; the message says what can be met.

        Example:
            >>> import netspace as ns
            >>> population = ns.get_space("regnetx").sample(3, flops=(360e6, 400e6), seed=0)
            >>> all(360e6 <= flops <= 400e6 for flops in population.frame()["flops"])
            True
        """
        budget = {"flops": flops, "params": params, "acts": acts, "latency": latency}
        from netspace.spaces.sampling import sample

        return sample(
            self, n, budget, runtime=runtime, strategy=strategy, seed=seed, workers=workers, progress=progress
        )

    def stream(
        self,
        n: int,
        *,
        flops: Any = None,
        params: Any = None,
        acts: Any = None,
        latency: Any = None,
        runtime: Runtime | None = None,
        seed: int = 0,
        workers: int = 1,
    ) -> Iterator[Population]:
        """Yields the networks of `sample` in pieces, as they are found: a million need no more memory than some.

        Raises:
            SpaceError: as `sample`.

        Example:
            >>> import netspace as ns
            >>> space = ns.get_space("anynetx_a", image_size=32, stem="cifar")
            >>> sum(len(piece) for piece in space.stream(20_000))
            20000
        """
        budget = {"flops": flops, "params": params, "acts": acts, "latency": latency}
        from netspace.spaces.sampling import pieces

        yield from pieces(self, n, budget, runtime=runtime, seed=seed, workers=workers)

    def size(
        self,
        *,
        flops: Any = None,
        params: Any = None,
        acts: Any = None,
        progress: Callable[[int, int], None] | None = None,
    ) -> "Size":
        """Counts the settings of its parameters, or those whose network meets a budget, and their share of the draws.

        Counts are exact without a budget, for lines under any, and by looking at all of at most 5 million settings.
        Stages under a budget on one quantity are counted by dynamic programming, in certain bounds within 1 % of each
        other. What is left (rules of `restrict` or budgets on several quantities on many settings, blocks that are
        built to be counted) is estimated from draws, and the result says so.

        Args:
            flops: ``(low, high)`` in multiply-adds for one image; either end may be ``None``.
            params: ``(low, high)`` in trained parameters.
            acts: ``(low, high)`` in elements of all convolutions' outputs.
            progress: called with (steps done, steps in all) where it takes a while.

        Raises:
            SpaceError: a budget is malformed.

        Example:
            >>> import netspace as ns
            >>> int(ns.get_space("anynetx_d").size())  # 16^4 depths, 18 pairs of b and g, (131 choose 4) widths
            13821510942720
            >>> space = ns.get_space("regnetx").fix(initial_width=24, group_width=8, bottleneck_ratio=1, depth=13)
            >>> print(space.size(flops=(190e6, 210e6)))
            1.789e4 settings, exactly 17,892, 58 different networks, 4.933 % of the distribution
        """
        from netspace.spaces.counting import size

        return size(self, {"flops": flops, "params": params, "acts": acts}, progress)

    def unrestricted(self, u: Floats) -> Draws:
        """Evaluates numbers in [0, 1), restrictions aside; what is not valid is dropped as early as can be."""
        parameters, rows = self.parameters(u), np.arange(len(u) if self.draws else 1)  # or all are the same network
        if self.make is not None:
            return self._each_once(parameters)
        columns, valid = self._decided(parameters)
        if not valid.all():
            columns, parameters, rows = _take(columns, valid), _take(parameters, valid), rows[valid]
        valid = np.broadcast_to(self._make_compatible(columns), (len(rows),))
        networks = ArchitectureBatch(self.outline, columns)
        if not valid.all():
            networks, parameters, rows = networks.take(valid), _take(parameters, valid), rows[valid]
        return Draws(parameters, networks, complexity(networks), rows)

    def _each_once(self, parameters: Columns) -> Draws:
        """Makes and counts networks by the function, those of the same parameters once."""
        table = np.column_stack(list(parameters.values()))
        _, first, which = np.unique(table, axis=0, return_index=True, return_inverse=True)
        networks, valid = self._made(_take(parameters, first))
        networks = networks.take(valid)
        rows = np.flatnonzero(valid[which.ravel()])
        place = (np.cumsum(valid) - 1)[which.ravel()[rows]]
        return Draws(_take(parameters, rows), networks.take(place), complexity(networks).take(place), rows)

    def _decided(self, parameters: Columns) -> tuple[dict[str, Any], Mask]:
        """Gives what the components decide, before widths and groups are made to fit, and which rows are valid."""
        n = len(next(iter(parameters.values()))) if parameters else 1
        columns: dict[str, Any] = {}
        valid = np.ones(n, bool)
        for component in self.components:
            decided, good = component.decide(parameters)
            columns |= decided
            valid &= good
        if not columns:  # all of them are the same network
            columns["image_size"] = np.full(n, self.outline.image_size)
        return columns, valid

    def _made(self, parameters: Columns) -> tuple[Networks, Mask]:
        assert self.make is not None
        given = {name: column.tolist() for name, column in parameters.items() if name not in TRAINING_PARAMETERS}
        rows = zip(*given.values(), strict=True) if given else repeat((), len(next(iter(parameters.values()))))
        made = [_one(self.make, dict(zip(given, row, strict=True)), self.name) for row in rows]
        valid = np.array([network is not None for network in made], bool)
        return ArchitectureList(tuple(self.outline if network is None else network for network in made)), valid

    def _make_compatible(self, columns: dict[str, Any]) -> Any:
        """Adjusts widths and group widths in place, and says where they fit."""
        stages = self.outline.stages
        if "expansion" in columns or any(stage.expansion is not None for stage in stages):
            return self._divisible(columns)
        if not {"width", "bottleneck_ratio", "group_width"} & set(columns):
            return True
        is_grouped = "group_width" in columns or all(stage.group_width is not None for stage in stages)
        width, group_width = compatible_widths(
            columns.get("width", np.array([[stage.width for stage in stages]])),
            columns.get("bottleneck_ratio", np.array([[stage.bottleneck_ratio for stage in stages]])),
            columns.get("group_width", np.array([[stage.group_width or 1 for stage in stages]])),
        )
        columns["width"] = width
        if is_grouped:
            columns["group_width"] = group_width
        return True

    def _divisible(self, columns: dict[str, Any]) -> Any:
        """Says where the groups divide the inner width of blocks that expand their input."""
        if "group_width" not in columns:
            return True
        batch = ArchitectureBatch(self.outline, columns)
        good = np.ones(len(batch), bool)
        width = batch.stem_width
        for i in range(self.num_stages):
            stage = batch.stage(i)
            for each in (width, stage.width):
                good &= np.rint(each * stage.expansion).astype(np.int64) % stage.group_width == 0
            width = stage.width
        return good

    def _some(self, n: int) -> Iterator[Architecture]:
        """Yields up to ``n`` of its networks, restrictions aside."""
        u = stream(0, "look").random((LOOKED_AT, self.draws))
        for start in range(0, LOOKED_AT, 8):
            networks, valid = self.decode(self.parameters(u[start : start + 8]))
            for i in np.flatnonzero(valid)[:n]:
                yield networks[int(i)]
                n -= 1
            if n <= 0:
                return

    def _look(self, step: str) -> None:
        if self.make is not None or not self.draws:
            return
        try:
            for _network in self._some(2):
                pass
            if self.restrictions:
                self.evaluate(stream(0, "look").random((LOOKED_AT, self.draws)))
        except SpaceError:
            raise
        except NetspaceError as error:
            raise SpaceError(f"after {step}, networks of {self.name} cannot be: {error}") from None


LOOKED_AT = 64
"""Draws that are looked at when a space is made."""


def _take(columns: Columns, which: NDArray[Any]) -> dict[str, Any]:
    return {name: column[which] for name, column in columns.items()}


def _one(make: MakeNetwork, values: dict[str, Any], name: str) -> Architecture | None:
    try:
        network = make(**values)
    except ArchitectureError:
        return None
    except Exception as error:
        raise SpaceError(f"make of the space {name!r} fails with {values}: {type(error).__name__}: {error}") from error
    if network is not None and not isinstance(network, Architecture):
        raise SpaceError(f"make of the space {name!r} gave {network!r:.60}: it has to give an Architecture, or None")
    return network


def _why_none(make: MakeNetwork, parameters: Columns) -> str:
    """Says why the last of some draws gives no network."""
    values = {name: column[-1].item() for name, column in parameters.items() if name not in TRAINING_PARAMETERS}
    try:
        make(**values)
    except ArchitectureError as error:
        return f"the last, {values}, cannot be: {error}"
    return f"the last, {values}, gave None"


def _all_stages(parameters: Mapping[str, Any]) -> set[str]:
    """Gives the names that are no single stage's."""
    return {name for name in parameters if not name.rpartition("_")[2].isdigit()}

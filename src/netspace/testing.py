"""What every design space must do: a suite to check your own by, in one call or as a class of tests.

    from netspace.testing import check_space

    check_space(space, n=20)

In pytest, a subclass has one test for each promise:

    class TestMine(SpaceConformance):
        space = ns.read_space("mine.yaml")
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from netspace.architecture import Architecture
from netspace.complexity import Complexity, complexity
from netspace.errors import NetspaceError, SpaceError
from netspace.random import stream
from netspace.spaces import DesignSpace, Population
from netspace.spaces.distributions import Distribution
from netspace.spaces.restrictions import table_of
from netspace.spaces.training import recipe_values

DRAWS = 256
"""Draws that are looked at: some give no network in a space of lines."""

MOST_DRAWS = 64 * DRAWS
"""Draws after which a space counts as one without networks."""

BUILT = 3
"""Networks that are built: those with the fewest, the middle and the most flops."""

TRAINED = 50e6
"""Multiply-adds up to which a network is also run with numbers, forwards and backwards."""

QUANTITIES = ("flops", "params", "acts")


class ConformanceError(AssertionError):
    """A design space that breaks a promise."""


def check_space(
    space: DesignSpace, *, n: int = 20, budget: Mapping[str, Any] | None = None, seed: int = 0
) -> dict[str, str]:
    """Checks that a design space keeps every promise that sampling, counting, training and analysis rely on.

    Args:
        space: yours.
        n: how many networks to sample; not more than it has.
        budget: of the sample, as `DesignSpace.sample` takes it: ``{"flops": (4e6, 6e6)}``.
        seed: of the draws.

    Returns:
        For each promise, what was looked at.

    Raises:
        ConformanceError: promises are broken; the message says which, by which draw, and what to look at.

    Example:
        >>> import netspace as ns
        >>> space = ns.get_space("anynetx_d", image_size=16, stem="cifar", num_stages=2)
        >>> list(check_space(space, n=4, budget={"flops": (None, 5e6)}))[:3]
        ['decodes', 'builds', 'fits_one_data_set']
    """
    case = _Case(space, n, dict(budget or {}), seed)
    found: dict[str, str] = {}
    broken: list[str] = []
    for name, check in CHECKS.items():
        try:
            found[name] = _checked(check, name, case)
        except ConformanceError as error:
            broken.append(str(error))
    if broken:
        raise ConformanceError("\n\n".join(broken))
    return found


class SpaceConformance:
    """A test for each promise: subclass it with your ``space``, as an attribute or a property.

    Attributes:
        space: yours.
        n: how many networks to sample; not more than it has.
        budget: of the sample, as `DesignSpace.sample` takes it.
        seed: of the draws.

    Example:
        >>> import netspace as ns
        >>> class TestMine(SpaceConformance):
        ...     space = ns.get_space("anynetx_a", image_size=16, stem="cifar")
        ...     budget = {"flops": (None, 5e6)}
        >>> TestMine().test_frame()
    """

    space: DesignSpace
    n: int = 20
    budget: Mapping[str, Any] = {}
    seed: int = 0

    def test_decodes(self) -> None:
        """Every valid draw is an architecture, whatever is drawn beside it, and comes back from JSON the same."""
        self._check("decodes")

    def test_builds(self) -> None:
        """Its module gives a row of logits for each image, and gradients."""
        self._check("builds")

    def test_fits_one_data_set(self) -> None:
        """All of its networks take images of as many channels, and tell as many classes apart."""
        self._check("fits_one_data_set")

    def test_counts_agree(self) -> None:
        """The batch's cost, the network's own and a count on its module are the same."""
        self._check("counts_agree")

    def test_same_seed_same_sample(self) -> None:
        """A seed gives the same networks again, with more workers too, and a smaller sample is the first of them."""
        self._check("same_seed_same_sample")

    def test_sample_meets_its_budget(self) -> None:
        """All of a sample are inside the budget, and no two are the same."""
        self._check("sample_meets_its_budget")

    def test_narrow_is_a_subset(self) -> None:
        """What a narrowed space draws satisfies it, and the space can draw it too."""
        self._check("narrow_is_a_subset")

    def test_fix_is_a_subset(self) -> None:
        """A parameter that is fixed has that value alone."""
        self._check("fix_is_a_subset")

    def test_restrict_keeps_what_it_says(self) -> None:
        """A restricted space has just those of the networks that keep the rule."""
        self._check("restrict_keeps_what_it_says")

    def test_frame(self) -> None:
        """The table of a sample has a row of finite numbers for each network."""
        self._check("frame")

    def test_size(self) -> None:
        """Bounds of its size are in order, and a narrowed space is not larger."""
        self._check("size")

    def _check(self, name: str) -> None:
        space = getattr(self, "space", None)
        if not isinstance(space, DesignSpace):
            raise SpaceError(f"{type(self).__name__}.space is {space!r:.60}: give it a DesignSpace")
        _checked(CHECKS[name], name, _Case(space, self.n, dict(self.budget), self.seed))


@dataclass(frozen=True)
class _Case:
    """A space, and how it is looked at."""

    space: DesignSpace
    n: int
    budget: dict[str, Any] = field(default_factory=dict)
    seed: int = 0

    def sample(self, n: int | None = None, seed: int | None = None, **options: Any) -> Population:
        given = self.budget | options
        return self.space.sample(self.n if n is None else n, seed=self.seed if seed is None else seed, **given)

    @cached_property
    def population(self) -> Population:
        return self.sample()

    def draws(self, space: DesignSpace) -> tuple[dict[str, NDArray[Any]], Any, NDArray[np.intp]]:
        """Gives parameters, networks and the indices of valid ones, of as many draws as it takes to find one."""
        random = stream(self.seed, "conformance")
        for _ in range(MOST_DRAWS // DRAWS):
            parameters = dict(space.parameters(random.random((DRAWS, space.draws))))
            networks, valid = space.decode(parameters)
            kept = np.flatnonzero(valid)
            if len(kept):
                return parameters, networks, kept
        raise _broken(f"no network in {MOST_DRAWS:,} draws of {space.name}", "ranges that exclude each other")

    @cached_property
    def distributions(self) -> dict[str, Distribution]:
        """Each parameter that may have several values."""
        known = {k: v for component in self.space.components for k, v in component.distributions.items()}
        return {name: each for name, each in known.items() if not each.is_fixed}


Check = Callable[[_Case], str]


def _decodes(case: _Case) -> str:
    parameters, networks, kept = case.draws(case.space)
    for name, column in parameters.items():
        _require(np.shape(column) == (DRAWS,), f"parameter {name} has shape {np.shape(column)}, not ({DRAWS},)")
        _require(bool(np.isfinite(column).all()), f"parameter {name} is not a finite number in every draw")
    _require(len(networks) == DRAWS, f"{DRAWS} draws decode to {len(networks)} networks")
    for i in kept[: case.n].tolist():
        _decodes_alone(case.space, _row(parameters, i), networks, i)
    return f"{len(kept)} of {DRAWS} draws are networks; {min(case.n, len(kept))} were read back from JSON"


def _decodes_alone(space: DesignSpace, own: dict[str, Any], networks: Any, i: int) -> None:
    with _telling(own):
        network = networks[i]
        _require(isinstance(network, Architecture), f"the draw gives {network!r:.80}, no Architecture")
        again = Architecture.from_json(network.to_json())
        _require(again == network, f"from JSON it comes back as another: {again}", "numbers that are not plain")
        _require(again.id == network.id, f"from JSON it has id {again.id}, not {network.id}")
        alone, valid = space.decode({name: np.array([value]) for name, value in own.items()})
        _require(bool(np.all(valid)), "alone the draw is not valid", "a decode that depends on the other draws")
        _require(
            alone[0].id == network.id,
            f"alone the draw gives another network: {alone[0].to_json()}",
            "a decode that depends on the other draws, or on chance",
        )


def _builds(case: _Case) -> str:
    import torch

    from netspace.networks import build

    chosen = _spread(case.population)
    for i in chosen:
        network = case.population[i]
        with _telling(_row(case.population.parameters, i), network):
            images = (2, network.in_channels, network.image_size, network.image_size)
            with torch.device("meta"):
                shape = tuple(build(network).eval()(torch.zeros(images)).shape)
            wanted = (2, network.num_classes or network.num_features)
            _require(shape == wanted, f"2 images give an output of shape {shape}, not {wanted}", "the block's forward")
            if case.population.complexity.flops[i] <= TRAINED:
                _trains(build(network, seed=0), images)
    return f"{len(chosen)} networks were built and run"


def _fits_one_data_set(case: _Case) -> str:
    population = case.population
    first, rows = population[0], zip(population, range(len(population)), strict=True)
    for network, i in rows:
        with _telling(_row(population.parameters, i)):
            for name in ("in_channels", "num_classes"):
                wanted, found = getattr(first, name), getattr(network, name)
                _require(
                    found == wanted,
                    f"a network has {name}={found}, and another {wanted}: no data set fits both",
                    "what makes the networks: both numbers are of the data, and the same in all",
                )
    return f"{len(population)} networks take {first.in_channels} channels and give {first.num_classes} classes"


def _trains(module: Any, images: tuple[int, ...]) -> None:
    import torch

    generator = torch.Generator().manual_seed(0)
    loss = module.train()(torch.randn(images, generator=generator)).square().mean()
    loss.backward()
    wrong = [name for name, p in module.named_parameters() if p.grad is None or not bool(p.grad.isfinite().all())]
    _require(bool(loss.isfinite()), "its output is no number for random images", "the initialization: init_weights()")
    _require(
        not wrong, f"it has no gradient, or none that is a number, in {wrong[:1]}", "layers that forward leaves out"
    )


def _counts_agree(case: _Case) -> str:
    import torch

    from netspace.networks import build, count

    population, built = case.population, _spread(case.population)
    for i, network in enumerate(population):
        with _telling(_row(population.parameters, i), network):
            own = complexity(network)
            _agree(_at(population.complexity, i), own, "the batch's cost", "its own")
            if i in built:
                with torch.device("meta"):
                    counted = count(build(network), network.image_size, network.in_channels)
                _agree(own, counted, "the closed form", "a count on its module")
    return f"{len(population)} networks counted in both ways, {len(built)} on their modules too"


def _agree(a: Complexity, b: Complexity, first: str, second: str) -> None:
    _require(
        a == b, f"{first} is {a}, and {second} {b}", "the cost=... that its block was registered with, or leave it out"
    )


def _same_seed_same_sample(case: _Case) -> str:
    first = _identities(case.population)
    less = max(1, case.n // 2)
    for what, other, wanted in (
        ("again", case.sample(), first),
        (f"of {less} networks, not {case.n}", case.sample(less), first[:less]),
        ("with 2 workers", case.sample(workers=2), first),
        ("in pieces", _joined(case.space.stream(case.n, seed=case.seed, **case.budget)), first),
    ):
        found = other if isinstance(other, list) else _identities(other)
        at = next((i for i, (a, b) in enumerate(zip(found, wanted, strict=False)) if a != b), None)
        _require(
            found == wanted,
            f"the same seed {what} gives another sample, first at index {at}: {found[at or 0]}, not {wanted[at or 0]}",
            "random numbers, or anything kept from call to call, inside the space",
        )
    return f"{len(first)} networks, four times"


def _sample_meets_its_budget(case: _Case) -> str:
    budget, n = (case.budget, case.n) if case.budget else _middle(case.population.complexity.flops)
    population = replace(case, budget=budget, n=n).sample()
    limits = population.origin.budget
    for name in (name for name in QUANTITIES if name in limits):
        low, high = (
            default if end is None else end for end, default in zip(limits[name], (-np.inf, np.inf), strict=True)
        )
        column = getattr(population.complexity, name)
        out = np.flatnonzero((column < low) | (column > high))
        with _telling(_row(population.parameters, int(out[0])) if len(out) else {}):
            _require(not len(out), f"{name} of {column[out[:1]]} are outside {limits[name]}")
    found = _identities(population)
    twice = [each for each in found if found.count(each) > 1]
    _require(not twice, f"a network is there twice: {twice[:1]}")
    return f"{len(population)} different networks inside {dict(limits)}"


def _middle(flops: NDArray[np.int64]) -> tuple[dict[str, Any], int]:
    """Gives a budget that the middle half of some networks meet, and how many these are."""
    ordered = np.sort(flops)
    low, high = int(ordered[len(ordered) // 4]), int(ordered[3 * len(ordered) // 4])
    return {"flops": (low, high)}, int(((low <= flops) & (flops <= high)).sum())


def _narrow_is_a_subset(case: _Case) -> str:
    for name, distribution in case.distributions.items():
        values, middle = distribution.values, (len(distribution.values) - 1) // 2
        halves = [(values[0], values[middle]), (values[middle + 1], values[-1])]
        found = [_is_subset(case, name, *half) for half in halves]
        _require(any(found), f"neither narrow({name}={halves[0]}) nor narrow({name}={halves[1]}) has any network")
    return f"both halves of {len(case.distributions)} parameters"


def _is_subset(case: _Case, name: str, low: float, high: float) -> bool:
    """Checks a half of a parameter's values; ``False``: no network has them."""
    try:
        narrowed = case.space.narrow(**{name: (low, high)})
        parameters, networks, kept = case.draws(narrowed)
    except (SpaceError, ConformanceError):
        return False
    mine, valid = case.space.decode(parameters)
    for i in kept[: case.n].tolist():
        with _telling(_row(parameters, i)):
            what = f"narrow({name}=({low:g}, {high:g}))"
            _require(low <= parameters[name][i] <= high, f"{what} draws {name} = {parameters[name][i]}")
            _require(bool(valid[i]), f"{what} draws a network that the space itself calls invalid")
            _require(mine[i].id == networks[i].id, f"{what} decodes the same parameters to another network")
            for other, each in case.distributions.items():
                _require(
                    parameters[other][i] in each.values, f"{what} draws {other} = {parameters[other][i]}, a new value"
                )
    return True


def _fix_is_a_subset(case: _Case) -> str:
    population = case.population
    for name in case.distributions:
        value = population.parameters[name][0].item()
        fixed = case.space.fix(**{name: value})
        parameters, _, kept = case.draws(fixed)
        other = parameters[name][kept][parameters[name][kept] != value]
        _require(not len(other), f"fix({name}={value:g}) draws {name} = {other[:1]}")
        _require(fixed.dimensions <= case.space.dimensions, f"fix({name}={value:g}) has more dimensions than the space")
    return f"{len(case.distributions)} parameters"


def _restrict_keeps_what_it_says(case: _Case) -> str:
    limit = int(np.median(case.population.complexity.flops))
    u = stream(case.seed, "conformance").random((DRAWS // 4, case.space.draws))
    every, kept = case.space.evaluate(u), case.space.restrict(f"flops <= {limit}").evaluate(u)
    wanted = every.rows[every.complexity.flops <= limit]
    _require(
        kept.rows.tolist() == wanted.tolist(),
        f"restrict(flops <= {limit}) keeps draws {kept.rows.tolist()[:9]}, not {wanted.tolist()[:9]}",
    )
    for rule in case.space.restrictions:
        mask = rule.mask(table_of(every.parameters, every.networks, every.complexity), every.networks)
        _require(bool(mask.all()), f"a network that is drawn does not keep restrict({rule.text})")
    return f"{len(kept.rows)} of {len(every.rows)} networks have at most {limit} flops"


def _frame(case: _Case) -> str:
    frame = case.population.frame()
    clash = sorted(set(case.population.parameters) & set(QUANTITIES))
    _require(not clash, f"a parameter is called {clash[:1]}, as what a network costs is", "another name for it")
    _require(len(frame) == case.n, f"a sample of {case.n} has a table of {len(frame)} rows")
    for name in frame:
        column = frame[name].to_numpy()
        is_good = np.issubdtype(column.dtype, np.number) and bool(np.isfinite(column).all())
        _require(is_good, f"column {name} of the table is not finite numbers: {column[:3]}")
    return f"{len(frame)} rows of {len(frame.columns)} columns"


def _size(case: _Case) -> str:
    whole = case.space.size()
    _require(whole.low <= whole.high, f"its size is from {whole.low} to {whole.high}")
    halves = {k: (v.values[0], v.values[len(v.values) // 2]) for k, v in case.distributions.items()}
    try:
        part = case.space.narrow(**halves).size() if halves else whole
    except SpaceError:
        return str(whole)  # the halves exclude each other, and nothing is left
    is_estimate = part.confidence is not None or whole.confidence is not None
    _require(
        is_estimate or part.low <= whole.high,
        f"narrow({halves}) has at least {part.low} networks, and the space at most {whole.high}",
    )
    return str(whole)


CHECKS: dict[str, Check] = {
    "decodes": _decodes,
    "builds": _builds,
    "fits_one_data_set": _fits_one_data_set,
    "counts_agree": _counts_agree,
    "same_seed_same_sample": _same_seed_same_sample,
    "sample_meets_its_budget": _sample_meets_its_budget,
    "narrow_is_a_subset": _narrow_is_a_subset,
    "fix_is_a_subset": _fix_is_a_subset,
    "restrict_keeps_what_it_says": _restrict_keeps_what_it_says,
    "frame": _frame,
    "size": _size,
}
"""Every promise, and what checks it."""


def _checked(check: Check, name: str, case: _Case) -> str:
    """Runs one check; whatever goes wrong inside the space is told as a broken promise."""
    where = f"{case.space.name}: {name.replace('_', ' ')}"
    try:
        return check(case)
    except ConformanceError as error:
        raise ConformanceError(f"{where}: {error}") from None
    except NetspaceError as error:
        raise ConformanceError(f"{where}: {error}") from error
    except Exception as error:
        raise ConformanceError(f"{where}: {type(error).__name__}: {error}") from error


def _require(good: bool, what: str, look_at: str = "") -> None:
    if not good:
        raise _broken(what, look_at)


def _broken(what: str, look_at: str = "") -> ConformanceError:
    return ConformanceError(f"{what}.\n  Look at {look_at}." if look_at else f"{what}.")


@contextmanager
def _telling(parameters: Mapping[str, Any], network: Architecture | None = None) -> Iterator[None]:
    """Adds the draw to whatever goes wrong inside."""
    try:
        yield
    except Exception as error:
        said = str(error) if isinstance(error, NetspaceError | ConformanceError) else f"{type(error).__name__}: {error}"
        draw = ", ".join(f"{name}={value:g}" for name, value in parameters.items())
        lines = [said, f"The draw: {draw}."] + ([f"The network: {network.to_json()}"] if network else [])
        raise ConformanceError("\n  ".join(lines)) from error


def _row(parameters: Mapping[str, NDArray[Any]], i: int) -> dict[str, Any]:
    return {name: column[i] for name, column in parameters.items()}


def _at(cost: Complexity, i: int) -> Complexity:
    return Complexity(*(int(getattr(cost, name)[i]) for name in QUANTITIES))


def _spread(population: Population) -> list[int]:
    """Gives the indices of the cheapest, the middle and the dearest network."""
    order = np.argsort(population.complexity.flops, kind="stable")
    return sorted({int(order[i]) for i in np.linspace(0, len(order) - 1, BUILT).round().astype(int)})


def _identities(population: Population) -> list[tuple[str, tuple[tuple[str, Any], ...]]]:
    """Gives what tells networks apart: what they are, and how they are trained."""
    rows = [_row(population.parameters, i) for i in range(len(population))]
    return [
        (network.id, tuple((k, v.item()) for k, v in row.items() if k == "seed" or k in recipe_values(row)))
        for network, row in zip(population, rows, strict=True)
    ]


def _joined(pieces: Iterator[Population]) -> list[tuple[str, tuple[tuple[str, Any], ...]]]:
    return [each for piece in pieces for each in _identities(piece)]

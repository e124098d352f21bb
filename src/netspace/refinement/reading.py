"""Reading a space and a population as plain arrays: columns, the trained sample, and a pool of untrained draws."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from netspace.analysis.observations import check_percent, read_floats, refuse_flags
from netspace.complexity import ArchitectureBatch, ArchitectureList
from netspace.errors import AnalysisError, SpaceError
from netspace.populations.imported import error_split, is_imported, name_errors
from netspace.random import derive_seed, stream
from netspace.refinement.belonging import check_values
from netspace.refinement.columns import DERIVED, MOST_OPTIONS, Array, Column, read_columns
from netspace.spaces.components import PerStage
from netspace.spaces.distributions import as_distribution
from netspace.spaces.restrictions import line_errors

if TYPE_CHECKING:
    from netspace.spaces import DesignSpace, Population

Table = Mapping[str, NDArray[Any]]

FEWEST = 20
"""Networks that a refinement needs."""

MOST = 1000
"""Networks that are looked at, at most: time grows with their cube."""

FEWEST_DRAWS = 100
"""Untrained draws that a pool needs."""

_RESERVED = ("error", "index", "id", "status", "test_error", "seconds", "images_per_second", "attempts", "reason")
"""Columns of records that are no parameters."""


@dataclass(frozen=True, eq=False)
class Problem:
    """A sample and a pool of one space, as arrays.

    Attributes:
        columns: of the tables, p.
        table: (n, p) the trained networks.
        errors: (n,) their errors.
        pool: (m, p) untrained draws of the same space.
        failed: networks left out, as they have no error.
        notes: what may keep the sample from being a plain draw of the space.
        error_name: what pictures call the errors, by the split that the records tell.
    """

    columns: list[Column]
    table: Array
    errors: Array
    pool: Array
    failed: int = 0
    notes: tuple[str, ...] = ()
    error_name: str = "validation error"

    def __post_init__(self) -> None:
        n, p = len(self.errors), len(self.columns)
        if not p:
            raise AnalysisError("no column of the space varies, so that there is nothing to refine")
        if self.table.shape != (n, p) or self.pool.shape[1:] != (p,):
            raise AnalysisError(
                f"{p} columns and {n} errors need a table of shape ({n}, {p}) and a pool of shape (m, {p}): given "
                f"{self.table.shape} and {self.pool.shape}"
            )
        _check_enough(n, self.failed)
        if np.ptp(self.errors) == 0:
            raise AnalysisError(
                f"the errors of all {n} networks are {self.errors[0]:g}: without a spread, none is better.\n"
                "  Train for longer, or on other data."
            )

    @property
    def positive(self) -> Array:
        """The errors, moved to above 0 where one is not: differences stay what they are."""
        least = self.errors.min()
        return self.errors if least > 0 else self.errors - least + self.errors.std()


def read_problem(
    space: Any,
    population: Any,
    *,
    pool: int,
    seed: int,
    choices: Sequence[str] = (),
    like: Mapping[str, Sequence[str]] | None = None,
    line: bool | None = None,
    budget: Mapping[str, Any] | None = None,
) -> Problem:
    """Reads what `refine` takes.

    Raises:
        AnalysisError: columns are missing or unknown, the sample is too small, has no spread, or values that the space
            cannot have, or errors that are no percentages.
        SpaceError: the space cannot be drawn from.
    """
    if isinstance(pool, bool) or not isinstance(pool, int) or pool < FEWEST_DRAWS:
        raise AnalysisError(f"pool must be a whole number of at least {FEWEST_DRAWS}, such as 4096: given {pool!r}")
    sample = _sample_columns(population)
    errors = _errors(sample["error"])
    finished = used = np.flatnonzero(np.isfinite(errors))
    _check_enough(len(finished), len(errors) - len(finished))
    facts = {**getattr(population, "facts", {}), **({} if budget is None else {"budget": budget})}
    with_line = (_wants_line(space) if line is None else line) and have_widths(population)
    drawn, notes = _pool(space, sample, facts, pool, seed, with_line)
    if "e_fit" in drawn and "e_fit" not in sample:
        sample["e_fit"] = read_line_errors(population)
    drawn = {name: column for name, column in drawn.items() if name in sample and name not in _RESERVED}
    if not drawn:
        raise AnalysisError(
            f"the population has none of the space's columns: it has {', '.join(map(str, sample))}.\n"
            "  Give it those that the space was drawn by."
        )
    if len(finished) > MOST:
        used = np.sort(stream(seed, "refine").choice(finished, MOST, replace=False))
        notes = (*notes, f"{MOST:,} of {len(finished):,} networks are looked at, drawn at random")
    notes = (*notes, *check_values(space, {name: sample[name][used] for name in drawn}, drawn))
    unknown = _unknown(drawn, {name: sample[name][used] for name in drawn})
    drawn = {name: column for name, column in drawn.items() if name not in unknown}
    read = read_columns(drawn, choices, like)
    columns = [c for c in read if c.kind == "number" or len(np.unique(c.coded(drawn[c.name]))) <= MOST_OPTIONS]
    left_out = [c.name for c in read if c not in columns]
    notes = (*notes, *(f"{name} is left out: it has more than {MOST_OPTIONS} options" for name in left_out))
    notes = (*notes, *(f"{name} is left out: {why}" for name, why in unknown.items()))
    return Problem(
        columns=columns,
        table=stacked(columns, {c.name: np.asarray(sample[c.name])[used] for c in columns}),
        errors=errors[used],
        pool=stacked(columns, drawn),
        failed=len(errors) - len(finished),
        notes=notes,
        error_name=name_errors([error_split(facts)]),
    )


def stacked(columns: Sequence[Column], table: Mapping[str, Any]) -> Array:
    """Gives named columns as one (n, p) array of floats, choices by their codes.

    Raises:
        AnalysisError: a column is missing, or no number.
    """
    missing = [column.name for column in columns if column.name not in table]
    if missing:
        raise AnalysisError(f"the table has no column {missing[0]!r}: it has {', '.join(map(str, table))}")
    rows = len(next(iter(table.values()), ()))
    coded = [column.coded(table[column.name]) for column in columns]
    return np.column_stack(coded) if coded else np.empty((rows, 0))


def named_columns(given: Any) -> dict[str, Any]:
    """Gives records, a population, a DataFrame or a mapping as columns by name.

    Raises:
        AnalysisError: it is none of these.
    """
    given = given.frame() if hasattr(given, "frame") else given
    if not isinstance(given, Mapping) and not hasattr(given, "columns"):
        raise AnalysisError(f"a table is records, a DataFrame or a mapping of columns: given a {type(given).__name__}")
    return {name: np.asarray(given[name]) for name in given}


def is_space(space: Any) -> bool:
    """Whether it is a `DesignSpace`."""
    from netspace.spaces import DesignSpace

    return isinstance(space, DesignSpace)


def read_line_errors(networks: Any) -> Array:
    """Gives the distance of the widths from a quantized line of each network of records or a population, (n,).

    Raises:
        AnalysisError: the blocks of a network are not known.
    """
    if hasattr(networks, "facts"):
        if not have_widths(networks):
            raise AnalysisError(
                f"the blocks of the networks of {networks.name!r} are not known, and so not how far they are from a "
                "line (e_fit): leave e_fit out (line=False; --no-line)"
            )
        return line_errors(ArchitectureList(tuple(record.architecture for record in networks)))
    drawn = networks.networks
    return line_errors(drawn if isinstance(drawn, ArchitectureBatch) else ArchitectureList(tuple(drawn)))


def _sample_columns(population: Any) -> dict[str, Any]:
    sample = named_columns(population)
    if "error" not in sample:
        raise AnalysisError(f"the population has no column 'error': it has {', '.join(map(str, sample))}")
    return sample


def _errors(values: Any) -> Array:
    """Gives errors in percent, NaN where a network failed."""
    what = "errors of the population"
    refuse_flags(values, what)
    errors = read_floats(values, what)
    check_percent(errors, what)
    return errors


def _check_enough(finished: int, failed: int) -> None:
    if finished < FEWEST:
        raise AnalysisError(
            f"a space is refined from at least {FEWEST} finished networks: given {finished}"
            f"{f', and {failed} that failed' if failed else ''}.\n"
            "  Train more of it; 100 are a good number."
        )


def _unknown(drawn: Table, sample: Table) -> dict[str, str]:
    """Says which columns are left out, as they are not known: of any network, or if they follow from others, of some.

    Those that follow from others are flops, params, acts, and the distance from a line.
    """
    found = {}
    for name in drawn:
        for what, values in (("networks", sample[name]), ("draws", drawn[name])):
            count = int((~np.isfinite(_as_numbers(values))).sum())
            is_nothing = count == len(values) and np.asarray(values).dtype.kind == "f"
            if is_nothing or (count and name in DERIVED):
                every = "any of the" if count == len(values) else f"{count:,} of the {len(values):,}"
                found[name] = f"it is not known of {every} {what}"
                break
    return found


def _as_numbers(values: Any) -> Array:
    """Gives values as floats; words are not known."""
    try:
        return np.asarray(values, np.float64)
    except (TypeError, ValueError):
        return np.full(len(values), np.nan)


def have_widths(population: Any) -> bool:
    """Whether these are records of networks whose blocks are known."""
    return hasattr(population, "facts") and all(record.architecture.stages for record in population)


def _wants_line(space: Any) -> bool:
    """Whether the stages of a space draw widths and depths apart, so that a line may be the better rule."""
    if not is_space(space):
        return False
    apart = {c.attribute for c in space.components if isinstance(c, PerStage) and c.rule != "shared" and c.dimensions}
    return {"width", "depth"} <= apart


def _pool(
    space: Any, sample: Table, facts: Mapping[str, Any], n: int, seed: int, line: bool
) -> tuple[dict[str, Any], tuple[str, ...]]:
    """Draws the pool, and says what sets the sample apart from it."""
    if is_space(space):
        return _drawn(space, facts, n, seed, line), _notes(space, facts)
    if hasattr(space, "columns") or hasattr(space, "frame"):
        return named_columns(space), ()
    if isinstance(space, Mapping):
        missing = [name for name in space if name not in sample]
        if missing:
            raise AnalysisError(f"the population has no column {missing[0]!r}: it has {', '.join(map(str, sample))}")
        return {name: _independent(name, given, n, seed) for name, given in space.items()}, ()
    raise SpaceError(
        "a space to refine is a DesignSpace, a mapping of columns to distributions, or a DataFrame of untrained draws: "
        f"given a {type(space).__name__}"
    )


def _notes(space: "DesignSpace", facts: Mapping[str, Any]) -> tuple[str, ...]:
    """Says what may keep records from being a plain draw of a space."""
    notes = []
    if is_imported(facts):
        notes.append(f"the population was {facts['lineage']}: the promise is for a random sample of {space.name}")
    elif facts.get("lineage") and facts["lineage"] != space.lineage:
        notes.append(f"the population was sampled from {facts['lineage']}, not from {space.lineage}")
    if facts.get("strategy", "random") not in ("random", "quasi"):
        notes.append(f"the population is a {facts['strategy']} sample, and the promise is for a random one")
    return tuple(notes)


def _drawn(space: "DesignSpace", facts: Mapping[str, Any], n: int, seed: int, line: bool) -> dict[str, Any]:
    """Draws from a space under the budget of the population."""
    budget = {name: tuple(pair) for name, pair in (facts.get("budget") or {}).items()}
    if "latency" in budget:
        raise SpaceError(
            "the population was sampled under a budget on latency, which cannot be drawn again without what predicted "
            "it: give space.sample(4096, latency=..., runtime=...).frame() as the space"
        )
    pieces = _pieces(space, n, seed, budget)
    frames = [named_columns(piece) for piece in pieces]
    columns = {name: np.concatenate([frame[name] for frame in frames]) for name in frames[0]}
    if line:
        columns["e_fit"] = np.concatenate([read_line_errors(piece) for piece in pieces])
    return columns


def _pieces(space: "DesignSpace", n: int, seed: int, budget: Mapping[str, Any]) -> "list[Population]":
    """Gives n networks of a space, or all that it has, if those are some."""
    found: list[Population] = []
    try:
        for piece in space.stream(n, seed=derive_seed(seed, "refine"), **budget):
            found.append(piece)  # noqa: PERF402 (what came before an error is kept)
    except SpaceError:
        if sum(map(len, found)) < FEWEST:
            raise
    return found


def _independent(name: str, given: Any, n: int, seed: int) -> NDArray[Any]:
    """Draws a column of a table whose columns are independent."""
    generator = stream(seed, "refine", name)
    if isinstance(given, Iterable) and not isinstance(given, str):
        options = list(given)
        if any(isinstance(option, str | bool) for option in options):
            return np.array(options, object)[generator.integers(0, len(options), n)]
    try:
        return as_distribution(given).quantile(generator.random(n))
    except SpaceError as error:
        raise SpaceError(f"column {name!r}: {error}") from None

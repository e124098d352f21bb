"""From a space and a trained sample of it to a smaller space, the evidence for it, and a promise."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from netspace.analysis import edf
from netspace.errors import AnalysisError
from netspace.figures.moves import Evidence, plot_moves
from netspace.figures.theme import error_labels
from netspace.refinement.applying import Operation, applied, operations
from netspace.refinement.columns import Array, Column, Mask, dimensions
from netspace.refinement.model import Model
from netspace.refinement.moves import Move, candidate_moves
from netspace.refinement.promise import SAFETY, Promise, normal_quantile, nothing, promise
from netspace.refinement.reading import Problem, is_space, named_columns, read_line_errors, read_problem, stacked
from netspace.refinement.walk import insides, walk

if TYPE_CHECKING:
    from netspace.figures import Picture
    from netspace.spaces import DesignSpace

SMALLEST = 0.01
"""Share of the space that is left at least."""

POOLED = (
    "Points saved: by how much the mean error of all networks shown exceeds that of the kept, as the model estimates "
    "it from the whole sample; the raw means of few networks may differ."
)
"""What a picture of evidence says of its numbers."""


@dataclass(frozen=True, eq=False, repr=False)
class MoveEffect:
    """A move with what it is expected to do, alone on the whole space or as a step after others.

    Attributes:
        move: the move.
        effect: points by which the mean error falls.
        low: lower end of its interval: the model's posterior, whose effects are shrunk, so that large ones may be
            picked, and what the residuals of as many networks as are inside leave open, in case the model is wrong.
        high: upper end.
        share: of the networks before, how many it keeps.
        orders: orders of magnitude of size that it saves.
        dimensions: dimensions that it saves.
        problem: the sample it was found on.
        left: (n,) the networks of the sample that the moves before left; ``None``: all.
    """

    move: Move
    effect: float
    low: float
    high: float
    share: float
    orders: float
    dimensions: int
    problem: Problem
    left: Mask | None = None

    @cached_property
    def evidence(self) -> Evidence:
        """The picture that shows why: the trained networks, of a step those that the moves before left."""
        left = slice(None) if self.left is None else self.left
        table, errors = self.problem.table[left], self.problem.errors[left]
        inside = self.move.keeps(table)
        column = self.problem.columns[self.move.columns[0]]
        return Evidence(
            name=self.move.measured,
            x=self.move.measure(table),
            options=column.options if self.move.kind == "drop" else (),
            errors=errors,
            inside=inside,
            kept=edf(errors[inside]) if inside.any() else None,
            dropped=edf(errors[~inside]) if not inside.all() else None,
            of=len(self.problem.errors),
        )

    def figure(self) -> "Picture":
        """Draws the evidence: error against what the move looks at, and the distributions it keeps and drops."""
        return _drawn({str(self): self.evidence}, self.problem)

    def __str__(self) -> str:
        saved = f"{self.effect:.2f} points [{self.low:.2f}, {self.high:.2f}]"
        return f"{self.move}: {saved}, keeps {100 * self.share:.3g} %{_fewer(self.dimensions)}"

    def __repr__(self) -> str:
        return f"<MoveEffect {self}>"


def _drawn(moves: Mapping[str, Evidence], problem: Problem, title: str = "") -> "Picture":
    picture = plot_moves(moves, title=title, note=POOLED)
    return picture.relabeled(error_labels(problem.error_name))


@dataclass(frozen=True, eq=False, repr=False)
class Refinement:
    """A smaller space, how it came about, and what it promises.

    Attributes:
        problem: the sample and the pool.
        model: of the errors, fitted to the sample.
        candidates: every move that was tried.
        pool_keeps: (candidates, m) which networks of the pool each of them keeps.
        picked: places of the moves taken among the candidates.
        promise: by how much the mean error of the smaller space is lower.
        floor: the least share of the space that was to be left.
        original: the design space; ``None``: a table.
        is_proposed: whether the walk picked the moves; else someone did.
    """

    problem: Problem
    model: Model
    candidates: tuple[Move, ...]
    pool_keeps: Mask
    picked: tuple[int, ...]
    promise: Promise
    floor: float
    original: "DesignSpace | None" = None
    is_proposed: bool = False

    @cached_property
    def moves(self) -> tuple[MoveEffect, ...]:
        """Every move that was tried, alone on the whole space, the greatest effect first; made on first use.

        Moves that keep less than the floor could not be taken, and too few networks tell of them.
        """
        shares = self.pool_keeps.mean(1)
        some = np.flatnonzero((shares >= self.floor) & (shares < 1)).tolist()
        everything = np.ones((len(some), len(self.problem.pool)), bool)
        effects = self._effects(some, everything, self.pool_keeps[some], [None] * len(some))
        return tuple(sorted(effects, key=lambda each: -each.effect))

    @cached_property
    def steps(self) -> tuple[MoveEffect, ...]:
        """The moves taken, each with what it does after those before it."""
        if not self.picked:
            return ()
        left, kept = np.array(insides(self.pool_keeps, self.picked)), [m.keeps(self.problem.table) for m in self._taken]
        sample = insides(np.array(kept), range(len(kept)))
        return tuple(self._effects(self.picked, left[:-1], left[1:], sample[:-1]))

    @cached_property
    def space(self) -> "DesignSpace | None":
        """The refined design space, its lineage telling of the moves; ``None`` of a table.

        Raises:
            SpaceError: a move cannot be made on the space.
        """
        if self.original is None:
            return None
        return applied(self.original, self._taken)

    @property
    def operations(self) -> list[Operation]:
        """The operations that make `space` of the original one, as a space file has them; none of a table.

        Raises:
            SpaceError: a move cannot be made on the space.
        """
        return [] if self.original is None else operations(self.original, self._taken)

    @property
    def share(self) -> float:
        """Share of the space that is left, by the pool."""
        return float(self._inside.mean())

    @property
    def orders(self) -> float:
        """Orders of magnitude by which the space is smaller, by the pool."""
        return float(-np.log10(self.share))

    @property
    def dimensions(self) -> int:
        """How many dimensions fewer it has: columns that are fixed, or follow a like one."""
        columns, pool = self.problem.columns, self.problem.pool
        return dimensions(columns, pool) - dimensions(columns, pool[self._inside])

    def keeps(self, table: Array) -> Mask:
        """Says which rows of an array (n, p) of the problem's columns lie in the refined space."""
        return np.logical_and.reduce(
            [np.ones(len(table), bool), *(self.candidates[i].keeps(table) for i in self.picked)]
        )

    def contains(self, table: Any) -> Mask:
        """Says which networks lie in the refined space, (n,).

        Args:
            table: records, a sampled population, a DataFrame or a mapping of columns by name.

        Raises:
            AnalysisError: a column that the moves look at is missing, as of networks of another space.
        """
        given = named_columns(table)
        looked = {j for i in self.picked for j in self.candidates[i].columns}
        needed = [self.problem.columns[j] for j in sorted(looked)]
        names = [column.name for column in needed]
        if "e_fit" in names and "e_fit" not in given and hasattr(table, "frame"):
            given["e_fit"] = read_line_errors(table)
        given = _by_stage(given, names)
        _check_looked_at(given, names)
        rows = np.zeros((len(next(iter(given.values()), ())), len(self.problem.columns)))
        if needed:
            rows[:, sorted(looked)] = stacked(needed, given)
        return self.keeps(rows)

    def take(self, *moves: MoveEffect | Move | str) -> "Refinement":
        """Gives the refinement by moves of your own choice, with its promise; none: the space as it is.

        The model shrinks every effect, which answers for picking the largest of them; it knows nothing of other
        reasons that a choice may have after looking at the sample. Moves that were chosen before are safe in any case.

        Args:
            *moves: of `moves` or `steps`, or their words, such as ``"depth <= 20"``; one given again counts once.

        Raises:
            AnalysisError: a move is none of those tried, or together they leave fewer than two networks of the pool.
        """
        picked = tuple(dict.fromkeys(self._place(move) for move in moves))
        inside = insides(self.pool_keeps, picked)[-1]
        if inside.sum() < 2:
            raise AnalysisError(
                f"{', '.join(self.candidates[i].text for i in picked)} leave {inside.sum()} networks of {len(inside)}: "
                "take fewer moves"
            )
        return self.taking(picked)

    def taking(self, picked: tuple[int, ...], *, is_proposed: bool = False) -> "Refinement":
        """Gives the refinement by the candidates at ``picked``, with its promise."""
        confidence, errors = self.promise.confidence, self.problem.positive
        made = promise(insides(self.pool_keeps, picked)[-1], self.model, errors, confidence) if picked else None
        promised = made or nothing(confidence, len(errors))
        return replace(self, picked=picked, promise=promised, is_proposed=is_proposed)

    def figure(self) -> "Picture":
        """Draws the evidence of the moves taken; where none is, of the five that gain most, each alone.

        Each step is drawn on the trained networks that those before it left, and each move alone on all of them.
        """
        if self.picked:
            return _drawn({str(each): each.evidence for each in self.steps}, self.problem)
        best = {str(each): each.evidence for each in self.moves[:5]}
        title = f"{self._why_none}; the {len(best)} that gain most, each alone"
        return _drawn(best, self.problem, title)

    def summary(self) -> str:
        """Says in a few lines what was taken and what it promises."""
        failed = f"; failed: {self.problem.failed}, not counted" if self.problem.failed else ""
        notes = "".join(f"\nNote: {note}" for note in self.problem.notes)
        if not self.picked:
            return f"{self._why_none}, n = {self.promise.n}{failed}: the space stays as it is{notes}"
        lines = [f"  {i}. {step}" for i, step in enumerate(self.steps, start=1)]
        size = f"{self.orders:.1f} orders of magnitude{_fewer(self.dimensions)}"
        head = f"mean error falls by {self.promise}{failed}; keeps {100 * self.share:.3g} % of the space ({size})"
        return "\n".join([head, *lines]) + notes

    def __str__(self) -> str:
        return self.summary()

    def __repr__(self) -> str:
        return f"<Refinement: {len(self.picked)} moves, {self.promise}>"

    @property
    def _why_none(self) -> str:
        """Says why there is no step."""
        tried = len(self.candidates)
        return f"no move of {tried} gains enough to be sure of it" if self.is_proposed else "no move is taken"

    @property
    def _taken(self) -> list[Move]:
        return [self.candidates[i] for i in self.picked]

    @property
    def _inside(self) -> Mask:
        return insides(self.pool_keeps, self.picked)[-1]

    def _place(self, move: MoveEffect | Move | str) -> int:
        text = str(move.move if isinstance(move, MoveEffect) else move)
        place = next((i for i, each in enumerate(self.candidates) if each.text == text), None)
        if place is None:
            from difflib import get_close_matches

            known = [each.text for each in self.candidates]
            near = get_close_matches(text, known, n=3)
            said = "; ".join(near or known[:3])
            hint = f"near are {said}" if near else f"there are {len(known)}, such as {said}"
            raise AnalysisError(f"no move {text!r} was tried: {hint}")
        return place

    def _effects(
        self, which: Sequence[int], before: Mask, after: Mask, left: Sequence[Mask | None]
    ) -> list[MoveEffect]:
        """Gives moves with what each does from one part of the pool to another, (moves, m) each.

        ``left`` are the networks of the sample before each.
        """
        expected = self.model.effects(before, after) if len(which) else []
        rows = zip(which, expected, before, after, left, strict=True)
        return [
            replace(self._effect(self.candidates[i], mean, variance, a, b), left=here)
            for i, (mean, variance), a, b, here in rows
        ]

    def _effect(self, move: Move, mean: float, variance: float, before: Mask, after: Mask) -> MoveEffect:
        n, pool, columns = len(self.problem.errors), self.problem.pool, self.problem.columns
        misfit = self.model.residual / n * (1 / after.mean() - 1 / before.mean())
        half = SAFETY * normal_quantile(self.promise.confidence) * float(variance + misfit) ** 0.5
        share = float(after.sum() / before.sum())
        return MoveEffect(
            move=move,
            effect=mean,
            low=mean - half,
            high=mean + half,
            share=share,
            orders=float(-np.log10(share)),
            dimensions=dimensions(columns, pool[before]) - dimensions(columns, pool[after]),
            problem=self.problem,
        )


def _by_stage(given: dict[str, Any], names: Sequence[str]) -> dict[str, Any]:
    """Gives each stage what all share: a space that shares ``width`` has one column, and moves look at the stages'."""
    shared = {name: name.rpartition("_")[0] for name in names if name not in given}
    return given | {name: given[whole] for name, whole in shared.items() if whole in given}


def _check_looked_at(given: Mapping[str, Any], names: Sequence[str]) -> None:
    missing = [name for name in names if name not in given]
    if missing:
        raise AnalysisError(
            f"these networks are none of the refined space: its moves look at {', '.join(missing)}, and they have "
            f"{', '.join(map(str, given))}.\n  Give networks that were sampled from it."
        )


def _fewer(dimensions: int) -> str:
    return f", {dimensions} dimension{'s' if dimensions > 1 else ''} fewer" if dimensions > 0 else ""


def refine(
    space: Any,
    population: Any,
    *,
    floor: float | None = None,
    sure: float = 0.9,
    confidence: float = 0.95,
    choices: Sequence[str] = (),
    like: Mapping[str, Sequence[str]] | None = None,
    line: bool | None = None,
    budget: Mapping[str, Any] | None = None,
    pool: int = 4096,
    seed: int = 0,
) -> Refinement:
    """Refines a space from a trained random sample of it: tries the design moves and takes those that gain.

    Moves share or order what stages have, fix or narrow parameters, drop options or bound how many there are, and limit
    flops, params, acts and the distance from a quantized line (e_fit). The walk takes the move of most expected error
    saved per space given up, until one is not sure to gain or too little of the space would be left.

    Args:
        space: a `DesignSpace`, from which untrained networks are drawn under the population's own budget; or of an
            imported table a mapping of its independent columns to their distributions (lists of values or of strings,
            ``ns.log_uniform(...)``, ...), or a DataFrame of untrained draws.
        population: its `Records`, or a DataFrame or mapping of columns with one called ``error``, in percent. Failed
            networks (NaN) are left out and counted.
        floor: the least share of the space to be left; by default 1 %, and at least one trained network's.
        sure: the least probability that a move gains.
        confidence: of the intervals.
        choices: columns of numbers that are options without an order. Strings are, and whole numbers 0, 1, ..., k - 1.
        like: columns that mean the same thing in different places, by what to call them; by default ``width_1``,
            ``width_2``, ...
        line: whether the distance from a quantized line joins, which takes some seconds; by default where a space's
            stages draw widths and depths apart.
        budget: under which the population was sampled, such as ``{"flops": (360e6, 400e6)}``; by default its own.
        pool: untrained networks to draw, at least 100.
        seed: of the pool.

    Raises:
        AnalysisError: fewer than 20 finished networks, no spread, missing columns, or an option out of range.
        SpaceError: the space cannot be drawn from.

    Example:
        >>> import numpy as np
        >>> import netspace as ns
        >>> generator = np.random.default_rng(0)
        >>> table = {"op": generator.choice(["conv", "pool"], 100), "width": generator.integers(1, 9, 100) * 8}
        >>> table["error"] = 20 + 2 * (table["op"] == "pool") - table["width"] / 32 + generator.normal(0, 0.3, 100)
        >>> found = ns.refine({"op": ["conv", "pool"], "width": ns.uniform(8, 64, 8)}, table, floor=0.3)
        >>> [str(step.move) for step in found.steps]
        ['drop op = pool', 'width > 24']
        >>> found.contains({"op": ["conv", "pool"], "width": [32, 32]}).tolist()
        [True, False]
    """
    problem = read_problem(
        space, population, pool=pool, seed=seed, choices=choices, like=like, line=line, budget=budget
    )
    return _refined(problem, floor, sure, confidence, space if is_space(space) else None)


def refine_arrays(
    columns: Sequence[Column],
    table: Array,
    errors: Array,
    pool: Array,
    *,
    floor: float | None = None,
    sure: float = 0.9,
    confidence: float = 0.95,
) -> Refinement:
    """Refines as `refine` does, from plain arrays.

    Args:
        columns: what the p columns are.
        table: (n, p) trained networks, a random sample.
        errors: (n,) their errors.
        pool: (m, p) untrained draws of the same space.
        floor: as for `refine`.
        sure: as for `refine`.
        confidence: as for `refine`.

    Raises:
        AnalysisError: the sample is too small or has no spread, or an option is out of range.
    """
    return _refined(Problem(list(columns), table, errors, pool), floor, sure, confidence, None)


def _refined(
    problem: Problem, floor: float | None, sure: float, confidence: float, space: "DesignSpace | None"
) -> Refinement:
    for what, value in (("floor", floor), ("sure", sure), ("confidence", confidence)):
        if value is not None and not 0 < value < 1:
            raise AnalysisError(f"{what} must be between 0 and 1: given {value!r}")
    model = Model.of(problem.columns, problem.table, problem.positive, problem.pool)
    candidates = tuple(candidate_moves(problem.columns, problem.pool))
    keeps = np.array([move.keeps(problem.pool) for move in candidates])
    least = floor or max(SMALLEST, 1 / len(problem.errors))
    picked = tuple(walk(keeps, model, floor=least, sure=sure))
    whole = Refinement(problem, model, candidates, keeps, (), nothing(confidence, len(problem.errors)), least, space)
    return whole.taking(picked, is_proposed=True)

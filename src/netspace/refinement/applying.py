"""From a move to the operation of a design space that makes it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from netspace.analysis import fit_lines
from netspace.refinement.moves import Move
from netspace.spaces.components import PerStage
from netspace.spaces.distributions import Distribution

if TYPE_CHECKING:
    from netspace.architecture import Architecture
    from netspace.spaces import DesignSpace


@dataclass(frozen=True)
class LineRule:
    """The rule that a network's widths are close to a quantised line: e_fit is at most, or above, a cut."""

    cut: float
    above: bool = False

    def __call__(self, architecture: "Architecture") -> bool:
        """Says whether a network keeps it."""
        return bool((fit_lines([architecture.block_widths]).error[0] > self.cut) == self.above)


def applied(space: "DesignSpace", moves: Sequence[Move]) -> "DesignSpace":
    """Gives the space after all moves, which commute; what is shared or ordered comes first.

    Moves become share, order, fix and narrow where the space has the parameter, and else formulas of restrict. What the
    new space draws are the draws that the moves keep: values that are not equally likely are not shared but
    restricted to be equal, as draws that happen to agree favor the likely ones more than shared ones do.

    Raises:
        SpaceError: nothing is left of a parameter.
    """
    first = {"shared": 0, "rising": 1, "falling": 1}
    for move in sorted(moves, key=lambda move: first.get(move.kind, 2)):
        space = _one(space, move)
    return space


def _one(space: "DesignSpace", move: Move) -> "DesignSpace":
    if move.kind in ("shared", "rising", "falling"):
        return _arranged(space, move)
    if move.kind in ("few", "many"):
        return space.restrict(_count(space, move))
    if move.names[0] == "e_fit":
        rule = LineRule(move.value, move.kind == "above")
        return space.restrict(rule, name=move.text, architectures=True)
    return _bounded(space, move)


def _arranged(space: "DesignSpace", move: Move) -> "DesignSpace":
    """Shares or orders a stage's parameter, or restricts to the draws that are so."""
    component = next((c for c in space.components if isinstance(c, PerStage) and c.names == move.names), None)
    if component is not None and move.kind == "shared" and _is_even(component):
        return space.share(component.attribute)
    if component is not None and move.kind != "shared" and component.rule == "free":
        return space.order(component.attribute, "increasing" if move.kind == "rising" else "decreasing")
    sign = {"shared": "==", "rising": "<=", "falling": ">="}[move.kind]
    names = [_known(space, name)[0] for name in move.names]
    return space.restrict(" and ".join(f"{a} {sign} {b}" for a, b in zip(names, names[1:], strict=False)))


def _is_even(component: PerStage) -> bool:
    """Whether all stages draw from the same values, each as likely as another."""
    return len(set(component.each)) == 1 and bool(np.ptp(component.each[0].probabilities) < 1e-9)


def _count(space: "DesignSpace", move: Move) -> str:
    """Gives the formula of a count; the factor turns truth into a number."""
    terms = [f"1 * ({_known(space, name)[0]} == {move.value:.17g})" for name in move.names]
    return f"{' + '.join(terms)} {'<=' if move.kind == 'few' else '>='} {move.count}"


def _bounded(space: "DesignSpace", move: Move) -> "DesignSpace":
    """Narrows or fixes a parameter; restricts what is none, or what would be left in two parts."""
    name, distribution = _known(space, move.names[0])
    sign = {"drop": "!=", "at_most": "<=", "above": ">"}[move.kind]
    rule = f"{name} {sign} {move.value:.17g}"
    if distribution is None:
        return space.restrict(rule)
    compare = {
        "drop": lambda v: v != move.value,
        "at_most": lambda v: v <= move.value,
        "above": lambda v: v > move.value,
    }
    values = distribution.values
    kept = [v for v in values if compare[move.kind](v)]
    if len(kept) == len(values):
        return space
    if len(kept) == 1:
        return space.fix(**{name: kept[0]})
    if kept and len(kept) != sum(kept[0] <= v <= kept[-1] for v in values):
        return space.restrict(rule)
    low, high = (kept[0], kept[-1]) if kept else (move.value, move.value)
    return space.narrow(**{name: (low if low > values[0] else None, high if high < values[-1] else None)})


def _known(space: "DesignSpace", name: str) -> tuple[str, Distribution | None]:
    """Gives what the space calls a parameter now, and its distribution: of a stage's, what all stages share."""
    attribute = name.rpartition("_")[0]
    for component in space.components:
        known = component.distributions
        if name in known:
            return name, known[name]
        if isinstance(component, PerStage) and component.attribute == attribute and component.rule == "shared":
            return attribute, component.each[0]
    return name, None

"""From moves to the operations of a design space that make them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

import numpy as np

from netspace.refinement.moves import Move
from netspace.spaces.components import PerStage
from netspace.spaces.distributions import Distribution

if TYPE_CHECKING:
    from netspace.spaces import DesignSpace


@dataclass(frozen=True)
class Operation:
    """One operation of a design space, with what it takes.

    Attributes:
        name: ``"share"``, ``"order"``, ``"narrow"``, ``"fix"`` or ``"restrict"``.
        argument: as a space file has it.
        text: the move in words.

    Example:
        >>> import netspace as ns
        >>> Operation("narrow", {"depth": [12, None]}, "depth > 11").taken(ns.get_space("regnetx")).describe()["depth"]
        'log-uniform 1 to 63 by 1, within 12 to 63'
    """

    name: str
    argument: Any
    text: str

    def taken(self, space: "DesignSpace") -> "DesignSpace":
        """Gives the space after the operation.

        Raises:
            SpaceError: nothing is left of a parameter.
        """
        operation = getattr(space, self.name)
        if self.name in ("narrow", "fix") or isinstance(self.argument, Mapping):
            return cast("DesignSpace", operation(**self.argument))
        return cast("DesignSpace", operation(self.argument))


def operations(space: "DesignSpace", moves: Sequence[Move]) -> list[Operation]:
    """Gives the operations that make moves, which commute; what is shared or ordered comes first.

    Moves become share, order, fix and narrow where the space has the parameter, and else formulas of restrict. What the
    new space draws are the draws that the moves keep: values that are not equally likely are not shared but
    restricted to be equal, as draws that happen to agree favor the likely ones more than shared ones do.

    Raises:
        SpaceError: nothing is left of a parameter.
    """
    return [operation for operation, _ in _taken(space, moves)]


def applied(space: "DesignSpace", moves: Sequence[Move]) -> "DesignSpace":
    """Gives the space after all moves, which is that of all `operations`.

    Raises:
        SpaceError: nothing is left of a parameter.
    """
    for _, after in _taken(space, moves):
        space = after
    return space


def _taken(space: "DesignSpace", moves: Sequence[Move]) -> Iterator[tuple[Operation, "DesignSpace"]]:
    """Yields each operation with the space after it: what it is depends on the space before."""
    first = {"shared": 0, "rising": 1, "falling": 1}
    for move in sorted(moves, key=lambda move: first.get(move.kind, 2)):
        said = _said(space, move)
        if said is not None:
            operation = Operation(*said, move.text)
            space = operation.taken(space)
            yield operation, space


def _said(space: "DesignSpace", move: Move) -> tuple[str, Any] | None:
    """Gives the operation that makes a move, and what it takes; ``None``: the space is as it asks already."""
    if move.kind in ("shared", "rising", "falling"):
        return _arranged(space, move)
    if move.kind in ("few", "many"):
        return "restrict", _count(space, move)
    return _bounded(space, move)


def _arranged(space: "DesignSpace", move: Move) -> tuple[str, Any]:
    """Shares or orders a stage's parameter, or restricts to the draws that are so."""
    component = next((c for c in space.components if isinstance(c, PerStage) and c.names == move.names), None)
    if component is not None and move.kind == "shared" and _is_even(component):
        return "share", component.attribute
    if component is not None and move.kind == "rising" and component.rule == "free":
        return "order", component.attribute
    if component is not None and move.kind == "falling" and component.rule == "free":
        return "order", {"attribute": component.attribute, "rule": "decreasing"}
    sign = {"shared": "==", "rising": "<=", "falling": ">="}[move.kind]
    names = [_known(space, name)[0] for name in move.names]
    return "restrict", " and ".join(f"{a} {sign} {b}" for a, b in zip(names, names[1:], strict=False))


def _is_even(component: PerStage) -> bool:
    """Whether all stages draw from the same values, each as likely as another."""
    return len(set(component.each)) == 1 and bool(np.ptp(component.each[0].probabilities) < 1e-9)


def _count(space: "DesignSpace", move: Move) -> str:
    """Gives the formula of a count; the factor turns truth into a number."""
    terms = [f"1 * ({_known(space, name)[0]} == {_number(move.value)})" for name in move.names]
    return f"{' + '.join(terms)} {'<=' if move.kind == 'few' else '>='} {move.count}"


def _bounded(space: "DesignSpace", move: Move) -> tuple[str, Any] | None:
    """Narrows or fixes a parameter; restricts what is none, or what would be left in two parts."""
    name, distribution = _known(space, move.names[0])
    sign = {"drop": "!=", "at_most": "<=", "above": ">"}[move.kind]
    rule = f"{name} {sign} {_number(move.value)}"
    if distribution is None:
        return "restrict", rule
    compare = {
        "drop": lambda v: v != move.value,
        "at_most": lambda v: v <= move.value,
        "above": lambda v: v > move.value,
    }
    values = distribution.values
    kept = [v for v in values if compare[move.kind](v)]
    if len(kept) == len(values):
        return None
    if len(kept) == 1:
        return "fix", {name: kept[0]}
    if kept and len(kept) != sum(kept[0] <= v <= kept[-1] for v in values):
        return "restrict", rule
    low, high = (kept[0], kept[-1]) if kept else (move.value, move.value)
    return "narrow", {name: [low if low > values[0] else None, high if high < values[-1] else None]}


def _number(value: float) -> str:
    """Writes a number as short as can be while it is read back the same."""
    return f"{value:.0f}" if value == int(value) else repr(float(value))


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

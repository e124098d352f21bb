"""Rules that a space's networks keep: formulas of parameters and complexity, or functions of the user's."""

import ast
import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

import numpy as np
from numpy.typing import NDArray

from netspace.complexity import ArchitectureBatch, Complexity, Networks
from netspace.errors import SpaceError
from netspace.lines import fit_lines

Table = Mapping[str, NDArray[Any]]
"""What a rule may look at, by name: an (n,) array each."""

LINE_ERROR = "e_fit"

_BINARY: dict[type[ast.AST], Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv,
    ast.Mod: operator.mod,
    ast.Pow: operator.pow,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.And: np.logical_and,
    ast.Or: np.logical_or,
}
_UNARY: dict[type[ast.AST], Callable[[Any], Any]] = {
    ast.USub: operator.neg,
    ast.UAdd: operator.pos,
    ast.Not: np.logical_not,
}
_FUNCTIONS: dict[str, Callable[..., Any]] = {
    "sqrt": np.sqrt,
    "log": np.log,
    "exp": np.exp,
    "abs": np.abs,
    "min": lambda *values: np.minimum.reduce(np.broadcast_arrays(*values)),
    "max": lambda *values: np.maximum.reduce(np.broadcast_arrays(*values)),
}


@dataclass(frozen=True)
class Restriction:
    """A rule that says of each network whether it belongs to the space.

    Attributes:
        text: the rule in words, or the formula itself.
        keeps: gives an (n,) mask from a table of (n,) arrays; or a bool from one `Architecture`, if ``one_by_one``.
        one_by_one: whether it is called with one architecture after the other.
        names: what a formula looks at.
    """

    text: str
    keeps: Callable[[Any], Any]
    one_by_one: bool = False
    names: frozenset[str] = frozenset()

    @property
    def is_slow(self) -> bool:
        """Whether it takes far longer than drawing a network does."""
        return self.one_by_one or LINE_ERROR in self.names

    def mask(self, table: Table, networks: Networks) -> NDArray[np.bool_]:
        """Applies the rule.

        Raises:
            SpaceError: it fails, or gives no mask of n entries.
        """
        try:
            if self.one_by_one:
                return np.array([bool(self.keeps(networks[i])) for i in range(len(networks))], bool)
            kept = np.asarray(self.keeps(table))
        except SpaceError:
            raise
        except Exception as error:
            raise SpaceError(f"restrict({self.text}) fails: {type(error).__name__}: {error}") from error
        if kept.dtype != bool or kept.shape not in ((), (len(networks),)):
            raise SpaceError(
                f"restrict({self.text}) gives {kept.dtype} of shape {kept.shape}: it has to give a bool for each "
                f"of the {len(networks)} networks that it is called with"
            )
        return np.broadcast_to(kept, (len(networks),))


def formula(text: str) -> Restriction:
    """Makes a rule of a formula, such as ``"acts <= 6.5e6 * sqrt(flops / 1e9)"``.

    It may use numbers, names of the table, ``+ - * / // % **``, comparisons, ``and``, ``or``, ``not``, and ``sqrt``,
    ``log``, ``exp``, ``abs``, ``min``, ``max``. Nothing else is run.

    Raises:
        SpaceError: it is no such formula.
    """
    try:
        tree = ast.parse(text.strip(), mode="eval").body
    except (SyntaxError, ValueError) as error:
        raise SpaceError(f"restrict({text!r}) is no formula: {getattr(error, 'msg', error)}") from None
    _check(tree, text)

    def keeps(table: Table) -> Any:
        with np.errstate(all="ignore"):  # what is not a number keeps no rule
            return _evaluate(tree, table)

    names = frozenset(node.id for node in ast.walk(tree) if isinstance(node, ast.Name))
    return Restriction(text.strip(), keeps, names=names)


class RuleTable(dict[str, NDArray[Any]]):
    """What rules may look at; ``e_fit``, which takes about half a millisecond a network, is computed when asked for."""

    def __init__(self, networks: Networks, columns: Table) -> None:
        super().__init__(columns)
        self._networks = networks

    def __missing__(self, name: str) -> NDArray[np.float64]:
        if name != LINE_ERROR:
            raise KeyError(name)
        self[name] = line_errors(self._networks)
        return self[name]


def line_errors(networks: Networks) -> NDArray[np.float64]:
    """Gives e_fit, how far the widths of each network are from a quantized line (RegNet paper, section 3.3), (n,).

    It is NaN of a network whose blocks are not known, which no rule on it keeps.
    """
    widths = networks.block_widths
    known = np.array([len(each) > 0 for each in widths], bool)
    errors = np.full(len(networks), np.nan)
    if known.any():
        errors[known] = fit_lines([each for each in widths if len(each)]).error
    return errors


def table_of(parameters: Table, networks: Networks, cost: Complexity) -> RuleTable:
    """Gives what rules may look at: the cost, the networks' numbers by stage, ``depth`` in all, and the parameters."""
    table: dict[str, NDArray[Any]] = {}
    if isinstance(networks, ArchitectureBatch):
        for name, column in networks.columns.items():
            table |= {name: column} if column.ndim == 1 else {f"{name}_{i + 1}": x for i, x in enumerate(column.T)}
        parameters = {**parameters, "depth": networks.depth}  # in all, also where stages share a parameter of this name
    costs = {"flops": cost.flops, "params": cost.params, "acts": cost.acts}
    return RuleTable(networks, {**table, **parameters, **costs})


def _check(node: ast.AST, text: str) -> None:
    """Refuses whatever `_evaluate` does not know, before anything is drawn."""
    match node:
        case ast.Constant(value=int() | float()) | ast.Name():
            parts: list[ast.AST] = []
        case ast.BinOp(left=left, op=op, right=right) if type(op) in _BINARY:
            parts = [left, right]
        case ast.BoolOp(values=values):
            parts = list(values)
        case ast.UnaryOp(op=op, operand=operand) if type(op) in _UNARY:
            parts = [operand]
        case ast.Compare(left=left, ops=ops, comparators=right) if all(type(op) in _BINARY for op in ops):
            parts = [left, *right]
        case ast.Call(func=ast.Name(id=name), args=args, keywords=[]) if name in _FUNCTIONS:
            parts = list(args)
        case _:
            raise SpaceError(
                f"restrict({text!r}): {ast.unparse(node)!r} is not allowed in a formula: use numbers, names, "
                f"+ - * / // % **, comparisons, and, or, not, {', '.join(_FUNCTIONS)}; or give a function"
            )
    for part in parts:
        _check(part, text)


def _evaluate(node: ast.AST, table: Table) -> Any:
    match node:
        case ast.Constant(value=value):
            return float(value)  # type: ignore[arg-type] # _check saw that it is a number
        case ast.Name(id=name):
            return _look_up(name, table)
        case ast.BinOp(left=left, op=op, right=right):
            return _BINARY[type(op)](_evaluate(left, table), _evaluate(right, table))
        case ast.UnaryOp(op=op, operand=operand):
            return _UNARY[type(op)](_evaluate(operand, table))
        case ast.BoolOp(op=op, values=values):
            parts = [_evaluate(value, table) for value in values]
            out = parts[0]
            for part in parts[1:]:
                out = _BINARY[type(op)](out, part)
            return out
        case ast.Call(func=ast.Name(id=name), args=args):
            return _FUNCTIONS[name](*(_evaluate(arg, table) for arg in args))
        case ast.Compare(left=left, ops=ops, comparators=comparators):
            sides = [_evaluate(each, table) for each in (left, *comparators)]
            pairs = zip(sides, ops, sides[1:], strict=False)
            return np.logical_and.reduce(np.broadcast_arrays(*(_BINARY[type(op)](a, b) for a, op, b in pairs)))
    raise SpaceError(f"{ast.unparse(node)!r} is not allowed in a formula")


def _look_up(name: str, table: Table) -> NDArray[Any]:
    try:
        return table[name]
    except KeyError:
        known = [*table, *({LINE_ERROR} - set(table))]
        near = get_close_matches(name, known, n=1)
        hint = f"did you mean {near[0]}? " if near else ""
        raise SpaceError(f"a formula cannot know {name!r}: {hint}known are {', '.join(known)}") from None

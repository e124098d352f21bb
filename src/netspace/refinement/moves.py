"""Candidate design moves: rules that say which networks they keep."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import nan
from typing import Literal

import numpy as np

from netspace.refinement.columns import Array, Column, Mask, groups

Kind = Literal["drop", "at_most", "above", "few", "many", "rising", "falling", "shared"]


@dataclass(frozen=True)
class Move:
    """One design move.

    Attributes:
        kind: ``"drop"`` an option; a number is ``"at_most"`` or ``"above"`` a cut; ``"few"``: at most ``count`` of an
            option over like columns, ``"many"``: at least; ``"rising"``, ``"falling"``, ``"shared"`` over like columns.
        columns: places of its columns in the table.
        names: names of these columns.
        text: the move in words.
        value: the option or the cut.
        count: how many.
        like: what its columns have in common.

    Example:
        >>> move = Move("at_most", (0,), ("depth",), "depth <= 12", 12)
        >>> move.keeps(np.array([[10.0], [12.0], [14.0]])).tolist()
        [True, True, False]
    """

    kind: Kind
    columns: tuple[int, ...]
    names: tuple[str, ...]
    text: str
    value: float = nan
    count: int = 0
    like: str = ""

    def measure(self, table: Array) -> Array:
        """Gives the number that the move looks at, (n,): the value, how many of an option, how many falls or rises."""
        x = table[:, self.columns]
        match self.kind:
            case "few" | "many":
                return (x == self.value).sum(1).astype(np.float64)
            case "rising":
                return (np.diff(x) < 0).sum(1).astype(np.float64)
            case "falling":
                return (np.diff(x) > 0).sum(1).astype(np.float64)
            case "shared":
                return (np.diff(x) != 0).sum(1).astype(np.float64)
        return x[:, 0]

    def keeps(self, table: Array) -> Mask:
        """Says which rows of a table (n, p) it keeps, (n,)."""
        x = self.measure(table)
        match self.kind:
            case "drop":
                return x != self.value
            case "at_most":
                return x <= self.value
            case "above":
                return x > self.value
            case "few":
                return x <= self.count
            case "many":
                return x >= self.count
        return x == 0

    @property
    def measured(self) -> str:
        """What `measure` gives, in words."""
        words = {"rising": "falls of", "falling": "rises of", "shared": "changes of"}
        if self.kind in ("few", "many"):
            return self.text.partition(" ")[2].partition(" ")[2].partition(" ")[2]
        return f"{words[self.kind]} {self.like}" if self.kind in words else self.names[0]

    def __str__(self) -> str:
        return self.text


def candidate_moves(columns: Sequence[Column], pool: Array) -> list[Move]:
    """Lists every simple move that the columns of a pool (m, p) allow.

    Example:
        >>> pool = np.array([[0.0, 8], [1, 16], [2, 24]])
        >>> [str(move) for move in candidate_moves([Column("op", "choice"), Column("width", "number")], pool)][:4]
        ['drop op = 0', 'drop op = 1', 'drop op = 2', 'width <= 8']
    """
    moves = [move for j, column in enumerate(columns) for move in _own(j, column, pool[:, j])]
    for like, members in groups(columns).items():
        alike = _Alike(like, tuple(members), tuple(columns[j].name for j in members))
        moves += _orders(alike) if columns[members[0]].kind == "number" else _counts(alike, columns, pool)
        moves.append(alike.move("shared", f"share {like}"))
    return moves


@dataclass(frozen=True)
class _Alike:
    """Columns that mean the same thing in different places."""

    like: str
    members: tuple[int, ...]
    names: tuple[str, ...]

    def move(self, kind: Kind, text: str, value: float = nan, count: int = 0) -> Move:
        """Makes a move over all of them."""
        return Move(kind, self.members, self.names, text, value, count, self.like)


def _own(j: int, column: Column, values: Array) -> Iterator[Move]:
    """Yields the moves of one column: options dropped, or cuts at deciles."""
    if column.kind == "choice":
        for v in np.unique(values).tolist():
            yield Move("drop", (j,), (column.name,), f"drop {column.name} = {column.said(v)}", v)
        return
    cuts = np.unique(np.quantile(values, np.arange(1, 10) / 10, method="lower")).tolist()
    for v in cuts:
        yield Move("at_most", (j,), (column.name,), f"{column.name} <= {v:.6g}", v)
    for v in cuts:
        yield Move("above", (j,), (column.name,), f"{column.name} > {v:.6g}", v)


def _counts(alike: _Alike, columns: Sequence[Column], pool: Array) -> Iterator[Move]:
    for v in np.unique(pool[:, alike.members]).tolist():
        said = f"{alike.like} = {columns[alike.members[0]].said(v)}"
        for c in range(len(alike.members)):
            yield alike.move("few", f"at most {c} {said}", v, c)
            yield alike.move("many", f"at least {c + 1} {said}", v, c + 1)


def _orders(alike: _Alike) -> list[Move]:
    return [
        alike.move("rising", f"{alike.like} never falls"),
        alike.move("falling", f"{alike.like} never rises"),
    ]

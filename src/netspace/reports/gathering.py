"""What the report knows of each population, read from its records once."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from netspace.analysis import EDF, BestRange, edf
from netspace.comparison import display_names
from netspace.figures import theme
from netspace.populations.imported import error_split, is_imported, name_errors
from netspace.populations.record import Record
from netspace.populations.records import Records
from netspace.reports.profiles import LINE, FittedLine, fit_profiles, nearly_zero

if TYPE_CHECKING:
    import pandas as pd

Floats = NDArray[np.float64]

DRAWN = 1000
"""Networks of a population that one figure shows, at most; of many populations fewer. Statistics use all of them."""

READ = 5000
"""Records of a population that are read whole; of more, every k-th is, which favors none."""

SURELY_DRAWN = 100
"""The best of them, which are always shown, as is the worst."""

SPREAD = 2_654_435_769
"""2^32 divided by the golden ratio: its multiples, modulo 2^32, spread any first n numbers evenly."""

FEW = 10
"""Values of a quantity up to which many networks have the same."""

PRODUCTS = {"lr*wd": ("learning_rate", "weight_decay")}
"""Quantities that are products of parameters."""


@dataclass(frozen=True, eq=False)
class Gathered:
    """One population: its records, its place among all, its name for people, and a row per network.

    ``frame`` has all networks in order of index; `finished` those with an error. ``fitted`` is the number of networks
    to which a line is fitted, ``most`` the number of those that one figure shows.
    """

    records: Records
    place: int
    name: str
    frame: "pd.DataFrame"
    fitted: int
    most: int = DRAWN

    @property
    def color(self) -> str:
        """The population's color in every figure."""
        return theme.nth(theme.PALETTE, self.place)

    @property
    def elsewhere(self) -> str:
        """What the error is of a population that was trained elsewhere; empty: it was trained here, so validation's."""
        if not is_imported(self.records.facts):
            return ""
        data = self.records.facts["data"]
        return f"{self.name} was imported from {data['source']}: {data['how']}; split: {data.get('split', 'not told')}"

    @property
    def split(self) -> str:
        """The split that the errors are of: ``"validation"``, ``"test"``; empty: it is not known, or another."""
        return error_split(self.records.facts)

    @property
    def planned(self) -> int:
        """Networks that the population is to have."""
        return int(self.records.facts.get("planned") or len(self.frame))

    @cached_property
    def finished(self) -> "pd.DataFrame":
        """The rows of networks that finished with an error; the row label is the position in ``records``."""
        return self.frame[np.isfinite(self.frame["error"])]

    @cached_property
    def positions(self) -> NDArray[np.intp]:
        """The position in ``records`` of each finished network."""
        return self.finished.index.to_numpy(np.intp)

    @cached_property
    def errors(self) -> Floats:
        """Validation errors of the finished networks, in percent."""
        return self.finished["error"].to_numpy(np.float64)

    @cached_property
    def edf(self) -> EDF | None:
        """Their distribution; ``None`` if none finished."""
        return edf(self.errors) if len(self.errors) else None

    @property
    def failed(self) -> int:
        """Networks that failed."""
        return int((self.frame["status"] == "failed").sum())

    @property
    def seconds(self) -> float:
        """Seconds that all networks together took."""
        return float(np.nansum(self.frame["seconds"].to_numpy(np.float64)))

    @cached_property
    def drawn(self) -> NDArray[np.intp]:
        """Rows of ``finished`` that figures show: all, or ``most``: the best, the worst, an even choice of others."""
        order = np.argsort(self.errors, kind="stable")
        ends = np.unique(np.concatenate([order[:SURELY_DRAWN], order[-1:]]))
        others = np.sort(order[SURELY_DRAWN:-1])
        chosen = others[spread(self.positions[others])[: max(0, self.most - len(ends))]]
        return np.sort(np.concatenate([ends, chosen]))

    def column(self, quantity: str) -> Floats | None:
        """Gives a number of each finished network, NaN where it is not known; ``None`` where it is of none.

        A depth of 0 is that of networks whose blocks are not known.
        """
        if quantity not in self._columns:
            values = self._values(quantity)
            is_one = values is not None and np.isfinite(values).any() and (quantity != "depth" or values.any())
            self._columns[quantity] = values if is_one else None
        return self._columns[quantity]

    @cached_property
    def _columns(self) -> dict[str, Floats | None]:
        """The columns that were asked for so far."""
        return {}

    def _values(self, quantity: str) -> Floats | None:
        """Gives a column of the frame that holds numbers, or a quantity that is none of it; ``None``: it is neither."""
        if quantity == "e_fit":
            return np.array([self.lines[i].error if i in self.lines else np.nan for i in self.positions.tolist()])
        if quantity in PRODUCTS:
            factors = [self.column(name) for name in PRODUCTS[quantity]]
            known = [each for each in factors if each is not None]
            return np.prod(known, axis=0) if len(known) == len(factors) else None
        is_number = quantity in self.finished.columns and self.finished[quantity].dtype.kind in "iuf"
        return self.finished[quantity].to_numpy(np.float64) if is_number else None

    def numbers(self, quantity: str) -> Floats:
        """Gives a number of each finished network, NaN where it is not known."""
        column = self.column(quantity)
        return np.full(len(self.errors), np.nan) if column is None else column

    def with_numbers(self, *quantities: str) -> tuple[Floats, ...]:
        """Gives quantities and errors of the finished networks of which all of them are known."""
        table = np.array([*map(self.numbers, quantities), self.errors])
        return tuple(table[:, np.isfinite(table).all(axis=0)])

    def varies(self, quantity: str) -> bool:
        """Says whether networks differ in a quantity."""
        values = self.column(quantity)
        return values is not None and bool(np.nanmax(values) > np.nanmin(values))

    def has_few_values(self, quantity: str) -> bool:
        """Says whether many networks have the same value of a quantity, as of options."""
        return len(np.unique(self.with_numbers(quantity)[0])) <= FEW

    def network(self, i: int) -> dict[str, Any]:
        """Gives the row of the network at a position."""
        return {str(name): value for name, value in self.frame.loc[i].items()}

    @cached_property
    def ranked(self) -> list[int]:
        """The positions in ``records`` of the finished networks, best first."""
        return self.positions[np.argsort(self.errors, kind="stable")].tolist()

    @cached_property
    def read(self) -> dict[int, Record]:
        """The records that are read whole, by position: all, or every k-th."""
        step = -(-len(self.records) // READ) or 1
        return dict(zip(range(0, len(self.records), step), self.records[::step], strict=True))

    @cached_property
    def curves(self) -> dict[int, Floats]:
        """The validation errors after each epoch of the networks read whole, by position; NaN: not measured."""
        return {i: _curve(record) for i, record in self.read.items() if record.status == "complete"}

    @cached_property
    def profiles(self) -> dict[int, list[tuple[int, int]]]:
        """Depth and width of each stage of the networks read whole, by position; others' blocks are not known."""
        known = {i: record.architecture.stages for i, record in self._with_ends().items()}
        return {i: [(stage.depth, stage.width) for stage in stages] for i, stages in known.items() if stages}

    def _with_ends(self) -> dict[int, Record]:
        """Adds the best and the worst networks to those that are read whole."""
        ends = [i for i in (*self.ranked[:5], *self.ranked[-5:]) if i not in self.read]
        return self.read | {i: self.records[i] for i in ends}

    @cached_property
    def is_line(self) -> bool:
        """Whether all networks are quantized lines by construction."""
        return set(LINE) <= set(self.records.parameters)

    @cached_property
    def lines(self) -> dict[int, FittedLine]:
        """The line that fits each network best, by position: of the best and an even choice; none of RegNets."""
        ranked = [] if self.is_line else [i for i in self.ranked if i in self.profiles]
        others = np.array(ranked[5:], np.intp)
        chosen = [*ranked[:5], *others[spread(others)[: max(0, self.fitted - 5)]].tolist()]
        lines = fit_profiles({i: self.profiles[i] for i in chosen})
        return {} if nearly_zero(lines) else lines

    @cached_property
    def ranges(self) -> dict[str, BestRange | None]:
        """The ranges of the best that were computed so far, by quantity."""
        return {}

    @cached_property
    def labels(self) -> list[str]:
        """What to show of each drawn network when pointed at: its index and id."""
        rows = self.finished.iloc[self.drawn]
        return [f"#{i} {name[:8]}" for i, name in zip(rows["index"], rows["id"].astype(str), strict=True)]


def spread(positions: NDArray[np.intp]) -> NDArray[np.intp]:
    """Gives an order of the positions of which any beginning is spread evenly over all of them.

    Example:
        >>> spread(np.arange(8)).tolist()
        [0, 5, 2, 7, 4, 1, 6, 3]
    """
    return np.argsort(positions.astype(np.uint64) * SPREAD % 2**32, kind="stable")


def gather(populations: Sequence[Records], fitted: int | None = None) -> list[Gathered]:
    """Reads each population once.

    Args:
        populations: their records.
        fitted: networks of each to which a line is fitted; by default what takes some tenths of a second in all.
    """
    names = display_names(populations)
    count = max(1, len(populations))
    each = -(-FITTED // count) if fitted is None else fitted
    most = min(DRAWN, max(2 * SURELY_DRAWN, 2 * DRAWN // count))
    return [
        Gathered(records, place, name, records.frame(), each, most)
        for place, (records, name) in enumerate(zip(populations, names, strict=True))
    ]


FITTED = 300
"""Networks to which lines are fitted for one page, shared by its populations."""


def _curve(record: Record) -> Floats:
    return np.array([epoch.validation_error for epoch in record.outcome.curve], np.float64)  # None becomes NaN


def known(populations: Sequence[Gathered], quantity: str) -> list[Gathered]:
    """Gives those of whose networks a number is known."""
    return [each for each in populations if each.column(quantity) is not None]


def error_name(populations: Sequence[Gathered]) -> str:
    """Gives what the errors of populations are called: by the split, where all that have errors tell the same."""
    return name_errors([each.split for each in populations if len(each.errors)] or [each.split for each in populations])


def parameters_of(populations: Sequence[Gathered]) -> dict[str, Any]:
    """Gives the names of all their parameters, in order."""
    return dict.fromkeys(name for each in populations for name in each.records.parameters)

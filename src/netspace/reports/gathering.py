"""What the report knows of each population, read from its records once."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from netspace.analysis import EDF, edf
from netspace.comparison import display_names
from netspace.figures import theme
from netspace.populations.imported import is_imported
from netspace.populations.record import Record
from netspace.populations.records import Records
from netspace.random import stream

if TYPE_CHECKING:
    import pandas as pd

DRAWN = 1000
"""Networks of a population that one figure shows; statistics use all of them."""

READ = 5000
"""Records of a population that are read whole; of more, every k-th is, which favors none."""

SURELY_DRAWN = 100
"""The best of them, which are always shown."""


@dataclass(frozen=True, eq=False)
class Gathered:
    """One population: its records, its place among all, its name for people, and a row per network.

    ``frame`` has all networks in order of index; `finished` those with an error.
    """

    records: Records
    place: int
    name: str
    frame: "pd.DataFrame"

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
    def planned(self) -> int:
        """Networks that the population is to have."""
        return int(self.records.facts.get("planned") or len(self.frame))

    @cached_property
    def finished(self) -> "pd.DataFrame":
        """The rows of networks that finished with an error; the row label is the position in ``records``."""
        return self.frame[np.isfinite(self.frame["error"])]

    @cached_property
    def errors(self) -> NDArray[np.float64]:
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
        """Rows of ``finished`` that figures show: all, or the best and a random choice of the others."""
        if len(self.errors) <= DRAWN:
            return np.arange(len(self.errors))
        order = np.argsort(self.errors, kind="stable")
        others = stream(0, "drawn", self.place).choice(order[SURELY_DRAWN:], DRAWN - SURELY_DRAWN, replace=False)
        return np.sort(np.concatenate([order[:SURELY_DRAWN], others]))

    def column(self, quantity: str) -> NDArray[np.float64] | None:
        """Gives a number of each finished network, NaN where it is not known; ``None`` where it is of none.

        A depth of 0 is that of networks whose blocks are not known.
        """
        if quantity not in self.finished.columns or self.finished[quantity].dtype.kind not in "iuf":
            return None
        if quantity == "depth" and not self.finished[quantity].any():
            return None
        values = self.finished[quantity].to_numpy(np.float64)
        return values if np.isfinite(values).any() else None

    def ranked(self) -> list[int]:
        """Gives the positions in ``records`` of the finished networks, best first."""
        return [int(i) for i in self.finished.index[np.argsort(self.errors, kind="stable")]]

    @cached_property
    def read(self) -> list[Record]:
        """The records that are read whole, for their curves, devices and versions: all, or every k-th."""
        return self.records[:: -(-len(self.records) // READ) or 1]

    @property
    def labels(self) -> list[str]:
        """What to show of each drawn network when pointed at: its index and id."""
        rows = self.finished.iloc[self.drawn]
        return [f"#{i} {name[:8]}" for i, name in zip(rows["index"], rows["id"].astype(str), strict=True)]


def gather(populations: Sequence[Records]) -> list[Gathered]:
    """Reads each population once."""
    names = display_names(populations)
    return [
        Gathered(records, place, name, records.frame())
        for place, (records, name) in enumerate(zip(populations, names, strict=True))
    ]

"""Telling networks apart: by what they are and how they are trained, not by the parameters that led to them."""

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from netspace.spaces.training import TRAINING_PARAMETERS

if TYPE_CHECKING:
    from netspace.spaces.space import Draws


class Seen:
    """Hashes of the networks found so far, in a few sorted arrays: eight bytes each."""

    def __init__(self) -> None:
        self._runs: list[NDArray[np.uint64]] = []

    def new(self, draws: "Draws") -> NDArray[np.intp]:
        """Gives the indices of networks that are new, each once, in their order, and remembers them."""
        hashes = _hashes(draws)
        _, first = np.unique(hashes, return_index=True)
        first.sort()
        known = np.zeros(len(first), bool)
        for run in self._runs:
            where = np.searchsorted(run, hashes[first])
            known |= run[np.minimum(where, len(run) - 1)] == hashes[first]
        first = first[~known]
        if len(first):
            self._add(np.sort(hashes[first]))
        return first

    def _add(self, run: NDArray[np.uint64]) -> None:
        """Joins runs until each is more than twice as long as the next, so that there are few."""
        while self._runs and len(self._runs[-1]) <= 2 * len(run):
            run = np.sort(np.concatenate([self._runs.pop(), run]), kind="stable")
        self._runs.append(run)


def _hashes(draws: "Draws") -> NDArray[np.uint64]:
    """Gives 64 bits for each network and what it is trained by, equal where these are."""
    columns = [draws.networks.table()]
    columns += [np.asarray(v, float)[:, None] for k, v in draws.parameters.items() if k in TRAINING_PARAMETERS]
    table = np.ascontiguousarray(np.hstack(columns) + 0.0).view(np.uint64)
    out = np.full(len(table), 0x9E3779B97F4A7C15, np.uint64)
    for column in table.T:  # splitmix64, column by column
        out = (out ^ column) + np.uint64(0x9E3779B97F4A7C15)
        out = (out ^ (out >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        out = (out ^ (out >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        out ^= out >> np.uint64(31)
    return out

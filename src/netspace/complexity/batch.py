"""Many architectures that differ in numbers only, as arrays."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import SimpleNamespace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from netspace.architecture import Architecture


@dataclass(frozen=True)
class ArchitectureBatch:
    """n architectures of one outline: the same stem, head and number of stages, other numbers in the stages.

    Attributes:
        outline: an `Architecture` that holds all that is the same.
        columns: for each `Stage` attribute that varies (``width``, ``depth``, ...), an (n, stages) array.
    """

    outline: Architecture
    columns: Mapping[str, NDArray[Any]]

    def __len__(self) -> int:
        return len(next(iter(self.columns.values())))

    def __getitem__(self, index: int) -> Architecture:
        """Makes the architecture at ``index``."""
        rows = {name: column[index].tolist() for name, column in self.columns.items()}
        stages = tuple(
            replace(stage, **{name: row[i] for name, row in rows.items()})
            for i, stage in enumerate(self.outline.stages)
        )
        return replace(self.outline, stages=stages)

    def take(self, which: NDArray[Any]) -> "ArchitectureBatch":
        """Keeps the architectures at ``which`` (indices or a mask), in that order."""
        return ArchitectureBatch(self.outline, {name: column[which] for name, column in self.columns.items()})

    def stage(self, i: int) -> Any:
        """Gives stage ``i`` as an object with the attributes of `Stage`, an (n,) array where they vary."""
        stage = self.outline.stages[i]
        constant = {name: getattr(stage, name) for name in stage.__dataclass_fields__}
        return SimpleNamespace(**(constant | {name: column[:, i] for name, column in self.columns.items()}))

    def keys(self) -> list[bytes]:
        """Gives bytes for each architecture, equal exactly where two architectures of this outline are."""
        table = np.ascontiguousarray(np.hstack([self.columns[name] for name in sorted(self.columns)], dtype=np.float64))
        return [row.tobytes() for row in table]

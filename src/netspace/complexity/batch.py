"""Many architectures as arrays, or as a list where they have no outline in common."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from types import SimpleNamespace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from netspace.architecture import Architecture
from netspace.numbers import Number

NETWORK_COLUMNS = ("image_size", "stem_width", "head_width")
"""What may vary from network to network beside the fields of its stages."""


@dataclass(frozen=True)
class ArchitectureBatch:
    """n architectures of one outline: the same kinds of stem, blocks and head, other numbers in them.

    Attributes:
        outline: an `Architecture` that holds all that is the same.
        columns: for each `Stage` attribute that varies (``width``, ``depth``, ...), an (n, stages) array; for each of
            `NETWORK_COLUMNS` that varies, an (n,) array.
    """

    outline: Architecture
    columns: Mapping[str, NDArray[Any]]

    def __len__(self) -> int:
        return len(next(iter(self.columns.values())))

    def __getitem__(self, index: int) -> Architecture:
        """Makes the architecture at ``index``."""
        rows = {name: column[index].tolist() for name, column in self.columns.items()}
        whole = {name: rows.pop(name) for name in NETWORK_COLUMNS if name in rows}
        stages = tuple(
            replace(stage, **{name: _plain(row[i]) for name, row in rows.items()})
            for i, stage in enumerate(self.outline.stages)
        )
        stem = replace(self.outline.stem, width=whole.get("stem_width", self.outline.stem.width))
        head = replace(self.outline.head, width=whole.get("head_width", self.outline.head.width))
        size = whole.get("image_size", self.outline.image_size)
        return replace(self.outline, stages=stages, stem=stem, head=head, image_size=size)

    def take(self, which: NDArray[Any]) -> "ArchitectureBatch":
        """Keeps the architectures at ``which`` (indices or a mask), in that order."""
        return ArchitectureBatch(self.outline, {name: column[which] for name, column in self.columns.items()})

    def stage(self, i: int) -> Any:
        """Gives stage ``i`` as an object with the attributes of `Stage`, an (n,) array where they vary."""
        stage = self.outline.stages[i]
        constant = {name: getattr(stage, name) for name in stage.__dataclass_fields__}
        return SimpleNamespace(
            **(constant | {name: column[:, i] for name, column in self.columns.items() if name not in NETWORK_COLUMNS})
        )

    @property
    def image_size(self) -> Number:
        """Height and width of the input in pixels: one number, or an (n,) array."""
        return self.columns.get("image_size", self.outline.image_size)

    @property
    def stem_width(self) -> Number:
        """Channels of the stem: one number, or an (n,) array."""
        return self.columns.get("stem_width", self.outline.stem.width)

    @property
    def head_width(self) -> Number:
        """Channels of the convolution before the pool: one number, or an (n,) array."""
        return self.columns.get("head_width", self.outline.head.width)

    @property
    def depth(self) -> NDArray[np.int64]:
        """Blocks of each network, (n,)."""
        if "depth" not in self.columns:
            return np.full(len(self), self.outline.depth)
        return self.columns["depth"].sum(axis=1).astype(np.int64)

    @property
    def block_widths(self) -> list[NDArray[Any]]:
        """Width of each block of each network."""
        n, stages = len(self), self.outline.stages
        own = [
            np.broadcast_to(self.columns.get(name, [[getattr(stage, name) for stage in stages]]), (n, len(stages)))
            for name in ("width", "depth")
        ]
        return [np.repeat(width, depth) for width, depth in zip(*own, strict=True)]

    def table(self) -> NDArray[np.float64]:
        """Gives a row of numbers for each architecture, equal exactly where two architectures of this outline are."""
        columns = [self.columns[name] for name in sorted(self.columns)]
        return np.hstack([column if column.ndim == 2 else column[:, None] for column in columns], dtype=np.float64)


@dataclass(frozen=True)
class ArchitectureList:
    """n architectures of any kind, with what `ArchitectureBatch` has."""

    architectures: tuple[Architecture, ...]

    def __len__(self) -> int:
        return len(self.architectures)

    def __getitem__(self, index: int) -> Architecture:
        return self.architectures[index]

    def take(self, which: NDArray[Any]) -> "ArchitectureList":
        """Keeps the architectures at ``which`` (indices or a mask), in that order."""
        kept = np.flatnonzero(which) if which.dtype == bool else which
        return ArchitectureList(tuple(self.architectures[i] for i in kept))

    @property
    def depth(self) -> NDArray[np.int64]:
        """Blocks of each network, (n,); 0 for a foreign one."""
        return np.array([each.depth for each in self.architectures], np.int64)

    @property
    def block_widths(self) -> list[NDArray[Any]]:
        """Width of each block of each network; none of a foreign one."""
        return [np.asarray(each.block_widths) for each in self.architectures]

    def table(self) -> NDArray[np.float64]:
        """Gives a row of numbers for each architecture, equal where two architectures are."""
        ids = [(int(each.id[:8], 16), int(each.id[8:], 16)) for each in self.architectures]
        return np.array(ids, np.float64).reshape(-1, 2)


Networks = ArchitectureBatch | ArchitectureList


def concatenate(pieces: Sequence[Networks]) -> Networks:
    """Joins batches of one outline, or lists."""
    first = pieces[0]
    if isinstance(first, ArchitectureBatch):
        columns = {k: np.concatenate([piece.columns[k] for piece in pieces]) for k in first.columns}  # type: ignore[union-attr]
        return ArchitectureBatch(first.outline, columns)
    return ArchitectureList(tuple(_each(pieces)))


def _each(pieces: Iterable[Networks]) -> Iterable[Architecture]:
    for piece in pieces:
        for i in range(len(piece)):
            yield piece[i]


def _plain(value: Any) -> Any:
    """Gives a whole number as an int."""
    return int(value) if isinstance(value, float) and value.is_integer() else value

"""Data in memory that processes share: one anonymous file, mapped by all, gone when the last of them ends."""

import mmap
import os
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from netspace.training.data import PreparedData, Split

Place = tuple[int, tuple[int, ...], str]
"""Where an array lies in the file: offset in bytes, shape, dtype."""

ALIGNMENT = 64


@dataclass(frozen=True)
class SharedData:
    """Prepared data whose arrays lie in the file of descriptor ``fd``; picklable for processes that inherit ``fd``.

    Attributes:
        fd: descriptor of the anonymous file, which workers inherit under the same number.
        size: of the file, in bytes.
        places: where each array lies, by (data key, split, array).
        outlines: the data without its arrays, by key.
    """

    fd: int
    size: int
    places: Mapping[tuple[Any, str, str], Place]
    outlines: Mapping[Any, PreparedData]

    @classmethod
    def put(cls, data: Mapping[Any, PreparedData]) -> "SharedData":
        """Copies every array once into a new anonymous file."""
        arrays = {(key, *name): array for key, prepared in data.items() for name, array in _arrays(prepared).items()}
        places, size = _layout(arrays)
        fd = _anonymous_file()
        os.ftruncate(fd, max(1, size))
        with mmap.mmap(fd, max(1, size)) as memory:
            for name, array in arrays.items():
                offset = places[name][0]
                memory[offset : offset + array.nbytes] = array.reshape(-1).view(np.uint8).data
        outlines = {key: _without_arrays(prepared) for key, prepared in data.items()}
        return cls(fd, max(1, size), places, outlines)

    def attach(self) -> dict[Any, PreparedData]:
        """Maps the file and gives the data with its arrays in it: no copy."""
        memory = mmap.mmap(self.fd, self.size)
        arrays = {
            name: np.frombuffer(memory, dtype, count=int(np.prod(shape)), offset=offset).reshape(shape)
            for name, (offset, shape, dtype) in self.places.items()
        }
        return {key: _with_arrays(outline, key, arrays) for key, outline in self.outlines.items()}

    def close(self) -> None:
        """Closes this process's descriptor; the memory goes when no process maps it."""
        os.close(self.fd)


def _anonymous_file() -> int:
    """Opens a file without a name: in memory on Linux, elsewhere in the temporary folder."""
    if hasattr(os, "memfd_create"):
        return os.memfd_create("netspace")
    with tempfile.TemporaryFile() as file:
        return os.dup(file.fileno())


_SPLITS = ("train", "validation", "test")


def _arrays(prepared: PreparedData) -> dict[tuple[str, str], NDArray[Any]]:
    splits = {name: getattr(prepared, name) for name in _SPLITS}
    return {
        (name, kind): np.ascontiguousarray(getattr(split, kind))
        for name, split in splits.items()
        if split is not None
        for kind in ("images", "labels")
    }


def _layout(arrays: Mapping[Any, NDArray[Any]]) -> tuple[dict[Any, Place], int]:
    places, offset = {}, 0
    for name, array in arrays.items():
        places[name] = (offset, array.shape, array.dtype.str)
        offset += -(-array.nbytes // ALIGNMENT) * ALIGNMENT
    return places, offset


def _without_arrays(prepared: PreparedData) -> PreparedData:
    empty = Split(np.zeros(0, np.uint8), np.zeros(0, np.int64))
    return replace(prepared, train=empty, validation=empty, test=empty if prepared.test is not None else None)


def _with_arrays(outline: PreparedData, key: Any, arrays: Mapping[Any, NDArray[Any]]) -> PreparedData:
    splits: dict[str, Any] = {
        name: Split(arrays[key, name, "images"], arrays[key, name, "labels"])
        for name in _SPLITS
        if (key, name, "images") in arrays
    }
    return replace(outline, **splits)

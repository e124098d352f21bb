"""What every executor takes and promises."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from netspace.architecture import Architecture
from netspace.populations.record import Epoch, Outcome
from netspace.training.data import PreparedData
from netspace.training.recipe import Recipe


@dataclass(frozen=True)
class Task:
    """One network to train.

    Attributes:
        index: its place in the population.
        architecture: what it is.
        recipe: how it is trained.
        seed: of its weights and data order.
    """

    index: int
    architecture: Architecture
    recipe: Recipe
    seed: int


@dataclass(frozen=True)
class Assignment:
    """What all tasks of one call have in common.

    Attributes:
        data: splits by the (image_size, in_channels) of the networks that take them.
        device: a torch device.
        layout: ``"channels_last"`` or ``"contiguous"``.
    """

    data: Mapping[tuple[int, int], PreparedData]
    device: str
    layout: str


class Listener(Protocol):
    """Hears what happens, in the process that called the executor."""

    def started(self, index: int) -> None:
        """A worker began to train the network at ``index``."""

    def epoch(self, index: int, epoch: Epoch) -> None:
        """The network at ``index`` finished an epoch."""

    def finished(self, index: int, outcome: Outcome) -> None:
        """The network at ``index`` is trained, or failed for good; called exactly once for each task."""


class Executor(Protocol):
    """Trains networks somewhere.

    `run` returns when each task has been reported finished exactly once. A worker that dies costs only its own
    network, which is tried again, three times at most. An exception in the caller, such as Ctrl-C, stops all
    workers within seconds and is raised on; what was reported finished stays so.
    """

    def run(self, assignment: Assignment, tasks: Sequence[Task], listener: Listener) -> None:
        """Trains all ``tasks`` and tells ``listener``."""

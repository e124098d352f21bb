"""One trained, or failed, network with everything that changed a number."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from netspace.architecture import Architecture
from netspace.complexity import Complexity
from netspace.spaces.population import Origin

Status = Literal["complete", "failed"]
Reason = Literal["out_of_memory", "diverged", "exception", "worker_died"]
"""Why a network failed: no memory; a loss that is not a number; an exception; its worker died again and again."""


@dataclass(frozen=True, slots=True)
class Epoch:
    """One row of the learning curve. Errors are top-1 in percent; ``train_error`` is on augmented images."""

    epoch: int
    learning_rate: float
    train_loss: float
    train_error: float
    validation_error: float | None
    seconds: float


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a network has no error: a reason, one line for people, and the traceback if there was one."""

    reason: Reason
    message: str
    traceback: str = ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What training one network gave; a `Record` is an outcome with all that led to it.

    Attributes:
        error: top-1 error on the held-out validation split after the last epoch, in percent; ``None``: failed.
        test_error: the same on the test split, read once after the last epoch; ``None``: failed, or no test split.
        curve: an `Epoch` for each finished epoch.
        started_at: UTC, ISO 8601.
        seconds: wall time of the network from its weights to its last evaluation.
        images_per_second: training throughput.
        device: name of the processor, threads, memory layout, precision.
        versions: of netspace, torch, numpy and Python.
        failure: why it failed; ``None`` where it did not.
        attempts: how many times it was started (more than 1: workers died under it).
    """

    error: float | None
    test_error: float | None
    curve: tuple[Epoch, ...]
    started_at: str
    seconds: float
    images_per_second: float | None
    device: Mapping[str, Any]
    versions: Mapping[str, str]
    failure: Failure | None = None
    attempts: int = 1

    @property
    def status(self) -> Status:
        """``"complete"`` or ``"failed"``."""
        return "failed" if self.failure else "complete"


@dataclass(frozen=True)
class Record:
    """One network of a population, trained or failed.

    Attributes:
        population: name of its population.
        index: its place in the population, from 0.
        architecture: the network.
        parameters: the values of the space's parameters it was decoded from.
        complexity: its multiply-adds, parameters and activations.
        origin: where it was sampled from.
        recipe: the training recipe, every field.
        data: the data set: name, fingerprint, sizes of its splits, how images meet the network's input.
        seed: the study's seed; the network's own streams derive from it and the architecture's id.
        outcome: what training gave.
    """

    population: str
    index: int
    architecture: Architecture
    parameters: Mapping[str, float]
    complexity: Complexity
    origin: Origin
    recipe: Mapping[str, Any]
    data: Mapping[str, Any]
    seed: int
    outcome: Outcome

    @property
    def status(self) -> Status:
        """``"complete"`` or ``"failed"``."""
        return self.outcome.status

    @property
    def error(self) -> float | None:
        """Top-1 error on the validation split after the last epoch, in percent; ``None`` if it failed."""
        return self.outcome.error

"""One trained, or failed, network with everything that changed a number."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any, Literal, Self

from netspace.architecture import Architecture
from netspace.complexity import Complexity
from netspace.errors import StoreError
from netspace.populations.encoding import dump_origin, number, plain, read_number, read_object, read_origin
from netspace.spaces.population import Origin

__all__ = ["Epoch", "Failure", "Origin", "Outcome", "Reason", "Record", "Status"]

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

    def to_dict(self) -> dict[str, Any]:
        """Gives every field as values that JSON knows; the curve as a list for each of `Epoch`'s fields."""
        raw = {f.name: plain(getattr(self, f.name)) for f in fields(self) if f.name not in ("curve", "failure")}
        return raw | {"curve": dump_curve(self.curve), "failure": asdict(self.failure) if self.failure else None}

    @classmethod
    def from_dict(cls, raw: Mapping[str, Any]) -> Self:
        """Reads what `to_dict` gave.

        Raises:
            StoreError: a field is missing, unknown or of another type.
        """
        given = read_object("an outcome", raw, [f.name for f in fields(cls)])
        for name in ("error", "test_error", "seconds", "images_per_second"):
            given[name] = read_number(given[name])
        failure = given["failure"]
        if failure is not None:
            failure = Failure(**read_object("a failure", failure, [f.name for f in fields(Failure)]))
        return cls(**given | {"curve": read_curve(given["curve"]), "failure": failure})

    def to_json(self) -> str:
        """Gives `to_dict` as JSON; numbers that are not finite are written as strings.

        Example:
            >>> outcome = Outcome(31.5, None, (), "2026-01-01T00:00:00+00:00", 12.5, 900.0, {"name": "cpu"}, {})
            >>> Outcome.from_json(outcome.to_json()) == outcome
            True
        """
        return json.dumps(self.to_dict(), sort_keys=True)

    @classmethod
    def from_json(cls, text: str) -> Self:
        """Reads what `to_json` wrote; see `from_dict`."""
        return cls.from_dict(_loads("an outcome", text))


@dataclass(frozen=True)
class Record:
    """One network of a population, trained or failed.

    Attributes:
        population: name of its population.
        index: its place in the population, from 0.
        architecture: the network.
        parameters: the values of the space's parameters it was decoded from, and of those it was trained by; words, or
            ``None`` where one is not known, only in populations that were trained elsewhere.
        complexity: its multiply-adds, parameters and activations; ``None``, each, where it is not known.
        origin: where it was sampled from.
        recipe: how it was trained, every field, its own values among them.
        data: the data set: name, fingerprint, sizes of its splits, how images meet the network's input.
        seed: the study's seed; the network's own streams derive from it, with its parameter ``seed`` added to it where
            it has one, and from the architecture's id.
        outcome: what training gave.
    """

    population: str
    index: int
    architecture: Architecture
    parameters: Mapping[str, Any]
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

    def to_dict(self) -> dict[str, Any]:
        """Gives every field as values that JSON knows."""
        return {
            "population": self.population,
            "index": self.index,
            "architecture": json.loads(self.architecture.to_json()),
            "parameters": plain(self.parameters),
            "complexity": plain(asdict(self.complexity)),
            "origin": dump_origin(self.origin),
            "recipe": plain(self.recipe),
            "data": plain(self.data),
            "seed": self.seed,
            "outcome": self.outcome.to_dict(),
        }

    @classmethod
    def from_dict(cls, raw: Mapping[str, Any]) -> Self:
        """Reads what `to_dict` gave.

        Raises:
            StoreError: a field is missing, unknown or of another type.
            ArchitectureError: the architecture describes no network.
        """
        given = read_object("a record", raw, [f.name for f in fields(cls)])
        given["architecture"] = Architecture.from_dict(given["architecture"])
        given["complexity"] = Complexity(
            **read_object("a complexity", given["complexity"], ["flops", "params", "acts"])
        )
        given["origin"] = read_origin(given["origin"])
        given["outcome"] = Outcome.from_dict(given["outcome"])
        return cls(**given)

    def to_json(self) -> str:
        """Gives `to_dict` as JSON; numbers that are not finite are written as strings."""
        return json.dumps(self.to_dict(), sort_keys=True)

    @classmethod
    def from_json(cls, text: str) -> Self:
        """Reads what `to_json` wrote; see `from_dict`."""
        return cls.from_dict(_loads("a record", text))


def dump_curve(curve: tuple[Epoch, ...]) -> dict[str, list[Any]]:
    """Gives a learning curve as a list for each field, which is half as long as an object for each epoch."""
    return {f.name: [number(getattr(epoch, f.name)) for epoch in curve] for f in fields(Epoch)}


def read_curve(raw: Any) -> tuple[Epoch, ...]:
    """Reads what `dump_curve` gave.

    Raises:
        StoreError: it is not that.
    """
    names = [f.name for f in fields(Epoch)]
    columns = read_object("a learning curve", raw, names)
    try:
        rows = zip(*(columns[name] for name in names), strict=True)
        return tuple(Epoch(int(row[0]), *map(read_number, row[1:])) for row in rows)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        raise StoreError("a learning curve holds lists of numbers, as many for each field: this one does not") from None


def _loads(what: str, text: str) -> Any:
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        raise StoreError(f"{what}'s JSON does not parse: {error}") from None

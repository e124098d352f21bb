"""The one training loop: a network, a recipe and data in; an outcome, whatever happens, out."""

import math
import platform
import time
import traceback
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib.metadata import version
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from torch import Tensor, nn

from netspace.architecture import Architecture
from netspace.errors import DivergedError, RecipeError
from netspace.networks import build
from netspace.populations.record import Epoch, Failure, Outcome, Reason
from netspace.random import derive_seed
from netspace.training.batches import Images, evaluation_batches, training_batches
from netspace.training.data import PreparedData, Split
from netspace.training.devices import describe_device
from netspace.training.recipe import Recipe
from netspace.training.schedule import learning_rate, steps_per_epoch
from netspace.version import __version__

MEMORY_FORMATS = {"channels_last": torch.channels_last, "contiguous": torch.contiguous_format}

CHECK_EVERY = 25
"""Steps between looks at the loss; a look waits for the device."""

OnEpoch = Callable[[Epoch], None]


@dataclass
class _Progress:
    """What is known of a network so far, kept also when it fails."""

    curve: list[Epoch] = field(default_factory=list)
    images: int = 0
    training_seconds: float = 0.0

    def add(self, epoch: Epoch, images: int) -> None:
        """Takes note of a finished epoch of so many images."""
        self.curve.append(epoch)
        self.images += images
        self.training_seconds += epoch.seconds


def train_network(
    architecture: Architecture,
    recipe: Recipe,
    data: PreparedData,
    *,
    seed: int,
    device: str = "cpu",
    layout: str = "channels_last",
    on_epoch: OnEpoch = lambda _: None,
) -> Outcome:
    """Trains one network and measures it; a network that cannot be trained gives a failed outcome, not an exception.

    Weights, order of data and augmentation depend on ``seed`` alone. The validation split is read after every epoch
    and only reported; the test split once, after the last.

    Args:
        architecture: what to train; its input and classes must be those of ``data``.
        recipe: how.
        data: splits at the network's input size.
        seed: of this network; see `network_seed`.
        device: a torch device.
        layout: ``"channels_last"`` or ``"contiguous"``.
        on_epoch: called with each finished epoch.
    """
    started_at, start = datetime.now(UTC).isoformat(timespec="seconds"), time.perf_counter()
    progress = _Progress()
    error = test_error = failure = None
    try:
        with _own_randomness(seed, torch.device(device)):
            error, test_error = _train(
                architecture, recipe, data, seed, torch.device(device), layout, on_epoch, progress
            )
    except Exception as exception:  # noqa: BLE001 whatever a network's own code raises is that network's failure
        failure = explain(exception)
    return Outcome(
        error=error,
        test_error=test_error,
        curve=tuple(progress.curve),
        started_at=started_at,
        seconds=time.perf_counter() - start,
        images_per_second=progress.images / progress.training_seconds if progress.training_seconds else None,
        device=describe_device(device) | {"layout": layout, "precision": "fp32"},
        versions=versions(architecture.foreign.partition(":")[0]),
        failure=failure,
    )


@contextmanager
def _own_randomness(seed: int, device: torch.device) -> Iterator[None]:
    """Gives what draws from torch's global generators, such as dropout, the network's own stream."""
    with torch.random.fork_rng(devices=[device] if device.type == "cuda" else []):
        torch.manual_seed(derive_seed(seed, "layers"))
        yield


def network_seed(seed: int, architecture: Architecture, parameters: Mapping[str, Any] | None = None) -> int:
    """Gives the seed of one network of a study: the same in every population, order and number of workers.

    Args:
        seed: of the study.
        architecture: of the network.
        parameters: of the network; the one called ``seed`` is added to the study's, no other matters.

    Raises:
        RecipeError: the network's own seed is not a whole number.
    """
    own = (parameters or {}).get("seed", 0)
    if own != int(own):
        raise RecipeError(f"seed = {own!r} is not allowed: it should be a whole number")
    return derive_seed(seed + int(own) if own else seed, "network", architecture.id)


def explain(exception: BaseException) -> Failure:
    """Turns an exception into the reason why a network failed."""
    text = str(exception)
    if isinstance(exception, DivergedError):
        return Failure("diverged", text)
    exhausted = isinstance(exception, MemoryError | torch.OutOfMemoryError) or "allocate memory" in text
    reason: Reason = "out_of_memory" if exhausted else "exception"
    first_line = text.strip().splitlines()[0] if text.strip() else ""
    return Failure(reason, f"{type(exception).__name__}: {first_line}", "".join(traceback.format_exception(exception)))


def versions(library: str = "") -> dict[str, str]:
    """Gives the versions that a record keeps, that of the library which built a foreign network among them."""
    return ({library: version(library)} if library else {}) | {
        "netspace": __version__,
        "torch": torch.__version__,
        "numpy": np.__version__,
        "python": platform.python_version(),
    }


def _train(
    architecture: Architecture,
    recipe: Recipe,
    data: PreparedData,
    seed: int,
    device: torch.device,
    layout: str,
    on_epoch: OnEpoch,
    progress: _Progress,
) -> tuple[float | None, float | None]:
    memory_format = MEMORY_FORMATS[layout]
    network = build(architecture, seed=derive_seed(seed, "weights")).to(device, memory_format=memory_format)  # type: ignore[call-overload]
    train, validation = (to_device(data, split, device, memory_format) for split in (data.train, data.validation))
    optimizer = make_optimizer(network, recipe)
    for epoch in range(recipe.epochs):
        start = time.perf_counter()
        rate, loss, train_error = _train_epoch(network, optimizer, train, recipe, seed, epoch)
        seconds = time.perf_counter() - start
        row = Epoch(epoch + 1, rate, loss, train_error, evaluate(network, validation), seconds)
        progress.add(row, steps_per_epoch(recipe, len(train)) * min(recipe.batch_size, len(train)))
        on_epoch(row)
    test_error = evaluate(network, to_device(data, data.test, device, memory_format)) if data.test else None
    return progress.curve[-1].validation_error, test_error


def _train_epoch(
    network: nn.Module, optimizer: torch.optim.Optimizer, train: Images, recipe: Recipe, seed: int, epoch: int
) -> tuple[float, float, float]:
    """Trains one epoch; gives its last learning rate, mean loss, and error in percent."""
    network.train()
    steps = steps_per_epoch(recipe, len(train))
    totals = torch.zeros(2, device=train.y_N.device)
    seen, rate = 0, 0.0
    for step, (x, y) in enumerate(training_batches(train, recipe, seed, epoch)):
        rate = learning_rate(recipe, epoch * steps + step, steps)
        totals += train_step(network, optimizer, x, y, rate, recipe.label_smoothing)
        seen += len(y)
        if step % CHECK_EVERY == 0:
            _check_finite(totals[0], epoch, step)
    _check_finite(totals[0], epoch, steps)
    loss, errors = (totals / seen).tolist()
    return rate, loss, 100 * errors


def make_optimizer(network: nn.Module, recipe: Recipe) -> torch.optim.Optimizer:
    """Makes SGD on every parameter, fused into one kernel where torch can."""
    return torch.optim.SGD(
        network.parameters(),
        lr=recipe.learning_rate,
        momentum=recipe.momentum,
        nesterov=recipe.nesterov and recipe.momentum > 0,
        weight_decay=recipe.weight_decay,
        fused=True,
    )


def train_step(
    network: nn.Module, optimizer: torch.optim.Optimizer, x: Tensor, y: Tensor, rate: float, label_smoothing: float
) -> Tensor:
    """Takes one step at ``rate``; gives the sums of losses and of errors over the batch, without waiting for them."""
    for group in optimizer.param_groups:
        group["lr"] = rate
    logits = network(x)
    loss = F.cross_entropy(logits, y, label_smoothing=label_smoothing)
    optimizer.zero_grad(set_to_none=True)
    loss.backward()  # type: ignore[no-untyped-call]
    optimizer.step()
    with torch.no_grad():
        return torch.stack([loss.detach() * len(y), (logits.argmax(1) != y).sum()])


@torch.inference_mode()
def evaluate(network: nn.Module, images: Images) -> float:
    """Gives the top-1 error on a split, in percent."""
    network.eval()
    wrong: Any = 0
    for x, y in evaluation_batches(images):
        wrong = wrong + (network(x).argmax(1) != y).sum()
    return 100.0 * float(wrong) / len(images)


def to_device(data: PreparedData, split: Split, device: torch.device, memory_format: torch.memory_format) -> Images:
    """Puts a split on a device; on the CPU it is the shared memory itself, not a copy."""
    mean, std = (
        torch.as_tensor(v, dtype=torch.float32, device=device).reshape(-1, 1, 1) for v in (data.mean, data.std)
    )
    return Images(_tensor(split.images, device), _tensor(split.labels, device), mean, std, memory_format)


def _tensor(array: NDArray[Any], device: torch.device) -> Tensor:
    """Wraps an array, without a copy where it can be written to: torch knows no read-only memory."""
    return torch.from_numpy(array if array.flags.writeable else array.copy()).to(device)


def _check_finite(loss: Tensor, epoch: int, step: int) -> None:
    if not math.isfinite(float(loss)):
        raise DivergedError(f"the training loss was {float(loss)} in epoch {epoch + 1}, by step {step}")

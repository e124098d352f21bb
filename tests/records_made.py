"""Populations whose errors come from a formula instead of training: as large as wanted, in no time."""

from collections.abc import Sequence

import numpy as np

from netspace.architecture import Architecture
from netspace.complexity import Complexity
from netspace.populations.record import Epoch, Failure, Outcome, Record
from netspace.populations.records import Records
from netspace.random import stream
from netspace.spaces import Population, get_space

RECIPE = {"name": "quick", "epochs": 10, "batch_size": 128, "optimizer": {"name": "sgd", "learning_rate": 0.05}}
DATA = {"name": "cifar10", "fingerprint": "9f86d081884c7d65", "train": 40_000, "validation": 10_000, "image_size": 32}
DEVICE = {"name": "AMD EPYC", "threads": 1, "layout": "channels_last", "precision": "float32"}
VERSIONS = {"netspace": "0.1.0", "torch": "2.13.0", "numpy": "2.4.6", "python": "3.12.1"}


def synthetic_population(space: str, n: int, *, seed: int = 0, failed: int = 0, name: str | None = None) -> Records:
    """Gives ``n`` networks of a published space, the last ``failed`` of them failed."""
    sample = get_space(space, image_size=32, stem="cifar", num_classes=10).sample(n, flops=(4e6, 6e6), seed=seed)
    errors = model_errors(sample, seed)
    outcomes = [finished(float(error), seed, i) for i, error in enumerate(errors)]
    outcomes[n - failed :] = [broken(i) for i in range(failed)]
    return Records.from_records(name or space, make_records(name or space, sample, outcomes))


def make_records(name: str, sample: Population, outcomes: Sequence[Outcome]) -> list[Record]:
    """Puts networks and outcomes together."""
    cost = sample.complexity
    return [
        Record(
            population=name,
            index=i,
            architecture=sample[i],
            parameters={key: column[i].item() for key, column in sample.parameters.items()},
            complexity=Complexity(int(cost.flops[i]), int(cost.params[i]), int(cost.acts[i])),
            origin=sample.origin,
            recipe=RECIPE,
            data=DATA,
            seed=0,
            outcome=outcome,
        )
        for i, outcome in enumerate(outcomes)
    ]


def model_errors(sample: Population, seed: int) -> np.ndarray:
    """Gives errors that fall with widths that grow, with a middling depth and with params, plus a skewed rest."""
    noise = stream(seed, "synthetic", str(sample.origin.space)).gamma(2.0, 0.9, len(sample))
    return np.array([_model_error(net) for net in sample]) + noise + 1.5 * np.log(3e5 / sample.complexity.params)


def _model_error(net: Architecture) -> float:
    steps = np.diff([np.log2(stage.width) for stage in net.stages])
    shrinking = float(np.maximum(-steps, 0).sum())
    return 14 + 0.8 * shrinking + 2.5 * abs(np.log2(net.depth / 16)) ** 1.5


def finished(error: float, seed: int = 0, i: int = 0) -> Outcome:
    """Gives the outcome of a network that finished with ``error`` after ten epochs."""
    wobble = stream(seed, "curve", i).normal(0, 0.8, 10)
    shown = [
        min(90.0, error + 55 * np.exp(-epoch / 2.2) * (1 - epoch / 9) + wobble[epoch] * (epoch < 9))
        for epoch in range(10)
    ]
    curve = tuple(Epoch(k, 0.05, 2.0 / (k + 1), e + 2, float(e), 4.0) for k, e in enumerate(shown))
    return Outcome(
        error, error + 0.4, curve, f"2026-11-20T10:{i // 60 % 60:02}:{i % 60:02}Z", 42.5, 11_000.0, DEVICE, VERSIONS
    )


def broken(i: int = 0) -> Outcome:
    """Gives the outcome of a network that failed."""
    if i % 2:
        failure = Failure("diverged", "the loss was not a number in epoch 3")
    else:
        failure = Failure("exception", "RuntimeError: shapes <1> & <2>", "Traceback (most recent call last):\n  ...")
    return Outcome(None, None, (), "2026-11-20T10:00:00Z", 7.0, None, DEVICE, VERSIONS, failure)

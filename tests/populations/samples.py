"""Plans and outcomes for tests, and Hypothesis strategies of them."""

from dataclasses import replace

import numpy as np
from hypothesis import strategies as st

from netspace import get_space
from netspace.populations import Epoch, Failure, Outcome, Plan

SPACE = get_space("regnetx", image_size=32, stem="cifar", num_classes=10)
RECIPE = {"name": "quick", "epochs": 2, "learning_rate": 0.2}
DATA = {"name": "builtin", "fingerprint": "abc", "sizes": [800, 200]}
TRAINING = {"recipe": RECIPE, "data": DATA, "seed": 0}


def plan(name: str = "a", n: int = 6, sample_seed: int = 0, **changes) -> Plan:
    population = SPACE.sample(n, flops=(2e6, 60e6), seed=sample_seed)
    fields = {"parameters": population.parameters, "complexity": population.complexity, "origin": population.origin}
    return Plan(**{"name": name, "architectures": population.architectures} | fields | changes)


def complete(error: float = 40.0, **changes) -> Outcome:
    fields = {
        "error": error,
        "test_error": error + 1,
        "curve": (Epoch(0, 0.2, 2.1, 80.0, 75.0, 1.5), Epoch(1, 0.0, 1.9, 60.0, error, 1.5)),
        "started_at": "2026-01-01T00:00:00+00:00",
        "seconds": 3.0,
        "images_per_second": 500.0,
        "device": {"name": "cpu", "threads": 1},
        "versions": {"netspace": "0.1.0"},
    }
    return Outcome(**fields | changes)


def failed(reason: str = "diverged", **changes) -> Outcome:
    failure = Failure(reason, "the loss was nan", "Traceback\n  \x00 \ud800 ...")
    fields = {"failure": failure, "error": None, "test_error": None, "images_per_second": None, "curve": ()}
    return replace(complete(), **fields | changes)


numbers = st.floats(allow_nan=False)
percents = st.floats(0, 100)
finite = st.floats(0, 1e12)
texts = st.text(max_size=20)
mappings = st.dictionaries(texts, st.one_of(st.none(), st.booleans(), st.integers(), finite, texts), max_size=4)
epochs = st.builds(Epoch, st.integers(0, 1000), numbers, numbers, numbers, st.none() | numbers, numbers)
curves = st.lists(epochs, max_size=4).map(tuple)
times = st.datetimes().map(lambda time: time.isoformat() + "+00:00")
reasons = st.sampled_from(["out_of_memory", "diverged", "exception", "worker_died"])
text_mappings = st.dictionaries(texts, texts, max_size=4)


def _outcomes(error, test_error, failure) -> st.SearchStrategy[Outcome]:
    return st.builds(
        Outcome, error, test_error, curves, times, finite, st.none() | finite, mappings, text_mappings, failure,
        st.integers(1, 9),
    )  # fmt: skip


outcomes = st.one_of(
    _outcomes(percents, st.none() | percents, st.none()),
    _outcomes(st.none(), st.none(), st.builds(Failure, reasons, texts, texts)),
)


def array(*values) -> np.ndarray:
    return np.array(values)

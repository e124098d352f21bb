"""Which memory layout trains faster here: timed, not assumed."""

import time
from collections.abc import Callable
from statistics import median

import torch

from netspace.architecture import Architecture
from netspace.networks import build
from netspace.training.batches import training_batches
from netspace.training.data import PreparedData
from netspace.training.loop import MEMORY_FORMATS, make_optimizer, to_device, train_step
from netspace.training.recipe import Recipe

ROUNDS = 5


def choose_layout(architecture: Architecture, recipe: Recipe, data: PreparedData, device: str) -> str:
    """Gives the recipe's layout, or for ``"auto"`` the one in which a training step of ``architecture`` is faster.

    Layouts take turns, so that a busy moment of the machine falls on both; medians of five steps are compared. The
    choice changes results by rounding only; a study makes it once and keeps it.
    """
    if recipe.layout != "auto":
        return recipe.layout
    steppers = {layout: _stepper(architecture, recipe, data, device, layout) for layout in MEMORY_FORMATS}
    seconds: dict[str, list[float]] = {layout: [] for layout in MEMORY_FORMATS}
    for _ in range(ROUNDS + 1):
        for layout, step in steppers.items():
            seconds[layout].append(step())
    return min(seconds, key=lambda layout: median(seconds[layout][1:]))  # the first step warms up


def _stepper(
    architecture: Architecture, recipe: Recipe, data: PreparedData, device: str, layout: str
) -> Callable[[], float]:
    """Makes a function that takes one training step and gives its seconds."""
    memory_format = MEMORY_FORMATS[layout]
    network = build(architecture, seed=0).to(torch.device(device), memory_format=memory_format)  # type: ignore[call-overload]
    optimizer = make_optimizer(network, recipe)
    x, y = next(training_batches(to_device(data, data.train, torch.device(device), memory_format), recipe, 0, 0))

    def step() -> float:
        start = time.perf_counter()
        train_step(network, optimizer, x, y, recipe.learning_rate, recipe.label_smoothing).cpu()
        return time.perf_counter() - start

    return step

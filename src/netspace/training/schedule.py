"""The learning rate of every step."""

import math

from netspace.training.recipe import Recipe


def steps_per_epoch(recipe: Recipe, images: int) -> int:
    """Gives the whole batches in an epoch; fewer images than a batch make one."""
    return images // min(recipe.batch_size, images)


def learning_rate(recipe: Recipe, step: int, epoch_steps: int) -> float:
    """Gives the rate of ``step`` (from 0): a linear warm-up, then half a cosine to 0 over what is left.

    The papers' code sets the rate once an epoch and lets warm-up multiply the cosine; setting it every step matters
    for recipes of few epochs only.
    """
    warmup = recipe.warmup_epochs * epoch_steps
    total = recipe.epochs * epoch_steps
    if step < warmup:
        return recipe.learning_rate * (step + 1) / (warmup + 1)
    progress = (step - warmup) / max(1.0, total - warmup)
    return 0.5 * recipe.learning_rate * (1 + math.cos(math.pi * progress))

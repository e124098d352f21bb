"""The learning rate of every step."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netspace.training.recipe import Recipe
from netspace.training.schedule import learning_rate, steps_per_epoch


def test_half_period_cosine() -> None:
    recipe = Recipe(epochs=4, learning_rate=0.8)
    rates = [learning_rate(recipe, step, 10) for step in range(40)]
    assert rates[0] == 0.8
    assert rates[20] == pytest.approx(0.4)
    assert 0 < rates[-1] < 0.01


@given(st.integers(1, 9), st.floats(0, 0.99), st.integers(1, 50))
def test_rates_rise_then_fall_and_stay_in_range(epochs: int, part: float, epoch_steps: int) -> None:
    recipe = Recipe(epochs=epochs, warmup_epochs=part * epochs, learning_rate=0.3)
    rates = [learning_rate(recipe, step, epoch_steps) for step in range(epochs * epoch_steps)]
    assert all(0 < rate <= 0.3 for rate in rates)
    peak = rates.index(max(rates))
    assert rates[: peak + 1] == sorted(rates[: peak + 1])
    assert rates[peak:] == sorted(rates[peak:], reverse=True)


def test_whole_batches_only() -> None:
    assert steps_per_epoch(Recipe(batch_size=128), 300) == 2
    assert steps_per_epoch(Recipe(batch_size=128), 100) == 1

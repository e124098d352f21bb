"""Ordered draws are exactly independent draws conditioned on their order."""

from itertools import product

import numpy as np
import pytest
from scipy import stats

from netspace.random import stream
from netspace.spaces.components import PerStage
from netspace.spaces.distributions import Distribution, log_uniform
from netspace.spaces.picking import Picker


@pytest.mark.parametrize("rule", ["increasing", "decreasing"])
def test_ordered_draws_follow_the_conditional_distribution(rule: str) -> None:
    distribution = Distribution((1, 2, 3), (0.5, 0.3, 0.2), "")
    component = PerStage("width", (distribution,) * 3, rule)
    drawn = component.parameters(stream(0, "test").random((200_000, 3)))
    table = np.stack([drawn[f"width_{i}"] for i in (1, 2, 3)], axis=1)
    sign = 1 if rule == "increasing" else -1
    allowed = [
        t for t in product((1, 2, 3), repeat=3) if all(sign * a <= sign * b for a, b in zip(t, t[1:], strict=False))
    ]
    weights = np.array([np.prod([distribution.probabilities[v - 1] for v in t]) for t in allowed])
    observed = np.array([(table == t).all(axis=1).sum() for t in allowed])
    assert observed.sum() == len(table)  # nothing out of order
    expected = weights / weights.sum() * len(table)
    assert stats.chisquare(observed, expected).pvalue > 1e-3


def test_shared_and_free_parameters_have_their_names() -> None:
    free = PerStage("depth", (log_uniform(1, 16),) * 2)
    shared = PerStage("depth", (log_uniform(1, 16),) * 2, "shared")
    assert free.names == ("depth_1", "depth_2")
    assert (shared.names, shared.dimensions) == (("depth",), 1)
    columns, valid = shared.decide({"depth": np.array([3, 4])})
    assert columns["depth"].tolist() == [[3, 3], [4, 4]]
    assert valid.all()


def test_the_largest_numbers_stay_inside_narrowed_stages() -> None:
    """A number that rounding brings up to the total weight has the last value that its stage may have."""
    few, many = log_uniform(8, 64, 8), log_uniform(8, 1024, 8)
    component = PerStage("width", (few, few, many), "increasing")
    top = component.parameters(np.full((1, 3), np.nextafter(1.0, 0.0)))
    assert {name: int(value[0]) for name, value in top.items()} == {"width_1": 64, "width_2": 64, "width_3": 1024}
    beyond = Picker(np.array([0.2, 0.7, 0.7, 0.7]))
    assert beyond(np.array([0.7])).tolist() == [1]

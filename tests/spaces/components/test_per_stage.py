"""Ordered draws are exactly independent draws conditioned on their order."""

from itertools import product

import numpy as np
import pytest
from scipy import stats

from netspace.random import stream
from netspace.spaces.components import PerStage
from netspace.spaces.distributions import Distribution, log_uniform


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

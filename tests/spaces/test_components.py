"""Ordered draws are exactly independent draws conditioned on their order; lines make exactly the stages asked for."""

from itertools import product

import numpy as np
import pytest
from scipy import stats

from netspace.random import stream
from netspace.spaces.components import PerStage, QuantizedLine
from netspace.spaces.distributions import Distribution, log_uniform


@pytest.mark.parametrize("rule", ["increasing", "decreasing"])
def test_ordered_draws_follow_the_conditional_distribution(rule: str) -> None:
    distribution = Distribution((1, 2, 3), (0.5, 0.3, 0.2), "")
    component = PerStage("width", distribution, 3, rule)
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
    free = PerStage("depth", log_uniform(1, 16, 1), 2)
    shared = PerStage("depth", log_uniform(1, 16, 1), 2, "shared")
    assert free.names == ("depth_1", "depth_2")
    assert (shared.names, shared.dimensions) == (("depth",), 1)
    columns, valid = shared.stages({"depth": np.array([3, 4])})
    assert columns["depth"].tolist() == [[3, 3], [4, 4]]
    assert valid.all()


def line(num_stages: int) -> QuantizedLine:
    return QuantizedLine(
        log_uniform(num_stages, 63, 1),
        log_uniform(8, 248, 8),
        log_uniform(8, 255.9, 0.1),
        log_uniform(1.5, 3, 0.001),
        num_stages,
    )


@pytest.mark.parametrize("num_stages", [1, 3, 4])
def test_lines_agree_with_the_constructor(num_stages: int) -> None:
    """Valid draws are those whose per-block widths form that many stages with every exponent used."""
    from netspace.families import quantized_linear_widths

    component = line(num_stages)
    drawn = component.parameters(stream(1, "test").random((3000, 4)))
    columns, valid = component.stages(drawn)
    assert 0 < valid.sum() < 3000
    for i in range(0, 3000, 7):
        d = int(drawn["depth"][i])
        args = [[drawn[k][i]] for k in ("depth", "initial_width", "slope", "width_multiplier")]
        w, s = quantized_linear_widths(*args)
        widths, depths = np.unique(w[0][:d], return_counts=True)
        assert valid[i] == (len(widths) == num_stages == s[0].max() + 1)
        if valid[i]:
            assert columns["width"][i].tolist() == widths.tolist()
            assert columns["depth"][i].tolist() == depths.tolist()

"""Distributions of single parameters: exact where stages are ordered, and a check that finds wrong draws."""

from itertools import product

import numpy as np
import pytest

import netspace as ns
from netspace.errors import SpaceError
from netspace.spaces.marginals import Marginal, marginals, noise


def brute_force(distribution: "ns.spaces.distributions.Distribution", stages: int, rule: str) -> np.ndarray:
    """Gives the probability of each value in each stage by going through all sequences."""
    weights = np.zeros((stages, len(distribution.values)))
    for sequence in product(range(len(distribution.values)), repeat=stages):
        steps = np.diff(sequence)
        if (steps >= 0).all() if rule == "increasing" else (steps <= 0).all():
            weight = np.prod(distribution.probabilities[list(sequence)])
            for stage, value in enumerate(sequence):
                weights[stage, value] += weight
    return weights / weights.sum(axis=1, keepdims=True)


@pytest.mark.parametrize("rule", ["increasing", "decreasing"])
def test_ordered_stages_are_exact(rule: str) -> None:
    depth = ns.log_uniform(1, 5)
    found = marginals(ns.get_space("anynetx_a", num_stages=3).vary(depth=depth).order("depth", rule))
    for stage, expected in enumerate(brute_force(depth, 3, rule)):
        marginal = found[f"depth_{stage + 1}"]
        assert marginal.values.tolist() == [1, 2, 3, 4, 5]
        assert marginal.cumulative == pytest.approx(np.cumsum(expected))


def test_stages_of_other_ranges_and_a_last_one_that_is_free() -> None:
    space = ns.get_space("anynetx_a", num_stages=3).vary(depth_1=[1, 2], depth_2=[2, 3]).order("depth", last=False)
    found = marginals(space)
    assert found["depth_1"].at([0, 1, 2, 3]).tolist() == [0, 0.5, 1, 1]  # no order between 1 or 2 and 2 or 3 is broken
    assert found["depth_2"].at([1, 2, 3]).tolist() == pytest.approx([0, 0.5, 1])
    assert found["depth_3"].cumulative == pytest.approx(ns.log_uniform(1, 16).cumulative)


@pytest.mark.parametrize(
    "name", ["anynetx_a", "anynetx_e", "anynetx_d_decreasing", "regnetx", "regnetx_w0_wa", "rexnet_5", "regnetx_epochs"]
)
def test_draws_follow_them(name: str) -> None:
    space = ns.get_space(name)
    drawn = space.parameters(np.random.default_rng(0).random((20_000, space.draws)))
    found = marginals(space)
    allowed = noise(20_000, parameters=len(found), confidence=0.999)
    assert {key for key in drawn if not key.startswith("f_")} <= set(found)
    assert max(marginal.distance(drawn[key]) for key, marginal in found.items()) <= allowed


def test_wrong_draws_are_found() -> None:
    uniform = ns.uniform(8, 1024, 8).quantile(np.random.default_rng(0).random(500))
    marginal = marginals(ns.get_space("anynetx_a"))["width_1"]
    assert marginal.distance(uniform) > 5 * noise(500, parameters=16)


def test_the_distance_looks_at_every_value() -> None:
    marginal = Marginal(np.array([1, 2, 4]), np.array([0.25, 0.5, 1.0]))
    assert marginal.distance([1, 2, 4, 4]) == 0
    assert marginal.distance([4, 4]) == 0.5
    assert marginal.distance([3, 3]) == 0.5  # which it cannot be
    assert marginal.at(3) == 0.5


def test_noise_holds_its_promise() -> None:
    generator, marginal = np.random.default_rng(1), marginals(ns.get_space("regnetx"))["slope"]
    distribution = ns.log_uniform(8, 255.9, 0.1)
    distances = [marginal.distance(distribution.quantile(generator.random(100))) for _ in range(1000)]
    assert 0.01 < np.mean(np.array(distances) > noise(100)) < 0.07


@pytest.mark.parametrize(
    "numbers", [{"n": 0}, {"n": 5, "parameters": 0}, {"n": 5, "confidence": 1.0}, {"n": 5, "confidence": 0}]
)
def test_no_noise_of_nothing(numbers: dict) -> None:
    with pytest.raises(SpaceError, match="no noise of"):
        noise(**numbers)

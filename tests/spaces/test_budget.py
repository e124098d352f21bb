"""A budget of latency keeps what its runtime predicts, from depth too where the runtime asks for it."""

import numpy as np
import pytest

import netspace as ns
from netspace.complexity import Complexity, RuntimeModel, complexity
from netspace.errors import SpaceError
from netspace.spaces import Population
from netspace.spaces.budget import say

BLOCKS = RuntimeModel("blocks", {"ms": 0.5, "ms_per_gf": 20.0, "ms_per_m_acts": 2.0, "ms_per_block": 0.2})
LINES = ns.get_space("regnetx", image_size=32, stem="cifar", num_classes=10)
STAGES = ns.get_space("anynetx_a", image_size=32, stem="cifar", num_classes=10)
SAME_DEPTH = STAGES.fix(depth=3)
MADE = ns.DesignSpace.from_function(
    "ReXNets",
    lambda width, depth: ns.rexnet(width, depth, image_size=64),
    {"width": ns.uniform(0.5, 1.5, 0.1), "depth": [0.8, 1.0, 1.2, 1.5]},
)


@pytest.mark.parametrize(
    ("space", "limits"),
    [(LINES, (4.0, 5.0)), (STAGES, (4.0, 5.0)), (SAME_DEPTH, (4.0, 5.0)), (MADE, (None, 7.0))],
    ids=lambda each: getattr(each, "name", ""),
)
def test_networks_keep_the_predicted_latency(space: ns.DesignSpace, limits: tuple[float | None, float]) -> None:
    """Predicted again, one by one, from the architectures."""
    population = space.sample(5, latency=limits, runtime=BLOCKS, seed=1)
    again = [BLOCKS.predict(complexity(network), network.depth) for network in population]
    assert all((limits[0] or 0) <= ms <= limits[1] for ms in again)
    assert BLOCKS.predict(population.complexity, population.depth) == pytest.approx(again)


def test_depth_decides_which_networks_keep_it() -> None:
    blind = RuntimeModel("linear", {key: BLOCKS.coefficients[key] for key in ("ms", "ms_per_gf", "ms_per_m_acts")})
    population = STAGES.sample(100, latency=(None, 5.0), runtime=blind, seed=1)
    kept = BLOCKS.predict(population.complexity, population.depth) <= 5
    assert 0 < kept.sum() < 100


def test_errors_tell_the_latency_that_can_be_had() -> None:
    with pytest.raises(SpaceError, match=r"(?s)AnyNetX_A with at most 0.1 ms.*Ask for at least [\d.]+ ms") as said:
        STAGES.sample(1, latency=(None, 0.1), runtime=BLOCKS)
    assert "fails" not in str(said.value)


def test_the_papers_forms_and_functions_are_asked_as_before() -> None:
    model = RuntimeModel("sqrt", {"ms_per_gf": 6.0, "ms_per_sqrt_gf": 24.0})
    by_function = STAGES.sample(10, latency=(None, 5.0), runtime=model.__call__, seed=1)
    assert list(by_function) == list(STAGES.sample(10, latency=(None, 5.0), runtime=model, seed=1))


class Deepest:
    """A runtime of one's own that sees depth alone."""

    def __init__(self, uses_depth: bool = True) -> None:
        self.uses_depth = uses_depth

    def predict(self, cost: Complexity, depth: np.ndarray | None) -> np.ndarray:
        return np.zeros(len(cost.flops)) if depth is None else depth.astype(float)


class Named:
    """A function with a ``predict`` of another meaning, and no word of depth."""

    def __call__(self, cost: Complexity) -> np.ndarray:
        return cost.flops / 1e7

    def predict(self) -> None:
        raise NotImplementedError


def test_runtimes_of_ones_own_see_depth_if_they_say_so() -> None:
    assert {each.depth for each in STAGES.sample(20, latency=(10, 12), runtime=Deepest())} == {10, 11, 12}
    assert len(STAGES.sample(20, latency=(0, 0), runtime=Deepest(uses_depth=False))) == 20
    assert all(cost <= 1e7 for cost in STAGES.sample(9, latency=(None, 1), runtime=Named()).complexity.flops)


def test_a_runtime_that_fails_is_said() -> None:
    class Broken(Deepest):
        def predict(self, cost: Complexity, depth: np.ndarray | None) -> np.ndarray:
            raise ValueError("no table for so many blocks")

    with pytest.raises(SpaceError, match="what predicts latency fails: ValueError: no table for so many blocks"):
        STAGES.sample(1, latency=(None, 1), runtime=Broken())


def test_a_runtime_that_gives_no_number_is_said() -> None:
    with pytest.raises(SpaceError, match=r"gives no number \(NaN\) for \d+ of"):
        STAGES.sample(1, latency=(None, 1), runtime=lambda cost: np.full(len(cost.flops), np.nan))


def test_ends_that_differ_are_said_so_that_they_differ() -> None:
    assert say("flops", 4e6, 4.0001e6) == "4 MF to 4.0001 MF"
    assert say("flops", 360e6, 400e6) == "360 MF to 400 MF"
    assert say("flops", 4_000_001, 4_000_002) == "4.000001 MF to 4.000002 MF"
    assert say("latency", 5.0, 5.00002) == "5 ms to 5.00002 ms"
    assert say("params", 123_456, 123_456) == "exactly 123.456 K params"
    assert say("latency", 5.0, np.nextafter(5.0, 6)) == "5 ms to 5.000000000000001 ms"
    assert say("acts", -np.inf, 1e6) == "at most 1 M acts"


def test_what_was_not_looked_at_is_not_told() -> None:
    assert STAGES.sample(1, runtime=lambda cost: cost.flops).origin.runtime == ""


@pytest.mark.parametrize("pair", ["12", "1M", 5e6, {"low": 1, "high": 2}, {1, 2}, (1,), (float("nan"), 2), (True, 2)])
def test_what_is_no_pair_is_refused(pair) -> None:
    for ask in (lambda: STAGES.sample(1, flops=pair), lambda: STAGES.size(flops=pair)):
        with pytest.raises(SpaceError, match=r"is not a pair \(low, high\)"):
            ask()


def test_depth_of_a_list_of_networks() -> None:
    networks = [ns.get_architecture(name) for name in ("RegNetX-200MF", "ReXNet-x1.0")]
    assert Population.from_architectures(networks).depth.tolist() == [each.depth for each in networks]

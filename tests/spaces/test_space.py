"""Design spaces: their steps, sampling under budgets, and what they say when nothing fits."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

import netspace as ns
from netspace.architecture import Architecture
from netspace.errors import SpaceError
from netspace.random import stream
from netspace.spaces import get_space, sampling

SMALL = {"image_size": 32, "stem": "cifar", "num_classes": 10}
BUDGET = (4e6, 6e6)
STEPS = ("anynetx_a", "anynetx_b", "anynetx_c", "anynetx_d", "anynetx_e", "regnetx")


def test_each_space_has_the_papers_dimensions_and_story() -> None:
    # RegNet paper, Table 1
    assert {name: get_space(name).dimensions for name in STEPS} == {
        "anynetx_a": 16,
        "anynetx_b": 13,
        "anynetx_c": 10,
        "anynetx_d": 10,
        "anynetx_e": 10,
        "regnetx": 6,
    }
    assert get_space("AnyNetX-B").lineage == "AnyNetX_A > share(bottleneck_ratio) = AnyNetX_B"
    assert get_space("regnetx").name == "RegNetX"


@pytest.mark.parametrize("name", STEPS)
def test_samples_meet_the_budget_and_the_rules(name: str) -> None:
    population = get_space(name, **SMALL).sample(40, flops=BUDGET, params=(None, 3e5), acts=(1e4, None), seed=3)
    frame = population.frame()
    assert len(population) == len(frame) == 40
    assert frame["flops"].between(*BUDGET).all()
    assert (frame["params"] <= 3e5).all()
    assert len({network.id for network in population}) == 40
    for network, flops in zip(population, frame["flops"], strict=True):
        assert ns.complexity(network).flops == flops
        b, g, w, d = (
            [getattr(s, k) for s in network.stages] for k in ("bottleneck_ratio", "group_width", "width", "depth")
        )
        assert len(network.stages) == 4
        assert all(stage.width // stage.bottleneck_ratio % stage.group_width == 0 for stage in network.stages)
        if name != "anynetx_a":
            assert len(set(b)) == 1
        if name in ("anynetx_e", "regnetx"):
            assert name == "regnetx" or d == sorted(d)
    if name == "anynetx_d":
        widths = frame[[f"width_{i}" for i in range(1, 5)]].to_numpy()
        assert (np.diff(widths, axis=1) >= 0).all()
    if name == "anynetx_c":
        assert {"group_width", "bottleneck_ratio", "width_1", "depth_4"} <= set(frame.columns)


def test_same_seed_same_networks_and_smaller_samples_are_prefixes() -> None:
    space = get_space("regnetx", **SMALL)
    many = [network.id for network in space.sample(30, flops=BUDGET, seed=5)]
    assert [network.id for network in space.sample(30, flops=BUDGET, seed=5)] == many
    assert [network.id for network in space.sample(7, flops=BUDGET, seed=5)] == many[:7]
    assert [network.id for network in space.sample(7, flops=BUDGET, seed=6)] != many[:7]


def test_the_sample_of_a_seed_stays_what_it_is() -> None:
    # a change here changes every published seed: it needs a line in the changelog
    network = get_space("anynetx_a").sample(1, flops=(360e6, 400e6), seed=0)[0]
    assert [(s.depth, s.width, s.bottleneck_ratio, s.group_width) for s in network.stages] == GOLDEN


GOLDEN = [(16, 48, 1, 1), (2, 256, 4, 32), (1, 24, 2, 4), (1, 24, 4, 2)]


def test_conditioning_keeps_the_distribution() -> None:
    """Sampling under a budget is plain rejection: each marginal equals that of independent draws that fit."""
    space = get_space("anynetx_b", **SMALL)
    sampled = space.sample(4000, flops=BUDGET, seed=1).frame()
    parameters = space.parameters(stream(99, "plain").random((400_000, space.dimensions)))
    batch, valid = space.decode(parameters)
    flops = ns.complexity(batch).flops
    inside = valid & (flops >= BUDGET[0]) & (flops <= BUDGET[1])
    plain = {name: column[inside][:4000] for name, column in parameters.items()}
    p_values = [stats.ks_2samp(sampled[name], plain[name]).pvalue for name in plain]
    assert min(p_values) * len(p_values) > 0.01


def test_a_parameters_frame_decodes_to_its_networks() -> None:
    space = get_space("regnetx", **SMALL)
    population = space.sample(10, flops=BUDGET)
    for row, network in zip(population.frame().to_dict("records"), population, strict=True):
        assert network == ns.regnet(
            depth=int(row["depth"]),
            initial_width=int(row["initial_width"]),
            slope=row["slope"],
            width_multiplier=row["width_multiplier"],
            group_width=int(row["group_width"]),
            bottleneck_ratio=int(row["bottleneck_ratio"]),
            image_size=32,
            stem="cifar",
            num_classes=10,
        )


def test_an_impossible_budget_says_what_can_be_met(monkeypatch) -> None:
    monkeypatch.setattr(sampling, "PATIENCE", 50_000)
    space = get_space("anynetx_a")
    with pytest.raises(SpaceError) as low:
        space.sample(3, flops=(1e6, 1.1e6))
    assert "no network of AnyNetX_A has 1 MF to 1.1 MF at 224 px" in str(low.value)
    assert "Ask for at least 12.73 MF" in str(low.value)
    smallest = ns.complexity(ns.anynet(depths=[1] * 4, widths=[8] * 4, bottleneck_ratios=4, group_widths=1)).flops
    assert f"{smallest / 1e6:.3g}" == "12.7"
    with pytest.raises(SpaceError, match="Ask for at most"):
        space.sample(3, params=(1e12, None))
    with pytest.raises(SpaceError, match="meet each bound alone"):
        space.sample(3, flops=(None, 2e7), params=(5e7, None))


def test_a_space_with_fewer_networks_than_asked_says_how_many(monkeypatch) -> None:
    monkeypatch.setattr(sampling, "PATIENCE", 50_000)
    with pytest.raises(SpaceError, match=r"only \d+ different networks of AnyNetX_C"):
        get_space("anynetx_c", num_stages=1, **SMALL).sample(100_000, flops=(None, 1.2e6))


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda s: s.sample(0), "whole number of at least 1"),
        (lambda s: s.sample(2.5), "2.5"),
        (lambda s: s.sample(2, flops=5e6), r"not a pair \(low, high\)"),
        (lambda s: s.sample(2, flops=(6e6, 4e6)), "empty"),
        (lambda s: s.sample(2, flops=("a", None)), "not a pair"),
        (lambda s: s.order("width", "descending"), "choose 'increasing', 'decreasing' or 'constant'"),
        (lambda s: s.share("width").order("width"), "shared by all stages already"),
        (lambda s: s.share("colour"), "it has depth, width, bottleneck_ratio, group_width"),
    ],
)
def test_malformed_requests_are_refused(call, message) -> None:
    with pytest.raises(SpaceError, match=message):
        call(get_space("anynetx_a", **SMALL))


def test_unknown_space_gets_the_nearest_name() -> None:
    with pytest.raises(SpaceError, match="did you mean regnetx"):
        get_space("regnet")
    with pytest.raises(SpaceError, match="as many strides"):
        get_space("regnetx", num_stages=3, strides=[2, 2])


@settings(max_examples=20, deadline=None)
@given(st.sampled_from(STEPS), st.integers(0, 2**40), st.integers(1, 5))
def test_any_draw_of_any_space_is_an_architecture(name: str, seed: int, num_stages: int) -> None:
    space = get_space(name, num_stages=num_stages, **SMALL)
    batch, valid = space.decode(space.parameters(stream(seed, "any").random((20, space.dimensions))))
    for i in np.flatnonzero(valid):
        assert isinstance(batch[i], Architecture)  # its own checks ran


def test_block_option_gives_squeeze_and_excitation() -> None:
    network = get_space("regnetx", block="y", **SMALL).sample(1, flops=BUDGET)[0]
    assert all(stage.se is not None for stage in network.stages)
    assert get_space("regnetx", block="y").name == "RegNetY"
    assert get_space("regnetx", block="y").lineage.endswith("RegNetX > change(block=y) = RegNetY")


def test_a_list_of_architectures_is_a_population() -> None:
    networks = [ns.anynet(depths=[1], widths=[w], group_widths=8, image_size=32) for w in (16, 32)]
    population = ns.Population.from_architectures(networks)
    assert list(population) == networks
    assert population.frame().columns.tolist() == ["flops", "params", "acts"]
    with pytest.raises(SpaceError, match="empty"):
        ns.Population.from_architectures([])
    assert len(ns.Population.from_architectures(network for network in networks)) == len(networks)
    with pytest.raises(SpaceError, match="'wide' is none"):
        ns.Population.from_architectures(["wide"])
    with pytest.raises(SpaceError, match=r"3.*is none"):
        ns.Population.from_architectures(3)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("block", "name", "dimensions"), [("v", "AnyNetV_A", 8), ("vr", "AnyNetVR_A", 8), ("r", "AnyNetR_A", 12)]
)
def test_blocks_without_groups_leave_spaces_without_their_parameters(block: str, name: str, dimensions: int) -> None:
    # RegNet paper, section 3.2 and appendix D: V and VR have neither b nor g, R has no g
    space = get_space("AnyNetX_A", block=block, image_size=32, stem="cifar")
    assert (space.name, space.dimensions) == (name, dimensions)
    population = space.sample(4, flops=(10e6, 40e6), seed=0)
    assert all(stage.group_width is None for network in population for stage in network.stages)
    assert [ns.complexity(network).flops for network in population] == population.complexity.flops.tolist()


@pytest.mark.parametrize("block", ["y", "z", "mbconv"])
def test_a_sampled_network_is_the_one_that_the_family_describes(block: str) -> None:
    population = get_space("regnetx", block=block, image_size=32, stem="cifar").sample(3, seed=0)
    rows = population.frame()[list(population.parameters)].to_dict("records")
    for row, network in zip(rows, population, strict=True):
        assert ns.regnet(**row, block=block, image_size=32, stem="cifar") == network


def test_a_budget_in_words_is_kept_as_numbers() -> None:
    population = get_space("regnetx", image_size=28).sample(1, flops=(None, "30M"))
    assert population.origin.budget == {"flops": (None, 30e6)}

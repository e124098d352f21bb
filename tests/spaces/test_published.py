"""Every space of both papers: it samples, is what it is named for, and tells how it came to be."""

import itertools

import numpy as np
import pytest

import netspace as ns
from netspace.errors import NetspaceError, SpaceError
from netspace.families.mobile import MOBILENETV2
from netspace.spaces import DesignSpace, Population, describe_spaces, get_space, list_spaces
from netspace.spaces.components import PiecewiseLinear
from netspace.spaces.published import ROOTS, STEPS
from netspace.spaces.published.rexnet import FIRST_WIDTH, SLOPE

CLASSIFIER = 1280 * 100 + 100
"""Parameters of the classifier of a ReXNet channel space, which the paper leaves out."""

CHANNELS = {"5": (28e6, 36e6), "9": (85e6, 115e6), "13": (300e6, 360e6), "18": (28e6, 36e6), "30": (85e6, 115e6)}


DIMENSIONS = {
    name: dimensions
    for dimensions, names in {
        20: "anynetx_a_5stage",
        16: "anynetx_a",
        13: "anynetx_b",
        12: "anynetx_e_5stage anynetr_a",
        10: "anynetx_c anynetx_d anynetx_e anynetx_d_decreasing anynetx_e_decreasing",
        9: "anynetr_e regnetx_epochs",
        8: "regnetx_training anynetv_a anynetv_e anynetvr_a anynetvr_e",
        7: "anynetx_d_constant anynetx_e_constant",
        6: "regnetx regnety regnetx_5stage regnetx_resolution regnety_swish",
        5: "regnetx_doubling regnetx_w0_wa regnetx_refined regnetx_constrained regnetx_final regnetx_wide_groups "
        "regnetx_3stage regnetx_inverted regnety_final regnety_wide_groups regnety_depthwise regnety_depthwise_swish "
        "regnetz regnetr",
        4: "regnetx_d20 regnetx_depthwise regnetv regnetvr",
        2: "efficientnet_training",
    }.items()
    for name in names.split()
}


def is_rexnet(name: str) -> bool:
    return name.startswith(("rexnet", "mobilenetv2"))


def sampled(name: str, n: int = 8, **options) -> Population:
    """A few networks under the budget that the paper has for them."""
    if name == "efficientnet_training":
        return get_space(name, **options).sample(n)
    flops = CHANNELS[name.split("_")[1]] if is_rexnet(name) else (360e6, 400e6)
    return get_space(name, **options).sample(n, flops=flops)


def columns(population: Population, attribute: str) -> np.ndarray:
    """An attribute of every stage, (n, stages)."""
    return np.array([[getattr(stage, attribute) for stage in network.stages] for network in population])


# all names


@pytest.mark.parametrize("name", list_spaces())
def test_every_space_samples_networks_of_its_own(name: str) -> None:
    population = sampled(name)
    space = get_space(name)
    assert len(population) == 8
    assert population.origin.space == space.name
    if name != "efficientnet_training":
        assert len({network.id for network in population}) == 8
    for network, flops in zip(population, population.frame()["flops"], strict=True):
        assert ns.complexity(network).flops == flops


@pytest.mark.parametrize("name", list_spaces())
def test_every_lineage_tells_the_story_from_the_root(name: str) -> None:
    lineage = get_space(name).lineage
    story = []
    key = next(known for known in (*ROOTS, *STEPS) if known.lower() == name)
    while key in STEPS:
        story.append(key)
        key = STEPS[key].before
    names = [part.split(" = ")[1:] for part in lineage.split(" > ")]
    told = list(itertools.chain(*names))
    assert [each for each in told if each in STEPS] == story[::-1]
    assert get_space(name).name == (story[0] if story else key)


def test_every_space_is_described_in_a_line() -> None:
    described = describe_spaces()
    assert list(described) == list_spaces()
    assert all(10 < len(line) < 90 and "\n" not in line for line in described.values())
    assert all(
        any(word in line for word in ("Figure", "section", "appendix", "paper", "Scaling"))
        for line in described.values()
    )


@pytest.mark.parametrize(
    ("name", "end"),
    [
        ("anynetx_d_decreasing", "AnyNetX_C > order(width, decreasing) = AnyNetX_D_decreasing"),
        ("anynetx_e_constant", "AnyNetX_D > share(depth) = AnyNetX_E_constant"),
        ("regnetx_doubling", "RegNetX > fix(width_multiplier=2) = RegNetX_doubling"),
        ("regnetx_w0_wa", "RegNetX > vary(slope=initial_width) = RegNetX_w0_wa"),
        (
            "regnetx_final",
            ("RegNetX > fix(bottleneck_ratio=1) > narrow(depth=1 to 40, width_multiplier=2 to 3) = RegNetX_refined "
            "> restrict(params <= 3e6 + 5.5e6 * flops / 1e9) > restrict(acts <= 6.5e6 * sqrt(flops / 1e9)) "
            "= RegNetX_constrained > narrow(depth=12 to 28) = RegNetX_final"),
        ),
        ("regnetz", "RegNetX > change(block=z) > vary(bottleneck_ratio=0.25) = RegNetZ"),
        ("regnetvr", "RegNetX > change(block=vr) = RegNetVR"),
        ("anynetr_e", "AnyNetX_E > change(block=r) = AnyNetR_E"),
        ("regnetx_5stage", "RegNetX > change(num_stages=5) = RegNetX_5stage"),
        ("regnety_depthwise_swish", "RegNetY_depthwise > change(activation=silu) = RegNetY_depthwise_swish"),
        (
            "rexnet_9_linear",
            ("Inverted_9 > order(width) = MobileNetV2_9 > piecewise_linear(width) = ReXNet_9 > fix(knots=0) "
            "= ReXNet_9_linear"),
        ),
    ],
)  # fmt: skip
def test_the_steps_are_said_in_a_line(name: str, end: str) -> None:
    assert get_space(name).lineage.endswith(end)


def test_dimensions_are_those_of_the_paper() -> None:
    # RegNet paper, Table 1, and what the steps after it leave
    assert {name: get_space(name).dimensions for name in list_spaces() if not is_rexnet(name)} == DIMENSIONS
    assert [get_space(f"rexnet_{n}").dimensions for n in (5, 9, 13)] == [5, 9, 13]
    assert [get_space(f"rexnet_{n}_linear").dimensions for n in (5, 9, 13)] == [2, 2, 2]
    assert [get_space(f"mobilenetv2_{n}").dimensions for n in (5, 9, 13)] == [3, 3, 3]


def test_the_samples_of_a_seed_stay_what_they_are() -> None:
    # a change here changes every published seed: it needs a line in the changelog
    line = get_space("regnetx").sample(1, flops=(360e6, 400e6)).frame().iloc[0]
    assert {key: line[key] for key in ("depth", "initial_width", "slope", "width_multiplier")} == GOLDEN_LINE
    assert get_space("rexnet_9").sample(1, flops=CHANNELS["9"])[0].block_widths == GOLDEN_WIDTHS


GOLDEN_LINE = {"depth": 6, "initial_width": 96, "slope": 138, "width_multiplier": 2.181}
GOLDEN_WIDTHS = (28, 33, 38, 42, 47, 52, 125, 150, 174)

# RegNet paper: what each is named for


def test_widths_and_depths_are_ordered_as_figure_7_has_them() -> None:
    def steps(name: str, attribute: str) -> np.ndarray:
        return np.diff(columns(sampled(name, 30), attribute), axis=1)

    assert (steps("anynetx_d", "width") >= 0).all()
    assert (steps("anynetx_d_decreasing", "width") <= 0).all()
    assert (steps("anynetx_d_constant", "width") == 0).all()
    for name in ("anynetx_e", "anynetx_e_decreasing", "anynetx_e_constant", "anynetx_e_5stage"):
        assert (steps(name, "width") >= 0).all()
    assert (steps("anynetx_e", "depth") >= 0).all()
    assert (steps("anynetx_e_decreasing", "depth") <= 0).all()
    assert (steps("anynetx_e_constant", "depth") == 0).all()
    assert (steps("anynetx_c", "width") < 0).any()
    assert (steps("anynetx_d", "depth") < 0).any()


def test_bottleneck_ratios_and_groups_are_shared_from_b_and_c_on() -> None:
    assert len(np.unique(columns(sampled("anynetx_a"), "bottleneck_ratio"), axis=1)[0]) > 1
    assert (np.ptp(columns(sampled("anynetx_b", 20), "bottleneck_ratio"), axis=1) == 0).all()
    assert get_space("anynetx_b").describe()["group_width"].endswith("for each stage")
    assert get_space("anynetx_c").describe()["group_width"].endswith("shared by all stages")


def test_simplified_lines_have_what_figure_9_gives_them() -> None:
    assert set(sampled("regnetx_doubling").frame()["width_multiplier"]) == {2}
    frame = sampled("regnetx_w0_wa").frame()
    assert (frame["slope"] == frame["initial_width"]).all()


@pytest.mark.parametrize("flops", [(190e6, 210e6), (3.1e9, 3.3e9)])
@pytest.mark.parametrize("name", ["regnetx_constrained", "regnetx_final", "regnety_final", "regnetx_d20"])
def test_constrained_networks_keep_the_limits(name: str, flops: tuple[float, float]) -> None:
    frame = get_space(name).sample(20, flops=flops).frame()
    gigaflops = frame["flops"] / 1e9
    assert (frame["params"] <= (3 + 5.5 * gigaflops) * 1e6).all()
    assert (frame["acts"] <= 6.5 * np.sqrt(gigaflops) * 1e6).all()
    assert (frame["width_multiplier"] >= 2).all()
    assert set(frame.get("bottleneck_ratio", [1])) == {1}
    low, high = {"regnetx_constrained": (4, 40), "regnetx_d20": (20, 20)}.get(name, (12, 28))
    assert frame["depth"].between(low, high).all()


def test_ablations_change_what_they_say() -> None:
    assert {len(network.stages) for network in sampled("regnetx_3stage")} == {3}
    for name in ("anynetx_a_5stage", "anynetx_e_5stage", "regnetx_5stage"):
        assert {len(network.stages) for network in sampled(name)} == {5}
    assert (columns(sampled("regnetx_inverted"), "bottleneck_ratio") == 0.5).all()
    for name in ("regnetx_depthwise", "regnety_depthwise", "regnety_depthwise_swish"):
        assert (columns(sampled(name), "group_width") == 1).all()
    wide = get_space("regnetx_wide_groups").sample(20, flops=(3.1e9, 3.3e9)).frame()["group_width"]
    assert wide.between(16, 64).all()
    assert (wide % 8 == 0).all()
    for name, activation in (("regnety", "relu"), ("regnety_swish", "silu"), ("regnety_depthwise_swish", "silu")):
        (network,) = sampled(name, 1)
        assert {network.stem.activation, network.head.activation, *[s.activation for s in network.stages]} == {
            activation
        }
        assert all(stage.se == ns.SqueezeExcite(0.25) for stage in network.stages)


def test_resolution_varies_around_the_inputs_size() -> None:
    assert {network.image_size for network in sampled("regnetx_resolution", 60)} <= set(range(112, 337, 28))
    small = get_space("regnetx_resolution", image_size=32, stem="cifar").sample(40, flops=(4e6, 40e6))
    assert {network.image_size for network in small} == set(range(16, 49, 4))


@pytest.mark.parametrize(
    ("name", "rate", "decay"), [("regnetx_epochs", 0.1, 5e-5), ("efficientnet_training", 0.2, 1e-5)]
)
def test_training_parameters_lie_around_the_chosen_ones(name: str, rate: float, decay: float) -> None:
    # RegNet paper, Figures 21 and 22
    frame = sampled(name, 200).frame()
    for parameter, chosen in (("learning_rate", rate), ("weight_decay", decay)):
        assert frame[parameter].between(chosen / 10 * 0.999, chosen * 10 * 1.001).all()
        assert np.exp(np.log(frame[parameter]).mean()) == pytest.approx(chosen, rel=0.3)
        assert chosen in get_space(name)._distribution(parameter).values
    if name == "regnetx_epochs":
        assert set(frame["epochs"]) == {10, 25, 50, 100}
    else:
        assert len({network.id for network in sampled(name)}) == 1


# RegNet paper: networks are those of the families

LINES = [name for name in list_spaces() if name.startswith("regnet") and not name.endswith(("resolution", "swish"))]


@pytest.mark.parametrize("name", LINES)
def test_sampled_regnets_are_those_of_the_family(name: str) -> None:
    block = name.split("_", maxsplit=1)[0].removeprefix("regnet")
    population = sampled(name, 4)
    fixed = {"z": {"bottleneck_ratio": 0.25}}.get(block, {})
    known = {"depth", "initial_width", "slope", "width_multiplier", "bottleneck_ratio", "group_width"}
    for row, network in zip(population.frame().to_dict("records"), population, strict=True):
        parameters = {"group_width": 1, **{key: value for key, value in row.items() if key in known}, **fixed}
        assert ns.regnet(**parameters, block=block) == network


@pytest.mark.parametrize("name", [name for name in list_spaces() if name.startswith("anynet")])
def test_sampled_anynets_are_those_of_the_family(name: str) -> None:
    block = name.split("_", maxsplit=1)[0].removeprefix("anynet")
    population = sampled(name, 4)
    for row, network in zip(population.frame().to_dict("records"), population, strict=True):
        stages = range(1, len(network.stages) + 1)
        d, w, b, g = (
            [row.get(f"{key}_{i}", row.get(key, 1)) for i in stages]
            for key in ("depth", "width", "bottleneck_ratio", "group_width")
        )
        assert ns.anynet(depths=d, widths=w, bottleneck_ratios=b, group_widths=g, block=block) == network


@pytest.mark.parametrize("block", ["y", "r", "v", "vr"])
def test_the_block_option_gives_the_space_of_that_name(block: str) -> None:
    assert get_space("regnetx", block=block) == get_space(f"regnet{block}")
    assert get_space("regnetx", block="x") == get_space("regnetx")
    assert get_space(f"regnet{block}", block=block) == get_space(f"regnet{block}")


def test_regnetz_is_inverted_and_the_block_alone_is_not() -> None:
    assert (columns(sampled("regnetz"), "bottleneck_ratio") == 0.25).all()
    assert get_space("regnetx", block="z").name == "RegNetX(z)"


# ReXNet paper

TABLE_3 = [
    # widths, flops of that group's mean, params (millions); the runs of three worst are longer than printed
    ([34, 34, 45, 55, 66], 30e6, 0.2),
    ([36] * 4 + [83], 30e6, 0.2),
    ([24, 33, 42, 50, 59, 68, 77, 85, 94], 101e6, 0.5),
    ([39] * 7 + [87, 158], 97e6, 0.5),
    ([30, 45, 59, 74, 88, 103, 117, 132, 146], 210e6, 1.0),
    ([47, 47] + [70] * 6 + [364], 200e6, 1.0),
    ([34, 34, 34, 40, 64, 88, 112, 136, 160, 184, 208, 232, 256], 351e6, 3.0),
    ([52] * 9 + [115, 263, 263, 412], 351e6, 3.0),
]


def piecewise(space: DesignSpace) -> PiecewiseLinear:
    component = space.components[0]
    assert isinstance(component, PiecewiseLinear)
    return component


def network_of(space: DesignSpace, widths: list[int]) -> ns.Architecture:
    """The network of these widths that the space has."""
    parameters = piecewise(space).parameters_of(widths)
    networks, valid = space.decode({name: np.array([value]) for name, value in parameters.items()})
    assert valid.all()
    return networks[0]


@pytest.mark.parametrize(("widths", "flops", "params"), TABLE_3)
def test_the_papers_best_and_worst_widths_are_in_the_space_at_the_papers_cost(widths, flops, params) -> None:
    network = network_of(get_space(f"rexnet_{len(widths)}"), widths)
    assert network.block_widths == tuple(widths)
    cost = ns.complexity(network)
    assert cost.flops == pytest.approx(flops, rel=0.11)
    assert (cost.params - CLASSIFIER) / 1e6 == pytest.approx(params, rel=0.055)


def test_channel_spaces_have_the_papers_skeleton() -> None:
    for n, strides in ((5, {1, 3}), (9, {3, 6}), (13, {4, 8})):
        network = get_space(f"rexnet_{n}").outline
        assert (network.image_size, network.stem.width, network.head.width) == (32, 16, 1280)
        assert {i for i, stage in enumerate(network.stages) if stage.stride == 2} == strides
        assert all((s.depth, s.expansion, s.group_width, s.block) == (1, 6, 1, "inverted") for s in network.stages)
    # 18 and 30 layers: three in each block, the stem, the layer before the pool and the classifier
    assert [3 * get_space(f"rexnet_{n}").num_stages + 3 for n in (18, 30)] == [18, 30]
    assert get_space("rexnet_18").components == get_space("rexnet_5").components
    assert get_space("rexnet_30").components == get_space("rexnet_9").components


def test_mobilenetv2s_own_widths_are_in_the_space() -> None:
    widths = [width for width, depth, _, _ in MOBILENETV2 for _ in range(depth)]
    assert len(widths) == 17
    parameters = PiecewiseLinear(FIRST_WIDTH, SLOPE, 17).parameters_of(widths)
    assert parameters["initial_width"] == 16
    assert network_of(get_space("rexnet_13").change(num_stages=17), widths).block_widths == tuple(widths)


@pytest.mark.parametrize("n", [5, 9, 13])
def test_every_conventional_network_lies_in_the_channel_space(n: int) -> None:
    space = get_space(f"rexnet_{n}")
    population = get_space(f"mobilenetv2_{n}").sample(60)
    assert (np.diff(columns(population, "width"), axis=1) >= 0).all()
    assert {len(network.stages) for network in population} == {3}
    for network in population:
        inside = network_of(space, list(network.block_widths))
        assert ns.complexity(inside) == ns.complexity(network)
        assert [shape for _, shape in inside.blocks()] == [shape for _, shape in network.blocks()]


def test_the_widest_conventional_network_lies_in_the_channel_space() -> None:
    for n in (5, 9, 13):
        space = get_space(f"mobilenetv2_{n}")
        ends = [{f"width_{i + 1}": np.array([w]) for i, w in enumerate(widths)} for widths in _corners(space)]
        for end in ends:
            network_of(get_space(f"rexnet_{n}"), list(space.decode(end)[0][0].block_widths))


def _corners(space: DesignSpace) -> list[list[int]]:
    low, _, high = (space._distribution(f"width_{i}").values for i in (1, 2, 3))
    return [[low[0], low[0], high[-1]], [low[-1], high[-1], high[-1]], [low[0]] * 3]


def test_linear_networks_are_linear_in_the_block_index() -> None:
    steps = np.diff(columns(sampled("rexnet_13_linear"), "width"), axis=1)
    assert (np.ptp(steps, axis=1) <= 1).all()


@pytest.mark.parametrize(
    ("name", "flops"), [("rexnet_18", f) for f in (30, 50, 70)] + [("rexnet_30", f) for f in (100, 150, 200)]
)
def test_each_budget_of_figure_4_has_linear_networks(name: str, flops: int) -> None:
    space = get_space(name).fix(knots=0)
    assert len(space.sample(20, flops=(0.97e6 * flops, 1.03e6 * flops))) == 20


def test_channel_spaces_take_other_inverted_bottlenecks() -> None:
    network = get_space("rexnet_5", block="rexnet", num_classes=10, image_size=64).sample(1)[0]
    assert {(s.block, s.expansion, s.group_width, s.spatial_activation) for s in network.stages} == {
        ("rexnet", 6, 1, "relu6")
    }
    assert (network.image_size, network.num_classes) == (64, 10)
    assert get_space("rexnet_5", block="rexnet").name == "ReXNet_5(rexnet)"
    assert get_space("rexnet_5", block="inverted") == get_space("rexnet_5")


# options that do not fit


@pytest.mark.parametrize(
    ("name", "options", "message"),
    [
        ("regnety", {"block": "v"}, "RegNetY has its own blocks, so block='v' cannot be"),
        ("regnety", {"block": "x"}, "leave it out"),
        ("regnetx", {"block": "nonsense"}, "block 'nonsense' is unknown"),
        ("regnetx_5stage", {"num_stages": 3}, "RegNetX_5stage has 5 stages: leave num_stages out, or choose RegNetX"),
        ("regnetx", {"num_stages": 0}, "whole number of at least 1"),
        ("regnetx", {"num_stages": 3, "strides": [2]}, "3 stages need as many strides"),
        ("rexnet_9", {"num_stages": 7}, "the space has 9 blocks on three image sizes; others have 5, 9, 13"),
        ("rexnet_9", {"strides": [1, 2]}, "it needs three"),
        ("efficientnet_training", {"stem_width": 16}, "EfficientNet-B0 is one network"),
        ("efficientnet_training", {"block": "y"}, "has its own blocks"),
        ("regnetx_constraint", {}, "did you mean regnetx_constrained"),
    ],
)
def test_options_that_do_not_fit_are_refused(name: str, options: dict, message: str) -> None:
    with pytest.raises(NetspaceError, match=message) as raised:
        get_space(name, **options)
    assert isinstance(raised.value, SpaceError) or "unknown" in message


@pytest.mark.parametrize("name", ["regnetx_5stage", "anynetx_a_5stage"])
def test_strides_may_be_given_for_as_many_stages_as_there_are(name: str) -> None:
    strides = [1, 2, 1, 2, 2]
    assert [s.stride for s in get_space(name, strides=strides).outline.stages] == strides


@pytest.mark.parametrize("name", list_spaces())
def test_options_are_no_steps_of_the_lineage(name: str) -> None:
    options = {"image_size": 64, "num_classes": 10, "in_channels": 1}
    space, plain = get_space(name, **options), get_space(name)
    assert space.lineage == plain.lineage or name == "regnetx_resolution"
    assert {key: getattr(space.outline, key) for key in options} == options


def test_another_number_of_stages_is_a_step() -> None:
    lineage = ns.get_space("anynetx_b", num_stages=5).lineage
    assert lineage == "AnyNetX_A > change(num_stages=5) > share(bottleneck_ratio) = AnyNetX_B"
    assert ns.get_space("anynetx_a", num_stages=3).lineage == "AnyNetX_A > change(num_stages=3)"
    assert ns.get_space("anynetx_b", num_stages=4).lineage == ns.get_space("anynetx_b").lineage
    assert ns.get_space("regnetx_5stage", num_stages=5).lineage == ns.get_space("regnetx_5stage").lineage


def test_unknown_options_are_refused_by_the_nearest() -> None:
    with pytest.raises(
        SpaceError, match=r"called 'img_size': did you mean image_size\? there are image_size, .* block"
    ):
        ns.get_space("regnetx", img_size=3)  # type: ignore[arg-type]

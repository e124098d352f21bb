"""Operations: each gives a new space, a subset where it says so, and remembers where it came from."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import netspace as ns
from netspace.analysis import fit_lines
from netspace.complexity import ArchitectureList
from netspace.errors import SpaceError
from netspace.random import stream
from netspace.spaces.outlines import ACTIVATIONS
from netspace.spaces.restrictions import formula, line_errors

SMALL = {"image_size": 32, "stem": "cifar", "num_classes": 10}


def drawn(space: ns.DesignSpace, n: int = 300, seed: int = 0) -> dict[str, np.ndarray]:
    return dict(space.evaluate(stream(seed, "test").random((n, space.draws))).parameters)


def stages(space: ns.DesignSpace, name: str, n: int = 300) -> np.ndarray:
    networks = space.evaluate(stream(0, "test").random((n, space.draws))).networks
    return networks.columns[name]


A = ns.get_space("anynetx_a", **SMALL)


def test_an_operation_leaves_the_space_as_it_was() -> None:
    before = (A.components, A.outline, A.lineage)
    A.share("width").narrow(depth=(1, 4)).restrict("flops > 1e6").change(num_stages=2)
    assert (A.components, A.outline, A.lineage) == before


def test_the_lineage_tells_every_step_in_words() -> None:
    space = (
        A.share("bottleneck_ratio")
        .order("width", last=False)
        .order("depth", "decreasing")
        .narrow(depth=(2, None), width_4=(64, 512))
        .fix(bottleneck_ratio=1)
        .vary(kernel=[3, 5], learning_rate=ns.log_uniform(0.1, 1, 0.1))
        .restrict("flops <= 1e9")
        .change(block="y", image_size=64)
        .named("Mine")
    )
    assert space.lineage == (
        "AnyNetX_A > share(bottleneck_ratio) > order(width, last stage free) > order(depth, decreasing)"
        " > narrow(depth=2 to 16, width_4=64 to 512) > fix(bottleneck_ratio=1)"
        " > vary(kernel=one of 3, 5, learning_rate=log-uniform 0.1 to 1 by 0.1) > restrict(flops <= 1e9)"
        " > change(block=y, image_size=64) = Mine"
    )
    assert space.name == "Mine"
    population = space.sample(3, seed=1)
    assert population.origin.lineage == space.lineage
    assert population[0].image_size == 64
    assert all(stage.se is not None for stage in population[0].stages)


def test_constant_order_is_sharing() -> None:
    assert A.order("width", "constant").components == A.share("width").components
    assert (np.ptp(stages(A.order("width", "constant"), "depth"), axis=1) > 0).any()
    widths = drawn(A.order("width", "constant"))["width"]
    assert len(np.unique(widths)) > 20


@pytest.mark.parametrize(("rule", "sign"), [("increasing", 1), ("decreasing", -1)])
@pytest.mark.parametrize("last", [True, False])
def test_order_holds_for_the_stages_it_is_for(rule: str, sign: int, last: bool) -> None:
    table = drawn(A.order("depth", rule, last=last), 2000)
    depths = np.stack([table[f"depth_{i}"] for i in range(1, 5)], axis=1)
    steps = sign * np.diff(depths, axis=1)
    assert (steps[:, :2] >= 0).all()
    assert (steps[:, 2] >= 0).all() == last


def test_order_with_ranges_that_differ_by_stage_is_rejection() -> None:
    """Drawing in order, stage by stage, gives what throwing away disordered draws gives."""
    space = A.narrow(depth_1=(1, 6), depth_3=(3, 16), depth_4=(2, 5))
    plain = drawn(space, 200_000, 1)
    plain = np.stack([plain[f"depth_{i}"] for i in range(1, 5)], axis=1)
    plain = plain[(np.diff(plain, axis=1) >= 0).all(axis=1)]
    ours = drawn(space.order("depth"), 20_000, 2)
    ours = np.stack([ours[f"depth_{i}"] for i in range(1, 5)], axis=1)
    assert (np.diff(ours, axis=1) >= 0).all()
    keys = [table @ 20 ** np.arange(4) for table in (plain, ours)]
    values = np.unique(np.concatenate(keys))
    share = [np.array([(key == value).mean() for value in values]) for key in keys]
    noise = np.sqrt(share[0] * (1 / len(keys[0]) + 1 / len(keys[1])))
    assert np.max(np.abs(share[0] - share[1]) / np.maximum(noise, 1e-3)) < 5


@settings(max_examples=30, deadline=None)
@given(
    st.sampled_from(["depth", "width", "group_width", "width_2", "depth_4"]),
    st.integers(0, 1000),
    st.integers(0, 1000),
)
def test_narrow_is_the_space_on_that_condition(name: str, a: int, b: int) -> None:
    component = next(c for c in A.components if name.rpartition("_")[0] in c.attributes or name in c.attributes)
    values = component.each[0].values
    low, high = sorted((values[a % len(values)], values[b % len(values)]))
    space = A.narrow(**{name: (low, high)})
    table = drawn(space, 100)
    touched = [name] if name[-1].isdigit() else [f"{name}_{i}" for i in range(1, 5)]
    for key, column in table.items():
        if key in touched:
            assert ((low <= column) & (column <= high)).all()
    conditioned = component.each[0].within(low, high)
    kept = [w for v, w in zip(values, component.each[0].probabilities, strict=True) if low <= v <= high]
    np.testing.assert_allclose(conditioned.probabilities, np.array(kept) / sum(kept))


def test_fix_leaves_one_value_and_one_dimension_less() -> None:
    space = ns.get_space("regnetx").fix(bottleneck_ratio=1, depth=20)
    assert space.dimensions == 4
    table = drawn(space, 3000)
    assert set(table["depth"]) == {20}
    assert set(table["bottleneck_ratio"]) == {1}
    with pytest.raises(SpaceError, match=r"0.5.* one of 1, 2, 4.* vary\(bottleneck_ratio=0.5\)"):
        space.vary(bottleneck_ratio=[1, 2, 4]).fix(bottleneck_ratio=0.5)


def test_vary_changes_and_adds_parameters() -> None:
    space = ns.get_space("regnetx", **SMALL).vary(
        bottleneck_ratio=0.5,
        kernel=[3, 5],
        image_size=[24, 32],
        stem_width=[8, 16, 32],
        head_width=[64, 128],
        epochs=[2, 4],
    )
    population = space.sample(40, seed=0)
    assert space.dimensions == 5 + 4 + 1 + 1 + 1 + 1
    frame = population.frame()
    for network, row in zip(population, frame.to_dict("records"), strict=True):
        assert network.image_size == row["image_size"]
        assert network.stem.width == row["stem_width"]
        assert network.head.width == row["head_width"]
        assert [stage.kernel for stage in network.stages] == [row[f"kernel_{i}"] for i in range(1, 5)]
        assert {stage.bottleneck_ratio for stage in network.stages} == {0.5}
        assert ns.complexity(network).flops == row["flops"]
        assert ns.complexity(network).params == row["params"]
        assert ns.complexity(network).acts == row["acts"]
    assert set(frame["epochs"]) == {2, 4}


def test_the_same_network_trained_otherwise_is_another_of_the_sample() -> None:
    fixed = ns.DesignSpace.from_architecture(
        "one", ns.regnet(depth=4, initial_width=16, slope=8, width_multiplier=2, group_width=8, **SMALL)
    )
    space = fixed.vary(learning_rate=[0.05, 0.1, 0.2], seed=[1, 2])
    population = space.sample(6, seed=0)
    assert len({network.id for network in population}) == 1
    assert len(population.frame()[["learning_rate", "seed"]].drop_duplicates()) == 6
    with pytest.raises(SpaceError, match="only 6 different"):
        space.sample(7)


def test_slope_may_follow_the_initial_width() -> None:
    space = ns.get_space("regnetx").vary(slope="initial_width")
    table = drawn(space, 3000)
    assert len(table["slope"]) > 100
    assert (table["slope"] == table["initial_width"]).all()
    assert space.dimensions == 5
    assert space.describe()["slope"] == "equal to initial_width"
    with pytest.raises(SpaceError, match="no parameter 'slope'"):
        A.vary(slope="initial_width")


def test_change_of_stages_keeps_rules() -> None:
    space = ns.get_space("anynetx_e").change(num_stages=6, strides=[2, 2, 2, 2, 1, 1])
    assert space.dimensions == 6 * 2 + 2
    network = space.sample(1, flops=(None, 2e9))[0]
    assert [stage.stride for stage in network.stages] == [2, 2, 2, 2, 1, 1]
    depths = [stage.depth for stage in network.stages]
    assert depths == sorted(depths)
    three = ns.get_space("regnetx").change(num_stages=3).sample(5)
    assert {len(network.stages) for network in three} == {3}
    assert drawn(ns.get_space("regnetx").change(num_stages=3), 3000)["depth"].min() == 3


def test_change_of_block_drops_what_it_fixes() -> None:
    space = A.change(block="vr")
    assert set(space.describe()) == {"depth", "width"}
    network = space.change(activation="silu", se=0, head_width=32).sample(1)[0]
    assert {stage.activation for stage in network.stages} == {"silu"}
    assert (network.stem.activation, network.head.width) == ("silu", 32)
    assert all(s.se.ratio == 0.5 for s in A.change(se=0.5).sample(1)[0].stages)


def test_a_space_with_expansion_keeps_groups_whole() -> None:
    space = ns.DesignSpace.from_stages(
        "inverted",
        num_stages=2,
        block="inverted",
        parameters={"width": [12, 16, 20], "depth": [1, 2], "expansion": [1, 3, 6], "group_width": [1, 4, 8]},
        **SMALL,
    )
    for network in space.sample(30):
        ns.complexity(network)
        assert all(shape.inner_width % stage.group_width == 0 for stage, shape in network.blocks())


def test_widths_by_blocks_need_fixed_depths() -> None:
    with pytest.raises(SpaceError, match=r"stage 1 .* is not fixed.*fix\(depth_1"):
        A.piecewise_linear(initial_width=16, slope=8)
    with pytest.raises(SpaceError, match="share"):
        A.fix(depth=2).piecewise_linear(initial_width=16, slope=8)
    space = ns.get_space("anynetx_c", **SMALL).fix(depth=2).piecewise_linear(initial_width=[16, 24], slope=[4, 8])
    network = space.sample(1)[0]
    assert [stage.stride for stage in network.stages] == [2, 1] * 4
    assert {stage.depth for stage in network.stages} == {1}


class TestRestrict:
    def test_formulas_see_parameters_numbers_and_costs(self) -> None:
        space = A.restrict("width_4 >= 2 * width_1 and params <= 3e6 + 5.5e6 * flops / 1e9 or acts < 0")
        population = space.sample(50)
        frame = population.frame()
        assert (frame["width_4"] >= 2 * frame["width_1"]).all()
        assert (frame["params"] <= 3e6 + 5.5e6 * frame["flops"] / 1e9).all()
        depths = A.restrict("10 <= depth < 12").sample(20)
        assert {network.depth for network in depths} <= {10, 11}
        assert len(A.restrict("max(sqrt(width_1), log(width_2)) > 4 and not (depth_1 == 1)").sample(3)) == 3

    def test_depth_is_of_the_whole_network_also_where_stages_share_it(self) -> None:
        shared = A.share("depth").restrict("depth >= 16").sample(50)
        assert 16 == shared.depth.min() < shared.depth.max()

    def test_what_is_not_a_number_keeps_no_rule(self) -> None:
        table = {"flops": np.array([1, 2]), "params": np.array([0, 1])}
        with np.errstate(all="raise"):
            assert formula("flops / params > 0").mask(table, [None, None]).tolist() == [True, True]
            assert formula("log(params - 1) > 0").mask(table, [None, None]).tolist() == [False, False]

    def test_functions_take_tables_or_architectures(self) -> None:
        even = A.restrict(lambda table: table["depth"] % 2 == 0, name="even depth")
        assert {network.depth % 2 for network in even.sample(10)} == {0}
        assert even.lineage.endswith("restrict(even depth)")
        narrow = A.restrict(lambda network: network.stages[-1].width < 100, architectures=True, name="narrow end")
        assert all(network.stages[-1].width < 100 for network in narrow.sample(10))

    def test_what_is_refused_is_never_sampled_and_the_rest_keeps_its_distribution(self) -> None:
        plain = drawn(A, 40_000, 3)
        rule = plain["depth_1"] <= plain["depth_2"]
        ours = drawn(A.restrict("depth_1 <= depth_2"), 40_000, 3)
        for name, column in plain.items():
            np.testing.assert_array_equal(ours[name], column[rule])

    @pytest.mark.parametrize(
        ("rule", "message"),
        [
            ("flops <", "is no formula"),
            ("__import__('os').system('true')", "not allowed in a formula"),
            ("flops.real > 1", "not allowed"),
            ("[w for w in width_1]", "not allowed"),
            ("'a' < flops", "not allowed"),
            ("flopps > 1", "did you mean flops"),
            ("flops + 1", "it has to give a bool"),
            (3, "formula or a function"),
            (lambda table: table["nothing"], "fails: KeyError"),
            (lambda _: np.ones(3, bool), r"shape \(3,\)"),
        ],
    )
    def test_rules_that_are_none_are_refused_at_once(self, rule, message) -> None:
        with pytest.raises(SpaceError, match=message):
            A.restrict(rule)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda s: s.narrow(width=(1, 4)), "width of AnyNetX_A: no value lies in 1 to 4"),
        (lambda s: s.narrow(width=5), "not a pair"),
        (lambda s: s.narrow(width=("a", 3)), "not a pair"),
        (lambda s: s.narrow(heigth=(1, 4)), "no parameter 'heigth': .*depth_1, "),
        (lambda s: s.fix(width_9=8), "did you mean width_4"),
        (lambda s: s.fix(width="8"), "cannot be fixed at '8'"),
        (lambda s: s.vary(colour=[1]), "further ones that it may have are .*kernel"),
        (lambda s: s.vary(kernel=[2]), "kernel=2 cannot be: .*even"),
        (lambda s: s.vary(width="wide"), "width: 'wide' is no distribution"),
        (lambda s: s.vary(head_width=[0, 64]), "at least 1"),
        (lambda s: s.vary(width=[]), "at least one value"),
        (lambda s: s.vary(width=ns.uniform(-8, 64, 8)), "width=-8 cannot be"),
        (lambda s: s.vary(width_2=[8, 16.5]), "width_2=16.5 cannot be"),
        (lambda s: s.vary(image_size=[32, 32.5]), "image_size cannot be 32.5"),
        (lambda s: s.vary(), "vary.* needs a parameter"),
        (lambda s: s.fix(), "fix.* needs a parameter"),
        (lambda s: s.narrow(), "narrow.* needs a parameter"),
        (lambda s: s.fix(width=None), "cannot be fixed at None"),
        (lambda s: s.order(None), "no per-stage parameter None"),
        (lambda s: s.order("width", "constant", last=False), "constant but for the last stage"),
        (lambda s: s.fix(width_1=64, width_2=32).order("width"), "no width of its stages is increasing"),
        (lambda s: s.order("depth").narrow(depth_1=(9, 9), depth_2=(1, 8)), "no depth of its stages is increasing"),
        (lambda s: s.restrict("flops > 1", architectures=True), "are for functions"),
        (lambda s: s.change(strides=2), "not one for each stage"),
        (lambda s: s.vary(learning_rate=[-1, 2]), "learning_rate cannot be -1: it has to be above 0"),
        (lambda s: s.vary(epochs=[0, 2]), "epochs cannot be 0: it has to be a whole number of at least 1"),
        (lambda s: s.vary(epochs=[1.5, 2]), "epochs cannot be 1.5"),
        (lambda s: s.vary(epochs=[1, 2]).vary(epochs=[0.5]), "epochs cannot be 0.5"),
        (lambda s: s.change(activation="gleu"), "activation 'gleu' is unknown: did you mean gelu"),
        (lambda s: s.change(img_size=64), "called 'img_size': did you mean image_size"),
        (lambda s: s.named(""), "cannot be named ''"),
        (
            lambda s: s.vary(kernel_2=[3]),
            r"no parameter 'kernel_2': first give kernel .* vary\(kernel=\.\.\.\), and .*own$",
        ),
        (lambda s: s.narrow(kernel_2=(3, 5)), r"vary\(kernel=\.\.\.\)"),
        (lambda s: s.change(), "needs something to change"),
        (lambda s: s.change(num_stages=0), "whole number of at least 1"),
        (lambda s: s.change(num_stages=3, strides=[2]), "as many strides"),
        (lambda s: s.change(block="q"), "block 'q' is unknown"),
        (lambda s: s.narrow(width_2=(8, 64)).share("width"), "different ranges"),
        (
            lambda s: s.quantized_linear(depth=[0, 4], initial_width=8, slope=8, width_multiplier=2),
            "depth of a line must be whole numbers of at least 1",
        ),
        (
            lambda s: s.quantized_linear(depth="initial_width", initial_width=8, slope=8, width_multiplier=2),
            "only slope",
        ),
        (lambda s: s.quantized_linear(depth=20, initial_width=12, slope=8, width_multiplier=2), "multiples of 8"),
        (
            lambda s: s.quantized_linear(depth=[2, 3], initial_width=8, slope=8, width_multiplier=2),
            "at least 4 blocks",
        ),
    ],
)
def test_mistakes_are_named(call, message) -> None:
    with pytest.raises(ns.NetspaceError, match=message):
        call(A)


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"depth": [12.5, 16]}, "depth of a line must be whole numbers"),
        ({"initial_width": [0, 24]}, "initial_width of a line must be multiples of 8"),
        ({"slope": [-5, 24]}, "slope of a line must be at least 0"),
        ({"width_multiplier": [0.5, 2]}, "width_multiplier of a line must be above 1"),
    ],
)
def test_what_no_line_has_is_refused_wherever_it_is_given(given, message) -> None:
    with pytest.raises(SpaceError, match=message):
        ns.get_space("regnetx").vary(**given)


def test_a_mistake_is_not_taken_for_an_unknown_name() -> None:
    space = A.share("group_width").share("bottleneck_ratio").fix(depth=1)
    with pytest.raises(SpaceError, match="4 blocks can have 0 to 2 knots inside: given 9"):
        space.piecewise_linear(initial_width=8, slope=8).vary(knots=[1, 9])


@pytest.mark.parametrize(
    ("name", "call", "message"),
    [
        ("regnetx", lambda s: s.narrow(width=(8, 64)), r"stages follow a line; restrict\(\"width_1 <= \.\.\.\"\)"),
        (
            "regnetx",
            lambda s: s.vary(depth_2=[8]),
            r"stages follow a line; restrict\(\"depth_2 <= \.\.\.\"\) binds it$",
        ),
        ("regnetx", lambda s: s.vary(colour=[8]), "further ones that it may have are expansion, kernel, image_size"),
        ("regnetx", lambda s: s.piecewise_linear(initial_width=8, slope=8), "depths .* RegNetX follow a line"),
        ("rexnet_9", lambda s: s.narrow(f_2=(1, 2)), r"'f_2': .*restrict\(\"f_2 <= 2\"\)"),
        ("rexnet_9", lambda s: s.narrow(width=(8, 64)), "width follows a function of the block index"),
    ],
)
def test_parameters_that_a_space_cannot_have_are_explained(name, call, message) -> None:
    with pytest.raises(SpaceError, match=message):
        call(ns.get_space(name))


def test_a_later_order_says_what_it_takes_the_place_of() -> None:
    space = A.order("width", last=False)
    step = space.order("width", "decreasing").lineage.split(" > ")[-1]
    assert step == "order(width, decreasing, in place of increasing but for the last stage)"
    assert space.order("width", last=False).lineage.endswith("> order(width, last stage free)")


def test_piecewise_linear_widths_may_take_the_place_of_others() -> None:
    space = ns.get_space("rexnet_9").piecewise_linear(initial_width=[16, 24], slope=[4, 8])
    assert space.num_stages == 9
    assert set(space.sample(8).parameters["initial_width"].tolist()) == {16, 24}


def test_activations_are_those_that_networks_are_built_with() -> None:
    from netspace.networks import layers

    assert set(ACTIVATIONS) == set(layers.ACTIVATIONS)


def test_of_other_numbers_of_stages_bounds_are_those_of_the_last() -> None:
    space = A.narrow(depth_4=(1, 2), depth_3=(5, 5)).change(num_stages=5)
    assert space.sample(20).parameters["depth_5"].max() == 2
    fewer = A.narrow(depth_4=(1, 2)).change(num_stages=3)
    assert fewer.describe()["depth"] == A.describe()["depth"]


class TestOwnSpaces:
    def test_from_stages_in_few_lines(self) -> None:
        space = ns.DesignSpace.from_stages(
            "Tiny",
            num_stages=3,
            strides=[1, 2, 2],
            parameters={"depth": [1, 2], "width": ns.log_uniform(8, 64, 8), "width_3": [64, 128], "group_width": 8},
            **SMALL,
        )
        assert (space.name, space.lineage, space.dimensions) == ("Tiny", "Tiny", 6)
        network = space.sample(1)[0]
        assert [stage.stride for stage in network.stages] == [1, 2, 2]
        assert network.stages[2].width in (64, 128)

    def test_from_function_takes_any_family(self) -> None:
        def make(width: float, depth: float):
            return None if width < 0.6 else ns.rexnet(width, depth, image_size=32, num_classes=10)

        space = ns.DesignSpace.from_function(
            "ReXNets", make, {"width": ns.uniform(0.5, 2, 0.1), "depth": [0.8, 1, 1.2]}
        )
        population = space.sample(12, flops=(None, 30e6), seed=2)
        for network, row in zip(population, population.frame().to_dict("records"), strict=True):
            assert network == make(row["width"], row["depth"])
            assert row["flops"] == ns.complexity(network).flops <= 30e6
        assert [n.id for n in space.sample(12, flops=(None, 30e6), seed=2)] == [n.id for n in population]
        assert space.restrict("width > 1").sample(3, seed=0).frame()["width"].min() > 1

    @pytest.mark.parametrize(
        ("make", "parameters", "message"),
        [
            (lambda: None, {}, "at least one parameter"),
            (lambda **_: None, {"a": [1]}, "gave no architecture"),
            (lambda **_: 3, {"a": [1]}, "has to give an Architecture, or None"),
            (lambda: None, {"a": [1]}, "make of the space 'bad' fails with {'a': 1}: TypeError"),
            (lambda a: a / 0, {"a": [1]}, "fails with {'a': 1}: ZeroDivisionError"),
            (
                lambda depth: ns.anynet(depths=[depth], widths=[8]),
                {"depth": [0]},
                r"'depth': 0}, cannot be: depths \[0\]",
            ),
            (lambda a: None, {"a": [1]}, "the last, {'a': 1}, gave None"),
            (lambda epochs: None, {"epochs": [0]}, "epochs cannot be 0"),
            (ns.rexnet, ["width"], "at least one parameter, each with its distribution"),
        ],
    )
    def test_functions_that_make_nothing_are_refused(self, make, parameters, message) -> None:
        with pytest.raises(SpaceError, match=message):
            ns.DesignSpace.from_function("bad", make, parameters)

    def test_from_function_may_have_training_parameters(self) -> None:
        space = ns.DesignSpace.from_function("r", ns.rexnet, {"width": [1, 1.3]}).vary(learning_rate=[0.1, 0.2])
        assert len({(row["width"], row["learning_rate"]) for row in space.sample(4).frame().to_dict("records")}) == 4
        assert (int(space.size()), space.size().networks) == (4, 2)

    @pytest.mark.parametrize(
        "change",
        [
            lambda s: s.change(image_size=64),
            lambda s: s.vary(kernel=[3, 5]),
            lambda s: s.quantized_linear(depth=9, initial_width=8, slope=8, width_multiplier=2),
            lambda s: s.piecewise_linear(initial_width=8, slope=8),
        ],
    )
    def test_what_a_function_would_not_see_is_refused(self, change) -> None:
        with pytest.raises(SpaceError, match="does nothing"):
            change(ns.DesignSpace.from_function("r", ns.rexnet, {"width": [1, 1.3]}))

    @pytest.mark.parametrize(
        ("make", "message"),
        [
            (lambda: ns.DesignSpace.from_stages("a", parameters={"width": [8]}, img_size=3), "did you mean image_size"),
            (lambda: ns.DesignSpace.from_architecture("a", 3), "made of an Architecture"),
            (lambda: ns.DesignSpace.from_stages("a", parameters=["width"]), "no mapping of names"),
            (lambda: ns.DesignSpace.from_stages("a", parameters={"width_1": [8]}), "first give width of all stages"),
        ],
    )
    def test_mistakes_at_the_beginning_are_named(self, make, message) -> None:
        with pytest.raises(SpaceError, match=message):
            make()


def test_a_rule_may_ask_how_far_widths_are_from_a_line() -> None:
    space = ns.get_space("anynetx_c", **SMALL).restrict("e_fit <= 0.1 and flops > 1e6")
    sample = space.sample(10, seed=1)
    assert (fit_lines([each.block_widths for each in sample]).error <= 0.1).all()
    assert space.is_slow
    with pytest.raises(SpaceError, match="did you mean e_fit"):
        ns.get_space("anynetx_c", **SMALL).restrict("e_fitt <= 0.1").sample(1)


def test_foreign_networks_are_near_no_line() -> None:
    foreign = ns.Architecture((), foreign="timm:resnet18")
    batch = ArchitectureList((foreign, ns.get_architecture("regnetx_002")))
    errors = line_errors(batch)
    assert np.isnan(errors[0])
    assert errors[1] < 0.05

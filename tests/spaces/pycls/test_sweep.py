"""Sweep files: what is read, and that each network is the one that pycls makes of the same numbers."""

import pickle
from copy import deepcopy

import numpy as np
import pytest

import netspace as ns
from netspace.complexity import complexity
from netspace.errors import SpaceError
from netspace.spaces import is_sweep, read_sweep
from netspace.training.recipe import get_recipe
from netspace.zoo import get_architecture
from tests.spaces.pycls import naive
from tests.spaces.pycls.files import (
    ANYNETX_A,
    CIFAR_BEST,
    CIFAR_OPTIM,
    CIFAR_REGNET,
    RESNET_56,
    STEM,
    TRAINING,
    base,
    each,
    floats,
    ints,
    write,
)


def changed(setup, **changes):
    """Gives a sweep with other entries; ``BASE_CFG__REGNET__DEPTH=3`` goes into nested sections."""
    setup = deepcopy(setup)
    for path, value in changes.items():
        *sections, key = path.split("__")
        inner = setup
        for section in sections:
            inner = inner.setdefault(section, {})
        inner[key] = value
    return setup


def read(tmp_path, setup, **top):
    return read_sweep(write(tmp_path, setup, **top))


def costs(population):
    return np.stack([population.complexity.flops, population.complexity.params, population.complexity.acts], axis=1)


def test_a_sweep_of_regnets(tmp_path) -> None:
    sweep = read(tmp_path, CIFAR_REGNET, LAUNCH={"PARALLEL_JOBS": 32}, DESC="an example")
    assert sweep.n == 32
    assert sweep.seed == 0
    assert sweep.data == "cifar10"
    assert sweep.budget == {"flops": (0.12e9, 0.13e9), "params": (None, 2e6), "acts": (None, 1e6)}
    assert sweep.recipe == {
        "epochs": 50,
        "batch_size": 1024,
        "learning_rate": 1.0,
        "momentum": 0.9,
        "nesterov": True,
        "weight_decay": 0.0005,
        "warmup_epochs": 5,
        "label_smoothing": 0.1,
    }
    assert get_recipe(sweep.recipe).learning_rate == 1.0
    assert sweep.ignored == {
        "OPTIM.EMA_ALPHA": 0.00025,
        "TRAIN.SPLIT": "train",
        "TEST.DATASET": "cifar10",
        "TEST.IM_SIZE": 32,
        "LAUNCH": {"PARALLEL_JOBS": 32},
    }
    population = sweep.sample()
    assert len(population) == 32
    assert {len(network.stages) for network in population} == {2}
    assert population.origin.seed == 0
    assert sweep.sample(5).architectures == population.architectures[:5]
    assert sweep.sample(5, seed=1).architectures != population.architectures[:5]


def test_a_sweep_of_learning_rates_of_one_network(tmp_path) -> None:
    sweep = read(tmp_path, CIFAR_OPTIM)
    population = sweep.sample()
    assert {network.id for network in population} == {get_architecture("ResNet-56").id}
    assert sorted(population.parameters) == ["learning_rate", "weight_decay"]
    assert sweep.ignored["SETUP.SAMPLERS.OPTIM.BASE_LR.QUANTIZE"] == 1e-10


def test_a_sweep_of_epochs_and_seeds_draws_all_that_there_are(tmp_path) -> None:
    sweep = read(tmp_path, CIFAR_BEST)
    population = sweep.sample()
    drawn = zip(population.parameters["epochs"].tolist(), population.parameters["seed"].tolist(), strict=True)
    assert sorted(drawn) == [(epochs, seed) for epochs in (50, 100, 200, 400) for seed in (1, 2, 3)]
    assert population[0] == ns.regnet(
        depth=12,
        initial_width=96,
        slope=19.5,
        width_multiplier=2.942,
        group_width=8,
        block="y",
        stem="cifar",
        stem_width=16,
        image_size=32,
        num_classes=10,
    )
    with pytest.raises(SpaceError, match="only 12 different"):
        sweep.sample(13)


@pytest.mark.parametrize(
    ("ranges", "num_stages"),
    [
        ({"DEPTH": [6, 16], "GROUP_W": [1, 32]}, (2, 2)),
        ({"DEPTH": [6, 16], "GROUP_W": [1, 64], "BOT_MUL": [0.125, 4.0]}, (2, 2)),
        ({"DEPTH": [4, 20], "GROUP_W": [4, 64], "BOT_MUL": [0.25, 1.0]}, (1, 4)),
    ],
)
@pytest.mark.parametrize("block", ["res_bottleneck_block", "res_bottleneck_linear_block"])
def test_regnets_are_those_that_pycls_makes_of_the_same_numbers(tmp_path, ranges, num_stages, block) -> None:
    setup = changed(
        CIFAR_REGNET,
        SAMPLERS__REGNET={"TYPE": "regnet_sampler", **ranges},
        CONSTRAINTS={"REGNET": {"NUM_STAGES": list(num_stages)}},
        BASE_CFG__REGNET__BLOCK_TYPE=block,
    )
    population = read(tmp_path, setup).sample(200)
    names = ("depth", "initial_width", "slope", "width_multiplier", "group_width", "bottleneck_ratio")
    columns = zip(*(population.parameters[name].tolist() for name in names), strict=True)
    kind = "linear" if "linear" in block else "bottleneck"
    expected = []
    for d, w_0, w_a, w_m, g, b in columns:
        drawn = {"DEPTH": d, "W0": w_0, "WA": w_a, "WM": w_m, "GROUP_W": g, "BOT_MUL": 1 / b}
        network = naive.regnet(drawn, num_stages)
        assert network is not None
        expected.append(naive.cost(network, size=32, classes=10, stem=16, stem_stride=1, block=kind, se=0.25))
    np.testing.assert_array_equal(costs(population), expected)


@pytest.mark.parametrize("num_stages", [[2, 2], [1, 4]])
def test_a_sweeps_space_can_be_sent_to_other_processes_and_changed(tmp_path, num_stages) -> None:
    setup = changed(CIFAR_REGNET, SAMPLERS__REGNET__BOT_MUL=[0.25, 1.0], CONSTRAINTS__REGNET__NUM_STAGES=num_stages)
    space = read(tmp_path, setup).space
    assert pickle.loads(pickle.dumps(space)).sample(3).architectures == space.sample(3).architectures
    narrow = space.narrow(depth=(8, 10)).fix(group_width=16)
    assert set(narrow.sample(20).parameters["depth"].tolist()) <= {8, 9, 10}
    assert narrow.dimensions == space.dimensions - 1


def test_group_widths_that_are_no_multiples_are_rounded_as_pycls_does(tmp_path) -> None:
    samplers = {"REGNET": {"TYPE": "regnet_sampler", "DEPTH": [6, 16]}, "REGNET.GROUP_W": ints("uniform", 1, 40)}
    population = read(tmp_path, changed(CIFAR_REGNET, SAMPLERS=samplers)).sample(100)
    names = ("depth", "initial_width", "slope", "width_multiplier", "group_width")
    for i, row in enumerate(zip(*(population.parameters[name].tolist() for name in names), strict=True)):
        network = naive.regnet(
            dict(zip(("DEPTH", "W0", "WA", "WM", "GROUP_W"), row, strict=True)) | {"BOT_MUL": 1}, (2, 2)
        )
        assert [stage.width for stage in population[i].stages] == network.widths
        assert [stage.group_width for stage in population[i].stages] == network.groups


def test_anynets_are_those_that_pycls_makes_of_the_same_numbers(tmp_path) -> None:
    samplers = {
        "ANYNET.DEPTHS": each(3, ints("log_normal", 1, 8)),
        "ANYNET.WIDTHS": each(3, ints("uniform", 8, 256, 8)),
        "ANYNET.STRIDES": each(3, ints("power2_uniform", 1, 2)),
        "ANYNET.BOT_MULS": each(3, floats("power2_uniform", 0.25, 2.0, 0.25)),
        "ANYNET.GROUP_WS": each(3, ints("power2_or_log_uniform", 1, 32, 8)),
    }
    setup = {"NUM_CONFIGS": 200, "SAMPLERS": samplers, "BASE_CFG": base("anynet", **STEM, SE_ON=True, SE_R=0.5)}
    population = read(tmp_path, setup).sample()
    stages = {
        name: np.stack([population.parameters[f"{name}_{i}"] for i in (1, 2, 3)], axis=1).tolist()
        for name in ("depth", "width", "stride", "bottleneck_ratio", "group_width")
    }
    networks = [
        naive.standardized(naive.Network(d, w, s, [1 / ratio for ratio in b], g))
        for d, w, s, b, g in zip(*stages.values(), strict=True)
    ]
    expected = [
        naive.cost(network, size=32, classes=10, stem=16, stem_stride=1, block="bottleneck", se=0.5)
        for network in networks
    ]
    np.testing.assert_array_equal(costs(population), expected)


def test_widths_and_groups_of_anynets_are_drawn_and_then_rounded(tmp_path) -> None:
    samplers = {"ANYNET.WIDTHS": each(2, ints("uniform", 1, 40)), "ANYNET.GROUP_WS": each(2, ints("uniform", 1, 30))}
    cfg = base("anynet", **STEM, DEPTHS=[1, 2], STRIDES=[1, 2])
    space = read(tmp_path, {"NUM_CONFIGS": 1, "SAMPLERS": samplers, "BASE_CFG": cfg}).space
    rounded = [max(1, round(w / 8)) * 8 for w in range(1, 41)]
    width = next(c for c in space.components if c.attributes == ("width",)).each[0]
    assert dict(zip(width.values, width.probabilities.tolist(), strict=True)) == pytest.approx(
        {value: rounded.count(value) / 40 for value in set(rounded)}
    )
    rounded = [g if g <= 2 else 4 if g <= 5 else round(g / 8) * 8 for g in range(1, 31)]
    group = next(c for c in space.components if c.attributes == ("group_width",)).each[1]
    assert dict(zip(group.values, group.probabilities.tolist(), strict=True)) == pytest.approx(
        {value: rounded.count(value) / 30 for value in set(rounded)}
    )


def test_an_anynet_without_groups_is_depthwise_as_in_pycls(tmp_path) -> None:
    cfg = base("anynet", **STEM, DEPTHS=[1, 2], WIDTHS=[20, 33], STRIDES=[1, 2])
    network = read(tmp_path, {"NUM_CONFIGS": 1, "BASE_CFG": cfg}).sample()[0]
    assert [(stage.width, stage.group_width) for stage in network.stages] == [(16, 1), (32, 1)]


def test_efficientnets(tmp_path) -> None:
    numbers = {
        "STEM_W": 32,
        "DEPTHS": [1, 2, 2, 3, 3, 4, 1],
        "WIDTHS": [16, 24, 40, 80, 112, 192, 320],
        "EXP_RATIOS": [1, 6, 6, 6, 6, 6, 6],
        "KERNELS": [3, 3, 5, 3, 5, 5, 3],
        "STRIDES": [1, 2, 2, 2, 1, 2, 1],
        "DROPOUT_RATIO": 0.2,
    }
    cfg = {"MODEL": {"TYPE": "effnet", "NUM_CLASSES": 1000, "ACTIVATION_FUN": "silu"}, "EN": numbers}
    sweep = read(tmp_path, {"NUM_CONFIGS": 2, "BASE_CFG": cfg, "SAMPLERS": {"RNG_SEED": ints("uniform", 1, 2)}})
    assert sweep.sample()[1] == get_architecture("EfficientNet-B0")
    samplers = {
        "EN.DEPTHS": each(7, ints("uniform", 1, 3)),
        "EN.WIDTHS": each(7, ints("log_uniform", 8, 320, 8)),
        "EN.KERNELS": each(7, {"TYPE": "value_sampler", "VALUES": [3, 5]}),
        "EN.EXP_RATIOS": each(7, ints("uniform", 1, 6)),
        "EN.STEM_W": ints("uniform", 10, 40),
        "TRAIN.IM_SIZE": ints("uniform", 125, 131),
    }
    population = read(tmp_path, {"NUM_CONFIGS": 9, "BASE_CFG": cfg, "SAMPLERS": samplers}).sample(40)
    assert [complexity(network).flops for network in population] == population.complexity.flops.tolist()
    assert {network.stem.width for network in population} <= {8, 16, 24, 32, 40}
    assert {network.image_size for network in population} == {124, 128, 132}


def test_resnets(tmp_path) -> None:
    samplers = {"RNG_SEED": ints("uniform", 1, 2)}
    cfg = base("resnet", TRANS_FUN="basic_transform")
    cfg["MODEL"]["DEPTH"] = 56
    sweep = read(tmp_path, {"NUM_CONFIGS": 1, "BASE_CFG": cfg, "SAMPLERS": samplers})
    assert sweep.sample()[0] == get_architecture("ResNet-56")
    for name, groups, width in (("ResNet-101", 1, 64), ("ResNeXt-101", 32, 4)):
        section = {"TRANS_FUN": "bottleneck_transform", "STRIDE_1X1": False}
        section |= {"NUM_GROUPS": groups, "WIDTH_PER_GROUP": width}
        cfg = {"MODEL": {"TYPE": "resnet", "DEPTH": 101, "NUM_CLASSES": 1000}, "RESNET": section}
        sweep = read(tmp_path, {"NUM_CONFIGS": 1, "BASE_CFG": cfg, "SAMPLERS": samplers})
        assert sweep.sample()[0] == get_architecture(name)


def test_settings_of_the_whole_network_vary(tmp_path) -> None:
    samplers = {
        "TRAIN.IM_SIZE": ints("uniform", 30, 33),
        "ANYNET.STEM_W": ints("uniform", 8, 24, 8),
        "ANYNET.HEAD_W": ints("uniform", 100, 101),
        "OPTIM.MOMENTUM": floats("uniform", 0.8, 0.9, 0.1),
    }
    cfg = base("anynet", **STEM, **RESNET_56)
    cfg["MODEL"]["ACTIVATION_FUN"] = "swish"
    cfg["BN"] = {"EPS": 1e-3, "MOM": 0.01}
    population = read(tmp_path, {"NUM_CONFIGS": 12, "BASE_CFG": cfg, "SAMPLERS": samplers}).sample()
    one = population[0]
    assert {network.image_size for network in population} == {32}  # 30 and 33 too
    assert {network.stem.width for network in population} == {8, 16, 24}
    assert one.head.width in (100, 101)
    assert one.norm == ns.Norm(epsilon=1e-3, momentum=0.01)
    assert {one.stem.activation, one.head.activation, one.stages[0].activation} == {"silu"}


def test_the_seed_of_the_training_and_scaling_by_one_change_no_network(tmp_path) -> None:
    setup = changed(CIFAR_REGNET, BASE_CFG__RNG_SEED=3, BASE_CFG__MODEL__SCALING_TYPE="d1_w8")
    sweep = read(tmp_path, setup)
    assert sweep.ignored["RNG_SEED"] == 3
    assert sweep.sample(3).architectures == read(tmp_path, CIFAR_REGNET).sample(3).architectures


def test_a_sweep_is_known_by_its_setup() -> None:
    assert is_sweep({"SETUP": CIFAR_BEST})
    assert not is_sweep({"SETUP": 3})
    assert not is_sweep([1])


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"SAMPLES": 3}, r"SETUP.SAMPLES is unknown: .*NUM_CONFIGS"),
        ({"NUM_CONFIGS": 0}, r"SETUP.NUM_CONFIGS is 0: a whole number of at least 1"),
        ({"RNG_SEED": "a"}, r"SETUP.RNG_SEED is 'a'"),
        ({"SAMPLERS": [3]}, r"SETUP.SAMPLERS is no mapping"),
        ({"BASE_CFG": [3]}, r"SETUP.BASE_CFG is no mapping"),
        ({"BASE_CFG__MODEL__TYPE": "vit"}, r"MODEL.TYPE is 'vit': anynet, regnet, effnet, resnet can be read"),
        ({"BASE_CFG__MODEL__KIND": "vit"}, r"SETUP.BASE_CFG.MODEL.KIND is no setting of pycls"),
        ({"BASE_CFG__OPTIM": 3}, r"SETUP.BASE_CFG.OPTIM is no setting of pycls"),
        (
            {"BASE_CFG__MODEL__SCALING_TYPE": "d1_w8", "BASE_CFG__MODEL__SCALING_FACTOR": 2.0},
            r"MODEL.SCALING_TYPE scales every network, which cannot be read",
        ),
        ({"BASE_CFG__REGNET__STEM_TYPE": "patchify"}, r"REGNET.STEM_TYPE is 'patchify': simple_stem_in"),
        ({"BASE_CFG__REGNET__BLOCK_TYPE": "res_basic_block"}, r"BLOCK_TYPE is 'res_basic_block': res_bottleneck_block"),
        ({"BASE_CFG__MODEL__ACTIVATION_FUN": "gelu"}, r"ACTIVATION_FUN is 'gelu': relu, silu, swish"),
        ({"BASE_CFG__REGNET__STEM_W": 0}, r"networks that cannot be: stem width 0"),
        ({"CONSTRAINTS__CX__LATENCY": [0, 1]}, r"CX.LATENCY is unknown: ACTS, FLOPS, PARAMS"),
        ({"CONSTRAINTS__CX__FLOPS": [3]}, r"CX.FLOPS is \[3\]: \[low, high\] is needed"),
        ({"CONSTRAINTS__REGNET__NUM_STAGES": [4, 2]}, r"NUM_STAGES is \[4, 2\]"),
        ({"CONSTRAINTS__REGNET__NUM_STAGES": [True, True]}, r"NUM_STAGES is \[True, True\]"),
        ({"BASE_CFG__TRAIN__IM_SIZE": float("inf")}, r"IM_SIZE is inf: a number can be read"),
        ({"SAMPLERS__REGNET__DEPTH": [6, 1e300]}, r"REGNET.DEPTH .*(too many steps|too wide)"),
        ({"SAMPLERS__REGNET__DEPTH": "{[]: 1}"}, r"REGNET.DEPTH needs a range \[low, high\]"),
        ({"CONSTRAINTS__DEPTH": 1}, r"SETUP.CONSTRAINTS.DEPTH is unknown"),
        ({"SAMPLERS__ANYNET.DEPTHS": each(2, ints("uniform", 1, 2))}, r"ANYNET.DEPTHS cannot vary .* type regnet"),
        ({"SAMPLERS__REGNET.SE_R": floats("uniform", 0.1, 0.2, 0.1)}, r"REGNET.SE_R cannot vary .* REGNET.DEPTH"),
        (
            {"SAMPLERS__REGNET.HEAD_W": ints("uniform", 0, 2)},
            r"HEAD_W is uniform 0 to 2 by 1: whole numbers of at least 1",
        ),
        ({"SAMPLERS__REGNET.DEPTH": each(2, ints("uniform", 1, 2))}, r"REGNET.DEPTH is a list_sampler"),
        ({"SAMPLERS__REGNET.W0": ints("uniform", 1, 20)}, r"REGNET.W0 is .*: multiples of 8"),
        ({"SAMPLERS__REGNET.BOT_MUL": floats("uniform", 0.25, 1.0, 0.25)}, r"BOT_MUL is 0.75: 1/2, 1/4"),
        ({"SAMPLERS__REGNET.BOT_MUL": floats("uniform", 1.0, 1.5, 0.5)}, r"BOT_MUL is 1.5"),
    ],
)
def test_what_cannot_be_read_is_named(tmp_path, changes, message) -> None:
    with pytest.raises(SpaceError, match=message) as error:
        read(tmp_path, changed(CIFAR_REGNET, **changes))
    assert str(tmp_path / "sweep.yaml") in str(error.value)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"BASE_CFG__ANYNET__DEPTHS": []}, r"ANYNET.DEPTHS says no stage"),
        ({"BASE_CFG__ANYNET__DEPTHS": 3}, r"ANYNET.DEPTHS is 3: a list"),
        ({"BASE_CFG__ANYNET__DEPTHS": ["a"]}, r"ANYNET.DEPTHS is \['a'\]: numbers can be read"),
        ({"BASE_CFG__ANYNET__STEM_W": "wide"}, r"ANYNET.STEM_W is 'wide': a number can be read"),
        ({"BASE_CFG__ANYNET__SE_ON": 3}, r"ANYNET.SE_ON is 3: True or False"),
        ({"BASE_CFG__OPTIM__BASE_LR": True}, r"OPTIM.BASE_LR is True: a number"),
        ({"BASE_CFG__MODEL__TYPE": 3}, r"MODEL.TYPE is 3: text"),
        ({"SAMPLERS__ANYNET.STRIDES": each(3, ints("uniform", 0, 2))}, r"networks that cannot be: stage stride 0"),
        ({"BASE_CFG__ANYNET__WIDTHS": [8]}, r"ANYNET.WIDTHS has 1 numbers for 3 stages"),
        ({"BASE_CFG__ANYNET__GROUP_WS": [8, 8, 8]}, r"has no meaning in a res_basic_block"),
        ({"SAMPLERS__ANYNET.WIDTHS": ints("uniform", 8, 64, 8)}, r"ANYNET.WIDTHS has to be a list_sampler"),
        ({"SAMPLERS__OPTIM.NESTEROV": ints("uniform", 0, 1)}, r"OPTIM.NESTEROV cannot vary"),
    ],
)
def test_what_cannot_be_read_of_anynets_is_named(tmp_path, changes, message) -> None:
    with pytest.raises(SpaceError, match=message):
        read(tmp_path, changed(CIFAR_OPTIM, **changes))


def test_a_regnet_with_another_number_of_stages_is_refused(tmp_path) -> None:
    with pytest.raises(SpaceError, match=r"NUM_STAGES is \[4, 4\], and the one RegNet of BASE_CFG"):
        read(tmp_path, changed(CIFAR_BEST, CONSTRAINTS={}))


@pytest.mark.parametrize("changes", [{"DEPTH": 57}, {"DEPTH": 2}])
def test_resnets_of_no_depth_are_refused(tmp_path, changes) -> None:
    cfg = base("resnet")
    cfg["MODEL"] |= changes
    with pytest.raises(SpaceError, match=r"MODEL.DEPTH is \d+ with basic_transform: 6 n \+ 2"):
        read(tmp_path, {"NUM_CONFIGS": 1, "BASE_CFG": cfg})
    cfg["TRAIN"] = {**TRAINING["TRAIN"], "DATASET": "imagenet"}
    with pytest.raises(SpaceError, match="STRIDE_1X1 False"):
        read(tmp_path, {"NUM_CONFIGS": 1, "BASE_CFG": cfg})


@pytest.mark.parametrize("groups", [0, 2.5])
def test_resnets_of_no_groups_are_refused(tmp_path, groups) -> None:
    cfg = base("resnet", TRANS_FUN="bottleneck_transform", STRIDE_1X1=False, NUM_GROUPS=groups)
    cfg["MODEL"] |= {"DEPTH": 50}
    cfg["TRAIN"] = {**TRAINING["TRAIN"], "DATASET": "imagenet"}
    with pytest.raises(SpaceError, match=f"has {groups} groups of width 64"):
        read(tmp_path, {"NUM_CONFIGS": 1, "BASE_CFG": cfg})


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a: [", "is not YAML"),
        ("space: regnetx", "no section SETUP"),
        ("SETUP: {}\nSETUP: {}", "'SETUP' is there twice"),
        ("? [a]\n: b\nSETUP: {}", "unhashable key"),
    ],
)
def test_other_files_are_refused(tmp_path, text, message) -> None:
    path = tmp_path / "space.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(SpaceError, match=message):
        read_sweep(path)


def test_a_file_that_is_not_there_is_told(tmp_path) -> None:
    with pytest.raises(SpaceError, match="No such file"):
        read_sweep(tmp_path / "none.yaml")


def test_an_unknown_section_is_named(tmp_path) -> None:
    with pytest.raises(SpaceError, match="SWEEP is unknown: ANALYZE"):
        read(tmp_path, ANYNETX_A, SWEEP={})

"""Samplers as distributions; the rules' probabilities are tested beside the distributions."""

import pytest

from netspace.errors import SpaceError
from netspace.spaces.distributions import log_uniform, powers_of_two_then_log_uniform, uniform
from netspace.spaces.pycls.samplers import coarse, read_samplers
from tests.spaces.pycls.files import each, floats, ints


def read(**samplers):
    return read_samplers("a.yaml", samplers)


def test_a_regnet_sampler_has_pyclss_ranges_by_default() -> None:
    sampled = read(REGNET={"TYPE": "regnet_sampler"})
    assert list(sampled) == [f"REGNET.{key}" for key in ("DEPTH", "W0", "WA", "WM", "GROUP_W", "BOT_MUL")]
    assert sampled["REGNET.DEPTH"] == uniform(12, 28)
    assert sampled["REGNET.W0"] == log_uniform(8, 256, 8)
    assert sampled["REGNET.WA"] == log_uniform(8.0, 256.0, 0.1)
    assert sampled["REGNET.WM"] == log_uniform(2.0, 3.0, 0.001)
    assert sampled["REGNET.GROUP_W"] == powers_of_two_then_log_uniform(8, 128, 8)
    assert sampled["REGNET.BOT_MUL"].values == (1,)


def test_a_later_sampler_takes_the_place_of_an_earlier() -> None:
    sampled = read(**{"REGNET": {"TYPE": "regnet_sampler"}, "REGNET.DEPTH": ints("uniform", 3, 9, 3)})
    assert sampled["REGNET.DEPTH"].values == (3, 6, 9)


def test_items_of_a_list_are_drawn_apart() -> None:
    widths = read(**{"ANYNET.WIDTHS": each(3, ints("log_uniform", 8, 64, 8))})["ANYNET.WIDTHS"]
    assert widths == (log_uniform(8, 64, 8),) * 3


def test_values_count_as_often_as_they_are_listed() -> None:
    epochs = read(**{"OPTIM.MAX_EPOCH": {"TYPE": "value_sampler", "VALUES": [50, 10, 50, 100]}})["OPTIM.MAX_EPOCH"]
    assert epochs.values == (10, 50, 100)
    assert epochs.probabilities.tolist() == [0.25, 0.5, 0.25]


def test_numbers_that_yaml_takes_for_text_are_read() -> None:
    sampler = {"TYPE": "float_sampler", "RAND_TYPE": "uniform", "RANGE": ["1e-3", "2e-3"], "QUANTIZE": "1e-3"}
    assert read(**{"OPTIM.BASE_LR": sampler})["OPTIM.BASE_LR"].values == (0.001, 0.002)


def test_quanta_that_are_too_fine_are_told() -> None:
    samplers = {
        "OPTIM.BASE_LR": floats("log_uniform", 0.25, 5.0, 1e-10),
        "OPTIM.WEIGHT_DECAY": floats("log_uniform", 0.1, 0.5, 0.1),
        "ANYNET.WIDTHS": each(2, ints("uniform", 8, 8_000_000, 8)),
        "REGNET": {"TYPE": "regnet_sampler"},
    }
    read_samplers("a.yaml", samplers)
    assert coarse(samplers) == {
        "SETUP.SAMPLERS.OPTIM.BASE_LR.QUANTIZE": 1e-10,
        "SETUP.SAMPLERS.ANYNET.WIDTHS.QUANTIZE": 8,
    }


@pytest.mark.parametrize(
    ("key", "sampler", "message"),
    [
        ("OPTIM.LR", ints("uniform", 1, 3), r"SETUP.SAMPLERS.OPTIM.LR is no setting of pycls: did you mean OPTIM"),
        ("RNG_SEED", {"TYPE": "sobol"}, r"TYPE 'sobol': value_sampler, int_sampler"),
        ("RNG_SEED", 3, r"SETUP.SAMPLERS.RNG_SEED has the TYPE ''"),
        ("RNG_SEED", {**ints("uniform", 1, 3), "STEP": 1}, r"RNG_SEED.STEP is no key of a int_sampler"),
        ("RNG_SEED", ints("cauchy", 1, 3), r"RAND_TYPE is 'cauchy': uniform, log_uniform"),
        ("RNG_SEED", ints("uniform", 1, 4, 3), r"\[1, 4\], whose ends are no multiples of 3"),
        ("RNG_SEED", ints("uniform", 4, 1), r"low <= high"),
        ("RNG_SEED", ints("uniform", 1, 4, 0), r"QUANTIZE is 0: it has to be positive"),
        ("RNG_SEED", {"TYPE": "int_sampler", "RANGE": 3}, r"needs a range \[low, high\]"),
        ("RNG_SEED", ints("log_uniform", 0, 4), r"0 < low <= high"),
        ("ANYNET.GROUP_WS", ints("power2_uniform", 3, 12, 3), r"powers of two alone"),
        ("RNG_SEED", {"TYPE": "value_sampler", "VALUES": []}, r"VALUES is \[\]: a list of numbers"),
        ("MODEL.ACTIVATION_FUN", {"TYPE": "value_sampler", "VALUES": ["relu", "silu"]}, r"a list of numbers"),
        ("ANYNET.WIDTHS", {"TYPE": "list_sampler", "ITEM_SAMPLER": {}}, r"LENGTH is 0"),
        ("ANYNET.WIDTHS", each(2, {}), r"ITEM_SAMPLER has the TYPE ''"),
        ("ANYNET.WIDTHS", each(2, each(2, ints("uniform", 8, 16, 8))), r"lists of lists"),
        ("ANYNET.WIDTHS", each(2, {"TYPE": "regnet_sampler"}), r"for the key REGNET alone"),
        ("ANYNET", {"TYPE": "regnet_sampler"}, r"for the key REGNET alone"),
    ],
)
def test_samplers_that_cannot_be_read_are_named(key, sampler, message) -> None:
    with pytest.raises(SpaceError, match=message) as error:
        read(**{key: sampler})
    assert str(error.value).startswith("cannot read the sweep a.yaml: SETUP.SAMPLERS.")


def test_samplers_are_a_mapping() -> None:
    with pytest.raises(SpaceError, match=r"SETUP\.SAMPLERS is no mapping"):
        read_samplers("a.yaml", [1])

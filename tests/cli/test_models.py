"""``netspace models``: the zoo as a list."""

import json

import pytest
from typer.testing import CliRunner

import netspace as ns
from netspace import zoo
from netspace.cli.app import app
from netspace.errors import ArchitectureError


def models(*words: str) -> str:
    result = CliRunner().invoke(app, ["models", *words], catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.output


def names(*words: str) -> list[str]:
    return [row["name"] for row in json.loads(models(*words, "--json"))]


def test_all_in_the_zoos_order() -> None:
    assert names() == zoo.list_models()
    said = models()
    places = [said.index(f" {name} ") for name in zoo.list_models()]
    assert places == sorted(places)
    assert "flops: multiply-adds" in said


def test_numbers_are_the_librarys() -> None:
    for row in json.loads(models("--json")):
        model = zoo.find(row["name"])
        cost = ns.complexity(model.architecture)
        assert (row["flops"], row["params"], row["acts"]) == (cost.flops, cost.params, cost.acts)
        assert row["aliases"] == list(model.aliases)
        assert [each["hub"] for each in row["weights"]] == [weights.hub for weights in model.weights]
        assert [each["top1"] for each in row["published"]] == [published.top1 for published in model.published]


def test_a_line_of_the_table() -> None:
    line = next(line for line in models().splitlines() if " RegNetX-800MF " in line)
    told = "RegNetX-800MF regnetx_008, regnet_x_800mf 224 800M 7.26M 5.15M 75.2 % tv2_in1k and 1 more"
    assert " ".join(line.split()) == told
    line = next(line for line in models().splitlines() if "ReXNet-x2.2" in line)
    assert " ".join(line.split()) == "ReXNet-x2.2 ReXNet_2.2 224 1.84G 19.5M 16.4M - -"


@pytest.mark.parametrize(
    ("pattern", "found"),
    [
        ("rexnet_1*", ["ReXNet-x1.0", "ReXNet-x1.3", "ReXNet-x1.5"]),
        ("REGNETZ", ["RegNetZ-500MF", "RegNetZ-4.0GF", "RegNetZ-4.0GF-H"]),
        ("regnet_y_400mf", ["RegNetY-400MF"]),
        ("resnet1??", ["ResNet-101", "ResNet-152"]),
    ],
)
def test_patterns_and_parts_of_names(pattern: str, found: list[str]) -> None:
    assert names(pattern) == found


@pytest.mark.parametrize(
    ("pattern", "says"),
    [
        ("regnett", r"no network's name has 'regnett' in it: near are .*RegNetX"),
        ("mobilnetv2*", "near are .*MobileNetV2"),
        ("qqqqq", "`netspace models` lists all"),
    ],
)
def test_what_matches_nothing_is_named(pattern: str, says: str) -> None:
    with pytest.raises(ArchitectureError, match=says):
        models(pattern)


def test_help_has_an_example() -> None:
    assert "Example: netspace models" in CliRunner().invoke(app, ["models", "--help"]).output

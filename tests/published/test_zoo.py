"""The zoo against published numbers: flops, params and acts of every row, to the integer.

``complexity.csv`` holds the authors' own numbers: pycls's model zoo (RegNetX, RegNetY, ResNe(X)t, EfficientNet), timm's
networks counted by the same rule (its RegNets and ReXNets), and clovaai's ReXNets counted so.
"""

import csv
from pathlib import Path

import pytest
import torch

import netspace as ns
from netspace import zoo
from netspace.networks import count

with (Path(__file__).parent / "complexity.csv").open(newline="") as file:
    ROWS = list(csv.DictReader(file))
QUICK = 2e9  # multiply-adds of networks that are built within a moment


def numbers(text: str) -> list[int]:
    return [int(part) for part in text.split("-")]


@pytest.mark.parametrize("row", ROWS, ids=[row["name"] for row in ROWS])
def test_published_complexity_to_the_integer(row: dict[str, str]) -> None:
    architecture = ns.get_architecture(row["name"])
    assert architecture.image_size == int(row["image_size"])
    assert ns.complexity(architecture) == ns.Complexity(*(int(row[key]) for key in ("flops", "params", "acts")))
    widths = [w for w, d in zip(numbers(row["widths"]), numbers(row["depths"]), strict=True) for _ in range(d)]
    assert list(architecture.block_widths) == widths


def test_all_rows_are_there() -> None:
    assert len(ROWS) == 67
    assert sum(row["name"].startswith("RegNet") for row in ROWS) == 24


def marked(name: str) -> object:
    large = ns.complexity(ns.get_architecture(name)).flops > QUICK
    return pytest.param(name, marks=[pytest.mark.slow] if large else [])


@pytest.mark.parametrize("name", [marked(name) for name in zoo.list_models()])
def test_modules_cost_what_the_closed_form_says(name: str) -> None:
    architecture = ns.get_architecture(name)
    with torch.device("meta"):
        module = ns.create_model(name)
    assert count(module, architecture.image_size) == ns.complexity(architecture)


@pytest.mark.parametrize(
    ("name", "widths", "squeezed"),
    [
        # MobileNetV2 paper, Table 2
        ("mobilenet_v2", [16, 24, 32, 64, 96, 160, 320], None),
        # EfficientNet paper, Table 1; squeezed widths are a quarter of each block's input
        ("efficientnet_b0", [16, 24, 40, 80, 112, 192, 320], [8, 4, 6, 6, 10, 10, 20, 20]),
    ],
)
def test_widths_of_other_families_are_the_published_ones(name: str, widths: list, squeezed: list | None) -> None:
    architecture = ns.get_architecture(name)
    assert [stage.width for stage in architecture.stages] == widths
    if squeezed:
        assert [shape.se_width for _, shape in architecture.blocks()][: len(squeezed)] == squeezed


def test_plain_rexnet_costs_what_mobilenetv1_costs() -> None:
    plain, v1 = (ns.complexity(ns.get_architecture(name)) for name in ("ReXNet (plain)", "MobileNetV1"))
    assert plain.flops == pytest.approx(v1.flops, rel=1e-3)
    widths = ns.get_architecture("ReXNet-plain").block_widths
    assert len(widths) == 13
    assert len({b - a for a, b in zip(widths, widths[1:], strict=False)}) == 1

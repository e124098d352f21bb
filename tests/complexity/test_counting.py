"""The closed forms against a count by hooks on the built module, to the integer."""

import numpy as np
import pytest
from hypothesis import given, settings

from netspace.architecture import Architecture, Head, Stage, Stem
from netspace.complexity import ArchitectureBatch, Complexity, breakdown, complexity
from netspace.complexity.blocks import BLOCK_COSTS
from netspace.errors import ArchitectureError
from netspace.families import block_fields
from netspace.networks import build, count
from netspace.networks.blocks import BLOCKS
from tests.strategies import PAPER_BLOCKS, architectures


@pytest.mark.slow
@settings(max_examples=150, deadline=None)
@given(architectures())
def test_closed_form_equals_hooks_on_the_module(architecture: Architecture) -> None:
    module = build(architecture, seed=0)
    assert complexity(architecture) == count(module, architecture.image_size, architecture.in_channels)


def test_every_block_kind_has_module_and_closed_form() -> None:
    assert set(BLOCK_COSTS) == set(BLOCKS)


def test_head_convolution_counts() -> None:
    architecture = Architecture((Stage(16, group_width=8),), head=Head(64, dropout=0.1), image_size=32, num_classes=5)
    assert complexity(architecture) == count(build(architecture, seed=0), 32)


@pytest.mark.parametrize("block", PAPER_BLOCKS)
def test_batch_equals_one_by_one(block: str) -> None:
    fields = block_fields(block)
    stages = tuple(Stage(**({"width": w, "group_width": 8} | fields)) for w in (16, 32))
    outline = Architecture(stages, Stem("cifar", 8), image_size=16, num_classes=10)
    columns = {
        "width": np.array([[16, 32], [24, 24], [8, 64]]),
        "depth": np.array([[1, 2], [3, 1], [1, 1]]),
        "bottleneck_ratio": np.array([[1, 1], [1, 2], [2, 4]]),
        "group_width": np.array([[8, 16], [24, 12], [4, 1]]),
    }
    batch = ArchitectureBatch(outline, {name: column for name, column in columns.items() if name not in fields})
    many = complexity(batch)
    for i in range(len(batch)):
        assert complexity(batch[i]) == Complexity(int(many.flops[i]), int(many.params[i]), int(many.acts[i]))


def test_table_of_the_paper_for_single_convolutions() -> None:
    # RegNet paper, Figure 12's table: 1x1 w^2 r^2, 3x3 9 w^2 r^2, group 9 w g r^2, depthwise 9 w r^2
    from netspace.complexity.layers import convolution

    w, r, g = 64, 14, 16
    assert convolution(1, w, w, r) == Complexity(w**2 * r**2, w**2, w * r**2)
    assert convolution(3, w, w, r) == Complexity(9 * w**2 * r**2, 9 * w**2, w * r**2)
    assert convolution(3, w, w, r, groups=w // g) == Complexity(9 * w * g * r**2, 9 * w * g, w * r**2)
    assert convolution(3, w, w, r, groups=w) == Complexity(9 * w * r**2, 9 * w, w * r**2)


def test_unknown_block_is_named() -> None:
    with pytest.raises(ArchitectureError, match=r"block 'invertd' is unknown: did you mean 'inverted'\?"):
        complexity(Architecture((Stage(16, block="invertd", expansion=6, group_width=1),)))


def test_head_without_classifier_and_with_hidden_layer_counts() -> None:
    stage = Stage(16, group_width=8)
    for head, classes in ((Head(), 0), (Head(24, hidden=32), 7), (Head(hidden=8, dropout=0.5), 0)):
        architecture = Architecture((stage,), head=head, image_size=32, num_classes=classes)
        assert complexity(architecture) == count(build(architecture, seed=0), 32)


def test_parts_add_up() -> None:
    architecture = Architecture((Stage(16, group_width=8), Stage(24, 2, group_width=8)), image_size=32)
    parts = dict(breakdown(architecture))
    assert list(parts) == ["stem", "stage 1", "stage 2", "head"]
    assert sum(cost.flops for cost in parts.values()) == complexity(architecture).flops


@pytest.mark.parametrize("stage", [Stage(16, block="v", group_width=8), Stage(16, block="separable")])
def test_blocks_without_groups_refuse_them(stage: Stage) -> None:
    architecture = Architecture((stage,), image_size=16)
    with pytest.raises(ArchitectureError, match=r"group"):
        complexity(architecture)
    with pytest.raises(ArchitectureError, match=r"group"):
        build(architecture)


def test_big_networks_do_not_overflow() -> None:
    architecture = Architecture(tuple(Stage(8192, 64, stride=1) for _ in range(4)), image_size=512)
    one = complexity(architecture)
    batch = ArchitectureBatch(architecture, {"width": np.full((1, 4), 8192)})
    assert int(complexity(batch).flops[0]) == one.flops > 2**50

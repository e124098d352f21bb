"""Moves as the operations of a design space, in the words of a space file."""

import numpy as np
import pytest

import netspace as ns
from netspace.refinement import Move
from netspace.refinement.applying import Operation, applied, operations
from netspace.spaces.files import space_from_dict

FORM = {"image_size": 32, "stem": "cifar", "num_classes": 10}
WIDTHS = tuple(f"width_{i}" for i in (1, 2, 3, 4))
RATIOS = tuple(f"bottleneck_ratio_{i}" for i in (1, 2, 3, 4))

MOVES = [
    Move("at_most", (0,), ("depth_1",), "depth_1 <= 1", 1),
    Move("above", (0,), ("depth_2",), "depth_2 > 3", 3),
    Move("falling", (0, 1, 2, 3), WIDTHS, "width never rises"),
    Move("shared", (0, 1, 2, 3), RATIOS, "share bottleneck_ratio"),
    Move("drop", (0,), ("group_width_1",), "drop group_width_1 = 4", 4),
    Move("at_most", (0,), ("params",), "params <= 123456.7", 123456.7),
    Move("few", (0, 1), ("group_width_1", "group_width_2"), "at most 1 group_width = 8", 8, 1),
]


def test_operations_are_steps_of_a_file_that_gives_the_same_space() -> None:
    space = ns.get_space("anynetx_a", **FORM)
    found = operations(space, MOVES)
    assert [(each.name, each.argument) for each in found] == [
        ("share", "bottleneck_ratio"),
        ("order", {"attribute": "width", "rule": "decreasing"}),
        ("fix", {"depth_1": 1}),
        ("narrow", {"depth_2": [4, None]}),
        ("restrict", "group_width_1 != 4"),
        ("restrict", "params <= 123456.7"),
        ("restrict", "1 * (group_width_1 == 8) + 1 * (group_width_2 == 8) <= 1"),
    ]
    assert [each.text for each in found][:2] == ["share bottleneck_ratio", "width never rises"]
    steps = [{each.name: each.argument} for each in found]
    read = space_from_dict({"name": "Smaller", "from": "anynetx_a", "network": FORM, "steps": steps})
    smaller = applied(space, MOVES).named("Smaller")
    assert (read.lineage, read.components) == (smaller.lineage, smaller.components)


def test_a_rule_about_lines_is_a_formula() -> None:
    space = ns.get_space("anynetx_c", **FORM)
    (operation,) = operations(space, [Move("at_most", (0,), ("e_fit",), "e_fit <= 0.3", 0.3)])
    assert operation == Operation("restrict", "e_fit <= 0.3", "e_fit <= 0.3")
    assert operation.taken(space).lineage.endswith("restrict(e_fit <= 0.3)")


def test_moves_that_change_nothing_are_no_operation() -> None:
    space = ns.get_space("regnetx", **FORM)
    assert operations(space, [Move("at_most", (0,), ("depth",), "depth <= 1000", 1000)]) == []
    assert applied(space, []) is space


@pytest.mark.parametrize("kind", ["at_most", "above"])
def test_cuts_hold_to_the_last_digit(kind: str) -> None:
    space = ns.get_space("regnetx", **FORM)
    cut = float(np.quantile(space.sample(50).parameters["width_multiplier"], 0.5))
    move = Move(kind, (0,), ("width_multiplier",), f"width_multiplier {kind}", cut)
    drawn = applied(space, [move]).sample(200).parameters["width_multiplier"]
    assert (drawn <= cut).all() if kind == "at_most" else (drawn > cut).all()

import numpy as np
import pytest

from netspace.refinement.columns import Column
from netspace.refinement.moves import Move, candidate_moves

TABLE = np.array([[1.0, 2, 3], [3, 2, 1], [2, 2, 2], [1, 3, 3]])


@pytest.mark.parametrize(
    ("kind", "value", "count", "kept"),
    [
        ("rising", 0, 0, [True, False, True, True]),
        ("falling", 0, 0, [False, True, True, False]),
        ("shared", 0, 0, [False, False, True, False]),
        ("few", 3, 1, [True, True, True, False]),
        ("many", 2, 1, [True, True, True, False]),
    ],
)
def test_moves_over_like_columns(kind: str, value: float, count: int, kept: list[bool]) -> None:
    move = Move(kind, (0, 1, 2), ("w_1", "w_2", "w_3"), "", value, count, "w")
    assert move.keeps(TABLE).tolist() == kept


def test_cuts_part_the_table() -> None:
    below = Move("at_most", (2,), ("w_3",), "w_3 <= 2", 2.0)
    above = Move("above", (2,), ("w_3",), "w_3 > 2", 2.0)
    assert (below.keeps(TABLE) ^ above.keeps(TABLE)).all()
    assert Move("drop", (0,), ("w_1",), "", 3.0).keeps(TABLE).tolist() == [True, False, True, True]


def test_candidates_of_numbers_and_of_choices() -> None:
    numbers = [Column("w_1", "number", "w"), Column("w_2", "number", "w")]
    texts = [str(move) for move in candidate_moves(numbers, np.arange(40.0).reshape(20, 2))]
    assert {"w never falls", "w never rises", "share w"} <= set(texts)
    assert sum(text.startswith("w_1 <=") for text in texts) == 9
    ops = [Column(f"op_{i}", "choice", "op", ("conv", "pool")) for i in (1, 2)]
    texts = [str(move) for move in candidate_moves(ops, np.array([[0.0, 1], [1, 0]]))]
    assert texts == [
        *("drop op_1 = conv", "drop op_1 = pool", "drop op_2 = conv", "drop op_2 = pool"),
        *("at most 0 op = conv", "at least 1 op = conv", "at most 1 op = conv", "at least 2 op = conv"),
        *("at most 0 op = pool", "at least 1 op = pool", "at most 1 op = pool", "at least 2 op = pool"),
        "share op",
    ]


def test_what_a_move_looks_at_is_said() -> None:
    assert Move("few", (0, 1), ("a", "b"), "at most 2 op = conv", 0, 2, "op").measured == "op = conv"
    assert Move("rising", (0, 1), ("w_1", "w_2"), "w never falls", like="w").measured == "falls of w"
    assert Move("drop", (0,), ("a",), "drop a = 1", 1).measured == "a"

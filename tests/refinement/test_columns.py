import numpy as np
import pytest

from netspace.errors import AnalysisError
from netspace.refinement.columns import Column, dimensions, groups, read_columns


def test_kinds_are_told_by_values() -> None:
    pool = {"op": ["a", "b"], "code": [0, 1, 2], "depth": [1, 2, 3], "se": [True, False], "one": [3, 3]}
    assert {c.name: c.kind for c in read_columns(pool)} == {
        "op": "choice",
        "code": "choice",
        "depth": "number",
        "se": "choice",
    }
    assert {c.name: c.kind for c in read_columns(pool, choices=["depth"])}["depth"] == "choice"


def test_like_columns_are_told_by_names_or_given() -> None:
    pool = {"width_1": [8, 16], "width_2": [8, 24], "stem_1": [8, 16], "a": [2, 4], "b": [2, 4]}
    assert groups(read_columns(pool)) == {"width": [0, 1]}
    assert groups(read_columns(pool, like={"ab": ["a", "b"]})) == {"ab": [3, 4]}


def test_like_choices_have_the_same_codes() -> None:
    first, second = read_columns({"op_1": ["a", "b"], "op_2": ["b", "c"]})
    assert first.options == second.options == ("a", "b", "c")
    assert first.coded(["c", "a", "z"]).tolist() == [2, 0, -1]


def test_unknown_columns_are_refused() -> None:
    with pytest.raises(AnalysisError, match="no column 'c': it has a"):
        read_columns({"a": [1, 2]}, choices=["c"])
    with pytest.raises(AnalysisError, match="different kinds"):
        read_columns({"a": [2, 4], "b": ["x", "y"]}, like={"ab": ["a", "b"]})


def test_column_that_is_no_number_is_refused() -> None:
    with pytest.raises(AnalysisError, match="'a' has values that are no finite numbers"):
        Column("a", "number").coded([1.0, np.nan])


def test_dimensions_are_those_that_vary_alone() -> None:
    columns = [Column("g_1", "number", "g"), Column("g_2", "number", "g"), Column("flops", "number")]
    assert dimensions(columns, np.array([[1.0, 2, 5], [2, 1, 6]])) == 2
    assert dimensions(columns, np.array([[1.0, 1, 5], [2, 2, 6]])) == 1
    assert dimensions(columns, np.array([[1.0, 1, 5], [1, 1, 6]])) == 0

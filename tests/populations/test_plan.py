import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from netspace.complexity import Complexity
from netspace.errors import StoreError
from netspace.populations import Plan
from netspace.populations.plan import column_differences, differences
from tests.populations.samples import array, plan

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=8,
)


@pytest.mark.parametrize("name", ["", " a", "a ", "a\nb", "x" * 101, "\ud800", None, 7])
def test_names_that_cannot_be_are_refused(name):
    with pytest.raises(StoreError, match="cannot be the name"):
        plan(name)


@pytest.mark.parametrize("name", ["a", "RegNetX 200 MF", "räume/ü", "x" * 100])
def test_names_that_can_be(name):
    assert plan(name, 1).name == name


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"architectures": ()}, "at least one network"),
        ({"parameters": {"error": array(1, 2)}}, "as a column of every population"),
        ({"parameters": {"w": array(1, 2, 3)}}, r"2 networks, but parameter 'w' has shape \(3,\)"),
        ({"parameters": {"w": array(1.0, np.nan)}}, "finite numbers"),
        ({"parameters": {"w": array("a", "b")}}, "finite numbers"),
        ({"complexity": Complexity(1, 1, 1)}, r"flops has shape \(\)"),
        ({"recipe": {}}, "together"),
        ({"recipe": {}, "data": {}}, "together"),
    ],
)
def test_plans_that_cannot_be_are_refused(changes, says):
    with pytest.raises(StoreError, match=says):
        plan(n=2, **changes)


def test_a_plan_need_not_know_its_training_yet():
    assert not plan().is_assigned
    assert plan(recipe={}, data={}, seed=0).is_assigned
    assert isinstance(plan(), Plan)


@given(json_values)
def test_nothing_differs_from_itself(value):
    assert list(differences(value, value)) == []


@given(json_values, json_values)
def test_what_differs_is_named(one, other):
    assert bool(list(differences(one, other, "x"))) == (repr(one) != repr(other) and not _equal(one, other))


def _equal(one, other) -> bool:
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(_equal(one[key], other[key]) for key in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(_equal, one, other))
    return one == other and isinstance(one, bool) == isinstance(other, bool)


def test_differences_have_paths():
    stored = {"data": {"datasets": [{"size": 16}, {"size": 32}]}, "old": 1, "flag": True}
    given = {"data": {"datasets": [{"size": 16}, {"size": 64}]}, "new": "text", "flag": 1}
    assert list(differences(stored, given)) == [
        "data.datasets[1].size: 32 -> 64",
        "old: 1 -> absent",
        "flag: True -> 1",
        "new: absent -> 'text'",
    ]
    assert list(column_differences("flops", [1, 2, 3], [1, 5, 6])) == ["flops: 2 of 3 differ, first at index 1: 2 -> 5"]


def test_importing_populations_loads_neither_database_nor_frames():
    program = "import netspace.populations, sys; print({'sqlalchemy', 'pandas', 'torch'} & set(sys.modules))"
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert run.stdout == "set()\n"


def test_another_path_to_the_same_data_is_the_same_plan() -> None:
    stored = {"data": {"source": "images.npz", "fingerprint": "ab"}}
    assert not list(differences(stored, {"data": {"source": "./images.npz", "fingerprint": "ab"}}))
    assert list(differences(stored, {"data": {"source": "images.npz", "fingerprint": "cd"}})) == [
        "data.fingerprint: 'ab' -> 'cd'"
    ]

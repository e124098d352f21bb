"""Networks that cannot be of the space are refused, and those that only look so are noted."""

from typing import Any

import numpy as np
import pandas as pd
import pytest

import netspace as ns
from netspace.errors import AnalysisError
from netspace.refinement.belonging import Known, check_values
from netspace.refinement.reading import read_problem
from tests.records_made import synthetic_population

FORM = {"image_size": 32, "stem": "cifar", "num_classes": 10}
N = 60


def table(**changes: Any) -> dict[str, Any]:
    """Gives a sample of codes, words and widths; of ``changes`` the first rows of a column."""
    r = np.random.default_rng(0)
    rows = {"layer": r.integers(0, 2, N), "op": r.choice(["conv", "pool"], N), "width": 8 * r.integers(1, 33, N)}
    rows = {name: np.asarray(values, object) for name, values in rows.items()}
    for name, given in changes.items():
        rows[name][: len(given)] = given
    out = {name: np.array(values.tolist()) for name, values in rows.items()}
    return out | {"error": 20 + r.normal(0, 1, N)}


SPACE = {"layer": [0, 1], "op": ["conv", "pool"], "width": ns.log_uniform(8, 256, 8)}


def test_a_sample_of_the_space_is_taken_without_a_note() -> None:
    assert read_problem(SPACE, table(), pool=200, seed=0).notes == ()


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        (
            {"layer": [2] * 20},
            "20 of the 60 networks are not of the space.*'layer': 20 have 2, and the space has 0, 1\n",
        ),
        ({"width": [100_000]}, "1 of the 60 networks.*column 'width': 1 have 100000, and the space has 8 to 256\n"),
        ({"op": ["foo", "foo", "bar"]}, "column 'op': 3 have foo, bar, and the space has conv, pool\n"),
        ({"width": [4, 264, 512, 1024]}, "column 'width': 4 have 4, 264, 512, ..., and the space has"),
        (
            {"layer": [2], "op": ["foo"] * 2},
            "2 of the 60 networks.*'layer': 1 have 2.*'op': 2 have foo.*\n  Give the sp",
        ),
    ],
)
def test_values_that_a_table_s_columns_lack_are_an_error(changes: dict[str, list[Any]], says: str) -> None:
    with pytest.raises(AnalysisError, match=f"(?s){says}"):
        ns.refine(SPACE, table(**changes))


def test_a_number_between_those_of_a_list_is_an_error_and_one_within_a_range_is_none() -> None:
    with pytest.raises(AnalysisError, match="column 'width': 1 have 20, and the space has 8, 24, 32"):
        check_values({"width": [8, 24, 32]}, {"width": [8, 20]}, {"width": [8]})
    assert check_values({"width": ns.uniform(8, 32, 8)}, {"width": [8.5, 20]}, {"width": [8]}) == ()
    assert not Known.of([0.1, 0.2, 0.3]).lacks(np.array([0.1 + 0.2])).any()


def test_a_column_of_one_value_is_looked_at_too() -> None:
    with pytest.raises(AnalysisError, match="and the space has conv\n"):
        ns.refine(SPACE | {"op": ["conv"]}, table())


def test_values_that_a_design_space_lacks_are_an_error() -> None:
    records = synthetic_population("anynetx_a", 40)
    space = ns.get_space("anynetx_a", **FORM).narrow(depth_2=(1, 3))
    deeper = int((records.frame()["depth_2"] > 3).sum())
    with pytest.raises(
        AnalysisError, match=rf"(?s){deeper} of the 40 networks.*column 'depth_2': {deeper} have .* 1 to 3"
    ):
        ns.refine(space, records, line=False, pool=200)
    rows = records.frame()
    rows.loc[0, "bottleneck_ratio_1"] = 3
    with pytest.raises(AnalysisError, match="column 'bottleneck_ratio_1': 1 have 3, and the space has 1, 2, 4"):
        ns.refine(ns.get_space("anynetx_a", **FORM), rows, pool=200)


def draws(n: int) -> pd.DataFrame:
    r = np.random.default_rng(1)
    return pd.DataFrame({"layer": r.integers(0, 2, n), "op": r.choice(["conv", "pool"], n), "width": r.random(n)})


def test_what_draws_lack_is_an_error_where_chance_does_not_explain_it() -> None:
    sample = draws(N).assign(error=table()["error"])
    assert read_problem(draws(500), sample, pool=100, seed=0).notes == ()
    sample.loc[:9, "width"] = 1.5
    with pytest.raises(AnalysisError, match=r"column 'width': 10 have 1\.5, and the space has "):
        ns.refine(draws(500), sample)


def test_what_draws_lack_by_chance_is_a_note_or_nothing() -> None:
    sample = draws(N).assign(error=table()["error"])
    sample.loc[0, "width"] = 1.0005
    assert read_problem(draws(500), sample, pool=100, seed=0).notes == ()
    sample.loc[0, "width"] = 1e5
    sample.loc[1, "op"] = "foo"
    notes = read_problem(draws(500), sample, pool=100, seed=0).notes
    assert notes[0] == "column 'op': 1 have foo, and the space has conv, pool, as far as it was drawn"
    assert notes[1].startswith("column 'width': 1 have 100000, and the space has 0.00")

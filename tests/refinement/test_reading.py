"""What is read of a space and a population: costs that are not known, networks without stages."""

import numpy as np
import pandas as pd
import pytest

import netspace as ns
from netspace.architecture import Architecture
from netspace.complexity import Complexity
from netspace.populations import Records
from netspace.refinement.reading import read_problem
from tests.records_made import finished, make_records, synthetic_population

COSTS = ("flops", "params", "acts")


def table(n: int = 60) -> pd.DataFrame:
    generator = np.random.default_rng(0)
    width = generator.choice([8, 16, 24, 32], n)
    costs = {"flops": 100.0 * width, "params": 10.0 * width, "acts": np.full(n, np.nan)}
    return pd.DataFrame({"width": width, **costs, "error": 30 - width / 8 + generator.normal(0, 0.3, n)})


def test_costs_that_are_not_known_are_left_out_with_a_note() -> None:
    rows = table()
    rows.loc[:4, "params"] = np.nan
    found = ns.refine(table(500).drop(columns="error"), rows)
    assert [column.name for column in found.problem.columns] == ["width", "flops"]
    assert found.problem.notes == (
        "params is left out: it is not known of 5 of the 60 networks",
        "acts is left out: it is not known of any of the networks",
    )
    assert "Note: acts is left out" in found.summary()
    assert found.promise.low > 0


def test_costs_that_the_draws_lack_are_left_out_too() -> None:
    pool = table(500)
    pool.loc[:9, "flops"] = np.nan
    problem = read_problem(pool, table(), pool=100, seed=0)
    assert problem.notes[0] == "flops is left out: it is not known of 10 of the 500 draws"


def test_costs_of_networks_that_failed_are_not_asked_for() -> None:
    rows = table()
    rows.loc[:4, ["flops", "error"]] = np.nan
    problem = read_problem(table(500), rows, pool=100, seed=0)
    assert [column.name for column in problem.columns] == ["width", "flops", "params"]


def test_parameters_that_are_not_known_are_an_error() -> None:
    rows = table()
    rows["depth"] = np.where(np.arange(60) < 3, np.nan, rows["width"])
    with pytest.raises(ns.NetspaceError, match="column 'depth' has values that are no finite numbers"):
        read_problem(table(500).assign(depth=range(500)), rows, pool=100, seed=0)


def test_a_column_that_is_not_known_of_any_network_is_left_out() -> None:
    problem = read_problem(table(500).assign(depth=np.nan), table().assign(depth=np.nan), pool=100, seed=0)
    assert "depth" not in [column.name for column in problem.columns]
    assert "depth is left out: it is not known of any of the networks" in problem.notes


def test_too_few_finished_networks_are_said_before_anything_else() -> None:
    space = ns.get_space("anynetx_c", image_size=32, stem="cifar", num_classes=10)
    none = Records.from_records("none", [])
    few = Records.from_records("few", list(synthetic_population("anynetx_c", 25, failed=6)))
    for records, says in ((none, "given 0."), (few, "given 19, and 6 that failed.")):
        with pytest.raises(ns.NetspaceError, match=f"from at least 20 finished networks: {says}"):
            ns.refine(space, records)


def imported_widths(n: int = 30) -> Records:
    """Gives records of a free space whose networks are only names, as of a table of others."""
    sample = ns.get_space("anynetx_c", image_size=32, stem="cifar", num_classes=10).sample(n, flops=(4e6, 6e6))
    records = make_records("theirs", sample, [finished(20.0 + i % 7) for i in range(n)])
    names = [Architecture((), foreign=f"theirs:{i}") for i in range(n)]
    kept = [_changed(record, network) for record, network in zip(records, names, strict=True)]
    return Records.from_records("theirs", kept)


def _changed(record: ns.Record, network: Architecture) -> ns.Record:
    from dataclasses import replace

    origin = replace(record.origin, lineage="imported from theirs.csv (CSV)", budget={}, space=None)
    cost = Complexity(record.complexity.flops, None, None)
    return replace(record, architecture=network, origin=origin, data={"imported": True}, complexity=cost)


def test_networks_that_are_only_names_have_no_line_and_a_note() -> None:
    space = ns.get_space("anynetx_c", image_size=32, stem="cifar", num_classes=10)
    problem = read_problem(space, imported_widths(), pool=200, seed=0, budget={"flops": (4e6, 6e6)})
    names = [column.name for column in problem.columns]
    assert "flops" in names
    assert not {"params", "acts", "e_fit"} & set(names)
    assert problem.notes[0] == (
        "the population was imported from theirs.csv (CSV): the promise is for a random sample of AnyNetX_C"
    )

import dataclasses
import pickle

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from netspace import complexity
from netspace.architecture import Architecture
from netspace.errors import StoreError
from netspace.populations import Origin, Outcome, Record, Records
from netspace.populations.encoding import plain
from tests.populations.samples import complete, failed, finite, mappings, outcomes, plan, texts
from tests.strategies import architectures


@st.composite
def records(draw) -> Record:
    network = draw(architectures(max_stages=2))
    budget = st.dictionaries(st.sampled_from(["flops", "params"]), st.tuples(st.none() | finite, st.none() | finite))
    origin = Origin(
        draw(st.none() | texts), draw(texts), draw(budget), draw(st.none() | st.integers()), draw(texts), draw(texts)
    )
    parameters = draw(st.dictionaries(texts, st.integers() | finite, max_size=3))
    cost, outcome = complexity(network), draw(outcomes)
    recipe, data, seed = draw(mappings), draw(mappings), draw(st.integers())
    return Record(draw(texts), draw(st.integers(0)), network, parameters, cost, origin, recipe, data, seed, outcome)


def table(*given_outcomes: Outcome, **changes) -> list[Record]:
    p = plan(n=len(given_outcomes))
    return [
        Record(
            "a",
            i,
            p.architectures[i],
            {name: values[i].item() for name, values in p.parameters.items()},
            complexity(p.architectures[i]),
            p.origin,
            {"name": "quick"},
            {},
            0,
            outcome,
            **changes,
        )
        for i, outcome in enumerate(given_outcomes)
    ]


@given(outcomes)
def test_an_outcome_comes_back_from_json(outcome):
    assert Outcome.from_json(outcome.to_json()) == outcome


@settings(max_examples=30, deadline=None)
@given(records())
def test_a_record_comes_back_from_json(record):
    assert Record.from_json(record.to_json()) == record
    assert pickle.loads(pickle.dumps(record)) == record


def test_losses_that_are_not_finite_come_back():
    outcome = complete()
    epoch = dataclasses.replace(outcome.curve[0], train_loss=float("inf"), validation_error=float("nan"))
    back = Outcome.from_json(dataclasses.replace(outcome, curve=(epoch,)).to_json()).curve[0]
    assert back.train_loss == float("inf")
    assert np.isnan(back.validation_error)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("{", "does not parse"),
        ("[]", "a JSON object, not a list"),
        ("{}", "lacks error"),
        (complete().to_json().replace('"seconds": 3.0', '"seconds": "x"'), "where a number is needed"),
        (complete().to_json().replace('"attempts"', '"tries"'), "lacks attempts and has unknown tries"),
        (complete().to_json().replace('"epoch": [0, 1]', '"epoch": [0]'), "lists of numbers"),
    ],
)
def test_json_that_is_no_outcome_is_told(text, says):
    with pytest.raises(StoreError, match=says):
        Outcome.from_json(text)


def test_records_in_memory():
    rows = table(complete(40.0), failed(), complete(20.0), complete(20.0))
    rows[1] = dataclasses.replace(rows[1], index=9)
    records = Records.from_records("a", [rows[1], rows[3], rows[0], rows[2]])
    assert [r.index for r in records] == [0, 2, 3, 9]
    assert records.errors.tolist() == [40, 20, 20]
    assert records.failures == [rows[1]]
    cheaper = min(rows[2:], key=lambda r: r.complexity.flops)
    assert records.best() == [cheaper]
    assert records[1:3] == rows[2:]
    assert len(records.best(10)) == 3
    assert records.facts["planned"] == 4
    assert records.facts["space"] == "RegNetX"
    assert records.facts["recipe"] == {"name": "quick"}
    assert rows[0] in records
    with pytest.raises(IndexError):
        records[4]


def test_a_frame_of_records_in_memory_has_numbers_as_numbers():
    frame = Records.from_records("a", table(complete(), failed())).frame()
    assert frame["depth"].tolist() == list(plan(n=2).parameters["depth"])
    kinds = {name: dtype.kind for name, dtype in frame.dtypes.items()}
    assert [kinds[name] for name in ("index", "flops", "params", "acts", "attempts", "depth")] == ["i"] * 6
    assert [kinds[name] for name in ("error", "test_error", "seconds", "images_per_second", "slope")] == ["f"] * 5
    assert frame["reason"].tolist()[1] == "diverged"


def test_blocks_are_counted_where_no_parameter_is_called_depth():
    rows = [dataclasses.replace(row, parameters={}) for row in table(complete())]
    records = Records.from_records("a", rows)
    assert records.parameters == []
    assert records.frame()["depth"].tolist() == [rows[0].architecture.depth]


def test_blocks_that_are_not_known_are_missing():
    rows = [dataclasses.replace(row, parameters={}) for row in table(complete(), complete())]
    rows[1] = dataclasses.replace(rows[1], architecture=Architecture((), foreign="theirs:1"))
    np.testing.assert_array_equal(
        Records.from_records("a", rows).frame()["depth"], [rows[0].architecture.depth, np.nan]
    )


def test_no_records_at_all():
    records = Records.from_records("a", [])
    assert len(records) == len(records.frame()) == 0
    assert list(records) == records.best() == records.failures == []


def test_records_that_do_not_belong_together_are_refused():
    rows = table(complete(), complete())
    with pytest.raises(StoreError, match="hold index 0 twice"):
        Records.from_records("a", [rows[0], rows[0]])
    with pytest.raises(StoreError, match="different parameters"):
        Records.from_records("a", [rows[0], dataclasses.replace(rows[1], parameters={})])


@pytest.mark.parametrize("k", [0, -1, 1.5, True, None])
def test_the_best_k_needs_a_k(k):
    with pytest.raises(StoreError, match="at least 1"):
        Records.from_records("a", table(complete())).best(k)


def test_plain_knows_numpy_and_refuses_objects():
    given = {1: np.float32(0.5), "b": np.arange(2), "c": (None, True, float("-inf"))}
    assert plain(given) == {"1": 0.5, "b": [0, 1], "c": [None, True, "-inf"]}
    for value in (object(), {1, 2}, b"bytes", complex(1)):
        with pytest.raises(StoreError, match="cannot keep a"):
            plain({"x": [value]})

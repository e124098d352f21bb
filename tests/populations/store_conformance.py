"""What every store must do, whatever database it is in: subclass `StoreConformance` and give a fixture ``url``."""

import dataclasses
import multiprocessing
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings

from netspace.complexity import Complexity
from netspace.errors import StoreError
from netspace.populations import Record, Records, Store
from netspace.populations.importing import import_population
from tests.populations.importing.files_made import TABLE, write
from tests.populations.samples import DATA, RECIPE, TRAINING, complete, failed, outcomes, plan

ROOT = Path(__file__).parents[2]
spawn = multiprocessing.get_context("spawn")

ADD_UNTIL_KILLED = """
import sys
from netspace.populations import Store
from tests.populations.samples import complete
with Store(sys.argv[1]) as store, store.writer():
    print("ready", flush=True)
    for index in range(10_000):
        store.add("a", index, complete(index % 100))
        print(index, flush=True)
"""

HOLD = """
import sys
from netspace.populations import Store
with Store(sys.argv[1]) as store, store.writer():
    print("ready", flush=True)
    sys.stdin.read()
"""


def environment() -> dict[str, str]:
    """Gives the environment in which a process finds this package and its tests."""
    return os.environ | {"PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "src")])}


def start(program: str, url: str) -> subprocess.Popen:
    """Starts Python on ``program`` and waits until it says that it is ready."""
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    process = subprocess.Popen([sys.executable, "-c", program, url], env=environment(), **pipes)
    assert process.stdout.readline() == "ready\n"
    return process


def kill(process: subprocess.Popen) -> str:
    """Kills a process as the power would; gives the rest of what it said."""
    process.send_signal(signal.SIGKILL)
    said, _ = process.communicate()
    assert process.returncode == -signal.SIGKILL
    return said


def open_and_report(url: str, results) -> None:
    try:
        with Store(url) as store:
            results.put(store.names())
    except StoreError as error:
        results.put(str(error))


class StoreConformance:
    """The suite. ``url`` is of a store that does not exist yet."""

    @pytest.fixture
    def url(self) -> str:
        raise NotImplementedError

    @pytest.fixture
    def store(self, url):
        with Store(url) as store:
            yield store

    @pytest.fixture
    def trained(self, store):
        """Population "a" of 6: four complete, index 2 failed, index 5 pending; "b" of 3: one complete."""
        store.create(plan("a", **TRAINING))
        for index, error in [(4, 30.0), (0, 50.0), (1, 20.0), (3, 20.0)]:
            assert store.add("a", index, complete(error, seconds=2.0))
        assert store.add("a", 2, failed(seconds=1.0))
        store.create(plan("b", 3, sample_seed=1, **TRAINING))
        assert store.add("b", 1, complete(10.0))
        return store

    # ---------------------------------------------------------------------------------------------- plans

    def test_a_new_store_is_empty(self, store):
        assert store.names() == []
        assert store.summary() == []
        assert store.best() == []

    def test_a_plan_is_kept_as_given(self, store, url):
        given = plan("a", **TRAINING)
        store.create(given)
        with Store(url, create=False) as other:
            assert other.architectures("a") == list(given.architectures)
            assert other.architectures("a", [5, 0, 5]) == [given.architectures[i] for i in (5, 0, 5)]
            assert np.array_equal(other.flops("a"), given.complexity.flops)
            assert other.pending("a") == list(range(6))
            facts = other.facts("a")
        assert facts.pop("created_at")
        assert facts == {
            "name": "a",
            "space": "RegNetX",
            "lineage": given.origin.lineage,
            "strategy": "random",
            "runtime": "",
            "budget": {"flops": (2e6, 60e6)},
            "sample_seed": 0,
            "planned": 6,
            **TRAINING,
        }

    def test_a_population_trained_elsewhere_is_kept_with_what_is_not_known(self, store, url, tmp_path):
        file = write(tmp_path / "mine.csv", TABLE)
        given = import_population(file, name="mine", columns={"error": "100-val_acc", "flops": "1e6*Mflops"})
        store.add_records(given, "mine")
        store.add_records(given, "mine")
        with Store(url, create=False) as other:
            kept = other.records("mine")
            assert list(kept) == list(given)
            assert kept.frame().equals(given.frame())
            assert np.isnan(kept.frame()["flops"][2])
            assert kept[2].complexity == Complexity(None, None, None)
            assert kept[2].parameters["width"] is None
            assert other.pending("mine") == []

    def test_the_same_plan_again_changes_nothing(self, trained):
        before = trained.summary()
        trained.create(plan("a", **TRAINING))
        trained.create(plan("a"))
        trained.assign("a", **TRAINING)
        assert trained.summary() == before

    def test_a_sampled_population_is_assigned_once(self, store):
        store.create(plan("a"))
        assert store.facts("a")["recipe"] is store.facts("a")["seed"] is None
        assert store.summary()[0].recipe is None
        store.assign("a", **TRAINING)
        store.create(plan("a", **TRAINING))
        assert store.facts("a")["recipe"] == RECIPE
        assert store.summary()[0].data == "builtin"

    def test_another_training_is_refused_with_each_field(self, trained):
        with pytest.raises(StoreError) as refusal:
            trained.assign("a", recipe=RECIPE | {"epochs": 10}, data=DATA | {"fingerprint": "xyz"}, seed=7)
        message = str(refusal.value)
        for line in (
            "recipe.epochs: 2 -> 10",
            "data.fingerprint: 'abc' -> 'xyz'",
            "seed: 0 -> 7",
            "5 trained networks",
        ):
            assert line in message
        assert "learning_rate" not in message
        assert "another name" in message

    def test_other_networks_are_refused_with_each_field(self, trained):
        with pytest.raises(StoreError, match=r"architectures: 6 of 6 differ, first at index 0") as refusal:
            trained.create(plan("a", sample_seed=5, **TRAINING | {"seed": 1}))
        assert "origin.seed: 0 -> 5" in str(refusal.value)
        assert "seed: 0 -> 1" in str(refusal.value)
        with pytest.raises(StoreError, match="networks: 6 -> 5"):
            trained.create(plan("a", 5))

    def test_a_larger_plan_adds_its_networks(self, trained):
        before = trained.records("a").frame()
        trained.create(plan("a", 8))
        assert trained.pending("a")[-2:] == [6, 7]
        assert len(trained.architectures("a")) == len(trained.flops("a")) == trained.facts("a")["planned"] == 8
        assert trained.records("a").frame().equals(before)

    def test_a_refused_plan_leaves_no_trace(self, store):
        with pytest.raises(StoreError, match="cannot keep a object"):
            store.create(plan("a", recipe={"x": object()}, data=DATA, seed=0))
        assert store.names() == []

    def test_an_unknown_population_is_named_with_those_there_are(self, trained):
        calls = [trained.records, trained.pending, trained.facts, trained.delete, trained.best, trained.flops]
        calls.append(trained.parameters)
        for call in calls:
            with pytest.raises(StoreError, match=r"no population 'q': it has 'a', 'b'"):
                call("q")

    def test_delete_takes_all_that_belongs_to_it(self, trained):
        rest = trained.summary()[1]
        trained.delete("a")
        assert trained.summary() == [rest]
        trained.create(plan("a", 4, sample_seed=9))
        assert trained.pending("a") == [0, 1, 2, 3]

    # ------------------------------------------------------------------------------------------- outcomes

    def test_a_network_has_one_outcome(self, trained):
        assert not trained.add("a", 1, complete(5.0))
        assert not trained.add("a", 1, complete(5.0), replace_failed=True)
        assert trained.records("a")[1].error == 20.0
        assert len(trained.records("a")) == 5

    def test_only_a_failure_may_be_replaced(self, trained):
        assert not trained.add("a", 2, complete(5.0))
        assert trained.records("a").failures[0].index == 2
        again = complete(5.0, device={"name": "gpu"})
        assert trained.add("a", 2, again, replace_failed=True)
        assert trained.records("a")[2].outcome == again
        assert trained.records("a").failures == []

    def test_pending(self, trained):
        assert trained.pending("a") == [5]
        assert trained.pending("a", retry_failed=True) == [2, 5]

    @pytest.mark.parametrize("index", [-1, 6, True, "0", 1.0])
    def test_an_index_outside_is_refused(self, trained, index):
        with pytest.raises(StoreError, match=r"it has 6, from 0 to 5"):
            trained.add("a", index, complete())
        with pytest.raises(StoreError, match=r"it has 6, from 0 to 5"):
            trained.architectures("a", [index])

    @pytest.mark.parametrize(
        "outcome",
        [
            complete(float("nan")),
            complete(-0.1),
            complete(100.1),
            dataclasses.replace(complete(), error=None),
            failed(error=10.0),
            failed(test_error=10.0),
            complete(seconds=float("inf")),
            complete(test_error=float("nan")),
        ],
    )
    def test_an_outcome_that_contradicts_itself_is_refused(self, trained, outcome):
        with pytest.raises(StoreError, match="given"):
            trained.add("a", 5, outcome)
        assert trained.pending("a") == [5]

    @settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
    @given(outcome=outcomes)
    def test_an_outcome_comes_back_as_it_went_in(self, store, outcome):
        if "t" in store.names():
            store.delete("t")
        store.create(plan("t", 1, **TRAINING))
        store.add("t", 0, outcome)
        assert store.records("t")[0].outcome == outcome

    # -------------------------------------------------------------------------------------------- reading

    def test_summary(self, trained):
        a, b = trained.summary()
        assert (a.name, a.space, a.planned, a.complete, a.failed) == ("a", "RegNetX", 6, 4, 1)
        assert (a.best_error, a.mean_error, a.seconds) == (20.0, 30.0, 9.0)
        assert (a.recipe, a.data, a.started_at) == ("quick", "builtin", "2026-01-01T00:00:00+00:00")
        assert a.last_at > a.started_at
        assert (b.name, b.complete, b.failed, b.best_error) == ("b", 1, 0, 10.0)

    def test_best_of_one_and_of_all(self, trained):
        flops = trained.flops("a")
        tied = sorted([1, 3], key=lambda index: flops[index])
        assert [(r.population, r.index) for r in trained.best("a", 3)] == [("a", tied[0]), ("a", tied[1]), ("a", 4)]
        assert [(r.population, r.index) for r in trained.best(k=2)] == [("b", 1), ("a", tied[0])]
        assert [r.index for r in trained.best("a", 100)] == [*tied, 4, 0]
        assert trained.best("a", 2) == trained.records("a").best(2)
        with pytest.raises(StoreError, match="at least 1"):
            trained.best("a", 0)

    def test_records_are_whole(self, trained):
        given, records = plan("a", **TRAINING), trained.records("a")
        assert [r.index for r in records] == [0, 1, 2, 3, 4]
        record = records[-1]
        assert record.architecture == given.architectures[4]
        assert record.parameters == {name: values[4] for name, values in given.parameters.items()}
        assert record.complexity.flops == given.complexity.flops[4]
        assert record.origin == given.origin
        assert (record.recipe, record.data, record.seed) == (RECIPE, DATA, 0)
        assert record.outcome == complete(30.0, seconds=2.0)

    def test_a_network_trained_by_its_own_values_has_them_in_its_recipe(self, store):
        given = plan("a", 1)
        parameters = {"learning_rate": np.array([0.1, 1 / 3, 0.1]), "epochs": np.array([2, 3, 2])}
        parameters["seed"] = np.array([0, 0, 1])
        same = [np.repeat(getattr(given.complexity, name), 3) for name in ("flops", "params", "acts")]
        thrice = {"architectures": given.architectures * 3, "complexity": Complexity(*same)}
        store.create(plan("a", 1, **thrice, parameters=parameters))
        assert {name: values.tolist() for name, values in store.parameters("a").items()} == {
            name: values.tolist() for name, values in parameters.items()
        }
        store.assign("a", recipe={"name": "quick", "flip": True}, data=DATA, seed=7)
        for index in (2, 0, 1):
            assert store.add("a", index, complete(40.0 - index))
        records = store.records("a")
        assert [record.recipe for record in records] == [
            {"name": "quick", "flip": True, "learning_rate": rate, "epochs": epochs}
            for rate, epochs in [(0.1, 2), (1 / 3, 3), (0.1, 2)]
        ]
        assert [(record.seed, record.parameters["seed"]) for record in records] == [(7, 0), (7, 0), (7, 1)]
        assert len({record.architecture.id for record in records}) == 1
        assert [record.index for record in store.best()] == [2, 1, 0]
        assert Records.from_records("a", list(records)).facts["recipe"] == store.facts("a")["recipe"]
        assert [Record.from_json(record.to_json()) for record in records] == list(records)
        frame = records.frame()
        assert all(np.array_equal(frame[name], values) for name, values in parameters.items())
        assert frame["learning_rate"].dtype == np.float64
        assert frame["epochs"].dtype == frame["seed"].dtype == np.int64

    def test_a_frame_has_a_row_for_each_record(self, trained):
        given, frame = plan("a"), trained.records("a").frame()
        assert frame.columns[:8].tolist() == ["index", "id", "status", "error", "test_error", "flops", "params", "acts"]
        assert frame.columns[8:].tolist() == [*given.parameters, "seconds", "images_per_second", "attempts", "reason"]
        assert frame["id"].tolist() == [a.id for a in given.architectures[:5]]
        assert frame["error"].fillna(-1).tolist() == [50, 20, -1, 20, 30]
        assert frame["status"].tolist() == ["complete", "complete", "failed", "complete", "complete"]
        assert frame["reason"].isna().tolist() == [True, True, False, True, True]
        for name, values in given.parameters.items():
            assert frame[name].dtype == values.dtype
            assert np.array_equal(frame[name], values[:5])

    def test_records_of_a_population_without_any(self, store):
        store.create(plan("a", parameters={}))
        records = store.records("a")
        assert len(records) == len(records.frame()) == len(records.errors) == 0
        assert list(records) == records.failures == records.best(3) == []
        assert "depth" in records.frame()

    def test_records_stay_as_they_were_read(self, trained):
        records = trained.records("a")
        assert len(records) == 5
        trained.add("a", 5, complete(1.0))
        assert len(records) == len(list(records)) == 5
        trained.delete("a")
        with pytest.raises(StoreError, match="deleted meanwhile"):
            records[0]

    # ------------------------------------------------------------------------------------- many processes

    def test_one_writer_at_a_time(self, store, url):
        process = start(HOLD, url)
        try:
            with pytest.raises(StoreError, match="one process at a time") as refusal, store.writer():
                pass
            assert str(process.pid) in str(refusal.value)
            assert store.names() == []
        finally:
            kill(process)
        with store.writer():
            pass

    def test_one_writer_at_a_time_in_one_process(self, store):
        with store.writer():
            with pytest.raises(StoreError, match=str(os.getpid())), store.writer():
                pass
            store.create(plan("a"))
        with store.writer():
            pass

    @pytest.mark.slow
    def test_a_killed_writer_loses_nothing_that_it_acknowledged(self, store, url):
        store.create(plan("a", 2000, **TRAINING))
        process = start(ADD_UNTIL_KILLED, url)
        acknowledged = [int(process.stdout.readline()) for _ in range(25)]
        assert len(store.records("a").frame()) >= 25, "a reader sees what the writer writes, while it writes"
        acknowledged += [int(line) for line in kill(process).split("\n")[:-1]]
        with Store(url, create=False) as again, again.writer():
            done = {record.index: record.error for record in again.records("a")}
            assert set(acknowledged) <= set(done)
            assert len(done) <= len(acknowledged) + 1
            assert all(error == index % 100 for index, error in done.items())
            assert again.add("a", 1999, complete())

    @pytest.mark.slow
    def test_a_store_made_by_many_at_once(self, url):
        results = spawn.Queue()
        processes = [spawn.Process(target=open_and_report, args=(url, results)) for _ in range(4)]
        for process in processes:
            process.start()
        assert [results.get(timeout=60) for _ in processes] == [[]] * 4
        for process in processes:
            process.join()
        results.close()

    def test_two_that_add_the_same_network_write_one(self, store):
        store.create(plan("a", 1, **TRAINING))
        written, barrier = [], threading.Barrier(4)

        def add(error: float) -> None:
            barrier.wait()
            written.append(store.add("a", 0, complete(error)))

        threads = [threading.Thread(target=add, args=(error,)) for error in (1.0, 2.0, 3.0, 4.0)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sorted(written) == [False, False, False, True]
        assert len(store.records("a")) == 1

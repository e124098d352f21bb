"""A study from sample to records: resuming, refusing, and real processes killed."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

import netspace as ns
from netspace.errors import DataError, ExecutionError, NetspaceError, RecipeError, SpaceError, StoreError
from netspace.execution import Assignment, Task
from netspace.execution.executor import Listener
from netspace.populations import Epoch
from netspace.study import prepare_for
from netspace.training import Recipe, network_recipe
from netspace.training.loop import network_seed
from tests.data_made import stripes
from tests.execution.executor_conformance import train_alone
from tests.peers import peer

RECIPE = {"epochs": 1, "batch_size": 16, "crop_padding": 1, "validation": 0.25}
NETWORK = {"image_size": 8, "in_channels": 1, "num_classes": 2, "stem": "cifar", "stem_width": 4, "num_stages": 2}
BUDGET = {"flops": (2e4, 2e5)}


def population(n: int, name: str = "regnetx", seed: int = 0) -> ns.Population:
    return ns.get_space(name, **NETWORK).sample(n, seed=seed, **BUDGET)


def train(study: ns.Study, networks: ns.Population | None, **options) -> ns.Records:
    fields = {"name": "regnetx", "data": stripes(), "recipe": RECIPE, "workers": 2, "progress": False}
    return study.train(networks, **(fields | options))


@pytest.fixture
def study(tmp_path: Path) -> ns.Study:
    return ns.Study(f"sqlite:///{tmp_path / 'study.db'}")


@pytest.fixture(scope="module")
def trained_study(tmp_path_factory: pytest.TempPathFactory) -> ns.Study:
    study = ns.Study(f"sqlite:///{tmp_path_factory.mktemp('trained') / 'study.db'}")
    train(study, population(2))
    return study


@pytest.mark.slow
def test_sample_train_compare(study: ns.Study) -> None:
    a = train(study, population(5, "anynetx_a"), name="anynetx_a")
    b = train(study, population(5))
    assert list(study) == ["anynetx_a", "regnetx"]
    assert len(b) == len(b.errors) == 5
    frame = b.frame()
    assert {"flops", "params", "acts", "depth", "initial_width", "error", "status"} <= set(frame.columns)
    assert frame["flops"].between(*BUDGET["flops"]).all()
    comparison = ns.compare(a, b)
    assert comparison.difference == pytest.approx(np.mean(a.errors) - np.mean(b.errors))
    assert comparison.interval[0] < comparison.difference < comparison.interval[1]
    assert "n = 5 + 5" in comparison.summary()


@pytest.mark.slow
def test_a_record_holds_all_that_changed_a_number(study: ns.Study) -> None:
    record = train(study, population(2), seed=4)[0]
    assert record.origin.space == "RegNetX"
    assert "quantized_linear" in record.origin.lineage
    assert tuple(record.origin.budget["flops"]) == BUDGET["flops"]
    assert record.recipe["batch_size"] == 16
    assert record.seed == 4
    assert record.data["datasets"][0]["fingerprint"] == stripes().fingerprint
    assert set(record.parameters) == {
        "depth",
        "initial_width",
        "slope",
        "width_multiplier",
        "bottleneck_ratio",
        "group_width",
    }
    assert record.complexity == ns.complexity(record.architecture)
    assert set(record.outcome.versions) == {"netspace", "torch", "numpy", "python"}
    assert record.outcome.device["layout"] == "channels_last"
    assert len(record.outcome.curve) == 1
    assert record.outcome.test_error is not None


@pytest.mark.slow
def test_the_same_call_again_trains_nothing(study: ns.Study) -> None:
    first = train(study, population(3)).frame()
    again = train(study, population(3)).frame()
    assert again.equals(first)


@pytest.mark.slow
def test_one_worker_or_three_give_the_same_records(tmp_path: Path) -> None:
    frames = []
    for workers in (1, 3):
        study = ns.Study(str(tmp_path / f"{workers}.db"))
        frames.append(train(study, population(4), workers=workers).frame())
    columns = ["id", "error", "test_error", "flops"]
    assert frames[0][columns].equals(frames[1][columns])


@pytest.mark.slow
def test_sampled_first_and_trained_later(study: ns.Study) -> None:
    study.add(population(2), name="regnetx")
    assert len(study["regnetx"]) == 0
    assert len(train(study, None)) == 2
    with pytest.raises(StoreError, match="no population 'other'"):
        train(study, None, name="other")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"recipe": RECIPE | {"epochs": 2}}, "epochs"),
        ({"seed": 1}, "seed"),
        ({"data": stripes(seed=1)}, "fingerprint|data"),
        ({"networks": population(3, seed=8)}, "network"),
    ],
)
def test_another_plan_under_the_same_name_is_refused(trained_study: ns.Study, change: dict, message: str) -> None:
    with pytest.raises(StoreError, match=message):
        train(
            trained_study, change.get("networks", population(2)), **{k: v for k, v in change.items() if k != "networks"}
        )
    assert len(trained_study["regnetx"]) == 2


@pytest.mark.slow
def test_a_network_that_diverges_is_kept_as_failed_and_may_be_retried(study: ns.Study) -> None:
    records = train(study, population(2), recipe=RECIPE | {"learning_rate": 1e18, "epochs": 3})
    assert [record.outcome.failure.reason for record in records.failures] == ["diverged"] * 2
    assert len(records.errors) == 0
    assert len(train(study, None, recipe=RECIPE | {"learning_rate": 1e18, "epochs": 3}, retry_failed=True)) == 2
    with pytest.raises(NetspaceError, match="has 0 finished networks, and a mean with an interval needs at least 2"):
        ns.compare(records, [12.0, 11.5, 13.0], names=["mine", "theirs"])


def test_more_classes_than_outputs_is_an_error(study: ns.Study) -> None:
    networks = ns.get_space("regnetx", **(NETWORK | {"num_classes": 1})).sample(1, **BUDGET)
    with pytest.raises(DataError, match=r"num_classes=2"):
        train(study, networks)


@pytest.mark.slow
def test_a_refused_call_leaves_nothing_behind(study: ns.Study) -> None:
    with pytest.raises(DataError):
        train(study, population(2), data="no such data")
    assert "regnetx" not in study
    assert len(train(study, population(3, seed=8))) == 3


@pytest.mark.slow
def test_a_population_trained_in_part_says_so(study: ns.Study) -> None:
    whole = train(study, population(3, "anynetx_a"), name="a")
    study.add(population(4), name="b")
    prepared = train(ns.Study(str(study.store.url.replace("study.db", "other.db"))), population(4), name="b")
    study.store.assign("b", recipe=prepared.facts["recipe"], data=prepared.facts["data"], seed=0)
    for record in list(prepared)[:2]:
        study.store.add("b", record.index, record.outcome)
    assert "so far 2 of 4 networks of RegNetX" in ns.compare(whole, study["b"]).summary()


@pytest.mark.slow
def test_networks_with_more_outputs_than_classes_train(study: ns.Study) -> None:
    networks = ns.get_space("regnetx", **(NETWORK | {"num_classes": 5})).sample(1, **BUDGET)
    with pytest.warns(UserWarning, match="5 outputs, arrays has 2 classes"):
        assert len(train(study, networks).errors) == 1


@pytest.mark.slow
def test_a_larger_sample_makes_a_population_grow(study: ns.Study) -> None:
    first = train(study, population(2)).frame()
    both = train(study, population(4)).frame()
    assert both.iloc[:2].equals(first)
    assert both["index"].tolist() == [0, 1, 2, 3]
    with pytest.raises(StoreError, match="networks: 4 -> 3"):
        train(study, population(3))


def test_a_population_can_be_deleted(study: ns.Study) -> None:
    study.add(list(population(2)), name="listed")
    assert "listed" in repr(study)
    study.delete("listed")
    assert list(study) == []
    with pytest.raises(StoreError, match="no population"):
        study.delete("listed")


def test_no_workers_are_refused(study: ns.Study) -> None:
    with pytest.raises(ExecutionError, match="at least 1"):
        train(study, population(1), workers=0)


def test_what_is_no_population_is_refused(study: ns.Study) -> None:
    with pytest.raises(SpaceError, match="a list of architectures, not 'regnetx'"):
        study.add("regnetx", name="a")


def varied(n: int = 4, **columns: list[float]) -> ns.Population:
    """The same two networks again and again, each time with other values to be trained by."""
    two, order = population(2), np.arange(n) % 2
    columns = columns or {"learning_rate": [0.02, 0.02, 0.3, 0.3], "epochs": [1, 3, 2, 1], "seed": [0, 0, 0, 1]}
    cost = ns.Complexity(*(getattr(two.complexity, name)[order] for name in ("flops", "params", "acts")))
    parameters = {name: values[order] for name, values in two.parameters.items()}
    parameters |= {name: np.array(values) for name, values in columns.items()}
    return ns.Population([two[i] for i in order], parameters, cost, two.origin)


@pytest.mark.slow
def test_each_network_is_trained_by_its_own_values_as_if_alone(tmp_path: Path) -> None:
    frames, records = [], []
    for workers in (1, 2):
        study = ns.Study(str(tmp_path / f"{workers}.db"))
        records = train(study, varied(), workers=workers, seed=5)
        frames.append(records.frame().drop(columns=["seconds", "images_per_second"]))
    assert frames[0].equals(frames[1])
    assert frames[0]["learning_rate"].tolist() == [0.02, 0.02, 0.3, 0.3]
    assert [len(record.outcome.curve) for record in records] == [1, 3, 2, 1]
    prepared = prepare_for(varied().architectures, stripes(), network_recipe(RECIPE, {}), seed=5)
    for record in records:
        assert record.recipe == network_recipe(RECIPE, record.parameters).to_dict()
        seed = network_seed(record.seed, record.architecture, record.parameters)
        alone = train_alone(record.architecture, Recipe(**record.recipe), prepared[8, 1], seed)
        assert (alone.error, alone.test_error) == (record.error, record.outcome.test_error)
        assert [epoch.train_loss for epoch in alone.curve] == losses(record)


def losses(record: ns.Record) -> list[float]:
    return [epoch.train_loss for epoch in record.outcome.curve]


@pytest.mark.slow
def test_weights_differ_by_the_own_seed_alone(study: ns.Study) -> None:
    records = train(study, varied(6, learning_rate=[0.02] * 6, seed=[0, 0, 0, 0, 1, 1]))
    first, second, third = (losses(records[i]) for i in (0, 2, 4))
    assert first == second != third


@pytest.mark.slow
def test_a_population_with_own_values_is_resumed_refused_reported_and_compared(study: ns.Study, tmp_path: Path) -> None:
    study.add(varied(), name="varied")
    records = train(study, None, name="varied")
    assert train(study, varied(), name="varied").frame().equals(records.frame())
    assert train(study, varied(), name="varied", recipe=RECIPE | {"learning_rate": 3}).frame().equals(records.frame())
    with pytest.raises(StoreError, match="batch_size: 16 -> 8"):
        train(study, varied(), name="varied", recipe=RECIPE | {"batch_size": 8})
    rates = varied().parameters["learning_rate"] * 2
    with pytest.raises(StoreError, match="parameters: 4 of 4 differ"):
        train(study, varied(learning_rate=rates, epochs=[1, 3, 2, 1], seed=[0, 0, 0, 1]), name="varied")
    assert records.facts["recipe"].keys() & {"learning_rate", "epochs"} == set()
    assert [record.index for record in study.best("varied")] == [record.index for record in records.best(4)]
    plain = train(study, population(3), name="plain")
    assert "trained by different recipes" in ns.compare(records, plain).summary()
    page = ns.write_report([records, plain], tmp_path / "report.html").read_text(encoding="utf-8")
    assert "0.02 to 0.3, by network" in page
    assert "0 plus 0 to 1, by network" in page
    assert "trained for different numbers of epochs" in page
    assert "against-learning_rate" in page


@pytest.mark.parametrize(
    ("columns", "message"),
    [
        (
            {"learning_rate": [0.1, -1.0]},
            "population 'a', network 1: recipe field learning_rate = -1.0 .*greater than 0",
        ),
        ({"epochs": [1.5, 1]}, "population 'a', network 0: recipe field epochs = 1.5 "),
        ({"warmup_epochs": [0, 2]}, "population 'a', network 1: .*warmup_epochs 2 must be less than epochs 1"),
        ({"seed": [0.0, 0.5]}, "population 'a', network 1: seed = 0.5 .*whole number"),
        ({"flip": [0, 1]}, "population 'a', network 0: parameter 'flip' cannot differ"),
    ],
)
def test_own_values_that_cannot_be_are_told_before_anything_is_trained(
    study: ns.Study, columns: dict[str, list[float]], message: str
) -> None:
    with pytest.raises(RecipeError, match=message):
        train(study, varied(2, **columns), name="a")
    assert "a" not in study
    study.add(varied(2, **columns), name="a")
    with pytest.raises(RecipeError, match=message):
        train(study, None, name="a")
    assert study.store.facts("a")["recipe"] is None


def test_the_time_left_goes_by_the_epochs_of_each_network(study: ns.Study) -> None:
    class Noting:
        """Trains nothing; looks at how the work is counted."""

        def run(self, assignment: Assignment, tasks: Sequence[Task], listener: Listener) -> None:
            listener.epoch(1, Epoch(1, 0.1, 1.0, 50.0, 50.0, 1.0))
            self.tally = listener.tally

    noting = Noting()
    train(study, varied(), executor=noting)
    flops = varied().complexity.flops
    assert noting.tally.work == {i: flops[i] * epochs for i, epochs in enumerate([1, 3, 2, 1])}
    assert noting.tally.begun == {1: 1 / 3}


SCRIPT = """
import sys
from tests.test_study import *
study = ns.Study(sys.argv[1])
train(study, population(int(sys.argv[2])))
"""


def start(url: str, n: int) -> "subprocess.Popen[bytes]":
    root = Path(__file__).parents[1]
    environment = os.environ | {"PYTHONPATH": os.pathsep.join([str(root), *filter(None, sys.path)])}
    return subprocess.Popen([sys.executable, "-c", SCRIPT, url, str(n)], env=environment, stderr=subprocess.PIPE)


def trained(url: str) -> int:
    try:
        return len(ns.Study(url, create=False)["regnetx"])
    except StoreError:
        return 0


def wait_for(condition, seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.05)
    assert condition()


@pytest.mark.slow
def test_killed_parents_lose_nothing_and_repeat_nothing(tmp_path: Path) -> None:
    """Parents are killed between networks; what was written stays, and the last run only adds what was left."""
    url, n = str(tmp_path / "study.db"), 8
    kept: dict[int, tuple] = {}
    for wanted in (1, 3):
        process = start(url, n)
        wait_for(lambda wanted=wanted: trained(url) >= wanted)
        process.kill()
        process.communicate()
        rows = ns.Study(url)["regnetx"].frame().set_index("index")
        for index, row in kept.items():
            assert (rows.loc[index, "error"], rows.loc[index, "seconds"]) == row  # never trained again
        kept = {index: (row["error"], row["seconds"]) for index, row in rows.iterrows()}
    process = start(url, n)
    assert process.wait(120) == 0
    process.communicate()
    frame = ns.Study(url)["regnetx"].frame()
    assert frame["index"].tolist() == list(range(n))
    uninterrupted = train(ns.Study(str(tmp_path / "other.db")), population(n)).frame()
    assert frame[["id", "error", "test_error"]].equals(uninterrupted[["id", "error", "test_error"]])


@pytest.mark.slow
def test_interrupting_keeps_what_is_finished(tmp_path: Path) -> None:
    url = str(tmp_path / "study.db")
    process = start(url, 60)
    wait_for(lambda: trained(url) >= 2)
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=60)
    assert process.returncode != 0
    assert 2 <= trained(url) < 60


@pytest.mark.slow
def test_a_second_writer_is_told_who_is_writing(tmp_path: Path) -> None:
    url = str(tmp_path / "study.db")
    process = start(url, 60)
    wait_for(lambda: trained(url) >= 1)
    with pytest.raises(StoreError, match=str(process.pid)):
        train(ns.Study(url), population(60))
    process.kill()
    process.communicate()


@pytest.mark.slow
def test_foreign_networks_are_trained_compared_and_reported_like_any_other(tmp_path: Path) -> None:
    peer("timm")
    options = {"num_classes": 10, "in_channels": 1, "image_size": 32}
    names = ("timm:mobilenetv3_small_050", "timm:mnasnet_small", "RegNetX-200MF")
    population = ns.Population.from_architectures([ns.get_architecture(name, **options) for name in names])
    study = ns.Study(f"sqlite:///{tmp_path}/study.db")
    recipe = ns.get_recipe({"name": "quick", "epochs": 1})
    records = study.train(population, name="mixed", data="builtin", recipe=recipe, progress=False)
    assert [record.status for record in records] == ["complete"] * 3
    assert [record.architecture.foreign for record in records] == [*names[:2], ""]
    ns.write_report([records], tmp_path / "report.html")
    page = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert all(name in page for name in names[:2])

"""NAS-Bench-Macro: a few of its networks as its file has them, and all of them where the file is."""

import gzip
import json
from pathlib import Path

import numpy as np
import pytest

import netspace as ns
from tests.populations.importing.files_made import MACRO, write

REAL = Path(__file__).parents[4] / "shared" / "data" / "populations" / "nas_bench_macro_cifar10.json.gz"


def test_networks_become_records(tmp_path):
    records = ns.import_population(write(tmp_path / "macro.json", MACRO), name="macro")
    assert records.errors.tolist() == pytest.approx([10.75, 7.7, 14.75])
    assert records.parameters == [f"layer_{i}" for i in range(1, 9)]
    assert list(records[0].parameters.values()) == [0, 2, 0, 1, 2, 1, 0, 0]
    assert records[0].complexity == ns.Complexity(47327744, 890666, None)
    network = records[0].architecture
    assert (network.foreign, network.image_size, network.num_classes) == ("nas-bench-macro:02012100", 32, 10)
    assert records.facts["data"]["how"] == "error is 100-mean_acc, mean of three trainings"


def test_one_training_may_be_chosen(tmp_path):
    path = write(tmp_path / "macro.json", MACRO)
    assert ns.import_population(path, name="m", columns={"error": "100-test_acc_1"}).errors[0] == pytest.approx(10.5)


@pytest.mark.slow
@pytest.mark.skipif(not REAL.is_file(), reason=f"the data set is not at {REAL}")
def test_the_whole_space(tmp_path):
    records = ns.Study(str(tmp_path / "study.db")).add_records(ns.import_population(REAL, name="macro"))
    raw = json.loads(gzip.decompress(REAL.read_bytes()))
    assert len(records) == len(records.errors) == 3**8
    assert np.allclose(records.errors, [100 - each["mean_acc"] for each in raw.values()])
    assert records.best()[0].architecture.foreign == "nas-bench-macro:22212220"
    assert records.frame()["flops"].tolist() == [each["flops"] for each in raw.values()]

"""``sweep.json`` of pycls."""

import numpy as np

import netspace as ns
from netspace.populations.importing import read_population
from tests.populations.importing.files_made import network, sweep, write


def test_a_sweep_becomes_records(tmp_path):
    given = sweep()
    found = read_population(write(tmp_path / "sweep.json", given), name="s")
    records = found.records
    assert records.errors.tolist() == [30.0, 29.0, 28.0, 27.0]
    assert records.parameters == ["depth", "group_width", "learning_rate"]
    assert records.frame()["depth"].tolist() == [13, 10, 13, 12]
    assert records.facts["recipe"] == {"epochs": 3}
    assert records[1].recipe == {"epochs": 3, "learning_rate": 0.2}
    assert records.facts["data"]["dataset"] == "cifar10"
    assert records.facts["data"]["split"] == "test"
    assert "least of all epochs" in records.facts["data"]["how"]
    assert [epoch.validation_error for epoch in records[0].outcome.curve] == [50.0, 30.0, 31.0]
    assert found.left_out == 1


def test_networks_are_described_where_they_count_to_the_log(tmp_path):
    given = sweep()
    found = read_population(write(tmp_path / "sweep.json", given), name="s")
    for record, job in zip(found.records[:3], given[:3], strict=True):
        assert record.architecture == network(job["cfg"])
        assert record.complexity == ns.complexity(record.architecture)
    assert found.records[3].architecture.foreign == "pycls:000003"
    assert found.records[3].complexity.params == given[3]["complexity"]["params"]
    assert any(note.startswith("1 of 5 networks are known by name alone") for note in found.notes)


def test_other_errors_may_be_chosen(tmp_path):
    path = write(tmp_path / "sweep.json", sweep())
    assert ns.import_population(path, name="s", columns={"error": "last_error"}).errors[0] == 31.0
    assert ns.import_population(path, name="s", columns={"error": "ema_error"}).errors[0] == 29.0


def test_stages_of_anynets_are_parameters(tmp_path):
    jobs = sweep()[:2]
    for job, width in zip(jobs, (32, 40), strict=True):
        job["cfg"] |= {
            "MODEL": {"TYPE": "anynet", "NUM_CLASSES": 10},
            "ANYNET": {
                "STEM_TYPE": "res_stem_cifar", "DEPTHS": [1, 2], "WIDTHS": [16, width], "STRIDES": [1, 2],
                "BOT_MULS": [0.5, 1], "GROUP_WS": [8, 8],
            },
        }  # fmt: skip
        del job["complexity"]
    records = ns.import_population(write(tmp_path / "sweep.json", jobs), name="s")
    assert records.parameters == ["width_2", "learning_rate"]
    assert [stage.width for stage in records[1].architecture.stages] == [16, 40]
    assert records[1].complexity == ns.complexity(records[1].architecture)


def test_old_logs_and_models_of_no_kind_here_are_read_by_name(tmp_path):
    jobs = sweep()[:2]
    for job in jobs:
        del job["test_epoch"]["epoch_ind"], job["test_epoch"]["epoch_max"], job["test_ema_epoch"], job["train_epoch"]
        job["cfg"]["MODEL"]["TYPE"] = "vit"
    records = ns.import_population(write(tmp_path / "sweep.json", jobs), name="s")
    assert len(records.errors) == 2
    assert records[0].architecture.foreign == "pycls:000000"
    assert np.isnan(records[0].outcome.curve[0].train_loss)

"""Files of "On Network Design Spaces for Visual Recognition"."""

import netspace as ns
from tests.populations.importing.files_made import nds_job, write


def test_jobs_become_records(tmp_path):
    records = ns.import_population(write(tmp_path / "ResNeXt-A.json", [nds_job(i) for i in range(4)]), name="a")
    assert records.errors.tolist() == [8.0, 8.1, 8.2, 8.3]
    assert records.parameters == ["depth_1", "depth_2", "depth_3"]
    assert records.frame()["depth_1"].tolist() == [1, 2, 3, 4]
    assert records.facts["recipe"] == {"learning_rate": 0.1, "weight_decay": 0.0005, "epochs": 2}
    assert records.facts["data"]["split"] == "test"
    assert records[0].complexity == ns.Complexity(5000, 1000, None)
    assert records[0].architecture.foreign == "nds:0"
    assert [epoch.validation_error for epoch in records[0].outcome.curve] == [20.0, 8.5]


def test_the_error_of_the_last_epoch_may_be_chosen(tmp_path):
    path = write(tmp_path / "a.json", [nds_job(i) for i in range(2)])
    assert ns.import_population(path, name="a", columns={"error": "last_error"}).errors.tolist() == [8.5, 8.6]


def test_two_lists_and_cells_are_read(tmp_path):
    jobs = [nds_job(i) for i in range(4)]
    for i, job in enumerate(jobs):
        job["net"] = {
            "width": 16 + 4 * i,
            "depth": 8 + i,
            "aux": False,
            "drop_prob": 0.0,
            "genotype": {"normal": [["a", 0]]},
        }
        job["optim"]["base_lr"] = 0.01 * (i + 1)
        job["rng_seed"] = i
    records = ns.import_population(write(tmp_path / "DARTS_in.json", {"top": jobs[:2], "mid": jobs[2:]}), name="d")
    assert records.parameters == ["width", "depth", "learning_rate", "seed"]
    assert records.frame()["depth"].tolist() == [8, 9, 10, 11]
    assert records[3].recipe["learning_rate"] == 0.04

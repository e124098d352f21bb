"""Study files: spaces by name, by path and inline, budgets of latency, strategies, and mistakes with their lines."""

from pathlib import Path

import numpy as np
import pytest

import netspace as ns
from netspace.complexity import RuntimeModel
from netspace.errors import DataError, NetspaceError, StudyFileError
from netspace.studyfile import StudyFile, _sample, read_study_file, run_study
from tests.data_made import stripes

STUDY = """
data: stripes.npz
recipe: {base: quick, epochs: 1, batch_size: 16, crop_padding: 1}
network: {image_size: 8, in_channels: 1, num_classes: 2, stem: cifar, stem_width: 4, num_stages: 2}
budget: {flops: [20K, 0.2M], runtime: models/runtime.json}
populations:
  - {name: published, space: regnetx, n: 3}
  - {name: from_a_file, space: spaces/mine.yaml, n: 3, strategy: grid}
  - name: inline
    space:
      name: Inline
      from: spaces/mine.yaml
      steps:
        - vary: {learning_rate: {log_uniform: [0.05, 0.5, 0.01]}}
    n: 3
    seed: 5
    budget: {latency: [0.01, 0.05]}
"""
MINE = """
from: anynetx_a
steps:
  - share: [bottleneck_ratio, group_width]
  - narrow: {depth: [1, 2], width: [null, 64]}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "spaces").mkdir()
    (tmp_path / "spaces" / "mine.yaml").write_text(MINE)
    (tmp_path / "study.yaml").write_text(STUDY)
    model = RuntimeModel("linear", {"ms": 0.0, "ms_per_gf": 400.0, "ms_per_m_acts": 0.0})
    model.save(tmp_path / "models" / "runtime.json")
    return tmp_path


def test_spaces_come_by_name_by_path_and_inline(folder: Path) -> None:
    file = read_study_file(folder / "study.yaml")
    published, mine, inline = (_sample(file, section) for section in file.populations)
    assert (published.origin.space, mine.origin.space, inline.origin.space) == ("RegNetX", "mine", "Inline")
    assert inline.origin.lineage.endswith("= mine > vary(learning_rate=log-uniform 0.05 to 0.5 by 0.01) = Inline")
    assert inline.origin.seed == 5
    assert "learning_rate" in inline.frame()
    for population in (published, mine, inline):
        assert {(network.image_size, network.num_classes) for network in population} == {(8, 2)}
    assert (mine.frame().filter(like="depth") <= 2).all(axis=None)


def test_latency_is_a_budget_and_strategies_are_chosen(folder: Path) -> None:
    file = read_study_file(folder / "study.yaml")
    _, mine, inline = (_sample(file, section) for section in file.populations)
    ms = inline.complexity.flops / 1e9 * 400
    assert ((ms >= 0.01) & (ms <= 0.05)).all()
    assert inline.origin.budget == {"flops": (2e4, 2e5), "latency": (0.01, 0.05)}
    space = ns.read_space(folder / "spaces" / "mine.yaml", **file.network.options())
    assert list(mine) == list(space.sample(3, flops=(2e4, 2e5), strategy="grid"))


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("stem: cifar", "stm: cifar", r"line 4, network.stm is no field .*did you mean stem\? allowed are image_size"),
        ("stem: cifar", "stem: oak", r"line 4, network.stem: it has to be one of simple, cifar, imagenet"),
        ("- vary:", "- vry:", r"line 14, populations.2.space.steps.0.vry is no field .*did you mean vary\?"),
        (
            "log_uniform: [0.05, 0.5, 0.01]",
            "log_unform: [1, 2]",
            r"line 14, .*steps.0.vary.learning_rate: .*did you mean l",
        ),
        (
            "strategy: grid",
            "strategy: gird",
            r"line 8, populations.1.strategy: did you mean grid\? it has to be one of random, .*'gird'",
        ),
        ("{latency:", "{latncy:", r"line 17, populations.2.budget.latncy is no field .*did you mean latency\?"),
        (
            "n: 3, strategy",
            "n: 0, strategy",
            r"line 8, populations.1.n: it has to be greater than or equal to 1 \(given: 0",
        ),
        ("name: inline", "name: published", "two populations are called published"),
        ("populations:", "population:", r"populations: it is missing"),
        ("[20K, 0.2M]", "[20K, many]", r"line 5, budget.flops.1: 'many' is not a number such as 4e6"),
        ("data:", "seed: 1\nseed: 2\ndata:", "is not YAML: 'seed' is there twice"),
        ("name: published", "name: ''", "study.yaml cannot be used(?s:.*)'' cannot be the name of a population"),
        ("[20K, 0.2M]", "20K", r"budget.flops: it has to be a list \(given: '20K'"),
        (
            "recipe: {base: quick,",
            "recipe: [1]\nnone: {base: quick,",
            r"line \d+, recipe: it has to be text \(given: \[1\]",
        ),
        ("data:", "report: 3\ndata:", "report: it has to be the path of a file"),
    ],
)
def test_mistakes_are_said_with_their_line(folder: Path, old: str, new: str, message: str) -> None:
    (folder / "study.yaml").write_text(STUDY.replace(old, new, 1))
    with pytest.raises(StudyFileError, match=message):
        read_study_file(folder / "study.yaml")


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (
            "spaces/mine.yaml, n",
            "spaces/none.yaml, n",
            r"population 'from_a_file': cannot read the space file .*none.yaml",
        ),
        (
            "space: regnetx",
            "space: regnet",
            r"population 'published': no design space is called 'regnet': did you mean",
        ),
        ("learning_rate", "lerning_rate", r"population 'inline': the space 'Inline', step 1, vary: .*learning_rate"),
        ("models/runtime.json", "models/none.json", r"population 'published': cannot read the runtime model"),
        (", runtime: models/runtime.json", "", r"population 'inline': a budget on latency needs what predicts it"),
    ],
)
def test_what_cannot_be_sampled_is_said_with_its_population(folder: Path, old: str, new: str, message: str) -> None:
    (folder / "study.yaml").write_text(STUDY.replace(old, new, 1))
    with pytest.raises(NetspaceError, match=message):
        run_study(read_study_file(folder / "study.yaml"))


@pytest.mark.slow
def test_networks_of_files_are_trained_by_their_own_values(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    data = stripes()
    arrays = {
        f"{split}_{what}": getattr(getattr(data, split), what)
        for split in ("train", "test")
        for what in ("images", "labels")
    }
    np.savez(folder / "stripes.npz", **arrays)
    monkeypatch.chdir(folder)
    records, sentences = run_study(read_study_file("study.yaml"), progress=False)
    assert [len(each.errors) for each in records] == [3, 3, 3]
    assert len(sentences) == 2
    rates = records[2].frame()["learning_rate"]
    assert [record.recipe["learning_rate"] for record in records[2]] == rates.tolist()


def test_data_are_loaded_for_the_largest_of_all_networks(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []

    def load(_source: object, *, image_size: int) -> None:
        asked.append(image_size)
        raise DataError("enough")

    monkeypatch.setattr("netspace.studyfile.load_dataset", load)
    space = {"from": "anynetx_c", "network": {"stem": "cifar"}, "steps": [{"vary": {"image_size": [8, 16, 24]}}]}
    files = [StudyFile(populations=[{"name": "sizes", "space": space, "n": 20}], seed=seed) for seed in range(9)]
    file = next(each for each in files if _sample(each, each.populations[0])[0].image_size < 24)
    with pytest.raises(DataError, match="enough"):
        run_study(file)
    assert asked == [24]

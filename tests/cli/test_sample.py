"""``netspace sample``: spaces by name and from files, budgets of latency, strategies."""

from pathlib import Path

import pytest

import netspace as ns
from netspace.complexity import RuntimeModel
from tests.cli.test_cli import netspace

MINE = """
from: anynetx_d
network: {image_size: 16, stem: cifar, num_classes: 10}
steps: [{narrow: {depth: [1, 4]}}]
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "mine.yaml").write_text(MINE, encoding="utf-8")
    model = RuntimeModel("linear", {"ms": 0.0, "ms_per_gf": 1000.0, "ms_per_m_acts": 0.0})
    model.save(tmp_path / "runtime.json")
    return tmp_path


@pytest.mark.slow
def test_networks_of_a_file_are_sampled_by_latency_and_strategy(folder: Path) -> None:
    options = ["--latency", "2:6", "--runtime", "runtime.json", "--strategy", "quasi", "--num-classes", "7"]
    said = netspace("sample", "mine.yaml", "-n", "10", "--seed", "3", *options, cwd=folder).stdout
    assert "mine: 10 networks of mine in sqlite:///study.db" in said
    space = ns.read_space(folder / "mine.yaml", num_classes=7)
    by_hand = space.sample(
        10, latency=(2, 6), runtime=RuntimeModel.read(folder / "runtime.json"), strategy="quasi", seed=3
    )
    study = ns.Study(str(folder / "study.db"))
    assert study.store.architectures("mine") == list(by_hand)
    assert ((by_hand.complexity.flops >= 2e6) & (by_hand.complexity.flops <= 6e6)).all()
    assert study.store.facts("mine")["budget"] == {"latency": (2, 6)}


@pytest.mark.slow
@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["mine.yml"], "cannot read the space file mine.yml: No such file or directory"),
        (["mine"], "A space file is given by its path, which ends in .yaml, .yml, .json or has a slash in it, such as"),
        (["mine.yaml", "--stem", "oak"], "stem: it has to be one of simple, cifar, imagenet (given: 'oak')"),
        (["regnetx", "--latency", ":5"], "--latency needs --runtime FILE.json"),
        (["regnetx", "--latency", ":5", "--runtime", "mine.yaml"], "holds no runtime model"),
        (["regnetx", "--strategy", "gird"], "'grid'"),
    ],
)
def test_mistakes_are_said(folder: Path, words: list[str], message: str) -> None:
    done = netspace("sample", *words, cwd=folder, check=False)
    assert done.returncode in (1, 2)
    assert message in " ".join(done.stderr.replace("│", " ").split())

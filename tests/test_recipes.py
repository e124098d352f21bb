"""Whole studies as files: each is read, and samples what its header says."""

import re
from pathlib import Path

import pytest

from netspace.studyfile import StudyFile, _sample, read_study_file
from netspace.training.recipe import get_recipe

FOLDER = Path(__file__).parents[1] / "recipes"
FILES = sorted(FOLDER.glob("*.yaml"))
SAMPLES = re.compile(r"^# Samples: (\d+) populations of (\d+) networks, (\d+) to (\d+) MF at (\d+) px", re.MULTILINE)
HEADINGS = ("Reproduces", "Samples", "Expect", "Takes", "Data", "Run")


def read(name: str) -> StudyFile:
    return read_study_file(FOLDER / name)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_file_samples_what_its_header_says(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert [heading for heading in HEADINGS if f"\n# {heading}: " not in text] == []
    assert f"\n# Run: netspace run recipes/{path.name}\n" in text
    populations, n, low, high, size = map(int, SAMPLES.search(text).groups())
    file = read_study_file(path)
    assert get_recipe(file.recipe).name == file.recipe["name"]
    assert file.study == f"sqlite:///{path.stem}.db"
    sampled = [_sample(file, section) for section in file.populations]
    assert [len(each) for each in sampled] == [n] * populations
    for each in sampled:
        assert ((each.complexity.flops >= low * 1e6) & (each.complexity.flops <= high * 1e6)).all()
        assert {network.image_size for network in each} == {size}


@pytest.mark.parametrize("name", ["cifar10_proxy.yaml", "cifar10_seeds.yaml"])
def test_checks_train_the_first_networks_of_the_study(name: str) -> None:
    study, check = read("cifar10_spaces.yaml"), read(name)
    whole = {section.name: list(_sample(study, section)) for section in study.populations}
    for section in check.populations:
        assert list(_sample(check, section)) == whole[section.name][: section.n]


def test_the_proxy_differs_in_its_epochs_alone() -> None:
    one, five = (get_recipe(read(f"cifar10_{name}.yaml").recipe) for name in ("spaces", "proxy"))
    assert five == one.model_copy(update={"name": "five epochs", "epochs": 5})
    assert read("cifar10_proxy.yaml").seed == read("cifar10_spaces.yaml").seed


def test_another_seed_is_all_that_differs() -> None:
    spaces, seeds = read("cifar10_spaces.yaml"), read("cifar10_seeds.yaml")
    assert (seeds.recipe, seeds.network, seeds.budget) == (spaces.recipe, spaces.network, spaces.budget)
    assert (spaces.seed, seeds.seed) == (0, 1)

"""The page on design spaces: every example of it runs, in its order."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

import netspace as ns
from netspace.spaces.files import read_space
from netspace.studyfile import read_study_file

PAGE = (Path(__file__).parents[2] / "docs" / "spaces.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```(python|yaml)\n(.*?)```", PAGE, re.DOTALL)
COMMANDS = re.findall(r"^    (netspace .*)$", PAGE, re.MULTILINE)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for language, text in BLOCKS:
        if language == "yaml":
            (tmp_path / text.split()[1]).write_text(text, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_the_files_of_the_page_are_read(folder: Path) -> None:
    assert read_space(folder / "tiny.yaml").dimensions == 9
    assert read_space(folder / "mine.yaml").name == "Mine"
    assert [section.name for section in read_study_file(folder / "study.yaml").populations][1] == "mine"


def test_own_spaces_take_at_most_20_lines() -> None:
    spaces = [text for language, text in BLOCKS if "from_stages" in text or "from_function" in text]
    spaces += [text for language, text in BLOCKS if text.startswith(("# tiny.yaml", "# mine.yaml"))]
    assert len(spaces) == 4
    assert all(sum(bool(line.strip()) for line in text.splitlines()) <= 20 for text in spaces)


@pytest.mark.slow
def test_every_example_runs(folder: Path) -> None:
    names: dict[str, object] = {}
    for language, text in BLOCKS:
        if language == "python":
            exec(compile(text, "docs/spaces.md", "exec"), names)
    assert names["total"] == 20_000
    assert names["mine"].name == "Mine"
    assert names["small"].outline.image_size == 16
    assert all(network.depth % 2 == 0 for network in names["no_odd_stage"].sample(5))
    assert set(names["found"]) >= {"decodes", "size"}
    assert {stage.block for stage in names["of_conv5"].outline.stages} == {"conv5"}


@pytest.mark.slow
@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_runs(folder: Path, command: str) -> None:
    words = [sys.executable, "-m", *command.split()]
    done = subprocess.run(words, cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip()


def test_the_table_of_operations_is_complete() -> None:
    operations = {name for name in vars(ns.DesignSpace.__mro__[1]) if not name.startswith("_")}
    told = set(re.findall(r"^\| `(\w+)\(", PAGE, re.MULTILINE))
    assert told == {name for name in operations if callable(getattr(ns.DesignSpace, name))}


def test_spaces_that_the_page_names_are_there() -> None:
    table = re.search(r"\| of the papers .*?\n\n", PAGE, re.DOTALL)
    named = re.findall(r"`(\w+)`", table.group() if table else "")
    assert len(named) > 15
    assert set(named) <= set(ns.list_spaces())

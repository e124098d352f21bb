"""The page on figures: every example of it runs, and it lists every kind."""

import re
from pathlib import Path

import pytest

import netspace as ns
from netspace.reports import KINDS
from tests.cli.test_cli import netspace
from tests.records_made import synthetic_population

PAGE = (Path(__file__).parents[2] / "docs" / "figures.md").read_text(encoding="utf-8")
COMMANDS = re.findall(r"^    (netspace .*)$", PAGE, re.MULTILINE)


@pytest.mark.slow
def test_every_example_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    study = ns.Study("study.db")
    for name in ("anynetx_a", "anynetx_d", "regnetx"):
        study.add_records(synthetic_population(name, 20))
    for text in re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL):
        exec(compile(text, "docs/figures.md", "exec"), {})
    files = {"edfs.pdf", "against.svg", "pairs.html", "report.html"}
    assert files <= {path.name for path in tmp_path.iterdir()}
    for file in files:
        (tmp_path / file).unlink()
    for command in COMMANDS:
        netspace(*command.split()[1:], cwd=tmp_path)
    assert files <= {path.name for path in tmp_path.iterdir()}


def test_every_kind_is_listed_with_its_options() -> None:
    rows = re.findall(r"^\| `(\w+)` \|.*\|\s*([^|]*)\|$", PAGE, re.MULTILINE)
    assert [name for name, _ in rows] == list(KINDS)
    assert {name: set(re.findall(r"`(\w+)`", options)) for name, options in rows} == {
        name: set(kind.takes) for name, kind in KINDS.items()
    }

"""The page on refining: every example of it runs, in its order."""

import re
import shlex
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import netspace as ns
from tests.records_made import synthetic_population
from tests.study_made import train_study

PAGE = (Path(__file__).parents[2] / "docs" / "refine.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
COLUMNS = re.findall(r"```yaml\n(# columns.yaml\n.*?)```", PAGE, re.DOTALL)
COMMANDS = re.findall(r"^    (netspace .*)$", PAGE, re.MULTILINE)
MOST = 250


def table(names: list[str], options: list[str], n: int = 80) -> pd.DataFrame:
    """Choices called by names and a width, where the option pool is bad and width good."""
    generator = np.random.default_rng(0)
    rows = pd.DataFrame({name: generator.choice(options, n) for name in names})
    rows["width"] = generator.choice(range(8, MOST, 8), n)
    bad = (rows[names] == "pool").sum(axis=1)
    return rows.assign(error=20 + 2 * bad - np.log2(rows["width"]) + generator.normal(0, 0.3, n))


@pytest.mark.slow
def test_every_example_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    ns.Study("study.db").add_records(synthetic_population("anynetx_c", 100))
    names = {"fresh_records": np.linspace(14, 16, 30), "table": table(["op_1", "op_2"], ["conv", "pool"])}
    for text in BLOCKS:
        exec(compile(text, "docs/refine.md", "exec"), names)
    assert len(BLOCKS) == 2
    assert names["found"].promise.low > 0
    assert len(names["fresh"]) == 30
    assert names["found"].contains(names["fresh"]).all()


@pytest.mark.slow
def test_every_command_runs(tmp_path: Path) -> None:
    (columns,) = COLUMNS
    (tmp_path / "columns.yaml").write_text(columns, encoding="utf-8")
    study = train_study(tmp_path)
    for name, options in (("theirs", ["conv", "pool"]), ("theirs_refined", ["conv"])):
        table(["op"], options).to_csv(tmp_path / f"{name}.csv", index=False)
        study.add_records(ns.import_population(tmp_path / f"{name}.csv", name=name))
    for command in COMMANDS:
        words = [sys.executable, "-m", *shlex.split(command)]
        done = subprocess.run(words, cwd=tmp_path, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        assert done.stdout.strip()
    assert len(study["a_refined"].errors) == 30
    assert len(COMMANDS) == 7

"""``netspace import`` as a user types it."""

import json
from pathlib import Path

import pytest

from tests.cli.test_cli import netspace
from tests.populations.importing.files_made import MACRO, TABLE, sweep, write


@pytest.mark.slow
def test_populations_come_in_and_are_compared_and_reported(tmp_path: Path) -> None:
    write(tmp_path / "macro.json", MACRO)
    write(tmp_path / "mine.csv", TABLE)
    said = netspace("import", "macro.json", "--name=macro", "--study=s.db", cwd=tmp_path).stdout
    assert "macro.json: NAS-Bench-Macro, 3 networks" in said
    assert "error: 100-mean_acc, 7.70 to 14.75 %" in said
    assert "acts: not known" in said
    words = ["--name=mine", "--accuracy=val_acc", "--column=flops=1e6*Mflops", "--column=network=arch", "--study=s.db"]
    done = netspace("import", "mine.csv", *words, cwd=tmp_path)
    assert "mine: 3 networks in s.db" in done.stdout
    assert "1 of 4 rows have no error and were left out" in done.stderr
    assert netspace("import", "mine.csv", *words, cwd=tmp_path).stdout == done.stdout
    assert [
        row["complete"] for row in json.loads(netspace("status", "--json", "--study=s.db", cwd=tmp_path).stdout)
    ] == [
        3,
        3,
    ]
    assert "macro" in netspace("compare", "macro", "mine", "--study=s.db", cwd=tmp_path).stdout
    assert "mine:c" in netspace("best", "mine", "--study=s.db", cwd=tmp_path).stdout
    assert netspace("train", "--study=s.db", cwd=tmp_path).stdout == ""
    netspace("report", "--study=s.db", cwd=tmp_path)
    page = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert "mine was imported from mine.csv: error is 100-val_acc; split: not told" in page
    assert "nas-bench-macro:11111221" in page


@pytest.mark.slow
def test_a_dry_run_keeps_nothing(tmp_path: Path) -> None:
    write(tmp_path / "sweep.json", sweep())
    said = netspace("import", "sweep.json", "--name=s", "--dry-run", cwd=tmp_path).stdout
    assert "sweep.json: sweep of pycls, 4 networks" in said
    assert not (tmp_path / "study.db").exists()


@pytest.mark.slow
def test_mistakes_are_said_without_a_traceback(tmp_path: Path) -> None:
    write(tmp_path / "mine.csv", TABLE)
    for words, said in (
        (["--accuracy=val_ac"], "did you mean 'val_acc'"),
        (["--column=lr"], "is not NEW=OLD"),
        (["--error=lr", "--accuracy=val_acc"], "say both what the error is"),
    ):
        done = netspace("import", "mine.csv", "--name=m", *words, cwd=tmp_path, check=False)
        assert done.returncode == 1
        assert said in done.stderr
    assert "--accuracy" in netspace("import", "--help", cwd=tmp_path).stdout

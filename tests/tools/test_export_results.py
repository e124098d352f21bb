"""A study as a file of results: only once it is finished."""

import subprocess
import sys
from pathlib import Path

import pytest

import netspace as ns
from netspace.populations.results import read_facts, read_results
from tests.records_made import synthetic_population

TOOL = Path(__file__).parents[2] / "tools" / "export_results.py"


def export(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, TOOL, "study.db", "results.parquet", *words]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


@pytest.mark.slow
def test_a_study_is_written_when_it_is_finished(tmp_path: Path) -> None:
    study = ns.Study(str(tmp_path / "study.db"))
    study.add_records(synthetic_population("regnetx", 5, failed=1))
    done = export(tmp_path)
    assert done.returncode == 0, done.stderr
    assert "regnetx: 4 of 5 networks, 1 failed" in done.stdout
    assert "results.parquet: all 5 of 5 networks" in done.stdout
    assert '"fingerprint"' in (tmp_path / "results.json").read_text(encoding="utf-8")
    space = ns.get_space("anynetx_a", image_size=32, stem="cifar", num_classes=10)
    study.add(space.sample(3, flops=(4e6, 6e6)), name="anynetx_a")
    (tmp_path / "results.parquet").unlink()
    refused = export(tmp_path)
    assert refused.returncode == 1
    assert "nothing written: 3 of 8 networks are not trained yet" in refused.stderr
    assert not (tmp_path / "results.parquet").exists()
    assert "UNFINISHED: 5 of 8 networks" in export(tmp_path, "--partial").stdout
    assert list(read_facts(tmp_path / "results.parquet")) == ["regnetx"]
    assert len(read_results(tmp_path / "results.parquet", "regnetx")) == 5


@pytest.mark.slow
def test_a_study_that_is_not_there_is_told_in_words(tmp_path: Path) -> None:
    done = export(tmp_path)
    assert done.returncode == 1
    assert done.stderr.startswith("StoreError: ")
    assert "Traceback" not in done.stderr

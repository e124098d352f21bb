"""``netspace compare`` as a user types it: two populations, several, all of a study."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import netspace as ns
from tests.cli.test_cli import netspace


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A study of four populations: b is better than a, c than b, and d is one network."""
    generator = np.random.default_rng(0)
    for name, mean, n in (("a", 30.0, 25), ("b", 27.0, 25), ("c", 26.8, 25), ("d", 20.0, 1)):
        table = pd.DataFrame({"width": range(n), "error": generator.normal(mean, 1.0, n)})
        table.to_csv(tmp_path / f"{name}.csv", index=False)
        records = ns.import_population(tmp_path / f"{name}.csv", name=name)
        ns.Study(str(tmp_path / "study.db")).add_records(records)
    return tmp_path


@pytest.mark.slow
def test_two_populations_are_a_sentence(folder: Path) -> None:
    study = ns.Study(str(folder / "study.db"))
    said = netspace("compare", "a", "b", cwd=folder).stdout
    assert said == f"{ns.compare(study['a'], study['b']).summary()}\n"
    assert "superiority" in netspace("compare", "a", "b", "--table", cwd=folder).stdout


@pytest.mark.slow
def test_several_are_compared_in_pairs_with_a_table(folder: Path) -> None:
    study = ns.Study(str(folder / "study.db"))
    found = ns.compare(study["a"], study["b"], study["c"])
    lines = netspace("compare", "a", "b", "c", "--csv", "new/pairs.csv", cwd=folder).stdout.splitlines()
    assert lines[:3] == found.summary().splitlines()
    assert "for 3 comparisons together, n = 25 + 25" in lines[0]
    headings, rows = lines[4], lines[5:8]
    assert " ".join(headings.split()) == "first second winner difference adjusted p superiority KS distance needed"
    assert rows[0].split()[:3] == ["a", "b", "b"]
    low, high = found[0].interval
    assert f"{found[0].difference:.2f} [{low:.2f}, {high:.2f}]" in rows[0]
    assert "< 0.001" in rows[0]
    assert "not told" in rows[2]
    assert lines[-1] == "table: new/pairs.csv"
    frame = pd.read_csv(folder / "new" / "pairs.csv")
    assert frame["difference"].tolist() == pytest.approx(found.frame()["difference"].tolist())


@pytest.mark.slow
def test_neighbors_and_whole_studies(folder: Path) -> None:
    steps = netspace("compare", "a", "b", "c", "--neighbors", "--no-table", "--confidence", "0.9", cwd=folder).stdout
    assert len(steps.splitlines()) == 2
    assert "90 % for 2 comparisons together" in steps
    done = netspace("compare", cwd=folder)
    assert len(done.stdout.splitlines()) > 6
    assert "Note: d is left out: it has 1 finished network." in done.stderr


@pytest.mark.slow
@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["a"], "needs at least two populations: 1 is named, and the study has a, b, c, d"),
        (["a", "e"], "the study has no population 'e': it has a, b, c, d"),
        (["a", "b", "d"], "d has 1 finished network, and a mean with an interval needs at least 2"),
        (["a", "b", "--csv", "."], "it is a folder"),
    ],
)
def test_mistakes_are_said(folder: Path, words: list[str], message: str) -> None:
    done = netspace("compare", *words, cwd=folder, check=False)
    assert done.returncode in (1, 2)
    assert message in " ".join(done.stderr.replace("│", " ").split())


def test_help_has_examples(tmp_path: Path) -> None:
    said = netspace("compare", "--help", cwd=tmp_path).stdout
    assert said.count("Example: netspace compare") == 2

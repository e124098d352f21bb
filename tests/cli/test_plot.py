"""``netspace plot`` as a user types it."""

import re
from pathlib import Path

import pytest

import netspace as ns
from netspace.reports import KINDS
from tests.cli.test_cli import netspace
from tests.records_made import synthetic_population

pytestmark = pytest.mark.slow  # a process of some seconds for each


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("plot")
    study = ns.Study(str(path / "study.db"))
    for name in ("anynetx_a", "regnetx"):
        study.add_records(synthetic_population(name, 20))
    return path


def test_kinds_are_listed(folder: Path) -> None:
    listed = netspace("plot", "--list", cwd=folder).stdout
    assert all(kind in listed for kind in KINDS)
    assert "--x --y" in listed
    assert netspace("plot", cwd=folder).stdout == listed


def test_a_picture_is_written_in_the_format_of_its_suffix(folder: Path) -> None:
    said = netspace(
        "plot", "edfs", "anynetx_a", "regnetx", "-o", "edfs.svg", "--title", "Two spaces", cwd=folder
    ).stdout
    assert said == "picture: edfs.svg\n"
    text = (folder / "edfs.svg").read_text(encoding="utf-8")
    assert "<svg" in text
    netspace("plot", "pairs", "anynetx_a", "--x", "depth", "--y", "width_4", "-o", "pairs.html", cwd=folder)
    assert "width (channels), stage 4" in (folder / "pairs.html").read_text(encoding="utf-8")
    netspace("plot", "against", "--parameter", "depth", "-p", "flops", cwd=folder)
    assert (folder / "against.pdf").read_bytes()[:5] == b"%PDF-"


def test_a_folder_is_made_and_what_is_left_out_is_told(folder: Path) -> None:
    done = netspace("plot", "e_fit", "anynetx_a", "regnetx", "-o", "new/e_fit.svg", cwd=folder)
    assert (folder / "new" / "e_fit.svg").exists()
    said = " ".join(done.stderr.split())
    assert "Note: RegNetX is left out: its networks are quantized lines by construction." in said


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["edsf"], "no kind of picture called 'edsf': did you mean edfs"),
        (["edfs", "regnety"], "no population 'regnety'"),
        (["edfs", "-o", "edfs.doc"], "its suffix must be one of pdf, svg, png, html"),
        (["training"], "training of AnyNetX_A and RegNetX: nothing to draw: it takes networks of which each has"),
        (["edfs", "--x", "depth"], "edfs takes no x"),
        (["edfs", "--study", "none.db"], "none.db"),
        (["edfs", "-o", "study.db/edfs.pdf"], "cannot write 'study.db/edfs.pdf'"),
    ],
)
def test_mistakes_get_a_message_and_no_traceback(folder: Path, words: list[str], message: str) -> None:
    done = netspace("plot", *words, cwd=folder, check=False)
    assert done.returncode == 1
    assert re.search(re.escape(message), " ".join(done.stderr.split())), done.stderr

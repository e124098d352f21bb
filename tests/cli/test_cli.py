"""The command line as a user types it: real processes on small real files."""

import json
import os
import pty
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

import netspace as ns
from tests.data_made import stripes

NETWORK = ["--image-size=8", "--in-channels=1", "--num-classes=2", "--stem=cifar", "--stem-width=4", "--num-stages=2"]
VERBS = ["quickstart", "run", "sample", "train", "status", "compare", "report", "best", "delete", "models", "info"]
VERBS += ["benchmark", "export", "doctor", "import", "plot"]
STUDY_FILE = """
study: sqlite:///made/study.db
report: made/report.html
data: stripes.npz
recipe: {base: quick, epochs: 1, batch_size: 16, crop_padding: 1, layout: channels_last}
network: {image_size: 8, in_channels: 1, num_classes: 2, stem: cifar, stem_width: 4, num_stages: 2}
budget: {flops: [20K, 0.2M]}
populations:
  - {name: a, space: anynetx_a, n: 4}
  - {name: b, space: regnetx, n: 4, seed: 3}
"""


def netspace(*words: str, cwd: Path, check: bool = True) -> "subprocess.CompletedProcess[str]":
    done = subprocess.run(
        [sys.executable, "-m", "netspace", *words],
        cwd=cwd,
        capture_output=True,
        text=True,
        env=os.environ | {"COLUMNS": "200", "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
        check=False,
    )
    assert "Traceback" not in done.stderr, done.stderr
    if check:
        assert done.returncode == 0, done.stderr
    return done


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    data = stripes()
    np.savez(
        tmp_path / "stripes.npz",
        train_images=data.train.images,
        train_labels=data.train.labels,
        test_images=data.test.images,
        test_labels=data.test.labels,
    )
    (tmp_path / "study.yaml").write_text(STUDY_FILE, encoding="utf-8")
    return tmp_path


@pytest.mark.slow
def test_step_by_step(folder: Path) -> None:
    recipe = ["--set", "epochs=1", "--set", "batch_size=16", "--set", "crop_padding=1"]
    for name, space in (("a", "anynetx_a"), ("b", "regnetx")):
        said = netspace("sample", space, "-n", "3", "--name", name, "--flops", "20K:0.2M", *NETWORK, cwd=folder).stdout
        assert f"{name}: 3 networks of" in said
    assert json.loads(netspace("status", "--json", cwd=folder).stdout)[0]["planned"] == 3
    trained = netspace("train", "--data", "stripes.npz", *recipe, "--workers", "2", cwd=folder)
    assert "b: 3 trained, 0 failed, best error" in trained.stdout
    assert "3/3 networks" in trained.stderr
    assert "n = 3 + 3" in netspace("compare", "a", "b", cwd=folder).stdout
    netspace("report", "-o", "r.html", cwd=folder)
    assert "AnyNetX_A" in (folder / "r.html").read_text(encoding="utf-8")
    best = json.loads(netspace("best", "b", "-k", "1", "--json", cwd=folder).stdout)[0]
    architecture = ns.Architecture.from_dict(best["architecture"])
    assert best["error"] == ns.Study(str(folder / "study.db"))["b"].errors.min()
    assert 2e4 <= ns.complexity(architecture).flops <= 2e5
    assert "widths" in netspace("best", cwd=folder).stdout
    assert "regnetx" in netspace("status", cwd=folder).stdout.lower()
    assert "3 records" in netspace("delete", "b", "--yes", cwd=folder).stdout
    assert len(json.loads(netspace("status", "--json", cwd=folder).stdout)) == 1


@pytest.mark.slow
def test_a_study_file_does_it_all_and_again_at_once(folder: Path) -> None:
    first = netspace("run", "study.yaml", cwd=folder)
    assert "n = 4 + 4" in first.stdout
    assert "report: made/report.html" in first.stdout
    assert (folder / "made" / "report.html").stat().st_size > 1e5
    again = netspace("run", "study.yaml", cwd=folder)
    assert again.stdout.splitlines()[-1] == first.stdout.splitlines()[-1]
    assert "networks/hour" not in again.stderr  # nothing was trained


@pytest.mark.slow
@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["run", "none.yaml"], "cannot read the study file none.yaml"),
        (["compare", "a", "b"], "study.db"),
        (["status", "--study", "none.db"], "none.db"),
        (["train", "--set", "epochs"], "FIELD=VALUE"),
        (["train", "--recipe", "quik"], "did you mean quick"),
        (["sample", "regnet", "-n", "2"], "did you mean regnetx"),
        (["sample", "regnetx", "-n", "0"], "at least 1"),
        (["sample", "regnetx", "--flops", "5M"], "LOW|range such as"),
        (["sample", "regnetx", "--stem", "oak"], "simple, cifar, imagenet"),
    ],
)
def test_mistakes_get_a_message_and_no_traceback(folder: Path, words: list[str], message: str) -> None:
    import re

    done = netspace(*words, cwd=folder, check=False)
    assert done.returncode in (1, 2)
    assert re.search(message, " ".join(done.stderr.split())), done.stderr
    assert not (folder / "none.db").exists()


def slow(*values: str) -> object:
    return pytest.param(*values, marks=pytest.mark.slow)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("populations:", "population:", "populations"),
        slow("epochs: 1", "epoch: 1", "did you mean epochs"),
        slow("name: b", "name: a", "two populations are called a"),
        slow("stem: cifar", "stm: cifar", "stm"),
        slow("[20K, 0.2M]", "[1, 2]", "population 'a': no network of AnyNetX_A"),
        slow("[20K, 0.2M]", "[20K]", "budget"),
        slow("data: stripes.npz", "data: stripe.npz", "stripe.npz"),
        slow("n: 4}", "n: 4", "not YAML"),
    ],
)
def test_mistakes_in_a_study_file_are_named(folder: Path, old: str, new: str, message: str) -> None:
    (folder / "study.yaml").write_text(STUDY_FILE.replace(old, new, 1), encoding="utf-8")
    done = netspace("run", "study.yaml", cwd=folder, check=False)
    assert done.returncode == 1
    assert message in " ".join(done.stderr.split()), done.stderr


@pytest.mark.slow
def test_help_of_every_verb_has_an_example(folder: Path) -> None:
    for verb in VERBS:
        assert f"Example: netspace {verb}" in netspace(verb, "--help", cwd=folder).stdout
    assert "quickstart" in netspace("--help", cwd=folder).stdout
    assert netspace("--version", cwd=folder).stdout.strip() == f"netspace {ns.__version__}"


@pytest.mark.slow
def test_warnings_are_notes(folder: Path) -> None:
    many = [word.replace("classes=2", "classes=7") for word in NETWORK]
    netspace("sample", "regnetx", "-n", "1", "--flops", "20K:0.2M", *many, cwd=folder)
    said = netspace("train", "--data", "stripes.npz", "--set", "epochs=1", "--set", "batch_size=16", cwd=folder).stderr
    assert "Note: the networks have 7 outputs, stripes has 2 classes" in " ".join(said.split())
    assert "UserWarning" not in said


@pytest.mark.slow
def test_doctor_finds_this_machine_healthy(folder: Path) -> None:
    said = netspace("doctor", cwd=folder).stdout
    assert "broken" not in said
    assert said.count("ok") >= 6


@pytest.mark.slow
def test_control_c_on_a_terminal_keeps_what_is_finished(folder: Path) -> None:
    """A real terminal: the bar is drawn, Ctrl-C ends it in seconds with a message, and the same command goes on."""
    (folder / "study.yaml").write_text(STUDY_FILE.replace("n: 4", "n: 200"), encoding="utf-8")
    main, terminal = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "netspace", "run", "study.yaml"],
        cwd=folder,
        stdin=terminal,
        stdout=terminal,
        stderr=terminal,
        start_new_session=True,
        env=os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path)), "TERM": "xterm", "COLUMNS": "150"},
    )
    os.close(terminal)
    said = read_until(main, "3/200 networks")
    os.killpg(process.pid, signal.SIGINT)
    said += read_until(main, "goes on from here")
    assert process.wait(30) == 130
    assert "networks/hour" in said
    assert "left" in said
    assert 3 <= len(ns.Study(str(folder / "made" / "study.db"))["a"]) < 200


def read_until(descriptor: int, text: str, seconds: float = 90) -> str:
    said, deadline = "", time.monotonic() + seconds
    while text not in said and time.monotonic() < deadline:
        try:
            said += os.read(descriptor, 4096).decode(errors="replace")
        except OSError:
            break
    assert text in said, said
    return said


@pytest.mark.slow
def test_networks_that_all_fail_say_why(folder: Path) -> None:
    (folder / "fails.py").write_text(
        "import netspace as ns\n"
        "from torch import nn\n"
        "class Fails(nn.Conv2d):\n"
        "    def forward(self, x):\n"
        "        if self.training:\n"
        "            raise ValueError('no such luck')\n"
        "        return super().forward(x)\n"
        "@ns.register_block('fails')\n"
        "def fails(stage, shape):\n"
        "    return Fails(shape.input_width, shape.width, 1, shape.stride)\n"
    )
    names = ["--import", "fails.py"]
    netspace(*names, "sample", "regnetx", "-n", "2", "--block", "fails", "--flops", "1K:1M", *NETWORK, cwd=folder)
    forgotten = netspace("train", "--data", "stripes.npz", cwd=folder, check=False)
    assert forgotten.returncode == 1
    assert "block 'fails' that is not registered here" in " ".join(forgotten.stderr.split())
    done = netspace(*names, "train", "--data", "stripes.npz", "--set", "epochs=1", cwd=folder, check=False)
    assert done.returncode == 1
    said = " ".join(done.stderr.split())
    assert "2 failed: exception: ValueError: no such luck" in said
    assert "--retry-failed" in said

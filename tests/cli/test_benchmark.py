"""``netspace benchmark`` as a user types it."""

import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from netspace.latency import read
from tests.cli.test_cli import netspace

SMALL = ["regnetx_002", "--device", "cpu", "--image-size", "32", "--threads", "1"]


@pytest.mark.slow
def test_networks_are_timed_written_and_drawn(tmp_path: Path) -> None:
    words = ["benchmark", "RegNetX-[24]00MF", "resnet18", *SMALL, "--out", "made/rows.csv", "--plot", "latency.png"]
    done = netspace(*words, cwd=tmp_path)
    rows = read(tmp_path / "made" / "rows.csv")
    assert [row.name for row in rows] == ["RegNetX-200MF", "RegNetX-400MF", "ResNet-18"]
    assert all(row.failure is None and row.memory_mb and row.calls >= 10 for row in rows)
    assert "multiply-adds" in done.stdout
    assert "resident memory of a fresh process" in done.stdout
    assert re.search(r"RegNetX-400MF +[\d.]+ +[\d.]+ to [\d.]+", done.stdout)
    assert "2/3 networks, ResNet-18, about" in done.stderr
    assert (tmp_path / "latency.png").stat().st_size > 1e4


@pytest.mark.slow
def test_a_network_that_fails_is_a_row_with_its_reason(tmp_path: Path) -> None:
    # More bytes of images than a process has addresses
    words = ["benchmark", "regnetx_002", "--device", "cpu", "--image-size", "4000", "--batch", "1000000000"]
    done = netspace(*words, "--out", "rows.json", cwd=tmp_path, check=False)
    assert done.returncode == 1  # none was measured
    assert "RegNetX-200MF failed: out of memory" in done.stdout
    assert read(tmp_path / "rows.json")[0].failure.startswith("out of memory")


@pytest.mark.slow
def test_control_c_keeps_what_is_measured(tmp_path: Path) -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "netspace", "benchmark", "RegNet*", *SMALL, "--out", "rows.csv"],
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        env=os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path)), "COLUMNS": "150"},
    )
    said, deadline = "", time.monotonic() + 120
    while "2/" not in said and time.monotonic() < deadline:
        said += process.stderr.readline()
    os.killpg(process.pid, signal.SIGINT)
    stdout, stderr = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "networks are measured" in stderr
    assert "Traceback" not in stderr
    rows = read(tmp_path / "rows.csv")
    assert len(rows) >= 2
    assert all(row.name in stdout for row in rows)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["regnetx_02"], "no network is called 'regnetx_02'"),
        (["Foo*"], "no network matches 'Foo"),
        (["regnetx_002", "--device", "quantum"], "device 'quantum' cannot be used here"),
        (["regnetx_002", "--backend", "tensorrt"], "choose one of eager, compile, onnxruntime"),
        (["regnetx_002", "--dtype", "int8"], "choose auto or one of float32"),
        (["regnetx_002", "--out", "rows.xlsx"], "must end in .csv"),
        (["regnetx_002", "--plot", "latency.doc"], "must be one of"),
        (["regnetx_002", "--batch", "0"], "--batch"),
        ([], "Missing argument"),
    ],
)
def test_mistakes_get_a_message_before_anything_is_timed(tmp_path: Path, words: list[str], message: str) -> None:
    done = netspace("benchmark", *words, cwd=tmp_path, check=False)
    assert done.returncode in (1, 2)
    assert message in " ".join(done.stderr.split())
    assert "networks" not in done.stderr or "0/1 networks" not in done.stderr
    assert not list(tmp_path.iterdir())


def test_help_has_an_example(tmp_path: Path) -> None:
    assert "Example: netspace benchmark" in netspace("benchmark", "--help", cwd=tmp_path).stdout

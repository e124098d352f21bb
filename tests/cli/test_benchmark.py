"""``netspace benchmark`` as a user types it."""

import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from netspace.complexity import RuntimeModel, complexity, fit_runtime
from netspace.latency import read
from netspace.latency.calibration import spread_networks
from netspace.spaces.files import find_space
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


SPACE = ["--space", "regnetx", "--flops", "4M:20M", "--image-size", "32", "--stem", "cifar", "--device", "cpu"]


@pytest.mark.slow
def test_a_runtime_model_is_fitted_written_and_drawn(tmp_path: Path) -> None:
    files = ["--fit", "made/runtime.json", "--out", "rows.csv", "--plot", "runtime.png"]
    done = netspace("benchmark", *SPACE, "-n", "6", "--batch", "4", "--threads", "1", *files, cwd=tmp_path)
    model, rows = RuntimeModel.read(tmp_path / "made" / "runtime.json"), read(tmp_path / "rows.csv")
    assert (model.n, model.setting["batch"], model.setting["image_size"], model.setting["dtype"]) == (
        6,
        4,
        32,
        "float32",
    )
    assert fit_runtime(rows).coefficients == pytest.approx(model.coefficients)
    assert f"runtime of a batch of 4 images: {model}" in done.stdout
    assert model.error() in done.stdout
    assert "next: netspace space sample regnetx --flops 4M:20M --image-size 32 --stem cifar --latency :" in done.stdout
    assert "--runtime made/runtime.json -n 20" in done.stdout
    assert re.search(r"fitted from .* multiply-adds, .* activations, \d+ to \d+ blocks; beyond", done.stdout)
    assert model.ranges["depth"] == (min(row.depth for row in rows), max(row.depth for row in rows))
    assert "5/6 networks, RegNetX-" in done.stderr
    assert (tmp_path / "runtime.png").stat().st_size > 1e4


@pytest.mark.slow
@pytest.mark.parametrize("space", ["rexnet_5", "mine.yaml"])
def test_a_space_has_its_own_blocks_stem_and_size(tmp_path: Path, space: str) -> None:
    (tmp_path / "mine.yaml").write_text("from: regnety\nnetwork: {image_size: 32, stem: cifar, num_classes: 5}\n")
    words = ["--space", space, "-n", "2", "--flops", ":40M", "--device", "cpu", "--dtype", "float32"]
    netspace("benchmark", *words, "--out", "rows.csv", cwd=tmp_path)
    found = find_space(tmp_path / space if space.endswith(".yaml") else space)
    wanted = spread_networks(found, 2, {"flops": (None, 40e6)}, 0)
    rows = read(tmp_path / "rows.csv")
    assert [(row.name, row.flops, row.image_size) for row in rows] == [
        (name, complexity(each).flops, 32) for name, each in wanted.items()
    ]


@pytest.mark.slow
@pytest.mark.parametrize("limit", [5, 50])
def test_a_limit_outside_what_a_model_was_fitted_to_is_noted(tmp_path: Path, limit: int) -> None:
    terms = {"ms": 0.5, "ms_per_gf": 20.0, "ms_per_m_acts": 2.0, "ms_per_block": 0.2}
    RuntimeModel("blocks", terms, ranges={"ms": (2.0, 20.0)}).save(tmp_path / "runtime.json")
    small = ["--image-size", "32", "--stem", "cifar", "-n", "5"]
    done = netspace("sample", "regnetx", *small, "--latency", f":{limit}", "--runtime", "runtime.json", cwd=tmp_path)
    note = "Note: 50 ms is outside the 2 to 20 ms that the runtime model was fitted to, where it only extrapolates"
    assert (note in " ".join(done.stderr.split())) == (limit == 50)
    assert "5 networks of RegNetX" in done.stdout


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
        ([], "name networks, such as RegNetX-200MF, or a design space with --space"),
        (["regnetx_002", "--space", "regnetx"], "name networks, such as RegNetX-200MF, or a design space"),
        (["regnetx_002", "--flops", ":6M"], "--flops is for networks of a space: give it with --space"),
        (["regnetx_002", "--stem", "cifar"], "--stem is for networks of a space"),
        (["regnetx_002", "--num-classes", "10"], "--num-classes is for networks of a space"),
        (["regnetx_002", "--block", "y"], "--block is for networks of a space"),
        (["regnetx_002", "-n", "3"], "--networks is for networks of a space"),
        (["regnetx_002", "--seed", "0"], "--seed is for networks of a space"),
        (["regnetx_002", "--out", "/proc/none/rows.csv"], "cannot write '/proc/none/rows.csv'"),
        (["--space", "none.yaml"], "cannot read the space file none.yaml"),
        (["--space", "regnetx_resolution", "--fit", "model.json"], "px do not go into one runtime model"),
        (["regnetx_002", "--fit", "runtime.json"], "cannot be fitted to 1 networks: give a whole number of at least 6"),
        (["--space", "regnetx", "--fit", "runtime.yaml"], "a file that ends in .json"),
        (["--space", "regnetq"], "regnetq"),
    ],
)
def test_mistakes_get_a_message_before_anything_is_timed(tmp_path: Path, words: list[str], message: str) -> None:
    done = netspace("benchmark", *words, cwd=tmp_path, check=False)
    assert done.returncode in (1, 2)
    assert message in " ".join(done.stderr.split())
    assert "networks" not in done.stderr or "0/1 networks" not in done.stderr
    assert not list(tmp_path.iterdir())


def test_help_has_examples(tmp_path: Path) -> None:
    text = netspace("benchmark", "--help", cwd=tmp_path).stdout
    assert "Example: netspace benchmark rexnet_100" in text
    assert "Example: netspace benchmark --space regnetx" in text

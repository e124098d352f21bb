"""``netspace space``: what it says of a space is the library's, and its files hold the networks of `sample`."""

import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pandas as pd
import pytest
from typer.testing import CliRunner

import netspace as ns
from netspace.cli.app import app
from netspace.cli.space.asking import Progress
from netspace.cli.space.show import lineage_steps, parameters
from netspace.cli.space.texts import StageTexts
from netspace.complexity import RuntimeModel
from netspace.errors import AnalysisError, LatencyError, SpaceError
from netspace.spaces.files import space_schema

MINE = """
name: Mine
from: anynetx_a
network: {image_size: 32, stem: cifar}
steps:
  - share: [bottleneck_ratio, group_width]
  - restrict: "width_4 > width_1"
"""
SMALL = ("--image-size", "32", "--stem", "cifar", "--num-classes", "10")
SMALL_OPTIONS = {"image_size": 32, "stem": "cifar", "num_classes": 10}


def space(*words: object) -> str:
    result = CliRunner().invoke(app, ["space", *map(str, words)], catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.output


@pytest.fixture
def mine(tmp_path: Path) -> Path:
    (tmp_path / "mine.yaml").write_text(MINE, encoding="utf-8")
    return tmp_path / "mine.yaml"


@pytest.fixture
def runtime(tmp_path: Path) -> Path:
    ranges = {"flops": (1e8, 1e9), "acts": (1e6, 1e7), "ms": (1.0, 10.0)}
    model = RuntimeModel("linear", {"ms": 1.0, "ms_per_gf": 5.0, "ms_per_m_acts": 0.0}, ranges=ranges)
    return model.save(tmp_path / "runtime.json")


def read(path: Path) -> pd.DataFrame:
    if path.suffix == ".csv":
        return pd.read_csv(path)
    return pd.read_parquet(path) if path.suffix == ".parquet" else pd.read_json(path, lines=True, dtype={"id": str})


def test_the_list_has_every_name_with_a_line_on_it() -> None:
    told = json.loads(space("list", "--json"))
    assert list(told) == ns.list_spaces()
    said = space("list")
    for name, about in told.items():
        assert name in said
        assert about[:40] in said


def test_the_schema_is_that_of_space_files() -> None:
    assert json.loads(space("schema")) == space_schema()


def test_show_tells_parameters_lineage_size_and_an_example() -> None:
    said = space("show", "anynetx_d")
    for line in (
        "10 dimensions, 4 stages",
        "224 px, 3 channels, 1,000 classes, simple stem of 32 channels",
        "block x, kernel 3, stride 2, activation relu",
        "log-uniform 8 to 1024 by 8     128  increasing over stages",
        "  AnyNetX_A\n  > share(bottleneck_ratio) = AnyNetX_B\n",
        "exactly 13,821,510,942,720",
        "in the paper",
        "width of each block, in channels",
    ):
        assert line in said
    example = ns.get_space("anynetx_d").sample(1)[0]
    assert f"{max(example.block_widths)} │" in said


def test_show_of_a_file_as_json(mine: Path) -> None:
    told = json.loads(space("show", mine, "--json", "--num-classes", 10))
    assert told["name"] == "Mine"
    assert told["dimensions"] == 10
    assert told["shared"]["num_classes"] == 10
    assert told["shared"]["stem"] == "cifar"
    assert told["restrictions"] == ["width_4 > width_1"]
    assert told["lineage"][-1] == "restrict(width_4 > width_1) = Mine"
    assert told["parameters"][2] == {
        "name": "bottleneck_ratio",
        "distribution": "one of 1, 2, 4",
        "values": 3,
        "rule": "shared by all stages",
    }
    network = ns.Architecture.from_dict(told["example"]["architecture"])
    assert network.id == told["example"]["id"]
    assert ns.complexity(network).flops == told["example"]["flops"]
    assert told["size"] is None  # its rule takes some counting


def test_what_varies_is_not_told_as_shared() -> None:
    said = space("show", "regnetx_resolution")
    assert "image size varies" in said
    assert "image_size        uniform 112 to 336 by 28" in said
    assert "bottleneck ratio" not in said
    assert "expansion 1-6-6-6-6-6-6" in space("show", "efficientnet_training")


@pytest.mark.slow
@pytest.mark.parametrize("name", ns.list_spaces())
def test_every_published_space_is_shown(name: str) -> None:
    told = json.loads(space("show", name, "--json"))
    assert told["dimensions"] == ns.get_space(name).dimensions
    assert {row["name"] for row in told["parameters"]} == set(ns.get_space(name).describe())
    assert " > ".join(told["lineage"]) == ns.get_space(name).lineage
    assert told["name"] in space("show", name)


def test_a_rule_with_the_sign_of_the_lineage_is_one_step() -> None:
    grown = ns.get_space("anynetx_a").restrict("width_2 > (width_1 + 8)").restrict("depth > 8")
    assert lineage_steps(grown.lineage) == ["AnyNetX_A", "restrict(width_2 > (width_1 + 8))", "restrict(depth > 8)"]


def test_a_space_of_one_network_has_no_parameters() -> None:
    one = ns.DesignSpace.from_architecture("B0", ns.get_architecture("EfficientNet-B0"))
    assert parameters(one) == []


def test_the_size_is_that_of_the_space() -> None:
    assert json.loads(space("size", "anynetx_e", "--json"))["low"] == int(ns.get_space("anynetx_e").size())
    said = space("size", "anynetx_b")
    assert "6.840e16 settings" in said
    assert "by closed form" in said
    assert "in the paper" in said


def test_the_size_under_a_budget(tmp_path: Path) -> None:
    (tmp_path / "tiny.yaml").write_text("{num_stages: 2, parameters: {depth: [1, 2], width: [8, 16, 24]}}")
    told = json.loads(space("size", tmp_path / "tiny.yaml", "--flops", ":20M", "--json"))
    assert told["low"] == told["high"]
    assert 0 < told["low"] < 36


@pytest.mark.parametrize("ending", ["csv", "parquet", "jsonl"])
def test_files_hold_the_networks_of_the_sample(ending: str, tmp_path: Path) -> None:
    path = tmp_path / "made" / f"networks.{ending}"
    said = space("sample", "regnetx", "-n", 50, "--flops", "4M:6M", "--seed", 3, *SMALL, "--out", path)
    assert f"50 networks of RegNetX in {path}" in " ".join(said.split())
    expected = ns.get_space("regnetx", **SMALL_OPTIONS).sample(50, flops=(4e6, 6e6), seed=3)
    table = read(path)
    assert list(table)[-2:] == ["id", "architecture"]
    numbers = table.drop(columns=["id", "architecture"])
    pd.testing.assert_frame_equal(numbers, expected.frame(), check_dtype=False)
    texts = [each if isinstance(each, str) else json.dumps(each) for each in table["architecture"]]
    assert [ns.Architecture.from_json(text) for text in texts] == list(expected)
    assert [ns.Architecture.from_json(text).id for text in texts] == table["id"].tolist()
    assert [path.name for path in path.parent.iterdir()] == [f"networks.{ending}"]


def test_without_a_file_the_first_are_shown() -> None:
    said = space("sample", "anynetx_a", "-n", 30, *SMALL)
    assert "30 networks of AnyNetX_A" in said
    assert "the first 10 are shown" in said
    first = ns.get_space("anynetx_a", **SMALL_OPTIONS).sample(1)
    widths = "-".join(str(first.parameters[f"width_{i}"][0]) for i in (1, 2, 3, 4))
    assert widths in said.splitlines()[1]


@pytest.mark.parametrize("strategy", ["stratified", "quasi", "grid"])
def test_strategies(strategy: str, tmp_path: Path) -> None:
    path = tmp_path / "networks.csv"
    space("sample", "regnetx", "-n", 20, "--strategy", strategy, "--flops", "100M:1G", "--out", path)
    expected = ns.get_space("regnetx").sample(20, strategy=strategy, flops=(1e8, 1e9))
    assert read(path)["id"].tolist() == [network.id for network in expected]


def test_latency_is_a_budget_and_a_column(runtime: Path, tmp_path: Path) -> None:
    path = tmp_path / "networks.csv"
    words = ("regnetx", "-n", 20, "--latency", "2:4", "--runtime", runtime)
    assert "ms predicted" in space("sample", *words, "--out", path)
    table = read(path)
    assert table["latency"].between(2, 4).all()
    assert table["latency"].tolist() == pytest.approx((1 + 5 * table["flops"] / 1e9).tolist())
    beyond = space("sample", "regnetx", "-n", 20, "--latency", "20:", "--runtime", runtime)
    assert "latency is extrapolated: networks of 100M to 1G multiply-adds were timed" in " ".join(beyond.split())


def test_what_a_small_space_has_is_kept(tmp_path: Path) -> None:
    (tmp_path / "tiny.yaml").write_text("{num_stages: 2, parameters: {depth: [1, 2], width: [8, 16]}}")
    with pytest.raises(SpaceError, match="only 16 different networks"):
        space("sample", tmp_path / "tiny.yaml", "-n", 17, "--out", tmp_path / "all.jsonl")
    assert len(read(tmp_path / "all.jsonl")) == 16


def test_a_file_stays_where_nothing_is_found(tmp_path: Path) -> None:
    path = tmp_path / "networks.csv"
    path.write_text("mine", encoding="utf-8")
    with pytest.raises(SpaceError, match=r"no network of RegNetX has at most 1 KF"):
        space("sample", "regnetx", "--flops", ":1K", "--out", path)
    assert path.read_text(encoding="utf-8") == "mine"
    assert [each.name for each in tmp_path.iterdir()] == ["networks.csv"]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a full disk")
@pytest.mark.parametrize("ending", ["csv", "parquet", "jsonl"])
def test_a_full_disk_is_named(ending: str, tmp_path: Path) -> None:
    (tmp_path / f"networks.{ending}.part").symlink_to("/dev/full")
    with pytest.raises(SpaceError, match=r"cannot write .*networks.*: No space left on device"):
        space("sample", "regnetx", "-n", 2000, "--out", tmp_path / f"networks.{ending}")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    "made",
    [
        ns.get_space("anynetx_a", block="y", num_stages=3),
        ns.get_space("regnetx_resolution"),
        ns.get_space("rexnet_5"),
        ns.DesignSpace.from_function("ReXNets", ns.rexnet, {"width": ns.uniform(0.5, 2, 0.01)}),
    ],
    ids=lambda made: made.name,
)
def test_texts_are_those_of_the_architectures(made: ns.DesignSpace) -> None:
    texts = StageTexts()
    for seed in (0, 1):
        population = made.sample(30, seed=seed)
        assert texts.of(population.networks) == [network.to_json() for network in population]


@pytest.mark.slow
def test_draw_names_its_file_after_the_space(mine: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(mine.parent)
    assert "figure: mine.png" in space("draw", "mine.yaml", "-n", 20)
    assert Path("mine.png").stat().st_size > 10_000
    assert "figure: made/here/mine.png" in space("draw", "mine.yaml", "-n", 20, "--out", "made/here/mine.png")


@pytest.mark.parametrize(
    ("words", "error", "says"),
    [
        (["show", "regnety_x"], SpaceError, "no design space is called 'regnety_x'"),
        (["show", "none.yaml"], SpaceError, "none.yaml"),
        (["show", "regnetx", "--image-size", "0"], SpaceError, "image_size"),
        (["size", "regnetx", "--flops", "2M:1M"], SpaceError, "is empty"),
        (["sample", "regnetx", "--out", "networks.xls"], SpaceError, r"must end in .csv, .parquet, .jsonl"),
        (["sample", "regnetx", "--strategy", "best"], SpaceError, "strategy 'best' is unknown"),
        (["sample", "regnetx", "--latency", ":5", "--runtime", "none.json"], LatencyError, "none.json"),
        (["draw", "regnetx", "--out", "figure.doc"], AnalysisError, "its suffix must be one of"),
    ],
)
def test_mistakes_are_named(words: list[str], error: type[Exception], says: str) -> None:
    with pytest.raises(error, match=says):
        space(*words)


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["sample", "regnetx", "--latency", ":5"], "--latency needs --runtime"),
        (["size", "regnetx", "--flops", "5M"], "range such as"),
        (["sample", "regnetx", "-n", "0"], "-n"),
        (["draw", "regnetx", "-n", "1000000000"], "-n"),
        (["draw", "regnetx", "--out", "/proc/none/space.png"], "cannot write '/proc/none/space.png'"),
    ],
)
def test_wrong_options_are_named(words: list[str], says: str) -> None:
    result = CliRunner().invoke(app, ["space", *words], env={"COLUMNS": "200", "TERM": "dumb"})
    assert result.exit_code == 2
    assert says in result.output


@pytest.mark.parametrize("verb", ["list", "show", "size", "sample", "draw", "schema"])
def test_help_has_an_example(verb: str) -> None:
    assert f"Example: netspace space {verb}" in space(verb, "--help")


def test_progress_tells_how_far_it_is_and_how_long_it_takes() -> None:
    progress = Progress("networks")
    progress(0, 1000)
    assert progress.line(3.0) == "0 of 1,000 networks, 0:03, none yet"
    progress(250, 1000)
    assert progress.line(20.0) == "250 of 1,000 networks, 1:00 left"


def command(*words: object) -> list[str]:
    return [sys.executable, "-m", "netspace", "space", *map(str, words)]


ENVIRONMENT = os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path)), "COLUMNS": "200"}


def test_a_mistake_ends_without_a_traceback() -> None:
    done = subprocess.run(command("show", "regnetq"), env=ENVIRONMENT, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert done.stderr.startswith("SpaceError: no design space is called 'regnetq'")


@pytest.mark.slow
@pytest.mark.parametrize("ending", ["csv", "parquet", "jsonl"])
def test_ctrl_c_leaves_a_complete_file(ending: str, tmp_path: Path) -> None:
    path = tmp_path / f"networks.{ending}"
    words = command("sample", "anynetx_a", "-n", 100_000_000, "--out", path)
    with subprocess.Popen(words, env=ENVIRONMENT, stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        beside = path.with_name(f"{path.name}.part")
        deadline = time.monotonic() + 60
        while not (beside.exists() and beside.stat().st_size > 100_000) and time.monotonic() < deadline:
            time.sleep(0.02)
        process.send_signal(signal.SIGINT)
        told, complaint = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "Traceback" not in complaint
    found = re.search(r"Stopped: ([\d,]+) of 100,000,000 networks were found and are in", complaint)
    assert found, complaint
    table = read(path)
    assert len(table) == int(found[1].replace(",", "")) > 0
    assert f"{len(table):,} networks of AnyNetX_A" in told
    assert not beside.exists()


@pytest.mark.slow
def test_many_networks_are_written_in_row_groups(tmp_path: Path) -> None:
    from pyarrow.parquet import ParquetFile

    path = tmp_path / "networks.parquet"
    space("sample", "anynetx_a", "-n", 200_000, "--out", path)
    with ParquetFile(path) as file:
        assert file.metadata.num_rows == 200_000
        assert file.metadata.num_row_groups == 4
    assert read(path)["id"].is_unique

"""``netspace info``: numbers of every kind of network, checked against the library's own."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

import netspace as ns
from netspace import zoo
from netspace.cli.app import app
from netspace.errors import AnalysisError, ArchitectureError, StoreError
from netspace.networks.hub import save_pretrained
from tests.peers import peer
from tests.populations.samples import TRAINING, complete, plan


def info(*words: str) -> str:
    result = CliRunner().invoke(app, ["info", *map(str, words)], catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.output


def info_json(*words: str) -> list[dict]:
    return json.loads(info(*words, "--json"))


def rows(text: str) -> dict[str, list[str]]:
    """Gives the table's numbers by part."""
    lines = [line.split() for line in text.splitlines()]
    return {" ".join(line[:2]) if line[0] == "stage" else line[0]: line for line in lines if line}


def test_a_regnet_by_name() -> None:
    said = info("regnetx_004")
    table = rows(said)
    assert table["stage 4"][2:] == ["x", "7", "12", "384", "384", "16", "3", "2", "214M", "4.21M", "753K"]
    assert table["stem"][1:] == ["convolution", "112", "32", "3", "2", "10.8M", "928", "401K"]
    assert table["all"][1:] == ["398M", "5.16M", "3.14M"]
    for line in (
        "RegNetX-400MF (regnetx_004)",
        "224 px, 3 channels, 1,000 classes",
        "RegNet: d = 22, w_0 = 24, w_a = 24.48, w_m = 2.54, b = 1, g = 16",
        "published accuracy: 72.7 % top-1 (RegNet paper, mean of 5 runs of 100 epochs)",
        "weights: timm/regnetx_004.pycls_in1k (mit, 72.482 % top-1; https://github.com/facebookresearch/pycls)",
        "384 │",
        "flops: multiply-adds",
    ):
        assert line in said


@pytest.mark.parametrize("name", zoo.list_models())
def test_parts_add_up_for_every_network(name: str) -> None:
    (told,) = info_json(name)
    cost = ns.complexity(zoo.find(name).architecture)
    for quantity in ("flops", "params", "acts"):
        assert told[quantity] == getattr(cost, quantity) == sum(part["cost"][quantity] for part in told["parts"])
    assert told["name"] == name
    assert len(told["block_widths"]) == sum(part["depth"] or 0 for part in told["parts"])
    assert ns.Architecture.from_dict(told["architecture"]) == zoo.find(name).architecture


@pytest.mark.parametrize("name", ["RegNetY-400MF", "ReXNet-x1.0", "EfficientNet-B0", "ResNet-50"])
def test_the_table_is_the_networks(name: str) -> None:
    """Widths, groups, kernels, strides and sizes are those of the built network's convolutions."""
    import torch

    network = ns.create_model(name).eval()
    parts = [part for part in info_json(name)[0]["parts"] if part["label"].startswith("stage")]
    x = network.stem(torch.zeros(1, 3, 224, 224))
    for part, stage in zip(parts, network.stages, strict=True):
        x = stage(x)
        assert list(x.shape[1:]) == [part["width"], part["resolution"], part["resolution"]]
        assert len(stage) == part["depth"]
        spatial = next(c for b in [stage[-1]] for n, c in b.named_modules() if n in ("b.conv", "spatial.conv"))
        assert spatial.out_channels == part["inner_width"]
        assert spatial.in_channels // spatial.groups == part["group_width"]
        assert spatial.kernel_size[0] == part["kernel"]
        squeeze = dict(stage[-1].named_modules()).get("se.squeeze")
        assert (squeeze.out_channels if squeeze else 0) == part["se_width"]


def test_several_networks_and_a_figure(tmp_path: Path) -> None:
    said = info("regnetx_002", "RegNetY-200MF", "--plot", tmp_path / "widths.svg")
    assert f"figure: {tmp_path / 'widths.svg'}" in said
    drawn = (tmp_path / "widths.svg").read_text(encoding="utf-8")
    assert "RegNetX-200MF" in drawn
    assert "RegNetY-200MF" in drawn
    assert said.count("flops: multiply-adds") == 1


def test_files_of_architectures(tmp_path: Path) -> None:
    architecture = ns.anynet(depths=[1, 2], widths=[16, 32], group_widths=8, image_size=32)
    (tmp_path / "mine.json").write_text(architecture.to_json(), encoding="utf-8")
    (told,) = info_json(tmp_path / "mine.json")
    assert told["name"] == "mine"
    assert told["params"] == ns.complexity(architecture).params
    assert told["regnet"] is None
    best = [
        {"population": "a", "index": i, "error": 9.5, "architecture": json.loads(architecture.to_json())}
        for i in (3, 7)
    ]
    (tmp_path / "best.json").write_text(json.dumps(best), encoding="utf-8")
    assert [(each["name"], each["error"]) for each in info_json(tmp_path / "best.json")] == [("a:3", 9.5), ("a:7", 9.5)]
    assert "error: 9.50 % (best.json, on its validation split)" in info(tmp_path / "best.json")


def test_saved_models(tmp_path: Path) -> None:
    folder = save_pretrained(ns.create_model("regnetx_002"), tmp_path / "saved", name="birds")
    assert [each["name"] for each in info_json(folder)] == ["birds"]


def test_networks_of_a_study(tmp_path: Path) -> None:
    study = ns.Study(str(tmp_path / "study.db"))
    population = plan("a", 3)
    study.store.create(population)
    study.store.assign("a", **TRAINING)
    study.store.add("a", 1, complete(12.5))
    where = ("--study", str(tmp_path / "study.db"))
    trained, pending = info_json("a:1", "a:2", *where)
    assert trained["error"] == 12.5
    assert trained["regnet"]["w_0"] == population.parameters["initial_width"][1]
    assert trained["architecture"] == json.loads(population.architectures[1].to_json())
    assert pending["error"] is None
    assert pending["flops"] == population.complexity.flops[2]
    assert "error: 12.50 %" in info("a:1", *where)
    with pytest.raises(StoreError):
        info("a:9", *where)


@pytest.mark.slow
def test_networks_of_timm() -> None:
    peer("timm")
    (told,) = info_json("timm:mnasnet_100")
    assert told["flops"] == ns.complexity(ns.get_architecture("timm:mnasnet_100")).flops
    assert told["block_widths"] == []
    with pytest.raises(AnalysisError, match="timm:mnasnet_100 has no blocks to draw"):
        info("timm:mnasnet_100", "--plot", "widths.png")


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("regnetx_005", "no network is called 'regnetx_005': the nearest are"),
        ("none.json", "there is no file 'none.json'"),
        ("bad.json", "cannot read a network from .*bad.json': Expecting"),
        ("empty.json", "cannot read a network from .*an architecture needs a list 'stages'"),
        ("text.json", "cannot read a network from .*an architecture is a JSON object"),
    ],
)
def test_mistakes_are_named(name: str, says: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for file, text in (("bad", "{"), ("empty", "{}"), ("text", "3")):
        Path(f"{file}.json").write_text(text, encoding="utf-8")
    with pytest.raises(ArchitectureError, match=says):
        info(name)


ALONE = """
import sys
from netspace.cli.app import app
try:
    app(standalone_mode=False)
finally:
    assert "torch" not in sys.modules
"""


@pytest.mark.parametrize("encoding", ["utf-8", "ascii"])
def test_any_terminal_and_no_torch(encoding: str) -> None:
    environment = os.environ | {"PYTHONIOENCODING": encoding, "PYTHONPATH": os.pathsep.join(sys.path)}
    command = [sys.executable, "-c", ALONE, "info", "regnetx_002"]
    done = subprocess.run(command, env=environment, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr
    said = done.stdout.decode(encoding)
    assert ("368 |" if encoding == "ascii" else "368 │") in said


def test_help_has_an_example() -> None:
    assert "Example: netspace info RegNetX-400MF" in CliRunner().invoke(app, ["info", "--help"]).output

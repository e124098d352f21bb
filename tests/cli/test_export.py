"""``netspace export`` as a user types it."""

import json
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import pytest
import torch

from netspace.families import anynet
from netspace.networks import build, create_model
from netspace.networks.hub import save_pretrained
from netspace.random import derive_seed
from netspace.study import Study
from netspace.training.loop import network_seed
from tests.cli.test_cli import netspace
from tests.export.test_folding import trained


def logits(file: Path, images: torch.Tensor) -> np.ndarray:
    session = onnxruntime.InferenceSession(file, providers=["CPUExecutionProvider"])
    return session.run(["logits"], {"images": images.numpy()})[0]


@pytest.mark.slow
def test_a_named_network_with_a_checkpoint(tmp_path: Path) -> None:
    network = trained(create_model("regnetx_002", seed=3))
    torch.save(network.state_dict(), tmp_path / "weights.pth")
    words = ["regnetx_002", "--onnx", "made/x.onnx", "--weights", "weights.pth", "--image-size", "64"]
    done = netspace("export", *words, cwd=tmp_path)
    assert "regnetx_002: netspace checkpoint" in done.stdout
    assert "differs from eager by at most" in done.stdout
    assert "rounds in turns" in done.stdout
    images = torch.randn(3, 3, 64, 64)
    with torch.no_grad():
        wanted = network(images).numpy()
    np.testing.assert_allclose(
        logits(tmp_path / "made" / "x.onnx", images), wanted, rtol=1e-4, atol=1e-5 * np.abs(wanted).max()
    )
    assert "torch.onnx" not in done.stdout + done.stderr
    card = (tmp_path / "made" / "x.md").read_text(encoding="utf-8")
    assert "# regnetx_002" in card
    assert "flops (multiply-adds)" in card
    assert "rounds in turns" in card


@pytest.mark.slow
def test_a_network_of_a_study_has_the_weights_of_its_seed(tmp_path: Path) -> None:
    architectures = [
        anynet(depths=[1], widths=[width], image_size=16, in_channels=1, num_classes=3, stem="cifar")
        for width in (8, 16)
    ]
    Study(f"sqlite:///{tmp_path / 'study.db'}").add(architectures, name="mine")
    done = netspace("export", "mine:1", "--onnx", "x.onnx", "--study", "study.db", "--no-latency", cwd=tmp_path)
    assert "a study keeps no weights" in done.stdout
    assert "learned nothing" in done.stdout
    assert "eager 0" not in done.stdout
    seed = derive_seed(network_seed(0, architectures[1]), "weights")
    images = torch.randn(2, 1, 16, 16)
    with torch.no_grad():
        wanted = build(architectures[1], seed=seed).eval()(images).numpy()
    np.testing.assert_allclose(logits(tmp_path / "x.onnx", images), wanted, rtol=1e-4, atol=1e-5 * np.abs(wanted).max())
    told = {each.key: each.value for each in onnx.load(tmp_path / "x.onnx").metadata_props}
    assert told["name"] == "mine:1"
    assert json.loads(told["architecture"])["num_classes"] == 3


@pytest.mark.slow
def test_a_saved_model(tmp_path: Path) -> None:
    network = trained(build(anynet(depths=[1], widths=[8], image_size=16, num_classes=3), seed=0))
    save_pretrained(network, tmp_path / "saved", name="mine", preprocessing={"mean": [0.5, 0.5, 0.5]})
    done = netspace("export", "saved", "--onnx", "x.onnx", "--no-latency", cwd=tmp_path)
    assert "mine: the weights saved in saved" in done.stdout
    told = {each.key: each.value for each in onnx.load(tmp_path / "x.onnx").metadata_props}
    assert json.loads(told["preprocessing"])["mean"] == [0.5, 0.5, 0.5]
    images = torch.randn(2, 3, 16, 16)
    with torch.no_grad():
        wanted = network(images).numpy()
    np.testing.assert_allclose(logits(tmp_path / "x.onnx", images), wanted, rtol=1e-4, atol=1e-5 * np.abs(wanted).max())
    card = (tmp_path / "saved" / "README.md").read_text(encoding="utf-8")
    assert card.count("## ONNX") == 1
    netspace("export", "saved", "--onnx", "x.onnx", "--no-latency", cwd=tmp_path)
    assert (tmp_path / "saved" / "README.md").read_text(encoding="utf-8") == card


@pytest.mark.slow
@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["regnetx_02", "--onnx", "x.onnx"], "no network is called 'regnetx_02'"),
        (["mine:0", "--onnx", "x.onnx"], "study.db"),
        (["regnetx_002"], "Missing option"),
        (["regnetx_002", "--onnx", "x.pb"], "ends in .onnx"),
        (["regnetx_002", "--onnx", "x.onnx", "--weights", "none.pth"], "none.pth"),
    ],
)
def test_mistakes_get_a_message_and_no_file(tmp_path: Path, words: list[str], message: str) -> None:
    done = netspace("export", *words, cwd=tmp_path, check=False)
    assert done.returncode in (1, 2)
    assert message in " ".join(done.stderr.split())
    assert not list(tmp_path.iterdir())


def test_help_has_an_example(tmp_path: Path) -> None:
    assert "Example: netspace export" in netspace("export", "--help", cwd=tmp_path).stdout

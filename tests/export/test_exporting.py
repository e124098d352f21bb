"""Real exports: the file, what it carries, and that it is written whole or not at all."""

import json
import sys
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import pytest
import torch
from torch import nn

from netspace.architecture import Architecture
from netspace.export import ExportError, ExportReport, export_onnx, exporting, graph
from netspace.families import anynet
from netspace.networks import build, create_model
from tests.export.test_folding import SMALL, trained


@pytest.fixture(scope="module")
def exported(tmp_path_factory) -> tuple[nn.Module, ExportReport]:
    network = trained(build(SMALL, seed=0)).train()
    folder = tmp_path_factory.mktemp("exported")
    return network, export_onnx(
        network, folder / "made" / "small.onnx", name="small", preprocessing={"mean": [0.5]}, seconds=0.2, threads=1
    )


@pytest.mark.slow
def test_the_file_computes_what_the_network_does_for_any_batch(exported) -> None:
    network, report = exported
    session = onnxruntime.InferenceSession(report.path, providers=["CPUExecutionProvider"])
    for batch in (1, 3, 8):
        images = torch.randn(batch, 3, 16, 16)
        (logits,) = session.run(["logits"], {"images": images.numpy()})
        with torch.no_grad():
            wanted = network.eval()(images).numpy()
        np.testing.assert_allclose(logits, wanted, rtol=1e-4, atol=1e-5 * np.abs(wanted).max())


def test_the_graph_has_no_batch_norm_and_no_path_of_this_machine(exported) -> None:
    _, report = exported
    proto = onnx.load(report.path)
    onnx.checker.check_model(proto, full_check=True)
    kinds = {node.op_type for node in proto.graph.node}
    assert "Conv" in kinds
    assert "BatchNormalization" not in kinds
    assert report.batch_norms == 0
    assert str(Path(__file__).parents[2]).encode() not in report.path.read_bytes()
    assert b"site-packages" not in report.path.read_bytes()
    assert proto.graph.input[0].type.tensor_type.shape.dim[0].dim_param == "batch"


def test_the_file_tells_of_the_network(exported) -> None:
    network, report = exported
    told = {each.key: each.value for each in onnx.load(report.path).metadata_props}
    assert told["name"] == "small"
    assert Architecture.from_json(told["architecture"]) == network.architecture
    assert json.loads(told["preprocessing"]) == {"mean": [0.5]}
    assert json.loads(told["image_shape"]) == [3, 16, 16]


def test_the_network_stays_as_it_is(exported) -> None:
    network, _ = exported
    fresh = trained(build(SMALL, seed=0))
    assert all(
        torch.equal(a, b) for a, b in zip(network.state_dict().values(), fresh.state_dict().values(), strict=True)
    )


def test_the_report_says_how_exact_and_how_fast(exported) -> None:
    _, report = exported
    assert report.relative <= report.tolerance
    assert {each.batch for each in report.agreements} == {1, 2, 5}
    assert report.graph.opset >= 18
    assert report.graph.bytes == report.path.stat().st_size
    assert report.speed is not None
    assert report.speed.rounds >= 6
    assert report.speed.threads == 1
    assert report.speed.ratio.low <= report.speed.ratio.median <= report.speed.ratio.high


def test_the_model_card_section_holds_it_all(exported) -> None:
    _, report = exported
    section = report.to_markdown()
    assert section.startswith("## ONNX\n")
    assert section.count("\n| ") == 1 + len(report.agreements)
    assert "batch norms folded" in section
    assert "onnxruntime" in section
    assert f"torch {torch.__version__}" in section
    assert "rounds in turns" in section
    assert str(report.path.parent) not in section


@pytest.mark.slow
def test_another_image_size_is_written_down(tmp_path: Path) -> None:
    report = export_onnx(build(SMALL, seed=0), tmp_path / "a.onnx", image_size=24, seconds=0)
    assert report.shape == (3, 24, 24)
    assert report.speed is None
    told = {each.key: each.value for each in onnx.load(report.path).metadata_props}
    assert json.loads(told["architecture"])["image_size"] == 24


@pytest.mark.slow
def test_backbones_give_all_their_features(tmp_path: Path) -> None:
    backbone = create_model("RegNetX-200MF", features_only=True, out_indices=(1, 2), seed=0)
    report = export_onnx(backbone, tmp_path / "a.onnx", image_size=32, seconds=0)
    session = onnxruntime.InferenceSession(report.path, providers=["CPUExecutionProvider"])
    assert [each.name for each in session.get_outputs()] == ["features_0", "features_1"]
    shapes = [each.shape for each in session.run(None, {"images": np.zeros((3, 3, 32, 32), np.float32)})]
    assert shapes == [(3, 24, 8, 8), (3, 56, 4, 4)]


@pytest.mark.slow
def test_modules_of_any_origin(tmp_path: Path) -> None:
    module = nn.Sequential(nn.Conv2d(1, 4, 3), nn.BatchNorm2d(4), nn.ReLU(), nn.Flatten(), nn.Linear(144, 2))
    report = export_onnx(module, tmp_path / "a.onnx", image_size=8, seconds=0)
    assert report.shape == (1, 8, 8)
    assert report.name == "Sequential"
    with pytest.raises(ExportError, match="image_size=224"):
        export_onnx(module, tmp_path / "b.onnx")


def test_batch_norms_without_a_convolution_are_counted(tmp_path: Path) -> None:
    module = nn.Sequential(nn.ReLU(), nn.BatchNorm2d(3), nn.ReLU(), nn.Conv2d(3, 4, 1), nn.Flatten())
    report = export_onnx(trained(module), tmp_path / "a.onnx", image_size=4, seconds=0)
    assert report.batch_norms == 1
    assert "1 batch norms left" in str(report)


def break_weights(proto) -> None:
    """Scales the first weights of a graph."""
    weights = proto.graph.initializer[0]
    values = onnx.numpy_helper.to_array(weights) * 1.5
    weights.CopyFrom(onnx.numpy_helper.from_array(values.astype(np.float32), weights.name))


@pytest.mark.slow
def test_a_graph_that_differs_is_an_error_and_leaves_no_file(tmp_path: Path, monkeypatch) -> None:
    real = graph._trace

    def wrong(*arguments):
        proto = real(*arguments)
        break_weights(proto)
        return proto

    monkeypatch.setattr(graph, "_trace", wrong)
    (tmp_path / "a.onnx").write_bytes(b"an older export")
    with pytest.raises(ExportError, match=r"differs from the network by .* allowed is 1e-04: no file was written"):
        export_onnx(trained(build(SMALL, seed=0)), tmp_path / "a.onnx", seconds=0)
    assert [(each.name, each.read_bytes()) for each in tmp_path.iterdir()] == [("a.onnx", b"an older export")]


@pytest.mark.slow
def test_a_stop_on_the_way_leaves_no_file(tmp_path: Path, monkeypatch) -> None:
    def stop(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(exporting, "_require_agreement", stop)
    with pytest.raises(KeyboardInterrupt):
        export_onnx(build(SMALL, seed=0), tmp_path / "a.onnx", seconds=0)
    assert not list(tmp_path.iterdir())


class Looking(nn.Module):
    """Decides by its images, which a graph cannot."""

    def __init__(self) -> None:
        super().__init__()
        self.layer = nn.Conv2d(3, 4, 1)

    def forward(self, x):
        return self.layer(x) if x.sum() > 0 else self.layer(-x)


class Mapped(nn.Conv2d):
    """Gives a mapping."""

    def forward(self, x):
        return {"out": super().forward(x)}


@pytest.mark.parametrize(
    ("network", "name", "says"),
    [
        (build(SMALL, seed=0), "a.pb", "ends in .onnx"),
        (build(SMALL, seed=0), "/dev/null/a.onnx", "cannot write"),
        (nn.Sequential(nn.Linear(3, 4)), "a.onnx", "does not run on images"),
        (Mapped(3, 4, 1), "a.onnx", "not a tensor or a list"),
        (Looking(), "a.onnx", "cannot export this network to ONNX"),
    ],
)
def test_mistakes_are_said(tmp_path: Path, network: nn.Module, name: str, says: str) -> None:
    with pytest.raises(ExportError, match=says):
        export_onnx(network, tmp_path / name, image_size=16, seconds=0)
    assert not list(tmp_path.iterdir())


def test_more_weights_than_a_file_holds_are_refused(tmp_path: Path) -> None:
    with torch.device("meta"):
        large = build(anynet(depths=[1], widths=[16], num_classes=40_000_000, image_size=8))
    with pytest.raises(ExportError, match=r"2\.7 GB.*holds less than 2 GB"):
        graph.write_graph(large, tmp_path / "a.onnx", (3, 8, 8), outputs=["logits"], properties={})


@pytest.mark.parametrize("library", ["onnx", "onnxscript", "onnxruntime"])
def test_a_missing_extra_is_named(tmp_path: Path, monkeypatch, library: str) -> None:
    monkeypatch.setitem(sys.modules, library, None)
    with pytest.raises(ExportError, match=rf'needs {library}.*pip install "netspace\[export\]"'):
        export_onnx(build(SMALL, seed=0), tmp_path / "a.onnx")


def test_a_device_that_onnxruntime_lacks_is_named(exported) -> None:
    if "CUDAExecutionProvider" in onnxruntime.get_available_providers():
        pytest.skip("this onnxruntime computes on GPUs")
    with pytest.raises(ExportError, match="pip install onnxruntime-gpu"):
        graph.open_session(exported[1].path, threads=1, device="cuda")


@pytest.mark.slow
@pytest.mark.parametrize(
    "name",
    [
        "RegNetX-400MF",
        "RegNetY-400MF",
        "ReXNet-x1.0",
        "ReXNet-lite-x1.0",
        "EfficientNet-B0",
        "EfficientNet-B0-TF",
        "MobileNetV2",
        "MobileNetV1",
        "ResNet-50",
        "RegNetZ-500MF",
        "RegNetY-4.0GF-GN",
    ],
)
def test_families_of_the_zoo_export(tmp_path: Path, name: str) -> None:
    report = export_onnx(trained(create_model(name, seed=0)), tmp_path / "a.onnx", image_size=64, seconds=0)
    assert report.batch_norms == 0
    assert report.relative < 5e-5

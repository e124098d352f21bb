"""Real timings of small networks: tests look at what a row says, never at how fast it was."""

import pytest
import torch
from torch import nn

from netspace.complexity import complexity
from netspace.errors import ArchitectureError, RecipeError
from netspace.export import ExportError
from netspace.families import anynet
from netspace.latency import LatencyError, measure
from netspace.latency.measuring import timed_calls
from netspace.networks import build, create_model

SMALL = anynet(depths=[1], widths=[16], group_widths=8, image_size=16, num_classes=5, block="y")
QUICK = {"device": "cpu", "seconds": 0.02, "memory": False}


def test_a_network_gives_a_row_with_all_that_changed_it() -> None:
    row = measure(
        build(SMALL, seed=0), **QUICK, batch=3, threads=1, dtype="float32", layout="channels_last", name="small"
    )
    cost = complexity(SMALL)
    assert (row.flops, row.params, row.acts) == (cost.flops, cost.params, cost.acts)
    assert (row.name, row.device, row.batch, row.threads, row.image_size) == ("small", "cpu", 3, 1, 16)
    assert (row.backend, row.dtype, row.layout, row.failure) == ("eager", "float32", "channels_last", None)
    assert row.calls >= 10
    assert 0 < row.low_ms <= row.median_ms <= row.high_ms
    assert row.images_per_second == pytest.approx(3e3 / row.median_ms)
    assert row.versions["torch"] == torch.__version__
    assert row.processor


@pytest.mark.slow
def test_a_name_gives_its_family_and_size() -> None:
    row = measure("regnetx_002", **QUICK, image_size=32, layout="contiguous")
    assert (row.name, row.family, row.image_size) == ("RegNetX-200MF", "RegNetX", 32)
    assert row.flops < complexity(create_model("regnetx_002").architecture).flops / 40


def test_layout_and_dtype_are_chosen_and_said() -> None:
    row = measure(build(SMALL, seed=0), **QUICK, dtype="auto")
    assert row.dtype in ("float32", "bfloat16")
    assert row.layout in ("contiguous", "channels_last")


def test_the_network_and_torch_stay_as_they_are() -> None:
    network = build(SMALL, seed=0).train()
    before, threads = network.stem.conv.weight.clone(), torch.get_num_threads()
    benchmark = torch.backends.cudnn.benchmark
    measure(network, **QUICK, dtype="bfloat16", layout="channels_last", threads=1)
    assert network.training
    assert network.stem.conv.weight.dtype == torch.float32
    assert network.stem.conv.weight.is_contiguous()
    assert network.stem.conv.weight.requires_grad
    assert torch.equal(network.stem.conv.weight, before)
    assert (torch.get_num_threads(), torch.backends.cudnn.benchmark) == (threads, benchmark)
    assert torch.is_grad_enabled()
    assert not torch.is_inference_mode_enabled()


class Watching(nn.Module):
    """Notes in which state it is called."""

    def __init__(self) -> None:
        super().__init__()
        self.layer = nn.Conv2d(1, 4, 3)
        self.seen: list[tuple[object, ...]] = SEEN

    def forward(self, x):
        threads = torch.get_num_threads()
        is_last = x.is_contiguous(memory_format=torch.channels_last)
        SEEN.append((self.training, torch.is_inference_mode_enabled(), x.dtype, tuple(x.shape), is_last, threads))
        return self.layer(x)


SEEN: list[tuple[object, ...]] = []


def test_modules_of_any_origin_run_as_asked() -> None:
    SEEN.clear()
    row = measure(Watching(), **QUICK, image_size=8, batch=2, dtype="bfloat16", layout="channels_last", threads=1)
    assert row.failure is None
    assert row.name == "Watching"
    assert row.params == 40
    assert row.flops == 36 * 4 * (9 + 1)
    counted, *timed = SEEN
    assert counted[3] == (1, 1, 8, 8)
    assert set(timed) == {(False, True, torch.bfloat16, (2, 1, 8, 8), True, 1)}


def test_calls_end_when_the_median_is_known_or_the_time_is_up() -> None:
    assert len(timed_calls(lambda: None, 0)) == 10
    assert len(timed_calls(lambda: None, 0.05)) >= 50


class Failing(nn.Module):
    """Runs once, to be counted, and not again."""

    def __init__(self, error: Exception) -> None:
        super().__init__()
        self.layer, self.error = nn.Conv2d(3, 4, 1), error

    def forward(self, x):
        if len(x) > 1:
            raise self.error
        return self.layer(x)


@pytest.mark.parametrize(
    ("error", "says"),
    [
        (RuntimeError("a layer that does not fit\nand more"), "RuntimeError: a layer that does not fit"),
        (torch.OutOfMemoryError("CUDA out of memory"), "out of memory: OutOfMemoryError: CUDA out of memory"),
    ],
)
def test_a_network_that_fails_is_a_row_with_its_reason(error: Exception, says: str) -> None:
    row = measure(Failing(error), **QUICK, image_size=8, batch=2)
    assert row.failure == says
    assert (row.median_ms, row.images_per_second, row.memory_mb, row.calls) == (None, None, None, 0)
    assert row.params == 16


def test_more_images_than_memory_is_a_failure() -> None:
    row = measure(build(SMALL, seed=0), **QUICK, batch=10**12)
    assert row.failure is not None
    assert row.failure.startswith("out of memory: ")
    assert row.flops == complexity(SMALL).flops


def test_a_module_that_does_not_run_is_a_failure_without_numbers() -> None:
    row = measure(nn.Sequential(nn.Conv2d(3, 4, 3), nn.Linear(7, 2)), **QUICK, image_size=8)
    assert "shapes cannot be multiplied" in str(row.failure)
    assert (row.flops, row.params, row.acts) == (None, None, None)


@pytest.mark.parametrize(
    ("options", "kind", "says"),
    [
        ({"device": "quantum"}, RecipeError, "device 'quantum' cannot be used here"),
        ({"backend": "tensorrt"}, LatencyError, "choose one of eager, compile, onnxruntime"),
        ({"dtype": "int8"}, LatencyError, "choose auto or one of float32"),
        ({"layout": "NHWC"}, LatencyError, "choose one of contiguous, channels_last"),
        ({"batch": 0}, LatencyError, "batch 0 cannot be: give a whole number of at least 1"),
        ({"batch": True}, LatencyError, "batch True"),
        ({"threads": 10**6}, LatencyError, "threads 1000000 cannot be: give a whole number from 1 to"),
        ({"seconds": 0}, LatencyError, "seconds 0 is no time"),
        ({"seconds": float("nan")}, LatencyError, "seconds nan"),
        ({"backend": "onnxruntime", "dtype": "bfloat16"}, LatencyError, "computes in float32.*not in bfloat16"),
        ({"backend": "onnxruntime", "layout": "channels_last"}, LatencyError, "layout of its own"),
        ({"image_size": 0}, ExportError, "image_size"),
    ],
)
def test_mistakes_are_said(options: dict[str, object], kind: type[Exception], says: str) -> None:
    module = nn.Sequential(nn.Conv2d(3, 4, 3))
    with pytest.raises(kind, match=says):
        measure(module, **QUICK | {"image_size": 8} | options)


def test_unknown_names_are_said() -> None:
    with pytest.raises(ArchitectureError, match="no network is called 'regnetq_002'"):
        measure("regnetq_002", **QUICK)


def test_no_compiler_is_said(monkeypatch) -> None:
    monkeypatch.setenv("PATH", "")
    with pytest.raises(LatencyError, match=r"needs a C\+\+ compiler.*take the backend 'eager'"):
        measure(build(SMALL, seed=0), **QUICK, backend="compile")


@pytest.mark.slow
def test_onnxruntime_runs_the_folded_network() -> None:
    row = measure(build(SMALL, seed=0), **QUICK, backend="onnxruntime", batch=2)
    assert row.failure is None
    assert row.calls >= 10
    assert (row.dtype, row.layout) == ("float32", "contiguous")
    assert "onnxruntime" in row.versions


@pytest.mark.slow
# What inductor loads when it is first used still has functions that torch itself calls deprecated.
@pytest.mark.filterwarnings("ignore:`torch.jit.script_method` is deprecated:DeprecationWarning")
def test_compiled_networks_run() -> None:
    row = measure(build(SMALL, seed=0), **QUICK | {"memory": True}, backend="compile", layout="contiguous")
    assert row.failure is None
    assert row.calls >= 10
    assert row.memory_mb is None

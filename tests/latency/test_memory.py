"""Memory in a process of its own: of modules, of graphs, and where it cannot be known."""

from pathlib import Path

import pytest
import torch
from torch import nn

from netspace.export.graph import write_graph
from netspace.latency import measure
from netspace.latency.memory import graph_memory, module_memory
from netspace.latency.memory_process import peak

MB = 1_000_000
WEIGHTS = 100 * MB  # bytes of the linear layer below


def large() -> nn.Module:
    with torch.no_grad():
        return nn.Sequential(nn.Conv2d(3, 4, 1), nn.Flatten(), nn.Linear(4 * 16 * 16, WEIGHTS // 4096)).eval()


def test_the_peak_stays_when_memory_is_given_back() -> None:
    block = torch.ones(50 * MB)  # 200 MB, every page of it written
    held = peak()
    assert held >= block.numel() * 4
    del block
    assert peak() >= 0.99 * held  # the system counts pages in batches for each thread


@pytest.mark.slow
def test_weights_and_activations_count() -> None:
    images = torch.zeros(1, 3, 16, 16)
    weights = module_memory(large(), images, 1)
    assert weights is not None
    assert 100 <= weights <= 150
    # Images and outputs of 66 MB each, and what oneDNN may copy of both into blocks
    activations = module_memory(nn.Conv2d(16, 16, 1), torch.zeros(4000, 16, 16, 16), 1)
    assert activations is not None
    assert 130 <= activations <= 300


@pytest.mark.slow
def test_a_large_process_does_not_hide_what_a_small_network_takes() -> None:
    """Linux hands the peak of the process that starts another on to it, in ru_maxrss."""
    block = torch.ones(200 * MB)
    assert peak() > 800 * MB
    weights = module_memory(large(), torch.zeros(1, 3, 16, 16), 1)
    assert weights is not None
    assert 100 <= weights <= 150
    del block


@pytest.mark.slow
def test_graphs_are_measured_too(tmp_path: Path) -> None:
    file, images = tmp_path / "large.onnx", torch.zeros(2, 3, 16, 16)
    write_graph(large(), file, images.shape[1:], outputs=["y"], properties={})
    taken = graph_memory(file, images, 1)
    assert taken is not None
    assert 100 <= taken <= 500


def test_modules_that_cannot_be_written_have_no_number() -> None:
    network = nn.Conv2d(3, 4, 1)
    network.note = lambda: None
    assert module_memory(network, torch.zeros(1, 3, 8, 8), 1) is None


@pytest.mark.slow
def test_what_dies_has_no_number(tmp_path: Path) -> None:
    (tmp_path / "a.onnx").write_bytes(b"no graph")
    assert graph_memory(tmp_path / "a.onnx", torch.zeros(1, 3, 8, 8), 1) is None


@pytest.mark.slow
def test_rows_have_it() -> None:
    row = measure(large(), device="cpu", dtype="float32", seconds=0.02, image_size=16, layout="contiguous")
    assert row.failure is None
    assert row.memory_mb is not None
    assert 100 <= row.memory_mb <= 150

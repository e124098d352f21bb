"""Ways to run a network: eager torch, compiled by torch, or exported and run by onnxruntime."""

import copy
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from netspace.export.agreement import as_tensors
from netspace.export.graph import INPUT, write_graph
from netspace.latency.setting import DTYPES, LAYOUTS, Precision

Run = Callable[[], Any]
"""Computes one batch, and returns when that is done."""


@torch.inference_mode(False)
def place(network: nn.Module, images_NCHW: Tensor, device: str, precision: Precision) -> tuple[nn.Module, Tensor]:
    """Gives copies of a network, in evaluation mode, and of its images, on a device and in a precision."""
    dtype, layout = DTYPES[precision.dtype], LAYOUTS[precision.layout]
    placed: nn.Module = copy.deepcopy(network).eval().to(device, dtype).to(memory_format=layout)  # type: ignore[call-overload]
    return placed.requires_grad_(False), images_NCHW.to(device, dtype).contiguous(memory_format=layout)


def eager_run(network: nn.Module, images_NCHW: Tensor) -> Run:
    """Gives a call of ``network`` as it is; on a GPU it ends when the GPU is done."""
    device = images_NCHW.device
    if device.type == "cpu":
        return lambda: network(images_NCHW)

    def run() -> None:
        network(images_NCHW)
        _synchronize(device)

    return run


def compiled_run(network: nn.Module, images_NCHW: Tensor) -> Run:
    """Gives a call of ``network`` compiled for just these images; the first call compiles."""
    # Networks of one class share one `forward`, of which torch compiles eight variants before it falls back to eager.
    torch.compiler.reset()
    return eager_run(torch.compile(network, dynamic=False), images_NCHW)  # type: ignore[arg-type]


@torch.inference_mode(False)
def write_for_onnxruntime(network: nn.Module, images_NCHW: Tensor, path: Path) -> None:
    """Writes the graph that `exported_run` needs a session of."""
    plain = copy.deepcopy(network).cpu().float().eval().requires_grad_(False)
    count = len(as_tensors(plain(images_NCHW[:1].clone())))
    write_graph(plain, path, images_NCHW.shape[1:], outputs=[f"output_{i}" for i in range(count)], properties={})


def exported_run(session: Any, images_NCHW: Tensor) -> Run:
    """Gives a call of an onnxruntime session; images and outputs stay on their device."""
    device = images_NCHW.device
    if device.type != "cpu":
        _synchronize(device)  # onnxruntime reads the images in a stream of its own
    binding = session.io_binding()
    where = (device.type, device.index or 0)
    binding.bind_input(INPUT, *where, np.float32, tuple(images_NCHW.shape), images_NCHW.data_ptr())
    for output in session.get_outputs():
        binding.bind_output(output.name, *where)

    def run(_kept: Tensor = images_NCHW) -> None:  # the binding knows the images' address, and does not keep them
        session.run_with_iobinding(binding)
        binding.synchronize_outputs()

    return run


def _synchronize(device: torch.device) -> None:
    """Waits until a device has done its work."""
    if device.type == "cuda":
        torch.cuda.synchronize(device)
    else:
        torch.accelerator.synchronize(device)

"""Timing one network: how long a batch takes, how much that varies, what memory it needs."""

import gc
import tempfile
import time
from dataclasses import asdict, replace
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn

from netspace.complexity import Complexity, complexity
from netspace.errors import LatencyError
from netspace.export.exporting import image_shape
from netspace.export.graph import open_session
from netspace.export.timing import median_interval, milliseconds
from netspace.latency.backends import Run, compiled_run, eager_run, exported_run, place, write_for_onnxruntime
from netspace.latency.choosing import choose
from netspace.latency.memory import graph_memory, module_memory
from netspace.latency.row import Latency
from netspace.latency.setting import Setting, applied, make_setting
from netspace.networks import count, create_model
from netspace.training.devices import processor_name
from netspace.training.loop import explain, versions
from netspace.zoo import find

SECONDS = 3.0
"""Time for the timed calls of one network, if none is given."""

CHOICE = 0.3
"""Time for choosing a layout and a dtype, as a part of that."""

WARM_UP = 0.2
"""Seconds of calls that are not timed, after three of them."""

FEWEST = 10
"""Calls timed at least."""

KNOWN = 0.005
"""The median is known when its 95 % interval reaches no farther than this part of it to either side."""

CHECK_EVERY = 50
"""Calls between looks at that interval."""


def measure(
    network: str | nn.Module,
    *,
    device: str = "auto",
    batch: int = 1,
    dtype: str = "auto",
    backend: str = "eager",
    layout: str | None = None,
    image_size: int | None = None,
    threads: int | None = None,
    seconds: float = SECONDS,
    memory: bool = True,
    name: str | None = None,
) -> Latency:
    """Times a network in evaluation and inference mode, on random images that are already on the device.

    Calls go on until ``seconds`` are over, at least ten, or end earlier when the median is known to half a percent. A
    network that fails, out of memory for example, gives a row with its ``failure``.

    Args:
        network: a name that `netspace.create_model` knows, built with initial weights; or a module that takes images
            (N, C, H, W). It is copied, not changed.
        device: ``"auto"`` (a GPU if there is one), ``"cpu"``, ``"cuda"``, ...
        batch: images of each call.
        dtype: ``"float32"``, ``"bfloat16"``, ``"float16"``, which weights and images are cast to; or ``"auto"``: the
            fastest in a short timing.
        backend: ``"eager"``; ``"compile"`` (``torch.compile``); ``"onnxruntime"`` (float32, batch norms folded).
        layout: ``"contiguous"`` or ``"channels_last"``; by default the faster in a short timing of eager calls.
            onnxruntime keeps its own.
        image_size: height and width, in pixels; a module that has no architecture needs it.
        threads: of this process; by default torch's.
        seconds: time for the timed calls; choosing and warming up come beside.
        memory: whether to measure it on the CPU, which takes a process of its own and some seconds. A compiled network
            has no number there, as the compiler's memory would hide it.
        name: what the row calls the network; by default its own name, or its class.

    Raises:
        ArchitectureError: the name is unknown.
        RecipeError: the device cannot be used.
        LatencyError: the backend, dtype, layout, batch, number of threads or time cannot be had.
        ExportError: a library is missing, or a module's images have no known size.

    Example:
        >>> import netspace as ns
        >>> network = ns.build(ns.anynet(depths=[1], widths=[16], image_size=32), seed=0)
        >>> row = measure(network, device="cpu", layout="contiguous", seconds=0.01, memory=False)
        >>> row.calls >= 10, row.low_ms <= row.median_ms <= row.high_ms, row.flops
        (True, True, 427624)
    """
    setting = make_setting(device=device, batch=batch, dtype=dtype, backend=backend, layout=layout, threads=threads)
    if not seconds > 0:
        raise LatencyError(f"seconds {seconds!r} is no time to measure in: give a positive number, such as 3")
    own_name, family = _names(network)
    module = create_model(network, image_size=image_size, seed=0) if isinstance(network, str) else network
    shape = image_shape(module, image_size)
    row = _blank(name or own_name, family, setting, shape[1])
    try:
        row = replace(row, **asdict(_complexity(module, shape)), depth=_depth(module))
        images = torch.randn(batch, *shape, generator=torch.Generator().manual_seed(0))
        with applied(setting):
            if backend == "onnxruntime":
                return _time_exported(row, module, images, setting, seconds, memory)
            return _time_module(row, module, images, setting, seconds, memory)
    except Exception as error:  # noqa: BLE001 whatever a network raises is that network's failure
        failure = explain(error)
        words = "out of memory: " if failure.reason == "out_of_memory" else ""
        return replace(row, failure=words + failure.message)
    finally:
        gc.collect()
        if setting.kind == "cuda":
            torch.cuda.empty_cache()


def timed_calls(run: Run, seconds: float) -> list[float]:
    """Gives the milliseconds of each call: at least ten, for ``seconds`` or until their median is known."""
    deadline = time.perf_counter() + seconds
    taken: list[float] = []
    while len(taken) < FEWEST or (time.perf_counter() < deadline and not _is_known(taken)):
        taken.append(milliseconds(run))
    return taken


def _is_known(taken: list[float]) -> bool:
    if len(taken) % CHECK_EVERY:
        return False
    median, low, high = median_interval(taken)
    return max(high - median, median - low) <= KNOWN * median


def _warm_up(run: Run) -> None:
    deadline = time.perf_counter() + WARM_UP
    for _ in range(3):
        run()
    while time.perf_counter() < deadline:
        run()


def _time_module(
    row: Latency, network: nn.Module, images: Tensor, setting: Setting, seconds: float, memory: bool
) -> Latency:
    precision = choose(network, images, setting, CHOICE * seconds)
    row = replace(row, **asdict(precision))
    is_cuda = setting.kind == "cuda"
    held = torch.cuda.memory_allocated() if is_cuda else 0
    placed, there = place(network, images, setting.device, precision)
    run = (compiled_run if setting.backend == "compile" else eager_run)(placed, there)
    _warm_up(run)
    if is_cuda:
        torch.cuda.reset_peak_memory_stats()  # trying out kernels took memory that computing does not
    row = _timed(row, timed_calls(run, seconds))
    if is_cuda:
        return replace(row, memory_mb=(torch.cuda.max_memory_allocated() - held) / 1e6)
    is_measured = memory and setting.kind == "cpu" and setting.backend == "eager"
    return replace(row, memory_mb=module_memory(placed, there, setting.threads)) if is_measured else row


def _time_exported(
    row: Latency, network: nn.Module, images: Tensor, setting: Setting, seconds: float, memory: bool
) -> Latency:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "network.onnx")
        write_for_onnxruntime(network, images, file)
        session = open_session(file, threads=setting.threads, device=setting.device)
        run = exported_run(session, images.to(setting.device))
        _warm_up(run)
        row = _timed(row, timed_calls(run, seconds))
        is_measured = memory and setting.kind == "cpu"
        return replace(row, memory_mb=graph_memory(file, images, setting.threads)) if is_measured else row


def _timed(row: Latency, taken: list[float]) -> Latency:
    low, median, high = np.percentile(taken, (10, 50, 90)).tolist()
    rate = 1e3 * row.batch / median
    return replace(row, median_ms=median, low_ms=low, high_ms=high, images_per_second=rate, calls=len(taken))


def _names(network: str | nn.Module) -> tuple[str, str]:
    """Gives a network's name and family."""
    if not isinstance(network, str):
        return type(network).__name__, ""
    if network.startswith("timm:"):
        return network, "timm"
    model = find(network)
    return model.name, model.family


def _complexity(network: nn.Module, shape: tuple[int, int, int]) -> Complexity:
    architecture = getattr(network, "architecture", None)
    if architecture is None:
        return count(network, shape[1], shape[0])
    return complexity(replace(architecture, image_size=shape[1]))


def _depth(network: nn.Module) -> int | None:
    """Gives the number of blocks; ``None``: not known."""
    architecture = getattr(network, "architecture", None)
    return getattr(architecture, "depth", None) or None


def _blank(name: str, family: str, setting: Setting, image_size: int) -> Latency:
    """Gives the row of a network that has not been timed."""
    is_cuda = setting.kind == "cuda"
    return Latency(
        name=name,
        family=family,
        device=setting.device,
        processor=torch.cuda.get_device_name(setting.device) if is_cuda else processor_name(),
        backend=setting.backend,
        batch=setting.batch,
        image_size=image_size,
        dtype=setting.precisions[0].dtype,
        layout=setting.precisions[0].layout,
        threads=setting.threads,
        median_ms=None,
        low_ms=None,
        high_ms=None,
        images_per_second=None,
        memory_mb=None,
        calls=0,
        flops=None,
        params=None,
        acts=None,
        versions=_versions(setting),
    )


def _versions(setting: Setting) -> dict[str, str]:
    known = versions()
    if setting.backend == "onnxruntime":
        import onnxruntime

        known["onnxruntime"] = onnxruntime.__version__
    if setting.kind == "cuda":
        known |= {"cuda": str(torch.version.cuda), "cudnn": str(torch.backends.cudnn.version())}  # type: ignore[no-untyped-call]
    return known

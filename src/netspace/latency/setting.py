"""Where and how networks are timed."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from os import environ
from typing import Any

import torch

from netspace.errors import LatencyError
from netspace.export.graph import require_onnx
from netspace.training.devices import available_cores, choose_device

BACKENDS = ("eager", "compile", "onnxruntime")
LAYOUTS = {"contiguous": torch.contiguous_format, "channels_last": torch.channels_last}
DTYPES = {"float32": torch.float32, "bfloat16": torch.bfloat16, "float16": torch.float16}


@dataclass(frozen=True)
class Precision:
    """How numbers are kept: the names of a dtype and of a memory layout."""

    dtype: str
    layout: str


@dataclass(frozen=True)
class Setting:
    """Where and how networks are timed, resolved and checked.

    Attributes:
        device: a torch device.
        batch: images of each call.
        backend: one of `BACKENDS`.
        threads: of this process.
        precisions: to choose from, by a timing where there are several.
    """

    device: str
    batch: int
    backend: str
    threads: int
    precisions: tuple[Precision, ...]

    @property
    def kind(self) -> str:
        """The kind of device: ``"cpu"``, ``"cuda"``, ..."""
        return torch.device(self.device).type


def make_setting(
    *,
    device: str = "auto",
    batch: int = 1,
    dtype: str = "auto",
    backend: str = "eager",
    layout: str | None = None,
    threads: int | None = None,
) -> Setting:
    """Resolves and checks where and how to time; see `netspace.latency.measure`.

    Raises:
        RecipeError: the device cannot be used.
        LatencyError: the backend, dtype, layout, batch or number of threads cannot be had.
        ExportError: onnxruntime, or what exports to it, is not installed.

    Example:
        >>> make_setting(device="cpu", dtype="float32", layout="contiguous").precisions
        (Precision(dtype='float32', layout='contiguous'),)
    """
    device = choose_device(device)
    _require_backend(backend, device)
    _require_count("batch", batch, None)
    if threads is not None:
        _require_count("threads", threads, available_cores())
    if dtype not in ("auto", *DTYPES):
        raise LatencyError(f"dtype {dtype!r} is unknown: choose auto or one of {', '.join(DTYPES)}")
    if layout is not None and layout not in LAYOUTS:
        raise LatencyError(
            f"layout {layout!r} is unknown: choose one of {', '.join(LAYOUTS)}, or none to have it timed"
        )
    precisions = _precisions(device, backend, dtype, layout)
    return Setting(device, batch, backend, threads or torch.get_num_threads(), precisions)


@contextmanager
def applied(setting: Setting) -> Iterator[None]:
    """Sets torch up for timing: threads, no gradients, the GPU as the current one, cuDNN's kernels chosen by timing."""
    threads, benchmark = torch.get_num_threads(), torch.backends.cudnn.benchmark
    torch.set_num_threads(setting.threads)
    torch.backends.cudnn.benchmark = True
    try:
        with torch.inference_mode(), torch.cuda.device(setting.device if setting.kind == "cuda" else -1):
            yield
    finally:
        torch.backends.cudnn.benchmark = benchmark
        torch.set_num_threads(threads)


def _require_backend(backend: str, device: str) -> None:
    if backend not in BACKENDS:
        raise LatencyError(f"backend {backend!r} is unknown: choose one of {', '.join(BACKENDS)}")
    if backend == "onnxruntime":
        require_onnx()
    if backend == "compile":
        _require_compiler(device)


def _require_compiler(device: str) -> None:
    if torch.device(device).type == "cpu":
        compiler = environ.get("CXX", "g++")
        if not (shutil.which(compiler) or shutil.which("clang++")):
            raise LatencyError(
                f"torch.compile needs a C++ compiler for the CPU, and there is no {compiler!r} on the PATH: install "
                "one (Debian: apt install g++), or take the backend 'eager'"
            )
    elif find_spec("triton") is None:
        raise LatencyError(
            f"torch.compile needs triton for {device!r}, which is not installed: install a torch that brings it, or "
            "take the backend 'eager'"
        )


def _require_count(word: str, value: Any, most: int | None) -> None:
    if not isinstance(value, int) or isinstance(value, bool) or value < 1 or (most and value > most):
        allowed = "of at least 1" if most is None else f"from 1 to {most}, the cores that this process may use"
        raise LatencyError(f"{word} {value!r} cannot be: give a whole number {allowed}")


def _precisions(device: str, backend: str, dtype: str, layout: str | None) -> tuple[Precision, ...]:
    if backend == "onnxruntime":
        if dtype not in ("auto", "float32") or layout == "channels_last":
            asked = " and ".join(each for each in (dtype, layout) if each)
            raise LatencyError(
                f"onnxruntime computes in float32 and in a layout of its own, not in {asked}: leave that out, or take "
                "the backend 'eager'"
            )
        return (Precision("float32", "contiguous"),)
    # CPUs compute float16 many times slower than float32: where one is tried out, that is most of the time.
    automatic = ("float32", "bfloat16") if torch.device(device).type == "cpu" else tuple(DTYPES)
    dtypes = automatic if dtype == "auto" else (dtype,)
    return tuple(Precision(each, way) for each in dtypes for way in ([layout] if layout else LAYOUTS))

"""Processors: which to use, what they are, and which memory layout is faster on them."""

import os
import platform
from functools import lru_cache
from pathlib import Path
from typing import Any

import torch

from netspace.errors import RecipeError


def choose_device(device: str = "auto") -> str:
    """Resolves ``"auto"`` to the GPU if there is one, else the CPU; checks any other name.

    Raises:
        RecipeError: torch has no such device here.
    """
    if not isinstance(device, str):
        raise RecipeError(f"device {device!r} is not a name such as 'auto', 'cpu' or 'cuda:0'")
    if device == "auto":
        return "cuda" if torch.cuda.is_available() else "cpu"
    try:
        torch.zeros(1, device=device).item()
    except (RuntimeError, AssertionError, TypeError, NotImplementedError) as error:
        reason = str(error).splitlines()[0]
        raise RecipeError(f"device {device!r} cannot be used here: {reason}\n  Use 'cpu', or 'auto'.") from None
    return device


def describe_device(device: str, threads: int | None = None) -> dict[str, Any]:
    """Gives what a record keeps of the processor: kind, name, threads (this process's, unless given)."""
    kind = torch.device(device).type
    name = torch.cuda.get_device_name(device) if kind == "cuda" else processor_name()
    return {"type": kind, "name": name, "threads": threads or torch.get_num_threads()}


def choose_layout(layout: str, device: str) -> str:
    """Resolves ``"auto"`` to the layout in which small fp32 networks train faster on that kind of processor.

    On CPUs that is channels_last (1.3 to 1.7 times in ``bench/training.py``); on GPUs, where grouped fp32
    convolutions of cuDNN can be many times slower in it, it is the contiguous one. Layouts differ by rounding, so
    the choice goes by the kind of device alone and is never timed anew: the same seed gives the same errors.
    """
    if layout != "auto":
        return layout
    return "channels_last" if torch.device(device).type == "cpu" else "contiguous"


@lru_cache
def processor_name() -> str:
    """Gives the processor's name as the system tells it."""
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.exists():
        for line in cpuinfo.read_text(encoding="utf-8", errors="replace").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()


def available_cores() -> int:
    """Counts the cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1

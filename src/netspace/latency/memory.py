"""Peak memory of a network on the CPU, measured in a process of its own.

In a process that has worked before, memory that was freed but not given back hides what a network takes.
"""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import torch
from torch import Tensor, nn

TIMEOUT = 600.0
"""Seconds after which a measurement is given up."""


def module_memory(network: nn.Module, images_NCHW: Tensor, threads: int) -> float | None:
    """Gives by how many MB (10^6 bytes) the resident memory of a fresh process grows to load and run a network.

    ``None`` where that cannot be known: the module cannot be written to a file, or another process cannot import it.
    """
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "network.pt")
        try:
            torch.save((network, images_NCHW), file)
        except Exception:  # noqa: BLE001 modules that cannot be pickled raise whatever they like
            return None
        return _measured(str(file), str(threads))


def graph_memory(file: Path, images_NCHW: Tensor, threads: int) -> float | None:
    """Gives the same of a graph in onnxruntime."""
    return _measured(str(file), str(threads), *map(str, images_NCHW.shape))


def _measured(*words: str) -> float | None:
    places = [place or str(Path.cwd()) for place in sys.path]
    try:
        done = subprocess.run(
            [sys.executable, "-m", "netspace.latency.memory_process", *words],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=TIMEOUT,
            env=os.environ | {"PYTHONPATH": os.pathsep.join(places), "PYTHONSAFEPATH": "1"},
            check=False,
        )
        return float(done.stdout) / 1e6
    except (subprocess.TimeoutExpired, ValueError):  # too slow; or without a number: killed, or not importable there
        return None

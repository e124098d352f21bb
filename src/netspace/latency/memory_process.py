"""The process that `netspace.latency.memory` starts: loads one network, runs it, prints by how many bytes it grew.

Usage: python -m netspace.latency.memory_process FILE THREADS [SIZES OF AN ONNX GRAPH'S IMAGES]
"""

import resource
import sys
from pathlib import Path

import torch
from torch import nn

from netspace.export.graph import open_session
from netspace.latency.backends import Run, eager_run, exported_run

CALLS = 3


def peak() -> int:
    """Gives the most memory that was resident in this process so far, in bytes."""
    status = Path("/proc/self/status")
    if status.exists():  # Linux, whose ru_maxrss goes on from that of the process that started this one
        lines = status.read_text(encoding="utf-8").splitlines()
        return 1024 * next(int(line.split()[1]) for line in lines if line.startswith("VmHWM:"))
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss  # macOS, in bytes


@torch.inference_mode()
def main(file: str, threads: str, *sizes: str) -> None:
    """Prints the growth."""
    torch.set_num_threads(int(threads))
    if sizes:
        import onnxruntime  # noqa: F401 (so that loading it does not count)
    nn.Sequential(nn.Conv2d(8, 8, 3), nn.ReLU(), nn.Flatten(), nn.Linear(7200, 8))(torch.zeros(1, 8, 32, 32))
    before = peak()
    run = _exported(file, int(threads), sizes) if sizes else _eager(file)
    for _ in range(CALLS):
        run()
    print(peak() - before)  # noqa: T201 (what the parent reads)


def _eager(file: str) -> Run:
    network, images = torch.load(file, weights_only=False)  # which the parent wrote a moment ago
    return eager_run(network, images)


def _exported(file: str, threads: int, sizes: tuple[str, ...]) -> Run:
    return exported_run(open_session(Path(file), threads=threads), torch.zeros([int(size) for size in sizes]))


if __name__ == "__main__":
    main(*sys.argv[1:])

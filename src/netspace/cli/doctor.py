"""``netspace doctor``: what this machine can do, and what is missing."""

import os
import platform
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import typer
from rich.table import Table

from netspace.cli.options import console


def add_to(app: typer.Typer) -> None:
    """Adds the verb."""
    app.command("doctor", epilog="Example: netspace doctor")(doctor)


def doctor() -> None:
    """Check Python, torch, processors, memory, data sets, workers and the store; exit with 1 if one is broken."""
    table = Table("", "what", "found", show_header=False)
    healthy = True
    for what, check in CHECKS:
        try:
            mark, found = "[green]ok[/]", check()
        except Exception as error:  # noqa: BLE001 a check that fails says why and lets the others go on
            mark, found, healthy = "[red]broken[/]", f"{type(error).__name__}: {error}", False
        table.add_row(mark, what, found)
    console.print(table)
    if not healthy:
        raise typer.Exit(1)


def _python() -> str:
    return f"Python {platform.python_version()} on {platform.system()} {platform.machine()}"


def _torch() -> str:
    import torch

    from netspace.training.devices import available_cores, processor_name

    gpus = [torch.cuda.get_device_name(i) for i in range(torch.cuda.device_count())]
    return (
        f"torch {torch.__version__}; {available_cores()} cores of {processor_name()}; GPUs: {', '.join(gpus) or 'none'}"
    )


def _speed() -> str:
    import torch

    from netspace.families import anynet
    from netspace.networks import build

    network = build(anynet(depths=[1, 1], widths=[32, 64], group_widths=8, image_size=32, stem="cifar"), seed=0)
    x = torch.zeros(64, 3, 32, 32)
    with torch.inference_mode():
        network(x)
        start = time.perf_counter()
        network(x)
    return f"{64 / (time.perf_counter() - start):,.0f} images/s through a small network"


def _data() -> str:
    from netspace.training.data import list_datasets, load_dataset

    builtin = load_dataset("builtin")
    return f"built-in {builtin.name} reads ({len(builtin.train.labels):,} images); known: {', '.join(list_datasets())}"


def _worker() -> str:
    start = time.perf_counter()
    command = [sys.executable, "-c", "import netspace.execution.worker, netspace.training.loop"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    if done.returncode:
        raise RuntimeError(done.stderr.strip()[-300:])
    return f"a worker process starts in {time.perf_counter() - start:.1f} s"


def _store() -> str:
    from netspace.populations import Store

    with tempfile.TemporaryDirectory() as folder:
        Store(str(Path(folder, "doctor.db"))).names()
    return f"a SQLite store can be made and read; this folder can{'' if os.access('.', os.W_OK) else 'not'} be written"


CHECKS: tuple[tuple[str, Callable[[], str]], ...] = (
    ("python", _python),
    ("torch", _torch),
    ("speed", _speed),
    ("data", _data),
    ("workers", _worker),
    ("store", _store),
)

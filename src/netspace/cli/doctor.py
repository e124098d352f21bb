"""``netspace doctor``: what this machine can do, and what is missing."""

import os
import platform
import shutil
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import typer
from rich.table import Table
from rich.text import Text

from netspace.cli.options import console
from netspace.errors import ExecutionError


def add_to(app: typer.Typer) -> None:
    """Adds the verb."""
    app.command("doctor", epilog="Example: netspace doctor")(doctor)


def doctor() -> None:
    """Check Python, torch, processors, memory, data sets, workers and the store; exit with 1 if one is broken."""
    table = Table("", "what", "found", show_header=False)
    healthy = True
    for what, check in CHECKS:
        try:
            mark, found = Text("ok", "green"), check()
        except Exception as error:  # noqa: BLE001 a check that fails says why and lets the others go on
            mark, found, healthy = Text("broken", "red"), f"{type(error).__name__}: {error}", False
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


def _memory() -> str:
    disk = f"{shutil.disk_usage('.').free / 2**30:.1f} GiB of disk free here"
    if "SC_AVPHYS_PAGES" not in os.sysconf_names:  # macOS
        return disk
    return f"{os.sysconf('SC_AVPHYS_PAGES') * os.sysconf('SC_PAGE_SIZE') / 2**30:.1f} GiB of memory free; {disk}"


def _study() -> str:
    """Trains one tiny network in a worker process and keeps it in a store: the whole path."""
    import numpy as np

    from netspace.families import anynet
    from netspace.spaces import Population
    from netspace.study import Study

    network = anynet(depths=[1], widths=[8], group_widths=8, stem="cifar", image_size=8, in_channels=1, num_classes=2)
    images, labels = np.zeros((20, 8, 8), np.uint8), np.arange(20) % 2
    start = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        study = Study(str(Path(folder, "doctor.db")))
        population = Population.from_architectures([network])
        records = study.train(population, name="doctor", data=(images, labels), workers=1, progress=False)
        study.store.close()
        failures = [record.outcome.failure for record in records.failures]
    if failures:
        raise ExecutionError(str(failures[0]))
    return f"a worker trained a network into a SQLite store in {time.perf_counter() - start:.1f} s"


def _folder() -> str:
    with tempfile.TemporaryFile(dir="."):
        return "this folder can be written"


CHECKS: tuple[tuple[str, Callable[[], str]], ...] = (
    ("python", _python),
    ("torch", _torch),
    ("speed", _speed),
    ("data", _data),
    ("memory and disk", _memory),
    ("workers and store", _study),
    ("folder", _folder),
)

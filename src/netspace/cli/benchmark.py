"""``netspace benchmark``: how long networks take on this machine, and what memory they need."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer
from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from netspace.cli.options import INTERRUPTED, amount, console, errors

if TYPE_CHECKING:
    from netspace.latency import Latency

HEADINGS = ("network", "ms", "10 to 90 %", "images/s", "MB", "dtype", "layout", "calls", "flops", "params", "acts")
NOTES = (
    "ms: of a call, median and what a tenth and nine tenths of the calls took; flops: multiply-adds, acts: elements of "
    "all convolutions' outputs, both of one image"
)
MEMORY = {
    "cpu": "MB: how much the resident memory of a fresh process grew to load and run the network, weights included",
    "cuda": "MB: most that torch had allocated for the network, weights included",
}


def add_to(app: typer.Typer) -> None:
    """Adds the verb."""
    app.command(
        "benchmark", epilog="Example: netspace benchmark rexnet_100 'RegNetX-*MF' --batch 8 --plot latency.png"
    )(benchmark)


def benchmark(
    names: list[str] = typer.Argument(..., help="Networks by name, or patterns such as 'RegNetX-*MF'; or timm:NAME."),
    device: str = typer.Option("auto", help="auto, cpu, cuda, cuda:1, ..."),
    batch: int = typer.Option(1, min=1, help="Images of each call."),
    dtype: str = typer.Option("auto", help="float32, bfloat16, float16; auto: the fastest in a short timing."),
    backend: str = typer.Option("eager", help="eager, compile (torch.compile) or onnxruntime."),
    threads: int | None = typer.Option(None, min=1, help="Threads of this process; by default torch's."),
    image_size: int | None = typer.Option(None, min=1, help="Height and width in pixels; by default each network's."),
    out: Path | None = typer.Option(None, help="Write the rows to FILE.csv, FILE.parquet or FILE.json."),
    plot: Path | None = typer.Option(None, help="Draw latency against flops and acts: FILE.png, FILE.svg or FILE.pdf."),
) -> None:
    """Time networks with initial weights on this machine: median, spread, images a second and peak memory.

    The memory layout and, with --dtype auto, the dtype are chosen for each
    network by a short timing. Ctrl-C keeps the rows that are measured.
    """
    from netspace.latency.setting import make_setting
    from netspace.latency.table import check_table

    options = {"device": device, "batch": batch, "dtype": dtype, "backend": backend, "threads": threads}
    make_setting(**options)  # type: ignore[arg-type]
    if out is not None:
        check_table(out)
    if plot is not None:
        from netspace.figures.latency import check_picture

        check_picture(plot)
    wanted, rows = _networks(names), list["Latency"]()
    try:
        _measure(wanted, {**options, "image_size": image_size}, rows)
    except KeyboardInterrupt:
        errors.print(f"Stopped: {len(rows)} of {len(wanted)} networks are measured.")
    if rows:
        _show(rows)
        _write(rows, out, plot)
    if len(rows) < len(wanted):
        raise typer.Exit(INTERRUPTED)
    if all(row.failure for row in rows):
        raise typer.Exit(1)


@dataclass
class _Progress:
    """How many networks are measured, which one is at it, and how long the others will take.

    Shown as a bar that updates in place, or as a line for each network where output is not a terminal.
    """

    total: int
    done: int = 0
    name: str = ""
    start: float = field(default_factory=time.monotonic)

    def line(self) -> str:
        from netspace.execution.progress import clock

        left = (time.monotonic() - self.start) / self.done * (self.total - self.done) if self.done else None
        parts = [f"{self.done}/{self.total} networks", self.name, f"about {clock(left)} left" if left else ""]
        return ", ".join(part for part in parts if part)

    def __rich__(self) -> Table:
        table = Table.grid(padding=(0, 1))
        table.add_row(ProgressBar(self.total, self.done, width=30), Text(self.line()))
        return table


def _networks(names: Sequence[str]) -> list[str]:
    """Gives each network that is named, or matches, once.

    Raises:
        ArchitectureError: a name is unknown, or nothing matches a pattern.
    """
    from netspace.errors import ArchitectureError
    from netspace.networks import get_architecture
    from netspace.zoo import find, list_models

    wanted: list[str] = []
    for name in names:
        if name.startswith("timm:"):
            get_architecture(name)
            wanted.append(name)
        elif any(sign in name for sign in "*?["):
            matching = list_models(name)
            if not matching:
                raise ArchitectureError(f"no network matches {name!r}: the zoo has {', '.join(list_models())}")
            wanted.extend(matching)
        else:
            wanted.append(find(name).name)
    return list(dict.fromkeys(wanted))


def _measure(names: Sequence[str], options: Mapping[str, Any], rows: "list[Latency]") -> None:
    """Adds a row for each network, so that those measured are there when Ctrl-C stops it."""
    from netspace.latency import measure

    progress = _Progress(len(names))
    with Live(progress, console=errors, refresh_per_second=4, transient=True) as live:
        for name in names:
            progress.name = name
            if not errors.is_terminal:
                errors.print(progress.line())
            rows.append(measure(name, **options))
            progress.done += 1
        live.update("")


def _show(rows: "Sequence[Latency]") -> None:
    first = rows[0]
    versions = ", ".join(f"{name} {version}" for name, version in first.versions.items())
    console.print(
        f"{first.processor} ({first.device}), {first.backend}, batch {first.batch}, threads {first.threads}; {versions}"
    )
    table = Table(*HEADINGS, box=None)
    for row in rows:
        table.add_row(*_cells(row))
    console.print(table)
    for row in rows:
        if row.failure:
            console.print(f"{row.name} failed: {row.failure}", style="red")
    memory = MEMORY.get(first.device.partition(":")[0]) if any(row.memory_mb for row in rows) else None
    console.print("; ".join(filter(None, (NOTES, memory))), style="dim")


def _cells(row: "Latency") -> list[str]:
    counts = [amount(count) if count else "-" for count in (row.flops, row.params, row.acts)]
    if row.median_ms is None or row.low_ms is None or row.high_ms is None or row.images_per_second is None:
        return [row.name, "failed", "", "", "", row.dtype, "", "", *counts]
    return [
        row.name,
        _short(row.median_ms),
        f"{_short(row.low_ms)} to {_short(row.high_ms)}",
        f"{row.images_per_second:,.0f}" if row.images_per_second >= 10 else f"{row.images_per_second:.2g}",
        f"{row.memory_mb:,.0f}" if row.memory_mb is not None else "-",
        row.dtype,
        row.layout,
        str(row.calls),
        *counts,
    ]


def _short(milliseconds: float) -> str:
    return f"{milliseconds:,.0f}" if milliseconds >= 1000 else f"{milliseconds:.3g}"


def _write(rows: "Sequence[Latency]", out: Path | None, plot: Path | None) -> None:
    from netspace.latency import correlate, save

    if out is not None:
        console.print(f"rows: {save(rows, out)}")
    if plot is not None:
        from netspace.figures.latency import draw_latency

        found = {quantity: correlate(rows, quantity) for quantity in ("flops", "acts")}
        notes = {quantity: f"{each} (of logarithms)" for quantity, each in found.items() if each}
        n = sum(row.median_ms is not None for row in rows)
        few = dict.fromkeys(found, f"n = {n}: too few for a correlation")
        console.print(f"figure: {draw_latency([asdict(row) for row in rows], plot, notes=few | notes)}")

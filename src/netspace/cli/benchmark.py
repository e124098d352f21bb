"""``netspace benchmark``: how long networks take on this machine, what memory they need, and a model of that time."""

import shlex
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer
from rich.table import Table

from netspace.cli.groups import BudgetOptions, NetworkOptions, grouped
from netspace.cli.options import INTERRUPTED, console, errors
from netspace.cli.space.asking import check_place
from netspace.numbers import short

if TYPE_CHECKING:
    from netspace.architecture import Architecture
    from netspace.complexity import RuntimeModel
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
NETWORKS = 12
"""Networks of a space that are timed, if no number is given."""

POOR = 0.1
"""Median error of a runtime model from which its reader is told why that may be."""

ADVICE = (
    "flops, acts and blocks do not tell all of the time here, or the machine was busy. A larger --batch or "
    "--image-size, more networks (-n), or a quiet machine may fit better."
)

EXAMPLES = """Example: netspace benchmark rexnet_100 'RegNetX-*MF' --batch 8 --plot latency.png

Example: netspace benchmark --space regnetx -n 12 --flops 100M:2G --threads 1 --fit runtime.json
"""


def add_to(app: typer.Typer) -> None:
    """Adds the verb."""
    app.command("benchmark", epilog=EXAMPLES)(benchmark)


@grouped
def benchmark(
    names: list[str] | None = typer.Argument(
        None, help="Networks by name, or patterns such as 'RegNetX-*MF'; or timm:NAME."
    ),
    space: str | None = typer.Option(
        None, help="Instead of names: networks of this design space, by its name or file, far apart in cost."
    ),
    n: int | None = typer.Option(
        None, "--networks", "-n", min=1, help=f"How many networks of the space; by default {NETWORKS}."
    ),
    fit: Path | None = typer.Option(
        None, help="Fit milliseconds to flops, acts and blocks and write the model to FILE.json, to sample networks by."
    ),
    device: str = typer.Option("auto", help="auto, cpu, cuda, cuda:1, ..."),
    batch: int = typer.Option(1, min=1, help="Images of each call."),
    dtype: str | None = typer.Option(
        None,
        help="float32, bfloat16, float16; auto: the fastest in a short timing. By default auto, with --space or --fit "
        "float32.",
    ),
    backend: str = typer.Option("eager", help="eager, compile (torch.compile) or onnxruntime."),
    threads: int | None = typer.Option(None, min=1, help="Threads of this process; by default torch's."),
    seed: int | None = typer.Option(None, help="Of a space: the same seed gives the same networks."),
    out: Path | None = typer.Option(None, help="Write the rows to FILE.csv, FILE.parquet or FILE.json."),
    plot: Path | None = typer.Option(
        None,
        help="Draw latency against flops and acts, with --fit measured against predicted: FILE.png, FILE.svg or "
        "FILE.pdf.",
    ),
    *,
    budget: BudgetOptions,
    network: NetworkOptions,
) -> None:
    """Time networks with initial weights on this machine: median, spread, images a second and peak memory.

    Networks are named, or sampled from a design space. The memory layout and,
    with --dtype auto, the dtype are chosen for each network by a short timing;
    with --space or --fit the first network's are those of all.
    Ctrl-C keeps the rows that are measured.

    --fit makes a runtime model of them: a + b flops + c acts, the same + d blocks, or b flops + c sqrt(flops),
    whichever predicts networks that were left out best.
    """
    from netspace.latency.setting import make_setting

    alike = space is not None or fit is not None
    options = {"device": device, "batch": batch, "backend": backend, "threads": threads}
    options["dtype"] = dtype or ("float32" if alike else "auto")
    make_setting(**options)  # type: ignore[arg-type]
    _check_files(out, plot, fit)
    of_space = asdict(budget) | asdict(network) | {"networks": n, "seed": seed, "image_size": None}
    _require_one_source(names, space, [name.replace("_", "-") for name, given in of_space.items() if given is not None])
    limits = budget.read()
    wanted = _of_space(space, n or NETWORKS, limits, seed or 0, network) if space else _networks(names or [])
    if fit is not None:
        _require_fit(wanted, None if space else network.image_size)
    check_place(out, plot, fit)
    rows = list["Latency"]()
    try:
        _measure(wanted, options if space else {**options, "image_size": network.image_size}, rows, alike)
    except KeyboardInterrupt:
        errors.print(f"Stopped: {len(rows)} of {len(wanted)} networks are measured.")
    if rows:
        _show(rows)
        _write(rows, out, None if fit else plot)
    if rows and fit is not None:
        given = asdict(budget) | asdict(network)
        _fit(rows, fit, plot, _words(space or "regnetx", given if space else {"image_size": rows[0].image_size}))
    if len(rows) < len(wanted):
        raise typer.Exit(INTERRUPTED)
    if all(row.failure for row in rows):
        raise typer.Exit(1)


def _check_files(out: Path | None, plot: Path | None, fit: Path | None) -> None:
    """Refuses names of files that could not be written, before anything is timed."""
    from netspace.figures import check_picture
    from netspace.latency.table import check_table

    if out is not None:
        check_table(out)
    if plot is not None:
        check_picture(plot)
    if fit is not None and (fit.suffix.lower() != ".json" or fit.is_dir()):
        raise typer.BadParameter(f"--fit {str(fit)!r}: give the name of a file that ends in .json")


def _require_one_source(names: list[str] | None, space: str | None, of_space: Sequence[str]) -> None:
    if bool(names) == bool(space):
        raise typer.BadParameter(
            "name networks, such as RegNetX-200MF, or a design space with --space, such as regnetx"
        )
    if not space and of_space:
        raise typer.BadParameter(f"--{of_space[0]} is for networks of a space: give it with --space")


def _require_fit(networks: "Mapping[str, str | Architecture]", image_size: int | None) -> None:
    """Refuses networks to which no model can be fitted, before they are timed.

    Raises:
        LatencyError: they are too few, or of several image sizes and none is given for all.
    """
    from netspace.latency.calibration import require_enough, require_one_size
    from netspace.networks import get_architecture

    require_enough(len(networks))
    if image_size is None:
        require_one_size(get_architecture(each) if isinstance(each, str) else each for each in networks.values())


def _of_space(
    name: str, n: int, budget: Mapping[str, Any], seed: int, network: NetworkOptions
) -> "dict[str, str | Architecture]":
    """Gives networks of a space, which has a name or a file, by name.

    Raises:
        SpaceError: the space is unknown, or has no such networks.
    """
    from netspace.latency.calibration import spread_networks

    return {**spread_networks(network.find(name), n, budget, seed)}


def _networks(names: Sequence[str]) -> "dict[str, str | Architecture]":
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
    return {name: name for name in wanted}


def _measure(
    networks: "Mapping[str, str | Architecture]", options: Mapping[str, Any], rows: "list[Latency]", alike: bool
) -> None:
    """Adds a row for each network, so that those measured are there when Ctrl-C stops it."""
    from netspace.latency.calibration import timings

    # The memory of a network in a process of its own takes longer than a model needs for its time
    for row in timings(networks, {**options, "memory": not alike}, alike=alike):
        rows.append(row)


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
    counts = [short(count) if count else "-" for count in (row.flops, row.params, row.acts)]
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


def _fit(rows: "Sequence[Latency]", path: Path, plot: Path | None, of_space: str) -> None:
    """Fits a runtime model, tells it, and writes it and its picture; ``of_space`` is the space as words to type."""
    from netspace.complexity import fit_runtime

    model = fit_runtime(rows)
    batch = "an image" if rows[0].batch == 1 else f"a batch of {rows[0].batch} images"
    console.print(f"runtime of {batch}: {model}", style="bold")
    for line in _judged(model):
        console.print(f"  {line}")
    console.print(f"  model: {model.save(path)}")
    if plot is not None:
        from netspace.figures.latency import draw_runtime

        console.print(f"  figure: {draw_runtime(model, [asdict(row) for row in rows], plot)}")
    console.print(
        f"  next: netspace space sample {of_space} --latency :{_safe(model)} --runtime {shlex.quote(str(path))} -n 20"
    )


def _limit(model: "RuntimeModel") -> str:
    """Gives a limit to begin with: the middle of the times that the model was fitted to."""
    return f"{sum(model.ranges['ms']) / 2:.2g}"


def _safe(model: "RuntimeModel") -> str:
    """Gives the limit to ask for so that nine of ten networks keep that of `_limit`."""
    assert model.overrun is not None
    return f"{float(_limit(model)) / model.overrun:.3g}"


def _judged(model: "RuntimeModel") -> list[str]:
    """Tells how far a model is off, what follows from that, and where it holds."""
    assert model.median_error is not None
    known = (("flops", " multiply-adds"), ("acts", " activations"), ("depth", " blocks"))
    ranges = [(model.ranges[name], word) for name, word in known if name in model.ranges]
    fitted = ", ".join(f"{short(low)} to {short(high)}{word}" for (low, high), word in ranges)
    overrun = f"nine of ten networks took at most {model.overrun:.2f} times what was predicted"
    lines = [
        model.error(),
        f"{overrun}: for nine of ten to keep {_limit(model)} ms, ask for {_safe(model)} ms",
        f"fitted from {fitted}; beyond, it extrapolates",
    ]
    return [*lines, ADVICE] if model.median_error > POOR else lines


def _words(space: str, given: Mapping[str, Any]) -> str:
    """Gives a space as words of the command line: its name or file, and what was given of its options."""
    options = [(f"--{key.replace('_', '-')}", str(value)) for key, value in given.items() if value is not None]
    return shlex.join([space, *(word for option in options for word in option)])

"""``netspace space sample``: networks of a design space as a table, or as a file of any length."""

from collections.abc import Iterator, Mapping
from contextlib import nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer
from rich.table import Table

from netspace.cli.groups import NetworkOptions, RuntimeBudgetOptions, grouped
from netspace.cli.options import (
    INTERRUPTED,
    SeedOption,
    SpaceArgument,
    console,
    errors,
)
from netspace.cli.space.asking import showing
from netspace.cli.space.writing import NetworkFile, check_ending, uninterrupted
from netspace.errors import SpaceError
from netspace.numbers import short

if TYPE_CHECKING:
    from netspace.complexity import RuntimeModel
    from netspace.spaces import Population

SHOWN = 10
"""Networks of a table."""

LISTED = 6
"""Stages whose numbers a cell lists; of more, the first of them."""

COSTS = {"flops": "multiply-adds", "params": "parameters", "acts": "activations", "latency": "ms predicted"}

EXAMPLES = """Example: netspace space sample regnetx -n 1000 --flops 360M:400M --out networks.csv

Example: netspace space sample anynetx_a -n 1_000_000 --out networks.parquet

Example: netspace space sample mine.yaml -n 50 --latency :5 --runtime runtime.json
"""


def add_to(app: typer.Typer) -> None:
    """Adds the verb."""
    app.command("sample", epilog=EXAMPLES)(sample)


@grouped
def sample(
    space: SpaceArgument,
    budget: RuntimeBudgetOptions,
    network: NetworkOptions,
    n: int = typer.Option(100, "--networks", "-n", min=1, help="How many networks."),
    strategy: str = typer.Option(
        "random",
        help="random: as the space distributes them. stratified: as many in each tenth of the range of flops. quasi: a "
        "Sobol sequence. grid: a regular grid.",
    ),
    seed: SeedOption = 0,
    out: Path | None = typer.Option(
        None, "--out", "-o", help="Write all to FILE.csv, FILE.parquet or FILE.jsonl; by default the first are shown."
    ),
    workers: int = typer.Option(1, "--workers", "-w", min=1, help="Threads; the networks are the same."),
) -> None:
    """Sample networks of a design space under a budget, into a file of parameters, costs, ids and architectures.

    Networks are written as they are found, so that a million need no more memory than some. Ctrl-C leaves a complete
    file of those found so far. `netspace sample` puts networks into a study instead, to be trained.
    """
    from netspace.spaces.sampling import pieces

    if out is not None:
        check_ending(out)  # before anything is drawn
    limits, model = budget.read(), budget.read_runtime()
    design_space = network.find(space)
    tally, file = _Tally(model), None if out is None else NetworkFile(out, model)
    with showing("networks") as progress:
        found = pieces(
            design_space, n, limits, runtime=model, strategy=strategy, seed=seed, workers=workers, progress=progress
        )
        failure = _take(found, file, tally)
    if tally.found and not (file and file.is_broken):
        _tell(tally, design_space.name, out)
    if isinstance(failure, SpaceError):
        raise failure
    if failure is not None:
        errors.print(f"Stopped: {tally.found:,} of {n:,} networks were found{f' and are in {out}' if out else ''}.")
        raise typer.Exit(INTERRUPTED)


def _take(
    found: "Iterator[Population]", file: NetworkFile | None, tally: "_Tally"
) -> SpaceError | KeyboardInterrupt | None:
    """Counts and writes networks until all are found, or gives what ended it; what was found then is kept."""
    try:
        with file or nullcontext():
            for population in found:
                with uninterrupted():
                    if file:
                        file.write(population)
                    tally.add(population)
    except (SpaceError, KeyboardInterrupt) as error:
        return error
    return None


@dataclass
class _Tally:
    """What was found so far: how many, the first of them, and the range of each cost.

    Attributes:
        model: gives latency, if there is one.
        found: how many.
        first: the first of them as rows of words.
        ranges: least and most of each cost, and of depth where latency goes by it.
    """

    model: "RuntimeModel | None"
    found: int = 0
    first: list[dict[str, str]] = field(default_factory=list)
    ranges: dict[str, tuple[float, float]] = field(default_factory=dict)

    def add(self, population: "Population") -> None:
        """Counts some."""
        cost = population.complexity
        columns: dict[str, Any] = {"flops": cost.flops, "params": cost.params, "acts": cost.acts}
        if self.model:
            columns |= {"latency": self.model.predict(cost, population.depth), "depth": population.depth}
        for name, column in columns.items():
            low, high = self.ranges.get(name, (column[0], column[0]))
            self.ranges[name] = (min(low, column.min()), max(high, column.max()))
        for i in range(min(SHOWN - len(self.first), len(population))):
            row = _joined({name: column[i] for name, column in population.parameters.items()})
            self.first.append(row | {name: short(columns[name][i]) for name in COSTS if name in columns})
        self.found += len(population)


def _joined(values: Mapping[str, Any]) -> dict[str, str]:
    """Puts a parameter of all stages into one cell, such as ``24-56-152-368``.

    >>> _joined({"width_1": 24, "width_2": 56, "group_width": 8})
    {'width': '24-56', 'group_width': '8'}
    """
    cells: dict[str, list[str]] = {}
    for name, value in values.items():
        stem, _, stage = name.rpartition("_")
        cells.setdefault(stem if stage.isdigit() else name, []).append(f"{value:g}")
    return {name: "-".join([*cell[:LISTED], *(["..."] if len(cell) > LISTED else [])]) for name, cell in cells.items()}


def _tell(tally: _Tally, name: str, out: Path | None) -> None:
    if out is None:
        _show(tally)
    networks = f"{tally.found:,} network{'s' if tally.found > 1 else ''} of {name}"
    ranges = (
        f"{_range(*tally.ranges[quantity])} {word}" for quantity, word in COSTS.items() if quantity in tally.ranges
    )
    console.print(f"{networks}{f' in {out}' if out else ''}", style="bold")
    console.print(f"  {', '.join(ranges)}")
    if out is None and tally.found > len(tally.first):
        console.print(f"  the first {len(tally.first)} are shown; --out FILE.csv writes all of them", style="dim")
    if tally.model:
        _warn_beyond(tally.model, tally.ranges)


def _show(tally: _Tally) -> None:
    table = Table(*tally.first[0], box=None)
    for column in table.columns:
        column.justify = "right"
    for row in tally.first:
        table.add_row(*row.values())
    console.print(table)


def _range(low: float, high: float) -> str:
    return f"{short(low)} to {short(high)}" if short(low) != short(high) else short(low)


def _warn_beyond(model: "RuntimeModel", ranges: Mapping[str, tuple[float, float]]) -> None:
    """Says where latency was predicted for networks unlike those that were timed."""
    for name, word in (("flops", COSTS["flops"]), ("acts", COSTS["acts"]), ("depth", "blocks")):
        low, high = model.ranges.get(name, (float("-inf"), float("inf")))
        if ranges[name][0] < low or ranges[name][1] > high:
            errors.print(
                f"Note: latency is extrapolated: networks of {_range(low, high)} {word} were timed.",
                style="yellow",
            )

"""The options of ``netspace refine``, in groups."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, ClassVar

import typer

from netspace.cli.groups import Group


@dataclass(frozen=True)
class MoveOptions(Group):
    """Which moves are looked for, which are taken, and where they go."""

    panel: ClassVar[str] = "Moves"

    moves: Annotated[int, typer.Option(min=0, help="How many of the best moves to show.")] = 10
    auto: Annotated[bool, typer.Option("--auto", help="Take the proposed walk.")] = False
    take: Annotated[
        list[str],
        typer.Option(metavar="MOVE", help="Take this move, in the words of the table; repeatable."),
    ] = field(default_factory=list)
    output: Annotated[
        Path | None,
        typer.Option(
            "--output",
            "-o",
            metavar="FILE",
            help="Write the refined space to a YAML or JSON file.",
        ),
    ] = None
    plot: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="Draw the evidence of the moves taken: .pdf, .svg, .png, or .html.",
        ),
    ] = None
    floor: Annotated[
        float | None,
        typer.Option(help="Least share of the space to be left; by default 0.01, and one network's."),
    ] = None
    sure: Annotated[float, typer.Option(help="Least probability that a move of the walk gains.")] = 0.9
    confidence: Annotated[float, typer.Option(min=0.5, max=0.9999, help="Of the intervals.")] = 0.95
    line: Annotated[
        bool | None,
        typer.Option(
            "--line/--no-line",
            help="Whether the distance of widths from a quantized line (e_fit) joins; by default where stages are "
            "free.",
        ),
    ] = None
    choice: Annotated[
        list[str],
        typer.Option(
            metavar="COLUMN",
            help="A column of numbers that are options without an order; repeatable.",
        ),
    ] = field(default_factory=list)


@dataclass(frozen=True)
class FreshOptions(Group):
    """The fresh networks against which a promise is held."""

    panel: ClassVar[str] = "Fresh networks"

    confirm: Annotated[
        int | None,
        typer.Option(
            metavar="N",
            min=2,
            help="Train N fresh networks of the refined space as the sample was, and say whether the promise held.",
        ),
    ] = None
    name: Annotated[str | None, typer.Option(help="What to call them; by default POPULATION_refined.")] = None
    data: Annotated[
        str | None,
        typer.Option(help="Where the sample's data is, if it is no longer where it was."),
    ] = None
    workers: Annotated[
        int | None,
        typer.Option("--workers", "-w", min=1, help="Processes; by default one per core."),
    ] = None
    device: Annotated[str, typer.Option(help="auto, cpu, cuda, ...")] = "auto"
    retry_failed: Annotated[
        bool,
        typer.Option("--retry-failed", help="Try fresh networks that failed before again."),
    ] = False
    fresh: Annotated[
        str | None,
        typer.Option(
            metavar="POPULATION",
            help="Hold the promise against a population of the study, such as one that was trained elsewhere.",
        ),
    ] = None

"""``netspace refine``: from a space and a trained sample of it to a smaller space, its promise, and whether it held."""

from pathlib import Path
from typing import Any

import typer

from netspace.cli.options import (
    DEFAULT_STUDY,
    ActsOption,
    BlockOption,
    FlopsOption,
    ImageSizeOption,
    InChannelsOption,
    NumClassesOption,
    NumStagesOption,
    ParamsOption,
    SeedOption,
    StemOption,
    StemWidthOption,
    StudyOption,
    chosen,
    console,
    errors,
)
from netspace.cli.refine.choosing import check_choice, choose
from netspace.cli.refine.confirming import Fresh, hold_against
from netspace.cli.refine.reading import read_asked
from netspace.cli.refine.telling import tell_moves, tell_sample, tell_taken
from netspace.cli.refine.writing import check_file, write_space
from netspace.cli.space.asking import read_budget

EXAMPLES = """Example: netspace refine anynetx_a a

Example: netspace refine anynetx_a a --auto -o refined.yaml --confirm 30

Example: netspace refine anynetx_a a --take "share bottleneck_ratio" --take "depth_4 <= 8" -o refined.yaml

Example: netspace refine layers.yaml macro --fresh macro_refined --auto

The file layers.yaml names the columns of an imported table and their values, such as layer_1: [0, 1, 2] or
width: {log_uniform: [8, 64, 8]}.
"""

MOVES, FRESH = "Moves", "Fresh networks"


def add_to(app: typer.Typer) -> None:
    """Adds the verb."""
    app.command("refine", epilog=EXAMPLES)(refine)


def refine(
    space: str = typer.Argument(
        ...,
        help="The space that the population was sampled from, by name or from its file; of an imported table a YAML or "
        "JSON file of its columns and their values, or a CSV or Parquet file of untrained draws.",
    ),
    population: str = typer.Argument(..., help="A population of the study, trained."),
    study: StudyOption = DEFAULT_STUDY,
    moves: int = typer.Option(10, "--moves", min=0, help="How many of the best moves to show.", rich_help_panel=MOVES),
    auto: bool = typer.Option(False, "--auto", help="Take the proposed walk.", rich_help_panel=MOVES),
    take: list[str] = typer.Option(
        [],
        "--take",
        metavar="MOVE",
        help="Take this move, in the words of the table; repeatable.",
        rich_help_panel=MOVES,
    ),
    output: Path | None = typer.Option(
        None,
        "--output",
        "-o",
        metavar="FILE",
        help="Write the refined space to a YAML or JSON file.",
        rich_help_panel=MOVES,
    ),
    plot: Path | None = typer.Option(
        None,
        "--plot",
        metavar="FILE",
        help="Draw the evidence of the moves taken: .pdf, .svg, .png, or .html.",
        rich_help_panel=MOVES,
    ),
    floor: float | None = typer.Option(
        None, help="Least share of the space to be left; by default 0.01, and one network's.", rich_help_panel=MOVES
    ),
    sure: float = typer.Option(0.9, help="Least probability that a move of the walk gains.", rich_help_panel=MOVES),
    confidence: float = typer.Option(0.95, min=0.5, max=0.9999, help="Of the intervals.", rich_help_panel=MOVES),
    line: bool | None = typer.Option(
        None,
        "--line/--no-line",
        help="Whether the distance of widths from a quantized line (e_fit) joins; by default where stages are free.",
        rich_help_panel=MOVES,
    ),
    choice: list[str] = typer.Option(
        [],
        metavar="COLUMN",
        help="A column of numbers that are options without an order; repeatable.",
        rich_help_panel=MOVES,
    ),
    seed: SeedOption = 0,
    confirm: int | None = typer.Option(
        None,
        "--confirm",
        metavar="N",
        min=2,
        rich_help_panel=FRESH,
        help="Train N fresh networks of the refined space as the sample was, and say whether the promise held.",
    ),
    name: str | None = typer.Option(
        None, "--name", help="What to call them; by default POPULATION_refined.", rich_help_panel=FRESH
    ),
    data: str | None = typer.Option(
        None, help="Where the sample's data is, if it is no longer where it was.", rich_help_panel=FRESH
    ),
    workers: int | None = typer.Option(
        None, "--workers", "-w", min=1, help="Processes; by default one per core.", rich_help_panel=FRESH
    ),
    device: str = typer.Option("auto", help="auto, cpu, cuda, ...", rich_help_panel=FRESH),
    retry_failed: bool = typer.Option(
        False, "--retry-failed", help="Try fresh networks that failed before again.", rich_help_panel=FRESH
    ),
    fresh: str | None = typer.Option(
        None,
        "--fresh",
        metavar="POPULATION",
        rich_help_panel=FRESH,
        help="Hold the promise against a population of the study, such as one that was trained elsewhere.",
    ),
    flops: FlopsOption = None,
    params: ParamsOption = None,
    acts: ActsOption = None,
    image_size: ImageSizeOption = None,
    in_channels: InChannelsOption = None,
    num_classes: NumClassesOption = None,
    stem: StemOption = None,
    stem_width: StemWidthOption = None,
    num_stages: NumStagesOption = None,
    block: BlockOption = None,
) -> None:
    """Refine a space from a trained random sample of it: what each move gains, a walk, and what it promises.

    What the sample's networks have in common (image size, stem, classes, ...) and their budget are taken from their
    records. On a terminal it asks which moves to take. --confirm goes on where it was stopped.
    """
    from netspace.figures import check_picture
    from netspace.refinement import refine as refine_records
    from netspace.study import Study

    check_choice(auto=auto, take=take, needed={"-o": output, "--confirm": confirm, "--fresh": fresh})
    check_file(output, space)
    if plot is not None:
        check_picture(plot, pages=True)
    open_study = Study(study, create=False)
    chosen(open_study, [each for each in (population, fresh) if each])
    network = {"image_size": image_size, "in_channels": in_channels, "num_classes": num_classes, "block": block}
    network |= {"stem": stem, "stem_width": stem_width, "num_stages": num_stages}
    records = open_study[population]
    asked = read_asked(space, records, open_study.store, network, read_budget(flops, params, acts))
    asked.check_wanted(output=output, confirm=confirm)
    wanted = Fresh.read(open_study, records, confirm, name, data) if confirm else None
    with errors.status("drawing untrained networks, fitting the errors ..."):
        found = refine_records(
            asked.space,
            records,
            floor=floor,
            sure=sure,
            confidence=confidence,
            choices=choice,
            line=line,
            budget=asked.budget,
            seed=seed,
        )
    tell_sample(records, found)
    tell_moves(found, moves)
    taken = choose(found, moves, auto=auto, take=take, next_options=asked.next_options)
    if taken is not None and taken is not found:
        tell_taken(taken)
    if plot is not None:
        console.print(f"evidence: {(found if taken is None else taken).figure().save(plot)}")
    if taken is None:
        return
    if output is not None:
        write_space(taken, output, asked)
    if wanted is None and fresh is None:
        return
    if not taken.picked:
        console.print("no move is taken, so that there is no promise to hold")
        return
    training: dict[str, Any] = {"seed": seed, "workers": workers, "device": device, "retry_failed": retry_failed}
    hold_against(taken, records, wanted.train(taken, **training) if wanted else open_study[str(fresh)], study)

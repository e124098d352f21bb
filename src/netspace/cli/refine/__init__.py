"""``netspace refine``: from a space and a trained sample of it to a smaller space, its promise, and whether it held."""

from typing import TYPE_CHECKING

import typer

from netspace.cli.groups import BudgetOptions, NetworkOptions, grouped
from netspace.cli.options import DEFAULT_STUDY, SeedOption, StudyOption, chosen, console, errors
from netspace.cli.refine.choosing import check_choice, choose
from netspace.cli.refine.confirming import Fresh, hold_against
from netspace.cli.refine.options import FreshOptions, MoveOptions
from netspace.cli.refine.reading import Asked, read_asked
from netspace.cli.refine.telling import tell_moves, tell_sample, tell_taken
from netspace.cli.refine.writing import check_file, write_space

if TYPE_CHECKING:
    from netspace.populations import Records
    from netspace.refinement import Refinement

EXAMPLES = """Example: netspace refine anynetx_a a

Example: netspace refine anynetx_a a --auto -o refined.yaml --confirm 30

Example: netspace refine anynetx_a a --take "share bottleneck_ratio" --take "depth_4 <= 8" -o refined.yaml

Example: netspace refine layers.yaml macro --fresh macro_refined --auto

The file layers.yaml names the columns of an imported table and their values, such as layer_1: [0, 1, 2] or
width: {log_uniform: [8, 64, 8]}.
"""


def add_to(app: typer.Typer) -> None:
    """Adds the verb."""
    app.command("refine", epilog=EXAMPLES)(refine)


@grouped
def refine(
    space: str = typer.Argument(
        ...,
        help="The space that the population was sampled from, by name or from its file; of an imported table a YAML or "
        "JSON file of its columns and their values, or a CSV or Parquet file of untrained draws.",
    ),
    population: str = typer.Argument(..., help="A population of the study, trained."),
    study: StudyOption = DEFAULT_STUDY,
    seed: SeedOption = 0,
    *,
    wish: MoveOptions,
    fresh: FreshOptions,
    budget: BudgetOptions,
    network: NetworkOptions,
) -> None:
    """Refine a space from a trained random sample of it: what each move gains, a walk, and what it promises.

    What the sample's networks have in common (image size, stem, classes, ...) and their budget are taken from their
    records. On a terminal it asks which moves to take. --confirm goes on where it was stopped.
    """
    from netspace.study import Study

    _check(wish, fresh, space)
    open_study = Study(study, create=False)
    chosen(open_study, [each for each in (population, fresh.fresh) if each])
    records = open_study[population]
    asked = read_asked(space, records, open_study.store, network.given(), budget.read())
    asked.check_wanted(output=wish.output, confirm=fresh.confirm)
    wanted = Fresh.read(open_study, records, fresh) if fresh.confirm else None
    found = _find(asked, records, wish, seed)
    tell_sample(records, found)
    tell_moves(found, wish.moves)
    taken = choose(found, wish.moves, auto=wish.auto, take=wish.take, next_options=asked.next_options)
    if taken is not None and taken is not found:
        tell_taken(taken)
    if wish.plot is not None:
        console.print(f"evidence: {(found if taken is None else taken).figure().save(wish.plot)}")
    if taken is None:
        return
    if wish.output is not None:
        write_space(taken, wish.output, asked)
    if wanted is None and fresh.fresh is None:
        return
    if not taken.picked:
        console.print("no move is taken, so that there is no promise to hold")
        return
    hold_against(taken, records, wanted.train(taken, seed) if wanted else open_study[str(fresh.fresh)], study)


def _check(wish: MoveOptions, fresh: FreshOptions, space: str) -> None:
    """Refuses what does not go together, and files that cannot be written, before what takes long.

    Raises:
        typer.BadParameter: an option is wrong.
    """
    from netspace.figures import check_picture

    needed = {"-o": wish.output, "--confirm": fresh.confirm, "--fresh": fresh.fresh}
    check_choice(auto=wish.auto, take=wish.take, needed=needed)
    check_file(wish.output, space)
    if wish.plot is not None:
        check_picture(wish.plot, pages=True)


def _find(asked: Asked, records: "Records", wish: MoveOptions, seed: int) -> "Refinement":
    from netspace.refinement import refine as refine_records

    with errors.status("drawing untrained networks, fitting the errors ..."):
        return refine_records(
            asked.space,
            records,
            floor=wish.floor,
            sure=wish.sure,
            confidence=wish.confidence,
            choices=wish.choice,
            line=wish.line,
            budget=asked.budget,
            seed=seed,
        )

"""``netspace compare``: which of two or more populations is better, and how sure that is."""

from pathlib import Path
from typing import TYPE_CHECKING

import typer
from rich.table import Table

from netspace.cli.options import DEFAULT_STUDY, NamesArgument, StudyOption, chosen, console, errors
from netspace.cli.space.asking import check_place

if TYPE_CHECKING:
    from netspace.comparison import Comparison, Comparisons
    from netspace.populations import Records
    from netspace.study import Study

EXAMPLES = """Example: netspace compare anynetx_a regnetx --study study.db

Example: netspace compare anynetx_a anynetx_b anynetx_c --neighbors --csv steps.csv
"""

HEADINGS = ("first", "second", "winner", "difference", "adjusted p", "superiority", "KS distance", "needed")

LEGEND = (
    "difference: mean error of the first less that of the second, in points; superiority: how often a network of the "
    "first has the lower error (ties: half); KS distance: the largest between their error distributions; needed: "
    "networks of each that would tell a difference of this size; p by Holm; in brackets intervals, those of a column "
    "together at {confidence:g} %"
)


def add_to(app: typer.Typer) -> None:
    """Adds the verb."""
    app.command("compare", epilog=EXAMPLES)(compare)


def compare(
    names: NamesArgument = None,
    study: StudyOption = DEFAULT_STUDY,
    confidence: float = typer.Option(0.95, min=0.5, max=0.9999, help="Of the intervals, all together."),
    neighbors: bool = typer.Option(
        False,
        "--neighbors",
        help="Compare each with the next one named, as for the steps of a refinement; by default each with all others.",
    ),
    table: bool | None = typer.Option(
        None, "--table/--no-table", help="A table of all pairs; by default from three populations on."
    ),
    csv: Path | None = typer.Option(None, "--csv", metavar="FILE", help="Write a row for each pair to a CSV file."),
) -> None:
    """Say which of two populations has the lower mean error, with an interval, or that n is too small to tell.

    Three or more are compared in pairs, and the intervals and p-values are corrected for how many pairs there are.
    """
    from netspace.comparison import compare_all
    from netspace.study import Study

    check_place(csv)
    populations = _populations(Study(study, create=False), names)
    found = compare_all(populations, confidence=confidence, pairs="neighbors" if neighbors else "all")
    console.print(found.summary())
    if table or (table is None and len(populations) > 2):
        console.print()
        console.print(_table(found))
        console.print(LEGEND.format(confidence=100 * confidence), style="dim")
    if csv is not None:
        found.frame().to_csv(csv, index=False)
        console.print(f"table: {csv}")


def _populations(study: "Study", names: list[str] | None) -> "list[Records]":
    """Gives the populations that are named, or all of the study that are trained far enough.

    Raises:
        StoreError: there is no such population.
        AnalysisError: there are fewer than two.
    """
    from netspace.errors import AnalysisError

    populations = [study[name] for name in chosen(study, names)]
    trained = [each for each in populations if names or len(each.errors) > 1]
    for each in populations:
        if each not in trained:
            errors.print(f"Note: {each.name} is left out: it has {_networks(len(each.errors))}.", style="yellow")
    if len(trained) < 2:
        count = f"{len(trained)} is {'named' if names else 'trained'}"
        raise AnalysisError(f"comparing needs at least two populations: {count}, and the study has {', '.join(study)}")
    return trained


def _networks(n: int) -> str:
    return "1 finished network" if n == 1 else f"{n} finished networks"


def _table(found: "Comparisons") -> Table:
    table = Table(box=None, pad_edge=False)
    for heading in HEADINGS:
        table.add_column(heading, justify="left" if heading in HEADINGS[:3] else "right")
    for each, p_value in zip(found, found.means.adjusted_p_value.tolist(), strict=True):
        table.add_row(*_cells(each, p_value))
    return table


def _cells(each: "Comparison", p_value: float) -> list[str]:
    from netspace.analysis.power import round_up

    low, high = each.interval
    superiority, distance = each.superiority, each.distance
    return [
        *each.names,
        each.winner or "not told",
        f"{each.difference:.2f} [{low:.2f}, {high:.2f}]",
        "< 0.001" if p_value < 0.001 else f"{p_value:.3f}",
        f"{_share(superiority.probability)} % [{_share(superiority.low)}, {_share(superiority.high)}]",
        f"{distance.distance:.2f} [{distance.low:.2f}, {distance.high:.2f}]",
        "-" if each.needed is None else f"{round_up(each.needed):,}",
    ]


def _share(value: float) -> str:
    return f"{100 * value:.0f}"

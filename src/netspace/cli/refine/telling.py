"""What a refinement says on the command line."""

from typing import TYPE_CHECKING

from rich.table import Table

from netspace.cli.options import console

if TYPE_CHECKING:
    from netspace.populations import Records
    from netspace.refinement import MoveEffect, Refinement

HEADINGS = ("", "move", "points", "interval", "keeps", "orders", "dimensions")

LEGEND = (
    "points: by which the mean error falls; keeps: share of the networks; orders of magnitude and dimensions: by which "
    "the space is smaller"
)


def tell_sample(records: "Records", found: "Refinement") -> None:
    """Says of which sample: how many networks, their mean error, what failed or is not trained yet."""
    problem, planned = found.problem, records.facts.get("planned") or 0
    more = [f"failed: {problem.failed}, not counted"] if problem.failed else []
    more += [f"so far {len(records)} of {planned} networks"] if len(records) < planned else []
    sample = f"n = {len(problem.errors)}, mean error {problem.errors.mean():.2f} %"
    console.print("; ".join([f"{records.name}: {sample}", *more]))


def tell_moves(found: "Refinement", shown: int) -> None:
    """Prints the best moves, each alone on the whole space, and the proposed walk."""
    moves = found.moves[:shown]
    if moves:
        console.print(f"the best {len(moves)} of {len(found.moves)} moves, each alone on the whole space:")
        console.print(_table(moves, found.promise.confidence))
        console.print(LEGEND, style="dim")
    console.print(f"proposed: {found.summary()}", style="bold")


def tell_taken(taken: "Refinement") -> None:
    """Says what the user's own moves promise together."""
    console.print(f"taken: {taken.summary()}", style="bold")


def _table(moves: "tuple[MoveEffect, ...]", confidence: float) -> Table:
    table = Table(box=None, pad_edge=False)
    for heading in HEADINGS:
        named = f"{100 * confidence:g} % {heading}" if heading == "interval" else heading
        table.add_column(named, justify="left" if heading == "move" else "right")
    for i, each in enumerate(moves, start=1):
        table.add_row(str(i), *_cells(each))
    return table


def _cells(each: "MoveEffect") -> list[str]:
    return [
        str(each.move),
        f"{each.effect:.2f}",
        f"[{each.low:.2f}, {each.high:.2f}]",
        f"{100 * each.share:.3g} %",
        f"{each.orders:.2f}",
        str(each.dimensions),
    ]

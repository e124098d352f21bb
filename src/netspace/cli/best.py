"""``netspace best``: the networks of least error."""

import json

import typer
from rich.table import Table

from netspace.cli.options import DEFAULT_STUDY, StudyOption, chosen, console, percent
from netspace.numbers import short

HEADINGS = ("population", "index", "error", "flops", "params", "acts", "depths", "widths", "group widths")


def add_to(app: typer.Typer) -> None:
    """Adds the verb."""
    app.command("best", epilog="Example: netspace best regnetx -k 1 --json > network.json")(best)


def best(
    name: str | None = typer.Argument(None, help="A population; all of the study if none is named."),
    study: StudyOption = DEFAULT_STUDY,
    k: int = typer.Option(10, "-k", min=1, help="How many."),
    as_json: bool = typer.Option(False, "--json", help="Print architectures and errors as JSON, for programs."),
) -> None:
    """Show the networks of least validation error, with what they cost and their stages."""
    from netspace.study import Study

    open_study = Study(study, create=False)
    chosen(open_study, [name] if name else None)
    records = open_study.best(name, k)
    if not records and not as_json:
        console.print(
            "No network has finished: `netspace status` tells how far they are, `netspace train` trains them."
        )
        return
    if as_json:
        rows = [
            {
                "population": r.population,
                "index": r.index,
                "error": r.error,
                "test_error": r.outcome.test_error,
                "architecture": json.loads(r.architecture.to_json()),
            }
            for r in records
        ]
        typer.echo(json.dumps(rows, indent=2))
        return
    table = Table(*HEADINGS, box=None)
    for r in records:
        stages = r.architecture.stages
        lists = ["-".join(str(getattr(s, word)) for s in stages) for word in ("depth", "width", "group_width")]
        lists[0] = lists[0] or r.architecture.foreign
        cost = r.complexity
        costs = ["-" if each is None else short(each) for each in (cost.flops, cost.params, cost.acts)]
        table.add_row(r.population, str(r.index), percent(r.error), *costs, *lists)
    console.print(table)
    split = "as each file says" if any(r.data.get("imported") for r in records) else "on the held-out validation split"
    console.print(f"errors: top-1 {split}; flops: multiply-adds", style="dim")

"""``netspace status``: how far a study is."""

import json

import typer
from rich.table import Table

from netspace.cli.options import DEFAULT_STUDY, StudyOption, console, percent

HEADINGS = ("population", "space", "planned", "done", "failed", "best error", "mean error", "core-hours")


def add_to(app: typer.Typer) -> None:
    """Adds the verb."""
    app.command("status", epilog="Example: netspace status --study study.db")(status)


def status(
    study: StudyOption = DEFAULT_STUDY,
    as_json: bool = typer.Option(False, "--json", help="Print JSON, for programs."),
) -> None:
    """Show each population of a study: planned, done, failed, best and mean error. Never waits for a writer."""
    from dataclasses import asdict

    from netspace.study import Study

    rows = Study(study, create=False).store.summary()
    if as_json:
        typer.echo(json.dumps([asdict(row) for row in rows], indent=2, default=str))
        return
    table = Table(*HEADINGS, box=None)
    for row in rows:
        table.add_row(
            row.name,
            row.space or "-",
            str(row.planned),
            str(row.complete),
            str(row.failed),
            percent(row.best_error),
            percent(row.mean_error),
            f"{row.seconds / 3600:.2f}",
        )
    console.print(table if rows else "No population yet: `netspace sample` or `netspace run` makes one.")

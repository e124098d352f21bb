"""``netspace import``: a population that was trained elsewhere into a study."""

import shlex
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from netspace.cli.options import DEFAULT_STUDY, StudyOption, console, errors

if TYPE_CHECKING:
    from netspace.populations.importing import Imported

SHOWN = 8
"""Parameters that the preview names."""


def add_to(app: typer.Typer) -> None:
    """Adds the verb."""
    app.command(
        "import",
        epilog="Example: netspace import sweep.json --name regnetx\n\n"
        "Example: netspace import mine.csv --name mine --accuracy val_acc --column learning_rate=lr\n\n"
        "Example: netspace import other.db --name regnetx",
    )(import_)


def import_(
    file: Path = typer.Argument(
        ..., help="CSV, JSON or Parquet, pycls's sweep.json, NDS, NAS-Bench-Macro, or another study; also as .gz."
    ),
    name: str = typer.Option(..., "--name", help="What to call the population."),
    error: str | None = typer.Option(
        None, "--error", help="Column of the top-1 error in percent, or a formula of one: `100*COLUMN`, `100-COLUMN`."
    ),
    accuracy: str | None = typer.Option(
        None, "--accuracy", help="Column of the top-1 accuracy in percent, in place of --error."
    ),
    column: list[str] = typer.Option(
        [],
        "--column",
        metavar="NEW=OLD",
        help="What a column is: test_error, flops, params, acts, seconds, network, or any parameter; repeatable.",
    ),
    parameter: list[str] = typer.Option(
        [], "--parameter", help="A column that is a parameter; repeatable. By default all that are nothing else."
    ),
    form: str | None = typer.Option(
        None, "--format", help="csv, parquet, json, pycls, nds, nas-bench-macro or study; by default recognized."
    ),
    study: StudyOption = DEFAULT_STUDY,
    dry_run: bool = typer.Option(False, "--dry-run", help="Show what is recognized, and keep nothing."),
) -> None:
    """Bring a population that was trained elsewhere into a study, to be compared and reported as any other."""
    from netspace.populations.importing import read_population

    found = read_population(
        file, name=name, form=form, columns=_columns(column, error, accuracy), parameters=parameter or None
    )
    _tell(found, file)
    if dry_run:
        return
    from netspace.study import Study

    records = Study(study).add_records(found.records)
    console.print(f"{name}: {len(records):,} networks in {study}")
    console.print(f"  next: netspace report {shlex.quote(name)} --study {shlex.quote(study)}")


def _columns(given: list[str], error: str | None, accuracy: str | None) -> dict[str, str]:
    """Gives the new names by the columns that give them."""
    from netspace.errors import DataError

    made = {}
    for text in given:
        new, equals, old = text.partition("=")
        if not (equals and new.strip() and old.strip()):
            raise DataError(f"--column {text!r} is not NEW=OLD: write, for example, --column learning_rate=lr")
        made[new.strip()] = old.strip()
    told = {"--error": error, "--accuracy": accuracy, "--column error=...": made.get("error")}
    several = [option for option, value in told.items() if value]
    if len(several) > 1:
        raise DataError(f"{' and '.join(several)} say both what the error is: give one of them")
    if error or accuracy:
        made["error"] = error or f"100-{accuracy}"
    return made


def _tell(found: "Imported", file: Path) -> None:
    """Says what was recognized."""
    records = found.records
    values = records.errors
    frame = records.frame()
    failed = f", {len(records.failures)} failed" if records.failures else ""
    console.print(f"{file.name}: {found.format}, {len(records):,} networks{failed}")
    spread = f", {values.min():.2f} to {values.max():.2f} %" if len(values) else ""
    console.print(f"  error: {found.names.get('error', 'error')}{spread}")
    for cost in ("flops", "params", "acts"):
        known = frame[cost].notna().any()
        console.print(f"  {cost}: {found.names.get(cost, 'counted') if known else 'not known'}")
    names = records.parameters
    more = f", ... ({len(names)} in all)" if len(names) > SHOWN else ""
    console.print(f"  parameters: {', '.join(names[:SHOWN]) or 'none'}{more}")
    for note in found.notes:
        errors.print(f"  Note: {note}.", style="yellow")

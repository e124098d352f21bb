"""The `netspace` command: its verbs, and what it does with errors."""

import os
import sys
import warnings
from pathlib import Path
from typing import Any

import typer

from netspace.cli import (
    benchmark,
    best,
    compare,
    delete,
    doctor,
    export,
    import_,
    info,
    models,
    plot,
    quickstart,
    refine,
    report,
    run,
    sample,
    space,
    status,
    train,
)
from netspace.cli.options import errors
from netspace.errors import NetspaceError
from netspace.version import __version__

app = typer.Typer(
    name="netspace",
    help="Design network design spaces: sample, train, compare and report populations of convolutional networks.",
    epilog="Start with: netspace quickstart",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="markdown",
)
for verb in (
    quickstart,
    run,
    space,
    sample,
    train,
    import_,
    status,
    compare,
    refine,
    report,
    plot,
    best,
    delete,
    models,
    info,
    benchmark,
    export,
    doctor,
):
    verb.add_to(app)


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"netspace {__version__}")
        raise typer.Exit


def _import_blocks(files: list[Path]) -> None:
    if files:
        from netspace.networks import import_blocks

        for file in files:
            import_blocks(file)


@app.callback()
def _options(
    version: bool = typer.Option(False, "--version", callback=_print_version, is_eager=True, help="Print the version."),
    imports: list[Path] = typer.Option(
        [], "--import", metavar="FILE", callback=_import_blocks, help="Run a Python file that registers blocks."
    ),
) -> None:
    pass


def _show_warning(message: Warning | str, *_: Any, **__: Any) -> None:
    """Says a warning as a note, without the place in the code that Python's own way shows."""
    errors.print(f"Note: {message}", style="yellow")


def main() -> None:
    """Runs the command line; a user's mistake ends in a message and exit code 1."""
    warnings.showwarning = _show_warning
    try:
        app()
    except NetspaceError as error:
        errors.print(f"{type(error).__name__}: ", style="bold red", end="")
        errors.print(str(error))
        sys.exit(1)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)

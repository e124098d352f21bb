"""Options that several verbs share, and how the command line says numbers."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from math import isnan
from typing import Annotated, Any

import typer
from rich.console import Console

from netspace.numbers import parse_number

DEFAULT_STUDY = "sqlite:///study.db"
INTERRUPTED = 130

StudyOption = Annotated[
    str, typer.Option("--study", "-s", help="The study's store: sqlite:///FILE, a file, or postgresql://...")
]
NamesArgument = Annotated[list[str] | None, typer.Argument(help="Populations; all of the study if none is named.")]

SpaceArgument = Annotated[str, typer.Argument(help="A design space by name, or its YAML or JSON file.")]
SeedOption = Annotated[int, typer.Option("--seed", help="The same seed gives the same networks.")]

WIDE = 300
"""Columns of a line where output goes to a file or a program, so that no table is cut."""

console = Console(markup=False, highlight=False, soft_wrap=True, width=None if sys.stdout.isatty() else WIDE)
errors = Console(stderr=True, markup=False, highlight=False, soft_wrap=True)


@contextmanager
def stoppable() -> Iterator[None]:
    """Ends the command with a message, not a traceback, when Ctrl-C stops what is inside."""
    try:
        yield
    except KeyboardInterrupt:
        errors.print("Stopped. Every finished network is kept; the same command goes on from here.")
        raise typer.Exit(INTERRUPTED) from None


def parse_range(text: str | None) -> tuple[float | None, float | None] | None:
    """Reads ``4M:6M``, ``:6M`` or ``4e6:`` as a (low, high) pair; ``None`` stays ``None``.

    Raises:
        typer.BadParameter: the text is no range.
    """
    if text is None:
        return None
    low, colon, high = text.partition(":")
    try:
        if not colon:
            raise ValueError(f"{text!r} has no colon")
        return parse_number(low), parse_number(high)
    except ValueError as error:
        raise typer.BadParameter(f"{error}: give a range such as 4M:6M, :6M or 4e6:") from None


def chosen(study: Any, names: list[str] | None) -> list[str]:
    """Gives the populations that a command names, or all.

    Raises:
        StoreError: one of them is not in the study, or the study is empty.
    """
    from netspace.errors import StoreError

    known = list(study)
    unknown = [name for name in names or [] if name not in known]
    if unknown or not known:
        what = f"no population {', '.join(map(repr, unknown))}" if unknown else "no population yet"
        has = f": it has {', '.join(known)}" if known else ": `netspace sample` or `netspace run` makes one"
        raise StoreError(f"the study has {what}{has}")
    return names or known


def percent(value: float | None) -> str:
    """Writes an error in percent, or a dash where there is none."""
    return "-" if value is None or isnan(value) else f"{value:.2f} %"

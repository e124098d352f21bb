"""What the verbs under ``netspace space`` have in common: checking where files go, showing progress."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import typer
from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from netspace.cli.options import errors
from netspace.files import try_place
from netspace.numbers import clock

QUIET = 2.0
"""Seconds of work before progress is shown."""

PLAIN_EVERY = 15.0
"""Seconds between lines where the standard error is not a terminal."""


def check_place(*paths: Path | None) -> None:
    """Makes the folders of files to be, and makes sure that they can be written there, before what takes long.

    Raises:
        typer.BadParameter: one cannot.
    """
    for path in filter(None, paths):
        try:
            try_place(path)
        except OSError as error:
            raise typer.BadParameter(f"cannot write {str(path)!r}: {error.strerror}. Give another path.") from None
        if path.is_dir():
            raise typer.BadParameter(f"cannot write {str(path)!r}: it is a folder. Give the name of a file.")


class Progress:
    """A line on the standard error that says how far something is, once it takes longer than two seconds.

    Attributes:
        what: it is, such as ``networks``.
        done: how many are done, or how much.
        total: how many there will be; ``None``: not known.

    Example:
        >>> progress = Progress("networks")
        >>> progress(25, 100)
        >>> progress.line(seconds=5.0)
        '25 of 100 networks, 0:15 left'
    """

    def __init__(self, what: str) -> None:
        self.what, self.done = what, 0.0
        self.total: float | None = None
        self._start = self._last = time.monotonic()
        self._live = Live(self, console=errors, refresh_per_second=4, transient=True)

    def __call__(self, done: float, total: float | None = None) -> None:
        """Takes note of how far it is."""
        self.done, self.total = done, total
        now = time.monotonic()
        if now - self._start < QUIET:
            return
        if errors.is_terminal:
            self._live.start()
        elif now - self._last > PLAIN_EVERY:
            self._last = now
            errors.print(self.line())

    def line(self, seconds: float | None = None) -> str:
        """Says it, after so many seconds since the start; by default those on the clock."""
        spent = time.monotonic() - self._start if seconds is None else seconds
        if not self.total:
            return f"{self.what}, {clock(spent)}"
        left = f"{clock(spent * (self.total / self.done - 1))} left" if self.done else f"{clock(spent)}, none yet"
        return f"{self.done:,.0f} of {self.total:,.0f} {self.what}, {left}"

    def __rich__(self) -> Table:
        table = Table.grid(padding=(0, 1))
        table.add_row(ProgressBar(self.total or None, self.done, width=30), Text(self.line()))
        return table

    def stop(self) -> None:
        """Clears the line."""
        self._live.stop()


@contextmanager
def showing(what: str) -> Iterator[Progress]:
    """Gives a `Progress` that is cleared at the end, whatever that is."""
    progress = Progress(what)
    try:
        yield progress
    finally:
        progress.stop()

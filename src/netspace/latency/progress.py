"""Progress of timing networks: how many are done, which one is at it, how long the others will take."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from rich.console import Console
from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from netspace.numbers import clock


@dataclass
class Progress:
    """A bar that updates in place, or a line for each network where the standard error is not a terminal.

    Attributes:
        total: networks to be timed.
        shown: whether to say anything.
        done: those that are timed.
        name: of the network that is being timed.

    Example:
        >>> progress = Progress(total=2, shown=False)
        >>> with progress.timing("RegNetX-200MF"):
        ...     progress.line()
        '0/2 networks, RegNetX-200MF'
    """

    total: int
    shown: bool = True
    done: int = 0
    name: str = ""
    _start: float = field(default_factory=time.monotonic)
    _console: Console = field(
        default_factory=lambda: Console(stderr=True, markup=False, highlight=False, soft_wrap=True)
    )

    def line(self) -> str:
        """Says it in a line."""
        left = (time.monotonic() - self._start) / self.done * (self.total - self.done) if self.done else None
        parts = [f"{self.done}/{self.total} networks", self.name, f"about {clock(left)} left" if left else ""]
        return ", ".join(part for part in parts if part)

    @contextmanager
    def showing(self) -> Iterator["Progress"]:
        """Shows the bar while what is inside runs."""
        if not (self.shown and self._console.is_terminal):
            yield self
            return
        with Live(self, console=self._console, refresh_per_second=4, transient=True) as live:
            yield self
            live.update("")

    @contextmanager
    def timing(self, name: str) -> Iterator[None]:
        """Names the network that is timed inside, and counts it after."""
        self.name = name
        if self.shown and not self._console.is_terminal:
            self._console.print(self.line())
        yield
        self.done += 1

    def __rich__(self) -> Table:
        table = Table.grid(padding=(0, 1))
        table.add_row(ProgressBar(self.total, self.done, width=30), Text(self.line()))
        return table

"""Progress of a population in training: done, failed, networks an hour, best error, time left."""

import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self, TextIO

from rich.console import Console
from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from netspace.numbers import clock
from netspace.populations.record import Outcome

PLAIN_EVERY = 15.0
"""Seconds between lines where the output is not a terminal."""


@dataclass
class Tally:
    """Counts of one population in training.

    Attributes:
        name: of the population.
        total: networks in it.
        done: networks that have a record, of this call or an earlier one.
        failed: those of them that failed.
        begun: how far each network in training is, from 0 to 1.
        best: the least validation error so far, in percent.
        work: cost of each network still to train, in any unit; the time left goes by it.
    """

    name: str
    total: int
    work: Mapping[int, float]
    done: int = 0
    failed: int = 0
    best: float | None = None
    trained: int = 0
    worked: float = 0.0
    begun: dict[int, float] = field(default_factory=dict)
    start: float = field(default_factory=time.monotonic)

    def add(self, index: int, outcome: Outcome) -> None:
        """Counts one finished network."""
        self.done += 1
        self.trained += 1
        self.failed += outcome.status == "failed"
        self.worked += self.work.get(index, 0.0)
        self.begun.pop(index, None)
        if outcome.error is not None:
            self.best = outcome.error if self.best is None else min(self.best, outcome.error)

    def progress(self, index: int, part: float) -> None:
        """Takes note that a network is so far, from 0 to 1."""
        self.begun[index] = part

    def per_hour(self, now: float) -> float | None:
        """Gives networks an hour since this call began, once there is one."""
        return 3600 * self.trained / (now - self.start) if self.trained and now > self.start else None

    def seconds_left(self, now: float) -> float | None:
        """Estimates the time left from the cost of what is left."""
        worked = self.worked + sum(part * self.work.get(index, 0.0) for index, part in self.begun.items())
        return (now - self.start) * (sum(self.work.values()) / worked - 1) if worked else None

    def line(self) -> str:
        """Says it all in a line."""
        now = time.monotonic()
        rate, left = self.per_hour(now), self.seconds_left(now)
        parts = [
            f"{self.done}/{self.total} networks",
            f"{self.failed} failed",
            f"{rate:,.0f} networks/hour" if rate else f"{len(self.begun)} in training" if self.begun else "starting",
            f"best error {self.best:.1f} %" if self.best is not None else "no error yet",
            f"{clock(left)} left" if left is not None else "",
        ]
        return f"{self.name}: " + ", ".join(part for part in parts if part)


class ProgressDisplay:
    """Shows a `Tally` as a bar that updates in place, or as a line now and then where output is not a terminal."""

    def __init__(self, tally: Tally, stream: TextIO | None = None) -> None:
        self.tally = tally
        self._console = Console(file=stream or sys.stderr, markup=False, highlight=False, soft_wrap=True)
        self._live = Live(get_renderable=self._render, console=self._console, refresh_per_second=4, transient=True)
        self._last_line = 0.0

    def __enter__(self) -> Self:
        if self._console.is_terminal:
            self._live.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._console.is_terminal:
            self._live.stop()
        self._console.print(self.tally.line())

    def update(self) -> None:
        """Says a line if it is time for one; a terminal updates by itself."""
        if not self._console.is_terminal and time.monotonic() - self._last_line > PLAIN_EVERY:
            self._last_line = time.monotonic()
            self._console.print(self.tally.line())

    def _render(self) -> Table:
        table = Table.grid(padding=(0, 1))
        table.add_row(ProgressBar(self.tally.total, self.tally.done, width=30), Text(self.tally.line()))
        return table

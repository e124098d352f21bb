"""A line of progress on a terminal, for what takes more than two seconds."""

import sys
import time
from types import TracebackType
from typing import Self

PATIENCE = 2.0
INTERVAL = 0.2


class Progress:
    """Counts up to ``total``; shows it on the standard error if that is a terminal and two seconds went by.

    Example:
        >>> with Progress("reading images", total=2) as progress:
        ...     progress.add(1)
        ...     progress.add(1)
    """

    def __init__(self, label: str, total: int | None, unit: str = "", scale: float = 1) -> None:
        self.label, self.total, self.unit, self.scale = label, total, unit, scale
        self.done = 0
        self._next = time.monotonic() + PATIENCE
        self._width = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._width:
            self._write(" " * self._width)
            self._write("")

    def add(self, count: int) -> None:
        """Counts on, and shows it from time to time."""
        self.done += count
        now = time.monotonic()
        if now >= self._next and sys.stderr.isatty():
            self._next = now + INTERVAL
            self._show()

    def _show(self) -> None:
        of = "" if self.total is None else f" of {self.total / self.scale:,.0f}"
        line = f"{self.label}: {self.done / self.scale:,.0f}{of} {self.unit}".rstrip()
        self._write(line.ljust(self._width))
        self._width = len(line)

    @staticmethod
    def _write(text: str) -> None:
        sys.stderr.write(f"\r{text}")
        sys.stderr.flush()

"""Progress: counts, rates and the time left."""

import io
import re
import time

import pytest

from netspace.execution.progress import ProgressDisplay, Tally
from netspace.populations.record import Failure, Outcome


def outcome(error: float | None) -> Outcome:
    failure = None if error is not None else Failure("diverged", "the loss was nan")
    return Outcome(error, None, (), "2026-01-01T00:00:00+00:00", 1.0, 100.0, {}, {}, failure)


def test_time_left_goes_by_cost_not_by_count() -> None:
    tally = Tally("regnetx", 3, {0: 10.0, 1: 30.0, 2: 60.0}, start=0.0)
    assert tally.seconds_left(5.0) is None
    tally.add(0, outcome(20.0))
    assert tally.seconds_left(10.0) == pytest.approx(90.0)  # a tenth of the work took 10 s
    tally.add(2, outcome(None))
    assert tally.seconds_left(70.0) == pytest.approx(30.0)
    assert (tally.done, tally.failed, tally.best) == (2, 1, 20.0)
    assert tally.per_hour(3600.0) == 2


def test_a_line_says_it_all() -> None:
    tally = Tally("regnetx", 3, {0: 1.0, 1: 1.0, 2: 1.0}, start=time.monotonic() - 10)
    assert "starting" in tally.line()
    tally.add(0, outcome(20.04))
    assert tally.line().startswith("regnetx: 1/3 networks, 0 failed, 3")
    assert "best error 20.0 %" in tally.line()
    assert re.search(r", 0:\d\d left$", tally.line())


def test_output_that_is_no_terminal_gets_lines() -> None:
    stream = io.StringIO()
    tally = Tally("regnetx", 1, {0: 1.0})
    with ProgressDisplay(tally, stream) as display:
        display.update()
        display.update()
        tally.add(0, outcome(20.0))
    lines = stream.getvalue().splitlines()
    assert len(lines) == 2  # one now and then, one at the end
    assert "1/1 networks" in lines[-1]
    assert "\x1b" not in stream.getvalue()

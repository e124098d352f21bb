"""Worker processes on this machine: what the protocol promises, and what happens when they are killed."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from netspace.errors import ExecutionError
from netspace.execution import LocalExecutor
from netspace.populations.record import Epoch
from netspace.training.recipe import Recipe
from tests.execution.executor_conformance import ExecutorConformance, Hearing, assignment, network, task

LONG = Recipe(epochs=400, batch_size=16, learning_rate=0.01)


def children() -> list[int]:
    """Worker processes of this one that live."""
    task = Path(f"/proc/{os.getpid()}/task/{os.getpid()}/children")
    pids = [int(pid) for pid in task.read_text().split()]
    return [pid for pid in pids if b"netspace.execution.worker" in Path(f"/proc/{pid}/cmdline").read_bytes()]


class TestLocalExecutor(ExecutorConformance):
    def make(self, workers: int) -> LocalExecutor:
        return LocalExecutor(workers)


@pytest.mark.slow
def test_a_killed_worker_costs_only_its_own_attempt() -> None:
    killed: list[int] = []

    def kill_once(index: int) -> None:
        if index == 1 and not killed:
            for pid in children():
                os.kill(pid, signal.SIGKILL)
                killed.append(pid)

    hearing = Hearing(kill_once)
    LocalExecutor(1).run(assignment(), [task(i) for i in range(3)], hearing)
    assert killed
    assert {i: (o.status, o.attempts) for i, o in hearing.outcomes.items()} == {
        0: ("complete", 1),
        1: ("complete", 2),
        2: ("complete", 1),
    }


@pytest.mark.slow
def test_a_worker_killed_when_nothing_waits_any_more_is_replaced() -> None:
    """The last network's worker dies while the other worker, alive, has nothing to do."""
    killed: list[int] = []

    class KillTheBusyOne(Hearing):
        def epoch(self, index: int, epoch: Epoch) -> None:
            if index == 1 and 0 in self.outcomes and not killed:
                killed.extend(pid for pid in children() if "R" in state(pid))
                for pid in killed:
                    os.kill(pid, signal.SIGKILL)

    hearing = KillTheBusyOne()
    recipe = Recipe(epochs=100, batch_size=4, learning_rate=0.001)
    tasks = [task(0, network(4), recipe), task(1, network(64), recipe)]
    LocalExecutor(2).run(assignment(), tasks, hearing)
    assert len(killed) == 1
    assert {i: (o.status, o.attempts) for i, o in hearing.outcomes.items()} == {0: ("complete", 1), 1: ("complete", 2)}


@pytest.mark.slow
def test_a_network_under_which_workers_keep_dying_fails_alone() -> None:
    def kill_always(index: int) -> None:
        if index == 0:
            for pid in children():
                os.kill(pid, signal.SIGKILL)

    hearing = Hearing(kill_always)
    LocalExecutor(1).run(assignment(), [task(0), task(1)], hearing)
    failure = hearing.outcomes[0].failure
    assert (failure.reason, hearing.outcomes[0].attempts) == ("worker_died", 3)
    assert "SIGKILL" in failure.message
    assert hearing.outcomes[1].status == "complete"


@pytest.mark.slow
def test_a_worker_may_not_take_all_memory() -> None:
    from tests.training.test_loop import tiny

    wide = tiny(widths=[8, 4096], group_widths=4)
    hearing = Hearing()
    LocalExecutor(1, memory=600 * 2**20).run(assignment(), [task(0, wide), task(1)], hearing)
    assert hearing.outcomes[0].failure.reason == "out_of_memory"
    assert hearing.outcomes[1].status == "complete"


@pytest.mark.slow
def test_interrupting_leaves_no_process() -> None:
    def interrupt(_: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        LocalExecutor(2).run(assignment(), [task(i, recipe=LONG) for i in range(4)], Hearing(interrupt))
    assert not children()


@pytest.mark.slow
def test_workers_end_when_their_parent_is_killed() -> None:
    code = (
        "from tests.execution.test_local import *\n"
        "def tell(index):\n"
        "    print(' '.join(map(str, children())), flush=True)\n"
        "LocalExecutor(2).run(assignment(), [task(i, recipe=LONG) for i in range(4)], Hearing(tell))\n"
    )
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, [str(Path.cwd()), *sys.path]))}
    parent = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, env=environment)
    parent.stdout.readline()
    workers = [int(pid) for pid in parent.stdout.readline().split()]
    parent.kill()
    parent.wait()
    parent.stdout.close()
    assert len(workers) == 2
    deadline = time.monotonic() + 30
    while any(alive(pid) for pid in workers) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not any(alive(pid) for pid in workers)


def alive(pid: int) -> bool:
    return state(pid) not in ("", "Z")


def state(pid: int) -> str:
    """R running, S sleeping, Z dead but not yet waited for, nothing: gone."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().split(")")[1].split()[0]
    except FileNotFoundError:
        return ""


def test_workers_that_cannot_start_are_an_error_that_shows_why(monkeypatch) -> None:
    monkeypatch.setattr(sys, "executable", "/bin/false")
    with pytest.raises(ExecutionError, match="workers do not start"):
        LocalExecutor(1).run(assignment(), [task(0)], Hearing())


@pytest.mark.parametrize("workers", [0, -1, 1.5])
def test_wrong_numbers_of_workers_are_refused(workers) -> None:
    with pytest.raises(ExecutionError, match="at least 1"):
        LocalExecutor(workers)

"""Worker processes on this machine."""

import os
import signal
import socket
import subprocess
import sys
import tempfile
from collections import deque
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from multiprocessing.connection import Connection, wait
from pathlib import Path
from typing import IO, Any

from netspace.errors import ExecutionError
from netspace.execution.executor import Assignment, Listener, Task
from netspace.execution.memory import SharedData
from netspace.networks.registry import pack_blocks
from netspace.populations.record import Failure, Outcome
from netspace.training.devices import available_cores, describe_device
from netspace.training.loop import versions

MAX_ATTEMPTS = 3
"""How often a network is started before the deaths of its workers count as its own failure."""


@dataclass
class _Worker:
    """One process, the connection to it, what it works on, and where its last words go."""

    process: "subprocess.Popen[bytes]"
    connection: Connection
    stderr: IO[bytes]
    task: Task | None = None
    ready: bool = False
    used: bool = False

    def last_words(self) -> str:
        """Gives the end of what the process wrote to its standard error."""
        self.stderr.seek(0)
        return self.stderr.read().decode(errors="replace")[-4000:]

    def stop(self) -> None:
        """Ends the process at once."""
        self.connection.close()
        self.process.kill()
        self.process.wait()
        self.stderr.close()


class LocalExecutor:
    """Trains networks in ``workers`` long-lived processes of one thread each.

    A process that dies, of whatever signal, costs only the network it worked on: another takes its place and the
    network is tried again. When this process dies, the workers end by themselves.

    Args:
        workers: how many processes; by default one for each core this process may use.
        memory: bytes of its own that each worker may take before its network fails as out of memory; by default an
            equal share of nine tenths of what is free when it starts (Linux, CPU).
    """

    def __init__(self, workers: int | None = None, *, memory: int | None = None) -> None:
        if workers is not None and (not isinstance(workers, int) or workers < 1):
            raise ExecutionError(f"{workers!r} workers cannot train: ask for a whole number of at least 1")
        self.workers = workers or available_cores()
        self.memory = memory

    def run(self, assignment: Assignment, tasks: Sequence[Task], listener: Listener) -> None:
        """Trains all ``tasks`` as `Executor` promises."""
        shared = SharedData.put(assignment.data)
        try:
            blocks = pack_blocks(stage.block for task in tasks for stage in task.architecture.stages)
            _Crew(self, assignment, shared, blocks, listener).run(tasks)
        finally:
            shared.close()


class _Crew:
    """The workers of one call, and what is left for them to do."""

    def __init__(
        self,
        executor: LocalExecutor,
        assignment: Assignment,
        shared: SharedData,
        blocks: bytes,
        listener: Listener,
    ) -> None:
        self.size = executor.workers
        self.assignment = assignment
        self.shared = shared
        self.blocks = blocks
        self.listener = listener
        self.memory = executor.memory or _memory_share(self.size, assignment.device)
        self.workers: list[_Worker] = []
        self.waiting: deque[Task] = deque()
        self.attempts: dict[int, int] = {}
        self.unborn = 0

    def run(self, tasks: Sequence[Task]) -> None:
        """Keeps as many workers busy as there is work, until none is left."""
        self.waiting.extend(tasks)
        try:
            while self.waiting or any(worker.task for worker in self.workers):
                for worker in self.workers:
                    self._give(worker)
                self._hire()
                for worker in self._heard():
                    self._hear(worker)
        finally:
            for worker in self.workers:
                worker.stop()

    def _hire(self) -> None:
        """Starts workers up to the number wanted, and no more than there are networks for."""
        busy = sum(worker.task is not None for worker in self.workers)
        while len(self.workers) < min(self.size, busy + len(self.waiting)):
            self.workers.append(self._start())

    def _start(self) -> _Worker:
        ours, theirs = socket.socketpair()
        stderr = tempfile.TemporaryFile()  # noqa: SIM115 (the worker's, until it stops)
        with theirs:
            process = subprocess.Popen(
                [sys.executable, "-m", "netspace.execution.worker", str(theirs.fileno())],
                pass_fds=(theirs.fileno(), self.shared.fd),
                stdin=subprocess.DEVNULL,
                stdout=stderr,
                stderr=stderr,
                env=_environment(),
                process_group=0,
            )
        worker = _Worker(process, Connection(ours.detach()), stderr)
        a = self.assignment
        _send(worker, (self.blocks, self.shared, a.device, a.layout, self.memory))
        return worker

    def _heard(self) -> list[_Worker]:
        ready = wait([worker.connection for worker in self.workers], timeout=1.0)
        return [worker for worker in self.workers if worker.connection in ready]

    def _hear(self, worker: _Worker) -> None:
        """Takes one message of a worker, or notices that it died."""
        try:
            kind, index, content = worker.connection.recv()
        except (EOFError, OSError):
            self._bury(worker)
            return
        if kind == "epoch":
            self.listener.epoch(index, content)
        elif kind == "started":
            self.listener.started(index)
        elif kind == "finished":
            self._take(worker, index, content)
        else:
            worker.ready, self.unborn = True, 0

    def _take(self, worker: _Worker, index: int, outcome: Outcome) -> None:
        """Reports an outcome; a network that ran out of memory in a used worker is first tried in a fresh one."""
        task, worker.task = worker.task, None
        if outcome.failure is None or outcome.failure.reason not in ("out_of_memory", "exception"):
            worker.used = True
            self.listener.finished(index, replace(outcome, attempts=self.attempts[index]))
            return
        self.workers.remove(worker)  # what failed may have left its process unfit for the next network
        worker.stop()
        if task is not None and worker.used and outcome.failure.reason == "out_of_memory":
            self.waiting.appendleft(task)
        else:
            self.listener.finished(index, replace(outcome, attempts=self.attempts[index]))

    def _give(self, worker: _Worker) -> None:
        """Gives a worker that waits its next network."""
        if worker.ready and worker.task is None and self.waiting:
            worker.task = self.waiting.popleft()
            self.attempts[worker.task.index] = self.attempts.get(worker.task.index, 0) + 1
            _send(worker, worker.task)

    def _bury(self, worker: _Worker) -> None:
        """Removes a dead worker; its network goes back to the front of the queue, or fails for good."""
        self.workers.remove(worker)
        worker.process.wait()
        death, last_words = _describe_death(worker.process.returncode), worker.last_words()
        worker.stop()
        if not worker.ready:
            self._bury_unborn(death, last_words)
        elif worker.task is not None:
            attempts = self.attempts[worker.task.index]
            if attempts < MAX_ATTEMPTS:
                self.waiting.appendleft(worker.task)
            else:
                outcome = _died(death, last_words, attempts, self.assignment)
                self.listener.finished(worker.task.index, outcome)

    def _bury_unborn(self, death: str, last_words: str) -> None:
        self.unborn += 1
        if self.unborn >= MAX_ATTEMPTS:
            raise ExecutionError(
                f"workers do not start: {self.unborn} in a row ended before their first network ({death}). "
                f"The last one said:\n{last_words}\n  `netspace doctor` checks this machine."
            )


def _send(worker: _Worker, message: Any) -> None:
    """Sends to a worker; one that is already dead is noticed when it is next heard."""
    with suppress(OSError):
        worker.connection.send(message)


def _environment() -> dict[str, str]:
    """Gives workers this process's import path, one thread in every numeric library, and an allocator that keeps.

    A training step frees what the next one asks for again. By default glibc hands large blocks back to the system
    each time, and their pages are faulted in and zeroed anew: about a tenth of the time of a small network.
    """
    places = [place or str(Path.cwd()) for place in sys.path]
    path = {"PYTHONPATH": os.pathsep.join(places), "PYTHONSAFEPATH": "1"}  # the same modules as here, in this order
    threads = {"OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}
    allocator = {"MALLOC_MMAP_MAX_": "0", "MALLOC_TRIM_THRESHOLD_": str(2**40), "MALLOC_TOP_PAD_": str(2**26)}
    return os.environ | path | threads | allocator


def _memory_share(workers: int, device: str) -> int | None:
    """Gives each worker's share of the free memory in bytes, where the system tells it."""
    meminfo, limit = Path("/proc/meminfo"), Path("/sys/fs/cgroup/memory.max")
    if not device.startswith("cpu") or not meminfo.exists():
        return None
    kilobytes = next(line.split()[1] for line in meminfo.read_text().splitlines() if line.startswith("MemAvailable:"))
    free = 1024 * int(kilobytes)
    if limit.exists() and (most := limit.read_text().strip()).isdigit():
        free = min(free, int(most))
    return int(0.9 * free / workers)


def _describe_death(returncode: int) -> str:
    if returncode >= 0:
        return f"it exited with code {returncode}"
    known = {each.value: each.name for each in signal.Signals}
    name = known.get(-returncode, f"signal {-returncode}")
    hint = ": often the system's out-of-memory killer" if -returncode == signal.SIGKILL else ""
    return f"it was ended by {name}{hint}"


def _died(death: str, last_words: str, attempts: int, assignment: Assignment) -> Outcome:
    message = f"its worker died {attempts} times; the last time {death}"
    return Outcome(
        error=None,
        test_error=None,
        curve=(),
        started_at=datetime.now(UTC).isoformat(timespec="seconds"),
        seconds=0.0,
        images_per_second=None,
        device=describe_device(assignment.device, threads=1) | {"layout": assignment.layout, "precision": "fp32"},
        versions=versions(),
        failure=Failure("worker_died", message, last_words),
        attempts=attempts,
    )

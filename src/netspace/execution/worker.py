"""A worker process: takes tasks from a connection, trains them on one thread, and sends back what happened.

It is started as ``python -m netspace.execution.worker FD`` rather than through multiprocessing, which would run the
user's main script again in every worker. It ends as soon as the other side of the connection is gone, however that
came about.
"""

import os
import queue
import signal
import sys
import threading
from multiprocessing.connection import Connection
from typing import Any

from netspace.execution.executor import Task
from netspace.execution.memory import SharedData
from netspace.networks.registry import unpack_blocks
from netspace.populations.record import Epoch

try:
    import resource
except ImportError:  # not on Windows
    resource = None  # type: ignore[assignment]


def main(fd: int) -> None:
    """Serves tasks until the connection ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's to handle
    connection = Connection(fd)
    inbox: queue.SimpleQueue[Any] = queue.SimpleQueue()
    threading.Thread(target=_listen, args=(connection, inbox), daemon=True).start()
    blocks, shared, device, layout, memory = inbox.get()
    unpack_blocks(blocks)
    train = _prepare(shared, device, layout, memory, connection)
    connection.send(("ready", -1, None))
    while True:
        train(inbox.get())


def _listen(connection: Connection, inbox: "queue.SimpleQueue[Any]") -> None:
    """Passes messages on; ends the process when the parent is gone, even in the middle of a network."""
    try:
        while True:
            inbox.put(connection.recv())
    except (EOFError, OSError):
        os._exit(0)


def _prepare(shared: SharedData, device: str, layout: str, memory: int | None, connection: Any) -> Any:
    import torch

    from netspace.training.loop import train_network

    torch.set_num_threads(1)
    torch.set_flush_denormal(True)
    torch.backends.cudnn.allow_tf32 = False  # fp32 is what the record says
    torch.backends.cudnn.deterministic = True
    data = shared.attach()
    if memory is not None and resource is not None:
        resource.setrlimit(resource.RLIMIT_DATA, (memory, memory))

    def train(task: Task) -> None:
        def on_epoch(epoch: Epoch) -> None:
            connection.send(("epoch", task.index, epoch))

        connection.send(("started", task.index, None))
        prepared = data[task.architecture.image_size, task.architecture.in_channels]
        outcome = train_network(
            task.architecture, task.recipe, prepared, seed=task.seed, device=device, layout=layout, on_epoch=on_epoch
        )
        connection.send(("finished", task.index, outcome))

    return train


if __name__ == "__main__":
    main(int(sys.argv[1]))

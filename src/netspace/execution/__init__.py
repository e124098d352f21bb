"""A population on machines: the `Executor` protocol and the local one, of long-lived worker processes."""

from netspace.execution.executor import Assignment, Executor, Listener, Task
from netspace.execution.local import LocalExecutor

__all__ = ["Assignment", "Executor", "Listener", "LocalExecutor", "Task"]

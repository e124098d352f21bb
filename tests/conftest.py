"""What holds for all tests."""

import signal

import pytest


def pytest_configure(config: pytest.Config) -> None:
    """Lets Ctrl-C reach the processes that tests interrupt: those of a shell's background job ignore it otherwise."""
    signal.signal(signal.SIGINT, signal.default_int_handler)

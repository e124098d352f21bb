"""The command line: one file per verb."""

from netspace.cli.app import main

__all__ = ["main"]

"""From populations to pictures: each function gives the figures of one kind, or says why there are none."""

from netspace.reports.pictures.options import Options, nothing

__all__ = ["Options", "nothing"]

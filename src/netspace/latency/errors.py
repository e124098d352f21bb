"""What cannot be timed as asked."""

from netspace.errors import NetspaceError


class LatencyError(NetspaceError, ValueError):
    """A backend, precision, batch or number of threads that cannot be had here, or a table that cannot be used."""

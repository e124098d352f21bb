"""What goes wrong on the way out."""

from netspace.errors import NetspaceError


class ExportError(NetspaceError):
    """A network that cannot be exported, or an exported file that does not compute what the network does."""

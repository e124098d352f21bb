"""Every error netspace raises on purpose.

A message says what failed, what was given, what is allowed and what to do next.
"""


class NetspaceError(Exception):
    """Root of all errors that netspace raises on purpose."""


class ArchitectureError(NetspaceError, ValueError):
    """A description of a network that cannot be built."""


class CheckpointError(NetspaceError, ValueError):
    """Weights that cannot be read, or that do not fit the network."""


class ExportError(NetspaceError):
    """A network that cannot be exported, or an exported file that does not compute what the network does."""


class LatencyError(NetspaceError, ValueError):
    """A backend, precision or number of threads that cannot be had here, or a table or runtime model that is none."""


class SpaceError(NetspaceError, ValueError):
    """A design space, a budget or a sample that cannot exist."""


class DataError(NetspaceError, ValueError):
    """A data set that cannot be found, read or used."""


class RecipeError(NetspaceError, ValueError):
    """A training recipe, or a device, that is unknown or out of range."""


class StudyFileError(NetspaceError, ValueError):
    """A study file that cannot be read, or has a field that is unknown or out of range."""


class StoreError(NetspaceError):
    """A store that cannot be opened, is of another version, or is in use."""


class ExecutionError(NetspaceError):
    """Workers that cannot be started, or a wrong number of them."""


class AnalysisError(NetspaceError, ValueError):
    """A statistic that the records at hand cannot give."""


class ReportError(NetspaceError):
    """A report that cannot be written."""


class DivergedError(NetspaceError):
    """A training loss that became infinite or not a number."""

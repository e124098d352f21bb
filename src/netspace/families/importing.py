"""Running a Python file that registers blocks, wherever it lies."""

import sys
import traceback
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

from netspace.errors import ArchitectureError


def import_blocks(path: str | Path) -> None:
    """Runs a Python file that registers blocks, wherever it lies.

    Raises:
        ArchitectureError: the file cannot be read, or does not run.
    """
    import cloudpickle

    file = Path(path)
    if not file.is_file():
        raise ArchitectureError(f"no file {str(path)!r} to import blocks from: give a Python file")
    name = f"netspace_blocks_{file.stem}"
    spec = spec_from_file_location(name, file)
    if spec is None or spec.loader is None:
        raise ArchitectureError(f"cannot import blocks from {str(path)!r}: it is no Python file (.py)")
    try:
        module = sys.modules[name] = module_from_spec(spec)
        spec.loader.exec_module(module)
    except SyntaxError as error:
        raise ArchitectureError(f"{path} does not run: {error.msg} (line {error.lineno})") from error
    except (Exception, SystemExit) as error:
        raise ArchitectureError(f"{path} does not run: {said(error)}") from error
    cloudpickle.register_pickle_by_value(module)  # other processes do not have it on their path


def said(error: BaseException) -> str:
    """Gives what an exception in a user's code says, and where it was raised."""
    where = traceback.extract_tb(error.__traceback__)[-1]
    return f"{type(error).__name__}: {error} ({where.filename}, line {where.lineno})"

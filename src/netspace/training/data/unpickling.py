"""Reading pickles of arrays without running what a pickle may hold."""

import io
import pickle
from typing import Any

import numpy as np

from netspace.errors import DataError


def load_plain_pickle(content: bytes, where: str) -> Any:
    """Reads a pickle of numbers, texts, bytes, lists, dictionaries and numpy arrays, and nothing else.

    Texts that Python 2 wrote come as ``str``. A pickle names functions that it wants called when it is read: only
    those that rebuild numpy arrays are.

    Raises:
        DataError: the content names anything else, or is no pickle.
    """
    try:
        return _PlainUnpickler(io.BytesIO(content), encoding="latin1").load()
    except DataError as error:
        raise DataError(f"{where} is not read: {error}") from None
    except Exception as error:  # noqa: BLE001 (a damaged pickle can raise anything; nothing of it is to reach the user)
        raise DataError(f"{where} is no pickle that can be read: {type(error).__name__}: {error}") from None


def _encode_latin1(text: str, encoding: str) -> bytes:
    """Stands for ``_codecs.encode``, by which pickles of protocol 2 write bytes."""
    if encoding != "latin1":
        raise DataError(f"it encodes by {encoding!r}, not by latin1 as arrays do")
    return text.encode("latin1")


def _array_parts() -> dict[tuple[str, str], Any]:
    """Gives what pickled arrays name; numpy 2 moved ``core`` to ``_core``, and reads either."""
    rebuild, scalar = np.zeros(1).__reduce__()[0], np.float64(0).__reduce__()[0]
    from_buffer = np.zeros(1).__reduce_ex__(5)[0]
    parts: dict[tuple[str, str], Any] = {("numpy", "ndarray"): np.ndarray, ("numpy", "dtype"): np.dtype}
    for core in ("numpy.core", "numpy._core"):
        parts[f"{core}.multiarray", "_reconstruct"] = rebuild
        parts[f"{core}.multiarray", "scalar"] = scalar
        parts[f"{core}.numeric", "_frombuffer"] = from_buffer
    parts["_codecs", "encode"] = _encode_latin1
    return parts


_ALLOWED = _array_parts()


class _PlainUnpickler(pickle.Unpickler):
    def find_class(self, module: str, name: str) -> Any:
        """Gives a part of numpy arrays, by its names of the two numpy generations."""
        if (module, name) not in _ALLOWED:
            raise DataError(f"it asks for {module}.{name}, and only numpy arrays and plain values are allowed")
        return _ALLOWED[module, name]

"""Files of weights, and what training scripts put around them, as plain tensors by name. Runs nothing a file holds."""

import argparse
import pickle
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np
import torch
from safetensors import SafetensorError
from safetensors.torch import load_file
from torch import Tensor

from netspace.errors import CheckpointError

_AVERAGED = ("ema_state", "state_dict_ema", "model_ema")
_PLAIN = ("model_state", "state_dict", "model")
"""Where training scripts put the weights, and their exponential moving average: pycls, timm, torchvision."""

_PREFIXES = ("module.", "_orig_mod.", "model.")
"""What torch's data-parallel wrappers, ``torch.compile`` and Lightning put before every name."""

_SCALAR = np.float64(0).__reduce__()[0]
_HARMLESS: list[Any] = [
    argparse.Namespace,
    (_SCALAR, "numpy.core.multiarray.scalar"),
    (_SCALAR, "numpy._core.multiarray.scalar"),
    np.dtype,
    *(type(np.dtype(kind)) for kind in (np.float64, np.float32, np.int64)),
]
"""What training scripts keep beside weights and torch alone would refuse: their options, and errors as numpy numbers.

None of it runs anything when it is read.
"""


@dataclass(frozen=True)
class Content:
    """What a file holds.

    Attributes:
        tensors: each tensor by its name.
        source: which weights they are, in words.
        channel_order: of the images that the network reads, where the file tells.
    """

    tensors: dict[str, Tensor]
    source: str = "weights"
    channel_order: Literal["RGB", "BGR"] | None = None


def read(path: str | Path) -> Content:
    """Reads a file of weights: ``.safetensors``, or what ``torch.save`` wrote (``.pth``, ``.pyth``, ``.pt``, ``.bin``).

    Where training scripts keep an exponential moving average of the weights, that is taken.

    Raises:
        CheckpointError: the file is not there, is damaged, asks for code to be run, or holds no weights.
    """
    try:
        file = Path(path)
    except TypeError:
        raise CheckpointError(
            f"weights are loaded from a file, not from a {type(path).__name__}: give its path; a state dict of the "
            "network's own names goes to network.load_state_dict"
        ) from None
    if not file.is_file():
        raise CheckpointError(
            f"there is no file of weights {str(file)!r}: give the path of a .pth or .safetensors file"
        )
    if file.suffix == ".safetensors":
        return Content(_without_wrappers(_read_safetensors(file)))
    content = _read_torch(file)
    if not isinstance(content, Mapping):
        raise _nothing_in(file, f"it holds a {type(content).__name__}")
    found, source = _weights(content)
    tensors = {str(name): value for name, value in found.items() if isinstance(value, Tensor)}
    if not tensors:
        raise _nothing_in(file, f"its entries are {', '.join(map(str, list(found)[:5])) or 'none'}")
    return Content(_without_wrappers(tensors), source + _epoch(content), _channel_order(content))


def _nothing_in(file: Path, what: str) -> CheckpointError:
    return CheckpointError(
        f"{file.name} holds no weights by name: {what}. Save the state dict of a network: "
        "torch.save(network.state_dict(), path)"
    )


def _read_safetensors(file: Path) -> dict[str, Tensor]:
    try:
        return load_file(file)
    except (SafetensorError, OSError) as error:
        raise CheckpointError(f"{file.name} cannot be read as safetensors: {error}. Get the file anew") from None


def _read_torch(file: Path) -> Any:
    try:
        with torch.serialization.safe_globals(_HARMLESS):
            return torch.load(file, map_location="cpu", weights_only=True)
    except pickle.UnpicklingError as error:
        asked = re.search(r"GLOBAL ([\w.]+)", str(error))
        if asked is None:
            raise _damaged(file, error) from None
        raise CheckpointError(
            f"{file.name} is not read: it asks for {asked[1]}, which could run code of whoever wrote the file; only "
            "weights are read. If you trust it, save its state dict alone, with the library that wrote it"
        ) from None
    except Exception as error:  # noqa: BLE001 (a damaged file can raise anything; nothing of it is to reach the user)
        raise _damaged(file, error) from None


def _damaged(file: Path, error: Exception) -> CheckpointError:
    reason = f"{type(error).__name__}: {error}".split("\n")[0][:200]
    return CheckpointError(f"{file.name} is no file of torch.save that can be read ({reason}). Get the file anew")


def _weights(content: Mapping[Any, Any]) -> tuple[Mapping[Any, Any], str]:
    """Takes the weights out of what is around them, and says which they are."""
    source = "weights"
    if "classy_state_dict" in content:
        return _vissl(content), source
    # pycls keeps an average that was never updated, with this error, where training did not ask for one
    never = content.get("ema_err") == 100
    source = "weights (their average was never updated)" if never else source
    wrappers = _PLAIN if never else (*_AVERAGED, *_PLAIN)
    while True:
        inner = next((n for n in wrappers if isinstance(content.get(n), Mapping) and content[n]), None)
        if inner is None:
            return content, source
        source = "EMA weights" if inner in _AVERAGED else source
        content = content[inner]


def _vissl(content: Mapping[Any, Any]) -> Mapping[Any, Any]:
    try:
        model = content["classy_state_dict"]["base_model"]["model"]
        heads = {name: value for name, value in model["heads"].items() if "clf" in name}
        return {**model["trunk"], **heads}
    except (KeyError, TypeError, AttributeError):
        raise CheckpointError("classy_state_dict has no base_model.model of trunk and heads, as in VISSL") from None


def _epoch(content: Mapping[Any, Any]) -> str:
    epoch = content.get("epoch")  # counted from 0 by pycls, timm and torchvision
    return f" of epoch {epoch + 1}" if isinstance(epoch, int) else ""


def _channel_order(content: Mapping[Any, Any]) -> Literal["RGB", "BGR"] | None:
    """Finds in the configuration that mmpretrain keeps in its files whether images are turned to RGB."""
    meta = content.get("meta")
    texts = [meta.get(name) for name in ("cfg", "config")] if isinstance(meta, Mapping) else []
    found = re.search(r"to_rgb['\"]?\s*[=:]\s*(True|False)", "\n".join(t for t in texts if isinstance(t, str)))
    return None if found is None else "RGB" if found[1] == "True" else "BGR"


def _without_wrappers(tensors: dict[str, Tensor]) -> dict[str, Tensor]:
    """Takes away what wrappers put before every name, and the count that torch's averaging keeps beside them."""
    tensors = {name: tensor for name, tensor in tensors.items() if name != "n_averaged"}
    for prefix in _PREFIXES * len(_PREFIXES):
        if all(name.startswith(prefix) for name in tensors):
            tensors = {name.removeprefix(prefix): tensor for name, tensor in tensors.items()}
    return tensors

"""Weights of the zoo's networks that others trained, from the Hugging Face hub or from a folder."""

import hashlib
import os
import re
import sys
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import platformdirs
import torch
from torch import Tensor, nn

from netspace import zoo
from netspace.architecture import Architecture
from netspace.errors import CheckpointError
from netspace.networks.checkpoints.layout import CLASSIFIER, STEM
from netspace.networks.checkpoints.loading import LoadedCheckpoint, load_content
from netspace.networks.checkpoints.reading import read
from netspace.networks.checkpoints.timm import TIMM
from netspace.networks.network import build
from netspace.networks.repository import download, url
from netspace.zoo import Model, Weights

FILE = "model.safetensors"


@dataclass(frozen=True)
class Pretrained:
    """Which weights a network started from; `load_pretrained` leaves it as the network's ``pretrained``.

    Attributes:
        weights: as the zoo lists them.
        digest: of all of the network's tensors right after loading; empty: some were left out or adapted.
    """

    weights: Weights
    digest: str

    def is_unchanged(self, model: nn.Module) -> bool:
        """Tells whether the network still has exactly these weights, so that their published accuracy is its own."""
        return bool(self.digest) and self.digest == digest_of(model.state_dict())


def load_pretrained(
    model: nn.Module, entry: Model, *, tag: str = "", cache_dir: str | Path | None = None
) -> LoadedCheckpoint:
    """Loads weights of a network of the zoo that others trained, from the hub, a cache or a folder.

    A file ``NAME.TAG.safetensors``, such as ``regnetx_004.pycls_in1k.safetensors``, is looked for in the folder that
    the variable NETSPACE_WEIGHTS names and in ``weights`` of the cache (NETSPACE_CACHE); where there is none, it is
    downloaded (extra ``hub``), or taken from where an earlier download put it.

    Of a network for other classes all is loaded but the classifier, which stays as it is; for other channels than RGB
    the stem is adapted as timm does: summed for one, else repeated and scaled. A line on the standard error says so.

    Args:
        model: a network that was built as ``entry`` is; see `netspace.create_model`.
        entry: its row of the zoo.
        tag: which weights, such as ``tv2_in1k``; by default timm's default. What ends a name of the network itself,
            such as ``6GF`` of RegNetX-1.6GF, means the default too.
        cache_dir: where downloads are kept; by default where huggingface_hub does.

    Returns:
        What the file was recognized as, and what of it was changed or left out.

    Raises:
        CheckpointError: there are no such weights, they cannot be had (the message says which file to place where), or
            they do not fit the network, which then is as it was.

    Example:
        >>> import netspace as ns
        >>> network = ns.create_model("regnetx_004.pycls_in1k", pretrained=True)                     # doctest: +SKIP
    """
    weights = _chosen(entry, tag)
    loaded = load_file(model, weights_file(weights, cache_dir=cache_dir), said_of=weights.hub)
    model.pretrained = Pretrained(weights, "" if loaded.changes else digest_of(model.state_dict()))  # type: ignore[assignment]
    return loaded


def load_file(model: nn.Module, path: str | Path, *, said_of: str = "") -> LoadedCheckpoint:
    """Loads a checkpoint file as `load_checkpoint` does, adapted to other classes and channels where it is timm's.

    What was changed or left out is said in a line on the standard error.

    Raises:
        CheckpointError: as `load_checkpoint`.
    """
    loaded = _load(model, Path(path))
    if loaded.changes:
        sys.stderr.write(f"netspace: {said_of or Path(path).name}: {', '.join(loaded.changes)}\n")
    return loaded


def weights_file(weights: Weights, *, cache_dir: str | Path | None = None) -> Path:
    """Gives the file of weights of the zoo, downloading it if it is nowhere; see `load_pretrained`.

    Raises:
        CheckpointError: it cannot be had; the message says where to place it.
    """
    name = f"{weights.hub.rpartition('/')[2]}.safetensors"
    for folder in weights_folders():
        if (folder / name).is_file():
            return folder / name
    return download(
        weights.hub,
        FILE,
        cache_dir=cache_dir,
        otherwise=f"place {url(weights.hub, FILE)} as {weights_folders()[0] / name}",
    )


def weights_folders() -> list[Path]:
    """Gives the folders where files of weights are looked for: $NETSPACE_WEIGHTS, and ``weights`` in the cache."""
    given, cache = os.environ.get("NETSPACE_WEIGHTS"), os.environ.get("NETSPACE_CACHE")
    folder = Path(cache).expanduser() if cache else platformdirs.user_cache_path("netspace")
    return [*([Path(given).expanduser()] if given else []), folder / "weights"]


def find_weights(repository: str) -> Weights | None:
    """Finds the weights that the zoo has of a repository on the hub."""
    rows = (weights for name in zoo.list_models() for weights in zoo.find(name).weights)
    return next((weights for weights in rows if weights.hub == repository), None)


def digest_of(state: Mapping[str, Tensor]) -> str:
    """Gives a hash of tensors and their names, in order."""
    digest = hashlib.sha256()
    for name, tensor in state.items():
        digest.update(f"{name} {tensor.dtype} {tuple(tensor.shape)}".encode())
        flat = tensor.detach().cpu().contiguous().reshape(-1)
        digest.update(flat.view(torch.uint8).numpy().data)  # as bytes, since numpy knows no bfloat16
    return digest.hexdigest()


def _chosen(entry: Model, tag: str) -> Weights:
    """Gives the weights called ``tag``, or the first."""
    if not entry.weights:
        family = [zoo.find(name) for name in zoo.list_models()]
        others = [model.name for model in family if model.family == entry.family and model.weights]
        hint = f"of its family {', '.join(others)} have" if others else "nor are there for another of its family"
        raise CheckpointError(
            f"there are no weights of {entry.name} on the hub; {hint}. A checkpoint file of your own is loaded by "
            'pretrained="FILE"'
        )
    by_tag = {weights.tag: weights for weights in entry.weights}
    ends = {_plain(name.rpartition(".")[2]) for name in (entry.name, *entry.aliases)}
    if tag and tag not in by_tag and _plain(tag) not in ends:
        raise CheckpointError(f"{entry.name} has no weights called {tag!r}: there are {', '.join(by_tag)}")
    return by_tag.get(tag, entry.weights[0])


def _plain(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.lower())


def _load(model: nn.Module, path: Path) -> LoadedCheckpoint:
    """Loads a file of timm's, by way of a network of the file's classes and channels where those differ."""
    architecture = _architecture(model)
    content = read(path)
    needed = _outline(content.tensors, architecture)
    if needed == architecture:
        return load_content(model, content, path.name)
    twin = build(needed, seed=0)
    loaded = load_content(twin, content, path.name)
    state, changes = twin.state_dict(), list(loaded.changes)
    if needed.num_classes != architecture.num_classes:
        state = {key: tensor for key, tensor in state.items() if not key.startswith(f"{CLASSIFIER}.")}
        changes.append(
            f"the classifier, for {needed.num_classes or 'no'} classes, left out: the network has "
            f"{architecture.num_classes}, and keeps its initial one"
        )
    if needed.in_channels != architecture.in_channels:
        state[STEM] = adapt_stem(state[STEM], architecture.in_channels)
        changes.append(f"the stem adapted from {needed.in_channels} channels to {architecture.in_channels}")
    own = model.state_dict()
    model.load_state_dict(own | {key: tensor for key, tensor in state.items() if key in own})
    return replace(loaded, changes=tuple(changes))


def _architecture(model: nn.Module) -> Architecture:
    architecture = getattr(model, "architecture", None)
    if not isinstance(architecture, Architecture) or architecture.foreign:
        raise CheckpointError(
            f"{type(model).__name__} is no network of netspace's blocks: its own library loads weights"
        )
    return architecture


def _outline(tensors: Mapping[str, Tensor], architecture: Architecture) -> Architecture:
    """Gives the network's description with the classes and channels that the file has, where the file tells.

    Without a classifier in the network the file's does not matter: `load_checkpoint` leaves it out.
    """
    keys = TIMM.keys(architecture)
    if keys is None:
        return architecture
    bias, stem = keys.theirs(f"{CLASSIFIER}.bias") or "", keys.theirs(STEM) or ""
    if stem not in tensors:
        return architecture  # another library's names: load_checkpoint knows them
    classes, channels = len(tensors[bias]) if bias in tensors else 0, tensors[stem].shape[1]
    return replace(architecture, in_channels=channels, num_classes=classes if architecture.num_classes else 0)


def adapt_stem(weight_OIHW: Tensor, in_channels: int) -> Tensor:
    """Makes a stem's weights for RGB images fit images of other channels, as timm does.

    For one channel they are summed, so that a gray image gives what it would give as RGB; for others repeated in turn
    and scaled by 3 / ``in_channels``.

    Example:
        >>> import torch
        >>> adapt_stem(torch.ones(8, 3, 3, 3), 4)[0, :, 0, 0]
        tensor([0.7500, 0.7500, 0.7500, 0.7500])
    """
    if in_channels == 1:
        return weight_OIHW.sum(1, keepdim=True)
    source = weight_OIHW.shape[1]
    repeated = weight_OIHW.repeat(1, -(-in_channels // source), 1, 1)[:, :in_channels]
    return repeated * (source / in_channels)

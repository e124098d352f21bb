"""Recognizing whose names a file of weights has, and moving weights between those and ours: all of them, or none."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from torch import Tensor, nn

from netspace.architecture import Architecture
from netspace.errors import CheckpointError
from netspace.networks.checkpoints.clovaai import CLOVAAI
from netspace.networks.checkpoints.efficientnet_pytorch import EFFICIENTNET_PYTORCH
from netspace.networks.checkpoints.layout import CLASSIFIER, STEM, Keys, Layout, OwnLayout, family
from netspace.networks.checkpoints.mmpretrain import MMPRETRAIN
from netspace.networks.checkpoints.pycls import PYCLS
from netspace.networks.checkpoints.reading import Content, read
from netspace.networks.checkpoints.timm import TIMM
from netspace.networks.checkpoints.torchvision import TORCHVISION
from netspace.networks.checkpoints.vissl import VISSL

_LAYOUTS = (
    OwnLayout("netspace", {}, padding=""),
    PYCLS,
    TIMM,
    TORCHVISION,
    MMPRETRAIN,
    CLOVAAI,
    EFFICIENTNET_PYTORCH,
    VISSL,
)
_COUNTER = "num_batches_tracked"  # no weight: files of old PyTorch versions, or converted from TensorFlow, lack it
_SHOWN = 3


@dataclass(frozen=True)
class LoadedCheckpoint:
    """What a file was recognized as, and what of it was loaded; `str` says it in a line.

    Attributes:
        layout: whose names it has: ``netspace``, or a library; where libraries agree on all names, one of them.
        source: which weights they are, such as ``EMA weights of epoch 100``.
        changes: what was changed or left out on the way, and why.
        tensors: how many were loaded.
    """

    layout: str
    source: str
    changes: tuple[str, ...]
    tensors: int

    def __str__(self) -> str:
        """Says it in a line."""
        return f"{self.layout} checkpoint: {', '.join((self.source, *self.changes, f'{self.tensors} tensors'))}"


def load_checkpoint(model: nn.Module, path: str | Path) -> LoadedCheckpoint:
    """Loads weights into a network, from a file with our names or another library's.

    Recognized by their names: pycls, timm, torchvision, mmpretrain, clovaai (ReXNet's authors), efficientnet_pytorch
    and VISSL, with what their training scripts put around the weights. Where the file holds an exponential moving
    average of the weights, that is taken. A stem that reads images as blue, green, red (pycls's; of mmpretrain's
    networks the RegNets, unless the configuration in the file says otherwise) is turned to red, green, blue.

    Args:
        model: a network that netspace built. Where it has no classifier (``num_classes=0``) or no head
            (``features_only``), those of the file are left out.
        path: ``.safetensors``, or ``.pth``, ``.pyth``, ``.pt``, ``.bin`` as ``torch.save`` writes them. Nothing but
            weights is read from those, and no code is run.

    Returns:
        What the file was recognized as.

    Raises:
        CheckpointError: the file cannot be read, or does not fit the network, which then is as it was.

    Example:
        >>> import tempfile, netspace as ns, torch
        >>> network = ns.build(ns.anynet(depths=[1, 1], widths=[16, 32], group_widths=8, image_size=32))
        >>> path = tempfile.mkdtemp() + "/model_epoch_0100.pyth"
        >>> torch.save({"epoch": 99, "model_state": to_state_dict(network, "pycls")}, path)
        >>> print(load_checkpoint(network, path))
        pycls checkpoint: weights of epoch 100, stem flipped from BGR to RGB (as pycls reads images), 56 tensors
    """
    return load_content(model, read(path), Path(path).name)


def load_content(model: nn.Module, content: Content, file: str) -> LoadedCheckpoint:
    """Loads what was read from a file called ``file``, as `load_checkpoint` says."""
    model = _unwrapped(model)
    architecture = _architecture(model)
    match = _recognized(model, content, file)
    _check_padding(match.layout, architecture, file)
    flip = content.channel_order == "BGR" if content.channel_order else match.layout.reads_bgr(architecture)
    found = {ours: content.tensors[theirs] for theirs, ours in match.expected.items() if theirs in content.tensors}
    tensors = {ours: match.layout.restore(ours, tensor, flip=flip) for ours, tensor in found.items()}
    dropped = [theirs for theirs in content.tensors if _lacks(model, match.keys.ours(theirs))]
    _check_fit(model, match, tensors, [name for name in content.tensors if name not in dropped], file)
    model.load_state_dict(model.state_dict() | tensors)
    changes = (*_channel_change(match.layout, content, tensors[STEM], flip=flip), *_left_out(dropped))
    return LoadedCheckpoint(match.layout.name, content.source, changes, len(tensors))


def to_state_dict(model: nn.Module, layout: str = "timm") -> dict[str, Tensor]:
    """Gives a network's weights as another library names and stores them, for its ``load_state_dict``.

    What is turned in loading is turned back: pycls gets a stem that reads blue, green, red. The rest shares memory
    with the network, as its own ``state_dict()`` does.

    Args:
        model: a network that netspace built.
        layout: ``netspace``, ``timm``, ``torchvision``, ``pycls``, ``mmpretrain``, ``clovaai`` (ReXNet's authors),
            ``efficientnet_pytorch`` or ``vissl``, if that library has such networks.

    Raises:
        CheckpointError: the library has no such network; the message names those that have.

    Example:
        >>> import netspace as ns
        >>> network = ns.build(ns.anynet(depths=[1], widths=[16], group_widths=8, image_size=32))
        >>> list(to_state_dict(network, "torchvision"))[0]
        'stem.0.weight'
    """
    model = _unwrapped(model)
    architecture, state = _architecture(model), model.state_dict()
    known = {match.layout.name: match for match in _matches(model) if match.layout.pads_like(architecture)}
    if layout not in known:
        raise CheckpointError(f"layout {layout!r} has no such network: this one can be had as {', '.join(known)}")
    match = known[layout]
    flip = match.layout.reads_bgr(architecture)
    return {theirs: match.layout.store(ours, state[ours], flip=flip) for theirs, ours in match.expected.items()}


@dataclass(frozen=True)
class _Match:
    """A layout, and the names that it has for a network's parameters: from theirs to ours."""

    layout: Layout
    keys: Keys
    expected: dict[str, str]


def _unwrapped(model: nn.Module) -> nn.Module:
    """Gives the network inside what ``torch.compile`` and data parallelism put around it."""
    inside = getattr(model, "_orig_mod", None) or (model.module if hasattr(model, "device_ids") else None)
    return _unwrapped(inside) if isinstance(inside, nn.Module) else model


def _architecture(model: nn.Module) -> Architecture:
    architecture = getattr(model, "architecture", None)
    if not isinstance(architecture, Architecture) or architecture.foreign:
        raise CheckpointError(
            f"{type(model).__name__} is no network of netspace's blocks, so its names are known to its own library "
            "alone: use model.load_state_dict and model.state_dict"
        )
    return architecture


def _matches(model: nn.Module) -> Iterator[_Match]:
    """Yields each layout that has names for all of a network's parameters."""
    for layout in _LAYOUTS:
        keys = layout.keys(_architecture(model))
        named = ((keys.theirs(ours), ours) for ours in model.state_dict()) if keys else ()
        expected = {theirs: ours for theirs, ours in named if theirs}
        if keys and len(expected) == len(model.state_dict()):
            yield _Match(layout, keys, expected)


def _recognized(model: nn.Module, content: Content, file: str) -> _Match:
    """Gives the layout that names most of the file's tensors, if that is half of them or of the network's."""
    given = set(content.tensors)
    best = max(_matches(model), key=lambda match: len(given & match.expected.keys()))
    if 2 * len(given & best.expected.keys()) < min(len(given), len(best.expected)):
        known = ", ".join(match.layout.name for match in _matches(model))
        raise CheckpointError(
            f"{file} is not of such a network, or has names that are not known: its first are "
            f"{_some(content.tensors)}\n  Nothing was loaded. Names known for this network are those of {known}: build "
            "the network that the file is of (ns.list_models() lists them), or rename its tensors"
        )
    return best


def _check_padding(layout: Layout, architecture: Architecture, file: str) -> None:
    if not layout.pads_like(architecture):
        raise CheckpointError(
            f"{file} has the names of {layout.name}, whose networks have padding {layout.padding!r}; this one has "
            f"{architecture.padding!r}, and would give wrong outputs\n  Nothing was loaded. Build the form of it "
            "that pads so: the EfficientNets whose names end in -TF pad as TensorFlow, the others symmetrically"
        )


def _lacks(model: nn.Module, ours: str | None) -> bool:
    """Tells whether a parameter belongs to a part that a network was built without: classifier, head, last stages."""
    if ours is None:
        return False
    if not hasattr(model, "head"):
        part, _, rest = ours.partition(".")
        return part == "head" or (part == "stages" and int(rest.split(".")[0]) >= len(model.stages))  # type: ignore[arg-type]
    return ours.startswith(f"{CLASSIFIER}.") and _architecture(model).num_classes == 0


def _check_fit(model: nn.Module, match: _Match, tensors: dict[str, Tensor], given: Iterable[str], file: str) -> None:
    """Refuses a file that lacks a tensor, has one too many, or one of another shape."""
    state = model.state_dict()
    absent = [n for n, ours in match.expected.items() if ours not in tensors and not ours.endswith(f".{_COUNTER}")]
    unexpected = [name for name in given if name not in match.expected]
    theirs = {ours: name for name, ours in match.expected.items()}
    shapes = {ours: (tuple(t.shape), tuple(state[ours].shape)) for ours, t in tensors.items()}
    differing = {ours: pair for ours, pair in shapes.items() if pair[0] != pair[1]}
    if not absent and not unexpected and not differing:
        return
    lines = [f"{file} does not fit the network. Its names are those of {match.layout.name}, but"]
    lines += [f"missing in it: {_some(absent)}"] if absent else []
    lines += [f"not in the network: {_some(unexpected)}"] if unexpected else []
    if differing:
        lines += [f"of another shape: {_some([f'{theirs[o]} {a}, ours {b}' for o, (a, b) in differing.items()])}"]
    lines += [f"Nothing was loaded. {_advice(_architecture(model), absent + unexpected, differing)}"]
    raise CheckpointError("\n  ".join(lines))


def _advice(
    architecture: Architecture, names: Sequence[str], differing: dict[str, tuple[tuple[int, ...], tuple[int, ...]]]
) -> str:
    """Says what to do next: build for other classes or channels where only that differs, else another network."""
    only = set() if names else {ours.rpartition(".")[0] for ours in differing}
    if only == {CLASSIFIER} and f"{CLASSIFIER}.bias" in differing:
        classes = differing[f"{CLASSIFIER}.bias"][0][0]
        return f"The file is of a network of {classes} classes: build with num_classes={classes}"
    if only == {"stem.conv"}:
        channels = differing[STEM][0][1]
        return f"The file is of a network for images of {channels} channels: build with in_chans={channels}"
    advice = "Build the network that the file is of: ns.list_models() lists those that have names"
    if family(architecture) == "regnet":
        advice += (
            ". Some RegNets of equal names differ: torchvision's regnet_x_400mf, regnet_y_800mf and regnet_y_8gf are "
            "wider than pycls's"
        )
    return advice


def _channel_change(layout: Layout, content: Content, stem_OIHW: Tensor, *, flip: bool) -> tuple[str, ...]:
    """Says which order of channels the stem was taken to read, of layouts where that is a question."""
    if not layout.bgr or stem_OIHW.shape[1] != 3:
        return ()
    why = "as the file's configuration says" if content.channel_order else f"as {layout.name} reads images"
    return (f"stem flipped from BGR to RGB ({why})",) if flip else (f"stem reads RGB ({why})",)


def _left_out(dropped: Sequence[str]) -> tuple[str, ...]:
    return (f"{len(dropped)} tensors of parts that the network lacks left out",) if dropped else ()


def _some(names: Iterable[str]) -> str:
    """Lists the first names, and how many more there are."""
    every = list(names)
    more = f" and {len(every) - _SHOWN} more" if len(every) > _SHOWN else ""
    return ", ".join(every[:_SHOWN]) + more

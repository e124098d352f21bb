"""Finding a network by any of its names."""

from collections.abc import Iterator
from difflib import get_close_matches
from fnmatch import fnmatch
from functools import cache

from netspace.architecture import Architecture
from netspace.errors import ArchitectureError
from netspace.zoo import mobile, regnet, resnet, rexnet
from netspace.zoo.model import Model


def list_models(pattern: str | None = None) -> list[str]:
    """Lists the networks by their papers' names.

    Args:
        pattern: keeps those of which a name, in any spelling, matches it; ``*`` stands for anything.

    Example:
        >>> list_models("rexnet_1*")
        ['ReXNet-x1.0', 'ReXNet-x1.3', 'ReXNet-x1.5']
    """
    models = tuple(_all())
    if pattern is None:
        return [model.name for model in models]
    wanted = _plain(pattern)
    return [m.name for m in models if any(fnmatch(_plain(name), wanted) for name in (m.name, *m.aliases))]


def find(name: str) -> Model:
    """Gives the network that answers to ``name``: the paper's, timm's or torchvision's, in any case.

    timm's form with the tag of its weights (``regnetx_016.pycls_in1k``) names the same network.

    Raises:
        ArchitectureError: no network does; the message names the nearest ones.

    Example:
        >>> find("regnet_x_1_6gf").name
        'RegNetX-1.6GF'
    """
    key = _plain(name)
    names = _names()
    if key in names:
        return names[key]
    base, _, tag = key.rpartition(".")
    if base in names and any(_plain(weights.tag) == tag for weights in names[base].weights):
        return names[base]
    raise _unknown(name, key)


def get_architecture(
    name: str, *, image_size: int | None = None, in_channels: int = 3, num_classes: int | None = None
) -> Architecture:
    """Describes a network of the zoo.

    Args:
        name: any of its names; see `find`.
        image_size: height and width of the input, in pixels; by default the one it was published with.
        in_channels: channels of the input.
        num_classes: outputs of the classifier; by default as published; 0: pooled features.

    Raises:
        ArchitectureError: the name is unknown, or a number out of range.
    """
    sizes = {"image_size": image_size, "num_classes": num_classes}
    given = {field: value for field, value in sizes.items() if value is not None}
    return find(name).make(in_channels=in_channels, **given)


def _all() -> Iterator[Model]:
    for module in (regnet, resnet, mobile, rexnet):
        yield from module.MODELS


@cache
def _names() -> dict[str, Model]:
    names: dict[str, Model] = {}
    for model in _all():
        for name in (model.name, *model.aliases):
            names.setdefault(_plain(name), model)
    return names


def _plain(name: str) -> str:
    """Gives the form in which spellings are compared.

    >>> _plain("ReXNet (x1.0)"), _plain("regnet_x_400mf")
    ('rexnet-x1.0', 'regnet-x-400mf')
    """
    word = str(name).lower().replace("×", "x")  # the papers' multiplication sign
    return word.replace("_", "-").replace(" ", "-").replace("(", "").replace(")", "").strip("-")


def _unknown(name: str, key: str) -> ArchitectureError:
    near = get_close_matches(key, _names(), n=5, cutoff=0.6)
    models = list(dict.fromkeys(_names()[each].name for each in near))
    hint = f"the nearest are {', '.join(models)}" if models else "`netspace models` lists all"
    return ArchitectureError(
        f"no network is called {name!r}: {hint}. Any network of timm can be had as timm:NAME, one of your own from "
        "ns.anynet(...) or ns.Architecture(...)"
    )

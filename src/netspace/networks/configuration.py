"""What ``config.json`` of a saved network holds: making it of a network, and a network of it."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from math import isfinite
from pathlib import Path
from typing import Any

from torch import nn

from netspace import zoo
from netspace.architecture import Architecture
from netspace.errors import ArchitectureError, CheckpointError
from netspace.networks.blocks import BLOCKS
from netspace.networks.features import features
from netspace.networks.layers import DropPath
from netspace.networks.network import Network, build
from netspace.networks.pretrained import Pretrained, digest_of, find_weights
from netspace.version import __version__
from netspace.zoo import Model, Weights

CONFIG, WEIGHTS = "config.json", "model.safetensors"
FORMAT = 1
_PREPROCESSING = ("input_size", "mean", "std", "interpolation", "crop_pct", "channel_order")


def describe(
    model: nn.Module,
    name: str | None,
    recipe: Any,
    preprocessing: Mapping[str, Any] | None,
    metrics: Mapping[str, float | str] | None,
    license_name: str | None,
) -> dict[str, Any]:
    """Gives what ``config.json`` holds, but for the digest of the weights."""
    network = _network(model)
    architecture, zoo_model = network.architecture, _zoo_model(network.architecture)
    loaded = getattr(network, "config", {})
    origin: Pretrained | None = getattr(network, "pretrained", None)
    unchanged = origin is not None and origin.is_unchanged(network)
    published = origin.weights if origin is not None and unchanged else None
    if preprocessing is None:
        preprocessing = _preprocessing_of(published) if published else loaded.get("preprocessing")
    default_name = loaded.get("name") or (zoo_model.name if zoo_model else f"network-{architecture.id}")
    return {
        "netspace_format": FORMAT,
        "netspace_version": __version__,
        "name": _checked_name(default_name if name is None else name),
        "family": zoo_model.family if zoo_model else None,
        "architecture": json.loads(architecture.to_json()),
        "num_classes": architecture.num_classes,
        "own_blocks": _own_blocks(architecture),
        "drop_path": _drop_path_rates(network),
        "feature_info": [asdict(feature) for feature in features(architecture)],
        "preprocessing": _checked_preprocessing(preprocessing, architecture),
        "recipe": _plain("recipe", recipe),
        "metrics": _plain("metrics", metrics),
        "license": license_name or (published.license if published else None) or loaded.get("license"),
        "weights": {"from": origin.weights.hub, "unchanged": unchanged} if origin is not None else None,
    }


def _network(model: nn.Module) -> Network:
    if not isinstance(model, Network):
        raise CheckpointError(
            f"{type(model).__name__} is no Network of netspace: save the whole network, as ns.build or ns.create_model "
            "gives it (without features_only); a network of another library is saved by that library"
        )
    return model


def _zoo_model(architecture: Architecture) -> Model | None:
    """Finds the network of the zoo that has this architecture, whatever its classes, channels and input size."""
    fields = {name: getattr(architecture, name) for name in ("image_size", "in_channels", "num_classes")}
    models = map(zoo.find, zoo.list_models())
    return next((model for model in models if model.make(**fields) == architecture), None)


def _checked_name(name: str) -> str:
    if not isinstance(name, str) or not name.strip() or len(name.splitlines()) > 1:
        raise CheckpointError(f"name {name!r} is not a line of text: give one such as 'RegNetX-200MF on birds'")
    return name.strip()


def _own_blocks(architecture: Architecture) -> list[str]:
    """Lists the blocks that a user registered: whoever loads the network has to do the same first."""
    kinds = sorted({stage.block for stage in architecture.stages})
    makers = {kind: getattr(BLOCKS[kind], "func", BLOCKS[kind]) for kind in kinds}
    return [kind for kind, maker in makers.items() if not maker.__module__.startswith("netspace.")]


def _drop_path_rates(network: Network) -> list[float]:
    """Gives the rate of each residual's stochastic depth in order; empty where there is none."""
    rates = [module.rate for module in network.modules() if isinstance(module, DropPath)]
    return rates if any(rates) else []


def _preprocessing_of(weights: Weights) -> dict[str, Any]:
    size = weights.image_size
    given = {name: getattr(weights, name) for name in ("mean", "std", "interpolation", "crop_pct")}
    return given | {"input_size": [3, size, size]}


def _checked_preprocessing(given: Mapping[str, Any] | None, architecture: Architecture) -> dict[str, Any]:
    """Gives what is known of it, the input's size and the order of its channels in any case.

    Raises:
        CheckpointError: a field is unknown, or a number out of range.
    """
    channels, size = architecture.in_channels, architecture.image_size
    known: dict[str, Any] = {"input_size": [channels, size, size]}
    if channels == 3:
        known["channel_order"] = "RGB"
    raw = _plain("preprocessing", given) or {}
    unknown = [name for name in raw if name not in _PREPROCESSING]
    if unknown:
        raise CheckpointError(f"preprocessing has no field {unknown[0]!r}: fields are {', '.join(_PREPROCESSING)}")
    for field in ("mean", "std"):
        if field in raw and not _is_vector(raw[field], channels, positive=field == "std"):
            raise CheckpointError(
                f"preprocessing: {field} {raw[field]!r} is not a list of {channels} numbers, one for each channel"
                f"{', each more than 0' if field == 'std' else ''}"
            )
    return known | raw


def _is_vector(value: Any, length: int, *, positive: bool) -> bool:
    numbers = value if isinstance(value, list) else []
    fine = [isinstance(n, int | float) and isfinite(n) and (n > 0 or not positive) for n in numbers]
    return len(fine) == length and all(fine)


def _plain(what: str, given: Any) -> Any:
    """Gives a mapping, or a pydantic model, as JSON holds it."""
    raw = given.model_dump(mode="json") if hasattr(given, "model_dump") else given
    if raw is None:
        return None
    if not isinstance(raw, Mapping):
        raise CheckpointError(f"{what} is a mapping, not {type(given).__name__}")
    try:
        return json.loads(json.dumps(dict(raw), allow_nan=False))
    except (TypeError, ValueError) as error:
        raise CheckpointError(f"{what} cannot be written as JSON ({error}): give plain numbers, texts, lists") from None


def is_own_config(path: Path) -> bool:
    """Tells whether a file is a ``config.json`` that `describe` gave."""
    try:
        raw = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    return isinstance(raw, dict) and "netspace_format" in raw


def read_config(path: Path, where: str) -> dict[str, Any]:
    """Reads ``config.json``; ``where`` is what the user asked for.

    Raises:
        CheckpointError: it is not there, or not what this version of netspace reads.
    """
    if not path.is_file():
        raise CheckpointError(f"{where!r} has no {CONFIG}: give a folder that save_pretrained wrote")
    try:
        config = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise CheckpointError(f"{CONFIG} of {where!r} is no JSON ({error}): get the file anew") from None
    if not isinstance(config, dict) or "netspace_format" not in config:
        raise CheckpointError(f"{CONFIG} of {where!r} is not netspace's: {_about_other(config, where)}")
    if config["netspace_format"] != FORMAT:
        raise CheckpointError(
            f"{CONFIG} of {where!r} has format {config['netspace_format']!r}, this netspace ({__version__}) reads "
            f"{FORMAT}: it was written by netspace {config.get('netspace_version')}, which reads it"
        )
    return config


def _about_other(config: Any, where: str) -> str:
    if isinstance(config, dict) and isinstance(config.get("architecture"), str):
        name = where.rpartition("/")[2]
        return f"it is timm's. If the zoo has the network, ns.create_model({name!r}, pretrained=True) loads it"
    return "only networks that save_pretrained or push_to_hub saved can be loaded so"


def build_described(config: Mapping[str, Any], where: str) -> Network:
    """Builds the network that a ``config.json`` describes, with initial weights.

    Raises:
        CheckpointError: it cannot be built, or has a block that is not registered.
    """
    try:
        architecture = Architecture.from_dict(config.get("architecture", {}))
        _check_blocks(architecture, where)
        network = build(architecture, seed=0)
    except ArchitectureError as error:
        raise CheckpointError(f"{CONFIG} of {where!r} describes no network that can be built: {error}") from None
    if not isinstance(network, Network):
        raise CheckpointError(f"{CONFIG} of {where!r} describes a network of another library, {architecture.foreign}")
    modules = [module for module in network.modules() if isinstance(module, DropPath)]
    rates = config.get("drop_path") or [0.0] * len(modules)
    if not isinstance(rates, Sequence) or len(rates) != len(modules):
        raise CheckpointError(f"{CONFIG} of {where!r}: drop_path is not a list of {len(modules)} rates, one a residual")
    for module, rate in zip(modules, rates, strict=True):
        module.rate = float(rate)
    return network


def _check_blocks(architecture: Architecture, where: str) -> None:
    missing = sorted({stage.block for stage in architecture.stages} - BLOCKS.keys())
    if missing:
        names = ", ".join(map(repr, missing))
        raise CheckpointError(
            f"the network of {where!r} has blocks of its author's own, which are not registered here: {names}\n  "
            f"Register {'it' if len(missing) == 1 else 'them'} first: import the file with "
            f"@ns.register_block({missing[0]!r}), or run `netspace --import FILE`"
        )


def remember_origin(network: Network, config: Mapping[str, Any]) -> None:
    """Restores which weights of the zoo the network started from."""
    told = config.get("weights") or {}
    weights = find_weights(str(told.get("from")))
    if weights is not None:
        unchanged = told.get("unchanged") is True
        digest = digest_of(network.state_dict()) if unchanged else ""
        network.pretrained = Pretrained(weights, digest)  # type: ignore[assignment]

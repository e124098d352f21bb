"""A base configuration of pycls and what is sampled, as a design space."""

from collections.abc import Mapping
from dataclasses import replace
from functools import partial

from netspace.errors import ArchitectureError
from netspace.spaces.components import Component, Single
from netspace.spaces.pycls.outline import number, rounded
from netspace.spaces.pycls.regnets import REGNET, regnets
from netspace.spaces.pycls.resnets import resnets
from netspace.spaces.pycls.samplers import Sampled
from netspace.spaces.pycls.settings import PREFIXES, RECIPE_FIELDS, Settings
from netspace.spaces.pycls.stages import ANYNET, EFFNET, anynets, effnets
from netspace.spaces.space import DesignSpace
from netspace.spaces.training import TRAINING_PARAMETERS

FAMILIES: Mapping[str, Mapping[str, str]] = {"regnet": REGNET, "anynet": ANYNET, "effnet": EFFNET, "resnet": {}}

_TRAINING = {key: name for key, name in RECIPE_FIELDS.items() if name in TRAINING_PARAMETERS} | {"RNG_SEED": "seed"}


def network_space(
    settings: Settings, name: str, sampled: Mapping[str, Sampled], num_stages: tuple[int, int]
) -> DesignSpace:
    """Gives the space of the networks that a sweep draws from, before the budget.

    Args:
        settings: the base configuration.
        name: of the space.
        sampled: what is drawn, by setting.
        num_stages: least and most stages of a RegNet.

    Raises:
        SpaceError: something that is sampled, or a setting, has no counterpart.
    """
    _check_sampled(settings, sampled)
    try:
        space = _networks(settings, name, sampled, num_stages)
    except ArchitectureError as error:
        raise settings.error("SETUP", f"describes networks that cannot be: {error}") from None
    components = space.components + _singles(settings, sampled)
    space = replace(space, components=components, name=name, lineage=f"{name} (sweep of pycls)")
    space._look("reading the sweep")  # noqa: SLF001 (so that what cannot be is said now, not at the first draw)
    return space


def _networks(
    settings: Settings, name: str, sampled: Mapping[str, Sampled], num_stages: tuple[int, int]
) -> DesignSpace:
    match settings.kind:
        case "regnet":
            return regnets(settings, name, sampled, num_stages)
        case "anynet":
            return anynets(settings, name, sampled)
        case "effnet":
            return effnets(settings, name, sampled)
    return resnets(settings, name)


def _check_sampled(settings: Settings, sampled: Mapping[str, Sampled]) -> None:
    allowed = {**FAMILIES[settings.kind], **_whole(settings), **_TRAINING}
    for key in sampled:
        if key not in allowed:
            raise settings.error(
                f"SETUP.SAMPLERS.{key}",
                f"cannot vary in networks of the type {settings.kind}: {', '.join(allowed)} can",
            )


def _whole(settings: Settings) -> dict[str, str]:
    """Gives the settings of the network as a whole that may vary."""
    own = {} if settings.kind == "resnet" else {"STEM_W": "stem_width", "HEAD_W": "head_width"}
    return {f"{PREFIXES[settings.kind]}.{key}": name for key, name in own.items()} | {"TRAIN.IM_SIZE": "image_size"}


def _singles(settings: Settings, sampled: Mapping[str, Sampled]) -> tuple[Component, ...]:
    """Gives the parameters that are no stage's."""
    names = _whole(settings) | _TRAINING
    return tuple(_single(settings, key, name, sampled) for key, name in names.items() if key in sampled)


def _single(settings: Settings, key: str, name: str, sampled: Mapping[str, Sampled]) -> Single:
    each = number(settings, key, sampled)
    if name in TRAINING_PARAMETERS:
        return Single(name, each)
    whole = each.mapped(partial(rounded, settings, name))
    if not all(value >= 1 and value == int(value) for value in whole.values):
        raise settings.error(f"SETUP.SAMPLERS.{key}", f"is {each.text}: whole numbers of at least 1 can be drawn")
    return Single(name, whole)

"""The design spaces of the RegNet paper, each one step from the one before (sections 3.2 and 3.3, Table 1)."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from difflib import get_close_matches
from functools import partial

from netspace.architecture import Architecture, Head, Stage, Stem
from netspace.errors import SpaceError
from netspace.families import block_fields
from netspace.spaces.components import PerStage
from netspace.spaces.distributions import choices, log_uniform
from netspace.spaces.space import DesignSpace

STAGES = 4


def anynet_space(num_stages: int, outline: Architecture) -> DesignSpace:
    """Gives AnyNetX_A: in each stage d <= 16, w <= 1024 by 8, b in {1, 2, 4}, g in {1, ..., 32}, all log-uniform."""
    stage = partial(PerStage, num_stages=num_stages)
    components = (
        stage("depth", log_uniform(1, 16, 1)),
        stage("width", log_uniform(8, 1024, 8)),
        stage("bottleneck_ratio", choices([1, 2, 4])),
        stage("group_width", choices([1, 2, 4, 8, 16, 32])),
    )
    return DesignSpace("AnyNetX_A", outline, components, "AnyNetX_A")


def regnet_ranges(space: DesignSpace) -> DesignSpace:
    """Replaces free widths and depths by a line: d < 64, w_0 and w_a < 256, 1.5 <= w_m <= 3, all log-uniform.

    A line has at least as many blocks as the space has stages; drawing shallower ones only to discard them would
    give the same distribution. Steps (8 for w_0, 0.1 for w_a, 0.001 for w_m) and the least slope 8 are pycls's.
    """
    return space.quantized_linear(
        depth=log_uniform(space.num_stages, 63, 1),
        initial_width=log_uniform(8, 248, 8),
        slope=log_uniform(8, 255.9, 0.1),
        width_multiplier=log_uniform(1.5, 3, 0.001),
    )


STEPS: dict[str, tuple[str, Callable[[DesignSpace], DesignSpace]]] = {
    "AnyNetX_B": ("AnyNetX_A", lambda space: space.share("bottleneck_ratio")),
    "AnyNetX_C": ("AnyNetX_B", lambda space: space.share("group_width")),
    "AnyNetX_D": ("AnyNetX_C", lambda space: space.order("width")),
    "AnyNetX_E": ("AnyNetX_D", lambda space: space.order("depth")),
    "RegNetX": ("AnyNetX_E", regnet_ranges),
}
"""Each space after the first: the space before it, and the step."""

_NAMES = {name.lower(): name for name in ("AnyNetX_A", *STEPS)}


def list_spaces() -> list[str]:
    """Lists the names that `get_space` knows.

    Example:
        >>> list_spaces()
        ['anynetx_a', 'anynetx_b', 'anynetx_c', 'anynetx_d', 'anynetx_e', 'regnetx']
    """
    return list(_NAMES)


def get_space(
    name: str,
    *,
    image_size: int = 224,
    stem: str = "simple",
    num_classes: int = 1000,
    in_channels: int = 3,
    stem_width: int = 32,
    num_stages: int = STAGES,
    strides: Sequence[int] | None = None,
    block: str = "x",
) -> DesignSpace:
    """Gives a design space of the RegNet paper by name.

    Args:
        name: one of `list_spaces`, in any case.
        image_size: height and width of the input, in pixels.
        stem: ``"simple"`` (3x3, stride 2), ``"cifar"`` (3x3, stride 1) or ``"imagenet"`` (7x7 and max-pool).
        num_classes: outputs of the classifier.
        in_channels: channels of the input.
        stem_width: channels of the stem; the paper's is always 32.
        num_stages: how many stages each network has; the paper's is 4.
        strides: stride of each stage's first block; the paper's is 2 everywhere.
        block: ``"x"``, ``"y"`` for X with squeeze-and-excitation, another of `netspace.families.BLOCKS`, or your own.
            Parameters that the block fixes are no parameters of the space.

    Raises:
        SpaceError: the name is unknown, or ``strides`` does not fit ``num_stages``.
        ArchitectureError: another option is out of range.

    Example:
        >>> get_space("regnetx", image_size=32, stem="cifar").dimensions
        6
    """
    if not isinstance(num_stages, int) or num_stages < 1:
        raise SpaceError(f"num_stages {num_stages!r} is not a whole number of at least 1")
    strides = (2,) * num_stages if strides is None else tuple(strides)
    if len(strides) != num_stages:
        raise SpaceError(f"{num_stages} stages need as many strides: given {strides!r}")
    fields = block_fields(block)
    stages = tuple(Stage(width=8, stride=stride, **fields) for stride in strides)
    act = fields.get("activation", "relu")
    outline = Architecture(
        stages,
        Stem(stem, stem_width, act),
        Head(activation=act),
        image_size=image_size,
        in_channels=in_channels,
        num_classes=num_classes,
    )
    space = _published(_canonical(name), num_stages, outline)
    return space if block == "x" else _with_block(space, block)


def _published(name: str, num_stages: int, outline: Architecture) -> DesignSpace:
    if name not in STEPS:
        return anynet_space(num_stages, outline)
    before, step = STEPS[name]
    return step(_published(before, num_stages, outline)).named(name)


def _with_block(space: DesignSpace, block: str) -> DesignSpace:
    """Names a space by its block (RegNetX of Y blocks is RegNetY) and drops the parameters that the block fixes."""
    fixed = block_fields(block)
    components = tuple(c for c in space.components if not set(c.attributes) & set(fixed))
    name = space.name.replace("X", block.upper()) if block in ("y", "z", "r", "v", "vr") else f"{space.name}({block})"
    return replace(space, name=name, components=components, lineage=f"{space.lineage} > block({block}) = {name}")


def _canonical(name: str) -> str:
    key = str(name).lower().replace("-", "_")
    if key not in _NAMES:
        near = get_close_matches(key, _NAMES, n=2, cutoff=0.5)
        hint = f"did you mean {' or '.join(near)}? " if near else ""
        raise SpaceError(f"no design space is called {name!r}: {hint}known are {', '.join(_NAMES)}")
    return _NAMES[key]

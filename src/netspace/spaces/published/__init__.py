"""The design spaces of both papers by name: tables of roots and of steps, and what puts them together."""

from collections.abc import Sequence
from dataclasses import replace
from difflib import get_close_matches
from typing import Never

from netspace.errors import SpaceError
from netspace.families import block_fields
from netspace.spaces.outlines import refuse_unknown
from netspace.spaces.published import regnet, rexnet
from netspace.spaces.published.step import Network, Root, Step, named_by_block, with_block
from netspace.spaces.space import DesignSpace

ROOTS: dict[str, Root] = regnet.ROOTS | rexnet.ROOTS
"""Spaces that begin a line."""

STEPS: dict[str, Step] = regnet.STEPS | rexnet.STEPS
"""All others: the space before, and the step."""

_NAMES = {name.lower(): name for name in ("AnyNetX_A", *regnet.STEPS, "EfficientNet_training", *ROOTS, *rexnet.STEPS)}


def list_spaces() -> list[str]:
    """Lists the names that `get_space` knows.

    Example:
        >>> list_spaces()[:5]
        ['anynetx_a', 'anynetx_b', 'anynetx_c', 'anynetx_d', 'anynetx_e']
    """
    return list(_NAMES)


def describe_spaces() -> dict[str, str]:
    """Says in a line what each space of `list_spaces` is, and where its paper has it.

    Example:
        >>> describe_spaces()["regnetx_constrained"]
        'params and acts limited (section 4, Figures 12 and 13)'
    """
    return {key: (ROOTS[name].about if name in ROOTS else STEPS[name].about) for key, name in _NAMES.items()}


def get_space(
    name: str,
    *,
    image_size: int | None = None,
    stem: str | None = None,
    num_classes: int | None = None,
    in_channels: int | None = None,
    stem_width: int | None = None,
    num_stages: int | None = None,
    strides: Sequence[int] | None = None,
    block: str | None = None,
    **unknown: Never,
) -> DesignSpace:
    """Gives a design space of the RegNet or the ReXNet paper by name.

    Options that are not given are the paper's: for RegNet's spaces 224 px, the ``"simple"`` stem of 32 channels,
    1000 classes, 4 stages of stride 2; for ReXNet's channel spaces (``rexnet_...``, ``mobilenetv2_...``) 32 px, the
    ``"cifar"`` stem of 16 channels, 100 classes. They are no step of the lineage, but another number of stages is.

    Args:
        name: one of `list_spaces`, in any case.
        image_size: height and width of the input, in pixels; where it varies, the middle.
        stem: ``"simple"`` (3x3, stride 2), ``"cifar"`` (3x3, stride 1) or ``"imagenet"`` (7x7 and max-pool).
        num_classes: outputs of the classifier.
        in_channels: channels of the input.
        stem_width: channels of the stem.
        num_stages: how many stages each network has.
        strides: stride of each stage's first block.
        block: another block than the space's: ``"y"``, X with squeeze-and-excitation, another of
            `netspace.families.BLOCKS`, or your own. Parameters that the block fixes are no parameters of the space.
        **unknown: none; they are refused by the nearest name.

    Raises:
        SpaceError: the name is unknown, or an option is, or does not fit the space.
        ArchitectureError: an option is out of range.

    Example:
        >>> get_space("regnetx", image_size=32, stem="cifar").dimensions
        6
        >>> get_space("rexnet_9_linear").sample(1, flops=(90e6, 110e6))[0].depth
        9
    """
    refuse_unknown(unknown, (*Network.__dataclass_fields__, "block"))
    known = _canonical(name)
    network = Network(
        image_size,
        stem,
        num_classes,
        in_channels,
        stem_width,
        _stages(known, num_stages),
        None if strides is None else tuple(strides),
    )
    return _of_block(known, _told(_published(known, network), known, num_stages), block)


def _told(space: DesignSpace, name: str, num_stages: int | None) -> DesignSpace:
    """Gives a space whose lineage begins with a number of stages, where that is not the paper's."""
    if num_stages in (None, regnet.STAGES) or (name in STEPS and STEPS[name].num_stages is not None):
        return space
    root, *steps = space.lineage.split(" > ")
    return replace(space, lineage=" > ".join([root, f"change(num_stages={num_stages})", *steps]))


def _published(name: str, network: Network) -> DesignSpace:
    if name in ROOTS:
        return ROOTS[name].make(network)
    step = STEPS[name]
    return step.take(_published(step.before, network)).named(name)


def _stages(name: str, asked: int | None) -> int | None:
    """Gives the number of stages to begin with: as asked for, or what the space is named for."""
    own = STEPS[name].num_stages if name in STEPS else None
    if None not in (asked, own) and asked != own:
        raise SpaceError(f"{name} has {own} stages: leave num_stages out, or choose {STEPS[name].before}")
    return asked if own is None else own


def _of_block(name: str, space: DesignSpace, block: str | None) -> DesignSpace:
    """Gives the space of other blocks, named by them."""
    own, changeable = _own_block(name)
    if block is None or block == own:
        return space
    block_fields(block)  # an unknown name is the first thing to say
    if not changeable:
        raise SpaceError(f"{name} has its own blocks, so block={block!r} cannot be: leave it out")
    return with_block(block)(space).named(named_by_block(space.name, block))


def _own_block(name: str) -> tuple[str | None, bool]:
    """Gives the blocks of a space, and whether others may take their place."""
    while name in STEPS:
        if STEPS[name].block is not None:
            return STEPS[name].block, False
        name = STEPS[name].before
    return ROOTS[name].block, ROOTS[name].block is not None


def _canonical(name: str) -> str:
    key = str(name).lower().replace("-", "_")
    if key not in _NAMES:
        begun = sorted((each for each in _NAMES if each.startswith(key)), key=len)[:2]
        near = begun or get_close_matches(key, _NAMES, n=2, cutoff=0.5)
        hint = f"did you mean {' or '.join(near)}? " if near else ""
        raise SpaceError(f"no design space is called {name!r}: {hint}ns.list_spaces() lists all {len(_NAMES)}")
    return _NAMES[key]

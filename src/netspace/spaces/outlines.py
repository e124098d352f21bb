"""What all networks of a space share, changed: other stages, other blocks, a stage for each block, other ends."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from difflib import get_close_matches
from typing import Any

from netspace.architecture import Architecture, SqueezeExcite, Stage
from netspace.errors import SpaceError
from netspace.families import block_fields

ACTIVATIONS = ("relu", "relu6", "leaky_relu", "elu", "softplus", "hardswish", "silu", "gelu")
"""Nonlinearities that networks are built with; a test binds them to those in ``networks``."""

_KEPT_WITH_BLOCK = ("width", "depth", "stride", "kernel")


def with_stages(outline: Architecture, num_stages: int | None, strides: Sequence[int] | None) -> Architecture:
    """Gives an outline of so many stages; further ones are as the last, of stride 2 where no strides are given.

    Raises:
        SpaceError: the number is none, or there are more or fewer strides.
    """
    old = outline.stages
    if num_stages is None:
        num_stages = len(strides) if isinstance(strides, Sequence) else len(old)
    if not isinstance(num_stages, int) or isinstance(num_stages, bool) or num_stages < 1:
        raise SpaceError(f"num_stages {num_stages!r} is not a whole number of at least 1")
    if strides is None:
        strides = [stage.stride for stage in old][:num_stages] + [2] * (num_stages - len(old))
    if not isinstance(strides, Sequence):
        raise SpaceError(f"strides {strides!r} are not one for each stage, such as (2, 2, 2, 2)")
    if len(strides) != num_stages:
        raise SpaceError(f"{num_stages} stages need as many strides: given {tuple(strides)!r}")
    stages = (*old, *[old[-1]] * num_stages)[:num_stages]
    return replace(outline, stages=tuple(replace(s, stride=each) for s, each in zip(stages, strides, strict=True)))


def with_block(outline: Architecture, block: str) -> Architecture:
    """Gives an outline with another block in every stage, and its nonlinearity at both ends."""
    fields = block_fields(block)
    stages = tuple(Stage(**({n: getattr(stage, n) for n in _KEPT_WITH_BLOCK} | fields)) for stage in outline.stages)
    return _activated(replace(outline, stages=stages), fields.get("activation", "relu"))


def blockwise(outline: Architecture, depths: Sequence[int]) -> Architecture:
    """Gives an outline in which every block is a stage of its own; ``depths`` says how many there are in each stage."""
    blocks = [(stage, j) for stage, depth in zip(outline.stages, depths, strict=True) for j in range(depth)]
    stages = tuple(replace(stage, depth=1, stride=stage.stride if j == 0 else 1) for stage, j in blocks)
    return replace(outline, stages=stages)


def with_ends(
    outline: Architecture,
    *,
    stem: str | None,
    stem_width: int | None,
    head_width: int | None,
    se: float | SqueezeExcite | None,
    activation: str | None,
    **whole: int,
) -> Architecture:
    """Gives an outline with another stem, head, squeeze-and-excitation, nonlinearity, input or number of classes."""
    stem_fields: dict[str, Any] = {"kind": stem, "width": stem_width}
    outline = replace(
        outline,
        stem=replace(outline.stem, **given(stem_fields)),
        head=replace(outline.head, **given({"width": head_width})),
        **whole,  # type: ignore[arg-type]
    )
    if se is not None:
        made = se if isinstance(se, SqueezeExcite) else (SqueezeExcite(se) if se else None)
        outline = replace(outline, stages=tuple(replace(stage, se=made) for stage in outline.stages))
    return outline if activation is None else _activated(outline, activation)


def given(options: dict[str, Any]) -> dict[str, Any]:
    """Gives the options that are not ``None``."""
    return {name: value for name, value in options.items() if value is not None}


def refuse_unknown(unknown: Iterable[str], known: Sequence[str]) -> None:
    """Refuses options of a network by the nearest that there is.

    Raises:
        SpaceError: there is an unknown one.
    """
    for name in unknown:
        raise SpaceError(
            f"no option of a space's networks is called {name!r}: {nearest(name, known)}there are {', '.join(known)}"
        )


def nearest(name: Any, known: Iterable[str]) -> str:
    """Gives a hint for an unknown name: ``did you mean width?``, or nothing."""
    near = get_close_matches(str(name), list(known), n=1)
    return f"did you mean {near[0]}? " if near else ""


def _activated(outline: Architecture, activation: str) -> Architecture:
    if activation not in ACTIVATIONS:
        hint = nearest(activation, ACTIVATIONS)
        raise SpaceError(f"activation {activation!r} is unknown: {hint}choose one of {', '.join(ACTIVATIONS)}")
    return replace(
        outline,
        stem=replace(outline.stem, activation=activation),
        head=replace(outline.head, activation=activation),
        stages=tuple(replace(stage, activation=activation) for stage in outline.stages),
    )

"""What a table of published spaces is made of: roots, steps from one space to the next, and what is the same in all."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from netspace.architecture import Stage
from netspace.errors import SpaceError
from netspace.spaces.space import DesignSpace

Operation = Callable[[DesignSpace], DesignSpace]

INVERTED = ("inverted", "rexnet")
"""Block kinds whose inner width relates to their input's."""

LETTERS = ("y", "r", "v", "vr")
"""Blocks that the RegNet paper names spaces by."""


@dataclass(frozen=True)
class Network:
    """Options of `netspace.get_space` that a root is made with; ``None``: as in the paper that the root is of.

    Example:
        >>> Network(image_size=32).given(stem="simple", image_size=224)
        {'stem': 'simple', 'image_size': 32}
    """

    image_size: int | None = None
    stem: str | None = None
    num_classes: int | None = None
    in_channels: int | None = None
    stem_width: int | None = None
    num_stages: int | None = None
    strides: tuple[int, ...] | None = None

    def given(self, **published: Any) -> dict[str, Any]:
        """Gives each of these options as asked for, or as published."""
        asked = {name: getattr(self, name) for name in published}
        return {name: published[name] if value is None else value for name, value in asked.items()}

    def refuse(self, why: str, *names: str) -> None:
        """Raises a `SpaceError` if one of the options is given."""
        asked = [name for name in names if getattr(self, name) is not None]
        if asked:
            raise SpaceError(f"{asked[0]} {getattr(self, asked[0])!r} cannot be chosen here: {why}")


class Root(NamedTuple):
    """A space that is the first of its line.

    Attributes:
        make: makes it.
        about: what it is, in a few words.
        block: its blocks, which others may take the place of; ``None``: none may.
    """

    make: Callable[[Network], DesignSpace]
    about: str
    block: str | None


class Step(NamedTuple):
    """A space that one step makes of another.

    Attributes:
        before: the name of the space before it.
        take: the step.
        about: what it is, in a few words, with its figure or section.
        num_stages: how many stages it has, if that is the step.
        block: its blocks, if they are the step.
    """

    before: str
    take: Operation
    about: str
    num_stages: int | None = None
    block: str | None = None


def with_block(block: str) -> Operation:
    """Gives the step to another block; an inverted bottleneck keeps its expansion in another one."""

    def take(space: DesignSpace) -> DesignSpace:
        new = space.change(block=block)
        pairs = zip(new.outline.stages, space.outline.stages, strict=True)
        stages = tuple(_expanding(stage, old) for stage, old in pairs)
        outline = replace(new.outline, stages=stages)
        return replace(new, outline=outline, lineage=f"{space.lineage} > change(block={block})")

    return take


def of_block(before: str, block: str, about: str) -> Step:
    """Gives the step to a space of other blocks."""
    return Step(before, with_block(block), about, block=block)


def named_by_block(name: str, block: str) -> str:
    """Gives the name of a space of other blocks: RegNetX of Y blocks is RegNetY.

    Example:
        >>> named_by_block("AnyNetX_A", "vr"), named_by_block("RegNetX", "convnext")
        ('AnyNetVR_A', 'RegNetX(convnext)')
    """
    return name.replace("NetX", f"Net{block.upper()}") if block in LETTERS and "NetX" in name else f"{name}({block})"


def _expanding(stage: Stage, old: Stage) -> Stage:
    if old.expansion is None or stage.block not in INVERTED:
        return stage
    return replace(stage, expansion=old.expansion, group_width=old.group_width)

"""Blocks of the user's own: one decorator makes them known by name, in spaces, in files and in worker processes."""

from collections.abc import Callable, Iterable
from dataclasses import fields, replace
from functools import lru_cache
from typing import Any, TypeVar

import cloudpickle
import numpy as np
import torch

from netspace.architecture import Architecture, BlockShape, Stage, output_size
from netspace.complexity import Complexity
from netspace.complexity.blocks import BLOCK_COSTS, COUNTED, BlockCost
from netspace.errors import ArchitectureError
from netspace.families.blocks import BLOCKS as NAMES
from netspace.families.importing import said
from netspace.networks.blocks import BLOCKS, MakeBlock
from netspace.networks.counting import count

_Block = TypeVar("_Block", bound=MakeBlock)
_STAGE_FIELDS = {field.name for field in fields(Stage)} - {"width", "depth", "stride", "block"}
_REGISTERED: dict[str, tuple[MakeBlock, BlockCost | None, dict[str, Any]]] = {}


def register_block(name: str, *, cost: BlockCost | None = None, **stage: Any) -> Callable[[_Block], _Block]:
    """Makes a block of your own known by ``name``, as a decorator of a module class (or a function that makes one).

    The class is called with the `Stage` that the block belongs to and its `BlockShape`: ``input_width``,
    ``inner_width``, ``width``, ``kernel``, ``stride``, ``groups``, ``se_width``, ``size``. Its module takes images
    (N, input_width, H, W) and gives (N, width, H / stride, W / stride), sizes rounded up.

    Args:
        name: what `Stage.block`, `anynet`, `get_space` and study files call it.
        cost: counts the block in closed form, from the same two arguments, whose numbers may be arrays; by default it
            is counted by building it on the meta device, which takes no memory but some milliseconds a block.
        **stage: `Stage` fields that the block fixes, such as ``kernel=7`` or ``group_width=1``.

    Raises:
        ArchitectureError: the name is a block of netspace's own, or a field is no field of `Stage`.

    Example:
        >>> import netspace as ns
        >>> from torch import nn
        >>> @ns.register_block("conv5", kernel=5, bottleneck_ratio=1, group_width=None)
        ... class Conv5(nn.Sequential):
        ...     def __init__(self, stage, shape):
        ...         conv = nn.Conv2d(shape.input_width, shape.width, shape.kernel, shape.stride, padding=2)
        ...         super().__init__(conv, nn.GELU())
        >>> ns.complexity(ns.anynet(depths=[2], widths=[8], block="conv5", image_size=32)).params
        17944
    """
    if not isinstance(name, str) or not name:
        raise ArchitectureError(
            f'a block needs a name: write @ns.register_block("name") above the class, not {name!r:.60}'
        )
    if name in (BLOCKS | NAMES) and name not in _REGISTERED:
        raise ArchitectureError(f"block {name!r} is netspace's own: give yours another name")
    unknown = sorted(set(stage) - _STAGE_FIELDS)
    if unknown:
        raise ArchitectureError(
            f"block {name!r} cannot fix {', '.join(unknown)}: fields of a stage are {', '.join(sorted(_STAGE_FIELDS))}"
        )

    def register(block: _Block) -> _Block:
        _REGISTERED[name] = (block, cost, stage)
        BLOCKS[name] = block
        BLOCK_COSTS[name] = _checked(name, cost) if cost else _counted(name, block)
        (COUNTED.discard if cost else COUNTED.add)(name)
        NAMES[name] = {"block": name, **stage}
        return block

    return register


def registered() -> set[str]:
    """Gives the names of the user's own blocks."""
    return set(_REGISTERED)


def check_blocks(architectures: Iterable[Architecture]) -> None:
    """Raises an `ArchitectureError` if a network has a block that this process cannot build."""
    unknown = {stage.block for network in architectures for stage in network.stages} - BLOCKS.keys()
    if unknown:
        raise ArchitectureError(
            f"networks have a block {min(unknown)!r} that is not registered here: import the file that does so first "
            "(on the command line: netspace --import FILE.py ..., in a study file: imports: [FILE.py])"
        )


def pack_blocks(names: Iterable[str] | None = None) -> bytes:
    """Gives registered blocks as bytes, code included, for `unpack_blocks` in another process of this user.

    Args:
        names: which; names that are not registered are passed over. By default all.

    Raises:
        ArchitectureError: a block holds what cannot be sent to another process.
    """
    chosen = {name: _REGISTERED[name] for name in (_REGISTERED if names is None else names) if name in _REGISTERED}
    try:
        packed: bytes = cloudpickle.dumps(chosen)
    except Exception as error:
        raise ArchitectureError(
            f"blocks {', '.join(chosen)} cannot be sent to worker processes: {error}. Make what they hold inside "
            "their own functions"
        ) from error
    return packed


def unpack_blocks(packed: bytes) -> None:
    """Registers what `pack_blocks` packed. Runs the code inside: only for bytes from a process of one's own."""
    for name, (block, cost, stage) in cloudpickle.loads(packed).items():
        register_block(name, cost=cost, **stage)(block)


def _checked(name: str, cost: BlockCost) -> BlockCost:
    """Gives a user's closed form, whose result is looked at."""

    def checked(stage: Any, shape: BlockShape) -> Complexity:
        found = cost(stage, shape)
        if not isinstance(found, Complexity):
            raise ArchitectureError(
                f"the cost of block {name!r} gives {found!r:.60}: it has to give ns.Complexity(flops, params, acts)"
            )
        return found

    return checked


def _counted(name: str, block: MakeBlock) -> BlockCost:
    """Gives a cost that builds the block on the meta device and counts it; each distinct block once."""

    @lru_cache(maxsize=200_000)
    def one(stage: Stage, shape: BlockShape) -> tuple[int, int, int]:
        seen: list[Any] = []
        try:
            with torch.device("meta"):
                module = block(stage, shape)
            module.register_forward_hook(lambda _module, _inputs, output: seen.append(tuple(output.shape)))
            cost = count(module, shape.size, shape.input_width)
        except Exception as error:
            raise ArchitectureError(f"block {name!r} does not work for {shape}: {said(error)}") from error
        size = output_size(shape.size, shape.stride)
        if seen[-1] != (1, shape.width, size, size):
            raise ArchitectureError(
                f"block {name!r} gives an output of shape {seen[-1]} for {shape}: it has to be "
                f"{(1, shape.width, size, size)}, (N, width, H, W)"
            )
        return cost.flops, cost.params, cost.acts

    def cost(stage: Any, shape: BlockShape) -> Complexity:
        if isinstance(stage, Stage):
            return Complexity(*one(replace(stage, depth=1), shape))
        table, where = _distinct(stage, shape)
        counted = np.array([one(*row) for row in table], np.int64)[where]
        return Complexity(*counted.T)

    return cost


def _distinct(stage: Any, shape: BlockShape) -> tuple[list[tuple[Stage, BlockShape]], Any]:
    """Gives each distinct block of a batch, and for each network which of them is its own."""
    values = {f"stage {name}": value for name, value in vars(stage).items() if name != "depth"}
    values |= {f"shape {name}": value for name, value in shape._asdict().items()}
    columns = {name: value for name, value in values.items() if isinstance(value, np.ndarray)}
    if not columns:
        raise ArchitectureError("a batch of networks that differ in depth alone is counted one by one")
    rows, where = np.unique(np.column_stack(list(columns.values())), axis=0, return_inverse=True)
    table = []
    for row in rows.tolist():
        numbers = {name: int(v) if float(v).is_integer() else v for name, v in zip(columns, row, strict=True)}
        full = values | numbers
        fixed = {f.name: full[f"stage {f.name}"] for f in fields(Stage) if f.name != "depth"}
        table.append((Stage(**fixed), BlockShape(*(full[f"shape {name}"] for name in BlockShape._fields))))
    return table, where.ravel()

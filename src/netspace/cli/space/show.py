"""``netspace space show``: what a design space is: parameters, what its networks share, rules, lineage, an example."""

import json
import sys
from collections.abc import Iterator
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, NamedTuple

import typer
from rich.table import Table

from netspace.cli.groups import NetworkOptions, grouped
from netspace.cli.options import (
    SpaceArgument,
    console,
)
from netspace.cli.space import size as sizes
from netspace.complexity import complexity
from netspace.complexity.batch import NETWORK_COLUMNS
from netspace.figures.profile import text_widths
from netspace.numbers import short

if TYPE_CHECKING:
    from netspace.architecture import Architecture
    from netspace.spaces import DesignSpace
    from netspace.spaces.components import Component
    from netspace.spaces.counting import Size
    from netspace.spaces.distributions import Distribution

WIDEST = 100
"""Columns of the drawing of widths, on terminals that have more."""

SHARED = ("block", "kernel", "stride", "bottleneck_ratio", "expansion", "group_width", "activation")
"""Fields of stages that are told where they are no parameter."""

EXAMPLES = """Example: netspace space show regnetx

Example: netspace space show mine.yaml --image-size 32 --stem cifar --json
"""


class Parameter(NamedTuple):
    """A row of the table of parameters.

    Attributes:
        name: of the parameter; ``width`` stands for those of all stages where they are distributed alike.
        distribution: in words.
        values: how many values it has; ``None``: not a finite set of its own.
        rule: what holds over the stages, in words.
    """

    name: str
    distribution: str
    values: int | None
    rule: str


def add_to(app: typer.Typer) -> None:
    """Adds the verb."""
    app.command("show", epilog=EXAMPLES)(show)


@grouped
def show(
    space: SpaceArgument,
    network: NetworkOptions,
    as_json: bool = typer.Option(False, "--json", help="Print everything as JSON, for programs."),
) -> None:
    """Show what a design space is: its parameters, what all of its networks share, its restrictions and its lineage."""
    found = network.find(space)
    example = found.sample(1)[0]
    if as_json:
        typer.echo(json.dumps(to_dict(found, example), indent=2))
    else:
        _tell(found, example)


def parameters(space: "DesignSpace") -> list[Parameter]:
    """Gives the parameters of a space as rows.

    Example:
        >>> import netspace as ns
        >>> parameters(ns.get_space("anynetx_d"))[1]
        Parameter(name='width', distribution='log-uniform 8 to 1024 by 8', values=128, rule='increasing over stages')
    """
    return [
        _parameter(name, text, _distribution(component, name))
        for component in space.components
        for name, text in component.describe().items()
    ]


def lineage_steps(lineage: str) -> list[str]:
    """Gives each step of a lineage, with the name that the space has after it.

    Example:
        >>> lineage_steps("AnyNetX_A > share(width) = AnyNetX_B > restrict(width_4 > 8)")
        ['AnyNetX_A', 'share(width) = AnyNetX_B', 'restrict(width_4 > 8)']
    """
    return list(_split(lineage))


def to_dict(space: "DesignSpace", example: "Architecture") -> dict[str, Any]:
    """Gives what is told of a space, as JSON knows it."""
    size = _quick_size(space)
    return {
        "name": space.name,
        "dimensions": space.dimensions,
        "num_stages": space.num_stages,
        "shared": _shared(space),
        "parameters": [each._asdict() for each in parameters(space)],
        "restrictions": [rule.text for rule in space.restrictions],
        "lineage": lineage_steps(space.lineage),
        "size": None if size is None else sizes.to_dict(size),
        "example": {**asdict(complexity(example)), "id": example.id, "architecture": json.loads(example.to_json())},
    }


def _parameter(name: str, text: str, distribution: "Distribution | None") -> Parameter:
    if distribution is None or not text.startswith(distribution.text):
        return Parameter(name, text, None, "")
    rule = text.removeprefix(distribution.text).lstrip(",: ")
    return Parameter(name, distribution.text, len(distribution.values), rule)


def _distribution(component: "Component", name: str) -> "Distribution | None":
    """Gives the distribution of a parameter, of the first stage where its row stands for all."""
    known = component.distributions
    return known.get(name) or known.get(f"{name}_1")


def _split(lineage: str) -> Iterator[str]:
    """Yields what stands between the signs > that are in no parentheses."""
    depth, step = 0, ""
    for word in lineage.split(" > "):
        step = f"{step} > {word}" if step else word
        depth += word.count("(") - word.count(")")
        if depth <= 0:
            yield step
            depth, step = 0, ""
    if step:
        yield step


def _shared(space: "DesignSpace") -> dict[str, Any]:
    """Gives what all networks have in common."""
    outline = space.outline
    varied = {name for component in space.components for name in component.attributes}
    whole = {"image_size": outline.image_size, "stem_width": outline.stem.width, "head_width": outline.head.width}
    kept = {name: value for name, value in whole.items() if name not in varied & set(NETWORK_COLUMNS)}
    expands = any(stage.expansion is not None for stage in outline.stages)
    unused = {"bottleneck_ratio"} if expands else {"expansion"}
    told = [name for name in SHARED if name not in varied | unused]
    stages = {name: [getattr(stage, name) for stage in outline.stages] for name in told}
    if space.make is not None:  # the outline is but an example of what the function makes
        return {}
    return {
        **kept,
        "in_channels": outline.in_channels,
        "num_classes": outline.num_classes,
        "stem": outline.stem.kind,
        "se": [stage.se.ratio if stage.se else None for stage in outline.stages],
        **stages,
    }


def _tell(space: "DesignSpace", example: "Architecture") -> None:
    console.print(space.name, style="bold")
    console.print(f"{space.dimensions} dimensions, {space.num_stages} stages")
    if space.make is not None:
        console.print("each network is made by a function of the parameters")
    else:
        console.print(_network_line(space))
    console.print()
    console.print(_table(parameters(space)))
    for title, lines in (("restrictions", [rule.text for rule in space.restrictions]), ("lineage", _lineage(space))):
        if lines:
            console.print(f"\n{title}", style="bold")
            console.print("\n".join(f"  {line}" for line in lines))
    size = _quick_size(space)
    if size is not None:
        console.print("\nsize", style="bold")
        console.print("\n".join(f"  {line}" for line in sizes.lines(size)))
    _tell_example(example)


def _table(rows: list[Parameter]) -> Table:
    table = Table("parameter", "distribution", "values", "rule", box=None)
    table.columns[2].justify = "right"
    for row in rows:
        table.add_row(row.name, row.distribution, "" if row.values is None else f"{row.values:,}", row.rule)
    if not rows:
        table.add_row("none: it is one network")
    return table


def _network_line(space: "DesignSpace") -> str:
    """Says what all networks share in a line or two."""
    shared = _shared(space)
    size = f"{shared['image_size']} px" if "image_size" in shared else "image size varies"
    width = f" of {shared['stem_width']} channels" if "stem_width" in shared else ""
    head = f", head {shared['head_width']}" if shared.get("head_width") else ""
    channels = f"{shared['in_channels']} channel{'s' if shared['in_channels'] > 1 else ''}"
    line = f"{size}, {channels}, {shared['num_classes']:,} classes, {shared['stem']} stem{width}{head}"
    told = [f"{name} {_brief(shared[name])}" for name in (*SHARED, "se") if _is_told(shared.get(name))]
    return f"{line}\n{', '.join(told)}".replace("_", " ")


def _is_told(values: list[Any] | None) -> bool:
    return values is not None and any(value is not None for value in values)


def _brief(values: list[Any]) -> str:
    """Says what stages have: once where all have the same.

    >>> _brief([2, 2]), _brief([1, 2]), _brief([0.25, None])
    ('2', '1-2', '0.25-none')
    """
    words = ["none" if value is None else f"{value:g}" if isinstance(value, float) else str(value) for value in values]
    return words[0] if len(set(words)) == 1 else "-".join(words)


def _lineage(space: "DesignSpace") -> list[str]:
    first, *steps = lineage_steps(space.lineage)
    return [first, *(f"> {step}" for step in steps)]


def _quick_size(space: "DesignSpace") -> "Size | None":
    """Gives the size where a formula gives it; `netspace space size` counts the others."""
    from netspace.spaces.components import PerStage, Single

    if space.make is not None or space.restrictions:
        return None
    if not all(isinstance(component, PerStage | Single) for component in space.components):
        return None
    return space.size()


def _tell_example(example: "Architecture") -> None:
    cost = complexity(example)
    costs = f"{short(cost.flops)} multiply-adds, {short(cost.params)} parameters, {short(cost.acts)} activations"
    console.print("\nan example", style="bold")
    console.print(f"  {costs}")
    if example.depth:
        plain = "utf" not in (sys.stdout.encoding or "").lower()
        console.print("  width of each block, in channels\n")
        console.print(text_widths(example.block_widths, min(WIDEST, console.width), ascii_only=plain))

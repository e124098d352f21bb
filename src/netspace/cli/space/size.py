"""``netspace space size``: how many networks a design space has, all in all or under a budget."""

import json
from dataclasses import asdict
from typing import TYPE_CHECKING

import typer

from netspace.cli.groups import BudgetOptions, NetworkOptions, grouped
from netspace.cli.options import (
    INTERRUPTED,
    SpaceArgument,
    console,
    errors,
)
from netspace.cli.space.asking import showing

if TYPE_CHECKING:
    from netspace.spaces.counting import Size

EXAMPLES = """Example: netspace space size anynetx_a

Example: netspace space size regnetx --flops 360M:400M
"""


def add_to(app: typer.Typer) -> None:
    """Adds the verb."""
    app.command("size", epilog=EXAMPLES)(size)


@grouped
def size(
    space: SpaceArgument,
    budget: BudgetOptions,
    network: NetworkOptions,
    as_json: bool = typer.Option(False, "--json", help="Print everything as JSON, for programs."),
) -> None:
    """Count the networks of a design space: exactly, in bounds under a budget, or by an estimate that says it is one.

    Counted are settings, one value of each parameter such that the network exists, as the RegNet paper's Table 1 does.
    """
    found = network.find(space)
    try:
        with showing("steps of counting") as progress:
            counted = found.size(**budget.read(), progress=progress)
    except KeyboardInterrupt:
        errors.print("Stopped: nothing is counted.")
        raise typer.Exit(INTERRUPTED) from None
    if as_json:
        typer.echo(json.dumps({"name": found.name, **to_dict(counted)}, indent=2))
        return
    console.print(found.name, style="bold")
    for line in lines(counted):
        console.print(f"  {line}")


def lines(counted: "Size") -> list[str]:
    """Says a size, how it was found, and the paper's figure where there is one."""
    return [str(counted), f"by {counted.method}", *([str(counted.published)] if counted.published else [])]


def to_dict(counted: "Size") -> dict[str, object]:
    """Gives a size as JSON knows it; the paper's figure with how it was counted."""
    published = counted.published
    return asdict(counted) | {"published": None if published is None else published._asdict()}

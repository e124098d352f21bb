"""``netspace space list`` and ``netspace space schema``: the spaces that have names, and the form of a space's file."""

import json

import typer
from rich.table import Table

from netspace.cli.options import console


def add_to(app: typer.Typer) -> None:
    """Adds the verbs."""
    app.command("list", epilog="Example: netspace space list")(list_spaces)
    app.command("schema", epilog="Example: netspace space schema > space.schema.json")(schema)


def list_spaces(
    as_json: bool = typer.Option(False, "--json", help="Print names and descriptions as JSON, for programs."),
) -> None:
    """List the design spaces that have a name, each with a line on what it is."""
    from netspace.spaces.published import describe_spaces

    described = describe_spaces()
    if as_json:
        typer.echo(json.dumps(described, indent=2))
        return
    table = Table("space", "what it is", box=None)
    for name, text in described.items():
        table.add_row(name, text)
    console.print(table)
    console.print("`netspace space show NAME` tells more. A space of your own is a file:", style="dim", end=" ")
    console.print("`netspace space schema` prints its form.", style="dim")


def schema() -> None:
    """Print the JSON schema of space files, by which an editor checks and completes them."""
    from netspace.spaces.files import space_schema

    typer.echo(json.dumps(space_schema(), indent=2))

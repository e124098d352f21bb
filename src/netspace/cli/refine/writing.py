"""A refined space as a file that all other verbs read."""

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from netspace.cli.options import console
from netspace.cli.refine.reading import Asked
from netspace.cli.space.asking import check_place
from netspace.errors import SpaceError
from netspace.files import whole_file

if TYPE_CHECKING:
    from netspace.refinement import Refinement
    from netspace.spaces import DesignSpace


def check_file(output: Path | None, space: str) -> None:
    """Refuses a file of another ending, one that cannot be written, and the space's own, before what takes long.

    Raises:
        typer.BadParameter: it is one.
    """
    from netspace.spaces.files.form import FILE_ENDINGS

    if output is None:
        return
    if output.suffix.lower() not in FILE_ENDINGS:
        raise typer.BadParameter(f"a space file ends in {', '.join(FILE_ENDINGS)}: -o {str(output)!r} does not")
    if output.exists() and Path(space).exists() and output.samefile(space):
        raise typer.BadParameter(f"-o {str(output)!r} is the space itself, from which the new one begins: give another")
    check_place(output)


def refined_space(taken: "Refinement") -> "DesignSpace":
    """Gives the refined space under the name that its file has.

    Raises:
        SpaceError: a move cannot be made, or there is no design space.
    """
    if taken.space is None or taken.original is None:
        raise SpaceError("a table of columns has no refined design space")
    return taken.space.named(f"{taken.original.name} refined")


def write_space(taken: "Refinement", path: Path, asked: Asked) -> None:
    """Writes the refined space as operations on the one it was made of, and says so.

    Raises:
        SpaceError: a file cannot say a move, or cannot be written.
    """
    space = refined_space(taken)
    fields = space_fields(taken, path, asked)
    with whole_file(path, SpaceError) as file:
        file.write_text(_text(fields, path, _head(taken, asked)), encoding="utf-8")
    before = asked.space.dimensions
    console.print(f"refined space: {path}, {space.name}: {space.dimensions} dimensions of {before}")


def space_fields(taken: "Refinement", path: Path, asked: Asked) -> dict[str, Any]:
    """Gives what the file says: where the space begins, the form of its networks, and a step for each operation."""
    network = {"network": dict(asked.network)} if asked.network else {}
    steps = [{each.name: each.argument} for each in taken.operations]
    return {"name": refined_space(taken).name, "from": _source(asked.given, path), **network, "steps": steps}


def _source(given: str, path: Path) -> str:
    """Gives what the new file calls the space it begins with: a file by its path from there."""
    from netspace.spaces.files import is_path

    if not is_path(given):
        return given
    beside = Path(os.path.relpath(given, path.parent)).as_posix()
    return beside if is_path(beside) else f"./{beside}"


def _head(taken: "Refinement", asked: Asked) -> str:
    return f"{asked.given}, refined from population {asked.population}: {taken.summary()}"


def _text(fields: dict[str, Any], path: Path, head: str) -> str:
    if path.suffix.lower() == ".json":
        return json.dumps(fields, indent=2) + "\n"
    import yaml

    comment = "".join(f"# {line}\n" for line in head.splitlines())
    return comment + yaml.safe_dump(fields, sort_keys=False, default_flow_style=None, width=110, allow_unicode=True)

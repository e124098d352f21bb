"""``netspace models``: the networks that have names."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from difflib import get_close_matches
from typing import Any

import typer
from rich.table import Table

from netspace.cli.options import console
from netspace.complexity import complexity
from netspace.errors import ArchitectureError
from netspace.numbers import short
from netspace.zoo import Model, find, list_models

HEADINGS = ("network", "other names", "px", "flops", "params", "acts", "top-1", "weights")


def add_to(app: typer.Typer) -> None:
    """Adds the verb."""
    app.command("models", epilog="Example: netspace models 'regnety_*'")(models)


def models(
    pattern: str | None = typer.Argument(None, help="A part of a name, in any spelling, or a pattern with * and ?."),
    as_json: bool = typer.Option(False, "--json", help="Print everything as JSON, for programs."),
) -> None:
    """List the networks that can be built by name: what they cost, what was published, whether weights can be had."""
    found = _matching(pattern)
    if as_json:
        typer.echo(json.dumps([_to_dict(model) for model in found], indent=2))
        return
    table = Table(*HEADINGS, box=None)
    for heading in table.columns[2:7]:
        heading.justify = "right"
    for model in found:
        table.add_row(*_cells(model))
    console.print(table)
    console.print(
        "flops: multiply-adds, at px pixels; top-1: published accuracy on ImageNet, the paper's where it gives one; "
        "`netspace info NAME` tells more. Any network of timm can be had as timm:NAME",
        style="dim",
    )


def _matching(pattern: str | None) -> list[Model]:
    """Gives the networks whose names match a pattern, or hold a word.

    Raises:
        ArchitectureError: there is none; the message says what is near.
    """
    wild = pattern is not None and any(sign in pattern for sign in "*?[")
    names = list_models(pattern if pattern is None or wild else f"*{pattern}*")
    if names:
        return [find(name) for name in names]
    every = [find(name) for name in list_models()]
    known = {name.lower(): name for each in every for name in (each.family, each.name, *each.aliases)}
    near = get_close_matches(str(pattern).strip("*?").lower(), known, n=3, cutoff=0.5)
    hint = f"near are {', '.join(known[name] for name in near)}" if near else "`netspace models` lists all"
    raise ArchitectureError(f"no network's name has {pattern!r} in it: {hint}")


def _cells(model: Model) -> list[str]:
    architecture = model.architecture
    cost = complexity(architecture)
    counts = [short(number) for number in (cost.flops, cost.params, cost.acts)]
    top1 = f"{model.published[0].top1:.1f} %" if model.published else "-"
    return [
        model.name,
        ", ".join(model.aliases),
        str(architecture.image_size),
        *counts,
        top1,
        _tell(model.weights),
    ]


def _tell(weights: Sequence[Any]) -> str:
    """Says which weights there are, the default first."""
    more = f" and {len(weights) - 1} more" if len(weights) > 1 else ""
    return f"{weights[0].tag}{more}" if weights else "-"


def _to_dict(model: Model) -> dict[str, Any]:
    architecture = model.architecture
    return {
        "name": model.name,
        "aliases": list(model.aliases),
        "family": model.family,
        "image_size": architecture.image_size,
        **asdict(complexity(architecture)),
        "published": [asdict(row) for row in model.published],
        "weights": [asdict(row) for row in model.weights],
        "note": model.note,
    }

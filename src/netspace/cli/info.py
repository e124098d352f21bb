"""``netspace info``: what a network is: stages, what each costs, how wide each block is, what was published."""

import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import typer
from rich.table import Table

from netspace.architecture import Architecture
from netspace.cli.options import DEFAULT_STUDY, StudyOption, console, percent
from netspace.complexity import Complexity, complexity
from netspace.complexity.parts import Part, parts
from netspace.errors import ArchitectureError
from netspace.figures import theme
from netspace.figures.profile import WidthProfile, plot_top_models, text_widths
from netspace.numbers import short
from netspace.zoo import Model, find

HEADINGS = ("part", "layers", "output", "depth", "width", "inner", "group", "kernel", "stride", "SE")
COSTS = ("flops", "params", "acts")
NOTE = (
    "output: pixels; width: channels; inner, group, SE: channels between a block's convolutions, in each group, and "
    "squeezed, of a block after a stage's first; flops: multiply-adds, acts: elements of all convolutions' outputs, "
    "both of one image"
)
LEAST = 112
"""Columns that the table of parts is given at least, so that no number is cut; narrower terminals wrap its lines."""

WIDEST = 100
"""Columns of the drawing of widths, on terminals that have more."""


@dataclass(frozen=True)
class Described:
    """A network, and what is known of it.

    Attributes:
        name: as it was asked for, or the paper's.
        architecture: the network.
        model: its row of the zoo, if it is there.
        line: a RegNet's parameters.
        error: top-1 error in percent: published, or of a study on its validation split.
        source: where ``error`` is from.
    """

    name: str
    architecture: Architecture
    model: Model | None = None
    line: Mapping[str, float] = field(default_factory=dict)
    error: float | None = None
    source: str = ""


def add_to(app: typer.Typer) -> None:
    """Adds the verb."""
    app.command("info", epilog="Example: netspace info RegNetX-400MF regnety_004 --plot widths.png")(info)


def info(
    names: list[str] = typer.Argument(
        ..., help="Networks by name, or timm:NAME; JSON files of architectures; saved models; POPULATION:INDEX."
    ),
    study: StudyOption = DEFAULT_STUDY,
    plot: Path | None = typer.Option(None, help="Draw the width of each block: FILE.png, .svg, .pdf or .html."),
    as_json: bool = typer.Option(False, "--json", help="Print everything as JSON, for programs."),
) -> None:
    """Show what networks are: the stages, what each costs, the width of each block, and what was published."""
    found = [network for name in names for network in _find(name, study)]
    if as_json:
        typer.echo(json.dumps([_to_dict(network) for network in found], indent=2))
    else:
        for network in found:
            _show(network)
        console.print(NOTE, style="dim")
    if plot is not None:
        drawable = [_profile(each) for each in found if each.architecture.depth or len(found) == 1]
        path = plot_top_models(drawable).save(plot)
        if not as_json:
            console.print(f"figure: {path}")


def _find(name: str, study: str) -> list[Described]:
    path = Path(name)
    if path.suffix == ".json":
        return _read(path)
    if (path / "config.json").is_file():
        return _read(path / "config.json")
    population, _, index = name.rpartition(":")
    if population and index.isdigit():
        return [_recorded(population, int(index), study)]
    if name.partition(":")[0].lower() == "timm":
        from netspace.networks import get_architecture

        return [Described(name, get_architecture(name))]
    return [_of_zoo(find(name))]


def _of_zoo(model: Model) -> Described:
    best = model.published[0] if model.published else None
    error, source = (best.error, best.source) if best else (None, "")
    return Described(model.name, model.architecture, model, model.line, error, source)


def _read(path: Path) -> list[Described]:
    """Reads an architecture, what holds one as ``"architecture"``, or a list of those, as `netspace best --json` gives.

    Raises:
        ArchitectureError: the file is no JSON, or describes no network.
    """
    if not path.is_file():
        raise ArchitectureError(f"there is no file {str(path)!r}: give a JSON file of an architecture, or a name")
    try:
        raw = json.loads(path.read_text(encoding="utf-8"))
        rows = raw if isinstance(raw, list) else [raw]
        return [_described(row, path, i if len(rows) > 1 else None) for i, row in enumerate(rows)]
    except (OSError, ValueError) as error:  # an ArchitectureError is a ValueError
        raise ArchitectureError(f"cannot read a network from {str(path)!r}: {error}") from None


def _described(row: Any, path: Path, index: int | None) -> Described:
    inside = isinstance(row, Mapping) and isinstance(row.get("architecture"), Mapping)
    outer = row if inside else {}
    name = outer.get("name") or (f"{outer['population']}:{outer['index']}" if "population" in outer else path.stem)
    name = name if index is None or "population" in outer else f"{name}, {index}"
    error = outer.get("error")
    return Described(
        str(name),
        Architecture.from_dict(row["architecture"] if inside else row),
        error=error if isinstance(error, int | float) else None,
        source=f"{path.name}, on its validation split",
    )


def _recorded(population: str, index: int, study: str) -> Described:
    from netspace.study import Study

    open_study = Study(study, create=False)
    architecture = open_study.store.architectures(population, [index])[0]
    records = open_study[population]
    finished = records.frame()["index"].tolist()
    if index not in finished:
        return Described(f"{population}:{index}", architecture)
    record = records[finished.index(index)]
    known = {name: float(record.parameters[name]) for name in theme.SYMBOLS if name in record.parameters}
    line = known if len(known) == len(theme.SYMBOLS) else {}
    return Described(
        f"{population}:{index}", architecture, None, line, record.error, f"{study}, on the validation split"
    )


def _show(network: Described) -> None:
    architecture, model = network.architecture, network.model
    aliases = f" ({', '.join(model.aliases)})" if model and model.aliases else ""
    size, channels, classes = architecture.image_size, architecture.in_channels, architecture.num_classes
    console.print(f"{network.name}{aliases}", style="bold")
    console.print(f"{size} px, {channels} channel{'s' if channels > 1 else ''}, {classes:,} classes")
    if model and model.note:
        console.print(model.note)
    console.print(_table(architecture), width=max(console.width, LEAST), crop=False)
    if architecture.depth:
        plain = "utf" not in (sys.stdout.encoding or "").lower()
        widths = text_widths(architecture.block_widths, min(WIDEST, console.width), ascii_only=plain)
        console.print(f"\nwidth of each block, in channels\n{widths}")
    for line in _tell(network):
        console.print(line)
    console.print()


def _table(architecture: Architecture) -> Table:
    table = Table(*HEADINGS, *COSTS, box=None)
    for heading in table.columns[2:]:
        heading.justify = "right"
    for part in parts(architecture):
        table.add_row(*_cells(part), *_amounts(part.cost))
    table.add_row("all", *[""] * (len(HEADINGS) - 1), *_amounts(complexity(architecture)), style="bold")
    return table


def _cells(part: Part) -> list[str]:
    numbers = (part.depth, part.width, part.inner_width, part.group_width, part.kernel, part.stride, part.se_width)
    return [part.label, part.layers, str(part.resolution), *(str(number or "") for number in numbers)]


def _amounts(cost: Complexity) -> list[str]:
    return [short(getattr(cost, name)) for name in COSTS]


def _tell(network: Described) -> list[str]:
    """Gives the lines about a network's parameters, accuracy and weights."""
    lines = []
    if network.line:
        told = ", ".join(f"{symbol} = {network.line[name]:g}" for name, symbol in theme.SYMBOLS.items())
        lines.append(f"RegNet: {told}")
    if network.model is None:
        return [*lines, f"error: {percent(network.error)} ({network.source})"] if network.error is not None else lines
    for published in network.model.published:
        top5 = f", {published.top5:g} % top-5" if published.top5 is not None else ""
        lines.append(f"published accuracy: {published.top1:g} % top-1{top5} ({published.source})")
    for weights in network.model.weights:
        top1 = f", {weights.top1:g} % top-1" if weights.top1 is not None else ""
        lines.append(f"weights: {weights.hub} ({weights.license or 'license not stated'}{top1}; {weights.source})")
    if not network.model.weights:
        lines.append("weights: none on the hub")
    return lines


def _profile(network: Described) -> WidthProfile:
    stages, cost = network.architecture.stages, complexity(network.architecture)
    return WidthProfile(
        network.name,
        [stage.depth for stage in stages],
        [stage.width for stage in stages],
        network.line,
        network.error,
        cost.flops,
        cost.params,
        cost.acts,
    )


def _to_dict(network: Described) -> dict[str, Any]:
    architecture, model = network.architecture, network.model
    return {
        "name": network.name,
        "aliases": list(model.aliases) if model else [],
        "family": model.family if model else None,
        "note": model.note if model else "",
        "image_size": architecture.image_size,
        "in_channels": architecture.in_channels,
        "num_classes": architecture.num_classes,
        **asdict(complexity(architecture)),
        "parts": [asdict(part) for part in parts(architecture)],
        "block_widths": list(architecture.block_widths),
        "regnet": _symbols(network.line),
        "error": network.error,
        "error_source": network.source if network.error is not None else None,
        "published": _dicts(model.published if model else ()),
        "weights": _dicts(model.weights if model else ()),
        "architecture": json.loads(architecture.to_json()),
    }


def _symbols(line: Mapping[str, float]) -> dict[str, float] | None:
    return {symbol: line[name] for name, symbol in theme.SYMBOLS.items()} if line else None


def _dicts(rows: Sequence[Any]) -> list[dict[str, Any]]:
    return [asdict(row) for row in rows]

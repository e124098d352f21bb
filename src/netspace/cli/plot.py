"""``netspace plot``: one picture of populations, for a paper."""

from pathlib import Path

import typer
from rich.table import Table

from netspace.cli.options import DEFAULT_STUDY, NamesArgument, StudyOption, chosen, console, errors


def add_to(app: typer.Typer) -> None:
    """Adds the verb."""
    app.command("plot", epilog="Example: netspace plot edfs anynetx_a regnetx -o edfs.pdf")(plot)


def plot(
    kind: str | None = typer.Argument(None, help="What to draw; --list tells all kinds."),
    names: NamesArgument = None,
    study: StudyOption = DEFAULT_STUDY,
    output: Path | None = typer.Option(
        None, "--output", "-o", help="The file to write: .pdf, .svg, .png, or .html for an interactive page."
    ),
    parameters: list[str] = typer.Option(
        [],
        "--parameter",
        "-p",
        help="Of against and trends: a parameter, flops, params, acts or depth; may come again.",
    ),
    x: str = typer.Option("", "--x", help="Of pairs and others: the quantity on the axis below."),
    y: str = typer.Option("", "--y", help="Of pairs: the quantity on the axis at the left."),
    title: str = typer.Option("", "--title", help="A line above the picture."),
    lists: bool = typer.Option(False, "--list", help="List the kinds of pictures."),
) -> None:
    """Draw one kind of picture of populations into a file: distributions, where the best lie, widths, trends."""
    if lists or kind is None:
        _list_kinds()
        return
    from netspace.figures import check_picture
    from netspace.reports import find_kind
    from netspace.reports.plotting import plot_and_tell
    from netspace.study import Study

    path = output or Path(f"{find_kind(kind).name}.pdf")
    check_picture(path, pages=True)
    open_study = Study(study, create=False)
    populations = [open_study[name] for name in chosen(open_study, names)]
    picture, missing = plot_and_tell(kind, *populations, parameters=parameters, x=x, y=y, title=title)
    for sentence in missing:
        errors.print(f"Note: {sentence}", style="yellow", markup=False)
    console.print(f"picture: {picture.save(path)}")


def _list_kinds() -> None:
    from netspace.reports import KINDS

    table = Table("kind", "shows", "options", box=None)
    for kind in KINDS.values():
        table.add_row(kind.name, kind.line, " ".join(f"--{name.removesuffix('s')}" for name in sorted(kind.takes)))
    console.print(table)

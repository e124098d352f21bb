"""``netspace space``: what a design space is, how large it is, networks of it, and its picture; one file per verb."""

import typer

from netspace.cli.space import draw, listing, sample, show, size


def add_to(app: typer.Typer) -> None:
    """Adds the verbs under ``space``."""
    verbs = typer.Typer(
        name="space",
        help="Look at a design space, by its name or from its file: what it is, how large, networks of it, a picture.",
        epilog="Start with: netspace space show regnetx",
        no_args_is_help=True,
        rich_markup_mode="markdown",
    )
    for verb in (listing, show, size, sample, draw):
        verb.add_to(verbs)
    app.add_typer(verbs)

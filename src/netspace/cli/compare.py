"""``netspace compare``: which of two populations is better, and how sure that is."""

import typer

from netspace.cli.options import DEFAULT_STUDY, StudyOption, console


def add_to(app: typer.Typer) -> None:
    """Adds the verb."""
    app.command("compare", epilog="Example: netspace compare anynetx_a regnetx --study study.db")(compare)


def compare(
    first: str = typer.Argument(..., help="A population."),
    second: str = typer.Argument(..., help="Another one."),
    study: StudyOption = DEFAULT_STUDY,
    confidence: float = typer.Option(0.95, min=0.5, max=0.9999, help="Of the interval."),
) -> None:
    """Say which of two populations has the lower mean error, with an interval, or that n is too small to tell."""
    from netspace.comparison import compare as compare_records
    from netspace.study import Study

    open_study = Study(study, create=False)
    a, b = (open_study[name] for name in (first, second))
    console.print(compare_records(a, b, confidence=confidence).summary())

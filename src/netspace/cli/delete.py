"""``netspace delete``: a population out of a study."""

import typer

from netspace.cli.options import DEFAULT_STUDY, StudyOption, console


def add_to(app: typer.Typer) -> None:
    """Adds the verb."""
    app.command("delete", epilog="Example: netspace delete regnetx --study study.db --yes")(delete)


def delete(
    name: str = typer.Argument(..., help="A population."),
    study: StudyOption = DEFAULT_STUDY,
    yes: bool = typer.Option(False, "--yes", "-y", help="Do not ask."),
) -> None:
    """Delete a population with its networks and records, for good."""
    from netspace.study import Study

    open_study = Study(study, create=False)
    trained = len(open_study[name])
    if not yes:
        typer.confirm(f"Delete {name} with its {trained} records?", abort=True)
    open_study.delete(name)
    console.print(f"{name} and its {trained} records are deleted from {study}")

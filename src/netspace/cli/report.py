"""``netspace report``: a study as one HTML file."""

from pathlib import Path

import typer

from netspace.cli.options import DEFAULT_STUDY, NamesArgument, StudyOption, chosen, console


def add_to(app: typer.Typer) -> None:
    """Adds the verb."""
    app.command("report", epilog="Example: netspace report anynetx_a regnetx -o report.html")(report)


def report(
    names: NamesArgument = None,
    study: StudyOption = DEFAULT_STUDY,
    output: Path = typer.Option(Path("report.html"), "--output", "-o", help="The file to write: .html or .htm."),
) -> None:
    """Write one HTML file that opens offline: distributions, parameters, profiles, curves, every network."""
    from netspace.reports import write_report
    from netspace.study import Study

    open_study = Study(study, create=False)
    path = write_report([open_study[name] for name in chosen(open_study, names)], output)
    console.print(f"report: {path}")

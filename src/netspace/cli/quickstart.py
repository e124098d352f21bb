"""``netspace quickstart``: the main job on the built-in images."""

from importlib.resources import files
from pathlib import Path

import typer

from netspace.cli.run import run_file


def add_to(app: typer.Typer) -> None:
    """Adds the verb."""
    app.command("quickstart", epilog="Example: netspace quickstart --networks 8")(quickstart)


def quickstart(
    networks: int = typer.Option(16, "--networks", "-n", min=2, help="Networks of each space."),
    workers: int | None = typer.Option(None, "--workers", "-w", min=1, help="Processes; by default one per core."),
    folder: Path = typer.Option(Path("quickstart"), "--folder", help="Where the study and its report go."),
) -> None:
    """Compare two design spaces on the built-in images, in minutes: the whole method once.

    Samples AnyNetX_A and RegNetX at 1 to 2 million multiply-adds, trains every network, writes report.html and says
    which space is better, or that n is too small to tell. The same command goes on where it was stopped.
    """
    path = Path(str(files("netspace").joinpath("recipes", "quickstart.yaml")))
    changes = {
        "workers": workers,
        "study": f"sqlite:///{folder / 'study.db'}",
        "report": folder / "report.html",
    }
    run_file(path, changes, networks)

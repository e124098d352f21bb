"""``netspace run``: a whole study from a file."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import typer

from netspace.cli.options import console, stoppable

EXAMPLE = """A study file:

    study: sqlite:///study.db
    report: report.html
    data: cifar10
    recipe: {base: quick, epochs: 3}
    network: {image_size: 32, num_classes: 10, stem: cifar}
    budget: {flops: [4M, 6M]}
    populations:
      - {name: anynetx_a, space: anynetx_a, n: 48}
      - {name: regnetx, space: regnetx, n: 48}

Example: netspace run study.yaml
"""


def add_to(app: typer.Typer) -> None:
    """Adds the verb."""
    app.command("run", epilog=EXAMPLE.replace("\n", "\n\n"))(run)


def run(
    file: Path = typer.Argument(..., help="The study file (YAML)."),
    workers: int | None = typer.Option(None, "--workers", "-w", min=1, help="Processes; by default one per core."),
    device: str | None = typer.Option(None, "--device", help="auto, cpu, cuda, ..."),
) -> None:
    """Sample, train, compare and report all that a study file names; go on where it was stopped."""
    run_file(file, {"workers": workers, "device": device})


def run_file(path: Path, changes: Mapping[str, Any], networks: int | None = None) -> None:
    """Runs a study file and prints what came of it; ``networks`` replaces the size of every population."""
    from netspace.studyfile import read_study_file, run_study

    file = read_study_file(path, changes)
    if networks is not None:
        sized = [section.model_copy(update={"n": networks}) for section in file.populations]
        file = file.model_copy(update={"populations": sized})
    with stoppable():
        _, sentences = run_study(file)
    if file.report is not None:
        console.print(f"report: {file.report}")
    for sentence in sentences:
        console.print(sentence, style="bold")

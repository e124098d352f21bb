"""``netspace sample``: networks from a design space into a study."""

import shlex
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from netspace.cli.groups import NetworkOptions, RuntimeBudgetOptions, grouped
from netspace.cli.options import (
    DEFAULT_STUDY,
    SeedOption,
    SpaceArgument,
    StudyOption,
    console,
)
from netspace.numbers import short

if TYPE_CHECKING:
    from netspace.spaces import Population


def add_to(app: typer.Typer) -> None:
    """Adds the verb."""
    app.command(
        "sample",
        epilog="Example: netspace sample regnetx -n 100 --flops 4M:6M --image-size 32 --stem cifar --num-classes 10",
    )(sample)


@grouped
def sample(
    space: SpaceArgument,
    budget: RuntimeBudgetOptions,
    network: NetworkOptions,
    n: int = typer.Option(100, "--networks", "-n", help="How many networks."),
    name: str | None = typer.Option(None, "--name", help="What to call the population; by default as the space."),
    study: StudyOption = DEFAULT_STUDY,
    strategy: str = typer.Option(
        "random",
        help="random; stratified: as many networks in each tenth of the range of flops; quasi: a Sobol sequence; grid.",
    ),
    seed: SeedOption = 0,
) -> None:
    """Sample networks of a design space under a budget and keep them in a study, to be trained.

    Of a space file, options go before what the file says.
    """
    from rich.progress import Progress

    from netspace.spaces.files import is_path
    from netspace.study import Study

    design_space = network.find(space)
    with Progress(transient=True) as bar:
        task = bar.add_task("sampling", total=n)
        population = design_space.sample(
            n,
            **budget.read(),
            runtime=budget.read_runtime(),
            strategy=strategy,
            seed=seed,
            progress=lambda found, _: bar.update(task, completed=found),
        )
    name = name or (Path(space).stem if is_path(space) else space.lower())
    Study(study).add(population, name=name)
    _tell(population, name, study)


def _tell(population: "Population", name: str, study: str) -> None:
    cost = population.complexity
    ranges = ", ".join(
        f"{short(column.min())} to {short(column.max())} {word}"
        for word, column in (("multiply-adds", cost.flops), ("parameters", cost.params), ("activations", cost.acts))
    )
    console.print(f"{name}: {len(population)} networks of {population.origin.space} in {study}")
    console.print(f"  {ranges}")
    console.print(f"  next: netspace train {shlex.quote(name)} --study {shlex.quote(study)} --data NAME_OR_PATH")

"""``netspace sample``: networks from a design space into a study."""

import shlex

import typer

from netspace.cli.options import DEFAULT_STUDY, StudyOption, amount, console, parse_range


def add_to(app: typer.Typer) -> None:
    """Adds the verb."""
    app.command(
        "sample",
        epilog="Example: netspace sample regnetx -n 100 --flops 4M:6M --image-size 32 --stem cifar --num-classes 10",
    )(sample)


def sample(
    space: str = typer.Argument(..., help="A design space: anynetx_a to anynetx_e, regnetx."),
    n: int = typer.Option(100, "--networks", "-n", help="How many networks."),
    name: str | None = typer.Option(None, "--name", help="What to call the population; by default as the space."),
    study: StudyOption = DEFAULT_STUDY,
    flops: str | None = typer.Option(None, help="Budget in multiply-adds, LOW:HIGH, such as 4M:6M or :6M."),
    params: str | None = typer.Option(None, help="Budget in parameters, LOW:HIGH."),
    acts: str | None = typer.Option(None, help="Budget in activations, LOW:HIGH."),
    seed: int = typer.Option(0, help="The same seed gives the same networks."),
    image_size: int = typer.Option(224, help="Height and width of the input, in pixels."),
    in_channels: int = typer.Option(3, help="Channels of the input."),
    num_classes: int = typer.Option(1000, help="Classes of the data."),
    stem: str = typer.Option("simple", help="simple (3x3, stride 2), cifar (3x3) or imagenet (7x7, max-pool)."),
    stem_width: int = typer.Option(32, help="Channels of the stem."),
    num_stages: int = typer.Option(4, help="Stages of each network."),
    block: str = typer.Option(
        "x", help="x, y (with squeeze-and-excitation), r, v, vr, z, ..., or one of your own (netspace --import FILE)."
    ),
) -> None:
    """Sample networks of a design space under a budget and keep them in a study, to be trained."""
    from rich.progress import Progress

    from netspace.spaces import get_space
    from netspace.study import Study

    design_space = get_space(
        space,
        image_size=image_size,
        in_channels=in_channels,
        num_classes=num_classes,
        stem=stem,
        stem_width=stem_width,
        num_stages=num_stages,
        block=block,
    )
    budget = {"flops": parse_range(flops), "params": parse_range(params), "acts": parse_range(acts)}
    with Progress(transient=True) as bar:
        task = bar.add_task("sampling", total=n)
        population = design_space.sample(
            n, seed=seed, progress=lambda found, _: bar.update(task, completed=found), **budget
        )
    name = name or space.lower()
    Study(study).add(population, name=name)
    cost = population.complexity
    ranges = ", ".join(
        f"{amount(column.min())} to {amount(column.max())} {word}"
        for word, column in (("multiply-adds", cost.flops), ("parameters", cost.params), ("activations", cost.acts))
    )
    console.print(f"{name}: {len(population)} networks of {design_space.name} in {study}")
    console.print(f"  {ranges}")
    console.print(f"  next: netspace train {shlex.quote(name)} --study {shlex.quote(study)} --data NAME_OR_PATH")

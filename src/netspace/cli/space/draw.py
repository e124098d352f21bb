"""``netspace space draw``: a design space in one figure for papers."""

import re
from pathlib import Path

import typer

from netspace.cli.groups import NetworkOptions, RuntimeBudgetOptions, grouped
from netspace.cli.options import (
    SeedOption,
    SpaceArgument,
    console,
)
from netspace.cli.space.asking import check_place, showing

EXAMPLES = """Example: netspace space draw regnetx --flops 360M:400M --out regnetx.pdf

Example: netspace space draw mine.yaml -n 2000
"""


def add_to(app: typer.Typer) -> None:
    """Adds the verb."""
    app.command("draw", epilog=EXAMPLES)(draw)


@grouped
def draw(
    space: SpaceArgument,
    budget: RuntimeBudgetOptions,
    network: NetworkOptions,
    n: int = typer.Option(500, "--networks", "-n", min=2, max=100_000, help="Draws, and networks of each sample."),
    seed: SeedOption = 0,
    out: Path | None = typer.Option(
        None, "--out", "-o", help="FILE.png, FILE.svg or FILE.pdf; by default the space's name, as PNG."
    ),
) -> None:
    """Draw a design space: (a) distributions of its parameters, (b) costs of its networks, (c) widths of 20 of them.

    (a) holds what is drawn against what the space says, and tells the largest distance beside what noise makes of n
    draws; where lines or restrictions reject draws, or with a budget, it shows what is left of the distributions.
    (b) shows parameters and activations against multiply-adds, at 224 px with the limits of the RegNet paper.
    """
    from netspace.figures import check_picture
    from netspace.figures.space import draw_space, portray

    if out is not None:
        check_picture(out)
    limits, model = budget.read(), budget.read_runtime()
    found = network.find(space)
    out = out or Path(f"{_file_name(found.name)}.png")
    check_place(out)
    with showing("networks") as progress:
        portrait = portray(found, n, budget=limits, runtime=model, seed=seed, progress=progress)
    for name, curves in portrait.groups.items():
        known = [curve.distance for curve in curves if curve.distance is not None]
        if known and max(known) > portrait.noise:
            far = f"{name}: drawn {max(known):.3f} away from its distribution, and noise alone stays"
            console.print(f"{far} below {portrait.noise:.3f} in 95 % of samples: a larger -n or another --seed tells")
    console.print(f"figure: {draw_space(portrait, out)}")


def _file_name(name: str) -> str:
    """Gives a name of a space as one of a file.

    >>> _file_name("RegNetX.narrow(depth=12 to 28)")
    'regnetx-narrow-depth-12-to-28'
    """
    return re.sub(r"[^a-z0-9_]+", "-", name.lower()).strip("-")[:60] or "space"

"""Which moves are taken: the proposed walk, the user's own, or what they answer."""

import shlex
import sys
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import typer

from netspace.cli.options import console, errors
from netspace.errors import AnalysisError

if TYPE_CHECKING:
    from netspace.refinement import Refinement

QUESTION = "Moves to take: numbers of the table, such as 1 3; Enter for the proposed walk; q for none"


def check_choice(*, auto: bool, take: Sequence[str], needed: Mapping[str, Any]) -> None:
    """Makes sure that moves can be chosen, where what was asked for needs that.

    Args:
        auto: whether the proposed walk is taken.
        take: moves of the user's own.
        needed: options that need moves, ``None`` where they were not given.

    Raises:
        typer.BadParameter: they cannot.
    """
    if auto and take:
        raise typer.BadParameter("--auto takes the proposed walk, and --take moves of your own: leave one out")
    wanted = next((option for option, value in needed.items() if value is not None), None)
    if wanted is not None and not (auto or take or is_asking()):
        raise typer.BadParameter(
            f"{wanted} needs moves, and without a terminal nothing can be asked: --auto takes the proposed walk, "
            '--take "MOVE" your own'
        )
    if needed.get("--confirm") is not None and needed.get("--fresh") is not None:
        raise typer.BadParameter("--confirm trains fresh networks, and --fresh names some: leave one out")


def choose(
    found: "Refinement", shown: int, *, auto: bool, take: Sequence[str], next_options: str
) -> "Refinement | None":
    """Gives the refinement by the moves that are taken; ``None``: none are.

    Args:
        found: the proposed one.
        shown: how many of the best moves the table shows.
        auto: whether the proposed walk is taken.
        take: moves of the user's own.
        next_options: what may be done with moves that are taken, for who asks for none.

    Raises:
        AnalysisError: a move is unknown, or all of them together leave too little.
    """
    if auto:
        return found
    if take:
        return found.take(*take)
    if not is_asking():
        console.print(f'  next: --auto takes it, --take "MOVE" your own; {next_options}')
        return None
    return _answered(found, shown)


def is_asking() -> bool:
    """Whether there is a person at a terminal to be asked."""
    return sys.stdin.isatty() and sys.stdout.isatty()


def _answered(found: "Refinement", shown: int) -> "Refinement | None":
    """Asks until the answer can be used."""
    while True:
        answer = str(typer.prompt(QUESTION, default="", show_default=False)).strip()
        if answer.lower() in ("q", "quit", "none"):
            return None
        try:
            taken = _picked(found, answer, shown)
        except AnalysisError as error:
            errors.print(str(error), style="red")
            continue
        options = (
            ["--auto"] if taken is found else [word for step in taken.steps for word in ("--take", str(step.move))]
        )
        console.print(f"  without asking: netspace {shlex.join([*sys.argv[1:], *options])}", style="dim")
        return taken


def _picked(found: "Refinement", answer: str, shown: int) -> "Refinement":
    """Gives the refinement by the moves whose numbers an answer has.

    Raises:
        AnalysisError: it has other words, or other numbers than the table, or the moves leave too little.
    """
    if not answer:
        return found
    most = min(shown, len(found.moves))
    words = answer.replace(",", " ").split()
    if not all(word.isdecimal() and 1 <= int(word) <= most for word in words):
        raise AnalysisError(f"{answer!r} is not understood: give numbers from 1 to {most}, nothing, or q")
    return found.take(*(found.moves[int(word) - 1] for word in words))

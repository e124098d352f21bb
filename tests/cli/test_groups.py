"""Groups of options are the same on every verb, and a verb takes each as one value."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, ClassVar, get_type_hints

import pytest
import typer
from typer.testing import CliRunner

from netspace.cli.groups import BudgetOptions, Group, NetworkOptions, RuntimeBudgetOptions, grouped
from netspace.errors import LatencyError


@dataclass(frozen=True)
class Words(Group):
    """A group with a list."""

    panel: ClassVar[str] = "Words"

    word: Annotated[list[str], typer.Option("--word", "-w", help="A word.")] = field(default_factory=list)


def app(taken: list[object]) -> typer.Typer:
    made = typer.Typer()

    @made.command()
    @grouped
    def verb(
        name: str = typer.Argument(...), *, words: Words, budget: RuntimeBudgetOptions, network: NetworkOptions
    ) -> None:
        """Do it."""
        taken.extend((name, words, budget, network))

    return made


def test_options_of_groups_reach_the_verb_as_one_value() -> None:
    taken: list[object] = []
    given = ["it", "-w", "a", "--word", "b", "--flops", "4M:6M", "--image-size", "32"]
    result = CliRunner().invoke(app(taken), given)
    assert result.exit_code == 0, result.output
    assert taken == [
        "it",
        Words(["a", "b"]),
        RuntimeBudgetOptions(flops="4M:6M"),
        NetworkOptions(image_size=32),
    ]


def test_without_options_groups_have_their_defaults() -> None:
    taken: list[object] = []
    assert CliRunner().invoke(app(taken), ["it"]).exit_code == 0
    assert taken[1:] == [Words(), RuntimeBudgetOptions(), NetworkOptions()]


def test_help_shows_each_group_in_a_panel_of_its_own() -> None:
    shown = CliRunner().invoke(app([]), ["--help"], env={"COLUMNS": "200"}).output
    assert "Do it." in shown
    assert shown.index("Budget") < shown.index("--latency") < shown.index("Networks") < shown.index("--stem-width")


def test_type_hints_of_the_verb_are_those_of_its_options() -> None:
    @grouped
    def verb(budget: BudgetOptions) -> None: ...

    assert set(get_type_hints(verb)) == {"flops", "params", "acts"}


def test_networks_are_found_in_the_form_that_was_given() -> None:
    options = NetworkOptions(image_size=32, stem="cifar")
    assert options.given() == {"image_size": 32, "stem": "cifar"}
    assert options.find("regnetx").outline.image_size == 32


def test_budgets_are_read_and_latency_needs_a_model(tmp_path: Path) -> None:
    assert BudgetOptions(flops="4M:6M", acts=":1M").read() == {"flops": (4e6, 6e6), "acts": (None, 1e6)}
    runtime = RuntimeBudgetOptions(latency=":5", runtime=tmp_path / "none.json")
    assert runtime.read() == {"latency": (None, 5.0)}
    with pytest.raises(LatencyError, match=r"none\.json"):
        runtime.read_runtime()
    with pytest.raises(typer.BadParameter, match="--runtime FILE"):
        RuntimeBudgetOptions(latency=":5").read_runtime()
    assert RuntimeBudgetOptions().read_runtime() is None

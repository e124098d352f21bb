"""``netspace train``: the networks of a study that have no record yet."""

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from netspace.cli.options import DEFAULT_STUDY, NamesArgument, StudyOption, chosen, console, errors, percent, stoppable

if TYPE_CHECKING:
    from netspace.populations import Records
    from netspace.study import Study


def add_to(app: typer.Typer) -> None:
    """Adds the verb."""
    app.command("train", epilog="Example: netspace train regnetx --data cifar10 --recipe quick --set epochs=5")(train)


def train(
    names: NamesArgument = None,
    study: StudyOption = DEFAULT_STUDY,
    data: str = typer.Option("builtin", help="A data set's name, a Parquet or .npz file, or a folder."),
    recipe: str = typer.Option("quick", help="A recipe's name, or a YAML file of its fields."),
    changes: list[str] = typer.Option([], "--set", help="Change a field of the recipe, such as epochs=5; repeatable."),
    workers: int | None = typer.Option(None, "--workers", "-w", min=1, help="Processes; by default one per core."),
    seed: int = typer.Option(0, help="Of weights, order of data and the held-out split."),
    device: str = typer.Option("auto", help="auto, cpu, cuda, ..."),
    retry_failed: bool = typer.Option(False, "--retry-failed", help="Try networks that failed before again."),
) -> None:
    """Train every sampled network that has no record yet; go on where it was stopped."""
    from netspace.study import Study

    chosen_recipe = _read_recipe(recipe, changes)
    open_study = Study(study, create=False)
    for name in chosen(open_study, names) if names else _own(open_study):
        with stoppable():
            records = open_study.train(
                name=name,
                data=data,
                recipe=chosen_recipe,
                workers=workers,
                seed=seed,
                device=device,
                retry_failed=retry_failed,
            )
        best = records.best(1)
        error = percent(best[0].error if best else None)
        console.print(f"{name}: {len(records.errors)} trained, {len(records.failures)} failed, best error {error}")
        if records.failures:
            tell_failures(records)
        if not len(records.errors):
            raise typer.Exit(1)


def _own(study: "Study") -> list[str]:
    """Gives the populations that were not trained elsewhere."""
    from netspace.populations.imported import is_imported

    return [name for name in chosen(study, None) if not is_imported(study.store.facts(name))]


def tell_failures(records: "Records") -> None:
    """Says why networks failed, the commonest reason first, and what tries them again."""
    reasons = Counter(
        f"{record.outcome.failure.reason}: {record.outcome.failure.message}"
        for record in records.failures
        if record.outcome.failure
    )
    for reason, count in reasons.most_common(3):
        errors.print(f"  {count} failed: {reason}", style="red")
    errors.print("  --retry-failed tries them again.")


def _read_recipe(recipe: str, changes: list[str]) -> Any:
    import yaml

    from netspace.errors import RecipeError
    from netspace.training.recipe import get_recipe

    fields: Any = recipe
    if recipe.endswith((".yaml", ".yml")):
        try:
            fields = yaml.safe_load(Path(recipe).read_text(encoding="utf-8"))
        except (OSError, yaml.YAMLError, UnicodeDecodeError) as error:
            raise RecipeError(f"cannot read the recipe file {recipe}: {error}") from None
    given = {}
    for change in changes:
        field, equals, value = change.partition("=")
        if not equals:
            raise RecipeError(f"--set {change!r} is not FIELD=VALUE: write, for example, --set epochs=5")
        given[field.strip()] = _read_value(change, value)
    return get_recipe(fields, **given)


def _read_value(change: str, value: str) -> Any:
    import yaml

    from netspace.errors import RecipeError

    try:
        return yaml.safe_load(value)
    except yaml.YAMLError:
        raise RecipeError(f"--set {change!r} has a value that cannot be read: write a number, a word or true") from None

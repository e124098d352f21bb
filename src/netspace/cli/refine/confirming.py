"""Fresh networks of a refined space: trained as the sample was, and the promise held against them."""

import shlex
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from netspace.cli.options import console, errors, percent, stoppable
from netspace.cli.refine.options import FreshOptions
from netspace.cli.refine.writing import refined_space
from netspace.cli.space.asking import showing
from netspace.cli.train import tell_failures
from netspace.errors import AnalysisError, DataError, SpaceError

if TYPE_CHECKING:
    from netspace.populations import Records
    from netspace.refinement import Refinement
    from netspace.refinement.columns import Mask
    from netspace.spaces import Population
    from netspace.study import Study
    from netspace.training.data import Dataset

ALIKE = ("recipe", "data", "budget", "seed")
"""What fresh networks have in common with the sample."""

SEEDS = 2**31
"""Seeds of fresh samples are below it."""


@dataclass(frozen=True)
class Fresh:
    """Fresh networks that are to be trained.

    Attributes:
        study: where they go.
        sample: the population that the promise came from.
        name: of theirs.
        n: how many.
        dataset: what the sample was trained on.
        options: how the user wants them trained.
    """

    study: "Study"
    sample: "Records"
    name: str
    n: int
    dataset: "Dataset"
    options: FreshOptions

    @classmethod
    def read(cls, study: "Study", sample: "Records", options: FreshOptions) -> "Fresh":
        """Makes sure that they can be trained as the sample was, before anything else is done.

        Raises:
            SpaceError: they would be called as the sample.
            DataError: the sample's data is nowhere, or other than it was.
        """
        from netspace.populations.plan import check_name

        called = options.name or f"{sample.name}_refined"
        check_name(called)
        if called == sample.name:
            raise SpaceError(f"fresh networks cannot be called {called!r}, as their sample is: give another --name")
        return cls(study, sample, called, options.confirm or 0, find_data(sample, options.data), options)

    def train(self, taken: "Refinement", seed: int) -> "Records":
        """Samples and trains them, as far as that was not done before.

        Raises:
            StoreError: under their name are others, or the same trained otherwise.
            typer.Exit: Ctrl-C stopped it; what is trained is kept.
        """
        with stoppable():
            records = self.study.train(
                self._sampled(taken, seed),
                name=self.name,
                data=self.dataset,
                recipe=self.sample.facts["recipe"],
                workers=self.options.workers,
                seed=self.sample.facts["seed"],
                device=self.options.device,
                retry_failed=self.options.retry_failed,
            )
        best = percent(records.errors.min() if len(records.errors) else None)
        counts = f"{len(records.errors)} trained, {len(records.failures)} failed"
        console.print(f"{self.name}: {counts}, best error {best}")
        if records.failures:
            tell_failures(records)
        return records

    def _sampled(self, taken: "Refinement", seed: int) -> "Population":
        """Draws them under the sample's own budget, with a seed of their own."""
        from netspace.random import derive_seed

        own = derive_seed(seed, "refine", "confirm", self.sample.name) % SEEDS
        budget: dict[str, Any] = {name: tuple(pair) for name, pair in self.sample.facts["budget"].items()}
        space = refined_space(taken)
        with showing("networks") as progress:
            population = space.sample(self.n, seed=own, progress=progress, **budget)
        console.print(f"{self.name}: {self.n} fresh networks of {space.name}, seed {own}")
        known = set(self.sample.frame()["id"])
        again = sum(each.id in known for each in population)
        if again:
            errors.print(f"Note: {again} of them are in {self.sample.name} too, with the same error.", style="yellow")
        return population


def find_data(sample: "Records", given: str | None) -> "Dataset":
    """Gives the data that a population was trained on, from where it was or from what the user names.

    Raises:
        DataError: it is not there, or other than it was.
    """
    from netspace.training.data import load_dataset

    told = (sample.facts.get("data") or {}).get("datasets")
    if not told:
        raise DataError(
            f"population {sample.name!r} does not say what it was trained on, so that --confirm cannot train others "
            f"alike.\n  If it is not trained yet: netspace train {shlex.quote(sample.name)} --data NAME_OR_PATH"
        )
    size = max(each["size"] for each in told)
    source = given if given is not None else _source(sample.name, told[0])
    try:
        dataset = load_dataset(source, image_size=size)
    except DataError as error:
        hint = "" if given is not None else "\n  Say with --data where it is now."
        raise DataError(f"{_named(sample.name, told[0])} cannot be read: {error}{hint}") from None
    if dataset.fingerprint != told[0]["fingerprint"]:
        raise DataError(
            f"{_named(sample.name, told[0])} is not the data at {dataset.source}, which has the fingerprint "
            f"{dataset.fingerprint}: fresh networks need the same images, labels and classes.\n"
            "  Say with --data where they are."
        )
    return dataset


def _source(name: str, told: Mapping[str, Any]) -> Any:
    """Gives what `load_dataset` takes, of what records say of their data.

    Raises:
        DataError: it is nowhere.
    """
    from netspace.training.data import list_datasets

    parts = told["source"].split(", ")
    if Path(told["source"]).expanduser().exists():
        return told["source"]
    if len(parts) == 2 and all(Path(part).expanduser().exists() for part in parts):
        return dict(zip(("train", "test"), parts, strict=True))
    if told["name"] in list_datasets():
        return told["name"]
    raise DataError(f"{_named(name, told)} is not at {told['source']}: say with --data where it is now")


def _named(name: str, told: Mapping[str, Any]) -> str:
    return f"the data of population {name!r} ({told['name']}, fingerprint {told['fingerprint']})"


def hold_against(taken: "Refinement", sample: "Records", fresh: "Records", study: str) -> None:
    """Says whether fresh networks keep a promise, and what to look at next in the study.

    Raises:
        SpaceError: some lie outside of the refined space, or were trained otherwise than the sample.
        AnalysisError: fewer than two of them have an error.
    """
    from netspace.refinement import confirm

    inside = _inside(taken, fresh)
    _check_alike(sample, fresh)
    outside = int((~inside).sum())
    if outside:
        raise SpaceError(
            f"{outside} of {len(fresh)} networks of {fresh.name} lie outside of the refined space, and the promise is "
            "for networks of it: take the moves by which it was made"
        )
    console.print(confirm(taken, fresh).summary(), style="bold")
    console.print(f"  next: netspace compare {shlex.join([sample.name, fresh.name, '--study', study])}")


def _inside(taken: "Refinement", fresh: "Records") -> "Mask":
    """Says which fresh networks lie in the refined space.

    Raises:
        SpaceError: they are of another space, so that this cannot be said.
    """
    try:
        return taken.contains(fresh)
    except AnalysisError as error:
        origin = fresh.facts.get("lineage") or "a list of networks"
        raise SpaceError(
            f"{fresh.name} is no population of the refined space (it was sampled from {origin}): {error}"
        ) from None


def _check_alike(sample: "Records", fresh: "Records") -> None:
    from netspace.populations.plan import differences

    lines = [
        line
        for key in ALIKE
        if sample.facts.get(key) is not None and fresh.facts.get(key) is not None
        for line in differences({key: sample.facts[key]}, {key: fresh.facts[key]})
    ]
    if lines:
        listed = "\n    ".join(lines)
        raise SpaceError(
            f"{fresh.name} was not trained as {sample.name} was ({sample.name} -> {fresh.name}):\n    {listed}\n"
            "  The promise is for networks of the same recipe, data, seed and budget."
        )

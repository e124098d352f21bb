"""A whole study as a file: what to sample, how to train it, what to compare."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Discriminator, Field, Tag, ValidationError, model_validator

from netspace.complexity import RuntimeModel
from netspace.documents import explain, read_document
from netspace.errors import NetspaceError, StoreError, StudyFileError
from netspace.networks import import_blocks
from netspace.numbers import parse_number
from netspace.populations import Records
from netspace.populations.plan import check_name
from netspace.reports import check_writable, verdict_sentences, write_report
from netspace.spaces import DesignSpace, Population
from netspace.spaces.files import NetworkSection, SpaceFile, find_space, is_path, space_from_dict
from netspace.study import Study, make_tasks, prepare_for
from netspace.training.data import Dataset, load_dataset
from netspace.training.recipe import get_recipe

Bound = Annotated[float | None, BeforeValidator(parse_number)]
Range = tuple[Bound, Bound]
Strategy = Literal["random", "stratified", "quasi", "grid"]
Name = Annotated[str, Tag("<name>")]
_name_or_fields = Discriminator(lambda given: "<fields>" if isinstance(given, Mapping | SpaceFile) else "<name>")
Space = Annotated[Name | Annotated[SpaceFile, Tag("<fields>")], _name_or_fields]
"""A name, a path relative to the study file, or what a space file holds."""


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class BudgetSection(_Section):
    """What a network may cost: ``[low, high]`` in multiply-adds, parameters, activations, predicted milliseconds.

    ``runtime`` is the file of a `netspace.complexity.RuntimeModel`, which predicts them.
    """

    flops: Range | None = None
    params: Range | None = None
    acts: Range | None = None
    latency: Range | None = None
    runtime: Path | None = None


class PopulationSection(_Section):
    """One population: ``n`` networks of ``space``, with options of its own over those of the file."""

    name: str
    space: Space
    n: int = Field(ge=1)
    seed: int | None = None
    network: NetworkSection = NetworkSection()
    budget: BudgetSection | None = None
    strategy: Strategy | None = None


class StudyFile(_Section):
    """A study: where it is kept, its data, recipe and seed, its populations, and files that register blocks."""

    imports: Annotated[list[Path], BeforeValidator(lambda given: [given] if isinstance(given, str) else given)] = []
    study: str = "sqlite:///study.db"
    report: Path | None = None
    data: Annotated[Name | Annotated[dict[str, str], Tag("<fields>")], _name_or_fields] = "builtin"
    recipe: Annotated[Name | Annotated[dict[str, Any], Tag("<fields>")], _name_or_fields] = "quick"
    seed: int = 0
    workers: int | None = Field(None, ge=1)
    device: str = "auto"
    network: NetworkSection = NetworkSection()
    budget: BudgetSection = BudgetSection()
    strategy: Strategy = "random"
    populations: list[PopulationSection] = Field(min_length=1)

    @model_validator(mode="after")
    def _check_names(self) -> "StudyFile":
        names = [section.name for section in self.populations]
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            raise ValueError(f"two populations are called {', '.join(twice)}: give each its own name")
        try:
            for name in names:
                check_name(name)
        except StoreError as error:
            raise ValueError(str(error)) from None
        return self


def read_study_file(path: str | Path, changes: Mapping[str, Any] | None = None) -> StudyFile:
    """Reads and checks a study file; ``changes`` replace its top-level fields.

    Raises:
        StudyFileError: the file is missing, is not YAML, or has a field that is unknown or out of range.
    """
    document = read_document(path, "study file", StudyFileError)
    given = {key: value for key, value in (changes or {}).items() if value is not None}
    try:
        study = StudyFile(**(dict(document.fields) | given))
    except ValidationError as error:
        raise StudyFileError(explain(document, error, StudyFile)) from None
    return _beside(study, Path(path).parent)


def run_study(file: StudyFile, *, progress: bool = True) -> tuple[list[Records], list[str]]:
    """Samples, trains and compares all populations of a study file, and writes its report.

    What has been done before is not done again. What can be known before training is: all populations are sampled
    and written, the recipe, the data and the report's place are checked, and then the first network is trained.

    Returns:
        The records of each population, and a sentence for each and the one before it: which is better, how surely.

    Raises:
        NetspaceError: anything in the file cannot be done.
    """
    for blocks in file.imports:
        import_blocks(blocks)
    recipe = get_recipe(file.recipe)
    populations = {section.name: _sample(file, section) for section in file.populations}
    for name, population in populations.items():
        make_tasks(name, population.architectures, population.parameters, recipe, file.seed)
    networks = [network for population in populations.values() for network in population.architectures]
    dataset = load_dataset(file.data, image_size=max(network.image_size for network in networks))
    prepare_for(networks, dataset, recipe, file.seed)
    if file.report is not None:
        check_writable(file.report)
    study = _open(file)
    for name, population in populations.items():
        study.add(population, name=name)
    records = [_train(study, file, name, dataset, progress) for name in populations]
    if file.report is not None:
        write_report(records, file.report)
    return records, verdict_sentences(records)


def _beside(study: StudyFile, folder: Path) -> StudyFile:
    """Gives the same study with paths that are relative to its folder resolved."""
    populations = [
        section.model_copy(
            update={"space": _space_beside(section.space, folder), "budget": _budget_beside(section.budget, folder)}
        )
        for section in study.populations
    ]
    changes = {"imports": [folder / file for file in study.imports], "populations": populations}
    return study.model_copy(update=changes | {"budget": _budget_beside(study.budget, folder)})


def _space_beside(space: str | SpaceFile, folder: Path) -> str | SpaceFile:
    if isinstance(space, SpaceFile):
        return space.beside(folder)
    return str(folder / space) if is_path(space) else space


def _budget_beside(budget: BudgetSection | None, folder: Path) -> BudgetSection | None:
    if budget is None or budget.runtime is None:
        return budget
    return budget.model_copy(update={"runtime": folder / budget.runtime})


def _sample(file: StudyFile, section: PopulationSection) -> Population:
    own = section.budget.model_dump(exclude_unset=True) if section.budget else {}
    budget = file.budget.model_dump() | own
    seed = file.seed if section.seed is None else section.seed
    try:
        runtime = budget.pop("runtime")
        model = RuntimeModel.read(runtime) if runtime else None
        space = _space(section.space, file.network.options() | section.network.options())
        return space.sample(section.n, runtime=model, strategy=section.strategy or file.strategy, seed=seed, **budget)
    except NetspaceError as error:
        raise type(error)(f"population {section.name!r}: {error}") from None


def _space(given: str | SpaceFile, network: Mapping[str, Any]) -> DesignSpace:
    if isinstance(given, SpaceFile):
        return space_from_dict(given, **network)
    return find_space(given, **network)


def _train(study: Study, file: StudyFile, name: str, dataset: Dataset, progress: bool) -> Records:
    return study.train(
        name=name,
        data=dataset,
        recipe=file.recipe,
        workers=file.workers,
        seed=file.seed,
        device=file.device,
        progress=progress,
    )


def _open(file: StudyFile) -> Study:
    """Opens the study, making the folder that the file names for a SQLite store."""
    path = file.study.removeprefix("sqlite:///")
    if "://" not in path:
        try:
            Path(path).parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise StudyFileError(f"cannot make the folder of the study {file.study!r}: {error.strerror}") from None
    return Study(file.study)

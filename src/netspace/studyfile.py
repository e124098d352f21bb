"""A whole study as a file: what to sample, how to train it, what to compare."""

from collections.abc import Mapping
from difflib import get_close_matches
from inspect import signature
from pathlib import Path
from typing import Annotated, Any

import yaml
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

from netspace.errors import NetspaceError, StudyFileError
from netspace.networks import import_blocks
from netspace.numbers import parse_number
from netspace.populations import Records
from netspace.populations.plan import check_name
from netspace.reports import check_writable, verdict_sentences, write_report
from netspace.spaces import Population, get_space
from netspace.study import Study, prepare_for
from netspace.training.data import Dataset, load_dataset
from netspace.training.recipe import get_recipe

Bound = Annotated[float | None, BeforeValidator(parse_number)]
Range = tuple[Bound, Bound]


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class BudgetSection(_Section):
    """What a network may cost: ``[low, high]`` in multiply-adds, parameters, activations."""

    flops: Range | None = None
    params: Range | None = None
    acts: Range | None = None


class PopulationSection(_Section):
    """One population: ``n`` networks of ``space``, with options of its own over those of the file."""

    name: str
    space: str
    n: int = Field(ge=1)
    seed: int | None = None
    network: dict[str, Any] = {}
    budget: BudgetSection | None = None


class StudyFile(_Section):
    """A study: where it is kept, its data, recipe and seed, its populations, and files that register blocks."""

    imports: Annotated[list[Path], BeforeValidator(lambda given: [given] if isinstance(given, str) else given)] = []
    study: str = "sqlite:///study.db"
    report: Path | None = None
    data: str | dict[str, str] = "builtin"
    recipe: str | dict[str, Any] = "quick"
    seed: int = 0
    workers: int | None = Field(None, ge=1)
    device: str = "auto"
    network: dict[str, Any] = {}
    budget: BudgetSection = BudgetSection()
    populations: list[PopulationSection] = Field(min_length=1)

    @model_validator(mode="after")
    def _check_names(self) -> "StudyFile":
        names = [section.name for section in self.populations]
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            raise ValueError(f"two populations are called {', '.join(twice)}: give each its own name")
        for name in names:
            check_name(name)
        return self


def read_study_file(path: str | Path, changes: Mapping[str, Any] | None = None) -> StudyFile:
    """Reads and checks a study file; ``changes`` replace its top-level fields.

    Raises:
        StudyFileError: the file is missing, is not YAML, or has a field that is unknown or out of range.
    """
    try:
        raw = yaml.safe_load(Path(path).read_text(encoding="utf-8"))
    except OSError as error:
        raise StudyFileError(f"cannot read the study file {path}: {error.strerror or error}") from None
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise StudyFileError(f"the study file {path} is not YAML: {error}") from None
    if not isinstance(raw, Mapping):
        raise StudyFileError(f"the study file {path} holds no fields: it needs at least 'populations'")
    given = {key: value for key, value in (changes or {}).items() if value is not None}
    try:
        study = StudyFile(**{str(key): value for key, value in (dict(raw) | given).items()})
    except ValidationError as error:
        raise StudyFileError(_explain(path, error)) from None
    return study.model_copy(update={"imports": [Path(path).parent / file for file in study.imports]})


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
    outlines = [population[0] for population in populations.values()]
    dataset = load_dataset(file.data, image_size=max(outline.image_size for outline in outlines))
    prepare_for(outlines, dataset, recipe, file.seed)
    if file.report is not None:
        check_writable(file.report)
    study = _open(file)
    for name, population in populations.items():
        study.add(population, name=name)
    records = [_train(study, file, name, dataset, progress) for name in populations]
    if file.report is not None:
        write_report(records, file.report)
    return records, verdict_sentences(records)


def _sample(file: StudyFile, section: PopulationSection) -> Population:
    options = file.network | section.network
    allowed = [name for name in signature(get_space).parameters if name != "name"]
    unknown = [name for name in options if name not in allowed]
    if unknown:
        raise StudyFileError(
            f"population {section.name!r}: network has no option {', '.join(unknown)}: allowed are {', '.join(allowed)}"
        )
    own = section.budget.model_dump(exclude_unset=True) if section.budget else {}
    budget = file.budget.model_dump() | own
    try:
        space = get_space(section.space, **options)
        return space.sample(section.n, seed=file.seed if section.seed is None else section.seed, **budget)
    except NetspaceError as error:
        raise type(error)(f"population {section.name!r}: {error}") from None


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


def _explain(path: str | Path, error: ValidationError) -> str:
    lines = [f"the study file {path} cannot be used:"]
    for problem in error.errors():
        where = ".".join(str(part) for part in problem["loc"]) or "file"
        if problem["type"] == "extra_forbidden":
            near = get_close_matches(where, StudyFile.model_fields, n=1) if len(problem["loc"]) == 1 else []
            hint = f": did you mean {near[0]}?" if near else ""
            lines.append(f"{where} is no field that is known there{hint}")
        else:
            lines.append(f"{where}: {problem['msg'].removeprefix('Value error, ')}")
    return "\n  ".join(lines)

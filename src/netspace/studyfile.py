"""A whole study as a file: what to sample, how to train it, what to compare."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any

import yaml
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

from netspace.comparison import Comparison, compare
from netspace.errors import NetspaceError, StudyFileError
from netspace.numbers import parse_number
from netspace.populations import Records
from netspace.reports import write_report
from netspace.spaces import Population, get_space
from netspace.study import Study
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
    """A study: where it is kept, its data, recipe and seed, and its populations."""

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
        return StudyFile(**{str(key): value for key, value in (dict(raw) | given).items()})
    except ValidationError as error:
        raise StudyFileError(_explain(path, error)) from None


def run_study(file: StudyFile, *, progress: bool = True) -> tuple[list[Records], list[Comparison]]:
    """Samples, trains and compares all populations of a study file, and writes its report.

    What has been done before is not done again. All populations are sampled before any is trained, so that a budget
    that cannot be met is known at once.

    Returns:
        The records of each population, and a comparison of each with the one before it.

    Raises:
        NetspaceError: anything in the file cannot be done.
    """
    get_recipe(file.recipe)
    populations = [(section.name, _sample(file, section)) for section in file.populations]
    _make_parents(file)
    study = Study(file.study)
    records = [_train(study, file, name, population, progress) for name, population in populations]
    comparisons = compare_in_turn(records)
    if file.report is not None:
        write_report(records, file.report)
    return records, comparisons


def compare_in_turn(records: Sequence[Records]) -> list[Comparison]:
    """Compares each population with the one before it, where both have enough trained networks."""
    pairs = zip(records, records[1:], strict=False)
    return [compare(a, b) for a, b in pairs if len(a.errors) > 1 and len(b.errors) > 1]


def _sample(file: StudyFile, section: PopulationSection) -> Population:
    try:
        space = get_space(section.space, **(file.network | section.network))
    except TypeError as error:
        raise StudyFileError(f"population {section.name!r}: 'network' has an unknown option: {error}") from None
    budget = (section.budget or file.budget).model_dump()
    try:
        return space.sample(section.n, seed=file.seed if section.seed is None else section.seed, **budget)
    except NetspaceError as error:
        raise type(error)(f"population {section.name!r}: {error}") from None


def _train(study: Study, file: StudyFile, name: str, population: Population, progress: bool) -> Records:
    return study.train(
        population,
        name=name,
        data=file.data,
        recipe=file.recipe,
        workers=file.workers,
        seed=file.seed,
        device=file.device,
        progress=progress,
    )


def _make_parents(file: StudyFile) -> None:
    """Makes the folders that the file names for its store and its report."""
    paths = [file.report] if file.report else []
    if file.study.startswith("sqlite:///"):
        paths.append(Path(file.study.removeprefix("sqlite:///")))
    elif "://" not in file.study:
        paths.append(Path(file.study))
    for path in paths:
        path.parent.mkdir(parents=True, exist_ok=True)


def _explain(path: str | Path, error: ValidationError) -> str:
    lines = [f"the study file {path} cannot be used:"]
    for problem in error.errors():
        where = ".".join(str(part) for part in problem["loc"]) or "file"
        if problem["type"] == "extra_forbidden":
            lines.append(f"{where} is unknown: at the top allowed are {', '.join(StudyFile.model_fields)}")
        else:
            lines.append(f"{where}: {problem['msg']}")
    return "\n  ".join(lines)

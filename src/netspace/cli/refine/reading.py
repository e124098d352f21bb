"""What is refined: a design space in the form of the population's networks, or a table's columns or draws."""

import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from netspace.errors import NetspaceError, SpaceError

if TYPE_CHECKING:
    from netspace.architecture import Architecture, Stage
    from netspace.documents import Document
    from netspace.populations import Records, Store
    from netspace.spaces import DesignSpace

DRAWS = (".csv", ".tsv", ".parquet", ".csv.gz", ".tsv.gz")
"""What files of untrained draws end in."""

LOOKED_AT = 20
"""Networks whose form is looked at."""

KINDS = ("block", "se", "activation", "spatial_activation")
"""Fields of a stage by which a block's name is told."""


@dataclass(frozen=True)
class Asked:
    """What a command asks to refine.

    Attributes:
        given: what the user calls the space.
        space: a `DesignSpace`, or a table's columns or draws, as `netspace.refine` takes them.
        population: name of the sample.
        network: the options of the design space that are not its own.
        budget: under which an imported population was sampled; ``None``: what its records say.
        is_imported: whether the population was trained elsewhere.
    """

    given: str
    space: Any
    population: str
    network: Mapping[str, Any] = field(default_factory=dict)
    budget: Mapping[str, Any] | None = None
    is_imported: bool = False

    @property
    def is_table(self) -> bool:
        """Whether it is no design space."""
        from netspace.spaces import DesignSpace

        return not isinstance(self.space, DesignSpace)

    @property
    def next_options(self) -> str:
        """Which options use the moves that are taken, of those that this space and population allow."""
        can_train = not (self.is_table or self.is_imported)
        tests = "--confirm N tests it" if can_train else "--fresh POPULATION tests it on networks trained elsewhere"
        return tests if self.is_table else f"-o FILE writes the space, {tests}"

    def check_wanted(self, *, output: Path | None, confirm: int | None) -> None:
        """Refuses what only a design space, and only a population that was trained here, can give.

        Raises:
            SpaceError: it is none.
        """
        if output is not None and self.is_table:
            raise SpaceError(
                f"{self.given} is a table of columns, and -o writes a design space: leave it out; the moves tell "
                "which networks are left"
            )
        if confirm is not None and self.is_imported:
            raise SpaceError(
                f"population {self.population!r} was trained elsewhere, not here: {self._instead('there')}"
            )
        if confirm is not None and self.is_table:
            raise SpaceError(f"{self.given} is a table of columns, no space to sample: {self._instead('elsewhere')}")

    def _instead(self, where: str) -> str:
        name = shlex.quote(f"{self.population}_refined")
        return (
            "--confirm cannot train fresh networks of it.\n"
            f"  Train some of the refined space {where} by the same recipe "
            f"and data, bring them in (netspace import FILE --name {name}), and say --fresh {name} in its place."
        )


def read_asked(
    given: str, records: "Records", store: "Store", told: Mapping[str, Any], budget: Mapping[str, Any]
) -> Asked:
    """Reads what a user calls a space.

    Args:
        given: a name, or a file.
        records: of the population.
        store: where they are.
        told: the options of the command that were given.
        budget: as given by options.

    Raises:
        SpaceError: there is no such space, or an option contradicts the population.
    """
    from netspace.populations.imported import is_imported
    from netspace.spaces.files import find_space

    is_theirs = is_imported(records.facts)
    _check_budget(given, records, budget, is_theirs=is_theirs)
    space = _read_table(given, records)
    if space is not None:
        return Asked(given, space, records.name, {}, budget or None, is_theirs)
    options = {**told, **_form(find_space(given, **told), records, store, told)}
    try:
        return Asked(given, find_space(given, **options), records.name, options, budget or None, is_theirs)
    except NetspaceError as error:
        said = ", ".join(f"{name} {value}" for name, value in options.items())
        raise SpaceError(
            f"networks of population {records.name!r} have {said}, which {given} cannot have: {error}\n"
            f"  It was sampled from {records.facts.get('lineage') or 'a list'}."
        ) from None


def _check_budget(given: str, records: "Records", budget: Mapping[str, Any], *, is_theirs: bool) -> None:
    facts = records.facts
    if budget and not is_theirs and facts.get("space"):
        options = ", ".join(f"--{quantity}" for quantity in budget)
        raise SpaceError(f"the budget of population {records.name!r} is in its records: leave out {options}")
    if "latency" in (facts.get("budget") or {}) and not _is_draws(given):
        raise SpaceError(
            f"population {records.name!r} was sampled under a budget of latency, which cannot be drawn again without "
            f"what predicted it.\n  Draw a pool of it: netspace space sample {given} -n 4096 --latency LOW:HIGH "
            "--runtime FILE.json --out pool.parquet, and give pool.parquet as the space."
        )


def _is_draws(given: str) -> bool:
    return given.lower().endswith(DRAWS)


def _read_table(given: str, records: "Records") -> Any:
    """Gives the columns or the draws of a file, or ``None`` where it is a design space."""
    from netspace.documents import read_document
    from netspace.spaces.files import is_path

    if _is_draws(given):
        return _read_draws(Path(given))
    if not is_path(given):
        return None
    document = read_document(given, "space file", SpaceError)
    return _read_columns(document) if _has_columns(document, records.parameters) else None


def _read_draws(path: Path) -> Any:
    import pandas as pd

    from netspace.populations.importing.reading import format_of, read_table

    if not path.is_file():
        raise SpaceError(f"there is no file {path}: give a table of untrained draws, or a space's name")
    return pd.DataFrame(dict(read_table(path, format_of(path, None)).columns))


def _has_columns(document: "Document", parameters: Sequence[str]) -> bool:
    """Says whether a file names columns: none of its words is one of a space file's, unless it is a parameter."""
    from netspace.documents import field_names
    from netspace.spaces.files import SpaceFile
    from netspace.spaces.pycls import is_sweep

    words = set(field_names(SpaceFile)) & set(document.fields)
    return not is_sweep(document.fields) and words <= set(parameters) - {"from", "parameters"}


def _read_columns(document: "Document") -> dict[str, Any]:
    """Gives columns with their distributions; lists of words stay lists.

    Raises:
        SpaceError: one has no distribution.
    """
    from netspace.spaces.files.form import read_distribution

    columns = {}
    for name, given in document.fields.items():
        is_words = isinstance(given, list) and any(isinstance(value, str | bool) for value in given)
        try:
            columns[name] = given if is_words else read_distribution(given)
        except SpaceError as error:
            raise SpaceError(f"{document.name}, {document.at((name,))}: {error}") from None
    return columns


def _form(space: "DesignSpace", records: "Records", store: "Store", told: Mapping[str, Any]) -> dict[str, Any]:
    """Gives the options in which a population's networks are alike, and other than those of a space.

    Raises:
        SpaceError: an option that was given is another one.
    """
    networks = store.architectures(records.name, range(min(LOOKED_AT, records.facts["planned"])))
    varied = {name for component in space.components for name in component.attributes}
    theirs = [_options(each, varied) for each in networks]
    own = _options(space.outline, varied, is_grouped="group_width" in varied)
    alike = {name: value for name, value in theirs[0].items() if all(each.get(name) == value for each in theirs)}
    form = {name: value for name, value in alike.items() if value != own.get(name)}
    wrong = next((name for name in form if name in told), None)
    if wrong is not None:
        option = f"--{wrong.replace('_', '-')} {told[wrong]}"
        raise SpaceError(
            f"networks of population {records.name!r} have {wrong} {form[wrong]}, and {option} is given: leave it out"
        )
    return form


def _options(network: "Architecture", varied: set[str], *, is_grouped: bool = False) -> dict[str, Any]:
    """Gives a network's form as options of a space; none of what the space varies."""
    if not network.stages:
        return {}
    told: dict[str, Any] = {name: getattr(network, name) for name in ("image_size", "in_channels", "num_classes")}
    told |= {"stem": network.stem.kind, "stem_width": network.stem.width, "num_stages": len(network.stages)}
    told |= {"block": _block(network.stages[0], is_grouped=is_grouped)}
    return {name: value for name, value in told.items() if name not in varied and value is not None}


def _block(stage: "Stage", *, is_grouped: bool) -> str | None:
    """Gives the block name whose fields a stage has: where it has no groups, rather one that says so."""
    from netspace.families import BLOCKS

    no_groups = stage.group_width is None and not is_grouped
    found = [name for name, fields in BLOCKS.items() if _is_of(stage, fields) and (no_groups or not _forbids(fields))]
    return min(found, key=lambda name: not _forbids(BLOCKS[name]), default=None)


def _is_of(stage: "Stage", fields: Mapping[str, Any]) -> bool:
    named = type(stage)(8, **fields)
    return all(getattr(stage, each) == getattr(named, each) for each in KINDS)


def _forbids(fields: Mapping[str, Any]) -> bool:
    """Whether fields say that there are no groups."""
    return "group_width" in fields and fields["group_width"] is None

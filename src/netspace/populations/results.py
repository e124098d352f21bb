"""Results to hand on: a study's populations as one small Parquet file that says how they came about.

A row is a network that was trained, or failed. The file's metadata hold, as JSON under the key ``netspace``, what the
columns are and what the networks of each population have in common: space, budget, seeds, recipe, data, devices,
versions. Learning curves and tracebacks are left out. `netspace import` reads such a file.
"""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from netspace.architecture import Architecture
from netspace.complexity import Complexity
from netspace.errors import ArchitectureError, DataError, StoreError
from netspace.files import whole_file
from netspace.populations.encoding import plain, read_origin
from netspace.populations.record import Failure, Outcome, Record
from netspace.populations.records import Records
from netspace.spaces.training import recipe_values

if TYPE_CHECKING:
    import pyarrow as pa

KEY, FORMAT = b"netspace", "netspace results 1"

ABOUT = {
    "population": "name of the population",
    "index": "of the network in its population, in the order of the sample",
    "id": "of the architecture: a hash of its content",
    "status": "complete or failed",
    "reason": "why it failed",
    "message": "why it failed, in a line",
    "error": "top-1 error on the validation split, held out of the training images, after the last epoch, in percent",
    "test_error": "the same on the test split, read once; it chose nothing",
    "flops": "multiply-adds",
    "params": "trained parameters",
    "acts": "elements of the outputs of all convolutions",
    "depth": "blocks; nothing where they are not known",
    "seconds": "wall time of the network",
    "images_per_second": "training throughput",
    "attempts": "how many times it was started",
    "started_at": "UTC",
    "environment": "position of its device and versions in the population's environments",
    "block_widths": "width of each block",
    "architecture": "the network, as netspace.Architecture.from_json reads it",
}
"""What each column holds; further ones are the parameters of the spaces."""

_TYPES = dict.fromkeys(("error", "test_error", "seconds", "images_per_second"), "float64") | dict.fromkeys(
    ("index", "flops", "params", "acts", "depth", "attempts", "environment"), "int64"
)
_SHARED = ("budget", "sample_seed", "strategy", "runtime", "recipe", "data", "seed", "environments")
_ORIGIN = ("space", "lineage", "budget", "sample_seed", "strategy", "runtime")
_TRAINING = ("recipe", "data", "seed")


def write_results(populations: Sequence[Records], path: str | Path) -> dict[str, Any]:
    """Writes the networks of populations that have a record into one Parquet file.

    Args:
        populations: at least one, of different names.
        path: of the file, which is replaced.

    Returns:
        The facts that the file's metadata hold. Folders of this machine are left out of them.

    Raises:
        StoreError: there is no record, or a parameter is called like a column, or its values are of several types.
        DataError: the file cannot be written.

    Example:
        >>> import netspace as ns
        >>> study = ns.Study("study.db")                                                         # doctest: +SKIP
        >>> facts = write_results([study[name] for name in study], "results.parquet")            # doctest: +SKIP
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    environments: dict[str, list[dict[str, Any]]] = {}
    rows = [_row(record, environments) for records in populations for record in records]
    if not rows:
        raise StoreError("there are no results to write: no network of these populations is trained yet")
    facts = _facts(populations, environments)
    names = [*ABOUT, *dict.fromkeys(name for records in populations for name in records.parameters)]
    columns = {name: _column(name, [row.get(name) for row in rows]) for name in dict.fromkeys(names)}
    table = pa.table(columns).replace_schema_metadata({KEY: json.dumps(facts)})
    with whole_file(path, DataError) as file:
        pq.write_table(table, file, compression="zstd")
    return facts


def is_results(path: str | Path) -> bool:
    """Says whether a file is Parquet that `write_results` wrote."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        return KEY in (pq.read_schema(path).metadata or {})
    except (pa.ArrowInvalid, OSError):
        return False


def read_facts(path: str | Path) -> dict[str, dict[str, Any]]:
    """Gives what the networks of each population of a file of results have in common, by the population's name.

    Raises:
        DataError: `write_results` did not write the file, or another version of it did.
    """
    import pyarrow.parquet as pq

    if not Path(path).is_file():
        raise DataError(f"there is no file {path}: check the path")
    if not is_results(path):
        raise DataError(f"{path} holds no results of netspace: tools/export_results.py writes them from a study")
    facts = json.loads(pq.read_schema(path).metadata[KEY])
    if facts.get("format") != FORMAT:
        raise DataError(f"{path} is of the format {facts.get('format')!r}: this version reads {FORMAT!r}")
    return {name: {"name": name, **facts["common"], **own} for name, own in facts["populations"].items()}


def read_results(path: str | Path, population: str, *, name: str | None = None) -> Records:
    """Reads one population of a file of results.

    Args:
        path: of the file.
        population: its name there.
        name: its name from here on; by default the same.

    Raises:
        DataError: the file is none of `write_results`, or has no such population.

    Example:
        >>> read_results("results/cifar10_4to6MF.parquet", "regnetx")                            # doctest: +SKIP
        <Records 'regnetx': 48 of 48 networks>
    """
    import pyarrow.parquet as pq

    facts = read_facts(path)
    if population not in facts:
        raise DataError(f"{path} has no population {population!r}: it has {', '.join(facts)}")
    own, called = facts[population], name or population
    rows = pq.read_table(path, filters=[("population", "=", population)]).to_pylist()
    try:
        made = Records.from_records(called, [_record(called, row, own) for row in rows])
    except (KeyError, TypeError, ArchitectureError) as error:
        raise DataError(f"{path} is damaged: {type(error).__name__}: {error}") from None
    made.facts["planned"] = own["planned"]
    return made


def _row(record: Record, environments: dict[str, list[dict[str, Any]]]) -> dict[str, Any]:
    """Gives a row; its device and versions are added to the population's, where they are new."""
    outcome, failure = record.outcome, record.outcome.failure
    known = environments.setdefault(record.population, [])
    here = {"device": plain(outcome.device), "versions": plain(outcome.versions)}
    if here not in known:
        known.append(here)
    return {
        **record.parameters,
        **{key: getattr(outcome, key) for key in ("status", "error", "test_error", "attempts", "started_at")},
        **{key: getattr(outcome, key) for key in ("seconds", "images_per_second")},
        **{key: getattr(record.complexity, key) for key in ("flops", "params", "acts")},
        "population": record.population,
        "index": record.index,
        "id": record.architecture.id,
        "reason": failure.reason if failure else None,
        "message": failure.message if failure else None,
        "depth": record.architecture.depth or None,
        "environment": known.index(here),
        "block_widths": list(record.architecture.block_widths),
        "architecture": record.architecture.to_json(),
    }


def _column(name: str, values: Sequence[Any]) -> "pa.Array":
    import pyarrow as pa

    kind = _TYPES.get(name)
    try:
        return pa.array(values, type=pa.type_for_alias(kind) if kind else None)
    except (pa.ArrowInvalid, pa.ArrowTypeError) as error:
        raise StoreError(
            f"column {name!r} holds values of several types, and a file of results has one type a column: {error}.\n"
            "  Write the populations in which they differ into files of their own."
        ) from None


def _facts(populations: Sequence[Records], environments: Mapping[str, Any]) -> dict[str, Any]:
    """Gives the metadata: what all populations have in common stands there once."""
    told = {records.name: _own_facts(records, environments.get(records.name, [])) for records in populations}
    if len(told) < len(populations):
        raise StoreError("two of these populations have one name: give populations of different names")
    first = next(iter(told.values()))
    common = {key: first[key] for key in _SHARED if all(each[key] == first[key] for each in told.values())}
    own = {name: {key: each[key] for key in each if key not in common} for name, each in told.items()}
    return {"format": FORMAT, "columns": ABOUT, "common": common, "populations": own}


def _own_facts(records: Records, environments: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    taken = [name for name in records.parameters if name in ABOUT and name != "depth"]
    if taken:
        raise StoreError(f"population {records.name!r} has a parameter called {taken[0]!r}, as a column of results is")
    told = {key: records.facts.get(key) for key in (*_ORIGIN, *_TRAINING)}
    failed = len(records.failures)
    counts = {"planned": records.facts.get("planned"), "complete": len(records) - failed, "failed": failed}
    facts = told | counts | {"parameters": records.parameters, "environments": environments}
    return dict(_without_folders(plain(facts)))


def _without_folders(value: Any) -> Any:
    """Gives facts whose sources of data are names of files, not paths of one machine; web addresses stay whole."""
    if isinstance(value, list):
        return [_without_folders(each) for each in value]
    if not isinstance(value, dict):
        return value
    return {key: _file_name(each) if key == "source" else _without_folders(each) for key, each in value.items()}


def _file_name(source: str) -> str:
    return source if "https://" in source or "http://" in source else Path(source).name


def _record(population: str, row: Mapping[str, Any], facts: Mapping[str, Any]) -> Record:
    parameters = {name: row[name] for name in facts["parameters"]}
    origin = {key.removeprefix("sample_"): facts[key] for key in _ORIGIN}
    return Record(
        population=population,
        index=row["index"],
        architecture=Architecture.from_json(row["architecture"]),
        parameters=parameters,
        complexity=Complexity(row["flops"], row["params"], row["acts"]),
        origin=read_origin(origin),
        recipe={**(facts["recipe"] or {}), **recipe_values(parameters)},
        data=facts["data"] or {},
        seed=facts["seed"] or 0,
        outcome=_outcome(row, facts["environments"][row["environment"]]),
    )


def _outcome(row: Mapping[str, Any], environment: Mapping[str, Any]) -> Outcome:
    failure = Failure(row["reason"], row["message"] or "") if row["reason"] else None
    names = ("error", "test_error", "started_at", "seconds", "images_per_second", "attempts")
    return Outcome(**{name: row[name] for name in names}, **environment, curve=(), failure=failure)

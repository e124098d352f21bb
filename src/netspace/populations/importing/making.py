"""Records of a population that was trained elsewhere."""

import os
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, get_args

import numpy as np
from numpy.typing import NDArray

from netspace.architecture import Architecture
from netspace.complexity import Complexity, complexity
from netspace.errors import ArchitectureError, DataError
from netspace.populations.importing.columns import NUMBERS, Formula, names_of, no_column, parameter_values
from netspace.populations.importing.reading import format_of, read_table
from netspace.populations.importing.table import Table, is_nothing
from netspace.populations.plan import COLUMNS, COSTS, check_name
from netspace.populations.record import Failure, Origin, Outcome, Reason, Record
from netspace.populations.records import Records
from netspace.populations.results import is_results, read_facts, read_results
from netspace.spaces.training import recipe_values

FRACTION = 1.0
"""Errors none of which is above it are probably no percentages."""


@dataclass(frozen=True, eq=False)
class Imported:
    """Records that were read from a file, and what was recognized in it.

    Attributes:
        records: of the networks that have an error, or failed.
        format: the layout, for people.
        names: the column, or formula, of each thing that a record holds.
        left_out: rows without an error.
        notes: what a user should know.
    """

    records: Records
    format: str
    names: Mapping[str, str]
    left_out: int = 0
    notes: Sequence[str] = ()


def import_population(
    path: str | os.PathLike[str],
    *,
    name: str,
    format: str | None = None,  # noqa: A002 (the word that users expect)
    columns: Mapping[str, str] | None = None,
    parameters: Sequence[str] | None = None,
) -> Records:
    r"""Reads a population that was trained elsewhere: its networks, what they cost and their errors.

    Known layouts are pycls's ``sweep.json``, the files of NDS, NAS-Bench-Macro, SQLite files of other studies, and
    Parquet files of results (`netspace.populations.results`); any other CSV, JSON or Parquet file is a table with a
    row for each network. Files may be compressed (``.gz``). What the file does not tell, such as activations, is not
    known of the records either: NaN in their frame. A network that the file does not describe is an architecture that
    is only a name. Rows without an error are left out, and counted in ``records.facts["data"]["notes"]``, which also
    says what the error is and of which split.

    Args:
        path: of the file.
        name: of the population.
        format: ``"csv"``, ``"parquet"``, ``"json"``, ``"pycls"``, ``"nds"``, ``"nas-bench-macro"`` or ``"study"``; by
            default what the file shows.
        columns: new names by what gives them: a column, or a formula of one such as ``"100-accuracy"``,
            ``"100-100*accuracy"`` or ``"1e6*flops"``. ``error`` and ``test_error`` (percent), ``flops``
            (multiply-adds), ``params``, ``acts``, ``seconds`` and ``network`` (its name) are parts of a record; any
            other is a parameter. Of a study or results, ``{"population": NAME}`` says which of their populations it is.
        parameters: columns that are the parameters, numbers or words; by default all that are nothing else.

    Returns:
        Records in memory; `netspace.Study.add_records` puts them into a study.

    Raises:
        DataError: the file cannot be read, has no such column, or has errors that are no percentages.
        StoreError: the name cannot be used.

    Example:
        >>> import pathlib, tempfile
        >>> file = pathlib.Path(tempfile.mkdtemp()) / "mine.csv"
        >>> _ = file.write_text("lr,width,accuracy\n0.1,16,90.5\n0.2,32,92\n")
        >>> records = import_population(file, name="mine", columns={"error": "100-accuracy"})
        >>> records.errors, records.parameters
        (array([9.5, 8. ]), ['lr', 'width'])
    """
    return read_population(path, name=name, form=format, columns=columns, parameters=parameters).records


def read_population(
    path: str | os.PathLike[str],
    *,
    name: str,
    form: str | None = None,
    columns: Mapping[str, str] | None = None,
    parameters: Sequence[str] | None = None,
) -> Imported:
    """Reads a population as `import_population` does, and tells what was recognized."""
    check_name(name)
    file = Path(path)
    form = format_of(file, form)
    given = dict(columns or {})
    if form == "study":
        return _of_study(file, name, given)
    if form == "parquet" and is_results(file):
        return _of_results(file, name, given)
    return _Making(file.name, name, read_table(file, form), given, parameters).imported()


def _of_study(file: Path, name: str, given: Mapping[str, str]) -> Imported:
    """Reads a population of another study, as it is."""
    from netspace.populations.store import Store

    with Store(file, create=False) as store:
        chosen = _choose(file, "a study", store.names(), name, given)
        return _as_it_is("study", chosen, name, file, list(store.records(chosen)))


def _of_results(file: Path, name: str, given: Mapping[str, str]) -> Imported:
    """Reads a population of results that a study was written as, as it is."""
    chosen = _choose(file, "a file of results", list(read_facts(file)), name, given)
    return _as_it_is("results of netspace", chosen, name, file, list(read_results(file, chosen)))


def _choose(file: Path, what: str, names: Sequence[str], name: str, given: Mapping[str, str]) -> str:
    """Gives which population of several is meant: the one that is said, that of the name, or the only one."""
    unknown = [key for key in given if key != "population"]
    if unknown:
        raise DataError(f"{file} is {what}, whose records have their columns: {unknown[0]!r} cannot be given another")
    chosen = given.get("population") or (name if name in names else names[0] if len(names) == 1 else None)
    if chosen is None:
        raise DataError(
            f"{file} has {len(names)} populations: {', '.join(names)}\n  Say which: columns="
            '{"population": NAME}, or on the command line --column population=NAME.'
        )
    return chosen


def _as_it_is(form: str, chosen: str, name: str, file: Path, records: Sequence[Record]) -> Imported:
    if not records:
        raise DataError(f"population {chosen!r} of {file} has no network that was trained yet")
    made = [replace(record, population=name, index=i) for i, record in enumerate(records)]
    return Imported(
        Records.from_records(name, made), form, {"population": chosen} | {key: key for key in ("error", *COSTS)}
    )


class _Making:
    """Records of a table."""

    def __init__(
        self, file: str, name: str, table: Table, given: Mapping[str, str], parameters: Sequence[str] | None
    ) -> None:
        self.file = file
        self.name = name
        self.table = table
        self.known = list(table.columns)
        self.names = names_of(given, table.names, self.known)
        self.numbers = {key: self._read(self.names[key]) for key in NUMBERS if key in self.names}
        self.renamed = {key: text for key, text in given.items() if key not in (*NUMBERS, "network")}
        self.parameters = self._parameters(parameters)
        self.failed = self._failed()
        self._check_errors()

    def imported(self) -> Imported:
        """Gives the records of the rows that have an error, or failed.

        Raises:
            DataError: there are none.
        """
        kept = [i for i in range(len(self.table)) if i in self.failed or np.isfinite(self.numbers["error"][i])]
        if not kept:
            raise DataError(f"no row of {self.file} has an error: column {self.names['error']!r} is empty")
        left_out = len(self.table) - len(kept)
        networks = [self._network(i) for i in kept]
        data = self._data([*self._notes(kept, networks), *self.table.notes], left_out)
        records = [self._record(k, i, network, data) for k, (i, network) in enumerate(zip(kept, networks, strict=True))]
        made = Records.from_records(self.name, records)
        return Imported(made, self.table.format, self.names, left_out, data.get("notes", []))

    def _read(self, text: str) -> NDArray[np.float64]:
        formula = Formula.parse(text, self.known, self.file)
        return formula.of(self.table.columns[formula.name], self.file)

    def _failed(self) -> dict[int, Failure]:
        """Gives the rows that say of themselves that they failed, as those of a study's own tables do."""
        status, reasons = (self.table.columns.get(key, ()) for key in ("status", "reason"))
        said = {i: reasons[i] if i < len(reasons) else None for i, each in enumerate(status) if each == "failed"}
        return {i: Failure(_reason(each), f"failed, as {self.file} says") for i, each in said.items()}

    def _check_errors(self) -> None:
        if "error" not in self.numbers:
            raise DataError(
                f"{no_column('error', self.known, self.file)}\n  Say what holds the top-1 errors in percent: "
                'columns={"error": NAME}, or {"error": "100-NAME"} where it is the accuracy; on the command line '
                "--error NAME or --accuracy NAME."
            )
        for key in ("error", "test_error"):
            if key in self.numbers:
                _check_percent(key, self.names[key], self.numbers[key], self.file)
        for key in COSTS:
            if (self.numbers.get(key, np.empty(0)) < 0).any():
                raise DataError(f"{key} of {self.file}, which is {self.names[key]!r}, is negative in some row")

    def _parameters(self, chosen: Sequence[str] | None) -> dict[str, NDArray[Any]]:
        """Gives the parameters by their new names."""
        used = {Formula.parse(text, self.known, self.file).name for text in self.names.values()}
        old = {text: new for new, text in self.renamed.items()}
        for text in old:
            Formula.parse(text, self.known, self.file)
        names = self._chosen(chosen, [*used, *(name for name in ("architecture",) if name in self.known)])
        made = {old.get(each, each): parameter_values(self.table.columns[each]) for each in names if each in self.known}
        formulas = {new: self._read(text) for new, text in self.renamed.items() if text not in self.known}
        made |= formulas
        taken = [each for each in made if each in COLUMNS and each != "depth"]
        if chosen is not None and taken:
            raise DataError(f"a parameter cannot be called {taken[0]!r}, as a column of every population is")
        return {new: values for new, values in made.items() if new not in taken}

    def _chosen(self, chosen: Sequence[str] | None, used: Sequence[str]) -> list[str]:
        if chosen is not None:
            for each in chosen:
                if each not in self.known and each not in self.renamed:
                    raise no_column(each, self.known, self.file)
            return [self.renamed.get(each, each) for each in chosen]
        own = self.table.parameters
        named = [each for each in self.renamed.values() if own is not None and each not in own]
        return [each for each in [*(self.known if own is None else own), *named] if each not in used]

    def _network(self, i: int) -> Architecture:
        """Gives the network of a row: as it is described there, or as a name."""
        described = self.table.architectures[i] if self.table.architectures else self._described(i)
        if described is not None:
            return described
        label = str(i)
        if "network" in self.names:
            given = self.table.columns[self.names["network"]][i]
            label = label if is_nothing(given) else str(given)
        library = self.table.library or self.name.replace(":", "-")
        foreign = label if label.startswith("timm:") else f"{library}:{label}"
        return Architecture((), foreign=foreign, **self.table.shape)

    def _described(self, i: int) -> Architecture | None:
        given = self.table.columns.get("architecture", ())
        if not given or is_nothing(given[i]):
            return None
        try:
            if isinstance(given[i], Mapping):
                return Architecture.from_dict(given[i])
            return Architecture.from_json(given[i]) if str(given[i]).startswith("{") else None
        except ArchitectureError as error:
            raise DataError(f"row {i + 1} of {self.file} has an architecture that cannot be read: {error}") from None

    def _record(self, index: int, i: int, network: Architecture, data: Mapping[str, Any]) -> Record:
        """Gives the record of row ``i``, which is the network ``index`` of those that are kept."""
        parameters = {name: _value(column[i]) for name, column in self.parameters.items()}
        return Record(
            population=self.name,
            index=index,
            architecture=network,
            parameters=parameters,
            complexity=self._complexity(i, network),
            origin=Origin(lineage=f"imported from {self.file} ({self.table.format})"),
            recipe={**self.table.recipe, **recipe_values(parameters)},
            data=data,
            seed=0,
            outcome=self._outcome(i),
        )

    def _complexity(self, i: int, network: Architecture) -> Complexity:
        """Gives what the file tells of the cost, and what it does not of a network that is described."""
        told = [_whole(self.numbers[key][i]) if key in self.numbers else None for key in COSTS]
        counted = complexity(network) if network.stages and None in told else None
        return Complexity(
            *(getattr(counted, key, None) if v is None else v for key, v in zip(COSTS, told, strict=True))
        )

    def _outcome(self, i: int) -> Outcome:
        failure = self.failed.get(i)
        test, seconds = (float(self.numbers[k][i]) if k in self.numbers else np.nan for k in ("test_error", "seconds"))
        return Outcome(
            error=None if failure else float(self.numbers["error"][i]),
            test_error=None if failure or np.isnan(test) else test,
            curve=self.table.curves[i] if self.table.curves else (),
            started_at="",
            seconds=0.0 if np.isnan(seconds) else seconds,
            images_per_second=None,
            device={},
            versions={},
            failure=failure,
        )

    def _notes(self, kept: Sequence[int], networks: Sequence[Architecture]) -> list[str]:
        rows = Counter((n.id, *(str(c[i]) for c in self.parameters.values()), str(self.numbers["error"][i]))
                       for i, n in zip(kept, networks, strict=True))  # fmt: skip
        again = sum(rows.values()) - len(rows)
        notes = [f"{again} rows are the same as another, error and all: they count each time"] if again else []
        errors = self.numbers["error"][kept]
        if np.nanmax(errors, initial=0) <= FRACTION and (errors > 0).any():
            notes.append(f"no error is above 1 %: if they are fractions, give error=100*{self.names['error']}")
        return notes

    def _data(self, notes: list[str], left_out: int) -> dict[str, Any]:
        """Gives what is known of the data; ``how``, ``source`` and ``notes`` are words that no comparison looks at."""
        if left_out:
            notes = [f"{left_out} of {len(self.table)} rows have no error and were left out", *notes]
        own = self.names["error"] == self.table.names.get("error")
        how = f"error is {self.names['error']}" + (f", {self.table.how}" if own and self.table.how else "")
        told = {"imported": True, **self.table.data, "source": self.file, "how": how}
        return told | {"notes": notes} if notes else told


def _check_percent(key: str, text: str, values: NDArray[np.float64], file: str) -> None:
    """Refuses errors that are no percentages, and accuracies that are fractions."""
    known = values[~np.isnan(values)]
    wrong = known[(known < 0) | (known > 100)]
    if wrong.size:
        row = int(np.flatnonzero(values == wrong[0])[0]) + 1
        raise DataError(
            f"{key} of {file}, which is {text!r}, is {wrong[0]:g} in row {row}: errors are percentages, from 0 to 100\n"
            "  Give another column, or a formula of it: 100-NAME of an accuracy in percent, 100-100*NAME of a fraction."
        )
    if text.startswith("100-") and "*" not in text and known.size and known.min() >= 100 - FRACTION:
        raise DataError(
            f"{key} of {file}, which is {text!r}, is 99 to 100 % in all rows: the accuracies are fractions\n"
            f"  Give 100-100*{text.removeprefix('100-').strip()}; on the command line --error '100-100*NAME'."
        )


def _reason(given: Any) -> Reason:
    return given if given in get_args(Reason) else "exception"


def _value(value: Any) -> Any:
    """Gives a parameter as Python has it; ``None`` where there is none."""
    plain = value.item()
    return None if plain != plain else plain  # noqa: PLR0124 (NaN alone differs from itself)


def _whole(value: float) -> int | None:
    return None if np.isnan(value) else round(value)

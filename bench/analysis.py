"""Times the analysis of large studies beyond imports: python bench/analysis.py [--networks 5000] [--runs 5].

A study of one population of RegNetX, and one of five of AnyNetX_A to E, a fifth of the networks each, are made with
errors and curves of 10 epochs and analyzed: from the store to the finished report, each time in a fresh process that
has imported everything before. Then the empirical bootstrap, the fit of quantized lines, and the imports, each in a
process of its own. Of all runs the median and the range, on the wall and of the processor; all work is on one core, so
on a machine that does other things too the processor's time is nearer to the truth.
"""

import argparse
import inspect
import json
import os
import platform
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import wraps
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
from store import outcomes

import netspace as ns
from netspace import analysis
from netspace.populations import Plan, Records, Store
from netspace.populations.database import Database
from netspace.populations.loading import StoredRecords
from netspace.populations.writing import write_outcome

STUDIES = {"one": ("regnetx",), "five": tuple(f"anynetx_{letter}" for letter in "abcde")}

PROMISED = {"report": 2.0, "bootstrap": 0.1, "lines": 60.0, "import": 0.5}
"""Seconds that each may take at most, with 5,000 networks."""

REST = "the rest: table, facts, page, file"
"""Stage of a report that is none of the others."""

LIBRARIES = (
    "numpy",
    "pandas",
    "pyarrow",
    "scipy.special",
    "scipy.stats",
    "scipy.optimize",
    "sqlalchemy",
    "jinja2",
    "plotly",
)
LATER = (
    "pandas",
    "pyarrow",
    "scipy.stats",
    "scipy.optimize",
    "jinja2",
    "sqlalchemy.dialects.sqlite.pysqlite",
    "netspace.reports.report",
    "netspace.figures.interactive",
)
"""What a report imports on first use."""

PUBLIC = "import sys, netspace.analysis as a; [getattr(a, n) for n in a.__all__]; sys.exit('torch' in sys.modules)"


# ------------------------------------------------------------------------------------------------------ made studies


def plan(name: str, n: int) -> Plan:
    """Gives a population of ``n`` networks of a space."""
    sample = ns.get_space(name, image_size=32, stem="cifar", num_classes=10).sample(n)
    return Plan(name, sample.architectures, sample.parameters, sample.complexity, sample.origin)


def make(url: str, names: Sequence[str], n: int) -> None:
    """Makes a study of ``n`` networks in all, trained by random numbers."""
    with Store(url) as study:
        for name in names:
            study.create(plan(name, n // len(names)))
            study.assign(name, recipe={"name": "bench"}, data={"name": "none"}, seed=0)
    with Database(url, create=False, timeout=30).writing() as connection:
        for population, _ in enumerate(names, 1):
            for index, outcome in enumerate(outcomes(n // len(names))):
                write_outcome(connection, {"population_id": population, "index": index}, outcome, replace_failed=False)


# ------------------------------------------------------------------------------------------------- in fresh processes


class Clock:
    """Tells the processor time of each stage, less the stages inside it."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}
        self._running = [REST]
        self._since = time.process_time()

    def _tick(self) -> None:
        now = time.process_time()
        self.seconds[self._running[-1]] = self.seconds.get(self._running[-1], 0.0) + now - self._since
        self._since = now

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Counts for a stage what happens inside."""
        self._tick()
        self._running.append(name)
        try:
            yield
        finally:
            self._tick()
            self._running.pop()

    def counted(self, name: str, function: Callable[..., Any]) -> Callable[..., Any]:
        """Gives a function whose time counts for a stage."""

        @wraps(function)
        def timed(*given: Any, **named: Any) -> Any:
            with self.stage(name):
                return function(*given, **named)

        return timed


def count_stages(clock: Clock) -> None:
    """Puts the clock around what a report calls: records, the functions of `netspace.analysis`, drawings."""
    for kind, method, stage in (
        (StoredRecords, "columns", "numbers of all records"),
        (Records, "frame", "numbers of all records"),
        (StoredRecords, "load", "records, whole"),
    ):
        setattr(kind, method, clock.counted(stage, getattr(kind, method)))
    public = [getattr(analysis, name) for name in analysis.__all__]
    timed = {each: clock.counted("statistics", each) for each in public if inspect.isfunction(each)}
    modules = [module for name, module in sys.modules.items() if name.startswith("netspace.")]
    for module in modules:
        if not module.__name__.startswith("netspace.analysis"):
            for name, value in list(vars(module).items()):
                if inspect.isfunction(value) and value in timed:
                    setattr(module, name, timed[value])
    report = sys.modules["netspace.reports.report"]
    report.make_sections = clock.counted("drawings", report.make_sections)  # type: ignore[attr-defined]


def time_report(url: str) -> dict[str, Any]:
    """Writes a report once, all imports done before; gives the seconds of its stages."""
    for name in LATER:
        import_module(name)
    before = set(sys.modules)
    page, clock = Path(tempfile.mkdtemp()) / "report.html", Clock()
    count_stages(clock)

    def analyze() -> None:
        with clock.stage(REST), Store(url) as study:
            ns.write_report([study.records(name) for name in study.names()], page)

    found = once(analyze)
    late = sorted({name.partition(".")[0] for name in set(sys.modules) - before} - {"encodings"})
    return found | {"stages": clock.seconds, "imported": late, "MB": megabytes(page)}


def megabytes(page: Path) -> float:
    """Gives the size of a page, and removes it."""
    size = page.stat().st_size / 1e6
    page.unlink()
    page.parent.rmdir()
    return size


def time_bootstrap(n: str) -> dict[str, Any]:
    """Bootstraps a parameter of ``n`` networks 10,000 times."""
    random = np.random.default_rng(0)
    widths, errors = random.lognormal(4, 1, int(n)), 20 + random.gamma(2, 2, int(n))
    return once(lambda: analysis.empirical_bootstrap(widths, errors, draws=10_000))


def time_lines(space: str, n: str) -> dict[str, Any]:
    """Fits a line to the widths of ``n`` networks of a space."""
    widths = [each.block_widths for each in ns.get_space(space).sample(int(n))]
    analysis.fit_lines(widths[:1])
    fits: list[analysis.LineFits] = []
    seconds = once(lambda: fits.append(analysis.fit_lines(widths)))
    return seconds | {"mean e_fit": float(fits[0].error.mean()), "lines": int((fits[0].error < 1e-9).sum())}


def once(work: Callable[[], Any]) -> dict[str, Any]:
    """Gives the time of some work, on the wall and of the processor."""
    wall, processor = time.perf_counter(), time.process_time()
    work()
    return {"wall": time.perf_counter() - wall, "processor": time.process_time() - processor}


WORK = {"report": time_report, "bootstrap": time_bootstrap, "lines": time_lines}


# ------------------------------------------------------------------------------------------------------ all together


def runs_of(work: str, *given: str, runs: int) -> list[dict[str, Any]]:
    """Does some work in fresh processes, one after the other."""
    command = [sys.executable, __file__, "--work", work, *given]
    return [json.loads(subprocess.run(command, stdout=subprocess.PIPE, check=True).stdout) for _ in range(runs)]


def told(what: str, found: Sequence[dict[str, Any]], promised: float | None = None) -> None:
    """Prints the median and the range of some runs on the wall and of the processor, beside what is promised."""
    line = f"{what:<46}{spread([each['wall'] for each in found])}{spread([each['processor'] for each in found])}"
    print(line if promised is None else f"{line}  promised: {promised:g}", flush=True)


def spread(seconds: Sequence[float]) -> str:
    """Says the median and the range."""
    return f"{statistics.median(seconds):9.4f} ({min(seconds):.4f} to {max(seconds):.4f})".ljust(32)


def heading(what: str) -> None:
    """Prints what follows, and what the columns are."""
    print(f"\n-- {what}\n{'':<46}{'wall (s)':>9}{'':23}{'processor (s)':>9}")


def tell_report(url: str, runs: int) -> None:
    """Prints how long a report takes, and its stages."""
    found = runs_of("report", url, runs=runs)
    told("store to finished report", found, PROMISED["report"])
    for stage in sorted(found[0]["stages"]):
        print(f"{f'  {stage}':<78}{spread([each['stages'][stage] for each in found])}")
    imported = ", ".join(found[0]["imported"]) or "nothing"
    print(f"  page of {found[0]['MB']:.1f} MB; imported meanwhile: {imported}")


def tell_lines(space: str, n: int, runs: int) -> None:
    """Prints how long line fits take, and what they find."""
    found = runs_of("lines", space, str(n), runs=runs)
    told(f"fit_lines, {n:,} of {space}", found, PROMISED["lines"])
    print(f"  mean e_fit {found[0]['mean e_fit']:.4f}; {found[0]['lines']:,} of {n:,} are lines")


def tell_imports(runs: int) -> None:
    """Prints how much longer than a bare Python a process takes that imports something."""
    codes = {f"import {each}": f"import {each}" for each in ("netspace", *LIBRARIES, "netspace.reports")}
    codes["import netspace.analysis, all its names"] = PUBLIC
    bare = [of_process("pass") for _ in range(runs)]
    told("a bare Python", bare)
    least = {clock: statistics.median(each[clock] for each in bare) for clock in bare[0]}
    for name, code in codes.items():
        found = [{clock: value - least[clock] for clock, value in of_process(code).items()} for _ in range(runs)]
        told(name, found, PROMISED["import"] if code is PUBLIC else None)
    print("  netspace.analysis leaves torch alone")


def of_process(code: str) -> dict[str, float]:
    """Gives the time of a process of its own; `PUBLIC` fails where torch was imported."""
    before, wall = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    subprocess.run([sys.executable, "-c", code], check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    used = after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime
    return {"wall": time.perf_counter() - wall, "processor": used}


def bench(n: int, runs: int, folder: Path) -> None:
    """Prints all figures."""
    for study, names in STUDIES.items():
        url = f"sqlite:///{folder / study}.db"
        make(url, names, n)
        heading(f"{n:,} networks of {', '.join(names)}: {runs} runs, each in a fresh process")
        tell_report(url, runs)
    heading(f"parts: {runs} runs, each in a fresh process")
    told(f"bootstrap, 10,000 draws of {n:,}", runs_of("bootstrap", str(n), runs=runs), PROMISED["bootstrap"])
    for space in ("anynetx_a", "anynetx_e", "regnetx"):
        tell_lines(space, n, runs)
    heading(f"imports: {runs} processes each, beyond a bare Python")
    tell_imports(runs)


def main() -> None:
    """Reads the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--networks", type=int, default=5_000, help="of each study")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--work", nargs="+", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.work:
        print(json.dumps(WORK[given.work[0]](*given.work[1:])))
        return
    os.environ["OMP_NUM_THREADS"] = "1"
    versions = f"Python {platform.python_version()}, numpy {np.__version__}"
    print(f"{processor()}, {os.cpu_count()} cores, of which one is used; {versions}")
    print(f"load of the machine beside this, before: {os.getloadavg()[0]:.1f}")
    with tempfile.TemporaryDirectory() as folder:
        bench(given.networks, given.runs, Path(folder))
    print(f"load of the machine, this included, after: {os.getloadavg()[0]:.1f}")


def processor() -> str:
    """Gives the processor's name; imported here, for it imports torch."""
    from netspace.training.devices import processor_name

    return processor_name()


if __name__ == "__main__":
    main()

"""Times the store with many records: python bench/store.py [--records 100000] [--url sqlite:///FILE].

Networks are RegNetX at 32 px, curves have 10 epochs. Records are put in by bulk rows, but for ``--adds`` of them,
which go one by one through `Store.add`, an fsync each, as in a study. Each reading is from a store opened anew.
"""

import argparse
import os
import platform
import sqlite3
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np

from netspace import get_space
from netspace.populations import Epoch, Outcome, Plan, Store
from netspace.populations.database import Database
from netspace.populations.writing import write_outcome

NAME = "regnetx"


def outcomes(n: int, epochs: int = 10) -> Iterator[Outcome]:
    """Yields ``n`` outcomes as training gives them."""
    random = np.random.default_rng(0)
    device = {"type": "cpu", "name": "a processor", "threads": 1, "layout": "channels_last", "precision": "fp32"}
    versions = {"netspace": "0.1.0", "torch": "2.13.0", "numpy": "2.4.6", "python": "3.11.7"}
    for _ in range(n):
        u = random.random((epochs, 5)).tolist()
        curve = tuple(Epoch(i, row[0], row[1], 100 * row[2], 100 * row[3], row[4]) for i, row in enumerate(u))
        error = float(random.integers(1000, 9000)) / 100
        yield Outcome(error, None, curve, "2026-01-01T00:00:00+00:00", u[0][4] * 60, 1000 * u[0][0], device, versions)


def plan(n: int) -> Plan:
    """Gives a population of ``n`` networks."""
    population = get_space("regnetx", image_size=32, stem="cifar", num_classes=10).sample(n)
    return Plan(NAME, population.architectures, population.parameters, population.complexity, population.origin)


def fill(store: Store, url: str, n: int, adds: int) -> float:
    """Writes ``n`` records, ``adds`` of them one by one; gives the seconds that those took."""
    everything = enumerate(outcomes(n))
    with Database(url, create=False, timeout=30).writing() as connection:
        for index, outcome in everything:
            write_outcome(connection, {"population_id": 1, "index": index}, outcome, replace_failed=False)
            if index + 1 == n - adds:
                break
    start = time.perf_counter()
    for index, outcome in everything:
        store.add(NAME, index, outcome)
    return time.perf_counter() - start


def timed(what: str, work: Callable[[], Any]) -> Any:
    """Prints how long ``work`` takes."""
    start = time.perf_counter()
    result = work()
    print(f"{what:<42} {time.perf_counter() - start:8.3f} s")
    return result


def read(url: str) -> None:
    """Times what the command line and reports do."""
    import pandas as pd

    print(f"-- reading, each from a store opened anew (pandas {pd.__version__} imported before)")
    timed("open, names and summary", lambda: Store(url).summary())
    timed("open, best 10 of all", lambda: Store(url).best())
    timed("open, frame", lambda: Store(url).records(NAME).frame())
    timed("open, errors", lambda: Store(url).records(NAME).errors)
    timed("open, records.best(10)", lambda: Store(url).records(NAME).best(10))
    timed("open, pending", lambda: Store(url).pending(NAME))
    timed("open, 1,000 records built", lambda: Store(url).records(NAME)[:1000])


def bench(url: str, n: int, adds: int) -> None:
    """Prints all figures."""
    print(f"{n:,} records; Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}, {os.cpu_count()} cores")
    networks = timed("sample and build the networks (no store)", lambda: plan(n))
    store = Store(url)
    timed("create", lambda: store.create(networks))
    store.assign(NAME, recipe={"name": "bench"}, data={"name": "none"}, seed=0)
    timed("create the same again (resume)", lambda: store.create(networks))
    seconds = fill(store, url, n, adds)
    print(f"{'add, one by one, durable':<42} {adds / seconds:8.0f} records/s")
    store.close()
    read(url)


def main() -> None:
    """Reads the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--records", type=int, default=100_000)
    parser.add_argument("--adds", type=int, default=2_000, help="records that are added one by one")
    parser.add_argument("--url", help="an empty store; by default a file in a folder for temporary files")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "study.db"
        bench(arguments.url or f"sqlite:///{path}", arguments.records, min(arguments.adds, arguments.records - 1))
        if path.exists():
            print(f"{'size on disk':<42} {path.stat().st_size / 1e6:8.1f} MB")


if __name__ == "__main__":
    main()

"""The suite on a real PostgreSQL server, started for it; skipped where its binaries or psycopg are not."""

import getpass
import os
import pwd
import shutil
import subprocess
import tempfile
import uuid
from pathlib import Path

import pytest

from netspace.errors import StoreError
from netspace.populations import Store
from tests.populations.store_conformance import StoreConformance

psycopg = pytest.importorskip("psycopg", reason="psycopg is not installed: pip install 'netspace[postgres]'")


def binaries() -> Path | None:
    on_path = shutil.which("pg_ctl")
    found = [Path(on_path)] if on_path else sorted(Path("/usr/lib/postgresql").glob("*/bin/pg_ctl"))
    return found[-1].parent if found else None


pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(binaries() is None, reason="PostgreSQL's initdb and pg_ctl are not installed"),
]


@pytest.fixture(scope="module")
def server():
    """A throw-away cluster that listens on a Unix socket alone; PostgreSQL does not run as root."""
    user = "postgres" if os.getuid() == 0 else getpass.getuser()
    with tempfile.TemporaryDirectory() as folder:
        if os.getuid() == 0:
            try:
                os.chown(folder, pwd.getpwnam(user).pw_uid, -1)
            except KeyError:
                pytest.skip("there is no user postgres for the server to run as")

        def command(*words: str) -> None:
            given = ["runuser", "-u", user, "--", *words] if os.getuid() == 0 else list(words)
            subprocess.run(given, check=True, stdout=subprocess.DEVNULL, stdin=subprocess.DEVNULL, cwd=folder)

        data, bin_ = f"{folder}/data", binaries()
        command(str(bin_ / "initdb"), "-D", data, "-U", user, "-A", "trust", "--no-sync")
        options = f"-c listen_addresses='' -k {folder} -c fsync=off"
        command(str(bin_ / "pg_ctl"), "-D", data, "-w", "-l", f"{folder}/log", "-o", options, "start")
        try:
            yield lambda database: f"postgresql://{user}@/{database}?host={folder}"
        finally:
            command(str(bin_ / "pg_ctl"), "-D", data, "-m", "immediate", "stop")


@pytest.fixture
def database(server):
    name = f"study_{uuid.uuid4().hex}"
    with psycopg.connect(server("postgres"), autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    return server(name)


class TestPostgreSQL(StoreConformance):
    @pytest.fixture
    def url(self, database):
        return database


def test_a_database_of_another_program_is_left_alone(database):
    with psycopg.connect(database) as connection:
        connection.execute("CREATE TABLE users (x integer)")
    with pytest.raises(StoreError, match="of another program: it has a table 'users'"):
        Store(database)


def test_reading_makes_no_tables(database):
    with pytest.raises(StoreError, match="is empty, not a study"):
        Store(database, create=False)


def test_an_unknown_database_is_told_without_the_password(server):
    url = server("nowhere").replace("@", ":secret@", 1)
    with pytest.raises(StoreError, match="nowhere") as refusal:
        Store(url)
    assert "secret" not in str(refusal.value)
    assert "Check that the server runs" in str(refusal.value)

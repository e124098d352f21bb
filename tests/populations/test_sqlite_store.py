import fcntl
import sqlite3
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from netspace.errors import StoreError
from netspace.populations import Store
from tests.populations.samples import TRAINING, complete, plan
from tests.populations.store_conformance import StoreConformance, environment


class TestSQLite(StoreConformance):
    @pytest.fixture
    def url(self, tmp_path):
        return f"sqlite:///{tmp_path / 'study.db'}"


@pytest.fixture
def path(tmp_path):
    return tmp_path / "a folder with # % & in its name" / "study.db"


@pytest.fixture
def made(path):
    path.parent.mkdir()
    with Store(path) as store:
        store.create(plan("a", **TRAINING))
        store.add("a", 0, complete())
    return path


ADD_WITHOUT_ROOM = """
import resource, signal, sys
from netspace.populations import Store
from tests.populations.samples import complete
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
with Store(sys.argv[1]) as store:
    resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))
    store.add("a", 1, complete())
"""

READ_AS_NOBODY = """
import os, sys
from netspace.errors import StoreError
from netspace.populations import Store
from tests.populations.samples import complete
with Store(sys.argv[1]) as warm:
    warm.records("a").frame()
if os.getuid() == 0:
    os.setuid(65534)
with Store(sys.argv[1]) as store:
    print(store.records("a").errors.tolist())
    for act in (lambda: store.add("a", 1, complete()), lambda: store.writer().__enter__()):
        try:
            act()
        except StoreError as error:
            print(error)
"""


def run(program: str, path: Path) -> subprocess.CompletedProcess[str]:
    words = [sys.executable, "-c", program, str(path)]
    return subprocess.run(words, env=environment(), capture_output=True, text=True, check=False)


def test_a_path_is_a_store(made, monkeypatch):
    monkeypatch.chdir(made.parent)
    for url in ("study.db", Path("study.db"), made, str(made), f"sqlite:///{made}", "sqlite:///study.db"):
        with Store(url, create=False) as store:
            assert store.names() == ["a"]
            assert store.url == str(made)
    assert sorted(file.name for file in made.parent.iterdir()) == ["study.db"]


def test_a_plain_path_may_hold_a_question_mark(tmp_path):
    with Store(tmp_path / "what?.db") as store:
        store.create(plan("a"))
    with Store(str(tmp_path / "what?.db"), create=False) as store:
        assert store.names() == ["a"]


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("mysql://host/db", "cannot be at mysql://"),
        ("", "no address of a store"),
        (7, "no address of a store"),
        ("sqlite://study.db", "three slashes"),
        ("sqlite:///", ", without options"),
        ("sqlite:///:memory:", ", without options"),
        ("sqlite:///study.db?mode=ro", ", without options"),
        ("postgresql://user@host:port/db", "cannot be read"),
    ],
)
def test_other_addresses_are_refused(url, says):
    with pytest.raises(StoreError, match=says) as refusal:
        Store(url)
    assert "sqlite:///" in str(refusal.value)


def test_a_store_that_is_not_there_is_not_made_by_reading(tmp_path):
    with pytest.raises(StoreError, match=r"there is no study at .*typo\.db\n.*netspace run"):
        Store(tmp_path / "typo.db", create=False)
    assert list(tmp_path.iterdir()) == []


def test_a_missing_folder_is_named(path):
    with pytest.raises(StoreError, match="does not exist: make it first"):
        Store(path)


def test_a_folder_is_no_store(tmp_path):
    with pytest.raises(StoreError, match=r"is a folder, not a study"):
        Store(tmp_path)


@pytest.mark.parametrize("content", [b"x", b"not a database, but a text of some length" * 100])
def test_another_file_is_left_alone(tmp_path, content):
    file = tmp_path / "notes.txt"
    file.write_bytes(content)
    with pytest.raises(StoreError, match="it is not a SQLite file"):
        Store(file)
    assert file.read_bytes() == content


def test_an_empty_file_is_taken_for_writing_alone(tmp_path):
    file = tmp_path / "study.db"
    file.touch()
    with pytest.raises(StoreError, match="is empty, not a study"):
        Store(file, create=False)
    with Store(file) as store:
        assert store.names() == []


@pytest.mark.parametrize("table", ["users", "meta"])
def test_the_database_of_another_program_is_left_alone(tmp_path, table):
    file = tmp_path / "other.db"
    with sqlite3.connect(file) as connection:
        connection.execute(f"CREATE TABLE {table} (x)")
    connection.close()
    before = file.read_bytes()
    with pytest.raises(StoreError, match=f"of another program: it has a table '{table}'"):
        Store(file)
    assert file.read_bytes() == before


def test_another_schema_version_is_refused(made):
    with sqlite3.connect(made) as connection:
        connection.execute("UPDATE meta SET schema_version = 99, created_by = '9.9.9'")
    connection.close()
    with pytest.raises(StoreError, match=r"has schema version 99, written by netspace 9\.9\.9.*(\n.*)pip install"):
        Store(made)


def test_a_damaged_file_is_told(made):
    content = bytearray(made.read_bytes())
    content[4096 : 4096 * 12] = b"\xff" * (4096 * 11)
    made.write_bytes(content)
    with pytest.raises(StoreError, match="the file is damaged"), Store(made) as store:
        store.records("a").frame()


def test_a_locked_store_is_told(made):
    connection = sqlite3.connect(made, isolation_level=None)
    connection.execute("BEGIN IMMEDIATE")
    with Store(made, timeout=0.1) as store:
        assert store.names() == ["a"], "readers do not wait"
        with pytest.raises(StoreError, match=r"another process kept it locked for 0\.1 s"):
            store.add("a", 1, complete())
    connection.close()


def test_a_full_disk_is_told_and_loses_nothing(made):
    said = run(ADD_WITHOUT_ROOM, made).stderr
    assert "StoreError: the study at" in said
    assert "the disk" in said
    with Store(made) as store:
        assert store.pending("a") == [1, 2, 3, 4, 5]
        assert store.add("a", 1, complete())


@pytest.fixture
def shared_folder():
    """A folder that every user may enter."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        yield folder
        folder.chmod(0o755)


@pytest.mark.slow
def test_where_nothing_can_be_written_a_store_is_read(shared_folder):
    with Store(shared_folder / "study.db") as store:
        store.create(plan("a", **TRAINING))
        store.add("a", 0, complete())
    shared_folder.chmod(0o555)
    done = run(READ_AS_NOBODY, shared_folder / "study.db")
    assert done.stderr == ""
    assert done.stdout.startswith("[40.0]\n")
    assert "it cannot be written here" in done.stdout
    assert "its lock file" in done.stdout
    assert "Get write access" in done.stdout


def takes(lock) -> bool:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def test_the_lease_is_a_lock_of_the_operating_system(made):
    with Store(made) as store, store.writer(), made.with_name("study.db.lock").open() as lock:
        assert not takes(lock)
    with made.with_name("study.db.lock").open() as lock:
        assert takes(lock)


def test_the_file_is_in_wal_mode_and_complete_after_close(made):
    connection = sqlite3.connect(made)
    assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    connection.close()


def test_devices_and_versions_are_kept_once(made):
    with Store(made) as store:
        for index in range(1, 5):
            store.add("a", index, complete())
        store.add("a", 5, complete(device={"name": "other"}))
    connection = sqlite3.connect(made)
    assert connection.execute("SELECT COUNT(*) FROM environments").fetchone() == (2,)
    connection.close()

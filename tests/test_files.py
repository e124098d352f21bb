"""A file is there whole or not at all."""

import os
import threading
from pathlib import Path

import pytest

from netspace.errors import DataError
from netspace.files import try_place, whole_file


def test_a_file_is_replaced_at_the_end(tmp_path: Path) -> None:
    target = tmp_path / "a" / "table.csv"
    for text in ("first", "second"):
        with whole_file(target, DataError) as file:
            assert file.suffix == ".csv"
            file.write_text(text)
            assert not target.exists() or target.read_text() == "first"
        assert target.read_text() == text
    assert [each.name for each in target.parent.iterdir()] == ["table.csv"]
    assert target.stat().st_mode & 0o777 == 0o644


def write_half(target: Path, stop: type[BaseException]) -> None:
    with whole_file(target, DataError) as file:
        file.write_text("half")
        raise stop


@pytest.mark.parametrize("stop", [KeyboardInterrupt, ValueError])
def test_what_was_there_stays_where_writing_is_stopped(tmp_path: Path, stop: type[BaseException]) -> None:
    target = tmp_path / "table.csv"
    target.write_text("old")
    with pytest.raises(stop):
        write_half(target, stop)
    assert target.read_text() == "old"
    assert list(tmp_path.iterdir()) == [target]


def test_failures_say_what_and_why(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(DataError, match=r"cannot write '.*': it is a folder. Give another path"):
        write_half(tmp_path, KeyboardInterrupt)
    with pytest.raises(DataError, match=r"cannot write '.*a.csv': (File exists|Not a directory)"):
        write_half(tmp_path / "file" / "a.csv", KeyboardInterrupt)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_a_full_disk_is_said() -> None:
    with pytest.raises(DataError, match="No space left"), whole_file("/dev/full", DataError) as file:
        file.write_text("words")


def test_links_stay_links(tmp_path: Path) -> None:
    (tmp_path / "link.csv").symlink_to(tmp_path / "real.csv")
    with whole_file(tmp_path / "link.csv", DataError) as file:
        file.write_text("words")
    assert (tmp_path / "link.csv").is_symlink()
    assert (tmp_path / "real.csv").read_text() == "words"


def test_pipes_are_written_directly(tmp_path: Path) -> None:
    pipe, read = tmp_path / "pipe", list[str]()
    os.mkfifo(pipe)
    reader = threading.Thread(target=lambda: read.append(pipe.read_text()))
    reader.start()
    with whole_file(pipe, DataError) as file:
        file.write_text("words")
    reader.join(10)
    assert read == ["words"]


def test_places_are_tried_and_left_as_they_were(tmp_path: Path) -> None:
    try_place(tmp_path / "new" / "a.csv")
    assert list((tmp_path / "new").iterdir()) == []
    (tmp_path / "file").touch()
    with pytest.raises(OSError, match=r"exists|directory"):
        try_place(tmp_path / "file" / "a.csv")

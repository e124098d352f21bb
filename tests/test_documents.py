"""Files of fields: whatever is in them, they are read or refused in words, with the file's name."""

from pathlib import Path

import pytest

from netspace.documents import read_document
from netspace.errors import SpaceError


def read(tmp_path: Path, name: str, text: str | bytes) -> dict:
    path = tmp_path / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return dict(read_document(path, "space file", SpaceError).fields)


def test_yaml_and_json_are_read_alike(tmp_path: Path) -> None:
    wanted = {"from": "regnetx", "rate": 1e-4, "n": 10**30}
    assert read(tmp_path, "a.yaml", f"from: regnetx\nrate: 1e-4\nn: {10**30}\n") == wanted
    assert read(tmp_path, "a.json", f'{{"from": "regnetx", "rate": 1e-4, "n": {10**30}}}') == wanted


@pytest.mark.parametrize("name", ["a.yaml", "a.json"])
def test_files_of_windows_editors_begin_with_a_mark(tmp_path: Path, name: str) -> None:
    assert read(tmp_path, name, b'\xef\xbb\xbf{"from": "regnetx"}') == {"from": "regnetx"}


def test_a_merge_may_be_overruled(tmp_path: Path) -> None:
    text = "a: &a {b: 1, c: 2}\nd:\n  <<: *a\n  c: 3\n"
    assert read(tmp_path, "a.yaml", text)["d"] == {"b": 1, "c": 3}


@pytest.mark.parametrize(
    ("name", "text", "says"),
    [
        ("a.yaml", "", "holds no fields"),
        ("a.yaml", "- 1\n", "holds no fields"),
        ("a.json", "[]", "holds no fields"),
        ("a.yaml", b"\xff\xfe", "is not YAML: .*can't decode"),
        ("a.json", b"\xff\xfe", "is not JSON: .*can't decode"),
        ("a.yaml", "from: a\nfrom: b\n", "is not YAML: 'from' is there twice(?s:.*)line 2"),
        ("a.json", '{"a": [{"from": 1, "from": 2}]}', "is not JSON: 'from' is there twice"),
        ("a.yaml", "? [a, b]\n: c\n", "is not YAML: (?s:.*)unhashable key"),
        ("a.yaml", "a: b\n---\na: c\n", "is not YAML: (?s:.*)another document"),
        ("a.yaml", "day: 2020-13-45\n", "is not YAML: month must be"),
        ("a.yaml", f"a: {'9' * 400}", r"is not YAML: 9{20}\.\.\. is too large a number"),
        ("a.json", f'{{"a": -{"9" * 400}}}', r"is not JSON: -9{19}\.\.\. is too large a number"),
        ("a.yaml", "a: " + "[" * 5000, "is nested too deeply"),
        ("a.json", '{"a": ' + "[" * 200_000, "is nested too deeply"),
    ],
)
def test_what_cannot_be_read_is_said(tmp_path: Path, name: str, text: str | bytes, says: str) -> None:
    with pytest.raises(SpaceError, match=says) as error:
        read(tmp_path, name, text)
    assert f"the space file {tmp_path / name}" in str(error.value)


def test_what_is_no_file_is_said(tmp_path: Path) -> None:
    with pytest.raises(SpaceError, match="Is a directory"):
        read_document(tmp_path, "space file", SpaceError)
    with pytest.raises(SpaceError, match="null byte"):
        read_document("a\0.yaml", "space file", SpaceError)

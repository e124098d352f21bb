"""The page on populations from elsewhere: every example of it runs, in its order."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

PAGE = (Path(__file__).parents[2] / "docs" / "populations.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```(python|csv)\n(.*?)```", PAGE, re.DOTALL)
COMMANDS = re.findall(r"^    (netspace .*)$", PAGE, re.MULTILINE)


@pytest.mark.slow
def test_every_example_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    names: dict[str, object] = {}
    for language, text in BLOCKS:
        if language == "csv":
            (tmp_path / "mine.csv").write_text(text, encoding="utf-8")
        else:
            exec(compile(text, "docs/populations.md", "exec"), names)
    assert len(names["records"]) == 3
    assert list(names["elsewhere"]) == ["theirs"]
    assert (tmp_path / "report.html").is_file()
    for command in COMMANDS:
        words = [sys.executable, "-m", *command.split()]
        done = subprocess.run(words, cwd=tmp_path, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
    assert len(COMMANDS) == 2

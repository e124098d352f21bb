"""How the command line reads ranges and says errors."""

import pytest
import typer

from netspace.cli.options import parse_range, percent


def test_ranges() -> None:
    assert parse_range("4M:6M") == (4e6, 6e6)
    assert parse_range(":6M") == (None, 6e6)
    assert parse_range("4e6:") == (4e6, None)
    assert parse_range(None) is None
    with pytest.raises(typer.BadParameter, match="a range such as"):
        parse_range("5M")


def test_errors() -> None:
    assert [percent(v) for v in (12.345, None, float("nan"))] == ["12.35 %", "-", "-"]

"""Numbers as people write them."""

import pytest

from netspace.cli.options import amount, parse_range
from netspace.studyfile import parse_number


@pytest.mark.parametrize(
    ("text", "value"),
    [("4e6", 4e6), ("4M", 4e6), ("0.4GF", 4e8), (" 20k ", 2e4), (5, 5.0), (None, None), ("", None), ("400MF", 4e8)],
)
def test_numbers(text, value) -> None:
    assert parse_number(text) == value


@pytest.mark.parametrize("text", ["four", "4X", "M", "1 2"])
def test_what_is_no_number(text) -> None:
    with pytest.raises(ValueError, match="such as"):
        parse_number(text)


def test_ranges_and_amounts() -> None:
    assert parse_range("4M:6M") == (4e6, 6e6)
    assert parse_range(":6M") == (None, 6e6)
    assert parse_range(None) is None
    assert [amount(v) for v in (1_234_567, 950, 2e9)] == ["1.23M", "950", "2G"]

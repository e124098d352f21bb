"""What a size says of itself."""

import pytest

from netspace.errors import SpaceError
from netspace.spaces.counting import Size


def test_exact_sizes_are_numbers():
    size = Size(12_345, 12_345, 1.0, 1.0, "closed form")
    assert size.is_exact
    assert int(size) == 12_345
    assert size.gap == 0
    assert str(size) == "1.234e4 settings, exactly 12,345"
    assert str(Size(7, 7, 0.25, 0.25, "enumeration", networks=5)) == (
        "7 settings, 5 different networks, 25 % of the distribution"
    )


def test_bounds_and_estimates_are_none():
    bounds = Size(100_000, 101_000, 0.5, 0.51, "dynamic programming")
    assert bounds.gap == pytest.approx(0.01)
    assert str(bounds) == "between 1.0000e5 and 1.0100e5 settings (1 % apart), 50 to 51 % of the distribution"
    estimate = Size(100, 100, 0.5, 0.51, "sampling", confidence=0.95, draws=1000)
    assert not estimate.is_exact
    assert "95 % confidence, 1,000 draws" in str(estimate)
    for size in (bounds, estimate):
        with pytest.raises(SpaceError, match="not known exactly"):
            int(size)
    assert Size(0, 5, 0.0, 0.1, "dynamic programming").gap == float("inf")
    unknown = Size(0, 20_000, 0.5, 0.51, "sampling", confidence=0.95, draws=1000)
    assert str(unknown).startswith("at most 2.000e4 settings (95 % confidence")

"""Columns by name or by formula."""

import numpy as np
import pytest

from netspace.errors import DataError
from netspace.populations.importing.columns import Formula, parameter_values

KNOWN = ["acc", "100-acc-left", "net.flops (M)"]


@pytest.mark.parametrize(
    ("text", "given", "gives"),
    [
        ("acc", [1, 2.5], [1, 2.5]),
        ("100-acc", [90, 95.5], [10, 4.5]),
        ("100 - 100 * acc", [0.75], [25]),
        ("1e6*net.flops (M)", [4.5], [4.5e6]),
        ("100-acc-left", [7], [7]),
    ],
)
def test_a_formula_of_one_column(text, given, gives):
    assert Formula.parse(text, KNOWN).of(given).tolist() == gives


def test_nothing_stays_nothing():
    numbers = Formula.parse("100-acc", KNOWN).of(["90", None, "", float("nan")])
    assert np.array_equal(numbers, [10, np.nan, np.nan, np.nan], equal_nan=True)


@pytest.mark.parametrize("text", ["acx", "100-acx", "100-100*acx"])
def test_a_column_that_is_not_there_names_the_nearest(text):
    with pytest.raises(DataError, match="has no column 'acx': did you mean 'acc'"):
        Formula.parse(text, KNOWN)


def test_words_where_numbers_are_needed_say_where():
    with pytest.raises(DataError, match=r"column 'acc' of f.csv holds 'high' in row 2"):
        Formula.parse("acc", KNOWN).of([1, "high"], "f.csv")


def test_parameters_are_numbers_or_words():
    assert parameter_values([1, 2]).dtype == np.int64
    assert np.array_equal(parameter_values([1, None, 2.5]), [1, np.nan, 2.5], equal_nan=True)
    assert parameter_values(["x", None, 3]).tolist() == ["x", "", "3"]
    assert parameter_values([True, False]).tolist() == [1, 0]
    assert np.isnan(parameter_values([None, None])).all()

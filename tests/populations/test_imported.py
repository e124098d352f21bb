"""What populations of others tell of their errors."""

import pytest

from netspace.populations.imported import error_split, name_errors


@pytest.mark.parametrize(
    ("data", "split"),
    [
        (None, "validation"),
        ({"name": "cifar10", "split": "test"}, "validation"),
        ({"imported": True, "split": "Val"}, "validation"),
        ({"imported": True, "split": "test"}, "test"),
        ({"imported": True, "split": "minival"}, ""),
        ({"imported": True}, ""),
    ],
)
def test_errors_are_of_the_split_that_is_told(data: dict[str, object] | None, split: str) -> None:
    assert error_split({"data": data}) == split


def test_errors_of_one_split_are_called_by_it() -> None:
    assert name_errors(["validation"]) == "validation error"
    assert name_errors(["test", "validation"]) == name_errors([""]) == name_errors([]) == "error"

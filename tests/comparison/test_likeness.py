import dataclasses

import pytest

from netspace.comparison import compare
from tests.comparison.made import ANY, BEST, REG, population


@pytest.mark.parametrize(
    ("changes", "first", "says"),
    [
        ({"recipe": {"epochs": 100}}, "not the same recipe: ", "; trained by different recipes"),
        ({"data": {"name": "mnist"}}, "not the same data: ", "; trained on different data"),
        (
            {"data": {"name": "mnist"}, "recipe": {"epochs": 100}},
            "not the same data and recipe: ",
            "; trained by different recipes; trained on different data",
        ),
        (
            {"data": {"imported": True}},
            "not known to be the same data: ",
            "; it is not known whether trained on the same data",
        ),
    ],
)
def test_of_populations_trained_otherwise_neither_is_called_better(
    changes: dict[str, object], first: str, says: str
) -> None:
    a, b = population("x", ANY, "anynetx_a"), population("y", REG, **changes)
    for result in (compare(a, b), compare(a, b, population("z", BEST, "anynetx_b"))[0]):
        assert result.means.is_told
        assert result.winner is None
        assert result.summary().startswith(f"{first}no telling which of AnyNetX_A and RegNetX is the better space; ")
        assert "mean error 16.2 % and 14.3 %, difference 1.9 [" in result.summary()
        assert result.summary().endswith(says)
    frame = compare(a, b, population("z", BEST, "anynetx_b")).frame()
    assert frame["winner"].fillna("").tolist() == ["", "AnyNetX_B", ""]


def test_two_imported_populations_have_a_winner_and_maybe_a_doubt() -> None:
    a, b = (
        population(name, errors, data={"imported": True, "split": name}) for name, errors in (("x", ANY), ("y", REG))
    )
    assert compare(a, b).winner == "y"
    assert compare(a, b).summary().endswith("; it is not known whether trained on the same data")


@pytest.mark.parametrize(
    ("splits", "label"),
    [(("test", "test"), "test error (%)"), (("val", "test"), "error (%)"), ((None, "valid"), "validation error (%)")],
)
def test_pictures_call_errors_by_the_split_that_is_known(splits: tuple[str | None, str], label: str) -> None:
    a, b = (
        population(name, errors, data={"imported": True, "split": split} if split else {"name": "cifar10"})
        for name, errors, split in zip("xy", (ANY, REG), splits, strict=True)
    )
    assert compare(a, b).figure().panels[0].x.label == label
    assert compare(a, b, REG, names=["a", "b", "c"]).figure().panels[0].x.label in (label, "error (%)")


def test_different_budgets_are_said_after_the_winner() -> None:
    a = population("x", ANY)
    b = population("y", REG, origin=dataclasses.replace(a[0].origin, budget={"flops": (1e6, 2e6)}))
    a.facts["budget"] = {"flops": (3e6, 4e6)}
    result = compare(a, b)
    assert result.winner == "y"
    assert result.summary().endswith("; sampled under different budgets")

import numpy as np
import pytest

from netspace.comparison import compare, compare_all, display_names
from netspace.errors import AnalysisError
from tests.comparison.made import ANY, BEST, REG, population


def test_records_bring_their_names_and_their_failures() -> None:
    a = population("first", [*ANY, None, None], "anynetx_a")
    b = population("second", [*REG, None], "regnetx")
    result = compare(a, b)
    assert result.names == ("AnyNetX_A", "RegNetX")
    assert (result.failed, result.n) == ((2, 1), (4, 4))
    assert result.summary().endswith("n = 4 + 4; failed: 2 + 1, not counted")


def test_populations_of_one_space_go_by_their_own_names() -> None:
    assert display_names([population("small", REG), population("large", REG)]) == ["small", "large"]
    assert display_names([population("same", REG), population("same", REG)]) == ["same (1)", "same (2)"]
    assert compare(population("small", ANY), population("large", REG)).winner == "large"


def test_names_given_come_before_those_of_records() -> None:
    assert compare(population("x", ANY), population("y", REG), names=("A", "B")).names == ("A", "B")


def test_records_and_plain_errors_compare() -> None:
    result = compare(population("x", REG), ANY)
    assert result.names == ("RegNetX", "b")
    assert result.winner == "RegNetX"


def test_one_population_alone_or_twice_is_refused() -> None:
    same = population("x", ANY)
    with pytest.raises(AnalysisError, match=r"at least two populations: given 1\. Give another"):
        compare(same)
    for again in (same, population("x", ANY)):
        with pytest.raises(AnalysisError, match="population 'x' is named twice: given x, y, x"):
            compare(same, population("y", REG), again)
    assert compare(ANY, ANY).difference == 0


@pytest.mark.parametrize(
    ("populations", "options", "says"),
    [
        ([ANY, REG, [1.0]], {}, "cannot compare a with b with c: c has 1 finished network"),
        ([ANY, REG, BEST], {"names": ["x", "y"]}, "three different names"),
        ([ANY, REG, BEST], {"pairs": "some"}, "pairs must be one of"),
        ([ANY], {}, "at least two populations: given 1"),
        ("text", {}, "given a str"),
        ([ANY, REG, [-1.0, 2.0]], {}, "population c are percentages"),
    ],
)
def test_refuses_several_that_cannot_be_compared(populations: object, options: dict[str, object], says: str) -> None:
    with pytest.raises(AnalysisError, match=says):
        compare_all(populations, **options)


@pytest.mark.parametrize(
    ("a", "b", "options", "says"),
    [
        (
            [1.0],
            ANY,
            {"names": ["RegNetX", "other"]},
            "cannot compare RegNetX with other: RegNetX has 1 finished network,",
        ),
        (ANY, [], {}, "b has 0 finished networks"),
        (ANY, [-1.0, 2.0], {}, "population b are percentages, from 0 to 100: given -1"),
        (ANY, [101.0, 2.0], {}, "given 101"),
        (ANY, [np.nan, 2.0], {}, "leave failed networks out"),
        (ANY, ["1", "2"], {}, "errors of population b must be a list of numbers, not of words"),
        (ANY, [True, False], {}, "errors of population b must be a list of numbers, not of booleans"),
        ("text", ANY, {}, "population a must be records or a list of errors in percent: given a str"),
        (ANY, REG, {"names": "ab"}, "two different names"),
        (ANY, REG, {"names": ["x", "x"]}, "two different names"),
        (ANY, REG, {"confidence": 95}, "between 0 and 1"),
    ],
)
def test_refuses_what_cannot_be_compared(a: object, b: object, options: dict[str, object], says: str) -> None:
    with pytest.raises(AnalysisError, match=says):
        compare(a, b, **options)


def test_a_population_that_only_failed_is_named() -> None:
    with pytest.raises(AnalysisError, match="RegNetX has 0 finished networks"):
        compare(population("x", [None, None]), ANY)

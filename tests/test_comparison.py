import dataclasses

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from netspace.comparison import compare, compare_all, display_names
from netspace.errors import AnalysisError
from netspace.figures import Line
from netspace.populations import Records
from netspace.random import stream
from netspace.spaces import get_space
from tests.records_made import broken, finished, make_records, synthetic_population

ANY = [16.1, 15.2, 17.0, 16.4]
REG = [14.0, 14.9, 13.8, 14.5]
WIDE = [15.1, 17.2, 13.0, 18.2]
BEST = [12.1, 11.0, 13.0, 12.7]


def population(name: str, errors: list[float | None], space: str = "regnetx", **changes: object) -> Records:
    """Networks with these errors; ``None``: it failed."""
    sample = get_space(space, image_size=32, stem="cifar", num_classes=10).sample(max(1, len(errors)))
    outcomes = [broken() if error is None else finished(error) for error in errors]
    records = make_records(name, sample, outcomes)
    return Records.from_records(name, [dataclasses.replace(record, **changes) for record in records])


def test_a_win_names_the_winner_first_and_gives_its_lead_as_positive() -> None:
    expected = "RegNetX beats AnyNetX_A: mean error 14.3 % against 16.2 %, difference 1.9 [0.7, 3.0] at 95 %, n = 4 + 4"
    forth = compare(ANY, REG, names=["AnyNetX_A", "RegNetX"])
    back = compare(REG, ANY, names=["RegNetX", "AnyNetX_A"])
    assert forth.summary() == back.summary() == str(forth) == expected
    assert forth.winner == back.winner == "RegNetX"
    assert forth.difference == pytest.approx(1.875)
    assert back.difference == pytest.approx(-1.875)
    assert forth.interval == pytest.approx(tuple(-end for end in back.interval[::-1]))


def test_too_few_networks_are_said_to_be_too_few_and_how_many_would_do() -> None:
    result = compare(WIDE, ANY, names=["AnyNetX_A", "RegNetX"])
    assert result.winner is None
    assert result.summary() == (
        "n is too small to tell AnyNetX_A from RegNetX: mean error 15.9 % and 16.2 %, "
        "difference -0.3 [-3.8, 3.2] at 95 %, n = 4 + 4; "
        "about 520 networks of each would tell a difference of this size"
    )


def test_equal_means_promise_no_number_of_networks() -> None:
    assert compare([10.0, 12.0], [11.0, 11.0]).summary() == (
        "n is too small to tell a from b: mean error 11.0 % and 11.0 %, difference 0.0 [-12.7, 12.7] at 95 %, n = 2 + 2"
    )


def test_errors_without_spread_tell_nothing() -> None:
    result = compare([90.0] * 3, [89.0] * 3)
    assert result.winner is None
    assert result.summary() == (
        "cannot tell a from b: mean error 90.0 % and 89.0 %, n = 3 + 3; "
        "the errors of each are all the same, so their spread is not known"
    )


def test_confidence_is_said_and_used() -> None:
    narrow, wide = (compare(ANY, REG, confidence=confidence) for confidence in (0.9, 0.999))
    assert narrow.winner == "b"
    assert wide.winner is None
    assert " at 99.9 %," in wide.summary()
    assert wide.edfs[0].confidence == wide.confidence == 0.999


def test_small_differences_are_written_with_enough_decimals() -> None:
    noise = stream(0, "noise").normal(0, 0.02, 400)
    assert "difference 0.0100 [0.0072, 0.0128]" in compare(20 + noise, 19.99 + noise).summary()


errors = st.lists(st.floats(1, 99).map(lambda error: round(error, 2)), min_size=2, max_size=8)


@given(errors, errors)
def test_the_sentence_never_claims_what_the_interval_does_not(a: list[float], b: list[float]) -> None:
    result = compare(a, b)
    low, high = result.interval
    assert (" beats " in result.summary()) == (result.winner is not None) == (low > 0 or high < 0)
    if result.winner:
        means = {"a": np.mean(a), "b": np.mean(b)}
        assert result.winner == min(means, key=means.__getitem__)
        assert "[-" not in result.summary()
        assert "[0.0, " not in result.summary()


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


def test_one_population_alone_or_twice_is_refused() -> None:
    same = population("x", ANY)
    with pytest.raises(AnalysisError, match=r"at least two populations: given 1\. Give another"):
        compare(same)
    for again in (same, population("x", ANY)):
        with pytest.raises(AnalysisError, match="population 'x' is named twice: given x, y, x"):
            compare(same, population("y", REG), again)
    assert compare(ANY, ANY).difference == 0


def test_more_numbers_are_computed_when_asked_for() -> None:
    result = compare(ANY, REG)
    assert "superiority" not in vars(result)
    assert result.superiority.probability == 0
    assert result.superiority is result.superiority
    assert result.resampled.p_value == pytest.approx(2 / 70)
    assert result.resampled.difference == pytest.approx(result.difference)
    assert result.area.difference < 0  # the second is better
    assert result.area_up_to(100).difference == pytest.approx(-result.difference)
    assert result.distance.distance == 1
    assert str(result.enough) == "n was enough: the interval of the difference leaves out 0"
    assert str(compare(WIDE, ANY).enough).startswith("train about 520 more of each (")
    assert compare(WIDE, ANY).judge(matters=10).is_enough


def test_three_populations_give_a_line_for_each_pair_corrected() -> None:
    result = compare(ANY, REG, BEST, names=["A", "B", "C"])
    lines = result.summary().splitlines()
    assert [line.split(":")[0] for line in lines] == ["B beats A", "C beats A", "C beats B"]
    assert all("at 95 % for 3 comparisons together, n = 4 + 4" in line for line in lines)
    assert str(result) == result.summary()
    by_itself = compare(ANY, REG, names=["A", "B"])
    assert result[0].interval[0] < by_itself.interval[0]
    assert result[0].interval[1] > by_itself.interval[1]
    assert result[0].superiority.confidence == pytest.approx(1 - 0.05 / 3)
    assert [each.compared for each in result] == [3, 3, 3]


def test_n_was_enough_exactly_where_there_is_a_winner() -> None:
    errors = stream(0, "winners").normal([[20.0], [19.0], [18.5], [18.3]], 1, (4, 12))
    result = compare(*errors)
    assert {each.winner is None for each in result} == {True, False}
    assert all(each.enough.is_enough == (each.winner is not None) for each in result)


def test_neighbors_are_compared_in_their_order() -> None:
    result = compare(ANY, REG, BEST, pairs="neighbors")
    assert [each.names for each in result] == [("a", "b"), ("b", "c")]
    assert result.between("c", "b") is result[1]
    with pytest.raises(AnalysisError, match="'a' and 'c' were not compared: compared were a and b; b and c"):
        result.between("a", "c")


def test_populations_by_name_compare_as_those_in_a_row_do() -> None:
    named = compare_all({"A": ANY, "B": REG, "C": WIDE})
    assert named.summary() == compare(ANY, REG, WIDE, names=["A", "B", "C"]).summary()
    assert "n is too small to tell A from C" in named.summary()


def test_two_populations_are_not_corrected() -> None:
    assert compare_all([ANY, REG]).summary() == compare(ANY, REG).summary()


def test_a_frame_has_a_row_for_each_pair() -> None:
    result = compare(ANY, BEST, WIDE, names=["A", "B", "C"])
    frame = result.frame()
    assert frame["first"].tolist() == ["A", "A", "B"]
    assert frame["second"].tolist() == ["B", "C", "C"]
    assert frame["winner"].fillna("").tolist() == [each.winner or "" for each in result] == ["B", "", ""]
    assert (frame["adjusted_p_value"] >= frame["p_value"]).all()
    for name in ("difference", "superiority", "distance"):
        low, high = ("low", "high") if name == "difference" else (f"{name}_low", f"{name}_high")
        assert ((frame[low] <= frame[name]) & (frame[name] <= frame[high])).all()
    assert frame["needed"].isna().tolist() == [True, False, False]
    assert (frame["n_first"] == 4).all()


def test_records_of_three_spaces_bring_their_names_and_failures() -> None:
    spaces = ("anynetx_a", "anynetx_b", "regnetx")
    result = compare(*(population(s, [*e, None], s) for s, e in zip(spaces, (ANY, REG, BEST), strict=True)))
    assert result.names == ("AnyNetX_A", "AnyNetX_B", "RegNetX")
    assert result.frame()["failed_first"].tolist() == [1, 1, 1]
    assert all("failed: 1 + 1, not counted" in line for line in result.summary().splitlines())
    assert len(result.figure().panels[0].marks) == 3


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


def test_figure_shows_both_distributions_and_the_verdict() -> None:
    result = compare(synthetic_population("anynetx_a", 20), synthetic_population("regnetx", 20))
    figure = result.figure()
    assert figure.title == result.summary()
    names = [mark.name.split(":")[0] for mark in figure.panels[0].marks if isinstance(mark, Line)]
    assert names == ["AnyNetX_A", "RegNetX"]

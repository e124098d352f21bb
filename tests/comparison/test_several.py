import pytest

from netspace.comparison import compare
from netspace.errors import AnalysisError
from netspace.random import stream
from tests.comparison.made import ANY, BEST, REG, WIDE, population


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

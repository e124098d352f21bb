from netspace.comparison import compare, compare_all
from tests.comparison.made import ANY, REG, WIDE


def test_populations_by_name_compare_as_those_in_a_row_do() -> None:
    named = compare_all({"A": ANY, "B": REG, "C": WIDE})
    assert named.summary() == compare(ANY, REG, WIDE, names=["A", "B", "C"]).summary()
    assert "n is too small to tell A from C" in named.summary()


def test_two_populations_are_not_corrected() -> None:
    assert compare_all([ANY, REG]).summary() == compare(ANY, REG).summary()

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from netspace.analysis import compare_areas, compare_means, edf
from netspace.errors import AnalysisError
from netspace.random import stream

errors = st.lists(st.integers(0, 1000).map(lambda tenths: tenths / 10), min_size=2, max_size=6)


@given(errors, errors, st.floats(0.5, 100))
def test_areas_are_integrals_of_the_edfs(a: list[float], b: list[float], up_to: float) -> None:
    areas = compare_areas(a, b, up_to=up_to, draws=100)
    grid = (np.arange(20_000) + 0.5) * up_to / 20_000
    expected = [edf(e).at(grid).mean() * up_to for e in (a, b)]
    assert [areas.area_a, areas.area_b] == pytest.approx(expected, abs=0.02)
    assert areas.difference == pytest.approx(areas.area_a - areas.area_b)


def test_over_all_errors_the_areas_differ_as_the_means_do() -> None:
    a, b = stream(0, "areas").uniform(10, 60, (2, 20))
    areas, means = compare_areas(a, b, up_to=100), compare_means(a, b)
    assert areas.difference == pytest.approx(-means.difference)
    assert areas.interval == pytest.approx((-means.high, -means.low), abs=1.5)
    assert areas.p_value == pytest.approx(means.p_value, abs=0.03)
    assert areas.n == (20, 20)


def test_a_bad_tail_does_not_hide_a_good_head() -> None:
    generator = stream(0, "tails")
    a, b = 10 + generator.uniform(0, 1, 40), 8 + generator.uniform(0, 1, 40)
    b[-4:] = 60
    assert compare_means(a, b).difference < 0  # b has the worse mean
    areas = compare_areas(a, b)
    assert areas.up_to == np.median([*a, *b])
    assert areas.interval[1] < 0  # and the better head
    assert areas.p_value < 0.001


@pytest.mark.slow
def test_the_interval_up_to_the_median_covers_the_difference_there() -> None:
    generator, covered = stream(0, "coverage"), []
    reference = np.sort(np.array([generator.exponential(s, 100_000) for s in (3, 4)]))
    for seed in range(1500):
        a, b = generator.exponential(3, 20), generator.exponential(4, 20)
        areas = compare_areas(a, b, draws=500, seed=seed)
        gain = np.maximum(areas.up_to - reference, 0).mean(axis=1)
        covered.append(areas.interval[0] <= gain[0] - gain[1] <= areas.interval[1])
    assert np.mean(covered) >= 0.93


@pytest.mark.parametrize(
    ("a", "options", "says"),
    [
        ([1.0], {}, "population a has 1"),
        ([1.0, 101.0], {}, "errors of population a are percentages, from 0 to 100: given 101"),
        ([1.0, 2.0], {"up_to": 0}, "up_to is an error in percent, above 0 and at most 100: given 0"),
        ([1.0, 2.0], {"up_to": "x"}, "given 'x'"),
        ([1.0, 2.0], {"quantile": 50}, "quantile must be"),
        ([1.0, 2.0], {"draws": 1}, "draws must be"),
        ([1.0, 2.0], {"confidence": 95}, "confidence must be"),
    ],
)
def test_refuses_what_has_no_area(a: list[float], options: dict[str, object], says: str) -> None:
    with pytest.raises(AnalysisError, match=says):
        compare_areas(a, [3.0, 4.0], **options)

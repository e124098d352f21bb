import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from netspace.analysis import networks_for_quantile, quantile
from netspace.errors import AnalysisError
from netspace.random import stream

shares = st.sampled_from([0.01, 0.05, 0.25, 0.5, 0.9, 0.99])
confidences = st.sampled_from([0.5, 0.9, 0.95, 0.99])


@given(st.integers(1, 300), shares, confidences)
def test_coverage_is_binomial_and_no_end_can_be_moved_in(n: int, share: float, confidence: float) -> None:
    found = quantile(np.arange(1, n + 1) / 4, share, confidence=confidence)  # the i-th error is i / 4
    tail = (1 - confidence) / 2
    i = 0 if np.isinf(found.low) else int(4 * found.low)
    j = n + 1 if np.isinf(found.high) else int(4 * found.high)
    below, above = stats.binom.cdf(i - 1, n, share), stats.binom.sf(j - 1, n, share)
    assert max(below, above) <= tail + 1e-12
    assert found.coverage == pytest.approx(1 - below - above)
    assert found.coverage >= confidence - 1e-12
    assert stats.binom.cdf(i, n, share) > tail or i == n
    assert stats.binom.sf(j - 2, n, share) > tail or j == 1


@given(st.lists(st.integers(0, 50), min_size=1, max_size=60), shares)
def test_the_value_is_numpy_s_inverse_of_the_edf(errors: list[int], share: float) -> None:
    expected = np.quantile(errors, share, method="inverted_cdf")
    assert quantile(errors, share).value == expected
    assert quantile(errors, share, weights=np.ones(len(errors))).value == expected


@pytest.mark.parametrize("share", [0.1, 0.5, 0.75])
def test_agrees_with_scipy(share: float) -> None:
    errors = stream(0, "errors").normal(20, 2, 80)
    found = quantile(errors, share)
    lower, upper = (stats.quantile_test(errors, p=share, alternative=side) for side in ("greater", "less"))
    assert found.low == lower.confidence_interval(0.975).low
    assert found.high == upper.confidence_interval(0.975).high


@given(st.lists(st.floats(0, 100), min_size=1, max_size=60), shares, confidences)
def test_equal_weights_change_nothing(errors: list[float], share: float, confidence: float) -> None:
    plain = quantile(errors, share, confidence=confidence)
    weighted = quantile(errors, share, weights=[2.0] * len(errors), confidence=confidence)
    assert (weighted.low, weighted.high) == (plain.low, plain.high)


@given(st.sampled_from([0.01, 0.05, 0.25, 0.5, 0.9]), confidences)
def test_networks_for_a_quantile_are_just_enough(share: float, confidence: float) -> None:
    n = networks_for_quantile(share, confidence)
    assert quantile(np.linspace(0, 99, n), share, confidence=confidence).is_bounded
    assert n == 1 or not quantile(np.linspace(0, 99, n - 1), share, confidence=confidence).is_bounded


def test_holds_the_quantile_as_often_as_it_says() -> None:
    samples = stream(0, "coverage").exponential(1, (4000, 40))
    found = [quantile(e, 0.25) for e in samples]
    covered = np.mean([each.low <= -np.log(0.75) <= each.high for each in found])
    assert covered == pytest.approx(found[0].coverage, abs=0.012)


@pytest.mark.parametrize(
    ("errors", "options", "says"),
    [
        ([], {}, "0 of the at least 1"),
        ([1.0], {"share": 0}, "share must be"),
        ([1.0], {"share": 50}, "share must be"),
        ([1.0], {"confidence": 1}, "confidence must be"),
        ([1.0], {"weights": [1, 2]}, "1 errors, 2 weights"),
    ],
)
def test_refuses_what_has_no_quantile(errors: list[float], options: dict[str, object], says: str) -> None:
    with pytest.raises(AnalysisError, match=says):
        quantile(errors, **options)
    if "share" in options:
        with pytest.raises(AnalysisError, match=says):
            networks_for_quantile(options["share"])

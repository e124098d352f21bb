import numpy as np
import pytest

from netspace.analysis import edf, quantile, summarize_errors
from netspace.errors import AnalysisError
from netspace.random import stream


def test_numbers_are_those_of_their_own_functions() -> None:
    errors = stream(0, "errors").normal(20, 2, 90)
    summary, curve = summarize_errors(errors, confidence=0.9), edf(errors, confidence=0.9)
    assert (summary.n, summary.min, summary.mean) == (90, curve.min, pytest.approx(curve.mean))
    assert summary.mean_interval == pytest.approx(curve.mean_interval)
    assert summary.quantiles[1] == quantile(errors, 0.25, confidence=0.9)


def test_share_of_better_networks_is_within_its_limit_as_often_as_it_says() -> None:
    best = stream(0, "best").random((4000, 30)).min(axis=1)  # the share of better ones, for uniform errors
    assert np.mean(best <= summarize_errors(range(30)).better_at_most) == pytest.approx(0.95, abs=0.01)
    assert summarize_errors([20.0]).better_at_most == pytest.approx(0.95)


@pytest.mark.parametrize(("errors", "options"), [([], {}), ([1.0], {"confidence": 2}), ([1.0], {"shares": (0,)})])
def test_refuses_what_has_no_summary(errors: list[float], options: dict[str, object]) -> None:
    with pytest.raises(AnalysisError):
        summarize_errors(errors, **options)

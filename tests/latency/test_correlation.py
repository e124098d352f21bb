"""Correlations are Pearson's of logarithms, with their interval."""

from dataclasses import replace

import numpy as np
import pytest
from scipy.stats import pearsonr

from netspace.latency import correlate
from netspace.random import stream
from tests.latency.test_table import FAILED, ROW


def rows(n: int):
    x = stream(0, "x").lognormal(20, 1, n)
    y = x**0.5 * stream(0, "noise").lognormal(0, 0.2, n)
    return [replace(ROW, flops=int(a), acts=int(a), median_ms=float(b)) for a, b in zip(x, y, strict=True)]


def test_it_is_scipys_of_logarithms() -> None:
    found = correlate([*rows(30), FAILED], "flops")
    theirs = pearsonr(np.log([row.flops for row in rows(30)]), np.log([row.median_ms for row in rows(30)]))
    interval = theirs.confidence_interval(0.95)
    assert (found.r, found.n) == (pytest.approx(theirs.statistic), 30)
    assert (found.low, found.high) == (pytest.approx(interval.low, abs=1e-4), pytest.approx(interval.high, abs=1e-4))
    assert str(found) == f"r = {found.r:.2f} ({found.low:.2f} to {found.high:.2f}), n = 30"


def test_too_few_have_none() -> None:
    assert correlate(rows(4), "acts") is None
    assert correlate([FAILED] * 20, "acts") is None
    assert correlate([ROW] * 20, "acts") is None


def test_a_line_has_1() -> None:
    line = [replace(ROW, flops=10**k, median_ms=float(k * 0 + 2**k)) for k in range(1, 8)]
    assert correlate(line, "flops").r == pytest.approx(1)

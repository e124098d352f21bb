"""What a study says of the paper's findings: the rules, the statistics, and the page that they are written into."""

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy.stats import spearmanr, t

import netspace as ns
from netspace.populations.results import write_results
from tests.records_made import synthetic_population
from tools.study_findings import (
    HOLDS,
    LABELS,
    MARKS,
    NOT,
    UNKNOWN,
    Interval,
    Results,
    above,
    as_good,
    at_least_as_good,
    better,
    findings,
    gain_at_equal_depth,
    kendall,
    put,
    spearman,
    spread_ratio,
    tell,
)

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "study.md"
RESULTS = ROOT / "results" / "cifar10_4to6MF.parquet"


@pytest.mark.parametrize(
    ("low", "high", "verdicts"),
    [
        (0.1, 3.0, [HOLDS, NOT, HOLDS]),
        (0.1, 0.9, [HOLDS, HOLDS, HOLDS]),
        (-0.5, 0.9, [NOT, HOLDS, HOLDS]),
        (-0.5, 2.0, [UNKNOWN, UNKNOWN, HOLDS]),
        (-2.0, 2.0, [UNKNOWN, UNKNOWN, UNKNOWN]),
        (-2.0, 0.5, [NOT, UNKNOWN, UNKNOWN]),
        (-2.0, -0.5, [NOT, NOT, NOT]),
    ],
)
def test_an_interval_of_a_gain_decides(low: float, high: float, verdicts: list[str]) -> None:
    assert [better(low, high), as_good(low, high), at_least_as_good(low, high)] == verdicts


def test_a_correlation_is_held_against_a_limit() -> None:
    assert above(0.5, Interval(0.8, 0.6, 0.9)) == HOLDS
    assert above(0.5, Interval(0.6, 0.2, 0.8)) == UNKNOWN
    assert above(0.5, Interval(0.2, -0.1, 0.4)) == NOT


def test_rank_correlations_have_the_intervals_of_bonett_and_wright() -> None:
    x = np.arange(24.0)
    y = x + np.random.default_rng(0).normal(0, 6, 24)
    rho = spearman(x, y)
    assert rho.value == spearmanr(x, y).statistic
    reach = 1.959964 * np.sqrt((1 + rho.value**2 / 2) / 21)
    assert (rho.low, rho.high) == pytest.approx(np.tanh(np.arctanh(rho.value) + np.array([-reach, reach])))
    assert kendall(x, x).value == 1
    assert kendall(x, y).low < kendall(x, y).value < kendall(x, y).high


def test_what_sets_groups_apart_is_no_correlation_within_them() -> None:
    generator = np.random.default_rng(1)
    groups = np.repeat([0, 1, 2], 40)
    x, y = generator.normal(size=(2, 120)) + 10 * groups
    assert spearman(x, y).low > 0.8
    assert spearman(x, y, groups).low < 0 < spearman(x, y, groups).high
    assert spearman(x, y - 12 * x, groups).value < -0.9


def test_gains_at_equal_depth_leave_out_what_depth_does() -> None:
    generator = np.random.default_rng(2)
    depth = np.concatenate([generator.integers(12, 30, 40), generator.integers(5, 18, 40)])
    errors = 30 + 4 * np.log2(depth) + np.repeat([2.0, 0.0], 40) + generator.normal(0, 0.5, 80)
    first, second = (pd.DataFrame({"depth": depth[k], "error": errors[k]}) for k in (slice(40), slice(40, 80)))
    gain = gain_at_equal_depth(first, second)
    assert first["error"].mean() - second["error"].mean() > gain.high + 1
    assert gain.low < 2 < gain.high
    columns = np.column_stack([np.ones(80), np.log2(depth), np.log2(depth) ** 2, np.repeat([1.0, 0.0], 40)])
    each_left_out = [np.linalg.lstsq(np.delete(columns, i, 0), np.delete(errors, i), rcond=None)[0] for i in range(80)]
    rest = np.array([errors[i] - columns[i] @ fitted for i, fitted in enumerate(each_left_out)])
    influence = np.linalg.pinv(columns)[3]
    assert gain.value == pytest.approx(influence @ errors)
    assert gain.high - gain.low == pytest.approx(2 * t.ppf(0.975, 76) * np.sqrt(np.sum((influence * rest) ** 2)))


def test_the_spread_is_held_against_that_of_two_seeds() -> None:
    first = np.array([10.0, 12.0, 14.0, 16.0])
    ratio = spread_ratio([first, first + 5], first, first + 1 + np.array([1.0, -1.0, 1.0, -1.0]))
    assert ratio.value == pytest.approx(np.sqrt((40 / 6) / (4 / 3 / 2)))
    assert ratio.low < ratio.value < ratio.high


def made(folder: Path, n: dict[str, int], name: str = "made", lift: float = 0.0) -> Path:
    """Writes results of networks whose errors come from a formula."""
    populations = [synthetic_population(each, count) for each, count in n.items()]
    lifted = [[replace(r, outcome=replace(r.outcome, error=r.error + lift)) for r in each] for each in populations]
    write_results([ns.Records.from_records(each[0].population, each) for each in lifted], folder / f"{name}.parquet")
    return folder / f"{name}.parquet"


def test_a_whole_study_is_judged(tmp_path: Path) -> None:
    path = made(tmp_path, dict.fromkeys(LABELS, 20))
    made(tmp_path, dict.fromkeys(list(LABELS)[:6], 4), "made_5epochs", lift=-1.0)
    rows = findings(Results.read(path))
    assert len(rows) == 14
    assert {row.verdict.split(";")[0] for row in rows} <= {HOLDS, NOT, UNKNOWN}
    a, regnetx = (Results.read(path).errors(name) for name in ("anynetx_a", "regnetx"))
    assert f"gain {a.mean() - regnetx.mean():.2f} [" in rows[5].found
    widths = [Results.read(path).errors(name).mean() for name in ("anynetx_d_decreasing", "anynetx_d")]
    assert f"gain {widths[0] - widths[1]:.2f} [" in rows[7].found
    parts = tell(path)
    assert parts["run"].startswith("160 networks, 0 of them failed")
    assert "its test error is" in parts["run"]
    assert "| A | RegNetX | 1" in parts["depth"]
    assert parts["depth"].count("\n| ") == 10
    assert "Spearman's correlation 1.00 [1.00, 1.00], Kendall's 1.00 [1.00, 1.00], n = 24." in parts["proxy"]
    assert "a fair proxy: **holds**." in parts["proxy"]
    assert parts["seeds"] == "Not yet: n so far 0 of 24 networks."


def test_an_unfinished_study_is_not(tmp_path: Path) -> None:
    parts = tell(made(tmp_path, {"regnetx": 12, "anynetx_a": 1}))
    assert "not finished: n so far 13 networks" in parts["run"]
    assert "its test error is" not in parts["run"]
    assert parts["findings"].count("not yet: n so far") == 11  # but depth, ratio and w_m of RegNetX, which is whole


def test_the_page_takes_the_parts_and_nothing_else() -> None:
    page = PAGE.read_text(encoding="utf-8")
    parts = {name: f"new {name}" for _, name, _ in MARKS.findall(page)}
    assert list(parts) == ["run", "findings", "depth", "proxy", "seeds"]
    written = put(page, parts)
    assert put(written, parts) == written
    assert MARKS.sub("", written) == MARKS.sub("", page)
    assert "\n\nnew proxy\n\n<!-- end -->" in written


def test_the_page_has_the_numbers_of_the_results() -> None:
    page = PAGE.read_text(encoding="utf-8")
    if RESULTS.is_file():
        assert put(page, tell(RESULTS)) == page
    else:
        assert "n so far" in page


@pytest.mark.slow
def test_a_file_that_is_none_is_refused_in_words(tmp_path: Path) -> None:
    words = [sys.executable, ROOT / "tools" / "study_findings.py", tmp_path / "none.parquet"]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert done.stderr.startswith("DataError: there is no file")

"""Says which of the RegNet paper's findings hold in a study of its spaces, and writes it into docs/study.md.

Run: python tools/study_findings.py results/cifar10_4to6MF.parquet [--write docs/study.md]
Files beside it are read where they are there: NAME_5epochs.parquet, some of the networks trained longer, and
NAME_seed1.parquet, some of them trained from another seed. Without --write the text is printed.

Rules, set before the study was complete, when 8 networks of RegNetX were known:

* All is decided by errors on the held-out validation split. The test split gives one number at the end, of the network
  that has the least validation error.
* No verdict before every network of all populations of its question is trained. Failed networks are left out, and
  counted.
* MATTERS = 1 point of mean error matters: twice the standard error that one network's error has from 10,000 images.
* "Better" is judged by the interval of the difference of mean errors: it holds where the interval is above 0; it does
  not hold where the interval is below MATTERS (any gain is too small to matter, or it is a loss); else it cannot be
  told.
* "At least as good" does not hold where the interval is below 0; it holds where it is above -MATTERS; else it cannot be
  told. "As good" holds where the interval is within -MATTERS to MATTERS; it does not hold where else the interval
  leaves out 0; else it cannot be told.
* Intervals of one question hold together at 95 %. Orders of the spaces: the five steps by `compare_all` at
  1 - 0.05 * 5 / 6 together, and A against RegNetX at 1 - 0.05 / 6. Widths: two comparisons by `compare_all`. Depth,
  bottleneck ratio and w_m of RegNetX: three comparisons at 1 - 0.05 / 3 each.
* Depth, bottleneck ratio and w_m: networks inside the paper's own limits (12 <= d <= 28 of section 5, b = 1 and
  w_m >= 2 of section 4) are compared with those outside; each side needs FEWEST = 8 networks. The empirical bootstrap's
  range stands beside it and decides nothing, as it is no confidence interval of where a space's best networks are
  (`netspace.analysis.bootstrap`).
* e_fit, over AnyNetX_A to E. "The better the fit, the lower the error": Spearman's correlation of the ranks within each
  space; it holds where the interval is above 0, and does not where it is below NEGLIGIBLE = 0.1. "Near 0 for the best":
  the bootstrap's range over all networks; it holds where the range is below the median e_fit, does not where it is
  above, else it cannot be told. "It falls from C to E": the difference of mean e_fits is above 0, or below.
* The proxy (one epoch) is justified where the interval of Spearman's correlation with five epochs is above 0.5, is not
  where it is below; else it cannot be told.
* The spread within populations is more than the seed's where the interval of the ratio of standard deviations (of the
  populations, and of one network over two seeds; F, so for errors about normal) is above 1, is not where it is below.

Added when all errors were known, and so without a verdict: the gains at equal depth, for depth turned out to order the
errors strongly, and the spaces differ in it. Errors of two populations are fitted by least squares to
log2 of the depth, its square, and which of the two spaces it is; the last coefficient is the gain. Its interval is
HC3's (MacKinnon and White, 1985), each alone.
"""

import argparse
import re
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import atanh, isfinite, nan, sqrt, tanh
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy.stats import binomtest, f, kendalltau, norm, rankdata, spearmanr, t

from netspace.analysis import compare_means, empirical_bootstrap, fit_lines, search_efficiency, summarize_errors
from netspace.comparison import Comparison, compare, compare_all
from netspace.errors import NetspaceError
from netspace.populations.results import read_facts

MATTERS, NEGLIGIBLE, FEWEST, JUSTIFIED = 1.0, 0.1, 8, 0.5
CONFIDENCE, TEST_IMAGES = 0.95, 10_000
HOLDS, NOT, UNKNOWN = "**holds**", "**does not hold**", "**cannot be told**"

SPACES = {f"anynetx_{letter}": letter.upper() for letter in "abcde"} | {"regnetx": "RegNetX"}
WIDTHS = {"anynetx_d_constant": "constant", "anynetx_d": "increasing", "anynetx_d_decreasing": "decreasing"}
LABELS = SPACES | {"anynetx_d_constant": "D, constant widths", "anynetx_d_decreasing": "D, decreasing widths"}
ANYNETS = list(SPACES)[:5]
STEPS = [*zip(SPACES, list(SPACES)[1:], strict=False), ("anynetx_a", "regnetx")]
"""Pairs whose second space is the better, or as good, by the paper: each step, and the first space against the last."""
ORDERS = [("anynetx_d_constant", "anynetx_d"), ("anynetx_d_decreasing", "anynetx_d")]
"""The same of orders of widths."""
BEST_OF = 12

MARKS = re.compile(r"(<!-- generated: (\w+) -->\n).*?(<!-- end -->)", re.DOTALL)


class Interval(NamedTuple):
    """A statistic between its ends."""

    value: float
    low: float
    high: float

    def __str__(self) -> str:
        return f"{self.value:.2f} [{self.low:.2f}, {self.high:.2f}]"


class Finding(NamedTuple):
    """A row of the table."""

    claim: str
    found: str
    n: str
    verdict: str


@dataclass(frozen=True)
class Results:
    """Networks of a file of results: a row for each, and how many each population is to have."""

    frame: pd.DataFrame
    planned: dict[str, int]

    @classmethod
    def read(cls, path: Path) -> "Results":
        """Reads a file that `write_results` wrote."""
        planned = {name: facts["planned"] for name, facts in read_facts(path).items()}
        return cls(pd.read_parquet(path), planned)

    def of(self, *names: str) -> pd.DataFrame:
        """Gives the finished networks of populations."""
        chosen = self.frame["population"].isin(names) & (self.frame["status"] == "complete")
        return self.frame[chosen]

    def errors(self, name: str) -> np.ndarray:
        """Gives the validation errors of a population, in percent."""
        return self.of(name)["error"].to_numpy(float)

    def is_whole(self, *names: str) -> bool:
        """Says whether every network of these has a record."""
        counts = self.frame["population"].value_counts()
        return all(name in self.planned and counts.get(name, 0) == self.planned[name] for name in names)

    def n(self, *names: str) -> str:
        """Says how many networks of each have an error."""
        return " + ".join(str(len(self.of(name))) for name in names)


# ------------------------------------------------------------------------------------------------------------- rules


def better(low: float, high: float, matters: float = MATTERS) -> str:
    """Judges a gain by its interval."""
    return HOLDS if low > 0 else NOT if high < matters else UNKNOWN


def at_least_as_good(low: float, high: float) -> str:
    return NOT if high < 0 else HOLDS if low > -MATTERS else UNKNOWN


def as_good(low: float, high: float) -> str:
    if max(-low, high) < MATTERS:
        return HOLDS
    return NOT if low > 0 or high < 0 else UNKNOWN


def above(limit: float, interval: Interval) -> str:
    return HOLDS if interval.low > limit else NOT if interval.high < limit else UNKNOWN


# -------------------------------------------------------------------------------------------------------- statistics


def spearman(x: Sequence[float], y: Sequence[float], groups: Sequence[object] | None = None) -> Interval:
    """Gives Spearman's correlation, of ranks within groups where those are given, with its 95 % interval.

    The interval is Bonett and Wright's (Psychometrika 65, 2000), less a network for each further group.
    """
    data = pd.DataFrame({"x": np.asarray(x, float), "y": np.asarray(y, float)})
    by = np.zeros(len(data)) if groups is None else np.asarray(groups)
    ranks = data.groupby(by).transform(lambda column: (rankdata(column) - (len(column) + 1) / 2) / len(column))
    r = float(spearmanr(data["x"], data["y"]).statistic if groups is None else ranks.corr().iloc[0, 1])
    return _fisher(r, (1 + r**2 / 2) / (len(data) - len(np.unique(by)) - 2))


def kendall(x: Sequence[float], y: Sequence[float]) -> Interval:
    """Gives Kendall's tau-b with its 95 % interval, by Bonett and Wright."""
    return _fisher(float(kendalltau(x, y).statistic), 0.437 / (len(x) - 4))


def _fisher(r: float, variance: float) -> Interval:
    reach = norm.ppf((1 + CONFIDENCE) / 2) * sqrt(variance)
    z = atanh(min(max(r, -0.999999), 0.999999))
    return Interval(r, tanh(z - reach), tanh(z + reach))


def gain_at_equal_depth(first: pd.DataFrame, second: pd.DataFrame) -> Interval:
    """Gives the gain of the second population over the first among networks of the same depth, with its interval."""
    rows = pd.concat([first, second])
    depth, errors = np.log2(rows["depth"].to_numpy(float)), rows["error"].to_numpy(float)
    is_first = np.repeat([1.0, 0.0], [len(first), len(second)])
    columns = np.column_stack([np.ones(len(rows)), depth, depth**2, is_first])
    influence = np.linalg.pinv(columns)
    coefficients = influence @ errors
    rest = (errors - columns @ coefficients) / (1 - np.sum(columns * influence.T, axis=1))
    gain = float(coefficients[3])
    reach = t.ppf((1 + CONFIDENCE) / 2, len(rows) - 4) * float(np.linalg.norm(influence[3] * rest))
    return Interval(gain, gain - reach, gain + reach)


def spread_ratio(groups: Sequence[np.ndarray], first: np.ndarray, second: np.ndarray) -> Interval:
    """Gives the standard deviation within groups over that of one network trained twice, with its F interval.

    What all networks gain or lose from one seed to the other is no noise of single networks, and is taken out.
    """
    freedom, others = sum(len(each) - 1 for each in groups), len(first) - 1
    within = sum(float(((each - each.mean()) ** 2).sum()) for each in groups) / freedom
    noise = float(np.var(first - second, ddof=1)) / 2
    tail = (1 - CONFIDENCE) / 2
    ratio = within / noise
    ends = (ratio / f.ppf(1 - tail, freedom, others), ratio / f.ppf(tail, freedom, others))
    return Interval(sqrt(ratio), sqrt(ends[0]), sqrt(ends[1]))


# ---------------------------------------------------------------------------------------------------------- findings


def findings(results: Results) -> list[Finding]:
    """Gives every claim of the paper with what the study says of it."""
    return [*order_findings(results), *width_findings(results), *parameter_findings(results), *e_fit_findings(results)]


def order_findings(results: Results) -> list[Finding]:
    names = list(SPACES)
    claims = ["B is as good as A", "C is as good as B", "D is better than C", "E is better than D"]
    claims += ["RegNetX is at least as good as E", "RegNetX is better than A"]
    if not results.is_whole(*names):
        return [_not_yet(claim, results, *pair) for claim, pair in zip(claims, STEPS, strict=True)]
    errors = {SPACES[name]: results.errors(name) for name in names}
    steps = compare_all(errors, pairs="neighbors", confidence=1 - (1 - CONFIDENCE) * 5 / 6)
    whole = compare(errors["A"], errors["RegNetX"], names=("A", "RegNetX"), confidence=1 - (1 - CONFIDENCE) / 6)
    rules = [as_good, as_good, better, better, at_least_as_good, better]
    return [_compared(*row) for row in zip(claims, [*steps, whole], rules, strict=True)]


def width_findings(results: Results) -> list[Finding]:
    claims = ["Increasing widths are better than constant ones", "Increasing widths are better than decreasing ones"]
    if not results.is_whole(*WIDTHS):
        return [_not_yet(claim, results, *pair) for claim, pair in zip(claims, ORDERS, strict=True)]
    one, other = compare_all({label: results.errors(name) for name, label in WIDTHS.items()}, pairs="neighbors")
    return [_compared(claims[0], one, better), _compared(claims[1], other, better, sign=-1)]


def parameter_findings(results: Results) -> list[Finding]:
    rows = results.of("regnetx")
    asked: list[tuple[str, str, float, Callable[[pd.Series], pd.Series]]] = [
        ("Best depth about 20 blocks, of 12 to 28", "depth", 20, lambda d: d.between(12, 28)),
        ("Best bottleneck ratio 1", "bottleneck_ratio", 1, lambda b: b == 1),
        ("Best w_m about 2.5, of 2 and more", "width_multiplier", 2.5, lambda w: w >= 2),
    ]
    if not results.is_whole("regnetx"):
        return [_not_yet(claim, results, "regnetx") for claim, *_ in asked]
    return [_parameter(claim, rows, name, value, inside(rows[name])) for claim, name, value, inside in asked]


def _parameter(claim: str, rows: pd.DataFrame, name: str, value: float, inside: pd.Series) -> Finding:
    errors = rows["error"].to_numpy(float)
    best = empirical_bootstrap(rows[name].to_numpy(float), errors)
    side = "in" if best.low <= value <= best.high else "outside"
    text = f"most likely best {best.median:g}, range of the best [{best.low:g}, {best.high:g}] ({value:g} is {side}); "
    within, beyond = errors[inside], errors[~inside]
    n = f"{len(within)} + {len(beyond)}"
    if min(len(within), len(beyond)) < FEWEST:
        return Finding(claim, f"{text}too few networks on one side", n, UNKNOWN)
    gain = compare(beyond, within, confidence=1 - (1 - CONFIDENCE) / 3)
    found = _compared(claim, gain, better)
    return Finding(claim, f"{text}those inside against those outside: {found.found}", n, found.verdict)


def e_fit_findings(results: Results) -> list[Finding]:
    claims = ["The better a line fits the widths (e_fit), the lower the error", "e_fit is near 0 for the best networks"]
    claims += ["e_fit falls from C to E"]
    if not results.is_whole(*ANYNETS):
        return [_not_yet(claim, results, *ANYNETS) for claim in claims]
    rows = results.of(*ANYNETS)
    rows = rows.assign(e_fit=fit_lines(list(rows["block_widths"])).error)
    found = spearman(rows["e_fit"], rows["error"], rows["population"])
    verdict = HOLDS if found.low > 0 else NOT if found.high < NEGLIGIBLE else UNKNOWN
    text = f"Spearman's correlation within the spaces {found}"
    n = results.n(*ANYNETS)
    return [Finding(claims[0], text, n, verdict), _near_zero(claims[1], rows, n), _falling(claims[2], rows)]


def _near_zero(claim: str, rows: pd.DataFrame, n: str) -> Finding:
    best, median = empirical_bootstrap(rows["e_fit"], rows["error"]), float(rows["e_fit"].median())
    verdict = HOLDS if best.high < median else NOT if best.low > median else UNKNOWN
    text = f"most likely best {best.median:.2f}, range of the best [{best.low:.2f}, {best.high:.2f}]"
    return Finding(claim, f"{text}; median of all {median:.2f}", n, verdict)


def _falling(claim: str, rows: pd.DataFrame) -> Finding:
    c, e = (rows.loc[rows["population"] == name, "e_fit"].to_numpy() for name in ("anynetx_c", "anynetx_e"))
    fall = compare_means(c, e)
    found = Interval(fall.difference, fall.low, fall.high)
    text = f"mean e_fit {fall.mean_a:.2f} and {fall.mean_b:.2f}, difference {found}"
    return Finding(claim, text, f"{fall.n_a} + {fall.n_b}", above(0, found))


def _compared(claim: str, each: Comparison, rule: Callable[[float, float], str], sign: int = 1) -> Finding:
    """Gives a row for a comparison whose second population, or with sign -1 its first, is the better by the claim."""
    low, high = sorted((sign * each.interval[0], sign * each.interval[1]))
    p = each.superiority
    wins = [1 - p.probability, 1 - p.high, 1 - p.low] if sign > 0 else [p.probability, p.low, p.high]
    gain = Interval(sign * each.difference, low, high)
    text = f"gain {gain} points; wins {100 * wins[0]:.0f} % [{100 * wins[1]:.0f}, {100 * wins[2]:.0f}] of pairs"
    verdict = rule(low, high)
    needed = each.judge(MATTERS).needed if verdict == UNKNOWN else None
    if needed and needed.each:
        verdict += f"; about {needed.each} networks of each would tell a gain of {MATTERS:g}"
    return Finding(claim, text, " + ".join(map(str, each.n)), verdict)


def _not_yet(claim: str, results: Results, *names: str) -> Finding:
    return Finding(claim, "–", results.n(*names), "not yet: n so far")


# -------------------------------------------------------------------------------------------------------------- text


def tell_run(results: Results) -> str:
    """Gives the table of the populations, and the one number of the test split."""
    heads = ["space", "n", "failed", "mean error %", "median %", "least %", f"expected best of {BEST_OF} %"]
    return "\n\n".join(
        [_progress(results), _table(heads, [_population(results, name) for name in LABELS]), _last(results)]
    )


def _progress(results: Results) -> str:
    done, failed = len(results.frame), int((results.frame["status"] == "failed").sum())
    trained = f"{done} networks, {failed} of them failed, {results.frame['seconds'].median():.0f} s each (median)"
    if results.is_whole(*LABELS):
        return f"{trained}. Intervals are 95 %, each alone."
    return f"The study is not finished: n so far {trained}. Nothing can be concluded from this."


def _population(results: Results, name: str) -> list[str]:
    errors = results.errors(name)
    failed = int(((results.frame["population"] == name) & (results.frame["status"] == "failed")).sum())
    if not len(errors):
        return [LABELS[name], "0", str(failed), *["–"] * 4]
    summary, search = summarize_errors(errors, (0.5,)), search_efficiency(errors)
    median = summary.quantiles[0]
    mean = Interval(summary.mean, *summary.mean_interval)
    curves = (search.expected, search.low, search.high)
    best = Interval(*(curve[BEST_OF - 1] if len(errors) >= BEST_OF else nan for curve in curves))
    middle = Interval(median.value, median.low, median.high)
    return [
        LABELS[name],
        str(len(errors)),
        str(failed),
        *map(_shown, (mean, middle)),
        f"{summary.min:.2f}",
        _shown(best),
    ]


def _shown(interval: Interval) -> str:
    return str(interval) if all(map(isfinite, interval)) else "–"


def _last(results: Results) -> str:
    if not results.is_whole(*LABELS):
        return "The test split is read when all networks are trained."
    best = results.of(*LABELS).sort_values(["error", "flops"]).iloc[0]
    wrong = round(best["test_error"] / 100 * TEST_IMAGES)
    ends = binomtest(wrong, TEST_IMAGES).proportion_ci(CONFIDENCE, method="wilson")
    error = Interval(best["test_error"], 100 * ends.low, 100 * ends.high)
    name = f"network {best['index']} of {LABELS[best['population']]}"
    return f"The least validation error is {best['error']:.2f} %, of {name}; its test error is {error} %."


def tell_findings(results: Results) -> str:
    heads = ["the paper's finding", "here", "n", "verdict"]
    return _table(heads, [list(each) for each in findings(results)])


def tell_depth(results: Results) -> str:
    """Gives how far errors go along with depth, and the gains of the spaces at equal depth."""
    if not results.is_whole(*LABELS):
        return "Not yet: n so far " + results.n(*LABELS)
    rows = [_at_equal_depth(results.of(first), results.of(second)) for first, second in [*STEPS, *ORDERS]]
    heads = ["from", "to", "mean depths", "gain, as above", "gain at equal depth"]
    every = results.of(*LABELS)
    rho = spearman(every["depth"], every["error"], every["population"])
    text = f"Spearman's correlation of depth with error within the eight spaces: {rho}, n = {len(every)}."
    return "\n\n".join([text, _table(heads, rows)])


def _at_equal_depth(first: pd.DataFrame, second: pd.DataFrame) -> list[str]:
    labels = [LABELS[each["population"].iloc[0]] for each in (first, second)]
    depths = f"{first['depth'].mean():.1f} and {second['depth'].mean():.1f}"
    gain = first["error"].mean() - second["error"].mean()
    return [*labels, depths, f"{gain:.2f}", str(gain_at_equal_depth(first, second))]


def tell_proxy(results: Results, longer: Results | None) -> str:
    """Gives whether one epoch ranks networks as five do."""
    if longer is None or not longer.is_whole(*SPACES):
        return f"Not yet: n so far {0 if longer is None else len(longer.frame)} of 24 networks."
    both = _joined(results, longer)
    rho, tau = spearman(both["error"], both["error_other"]), kendall(both["error"], both["error_other"])
    means = both.groupby("population")[["error", "error_other"]].mean().loc[[*SPACES]]
    rows = [[SPACES[str(name)], f"{one:.2f}", f"{five:.2f}"] for name, one, five in means.itertuples()]
    verdict = f"That one epoch is a fair proxy: {above(JUSTIFIED, rho)}"
    text = f"Errors after one epoch and after five: Spearman's correlation {rho}, Kendall's {tau}, n = {len(both)}."
    one, five = (spearman(both["depth"], both[error]) for error in ("error", "error_other"))
    depth = f"Of these, Spearman's correlation of depth with error is {one} after one epoch and {five} after five."
    return "\n\n".join([f"{text} {verdict}.", _table(["space", "mean of 1 epoch %", "of 5 epochs %"], rows), depth])


def tell_seeds(results: Results, other: Results | None) -> str:
    """Gives how much of the spread is the seed's."""
    if other is None or not (other.is_whole(*SPACES) and results.is_whole(*SPACES)):
        return f"Not yet: n so far {0 if other is None else len(other.frame)} of 24 networks."
    both = _joined(results, other)
    first, second = both["error"].to_numpy(), both["error_other"].to_numpy()
    ratio = spread_ratio([results.errors(name) for name in SPACES], first, second)
    rho = spearman(first, second)
    return (
        f"Errors from seed 0 and from seed 1, n = {len(both)}: Spearman's correlation {rho}; the standard deviation of "
        f"one network over seeds is {np.std(first - second, ddof=1) / sqrt(2):.2f} points, and that within populations "
        f"{ratio} times as large. That the spread is more than the seed's: {above(1, ratio)}."
    )


def _joined(results: Results, other: Results) -> pd.DataFrame:
    """Puts the two errors of each network side by side."""
    both = results.of(*SPACES).merge(other.of(*SPACES), on=["population", "id"], suffixes=("", "_other"))
    if len(both) != len(other.of(*SPACES)):
        raise SystemExit(f"{len(other.of(*SPACES)) - len(both)} networks of the check are not in the study, or failed")
    return both


def _table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def tell(path: Path) -> dict[str, str]:
    """Gives each generated part of the page."""
    results = Results.read(path)
    beside = {kind: path.with_name(f"{path.stem}_{kind}.parquet") for kind in ("5epochs", "seed1")}
    longer, other = (Results.read(each) if each.is_file() else None for each in beside.values())
    return {
        "run": tell_run(results),
        "findings": tell_findings(results),
        "depth": tell_depth(results),
        "proxy": tell_proxy(results, longer),
        "seeds": tell_seeds(results, other),
    }


def put(page: str, parts: dict[str, str]) -> str:
    """Gives the page with its generated parts replaced."""
    return MARKS.sub(lambda match: f"{match[1]}\n{parts[match[2]]}\n\n{match[3]}", page)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("results", type=Path, help="Parquet file that tools/export_results.py wrote")
    parser.add_argument("--write", type=Path, metavar="PAGE", help="page whose generated parts are replaced")
    options = parser.parse_args()
    try:
        parts = tell(options.results)
    except NetspaceError as error:
        print(f"{type(error).__name__}: {error}", file=sys.stderr)
        return 1
    if options.write is None:
        print("\n\n".join(f"{part}:\n\n{text}" for part, text in parts.items()))
    else:
        options.write.write_text(put(options.write.read_text(encoding="utf-8"), parts), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())

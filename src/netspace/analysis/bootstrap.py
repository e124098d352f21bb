"""Where the best networks lie on one parameter: the empirical bootstrap of the RegNet paper.

Source: Radosavovic et al., "Designing Network Design Spaces", section 3.1, footnote 4: from n pairs of a parameter
and an error (1) sample 25 % of the pairs with replacement, (2) keep the pair of least error, (3) repeat 10^4 times,
(4) take the 2.5 and 97.5 percentiles of the parameter of the pairs kept; their median is the most likely best value.

What the range is not: no confidence interval of where the space's best networks lie. The best of a quarter of n
networks has rank k or worse with probability e^(-k/4): whatever n, the pairs kept are nearly all (97.5 %) among the 15
best networks, and the range is that of their values. With n = 100 these are the best 15 % of the sample, and no more
than that is said of the space. Measured on NAS-Bench-Macro, all of whose 6,561 networks are trained, with n = 100 and
the paper's settings: of the true best 1 % of all networks, the range holds the value of 99.6 % in the kind of a layer,
98 % in the number of identity layers, 86 % and 80 % in the numbers of MB3 and MB6 layers, but of 70 % in flops and
78 % in params: the finer a number, the more of the best lie outside.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from netspace.analysis.observations import Floats, check_share, read_errors, read_numbers
from netspace.errors import AnalysisError
from netspace.random import stream

FEWEST = 8
"""Networks that a bootstrap needs: with fewer, a quarter of them is one network, and no best of anything."""


@dataclass(frozen=True, slots=True)
class BestRange:
    """The values of a parameter among which the best networks lie.

    Attributes:
        low: lower end of the range; like ``median`` and ``high`` a value that some network has.
        median: the most likely best value.
        high: upper end of the range.
        n: number of networks.
        sampled: networks in each bootstrap sample.
        confidence: of the range.
    """

    low: float
    median: float
    high: float
    n: int
    sampled: int
    confidence: float


def empirical_bootstrap(
    x: ArrayLike,
    errors: ArrayLike,
    *,
    fraction: float = 0.25,
    draws: int = 10_000,
    confidence: float = 0.95,
    seed: int = 0,
) -> BestRange:
    """Gives the range of a parameter in which the best networks lie, by the paper's empirical bootstrap.

    Only the best network of each sample matters, so its rank is drawn at once instead of the sample: of m networks
    drawn with replacement from n, the best has rank k or worse with probability ((n - k) / n)^m. Ten thousand draws
    take about a millisecond for any n. Networks of equal error are equally likely to be the best. What the range does
    not say stands at the head of `netspace.analysis.bootstrap`; `best_region` does the same for two parameters.

    Args:
        x: (n,) a parameter of the networks, or any number they have, such as flops, params or acts.
        errors: (n,) their errors, in percent.
        fraction: share of the networks in each sample, above 0 and at most 1; the paper's is a quarter.
        draws: number of samples; the paper's is 10,000.
        confidence: of the range, between 0 and 1.
        seed: the same seed gives the same range.

    Raises:
        AnalysisError: fewer than 8 networks, lists of different lengths, or an argument out of range.

    Example:
        >>> depth = [2, 4, 8, 16, 18, 20, 22, 40]
        >>> best = empirical_bootstrap(depth, [30, 28, 25, 20, 19, 18, 21, 33])
        >>> best.low, best.median, best.high
        (2.0, 18.0, 22.0)
    """
    values, e = read_pairs(x, errors)
    check_share(confidence, "confidence")
    sampled, best = best_of_draws(e, fraction, draws, seed)
    kept = values[best]
    tail = (1 - confidence) / 2
    low, median, high = np.quantile(kept, [tail, 0.5, 1 - tail], method="inverted_cdf").tolist()
    return BestRange(low, median, high, len(e), sampled, float(confidence))


def best_of_draws(errors: Floats, fraction: float, draws: int, seed: int) -> tuple[int, NDArray[np.intp]]:
    """Gives the size of each bootstrap sample, and of each sample the position of its best network.

    Raises:
        AnalysisError: a fraction or a number of draws that is none.
    """
    _check_arguments(fraction, draws)
    sampled = max(1, round(fraction * len(errors)))
    return sampled, _best_of_samples(errors, sampled, draws, stream(seed, "bootstrap"))


def _best_of_samples(errors: Floats, sampled: int, draws: int, generator: np.random.Generator) -> NDArray[np.intp]:
    """Gives, for each bootstrap sample, the position of its best network in ``errors``."""
    n = len(errors)
    order = np.argsort(errors, kind="stable")
    ranked = errors[order]
    u = 1 - generator.random(draws)  # in (0, 1]
    rank = np.minimum((n * (1 - u ** (1 / sampled))).astype(np.intp), n - 1)  # inverse of P(rank >= k)
    first = np.searchsorted(ranked, ranked, side="left")[rank]
    beyond = np.searchsorted(ranked, ranked, side="right")[rank]
    among_ties = first + (generator.random(draws) * (beyond - first)).astype(np.intp)
    return order[among_ties]


def read_pairs(x: ArrayLike, errors: ArrayLike) -> tuple[Floats, Floats]:
    """Gives values and errors of the networks, as many of the one as of the other."""
    e = read_errors(errors, at_least=FEWEST)
    values = read_numbers(x, "x", at_least=FEWEST)
    if len(values) != len(e):
        raise AnalysisError(f"a bootstrap needs a value for each error: given {len(values)} values, {len(e)} errors")
    return values, e


def _check_arguments(fraction: float, draws: int) -> None:
    if not (isinstance(fraction, float | int) and 0 < fraction <= 1):
        raise AnalysisError(f"fraction must be above 0 and at most 1, such as 0.25: given {fraction!r}")
    if not (isinstance(draws, int) and draws >= 1):
        raise AnalysisError(f"draws must be a whole number of at least 1, such as 10_000: given {draws!r}")

"""Two means compared without a formula for their distribution: permutations for a p-value, bootstraps for an interval.

Both work on the studentized difference, (mean_a - mean_b) / sqrt(s_a^2 / n_a + s_b^2 / n_b). By it the permutation
test, exact for two populations of one distribution, stays valid for a large n where only the means are equal and the
spreads are not (Janssen, Statistics & Probability Letters 36 (1997); Chung and Romano, Annals of Statistics 41
(2013)), and the bootstrap interval is second-order accurate (Efron and Tibshirani, An Introduction to the Bootstrap
(1993), section 12.5).
"""

from collections.abc import Iterator
from functools import lru_cache
from itertools import combinations
from math import comb

import numpy as np
from numpy.typing import NDArray

from netspace.analysis.intervals import UNBOUNDED, variance, welch
from netspace.analysis.observations import Floats
from netspace.errors import AnalysisError
from netspace.random import stream

MOST_EXACT = 20_000
"""Ways to split the networks up to which all of them are gone through: up to 8 + 8 networks."""

CELLS = 4_000_000
"""Numbers held at a time: memory stays below 100 MB for any n."""

FLAT = 1e-6
"""Share of the whole variance below which that of a sample is rounding: sums are taken in single precision."""

SAME = 1e-4
"""Studentized differences closer than this, of their size, count as ties, for the same reason."""


def check_draws(draws: int) -> int:
    """Gives ``draws``, a whole number of at least 100.

    Raises:
        AnalysisError: it is not.
    """
    if not (isinstance(draws, int | np.integer) and not isinstance(draws, bool) and draws >= 100):
        raise AnalysisError(f"draws must be a whole number of at least 100, such as 10_000: given {draws!r}")
    return int(draws)


def permutation_p_value(a: Floats, b: Floats, draws: int, seed: int) -> tuple[float, int, bool]:
    """Gives the two-sided p-value of equal means, how many splits it rests on, and whether those are all there are.

    Of m splits drawn at random, k at least as far apart as the one seen, p is (k + 1) / (m + 1), which is never too
    small (Phipson and Smyth, Statistical Applications in Genetics and Molecular Biology 9 (2010)).
    """
    pooled = np.concatenate([a, b])
    if np.ptp(pooled) == 0:
        return 1.0, 1, True
    z = (pooled - pooled.mean()) / pooled.std()
    seen = abs(_studentized(z[None, : len(a)].sum(axis=1), (z[None, : len(a)] ** 2).sum(axis=1), z, len(a))[0])
    exact = comb(len(z), len(a)) <= MOST_EXACT
    size = min(len(a), len(b))  # |t| of a split is that of its other side
    sums, squares = _all_sums(z, size) if exact else _drawn_sums(z, size, draws, seed)
    as_far = int((np.abs(_studentized(sums, squares, z, size)) >= seen * (1 - (FLAT if exact else SAME))).sum())
    return (as_far / len(sums), len(sums), True) if exact else ((as_far + 1) / (draws + 1), draws, False)


def bootstrap_interval(a: Floats, b: Floats, confidence: float, draws: int, seed: int) -> tuple[float, float]:
    """Gives the bootstrap-t interval of mean_a - mean_b; unbounded where neither has any spread."""
    standard_error, _ = welch(a, b)
    if standard_error == 0:
        return UNBOUNDED
    (mean_a, error_a), (mean_b, error_b) = (bootstrap_means(each, draws, seed, k) for k, each in enumerate((a, b)))
    t = divide(mean_a - mean_b, np.sqrt(error_a + error_b))
    tail, difference = (1 - confidence) / 2, float(a.mean() - b.mean())
    high = difference - float(np.quantile(t, tail, method="lower")) * standard_error
    return difference - float(np.quantile(t, 1 - tail, method="higher")) * standard_error, high


def bootstrap_means(values: Floats, draws: int, seed: int, k: int) -> tuple[Floats, Floats]:
    """Gives how far the means of bootstrap samples are from that of the k-th population, and their s^2 / n."""
    n, scale = len(values), np.sqrt(variance(values))
    if scale == 0:
        return np.zeros(draws), np.zeros(draws)
    z = ((values - values.mean()) / scale).astype(np.float32)
    sums, squares = np.empty(draws), np.empty(draws)
    generator = stream(seed, "resampled means", k)
    for rows in _chunks(draws, n):
        drawn = z.take(generator.integers(n, size=(rows.stop - rows.start, n), dtype=_index_type(n)), mode="clip")
        sums[rows] = drawn.sum(axis=1)
        squares[rows] = np.einsum("ij,ij->i", drawn, drawn)
    return scale * sums / n, scale**2 * _variances(sums, squares, n) / n


def divide(difference: Floats, standard_error: Floats) -> Floats:
    """Gives t; infinite for samples without spread, and 0 where those do not differ either."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(np.where(difference == 0, 0.0, difference / standard_error))


def _studentized(sums: Floats, squares: Floats, z: Floats, size: int) -> Floats:
    """Gives t of the ``size`` values of z that have these sums against the others of z."""
    others = len(z) - size
    rest, rest_squares = z.sum() - sums, (z**2).sum() - squares
    spread = _variances(sums, squares, size) / size + _variances(rest, rest_squares, others) / others
    return divide(sums / size - rest / others, np.sqrt(spread))


def _variances(sums: Floats, squares: Floats, n: int) -> Floats:
    found = (squares - sums**2 / n) / (n - 1)
    return np.asarray(np.where(found < FLAT, 0.0, found))


def _all_sums(z: Floats, size: int) -> tuple[Floats, Floats]:
    """Gives the sum and the sum of squares of every choice of ``size`` values."""
    chosen = z[_all_choices(len(z), size)]
    return chosen.sum(axis=1), (chosen**2).sum(axis=1)


@lru_cache(maxsize=8)
def _all_choices(n: int, size: int) -> NDArray[np.int64]:
    return np.array(list(combinations(range(n), size)), np.int64)


def _drawn_sums(z: Floats, size: int, draws: int, seed: int) -> tuple[Floats, Floats]:
    """Gives the sums and the sums of squares of random choices of ``size`` values."""
    generator = stream(seed, "permutations")
    single = z.astype(np.float32)
    sums, squares = np.empty(draws), np.empty(draws)
    for rows in _chunks(draws, len(z)):
        chosen = _choose(len(z), size, rows.stop - rows.start, generator).astype(np.float32)
        sums[rows], squares[rows] = chosen @ single, chosen @ single**2
    return sums, squares


def _choose(n: int, size: int, rows: int, generator: np.random.Generator) -> NDArray[np.bool_]:
    """Gives random choices of ``size`` of n as rows of a mask, all choices equally likely.

    Each of n is chosen by a random byte, independently, then some are taken or given back at random until the number
    is right: given their number all choices are equally likely before, and so they are after. Of n = 10,000 some 100
    steps on one column of rows take a tenth of the time of shuffling.
    """
    chosen = np.frombuffer(generator.bytes(rows * n), np.uint8).reshape(rows, n) < 256 * size // n
    surplus = chosen.sum(axis=1) - size
    left = np.flatnonzero(surplus)
    while len(left):
        at = generator.integers(n, size=len(left))
        flip = chosen[left, at] == (surplus[left] > 0)
        row, column = left[flip], at[flip]
        chosen[row, column] ^= True
        surplus[row] -= np.sign(surplus[row])
        left = left[surplus[left] != 0]
    return chosen


def _chunks(draws: int, n: int) -> Iterator[slice]:
    """Gives the rows of a table of (draws, n) in pieces that fit into memory."""
    step = max(1, CELLS // n)
    return (slice(start, min(start + step, draws)) for start in range(0, draws, step))


def _index_type(n: int) -> type[np.unsignedinteger]:
    return np.uint16 if n <= 2**16 else np.uint32

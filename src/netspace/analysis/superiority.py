"""How often a network of one population beats one of another."""

from dataclasses import dataclass
from math import exp, log

import numpy as np
from numpy.typing import ArrayLike

from netspace.analysis.intervals import welch
from netspace.analysis.observations import Floats, check_share, read_two


@dataclass(frozen=True, slots=True)
class Superiority:
    """The probability that a random network of the first population beats a random one of the second.

    Attributes:
        probability: of e_a < e_b, plus half of that of e_a = e_b; above 0.5 where the first is better.
        low: lower end of its interval.
        high: upper end of its interval.
        confidence: of the interval.
        n_a: networks in the first.
        n_b: networks in the second.
        p_value: probability, were it 0.5, of one at least as far from 0.5.
    """

    probability: float
    low: float
    high: float
    confidence: float
    n_a: int
    n_b: int
    p_value: float

    @property
    def is_told(self) -> bool:
        """Whether the interval leaves out 0.5: it is known which beats the other more often, at this confidence."""
        return self.low > 0.5 or self.high < 0.5


def compare_pairs(a: ArrayLike, b: ArrayLike, *, confidence: float = 0.95) -> Superiority:
    """Gives the probability that a network of ``a`` has a lower error than one of ``b``, over all n_a n_b pairs.

    The interval is one of the log odds, with the variance of DeLong, DeLong and Clarke-Pearson, which lets the two
    distributions differ in any way. Measured coverage of the 95 % interval, 5,000 simulated pairs each of normal,
    rounded and exponential errors, of equal and unequal spreads, for probabilities from 0.5 to 0.96: 96.6 to 98.9 %
    with 6 + 6 networks, 95.1 to 97.6 % with 16 + 16, 92.7 to 95.5 % with 16 + 64.

    Where every network of one population beats every one of the other there is no variance to go by. The interval
    then ends at the least probability under which that happens in (1 - confidence) / 2 of all samples at most,
    ((1 - confidence) / 2)^(1 / min(n_a, n_b)): it needs min(n_a, n_b) independent pairs to fall one way.

    Args:
        a: (n_a,) errors of the first population, in percent.
        b: (n_b,) errors of the second, in percent.
        confidence: of the interval, between 0 and 1.

    Raises:
        AnalysisError: fewer than two networks in either, errors that are not finite, or a confidence out of range.

    Source: E. R. DeLong et al., Biometrics 44 (1988), the variance also of ``scipy.stats.brunnermunzel``; log odds:
    M. S. Pepe, The Statistical Evaluation of Medical Tests for Classification and Prediction (2003), section 5.2.4.

    Example:
        >>> beats = compare_pairs([14.0, 14.9, 13.8, 16.5], [16.1, 15.2, 17.0, 16.4])
        >>> beats.probability, beats.is_told
        (0.8125, False)
    """
    e_a, e_b = read_two(a, b)
    check_share(confidence, "confidence")
    n_a, n_b = len(e_a), len(e_b)
    share_a, share_b = placements(e_a, e_b)
    probability = float(share_a.mean())
    if probability in (0.0, 1.0):
        low, high, p_value = _separated(probability, min(n_a, n_b), confidence)
    else:
        low, high, p_value = _log_odds(probability, welch(share_a, share_b)[0], confidence)
    return Superiority(probability, low, high, float(confidence), n_a, n_b, p_value)


def placements(a: Floats, b: Floats) -> tuple[Floats, Floats]:
    """Gives for each network of a the share of b that it beats, and for each of b the share of a that beats it.

    Equal errors count as half. The mean of either is the probability that a network of a beats one of b.
    """
    return 1 - _ranks(a, b), _ranks(b, a)


def _ranks(errors: Floats, among: Floats) -> Floats:
    """Gives the share of ``among`` that has a lower error, equal ones counting as half."""
    ordered = np.sort(among)
    below, at_most = np.searchsorted(ordered, errors, side="left"), np.searchsorted(ordered, errors, side="right")
    return np.asarray((below + at_most) / (2 * len(among)))


def _log_odds(p: float, standard_error: float, confidence: float) -> tuple[float, float, float]:
    """Gives the interval of p by that of its log odds, and the p-value of 0.5."""
    from scipy.special import ndtr, ndtri

    if standard_error == 0:
        return 0.0, 1.0, 1.0
    odds, error = log(p / (1 - p)), standard_error / (p * (1 - p))
    reach = float(ndtri((1 + confidence) / 2)) * error
    return _probability(odds - reach), _probability(odds + reach), float(2 * ndtr(-abs(odds) / error))


def _separated(probability: float, pairs: int, confidence: float) -> tuple[float, float, float]:
    """Gives interval and p-value where one population beats the other in all pairs."""
    end = ((1 - confidence) / 2) ** (1 / pairs)
    p_value = min(1.0, 2 * 0.5**pairs)
    return (end, 1.0, p_value) if probability == 1 else (0.0, 1 - end, p_value)


def _probability(odds: float) -> float:
    return 1 / (1 + exp(-odds)) if odds >= 0 else exp(odds) / (1 + exp(odds))

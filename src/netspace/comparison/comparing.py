"""Comparing populations: read, checked, and put side by side."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, overload

import numpy as np
from numpy.typing import ArrayLike, NDArray

from netspace.analysis import EDF, SeveralMeans, compare_means, compare_several, edf, networks_needed
from netspace.analysis.several import Pairs
from netspace.comparison.given import check_different, check_sizes, letter, name_all, read_errors_of
from netspace.comparison.likeness import name_errors_of, tell_differences, unlike
from netspace.comparison.pair import Comparison, confidence_of_one
from netspace.comparison.several import Comparisons
from netspace.errors import AnalysisError

if TYPE_CHECKING:
    from netspace.populations.records import Records


@overload
def compare(
    a: "Records | ArrayLike",
    b: "Records | ArrayLike",
    *,
    names: Sequence[str] | None = None,
    confidence: float = 0.95,
) -> Comparison: ...


@overload
def compare(
    a: "Records | ArrayLike",
    b: "Records | ArrayLike",
    c: "Records | ArrayLike",
    /,
    *more: "Records | ArrayLike",
    names: Sequence[str] | None = None,
    confidence: float = 0.95,
    pairs: Pairs = "all",
) -> Comparisons: ...


def compare(
    a: "Records | ArrayLike",
    b: "Records | ArrayLike | None" = None,
    *more: "Records | ArrayLike",
    names: Sequence[str] | None = None,
    confidence: float = 0.95,
    pairs: Pairs = "all",
) -> Comparison | Comparisons:
    """Compares two populations by their validation errors: which has the lower mean error, and how sure that is.

    Three or more are compared in pairs, as by `compare_all`: that gives `Comparisons`, whose intervals are corrected
    for their number. Where records were trained on different data or by different recipes, that is said first, and
    neither is called better.

    Args:
        a: the records of a population, or the errors of its networks in percent.
        b: the same of the other.
        more: further ones.
        names: what to call them; taken from the records if not given, ``"a"`` and ``"b"`` for plain errors.
        confidence: of the interval and the bands, between 0 and 1.
        pairs: of three or more: ``"all"``, or ``"neighbors"``: each with the next, as ``netspace compare --neighbors``.

    Raises:
        AnalysisError: one population alone, or one twice, fewer than two finished networks in one, errors that are no
            percentages, or names that do not tell them apart.

    Example:
        >>> result = compare([16.1, 15.2, 17.0, 16.4], [14.0, 14.9, 13.8, 14.5], names=["AnyNetX_A", "RegNetX"])
        >>> print(result)
        RegNetX beats AnyNetX_A: mean error 14.3 % against 16.2 %, difference 1.9 [0.7, 3.0] at 95 %, n = 4 + 4
        >>> result.winner
        'RegNetX'
        >>> result.superiority.probability
        0.0
    """
    if b is None:
        raise AnalysisError("comparing needs at least two populations: given 1. Give another, as in compare(a, b)")
    compared = compare_all([a, b, *more], names=names, confidence=confidence, pairs=pairs)
    return compared if more else compared[0]


def compare_all(
    populations: "Mapping[str, Records | ArrayLike] | Sequence[Records | ArrayLike]",
    *,
    names: Sequence[str] | None = None,
    confidence: float = 0.95,
    pairs: Pairs = "all",
) -> Comparisons:
    """Compares two or more populations by their validation errors, corrected for how many comparisons that is.

    Args:
        populations: records, or errors in percent; by their names, or one after the other.
        names: what to call those given one after the other, as for `compare`.
        confidence: that all intervals of the differences of means hold at once, between 0 and 1.
        pairs: ``"all"``, or ``"neighbors"``: each population with the next, as for the steps of a refinement.

    Raises:
        AnalysisError: as `compare`, or fewer than two populations.

    Example:
        >>> a, b, c = [16.1, 15.2, 17.0, 16.4], [14.0, 14.9, 13.8, 14.5], [12.1, 11.0, 13.0, 12.7]
        >>> steps = compare_all({"A": a, "B": b, "C": c}, pairs="neighbors")
        >>> [each.winner for each in steps]
        ['B', 'C']
        >>> len(steps.frame())
        2
    """
    given, called = name_all(populations, names)
    check_different(given)
    read = [read_errors_of(each, letter(i)) for i, each in enumerate(given)]
    errors, failed = [each for each, _ in read], [each for _, each in read]
    check_sizes(errors, called)
    means = compare_several(dict(zip(called, errors, strict=True)), confidence=confidence, pairs=pairs)
    edfs = tuple(edf(each, confidence=confidence) for each in errors)
    compared = [
        _one_of(means, row, edfs, failed, [given[k] for k in pair]) for row, pair in enumerate(means.pairs.tolist())
    ]
    return Comparisons(called, means, edfs, tuple(compared), name_errors_of(given))


def _one_of(
    several: SeveralMeans, row: int, edfs: Sequence[EDF], failed: Sequence[int], pair: Sequence[Any]
) -> Comparison:
    """Gives one comparison of several, its interval corrected."""
    i, j = several.pairs[row].tolist()
    errors = edfs[i].errors, edfs[j].errors
    means = replace(
        compare_means(*errors, confidence=several.confidence),
        low=float(several.low[row]),
        high=float(several.high[row]),
    )
    confidence = confidence_of_one(several.confidence, len(several))
    return Comparison(
        names=(several.names[i], several.names[j]),
        means=means,
        edfs=(edfs[i], edfs[j]),
        failed=(failed[i], failed[j]),
        needed=None if means.is_told else _more_needed(*errors, confidence),
        notes=tell_differences(*pair),
        compared=len(several),
        unlike=unlike(*pair),
        error_name=name_errors_of(pair),
    )


def _more_needed(a: NDArray[np.float64], b: NDArray[np.float64], confidence: float) -> int | None:
    """Gives the networks needed of each population, where that is more than there are of one."""
    needed = networks_needed(a, b, confidence=confidence)
    return needed if needed is not None and needed > min(len(a), len(b)) else None

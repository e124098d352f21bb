"""Did the promise hold? Fresh networks of the new space tell."""

from dataclasses import dataclass
from math import hypot
from typing import Any

import numpy as np

from netspace.analysis import MeanDifference, compare_means
from netspace.analysis.observations import read_floats, refuse_flags
from netspace.errors import AnalysisError
from netspace.refinement.promise import Promise
from netspace.refinement.refining import Refinement

FEW = 8
"""Fresh networks below which an interval rests on few: their spread, on which it is built, is hardly known."""


@dataclass(frozen=True)
class Confirmation:
    """The improvement that fresh networks of the smaller space show, beside the promised one.

    Attributes:
        promise: what was promised.
        means: mean error of the sample against that of the fresh networks, with Welch's interval: nothing was picked
            by looking at these, so it needs no correction.
        failed: fresh networks without an error, in no mean.
    """

    promise: Promise
    means: MeanDifference
    failed: int = 0

    @property
    def improvement(self) -> float:
        """The measured improvement of the mean error, in points."""
        return self.means.difference

    @property
    def shortfall(self) -> tuple[float, float, float]:
        """Promised less measured improvement, and the ends of its interval.

        Both share the sample's mean, which makes the interval too wide, if anything.
        """
        low, high = self.means.low - self.means.difference, self.means.high - self.means.difference
        half = hypot((self.promise.high - self.promise.low) / 2, (high - low) / 2)
        short = self.promise.improvement - self.means.difference
        return short, short - half, short + half

    @property
    def held(self) -> bool:
        """Whether the fresh networks do not show less than was promised."""
        return self.shortfall[1] <= 0

    @property
    def is_few(self) -> bool:
        """Whether there are too few fresh networks to say that the promise held."""
        return self.means.n_b < FEW

    def summary(self) -> str:
        """Says in one sentence whether the promise held."""
        ends = f"[{self.means.low:.2f}, {self.means.high:.2f}]"
        measured = f"measured {self.means.difference:.2f} points {ends}, n = {self.means.n_a} + {self.means.n_b}"
        failed = f"; failed: {self.failed}, not counted" if self.failed else ""
        few = f"; the interval rests on few fresh networks: train at least {FEW}" if self.is_few else ""
        return f"{self._verdict()}: promised {self.promise}; {measured}{failed}{few}"

    def _verdict(self) -> str:
        if not self.held:
            return "the promise did not hold"
        if self.is_few:
            return "nothing speaks against the promise so far"
        if self.shortfall[2] < 0:
            return "the promise was exceeded"
        if self.means.low > 0:
            return "the promise held"
        return "nothing speaks against the promise, but n is too small to show a gain"

    def __str__(self) -> str:
        return self.summary()


def confirm(refinement: Refinement, errors: Any) -> Confirmation:
    """Holds a promise against fresh networks, drawn from ``refinement.space`` and trained as the sample was.

    Args:
        refinement: what `refine` gave.
        errors: their errors in percent, of two at least; or their records.

    Raises:
        AnalysisError: fewer than two of them have an error, or one is no percentage.

    Example:
        >>> import numpy as np
        >>> from netspace.refinement import refine_arrays, Column
        >>> generator = np.random.default_rng(0)
        >>> pool = generator.integers(0, 2, (500, 4)).astype(float)
        >>> errors = 10 + pool[:, 0] + generator.normal(0, 0.2, 500)
        >>> columns = [Column(f"x{i}", "choice") for i in range(4)]
        >>> found = refine_arrays(columns, pool[:50], errors[:50], pool)
        >>> fresh = errors[50:][found.keeps(pool[50:])][:20]
        >>> confirm(found, fresh).held
        True
    """
    given = errors.frame()["error"] if hasattr(errors, "frame") else errors
    refuse_flags(given, "fresh errors")
    values = read_floats(given, "fresh errors").reshape(-1)
    fresh = values[~np.isnan(values)]
    if len(fresh) < 2:
        raise AnalysisError(
            f"a promise is held against at least 2 fresh networks: given {len(fresh)} with an error.\n"
            "  Sample refinement.space, and train some 20 to 50 of it."
        )
    means = compare_means(refinement.problem.errors, fresh, confidence=refinement.promise.confidence)
    return Confirmation(refinement.promise, means, len(values) - len(fresh))

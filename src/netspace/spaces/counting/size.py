"""What counting a space gives: exact numbers, bounds, or an estimate, told apart."""

from dataclasses import dataclass
from typing import NamedTuple

from netspace.errors import SpaceError


class Published(NamedTuple):
    """What a paper says of a space's size.

    Attributes:
        figure: the printed number.
        convention: how it was counted, where that is not ours.
    """

    figure: float
    convention: str

    def __str__(self) -> str:
        return f"{_short(self.figure)} in the paper, {self.convention}"


@dataclass(frozen=True)
class Size:
    """How many networks a space has, or how many of them meet a budget.

    Counted are settings, the points of the space: one value of each parameter, such that the network exists. That is
    how the RegNet paper's Table 1 counts. Several settings may give one network, as widths are made to fit the groups
    and a group width above a stage's inner width is lowered to it; ``networks`` counts networks where that can be done.

    Attributes:
        low: at least so many settings.
        high: at most so many settings.
        measure_low: at least this share of what the space's distribution draws meets the budget, in [0, 1].
        measure_high: at most this share.
        method: ``"closed form"``, ``"enumeration"``, ``"lines"`` (quantized lines grouped by the networks they give),
            ``"dynamic programming"``, ``"extremes"`` (a budget beyond every network) or ``"sampling"``.
        networks: how many different architectures there are; ``None``: not counted.
        published: the paper's figure for the space, without a budget.
        confidence: ``None``: the bounds are certain. Else ``low`` and ``high``, and those of the measure, are the ends
            of an interval of this confidence each, from ``draws`` draws: an estimate and no bound. Settings that
            cannot be drawn evenly (piecewise linear functions) are 0 to all.
        draws: how many draws an estimate is made of.

    Example:
        >>> import netspace as ns
        >>> print(ns.get_space("anynetx_a").size())
        1.847e18 settings, exactly 1,846,757,322,198,614,016
    """

    low: int
    high: int
    measure_low: float
    measure_high: float
    method: str
    networks: int | None = None
    published: Published | None = None
    confidence: float | None = None
    draws: int | None = None

    @property
    def is_exact(self) -> bool:
        """Whether the number of settings is known for certain."""
        return self.low == self.high and self.confidence is None

    @property
    def gap(self) -> float:
        """By how much ``high`` is above ``low``, as a part of ``low``: 0.01 is 1 %; infinite where ``low`` is 0."""
        if self.low == self.high:
            return 0.0
        return (self.high - self.low) / self.low if self.low else float("inf")

    def __int__(self) -> int:
        """Gives the number of settings.

        Raises:
            SpaceError: it is not known exactly.
        """
        if not self.is_exact:
            raise SpaceError(f"the number of settings is not known exactly, but {self}: take its low and high")
        return self.low

    def __str__(self) -> str:
        return ", ".join([self._settings(), *self._further()])

    def _settings(self) -> str:
        if self.is_exact:
            return (
                f"{_short(self.low)} settings, exactly {self.low:,}" if self.low >= 10_000 else f"{self.low} settings"
            )
        if self.confidence is not None:
            ends = f"about {_short(self.low)} to" if self.low else "at most"
            return f"{ends} {_short(self.high)} settings ({100 * self.confidence:g} % confidence, {self.draws:,} draws)"
        gap = f" ({100 * self.gap:.2g} % apart)" if self.low else ""
        return f"between {_short(self.low, 5)} and {_short(self.high, 5)} settings{gap}"

    def _further(self) -> list[str]:
        said = [] if self.networks is None else [f"{self.networks:,} different networks"]
        if self.measure_low < 1:
            ends = [f"{100 * each:.4g}" for each in (self.measure_low, self.measure_high)]
            said.append(f"{' to '.join(dict.fromkeys(ends))} % of the distribution")
        return said


def _short(value: float, digits: int = 4) -> str:
    """Says a number in a few digits: ``1.847e18``."""
    mantissa, _, exponent = f"{value:.{digits - 1}e}".partition("e")
    return f"{mantissa}e{int(exponent)}" if abs(int(exponent)) >= 4 else f"{value:,.{digits}g}"

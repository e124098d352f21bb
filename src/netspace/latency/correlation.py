"""How latency goes with flops and with activations."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import atanh, sqrt, tanh

import numpy as np

from netspace.latency.row import Latency

FEWEST = 5
"""Networks that a correlation needs: with fewer its interval holds nearly everything."""


@dataclass(frozen=True)
class Correlation:
    """Pearson's correlation of two logarithms.

    Attributes:
        r: the correlation, from -1 to 1.
        low: lower end of its 95 % interval (Fisher's z).
        high: upper end.
        n: networks.
    """

    r: float
    low: float
    high: float
    n: int

    def __str__(self) -> str:
        return f"r = {self.r:.2f} ({self.low:.2f} to {self.high:.2f}), n = {self.n}"


def correlate(rows: Sequence[Latency], quantity: str) -> Correlation | None:
    """Correlates the logarithms of the median latency and of a quantity (RegNet paper, Figure 12).

    Args:
        rows: of one device, backend, batch, ...; networks that failed are left out.
        quantity: ``"flops"``, ``"acts"`` or ``"params"``.

    Returns:
        The correlation; ``None`` where fewer than five networks have times, or all have the same.

    Example:
        >>> correlate([], "flops") is None
        True
    """
    pairs = [(getattr(row, quantity), row.median_ms) for row in rows if row.median_ms and getattr(row, quantity)]
    if len(pairs) < FEWEST:
        return None
    x, y = np.log(np.array(pairs, float)).T
    if not (np.ptp(x) and np.ptp(y)):
        return None
    r = float(np.corrcoef(x, y)[0, 1])
    z, reach = atanh(min(max(r, -0.9999999), 0.9999999)), 1.96 / sqrt(len(pairs) - 3)
    return Correlation(r, tanh(z - reach), tanh(z + reach), len(pairs))

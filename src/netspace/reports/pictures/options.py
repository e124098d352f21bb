"""What may be asked of a kind of picture, and saying that there is nothing to draw."""

from dataclasses import dataclass
from typing import Any, NoReturn

from netspace.errors import AnalysisError


@dataclass(frozen=True)
class Options:
    """What was asked for; empty or ``None``: whatever the populations have.

    Attributes:
        parameters: the quantities to draw over: parameters of the spaces, ``flops``, ``params``, ``acts``, ``depth``.
        x: the quantity on the axis below.
        y: the quantity on the axis at the left.
        page: whether the page draws the picture again, from other networks and over other quantities.
    """

    parameters: tuple[str, ...] = ()
    x: str = ""
    y: str = ""
    page: bool = False

    def given(self) -> dict[str, Any]:
        """Gives those that were asked for."""
        return {name: value for name, value in vars(self).items() if value}


def nothing(reason: str) -> NoReturn:
    """Says why there is nothing to draw.

    Raises:
        AnalysisError: always.
    """
    raise AnalysisError(f"nothing to draw: {reason}")

"""Whether a sample can be of a space at all: each column's values against those that the space has.

Of a design space, or of independent columns, the values are known, and one that is none of them is an error. Of draws
they are not: the sample may hold a few that were not drawn, so that only what chance does not explain is an error.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from netspace.errors import AnalysisError
from netspace.refinement.columns import DERIVED, MOST_OPTIONS, Array, Mask
from netspace.spaces.distributions import Distribution, as_distribution, choices

if TYPE_CHECKING:
    from netspace.spaces import DesignSpace

RARE, IMPOSSIBLE = 1e-3, 1e-6
"""Chances that so many networks of a random sample lie beyond all draws: below them a note, and an error."""

SLACK = 1e-6
"""Rounding that is none of another value, as a share of the greatest."""

SHOWN = 8
"""Options that a message lists."""


@dataclass(frozen=True)
class Known:
    """The values that a space has of one parameter.

    Attributes:
        options: all of them; ``None``: a range.
        low: least value of a range.
        high: greatest value.
    """

    options: tuple[Any, ...] | None
    low: float = 0.0
    high: float = 0.0

    @classmethod
    def of(cls, given: Any) -> "Known":
        """Reads a distribution, or a list of options.

        Example:
            >>> Known.of(["conv", "pool"]).lacks(np.array(["conv", "foo"])).tolist()
            [False, True]
        """
        if isinstance(given, Iterable) and not isinstance(given, str) and _has_words(options := list(given)):
            return cls(tuple(options))
        distribution = as_distribution(given)
        is_list = distribution == choices(distribution.values)
        return cls(distribution.values if is_list else None, distribution.values[0], distribution.values[-1])

    @classmethod
    def drawn(cls, values: Any) -> "Known":
        """Reads untrained draws: of numbers their range, and else the options."""
        numbers = _numbers(values)
        if numbers is None:
            return cls(tuple(sorted(set(np.asarray(values).tolist()), key=str)))
        finite = numbers[np.isfinite(numbers)]
        return cls(None, float(finite.min()), float(finite.max())) if len(finite) else cls(None, -np.inf, np.inf)

    def lacks(self, values: Any) -> Mask:
        """Says which of some values (n,) are none of these; NaN, and words among numbers, are not looked at."""
        if self.options is not None and _has_words(self.options):
            return np.array([value not in self.options for value in np.asarray(values, object).tolist()], bool)
        numbers = _numbers(values)
        if numbers is None:
            return np.zeros(len(values), bool)
        return np.isfinite(numbers) & (self._beyond(numbers) if self.options is None else self._between(numbers))

    def _beyond(self, numbers: Array) -> Mask:
        slack = SLACK * max(abs(self.low), abs(self.high)) if np.isfinite(self.high) else 0.0
        return (numbers < self.low - slack) | (numbers > self.high + slack)

    def _between(self, numbers: Array) -> Mask:
        """Says which numbers are further from each option than rounding."""
        options = np.array(self.options, np.float64)
        above = np.searchsorted(options, numbers)
        ends = options[np.maximum(above - 1, 0)], options[np.minimum(above, len(options) - 1)]
        return np.min([np.abs(numbers - end) for end in ends], axis=0) > SLACK * np.abs(options).max()

    def __str__(self) -> str:
        if self.options is None:
            return f"{self.low:g} to {self.high:g}"
        more = f", ... ({len(self.options)})" if len(self.options) > SHOWN else ""
        return ", ".join(map(_said, self.options[:SHOWN])) + more


def check_values(space: Any, sample: Mapping[str, Any], drawn: Mapping[str, Any]) -> tuple[str, ...]:
    """Refuses a sample with values that a space cannot have, and notes those that draws of it lack by chance alone.

    Args:
        space: a `DesignSpace`, or a mapping of columns to distributions; else ``drawn`` are all that is known.
        sample: the columns of the trained networks.
        drawn: untrained draws of the space.

    Raises:
        AnalysisError: a value is none of the space; the message says which, how often, and what to do.
    """
    known = dict(_known(space))
    columns = [name for name in drawn if name not in DERIVED]
    wrong = {name: known[name].lacks(sample[name]) for name in columns if name in known}
    _refuse({name: (known[name], mask) for name, mask in wrong.items() if mask.any()}, sample)
    return () if known else _unlike_draws(sample, {name: drawn[name] for name in columns})


def _known(space: Any) -> "Iterator[tuple[str, Known]]":
    """Yields what is known of the values of a space's parameters; nothing of draws."""
    from netspace.spaces import DesignSpace

    if isinstance(space, DesignSpace):
        yield from ((name, Known.of(each)) for name, each in _distributions(space).items())
    elif isinstance(space, Mapping) and not hasattr(space, "columns"):
        yield from ((name, Known.of(given)) for name, given in space.items())


def _distributions(space: "DesignSpace") -> dict[str, Distribution]:
    return {name: each for component in space.components for name, each in component.distributions.items()}


def _refuse(wrong: Mapping[str, tuple[Known, Mask]], sample: Mapping[str, Any]) -> None:
    if not wrong:
        return
    lines = [f"\n    {_line(name, known, mask, sample[name])}" for name, (known, mask) in wrong.items()]
    more = [f"\n    ... and {len(lines) - SHOWN} more"] if len(lines) > SHOWN else []
    anywhere = np.logical_or.reduce([mask for _, mask in wrong.values()])
    raise AnalysisError(
        f"{int(anywhere.sum()):,} of the {len(anywhere):,} networks are not of the space, which lacks their values:"
        f"{''.join(lines[:SHOWN] + more)}\n"
        "  Give the space that the sample was drawn from, with all values that its columns may have; or of a random "
        "sample of a larger space only the networks that lie in this one."
    )


def _line(name: str, known: Known, mask: Mask, values: Any) -> str:
    """Says of a column how many networks have which value, and what there is."""
    found = list(dict.fromkeys(np.asarray(values)[mask].tolist()))
    shown = ", ".join(map(_said, found[:3])) + (", ..." if len(found) > 3 else "")
    return f"column {name!r}: {int(mask.sum()):,} have {shown}, and the space has {known}"


def _unlike_draws(sample: Mapping[str, Any], drawn: Mapping[str, Any]) -> tuple[str, ...]:
    """Refuses what so many draws of the same space would hold, and notes what is rare; names are not looked at."""
    read = {name: Known.drawn(values) for name, values in drawn.items()}
    known = {name: each for name, each in read.items() if len(each.options or ()) <= MOST_OPTIONS}
    wrong = {name: each.lacks(sample[name]) for name, each in known.items()}
    chances = {name: _chance(mask, len(drawn[name])) for name, mask in wrong.items() if mask.any()}
    _refuse({name: (known[name], wrong[name]) for name, chance in chances.items() if chance < IMPOSSIBLE}, sample)
    told = [name for name, p in chances.items() if p < RARE or _is_far(known[name], sample[name])]
    return tuple(f"{_line(name, known[name], wrong[name], sample[name])}, as far as it was drawn" for name in told)


def _chance(mask: Mask, draws: int) -> float:
    """Gives about the chance that these of n networks of a sample lie beyond all draws."""
    return float((len(mask) / (len(mask) + draws)) ** mask.sum())


def _is_far(known: Known, values: Any) -> bool:
    """Whether a value is no option, or as far from a range as that is wide."""
    if known.options is not None:
        return True
    width = known.high - known.low
    return bool(Known(None, known.low - width, known.high + width).lacks(values).any())


def _numbers(values: Any) -> Array | None:
    """Gives values as floats; ``None``: some are words."""
    if _has_words(np.asarray(values, object).tolist()):
        return None
    try:
        return np.asarray(values, np.float64)
    except (TypeError, ValueError):
        return None


def _has_words(options: Iterable[Any]) -> bool:
    return any(isinstance(option, str | bool | np.bool_) for option in options)


def _said(value: Any) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)

"""Parameters that a network is trained by, beside those that make its architecture.

Source: Radosavovic et al., "Designing Network Design Spaces", appendix: error against learning rate and weight decay
(Figures 21 and 22); pycls samples them, epochs and seeds with the architecture.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from math import inf
from typing import TypeVar

from netspace.errors import SpaceError
from netspace.spaces.distributions import Distribution


@dataclass(frozen=True)
class Allowed:
    """What a training parameter may be.

    Attributes:
        words: the same in words.
        least: its lower bound.
        below: its upper bound, which it may not reach.
        is_whole: whether it is a whole number.
        is_above: whether it may not be ``least`` itself.

    Example:
        >>> 0.5 in TRAINING_PARAMETERS["momentum"], 1 in TRAINING_PARAMETERS["momentum"]
        (True, False)
    """

    words: str
    least: float = -inf
    below: float = inf
    is_whole: bool = False
    is_above: bool = False

    def __contains__(self, value: float) -> bool:
        low = value > self.least if self.is_above else value >= self.least
        return low and value < self.below and not (self.is_whole and value % 1)


_COUNT = Allowed("a whole number of at least 1", 1, is_whole=True)
_SHARE = Allowed("at least 0 and below 1", 0, 1)
_AMOUNT = Allowed("at least 0", 0)

TRAINING_PARAMETERS: Mapping[str, Allowed] = {
    "epochs": _COUNT,
    "batch_size": _COUNT,
    "learning_rate": Allowed("above 0", 0, is_above=True),
    "momentum": _SHARE,
    "weight_decay": _AMOUNT,
    "warmup_epochs": _AMOUNT,
    "label_smoothing": _SHARE,
    "crop_padding": Allowed("a whole number of at least 0", 0, is_whole=True),
    "seed": Allowed("a whole number", is_whole=True),
}
"""Names that a population's parameter may have to change how each network is trained, and what each may be.

``seed`` is added to the study's seed of the network's weights and data order; the others are the network's own values
of the fields of `netspace.training.Recipe` that are called so, which allows the same. (The recipe also asks that the
warm-up ends before the training does, whatever else is drawn.)
"""

_T = TypeVar("_T")


def check_trainable(name: str, distribution: Distribution) -> None:
    """Refuses values that no training can have.

    Raises:
        SpaceError: one of a training parameter's values is not allowed; any other parameter is none of its business.
    """
    allowed = TRAINING_PARAMETERS.get(name)
    wrong = [value for value in distribution.values if allowed is not None and value not in allowed]
    if wrong and allowed is not None:
        raise SpaceError(f"{name} cannot be {wrong[0]:g}: it has to be {allowed.words}. Given: {distribution.text}")


def recipe_values(parameters: Mapping[str, _T]) -> dict[str, _T]:
    """Gives those of a network's parameters that take the place of its recipe's fields.

    Example:
        >>> recipe_values({"depth": 13, "learning_rate": 0.1, "seed": 2})
        {'learning_rate': 0.1}
    """
    fields = [name for name in parameters if name in TRAINING_PARAMETERS and name != "seed"]
    return {name: parameters[name] for name in fields}

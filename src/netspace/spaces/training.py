"""Parameters that a network is trained by, beside those that make its architecture.

Source: Radosavovic et al., "Designing Network Design Spaces", appendix: error against learning rate and weight decay
(Figures 21 and 22); pycls samples them, epochs and seeds with the architecture.
"""

from collections.abc import Mapping
from typing import TypeVar

TRAINING_PARAMETERS: tuple[str, ...] = (
    "epochs",
    "batch_size",
    "learning_rate",
    "momentum",
    "weight_decay",
    "warmup_epochs",
    "label_smoothing",
    "crop_padding",
    "seed",
)
"""Names that a population's parameter may have to change how each network is trained.

``seed`` is added to the study's seed of the network's weights and data order; the others are the network's own values
of the fields of `netspace.training.Recipe` that are called so.
"""

_T = TypeVar("_T")


def recipe_values(parameters: Mapping[str, _T]) -> dict[str, _T]:
    """Gives those of a network's parameters that take the place of its recipe's fields.

    Example:
        >>> recipe_values({"depth": 13, "learning_rate": 0.1, "seed": 2})
        {'learning_rate': 0.1}
    """
    fields = [name for name in parameters if name in TRAINING_PARAMETERS and name != "seed"]
    return {name: parameters[name] for name in fields}

"""NAS-Bench-Macro: a whole space of 3^8 networks, each trained three times on CIFAR-10.

Source: Su et al., "Prioritized Architecture Sampling with Monto-Carlo Tree Search", CVPR 2021 (arXiv 2103.11922);
xiusu/NAS-Bench-Macro, ``data/nas-bench-macro_cifar10.json``. Keys are eight digits, one for each layer: 0 identity,
1 MB block of expansion 3 and kernel 3, 2 of expansion 6 and kernel 5.
"""

import re
from collections.abc import Mapping
from typing import Any

from netspace.populations.importing.table import Table, columns_of_rows, flat

_KEY = re.compile("[012]{8}")


def is_macro(raw: Any) -> bool:
    """Says whether JSON has the layout of NAS-Bench-Macro.

    Example:
        >>> is_macro({"01201210": {"mean_acc": 90.0, "params": 1, "flops": 1}}), is_macro([])
        (True, False)
    """
    return isinstance(raw, Mapping) and bool(raw) and all(map(_is_network, raw.items()))


def _is_network(item: tuple[Any, Any]) -> bool:
    key, value = item
    return _KEY.fullmatch(key) is not None and isinstance(value, Mapping) and "mean_acc" in value


def read(_: str, raw: Mapping[str, Mapping[str, Any]]) -> Table:
    """Reads it: the error is 100 less the mean test accuracy of three trainings."""
    layers = [f"layer_{i}" for i in range(1, 9)]
    rows = [
        {"network": key, **dict(zip(layers, map(int, key), strict=True)), **dict(flat(value))}
        for key, value in raw.items()
    ]
    return Table(
        format="NAS-Bench-Macro",
        columns=columns_of_rows(rows),
        names={"error": "100-mean_acc", "network": "network"},
        parameters=layers,
        library="nas-bench-macro",
        shape={"image_size": 32, "num_classes": 10},
        data={"dataset": "cifar10", "split": "test"},
        how="mean of three trainings",
    )

"""What sets a population that was trained elsewhere apart."""

from collections.abc import Mapping
from typing import Any


def is_imported(facts: Mapping[str, Any]) -> bool:
    """Says whether a population was read from a file of others, by what its networks have in common.

    Args:
        facts: of `Records`, or of a store's population.

    Example:
        >>> is_imported({"data": {"imported": True, "source": "sweep.json"}}), is_imported({"data": None})
        (True, False)
    """
    return bool((facts.get("data") or {}).get("imported"))

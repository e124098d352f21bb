"""What sets a population that was trained elsewhere apart."""

from collections.abc import Iterable, Mapping
from typing import Any

SPLITS = {"validation": "validation", "valid": "validation", "val": "validation", "test": "test"}
"""What splits are called in files."""


def is_imported(facts: Mapping[str, Any]) -> bool:
    """Says whether a population was read from a file of others, by what its networks have in common.

    Args:
        facts: of `Records`, or of a store's population.

    Example:
        >>> is_imported({"data": {"imported": True, "source": "sweep.json"}}), is_imported({"data": None})
        (True, False)
    """
    return bool((facts.get("data") or {}).get("imported"))


def error_split(facts: Mapping[str, Any]) -> str:
    """Gives the split that a population's errors are of.

    Args:
        facts: of `Records`, or of a store's population.

    Returns:
        ``"validation"``, as of all that were trained here, or ``"test"``; empty: it is not known, or another.

    Example:
        >>> error_split({"data": {"imported": True, "split": "valid"}}), error_split({"data": {"imported": True}})
        ('validation', '')
    """
    if not is_imported(facts):
        return "validation"
    return SPLITS.get(str(facts["data"].get("split", "")).lower(), "")


def name_errors(splits: Iterable[str]) -> str:
    """Gives what errors of some splits are called together.

    Example:
        >>> name_errors(["test", "test"]), name_errors(["test", "validation"])
        ('test error', 'error')
    """
    different = set(splits)
    return f"{different.pop() if len(different) == 1 else ''} error".strip()

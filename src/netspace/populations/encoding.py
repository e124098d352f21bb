"""Values as JSON knows them: what a record and a store keep, and how it is read again."""

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import fields
from os import PathLike, fspath
from typing import Any

import numpy as np

from netspace.errors import StoreError
from netspace.spaces.population import Origin


def plain(value: Any) -> Any:
    """Gives ``value`` as nothing but objects, lists, strings, numbers, booleans and ``None``.

    Raises:
        StoreError: a value has no form in JSON.

    Example:
        >>> plain({"size": np.int64(3), "mean": (0.5, float("inf"))})
        {'size': 3, 'mean': [0.5, 'inf']}
    """
    if value is None or isinstance(value, bool | str):
        return value
    if isinstance(value, np.generic | np.ndarray):
        return plain(value.tolist())
    if isinstance(value, int | float):
        return number(value)
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, bytes | bytearray):
        return [plain(item) for item in value]
    if isinstance(value, PathLike):
        return str(fspath(value))
    raise StoreError(
        f"cannot keep a {type(value).__name__} in a store: {value!r:.60}\n"
        "  Give text, numbers, lists and mappings of them."
    )


def dumps(value: Any) -> str:
    """Gives canonical JSON of `plain` ``value``: sorted keys, no spaces, ASCII alone."""
    return json.dumps(plain(value), sort_keys=True, separators=(",", ":"))


def number(value: Any) -> Any:
    """Gives a number as JSON knows it: one that is not finite as ``"nan"``, ``"inf"`` or ``"-inf"``."""
    return repr(float(value)) if isinstance(value, float) and not math.isfinite(value) else value


def read_number(value: Any) -> float | None:
    """Reads what `number` gave, as a float.

    Raises:
        StoreError: it is not a number.
    """
    try:
        return None if value is None else float(value)
    except (TypeError, ValueError):
        raise StoreError(f"{value!r:.60} stands where a number is needed") from None


def read_object(what: str, raw: Any, names: Sequence[str]) -> dict[str, Any]:
    """Checks that ``raw`` is an object of exactly the fields ``names``.

    Raises:
        StoreError: it is not; the message names the fields.
    """
    if not isinstance(raw, Mapping):
        raise StoreError(f"{what} is a JSON object, not a {type(raw).__name__}")
    missing, unknown = [n for n in names if n not in raw], [str(n) for n in raw if n not in names]
    if missing or unknown:
        wrong = [f"lacks {', '.join(missing)}"] * bool(missing) + [f"has unknown {', '.join(unknown)}"] * bool(unknown)
        raise StoreError(f"{what} {' and '.join(wrong)}: its fields are {', '.join(names)}")
    return dict(raw)


def dump_origin(origin: Origin) -> dict[str, Any]:
    """Gives where a population came from as values that JSON knows."""
    budget = {name: plain(pair) for name, pair in origin.budget.items()}
    told = {"space": origin.space, "lineage": origin.lineage, "budget": budget, "seed": plain(origin.seed)}
    further = {"strategy": origin.strategy, "runtime": origin.runtime}
    return told | {name: text for name, text in further.items() if text != getattr(Origin, name)}


def read_origin(raw: Any) -> Origin:
    """Reads what `dump_origin` gave.

    Raises:
        StoreError: it is not that.
    """
    further = {"strategy": Origin.strategy, "runtime": Origin.runtime}
    given = read_object(
        "an origin", {**further, **raw} if isinstance(raw, Mapping) else raw, [f.name for f in fields(Origin)]
    )
    budget = {name: (read_number(low), read_number(high)) for name, (low, high) in given.pop("budget").items()}
    return Origin(budget=budget, **given)


def origin_facts(origin: Origin) -> dict[str, Any]:
    """Gives where a population came from as facts that all its networks have in common."""
    told = {"space": origin.space, "lineage": origin.lineage, "budget": dict(origin.budget)}
    return told | {"sample_seed": origin.seed, "strategy": origin.strategy, "runtime": origin.runtime}

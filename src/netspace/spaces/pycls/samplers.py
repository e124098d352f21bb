"""Samplers of pycls as finite distributions with the same probabilities."""

from collections import Counter
from collections.abc import Callable, Mapping
from fractions import Fraction
from functools import partial
from typing import Any

from netspace.errors import SpaceError
from netspace.spaces.distributions import (
    MOST_VALUES,
    Distribution,
    choices,
    log_normal,
    log_uniform,
    normal,
    powers_of_two,
    powers_of_two_then_log_uniform,
    uniform,
)
from netspace.spaces.pycls.settings import check_known, decoded, is_number, sweep_error

Sampled = Distribution | tuple[Distribution, ...]
"""What a setting is drawn from: a number's distribution, or those of a list's items."""

Rule = Callable[[float, float, float], Distribution]

RULES: dict[str, Rule] = {
    "uniform": uniform,
    "log_uniform": log_uniform,
    "power2_uniform": lambda low, high, _quantum: powers_of_two(low, high),
    "power2_or_log_uniform": powers_of_two_then_log_uniform,
    "normal": normal,
    "log_normal": log_normal,
}
"""Values of RAND_TYPE."""

REGNET: dict[str, tuple[str, float, tuple[float, float]]] = {
    "DEPTH": ("uniform", 1, (12, 28)),
    "W0": ("log_uniform", 8, (8, 256)),
    "WA": ("log_uniform", 0.1, (8.0, 256.0)),
    "WM": ("log_uniform", 0.001, (2.0, 3.0)),
    "GROUP_W": ("power2_or_log_uniform", 8, (8, 128)),
    "BOT_MUL": ("power2_uniform", 1 / 128, (1.0, 1.0)),
}
"""Rule, quantum and default range of each parameter of a ``regnet_sampler``."""

_SCALAR: dict[str, tuple[list[float], float]] = {"int_sampler": ([0, 0], 1), "float_sampler": ([0.0, 0.0], 1e-5)}
"""Default range and quantum."""

_KEYS = {
    "value_sampler": {"VALUES"},
    "int_sampler": {"RAND_TYPE", "RANGE", "QUANTIZE"},
    "float_sampler": {"RAND_TYPE", "RANGE", "QUANTIZE"},
    "list_sampler": {"LENGTH", "ITEM_SAMPLER"},
    "regnet_sampler": set(REGNET),
}


def read_samplers(file: str, samplers: Any) -> dict[str, Sampled]:
    """Reads all samplers of a sweep, by the setting that they draw.

    Raises:
        SpaceError: a setting or a sampler is unknown, or cannot be a finite distribution of numbers.
    """
    if not isinstance(samplers, Mapping):
        raise sweep_error(file, "SETUP.SAMPLERS", f"is no mapping of samplers: given {samplers!r:.60}")
    sampled: dict[str, Sampled] = {}
    for key, sampler in samplers.items():
        where = f"SETUP.SAMPLERS.{key}"
        if _type(file, where, sampler) == "regnet_sampler":
            sampled |= _regnet(file, where, key, sampler)
            continue
        check_known(file, str(key), "SETUP.SAMPLERS.")
        sampled[key] = _read(file, where, sampler)
    return sampled


def coarse(samplers: Mapping[str, Any]) -> dict[str, Any]:
    """Gives the quanta that are too fine to be kept: their ranges are cut into `MOST_VALUES` steps."""
    quanta = {f"SETUP.SAMPLERS.{key}.QUANTIZE": _fine_quantum(sampler) for key, sampler in samplers.items()}
    return {key: quantum for key, quantum in quanta.items() if quantum}


def _fine_quantum(sampler: Mapping[str, Any]) -> Any:
    """Gives the quantum of a sampler that has been read, if it is too fine; else ``None``."""
    kind = str(sampler["TYPE"]).lower()
    if kind == "list_sampler":
        return _fine_quantum(sampler["ITEM_SAMPLER"])
    if kind not in _SCALAR or str(sampler.get("RAND_TYPE")).startswith("power2"):
        return None
    pair, quantum = _pair_and_quantum(kind, sampler)
    return quantum if (pair[1] - pair[0]) / quantum >= MOST_VALUES else None


def _pair_and_quantum(kind: str, sampler: Mapping[str, Any]) -> tuple[Any, Any]:
    """Gives the range and the quantum of a sampler of numbers, as they are in the file or by default."""
    pair, quantum = _SCALAR[kind]
    return decoded(sampler.get("RANGE", pair)), decoded(sampler.get("QUANTIZE", quantum))


def _type(file: str, where: str, sampler: Any) -> str:
    """Gives the type of a sampler, after looking at its keys."""
    kind = str(sampler.get("TYPE", "")).lower() if isinstance(sampler, Mapping) else ""
    if kind not in _KEYS:
        raise sweep_error(file, where, f"has the TYPE {kind!r}: {', '.join(_KEYS)} can be read")
    unknown = sorted(set(map(str, sampler)) - _KEYS[kind] - {"TYPE"})
    if unknown:
        raise sweep_error(file, f"{where}.{unknown[0]}", f"is no key of a {kind}: {', '.join(sorted(_KEYS[kind]))} are")
    return kind


def _read(file: str, where: str, sampler: Mapping[str, Any]) -> Sampled:
    kind = _type(file, where, sampler)
    if kind == "list_sampler":
        return _items(file, where, sampler)
    if kind == "regnet_sampler":
        raise sweep_error(file, where, "is a regnet_sampler, which is for the key REGNET alone")
    if kind == "value_sampler":
        return _values(file, where, sampler)
    return _ranged(file, where, str(sampler.get("RAND_TYPE", "uniform")), *_pair_and_quantum(kind, sampler))


def _items(file: str, where: str, sampler: Mapping[str, Any]) -> tuple[Distribution, ...]:
    length = sampler.get("LENGTH", 0)
    if not isinstance(length, int) or isinstance(length, bool) or length < 1:
        raise sweep_error(file, f"{where}.LENGTH", f"is {length!r}: a whole number of at least 1 is needed")
    item = _read(file, f"{where}.ITEM_SAMPLER", sampler.get("ITEM_SAMPLER", {}))
    if not isinstance(item, Distribution):
        raise sweep_error(file, f"{where}.ITEM_SAMPLER", "is a list_sampler: lists of lists cannot be read")
    return (item,) * length


def _values(file: str, where: str, sampler: Mapping[str, Any]) -> Distribution:
    """Gives each value the probability of its place in the list: one that is there twice has that of two."""
    values = decoded(sampler.get("VALUES", []))
    if not isinstance(values, list) or not values or not all(map(is_number, values)):
        raise sweep_error(file, f"{where}.VALUES", f"is {values!r:.60}: a list of numbers can be read")
    count = Counter(values)
    each = choices(values)
    if len(set(count.values())) == 1:
        return each
    return Distribution(each.values, tuple(float(count[value]) for value in each.values), each.text)


def _regnet(file: str, where: str, key: Any, sampler: Mapping[str, Any]) -> dict[str, Distribution]:
    if key != "REGNET":
        raise sweep_error(file, where, "is a regnet_sampler, which is for the key REGNET alone")
    return {
        f"REGNET.{name}": _ranged(file, f"{where}.{name}", rule, sampler.get(name, pair), quantum)
        for name, (rule, quantum, pair) in REGNET.items()
    }


def _ranged(file: str, where: str, rule: str, pair: Any, quantum: Any) -> Distribution:
    """Gives the distribution of a rule over a closed range."""
    if rule not in RULES:
        raise sweep_error(file, f"{where}.RAND_TYPE", f"is {rule!r}: {', '.join(RULES)} can be read")
    pair, quantum = decoded(pair), decoded(quantum)
    if not isinstance(pair, list | tuple) or len(pair) != 2 or not all(map(is_number, (*pair, quantum))):
        raise sweep_error(file, where, f"needs a range [low, high] and a quantum, all numbers: {pair!r}, {quantum!r}")
    if quantum <= 0:
        raise sweep_error(file, f"{where}.QUANTIZE", f"is {quantum}: it has to be positive")
    if rule != "power2_or_log_uniform" and not all(map(partial(_divides, quantum), pair)):
        raise sweep_error(file, where, f"has the range {list(pair)}, whose ends are no multiples of {quantum}")
    low, high = pair
    try:
        return RULES[rule](low, high, quantum)
    except SpaceError as error:
        raise sweep_error(file, where, f"cannot be: {error}") from None
    except OverflowError:
        raise sweep_error(file, where, f"has the range {pair!r:.60}, which is too wide for its quantum") from None


def _divides(quantum: float, value: float) -> bool:
    return Fraction(str(value)) % Fraction(str(quantum)) == 0

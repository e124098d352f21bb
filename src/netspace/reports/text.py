"""Numbers and names as text for the page, and data inside a page."""

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import orjson
from numpy.typing import NDArray

FIGURES = 6
"""Of a number that is shipped with the page."""

_ESCAPES = {"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "\u2028": "\\u2028", "\u2029": "\\u2029"}


def island(data: Any) -> str:
    r"""Gives JSON that is safe inside ``<script>``, whatever the strings in it hold; NaN becomes null.

    Arrays are rounded to six figures.

    >>> island({"name": "</script>", "x": np.array([1 / 3, np.nan])})
    '{"name":"\\u003c/script\\u003e","x":[0.333333,null]}'
    """
    return escape_json(orjson.dumps(_worth(data), option=orjson.OPT_SERIALIZE_NUMPY).decode())


def escape_json(text: str) -> str:
    """Makes JSON text safe inside ``<script>``: the characters in question only occur within its strings."""
    for character, escaped in _ESCAPES.items():
        text = text.replace(character, escaped)
    return text


def rounded(values: NDArray[Any]) -> NDArray[Any]:
    """Rounds numbers to six figures; whole ones stay as they are.

    >>> rounded(np.array([14.1234567, 2_684_792.25, 0.000123456789])).tolist()
    [14.1235, 2684790.0, 0.000123457]
    """
    if values.dtype.kind != "f":
        return values
    size = np.abs(values, where=np.isfinite(values) & (values != 0), out=np.ones(values.shape))
    digits = FIGURES - 1 - np.floor(np.log10(size)).astype(int)
    up, down = 10.0 ** np.clip(digits, 0, 300), 10.0 ** np.clip(-digits, 0, 300)
    return np.where(np.rint(values) == values, values, np.rint(values * up / down) * down / up)


def join_names(names: Sequence[str]) -> str:
    """Joins names for people.

    >>> join_names(["A", "B", "C"])
    'A, B and C'
    """
    return " and ".join(filter(None, [", ".join(names[:-1]), *names[-1:]]))


def percent(value: float | None) -> str:
    """Gives an error for people: ``14.12``, or a dash where there is none."""
    return "–" if value is None or not math.isfinite(value) else f"{value:.2f}"


def interval(pair: tuple[float, float]) -> str:
    """Gives an interval for people, or a dash where it is unbounded."""
    return "–" if not all(map(math.isfinite, pair)) else f"[{pair[0]:.2f}, {pair[1]:.2f}]"


def duration(seconds: float) -> str:
    """Gives a time for people.

    >>> duration(42), duration(3_000), duration(9_000)
    ('42 s', '50 min', '2.5 h')
    """
    if seconds < 120:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 7200 else f"{seconds / 3600:,.1f} h"


def number(value: float | None) -> str:
    """Gives a count, or any number, for people: four figures, and k, M, G from ten thousand on.

    >>> number(5_230_000), number(999_600), number(1024), number(2.686)
    ('5.23 M', '1 M', '1024', '2.686')
    """
    if value is None:
        return "–"
    if abs(value) < 9999.5:
        return f"{value:.4g}"
    scale, unit = next(((s, u) for s, u in ((1e9, " G"), (1e6, " M"), (1e3, " k")) if abs(value) >= 0.9995 * s))
    return f"{value / scale:.3g}{unit}"


def _worth(data: Any) -> Any:
    """Rounds the arrays in data; lists that do not begin with one, or with a dictionary, are not looked through."""
    if isinstance(data, dict):
        return {str(key): _worth(value) for key, value in data.items()}
    if isinstance(data, np.ndarray):
        return np.ascontiguousarray(rounded(data))
    if isinstance(data, list | tuple) and data and isinstance(data[0], dict | np.ndarray):
        return [_worth(value) for value in data]
    return data


FILTERS = {"percent": percent, "interval": interval, "duration": duration, "number": number}

"""All networks as columns: what the page's table, its filter and its figures are made of."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from netspace.reports.gathering import PRODUCTS, Gathered, error_name, parameters_of, spread
from netspace.reports.profiles import run_lengths
from netspace.reports.text import rounded

if TYPE_CHECKING:
    import pandas as pd

HEADINGS = {
    "population": "population",
    "index": "#",
    "network": "network",
    "error": "validation error (%)",
    "test_error": "test error (%)",
    "status": "status",
    "flops": "flops (multiply-adds)",
    "params": "params",
    "acts": "acts",
    "depth": "depth",
    "lr*wd": "lr · wd",
    "e_fit": "e_fit",
    "seconds": "seconds",
    "images_per_second": "images/s",
    "attempts": "attempts",
    "id": "id",
    "reason": "reason",
}
"""Columns that records of any population have, and their headings; a space's parameters come after ``depth``."""

EPOCHS = 200_000
"""Errors of learning curves, of all networks and epochs, that a page holds."""


def network_table(populations: Sequence[Gathered]) -> dict[str, Any]:
    """Gives every network, failed ones too, in their order.

    Returns:
        ``populations`` (name, color, how many networks, how many of them one figure shows), ``columns`` (key, heading,
        whether it is a number, values), and for each network or nothing: ``stages`` (depth and width of each),
        ``lines`` (the same of the line that fits it best) and ``curves`` (its error after each epoch).
    """
    headings = HEADINGS | {"error": f"{error_name(populations)} (%)"}
    keys = list(HEADINGS)
    at = keys.index("depth") + 1
    keys[at:at] = [name for name in parameters_of(populations) if name not in HEADINGS]
    frames = [_frame(each) for each in populations]
    keys = [key for key in keys if key == "error" or _says_something(frames, key)]
    return {
        "populations": [
            {"name": each.name, "color": each.color, "count": len(each.frame), "most": each.most}
            for each in populations
        ],
        "columns": [_column(frames, key, headings.get(key, key)) for key in keys],
        "stages": [_flat(each.profiles.get(i)) for each in populations for i in range(len(each.frame))],
        "lines": [_line(each, i) for each in populations for i in range(len(each.frame))],
        "curves": _curves(populations),
    }


def _frame(population: Gathered) -> "pd.DataFrame":
    """Gives a population's rows with what figures are drawn over beside its columns."""
    derived = {name: _of_all(population, name) for name in ("e_fit", *PRODUCTS) if population.varies(name)}
    return population.frame.assign(population=population.name, network=_foreign_names(population), **derived)


def _of_all(population: Gathered, quantity: str) -> NDArray[np.float64]:
    values = np.full(len(population.frame), np.nan)
    values[population.positions] = population.column(quantity)
    return values


def _foreign_names(population: Gathered) -> "pd.Series[str]":
    """Gives the name of each foreign network, which is all that is known of its inside; other networks have none."""
    depth, records = population.frame["depth"], population.records
    if len(depth) and records[0].architecture.foreign:
        names = {i: record.architecture.foreign or None for i, record in enumerate(records)}
    else:
        names = {i: records[i].architecture.foreign for i in depth.index[depth.isna() | (depth == 0)]}
    return depth.index.to_series().map(names)


def _says_something(frames: Sequence["pd.DataFrame"], key: str) -> bool:
    return any(key in frame.columns and frame[key].notna().any() for frame in frames)


def _column(frames: Sequence["pd.DataFrame"], key: str, heading: str) -> dict[str, Any]:
    """Gives a column of all networks: numbers, or texts as words and the place of each network's among them."""
    saying = [frame[key] for frame in frames if key in frame.columns and frame[key].notna().any()]
    number = bool(saying or key == "error") and all(column.dtype.kind in "iuf" for column in saying)
    column = {"key": key, "heading": heading, "number": number}
    if not number:
        return column | _words([text for frame in frames for text in _texts(frame, key)])
    return column | {"values": _numbers(np.concatenate([_floats(frame, key) for frame in frames]))}


def _texts(frame: "pd.DataFrame", key: str) -> list[str | None]:
    if key not in frame.columns:
        return [None] * len(frame)
    column = frame[key]
    return [None if missing else str(text) for text, missing in zip(column.tolist(), column.isna(), strict=True)]


def _words(texts: Sequence[str | None]) -> dict[str, Any]:
    """Gives texts that come again and again once.

    >>> _words(["a", "a", None, "b"])
    {'words': ['a', None, 'b'], 'codes': [0, 0, 1, 2]}
    """
    words = {text: i for i, text in enumerate(dict.fromkeys(texts))}
    return {"words": list(words), "codes": [words[text] for text in texts]}


def _floats(frame: "pd.DataFrame", key: str) -> NDArray[np.float64]:
    if key not in frame.columns or frame[key].dtype.kind not in "iuf":
        return np.full(len(frame), np.nan)
    return frame[key].to_numpy(np.float64)


def _numbers(values: NDArray[np.float64]) -> NDArray[Any] | list[int | None]:
    """Gives whole numbers as such, which are shorter."""
    finite = np.isfinite(values)
    if not (np.rint(values[finite]) == values[finite]).all():
        return rounded(values)
    if finite.all():
        return values.astype(np.int64)
    return [int(value) if is_known else None for value, is_known in zip(values, finite, strict=True)]


def _flat(stages: Sequence[tuple[int, int]] | None) -> list[int] | None:
    return None if stages is None else [number for stage in stages for number in stage]


def _line(population: Gathered, i: int) -> list[int] | None:
    line = population.lines.get(i)
    return None if line is None else _flat(run_lengths(line.widths.tolist()))


def _curves(populations: Sequence[Gathered]) -> list[list[float] | None]:
    """Gives the learning curves of all networks, or of as many of each population as the page holds."""
    curves: list[list[float] | None] = []
    for each in populations:
        kept = set(shipped_curves(each, EPOCHS // len(populations)).tolist())
        curves += [each.curves[i].round(3).tolist() if i in kept else None for i in range(len(each.frame))]
    return curves


def shipped_curves(population: Gathered, epochs: int) -> NDArray[np.intp]:
    """Gives the positions of the networks whose learning curves a page holds, of at most so many epochs in all."""
    measured = np.array([i for i, curve in population.curves.items() if np.isfinite(curve).any()], np.intp)
    longest = max((len(population.curves[i]) for i in measured.tolist()), default=1)
    return measured[spread(measured)[: max(1, epochs // longest)]]

"""Fitting a runtime model to timed networks, and the error that it will have for others."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from statistics import median
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from netspace.complexity.layers import Complexity
from netspace.complexity.runtime import FORMS, QUANTITIES, Floats, RuntimeModel, check_form
from netspace.errors import LatencyError

FEWEST = 6
"""Networks that a fit needs: with one left out, up to four coefficients still have five times to meet."""

SETTING = ("device", "processor", "backend", "batch", "image_size", "dtype", "layout", "threads")
"""What all networks of one model have in common."""

Designs = Mapping[str, Floats]
"""For each form, an (n, terms) array of what its coefficients are multiplied by."""


class Timed(Protocol):
    """A network that was timed; `netspace.latency.Latency` is one.

    It has what `SETTING` names, too, and may have ``depth``, its number of blocks; ``None`` or 0: not known.
    """

    @property
    def median_ms(self) -> float | None:
        """Milliseconds of a batch; ``None``: it failed."""

    @property
    def flops(self) -> int | None:
        """Multiply-adds of one image."""

    @property
    def acts(self) -> int | None:
        """Elements of all convolutions' outputs, of one image."""

    @property
    def versions(self) -> Mapping[str, str]:
        """Versions of what computed it."""


def fit_runtime(rows: Iterable[Timed], form: str = "auto") -> RuntimeModel:
    """Fits milliseconds of a batch to flops, acts and blocks by nonnegative least squares on relative errors.

    Relative errors let small and large networks count alike. The model's error is that for networks left out: each in
    turn is predicted by a fit to the others, the choice of the form included.

    Args:
        rows: timed networks, such as `netspace.latency.measure` gives, all in one setting. Those that failed are left
            out; of a network timed more than once, the median counts.
        form: ``"linear"``, ``"sqrt"``, ``"blocks"`` (see `RuntimeModel`), or ``"auto"``: that with the lowest mean
            error for networks left out, without ``"blocks"`` where the depth of a network is not known.

    Raises:
        LatencyError: the form is unknown, the rows are of several settings, fewer than 6 networks have times, or
            ``"blocks"`` is asked for and the depth of a network is not known.

    Source: "Designing Network Design Spaces", section 4 and Figure 12.

    Example:
        >>> from types import SimpleNamespace
        >>> setting = dict(device="cpu", processor="a CPU", backend="eager", batch=1, image_size=224, dtype="float32",
        ...     layout="contiguous", threads=1, versions={})
        >>> costs = [(100, 2), (200, 2), (300, 5), (400, 3), (600, 8), (800, 6)]  # M multiply-adds, M activations
        >>> rows = [SimpleNamespace(flops=f * 10**6, acts=a * 10**6, median_ms=1 + 0.02 * f + a / 2, **setting)
        ...     for f, a in costs]
        >>> model = fit_runtime(rows)
        >>> model.form, str(model), model.n
        ('linear', '1 ms + 20 ms per GF + 0.5 ms per M acts', 6)
        >>> round(model.median_error, 6)
        0.0
    """
    check_form(form, "auto")
    timed = [row for row in rows if row.median_ms and row.flops and row.acts is not None]
    setting, versions = _setting(timed), dict(timed[0].versions) if timed else {}
    forms = _forms(form, timed)
    cost, depth, ms = _merged(timed)
    if len(ms) < FEWEST:
        raise LatencyError(
            f"a runtime model needs at least {FEWEST} different networks with times, and there are {len(ms)}: time more"
        )
    designs = {each: _design(cost, depth, each) for each in forms}
    chosen, ratios = _best(designs, ms), ms / _left_out(designs, ms)
    errors = np.abs(1 / ratios - 1)
    values = _solve(designs[chosen], ms).tolist()
    known = {"flops": cost.flops, "acts": cost.acts, "ms": ms} | ({"depth": depth} if depth.any() else {})
    return RuntimeModel(
        chosen,
        dict(zip(FORMS[chosen], values, strict=True)),
        n=len(ms),
        median_error=float(np.median(errors)),
        p90_error=float(np.percentile(errors, 90)),
        overrun=float(np.percentile(ratios, 90, method="weibull")),  # of a next network, not of these few
        setting=setting,
        ranges={name: _range(each) for name, each in known.items()},
        versions=versions,
        date=f"{datetime.now(UTC):%Y-%m-%d}",
    )


def _setting(rows: Sequence[Timed]) -> dict[str, Any]:
    """Gives what all rows have in common, and raises a `LatencyError` where they differ in it."""
    found = {name: list(dict.fromkeys(getattr(row, name) for row in rows)) for name in SETTING}
    found["versions"] = list(dict.fromkeys(str(sorted(row.versions.items())) for row in rows))
    mixed = {name: values for name, values in found.items() if len(values) > 1}
    if mixed:
        told = "; ".join(f"{name}: {' and '.join(map(str, values))}" for name, values in mixed.items())
        raise LatencyError(f"networks timed in several settings do not go into one runtime model ({told}): fit each")
    return {name: found[name][0] for name in SETTING if found[name]}


def _forms(form: str, rows: Sequence[Timed]) -> tuple[str, ...]:
    """Gives the forms to choose from."""
    if all(map(_depth, rows)):
        return tuple(FORMS) if form == "auto" else (form,)
    if form == "blocks":
        raise LatencyError(
            "the form 'blocks' needs the depth of every network, and some rows have none, as those of other libraries' "
            "networks, or timed by an earlier netspace: time them again, leave them out, or choose another form"
        )
    return tuple(each for each in FORMS if each != "blocks") if form == "auto" else (form,)


def _depth(row: Timed) -> int:
    """Gives the number of blocks; 0: not known."""
    return getattr(row, "depth", None) or 0


def _merged(rows: Sequence[Timed]) -> tuple[Complexity, NDArray[np.int64], Floats]:
    """Gives the cost of each different network, its depth (0 for all where one's is not known), and its median time."""
    times: dict[tuple[int, int, int], list[float]] = {}
    is_known = all(map(_depth, rows))
    for row in rows:
        assert row.flops is not None
        assert row.acts is not None
        assert row.median_ms is not None
        times.setdefault((row.flops, row.acts, _depth(row) if is_known else 0), []).append(row.median_ms)
    flops, acts, depth = np.array(list(times), np.int64).reshape(-1, 3).T
    ms = np.array([median(each) for each in times.values()], float)
    return Complexity(flops, np.zeros_like(flops), acts), depth, ms


def _design(cost: Complexity, depth: NDArray[np.int64], form: str) -> Floats:
    return np.column_stack([QUANTITIES[name](cost, depth) for name in FORMS[form]])


def _solve(design: Floats, ms: Floats) -> Floats:
    """Gives the coefficients c >= 0 that minimize the sum of ((design c - ms) / ms)^2."""
    from scipy.optimize import nnls

    return nnls(design / ms[:, None], np.ones_like(ms))[0]


def _best(designs: Designs, ms: Floats) -> str:
    """Gives the form with the lowest mean absolute relative error for networks left out, the first of equals."""
    if len(designs) == 1:
        return next(iter(designs))
    errors = {form: np.mean(np.abs(_left_out({form: each}, ms) / ms - 1)) for form, each in designs.items()}
    return min(errors, key=lambda form: round(float(errors[form]), 9))  # a further term has to improve on rounding


def _left_out(designs: Designs, ms: Floats) -> Floats:
    """Predicts each network from all others, the form chosen by those others too."""
    predicted = []
    for i in range(len(ms)):
        others = {form: np.delete(design, i, axis=0) for form, design in designs.items()}
        rest = np.delete(ms, i)
        form = _best(others, rest)
        predicted.append(designs[form][i] @ _solve(others[form], rest))
    return np.array(predicted)


def _range(values: Any) -> tuple[float, float]:
    return float(values.min()), float(values.max())

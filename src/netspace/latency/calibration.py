"""A runtime model of this device: networks of a space timed in one setting, and a model fitted to them."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from netspace.architecture import Architecture
from netspace.complexity import Complexity, RuntimeModel, fit_runtime
from netspace.complexity.fitting import FEWEST
from netspace.errors import LatencyError, SpaceError
from netspace.latency.measuring import measure
from netspace.latency.progress import Progress
from netspace.latency.row import Latency
from netspace.latency.setting import make_setting
from netspace.networks import build
from netspace.spaces import DesignSpace

NETWORKS = 12
"""Networks timed for a model, if no number is given."""

SECONDS = 1.0
"""Time for the timed calls of each, if none is given."""

CANDIDATES = 10
"""Networks sampled for each one that is timed, to choose from."""


def calibrate(
    space: DesignSpace,
    *,
    n: int = NETWORKS,
    flops: Any = None,
    params: Any = None,
    acts: Any = None,
    device: str = "auto",
    batch: int = 1,
    dtype: str = "float32",
    backend: str = "eager",
    layout: str | None = None,
    threads: int | None = None,
    seconds: float = SECONDS,
    seed: int = 0,
    progress: bool = True,
) -> tuple[RuntimeModel, list[Latency]]:
    """Times a few networks of a space on a device of this machine and fits a runtime model to them.

    The networks are chosen from ten times as many to be far apart in flops, acts and depth. All are timed in one dtype
    and layout: what is left open, the first of them decides by a short timing.

    Args:
        space: to sample from.
        n: how many networks to time, at least 6.
        flops: ``(low, high)`` in multiply-adds; where networks will be predicted. Without it, a space reaches from
            its smallest network to its largest, which may take long.
        params: the same in parameters.
        acts: the same in activations.
        device: ``"auto"`` (a GPU if there is one), ``"cpu"``, ``"cuda"``, ...
        batch: images of each call.
        dtype: ``"float32"``, ``"bfloat16"``, ``"float16"``; or ``"auto"``: the fastest for the first network.
        backend: ``"eager"``, ``"compile"`` or ``"onnxruntime"``.
        layout: ``"contiguous"`` or ``"channels_last"``; by default the faster for the first network.
        threads: of this process; by default torch's.
        seconds: time for the timed calls of each network.
        seed: of the sample.
        progress: whether to show it, on the standard error.

    Returns:
        The model, and the rows it was fitted to.

    Raises:
        SpaceError: the space has no such networks.
        RecipeError: the device cannot be used.
        LatencyError: ``n`` is less than 6, the space's networks are of several image sizes, a setting cannot be had, or
            too few networks could be timed.

    Example:
        >>> import netspace as ns
        >>> space = ns.get_space("regnetx", image_size=32, stem="cifar")
        >>> model, rows = calibrate(space, n=6, flops=(1e6, 3e6), device="cpu", seconds=0.001, progress=False)
        >>> model.n, model.setting["batch"], model.setting["dtype"]
        (6, 1, 'float32')
    """
    require_enough(n)
    setting = {"device": device, "batch": batch, "dtype": dtype, "backend": backend, "threads": threads}
    make_setting(**setting, layout=layout)  # type: ignore[arg-type]
    networks = spread_networks(space, n, {"flops": flops, "params": params, "acts": acts}, seed)
    require_one_size(networks.values())
    options = {**setting, "layout": layout, "seconds": seconds, "memory": False}
    rows = list(timings(networks, options, alike=True, progress=progress))
    return fit_runtime(rows), rows


def require_enough(n: int) -> None:
    """Raises a `LatencyError` for fewer networks than a fit needs."""
    if not isinstance(n, int | np.integer) or n < FEWEST:
        raise LatencyError(
            f"a runtime model cannot be fitted to {n!r} networks: give a whole number of at least {FEWEST}"
        )


def require_one_size(networks: Iterable[Architecture]) -> None:
    """Raises a `LatencyError` for networks of several image sizes, which do not go into one model."""
    sizes = sorted({each.image_size for each in networks})
    if len(sizes) > 1:
        raise LatencyError(
            f"networks of {', '.join(map(str, sizes))} px do not go into one runtime model: give one image size for "
            f"all, in a space with fix(image_size={sizes[-1]})"
        )


def spread_networks(space: DesignSpace, n: int, budget: Mapping[str, Any], seed: int) -> dict[str, Architecture]:
    """Gives ``n`` networks of a space by name, far apart in flops, acts and depth, one from the middle first.

    Raises:
        SpaceError: the space has no such ``n`` networks.
    """
    try:
        population = space.sample(CANDIDATES * n, seed=seed, **budget)
    except SpaceError:  # it may have fewer
        population = space.sample(n, seed=seed, **budget)
    depth = np.array([each.depth for each in population])
    chosen = [population[i] for i in spread(population.complexity, depth, n).tolist()]
    return {f"{space.name}-{each.id[:8]}": each for each in chosen}


def spread(cost: Complexity, depth: NDArray[Any], n: int) -> NDArray[np.intp]:
    """Gives the indices of ``n`` networks far apart in the logarithms of flops, acts and depth.

    The first is the nearest to the medians; each next is the one farthest from all before, so that also the first few
    are spread.

    Example:
        >>> flops = np.array([100, 110, 200, 390, 400])
        >>> spread(Complexity(flops, flops, flops), np.array([8, 8, 8, 8, 8]), 3)
        array([2, 4, 0])
    """
    x = np.log(np.maximum(1, np.column_stack([cost.flops, cost.acts, depth])).astype(float))
    x = (x - np.median(x, axis=0)) / np.where(np.ptp(x, axis=0) > 0, np.ptp(x, axis=0), 1)
    chosen = [int(np.argmin(np.linalg.norm(x, axis=1)))]
    distance = np.full(len(x), np.inf)
    while len(chosen) < n:
        distance = np.minimum(distance, np.linalg.norm(x - x[chosen[-1]], axis=1))
        distance[chosen[-1]] = -1  # also behind those of equal cost
        chosen.append(int(np.argmax(distance)))
    return np.array(chosen)


def timings(
    networks: Mapping[str, str | Architecture], options: Mapping[str, Any], *, alike: bool, progress: bool = True
) -> Iterator[Latency]:
    """Times networks one after the other and yields each row when it is there.

    Args:
        networks: by the name to show; a name of a network, or an architecture, which is built with initial weights.
        options: of `netspace.latency.measure`.
        alike: whether all have the dtype and layout of the first that runs.
        progress: whether to show it, on the standard error.
    """
    fixed: dict[str, Any] = {}
    with Progress(len(networks), progress).showing() as display:
        for name, network in networks.items():
            with display.timing(name):
                row = _measured(name, network, {**options, **fixed})
            if alike and row.median_ms is not None:
                fixed = {"dtype": row.dtype, "layout": row.layout}
            yield row


def _measured(name: str, network: str | Architecture, options: Mapping[str, Any]) -> Latency:
    if isinstance(network, str):
        return measure(network, **options)
    return measure(build(network, seed=0), name=name, **options)

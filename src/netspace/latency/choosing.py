"""Choosing a memory layout and a dtype by a short timing, since no rule of thumb holds for all networks and devices."""

from statistics import median

from torch import Tensor, nn

from netspace.export.timing import in_turns, milliseconds
from netspace.latency.backends import Run, eager_run, place
from netspace.latency.setting import Precision, Setting

HOPELESS = 2.0
"""A choice that takes so many times as long as the fastest at first is not timed further."""


def choose(network: nn.Module, images_NCHW: Tensor, setting: Setting, seconds: float) -> Precision:
    """Gives the precision of a setting in which eager calls are fastest.

    Each is tried, then those that are not hopeless are timed in turns for ``seconds``. One that the device or a layer
    does not know is left out.

    Raises:
        Exception: what the network raises, if it runs in none of them.
    """
    if len(setting.precisions) == 1:
        return setting.precisions[0]
    runs: dict[Precision, Run] = {}
    reasons: list[Exception] = []
    for precision in setting.precisions:
        try:
            run = eager_run(*place(network, images_NCHW, setting.device, precision))
            run()
            runs[precision] = run
        except Exception as error:  # noqa: BLE001 whatever a network raises in a precision it does not know
            reasons.append(error)
    if not runs:
        raise reasons[0]
    first = {precision: min(milliseconds(run), milliseconds(run)) for precision, run in runs.items()}
    limit = HOPELESS * min(first.values())
    near = [precision for precision, time in first.items() if time <= limit]
    times = in_turns({str(i): runs[precision] for i, precision in enumerate(near)}, seconds, rounds=2)
    return near[min(range(len(near)), key=lambda i: median(times[str(i)]))]

"""Inference beside timm on the CPU: our networks eager, in the layout that a timing chooses, and through onnxruntime.

Four networks of the same weights in both libraries, fp32; 1 and 2 threads; batches of 1 and 32. All four ways of one
row are timed in turns, round after round, so that a busy moment of the machine falls on all. Goals: ours in eager at
most 1.05 of timm's time, the exported graph at most 0.6.
Needs the extras vision and export. Run on a quiet machine, in about 6 minutes: python bench/inference.py [--seconds 12]
"""

import argparse
import platform
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

import netspace as ns
from netspace.export import export_onnx
from netspace.export.graph import INPUT, open_session
from netspace.export.timing import Interval, in_turns, median_interval, ratio
from netspace.latency.backends import place
from netspace.latency.choosing import choose
from netspace.latency.setting import make_setting
from netspace.networks.checkpoints import to_state_dict
from netspace.training.devices import available_cores, processor_name
from netspace.zoo import find

NETWORKS = ("RegNetX-400MF", "RegNetY-1.6GF", "ReXNet-x1.0", "EfficientNet-B0")
WAYS = ("timm", "eager", "chosen", "exported")
GOALS = {"eager": 1.05, "exported": 0.6}


def pair(name: str) -> tuple[nn.Module, nn.Module]:
    """Gives our network and timm's of the same weights, checked to compute the same."""
    import timm

    ours = ns.create_model(name, seed=0).eval().requires_grad_(False)
    theirs = timm.create_model(find(name).timm).eval().requires_grad_(False)
    theirs.load_state_dict(to_state_dict(ours, "timm"))
    x = torch.randn(2, 3, 224, 224, generator=torch.Generator().manual_seed(0))
    wanted = theirs(x)
    torch.testing.assert_close(ours(x), wanted, rtol=1e-4, atol=1e-5 * float(wanted.abs().max()))
    return ours, theirs


def calls(ours: nn.Module, theirs: nn.Module, file: Path, x: Tensor, threads: int) -> tuple[dict[str, Any], str]:
    """Gives a call of each way, and the layout chosen."""
    setting = make_setting(device="cpu", batch=len(x), threads=threads)
    precision = choose(ours, x[:8], setting, 0.5)  # eight images tell as well, in less time
    placed, there = place(ours, x, "cpu", precision)
    session, feed = open_session(file, threads=threads), {INPUT: x.numpy()}
    ways = {
        "timm": lambda: theirs(x),
        "eager": lambda: ours(x),
        "chosen": lambda: placed(there),
        "exported": lambda: session.run(None, feed),
    }
    return ways, precision.layout


def row(name: str, batch: int, threads: int, layout: str, times: dict[str, list[float]]) -> dict[str, Interval]:
    """Prints a line of the table and gives the ratios."""
    ratios = {way: ratio(times[way], times["timm"]) for way in WAYS[1:]}
    cells = "".join(f"{median_interval(times[way]).median:>10.2f}" for way in WAYS)
    beside = "".join(f"   {r.median:.3f} [{r.low:.3f}, {r.high:.3f}]" for r in ratios.values())
    print(f"{name:<16}{threads:>8}{batch:>6}{cells}{beside}  {layout:<13}{len(times['timm']):>5}", flush=True)
    return ratios


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=12.0, help="for each row")
    parser.add_argument("--networks", nargs="+", default=NETWORKS)
    parser.add_argument("--threads", nargs="+", type=int, default=[1, 2])
    parser.add_argument("--batches", nargs="+", type=int, default=[1, 32])
    options = parser.parse_args()
    import onnxruntime
    import timm

    start = time.monotonic()
    print(
        f"{processor_name()}, {available_cores()} cores; Python {platform.python_version()}, "
        f"torch {torch.__version__}, timm {timm.__version__}, onnxruntime {onnxruntime.__version__}, "
        f"netspace {ns.__version__}; {datetime.now(UTC):%Y-%m-%d %H:%M} UTC; fp32, 224 px, inference mode"
    )
    heads = "".join(f"{way + ' ms':>10}" for way in ("timm", "eager", "chosen", "export"))
    beside = "".join(f"   {way + ' over timm':<20}" for way in ("eager", "chosen", "exported"))
    print(f"{'network':<16}{'threads':>8}{'batch':>6}{heads}{beside}  {'chosen':<13}{'n':>5}")
    found: list[tuple[str, dict[str, Interval]]] = []
    with tempfile.TemporaryDirectory() as folder, torch.inference_mode():
        for name in options.networks:
            ours, theirs = pair(name)
            file = Path(folder, "network.onnx")
            with torch.inference_mode(False):
                export_onnx(ours, file, name=name, seconds=0)
            for threads in options.threads:
                torch.set_num_threads(threads)
                for batch in options.batches:
                    x = torch.randn(batch, 3, 224, 224, generator=torch.Generator().manual_seed(0))
                    ways, layout = calls(ours, theirs, file, x, threads)
                    times = in_turns(ways, options.seconds, turn=0.05)
                    label = f"{name}, threads {threads}, batch {batch}"
                    found.append((label, row(name, batch, threads, layout, times)))
    print("ratios: median over n rounds of turns, with its 95 % interval (order statistics); below 1 ours is faster")
    for way, goal in GOALS.items():
        missed = [label for label, ratios in found if ratios[way].median > goal]
        told = f"missed by {'; '.join(missed)}" if missed else f"met by all {len(found)} rows"
        print(f"goal: {way} at most {goal} of timm's time: {told}")
    print(f"{time.monotonic() - start:.0f} s")


if __name__ == "__main__":
    main()

"""Latency as a budget: how well flops, acts and blocks predict the time of networks that were not timed.

Fits the three forms (a + b flops + c acts; b flops + c sqrt(flops); a + b flops + c acts + d blocks) to RegNetX (the
paper's ranges) at 224 px on this machine, then tests the promise on other networks: sampled under a limit on the
latency that the form chosen by cross-validation predicts, and timed.
Run on a quiet machine, in about 2 minutes: python bench/runtime.py [--n 16] [--fresh 20] [--seconds 1] [--limit MS]
"""

import argparse
import os
import platform
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import torch
from scipy.stats import binomtest

import netspace as ns
from netspace.complexity import Complexity, RuntimeModel, fit_runtime
from netspace.complexity.runtime import FORMS
from netspace.latency import Latency, calibrate, save
from netspace.latency.calibration import timings
from netspace.numbers import parse_number
from netspace.training.devices import available_cores, processor_name


def predicted(model: RuntimeModel, rows: list[Latency]) -> np.ndarray:
    """Predicts the times of rows, in ms."""
    flops, acts, depth = (np.array([getattr(row, name) for row in rows]) for name in ("flops", "acts", "depth"))
    return model.predict(Complexity(flops, np.zeros_like(flops), acts), depth)


def wilson(kept: int, n: int) -> str:
    """Tells a share with its 95 % interval."""
    low, high = (100 * end for end in binomtest(kept, n).proportion_ci(0.95, method="wilson"))
    return f"{kept} of {n} ({100 * kept / n:.0f} %, 95 % interval {low:.0f} to {high:.0f})"


@dataclass
class Fresh:
    """Networks that were not fitted to, their times predicted and measured, in ms."""

    predicted: np.ndarray
    measured: np.ndarray

    @classmethod
    def of(cls, model: RuntimeModel, rows: list[Latency]) -> "Fresh":
        """Sets the times of rows beside what a model predicts."""
        timed = [row for row in rows if row.median_ms]
        return cls(predicted(model, timed), np.array([row.median_ms for row in timed]))

    def kept(self, limit: float, asked: float) -> str:
        """Tells how many of those predicted at most ``asked`` take at most ``limit``."""
        among = self.measured[self.predicted <= asked]
        return wilson(int((among <= limit).sum()), len(among)) if len(among) else "none was predicted so fast"

    def errors(self) -> str:
        """Tells the distribution of measured over predicted."""
        low, quarter, middle, most, high = np.percentile(
            100 * (self.measured / self.predicted - 1), (10, 25, 50, 75, 90)
        )
        absolute = 100 * np.abs(self.predicted / self.measured - 1)
        return (
            f"absolute error {np.median(absolute):.1f} % median, {np.percentile(absolute, 90):.1f} % for nine of ten; "
            f"measured over predicted {low:+.0f} / {quarter:+.0f} / {middle:+.0f} / {most:+.0f} / {high:+.0f} % "
            f"(10, 25, 50, 75, 90 % quantiles), n = {len(self.measured)}"
        )


def fresh_rows(space: ns.DesignSpace, n: int, model: RuntimeModel, limit: float, fitted: list[Latency], **options):
    """Times networks of the space that are predicted at most ``limit`` and were not fitted to."""
    known = {row.name for row in fitted}
    flops = options.pop("flops")
    population = space.sample(n + len(known), flops=flops, latency=(None, limit), runtime=model, seed=1)
    networks = {f"{space.name}-{each.id[:8]}": each for each in population}
    kept = {name: each for name, each in networks.items() if name not in known}
    chosen = dict(list(kept.items())[:n])
    setting = {name: model.setting[name] for name in ("device", "batch", "dtype", "backend", "layout", "threads")}
    return list(timings(chosen, {**setting, **options, "memory": False}, alike=True))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--n", type=int, default=16, help="networks to fit to")
    parser.add_argument("--fresh", type=int, default=20, help="networks to test the promise on")
    parser.add_argument("--flops", nargs=2, type=parse_number, default=[100e6, 800e6], metavar=("LOW", "HIGH"))
    parser.add_argument("--limit", type=float, help="milliseconds; by default the median prediction of those fitted to")
    parser.add_argument("--seconds", type=float, default=1.0, help="of timed calls for each network")
    parser.add_argument("--image-size", type=int, default=224)
    parser.add_argument("--batch", type=int, default=1)
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--out", type=Path, help="write the model and all rows into this folder")
    options = parser.parse_args()

    start, flops = time.monotonic(), tuple(options.flops)
    space = ns.get_space("regnetx", image_size=options.image_size)
    model, rows = calibrate(
        space,
        n=options.n,
        flops=flops,
        device=options.device,
        batch=options.batch,
        threads=options.threads,
        seconds=options.seconds,
    )
    print(
        f"{rows[0].processor if options.device != 'cpu' else processor_name()}, {available_cores()} cores, load "
        f"{os.getloadavg()[0]:.1f}; Python {platform.python_version()}, torch {torch.__version__}, netspace "
        f"{ns.__version__}; {datetime.now(UTC):%Y-%m-%d %H:%M} UTC"
    )
    print(
        f"RegNetX, {flops[0] / 1e6:.0f} to {flops[1] / 1e6:.0f} MF, {options.image_size} px, "
        + ", ".join(
            f"{name} {model.setting[name]}" for name in ("device", "batch", "threads", "dtype", "layout", "backend")
        )
    )
    print(f"fitted to n = {model.n} networks; chosen by cross-validation: {model.form}")
    forms = {form: fit_runtime(rows, form) for form in FORMS}
    for form, each in forms.items():
        print(f"  {form:<8}{each!s:<72}{each.error()}; overrun {each.overrun:.2f}")
    fitted_to = predicted(model, [row for row in rows if row.median_ms])
    limit = options.limit or float(f"{np.median(fitted_to):.2g}")
    others = fresh_rows(space, options.fresh, model, limit, rows, flops=flops, seconds=options.seconds)
    fresh = Fresh.of(model, others)
    print(f"other networks, sampled at most {limit:g} ms by the {model.form} model, then timed:")
    print(f"  take at most {limit:g} ms: {fresh.kept(limit, limit)}")
    print(f"  take at most {1.1 * limit:.3g} ms, a tenth more: {fresh.kept(1.1 * limit, limit)}")
    asked = limit / model.overrun
    print(f"  the same of those predicted at most {asked:.3g} ms, limit over overrun: {fresh.kept(limit, asked)}")
    for form, each in forms.items():
        print(f"  {form:<8}{Fresh.of(each, others).errors()}")
    if options.out:
        model.save(options.out / "runtime.json")
        print(f"  rows: {save(rows, options.out / 'fitted.csv')}, {save(others, options.out / 'others.csv')}")
    print(f"{time.monotonic() - start:.0f} s, load at the end {os.getloadavg()[0]:.1f}")


if __name__ == "__main__":
    main()

"""Writing a network as a file that other runtimes read, and proving it."""

import copy
import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from netspace.architecture import Architecture
from netspace.errors import ExportError
from netspace.export.agreement import Agreement, as_tensors, compare_outputs
from netspace.export.graph import INPUT, open_session, require_onnx, run_session, write_graph
from netspace.export.report import ExportReport, Speed
from netspace.export.timing import in_turns, median_interval, ratio
from netspace.files import whole_file
from netspace.training.devices import processor_name
from netspace.version import __version__

TOLERANCE = 1e-4
"""Largest difference allowed, of the network's largest output: float32 sums taken in another order stay well below,
a wrong layer does not."""

SECONDS = 3.0
"""Time for the timing of both, if none is given."""


def export_onnx(
    network: nn.Module,
    path: str | Path,
    *,
    name: str | None = None,
    image_size: int | None = None,
    preprocessing: Mapping[str, Any] | None = None,
    tolerance: float = TOLERANCE,
    seconds: float = SECONDS,
    threads: int | None = None,
) -> ExportReport:
    """Writes a network as one ONNX file, checks it, and measures how exact and how fast it is.

    The graph computes in evaluation mode, in float32, for batches of any size; batch norms are folded into the
    convolutions before them. ``onnx.checker`` checks it, and onnxruntime computes it beside the network on batches
    of 1, 2 and 5 random images and on hard ones (zeros, 255s, 1e-8, constants). The file carries the name, the
    architecture's JSON and the preprocessing, and appears whole and proven, or not at all.

    Args:
        network: a `Network`, or any module that takes images (N, C, H, W); it is left as it is.
        path: the file, ``NAME.onnx``; its folder is made if need be.
        name: what the file calls the network; by default its class.
        image_size: height and width of an image, in pixels; by default the architecture's.
        preprocessing: what the network expects of its images, such as ``{"mean": ..., "std": ...}``.
        tolerance: largest difference allowed between onnxruntime and eager, relative to the largest output.
        seconds: how long both are timed in turns, batch 1; 0: not at all.
        threads: of that timing; by default torch's.

    Raises:
        ExportError: a library is not installed, the network cannot be expressed, differs by more than ``tolerance``,
            or the file cannot be written.

    Example:
        >>> import netspace as ns, tempfile
        >>> network = ns.build(ns.anynet(depths=[1], widths=[16], image_size=32), seed=0)
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     report = export_onnx(network, f"{folder}/network.onnx", seconds=0)
        >>> report.batch_norms, report.relative < 1e-4
        (0, True)
    """
    require_onnx()
    target = _checked(path)
    reference = copy.deepcopy(network).cpu().float().to(memory_format=torch.contiguous_format).eval()  # type: ignore[call-overload]
    shape = image_shape(reference, image_size)
    title = name or type(network).__name__
    with whole_file(target, ExportError) as partial_file:
        graph = write_graph(
            reference,
            partial_file,
            shape,
            outputs=_output_names(reference, shape),
            properties=_properties(reference, title, shape, preprocessing),
        )
        threads = threads or torch.get_num_threads()
        session = open_session(partial_file, threads=threads)
        agreements = compare_outputs(reference, partial(run_session, session), shape[0], shape[1])
        _require_agreement(title, agreements, tolerance)
        speed = _speed(reference, session, shape, seconds, threads) if seconds else None
    return ExportReport(target, title, shape, graph, agreements, tolerance, speed, _versions())


def image_shape(network: nn.Module, image_size: int | None) -> tuple[int, int, int]:
    """Gives channels, height and width of a network's images.

    Raises:
        ExportError: the size is given neither here nor by an architecture.
    """
    architecture = getattr(network, "architecture", None)
    size = image_size or getattr(architecture, "image_size", None)
    if not isinstance(size, int) or isinstance(size, bool) or size < 1:
        raise ExportError(
            f"image_size {image_size!r} says no size of an image in pixels: give one, such as image_size=224 "
            f"({type(network).__name__} itself does not tell)"
        )
    first = next((layer for layer in network.modules() if isinstance(layer, nn.Conv2d)), None)
    channels = getattr(architecture, "in_channels", None) or (first.in_channels if first else 3)
    return int(channels), size, size


def _checked(path: str | Path) -> Path:
    target = Path(path)
    if target.suffix.lower() != ".onnx" or target.is_dir():
        raise ExportError(f"cannot export to {str(path)!r}: give the name of a file that ends in .onnx")
    return target


@torch.inference_mode()
def _output_names(network: nn.Module, shape: Sequence[int]) -> list[str]:
    try:
        outputs = as_tensors(network(torch.zeros(2, *shape)))
    except Exception as error:
        first_line = (str(error).strip() or type(error).__name__).splitlines()[0]
        raise ExportError(f"{type(network).__name__} does not run on images of shape {shape}: {first_line}") from error
    if len(outputs) > 1:
        return [f"features_{i}" for i in range(len(outputs))]
    has_classes = getattr(getattr(network, "architecture", None), "num_classes", True)
    return ["logits" if has_classes else "features"]


def _properties(
    network: nn.Module, name: str, shape: Sequence[int], preprocessing: Mapping[str, Any] | None
) -> dict[str, str]:
    architecture = getattr(network, "architecture", None)
    known = {"name": name, "netspace_version": __version__, "image_shape": json.dumps(list(shape))}
    if isinstance(architecture, Architecture):
        known["architecture"] = replace(architecture, image_size=shape[1]).to_json()
    if preprocessing:
        known["preprocessing"] = json.dumps(dict(preprocessing), sort_keys=True)
    return known


def _require_agreement(name: str, agreements: Sequence[Agreement], tolerance: float) -> None:
    apart = [each for each in agreements if not each.within(tolerance)]
    if apart:
        worst = max(apart, key=lambda each: each.relative)
        raise ExportError(
            f"the exported {name} differs from the network by {worst.relative:.1e} of its largest output on images "
            f"'{worst.images}' (batch {worst.batch}), allowed is {tolerance:.0e}: no file was written.\n"
            "  Allow more with tolerance=..., if that is enough for you."
        )


def _speed(network: nn.Module, session: Any, shape: Sequence[int], seconds: float, threads: int) -> Speed:
    images = torch.randn(1, *shape, generator=torch.Generator().manual_seed(0))
    before = torch.get_num_threads()
    torch.set_num_threads(threads)
    try:
        with torch.inference_mode():
            times = in_turns(_calls(network, session, images), seconds)
    finally:
        torch.set_num_threads(before)
    eager, exported = times["eager"], times["exported"]
    return Speed(
        1,
        threads,
        processor_name(),
        len(eager),
        median_interval(eager),
        median_interval(exported),
        ratio(exported, eager),
    )


def _calls(network: nn.Module, session: Any, images: Tensor) -> dict[str, Any]:
    feed = {INPUT: images.numpy()}
    return {"eager": lambda: network(images), "exported": lambda: session.run(None, feed)}


def _versions() -> dict[str, str]:
    import onnx
    import onnxruntime

    return {
        "netspace": __version__,
        "torch": torch.__version__,
        "onnx": onnx.__version__,
        "onnxruntime": onnxruntime.__version__,
    }

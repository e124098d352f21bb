"""A network as an ONNX graph, and the graph in onnxruntime. No checks in here."""

import warnings
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from netspace.errors import ExportError
from netspace.export.folding import fold

INSTALL = 'pip install "netspace[export]"'

INPUT = "images"
"""Name of the graph's input: float32, (batch, channels, height, width), batch of any size."""

LARGEST = 2_000_000_000
"""Bytes of weights that one ONNX file can hold: protobuf, which it is written in, ends at 2 GiB."""


@dataclass(frozen=True)
class GraphFacts:
    """What a written graph is made of: its opset, how many nodes of each kind, its bytes."""

    opset: int
    nodes: Mapping[str, int]
    bytes: int


def require_onnx(*libraries: str) -> None:
    """Makes sure that what writes, checks and runs ONNX is installed: all of it, or some ``libraries``.

    Raises:
        ExportError: it is not.
    """
    for library in libraries or ("onnx", "onnxscript", "onnxruntime"):
        try:
            import_module(library)
        except ImportError as error:
            raise ExportError(f"ONNX needs {library}, which does not load ({error}): {INSTALL}") from None


def write_graph(
    network: nn.Module, path: Path, shape: Sequence[int], *, outputs: Sequence[str], properties: Mapping[str, str]
) -> GraphFacts:
    """Writes ``network``, in evaluation mode and its batch norms folded, as one ONNX file and has it checked.

    Args:
        network: on the CPU, in float32; left as it is.
        path: the file.
        shape: of an image (channels, height, width); the size of the batch is left open.
        outputs: names of the graph's outputs.
        properties: the file's own words on itself, by key.

    Raises:
        ExportError: the exporter is not installed, cannot express the network, or writes what ``onnx.checker`` refuses.
    """
    require_onnx("onnx", "onnxscript")
    import onnx

    size = sum(each.numel() * each.element_size() for each in (*network.parameters(), *network.buffers()))
    if size > LARGEST:
        raise ExportError(
            f"the weights take {size / 1e9:.1f} GB, and one ONNX file holds less than {LARGEST / 1e9:.0f} GB: "
            "export a smaller network"
        )
    try:
        proto = _trace(fold(network), shape, outputs)
        _say_no_more_than(proto, properties)
        onnx.checker.check_model(proto, full_check=True)
    except Exception as error:
        first_line = (str(error).strip() or type(error).__name__).splitlines()[0]
        raise ExportError(f"torch {torch.__version__} cannot export this network to ONNX: {first_line}") from error
    path.write_bytes(proto.SerializeToString())
    opset = next(each.version for each in proto.opset_import if each.domain in ("", "ai.onnx"))
    return GraphFacts(opset, Counter(node.op_type for node in proto.graph.node), path.stat().st_size)


def _trace(network: nn.Module, shape: Sequence[int], outputs: Sequence[str]) -> Any:
    # A batch of 1 would be taken for a constant.
    example, batch = torch.zeros(2, *shape), torch.export.Dim("batch")
    with _quiet():
        program = torch.onnx.export(
            network,
            (example,),
            dynamo=True,
            dynamic_shapes=({0: batch},),
            input_names=[INPUT],
            output_names=list(outputs),
            verbose=False,
        )
    if program is None:
        raise RuntimeError("the exporter gave nothing")
    return program.model_proto


@contextmanager
def _quiet() -> Iterator[None]:
    """Silences what torch 2.13's exporter says of torch's own code, which no caller can change."""
    with warnings.catch_warnings():
        # Copying its graphs runs torch.utils._pytree.LeafSpec's deprecated check.
        warnings.filterwarnings("ignore", r"`isinstance\(treespec, LeafSpec\)` is deprecated", FutureWarning)
        yield


def _say_no_more_than(proto: Any, properties: Mapping[str, str]) -> None:
    """Puts ``properties`` into the graph in place of the exporter's notes, which hold paths of this machine."""
    import onnx

    graph = proto.graph
    for notes in (graph, *graph.node, *graph.input, *graph.output, *graph.value_info, *graph.initializer):
        notes.ClearField("metadata_props")
        notes.ClearField("doc_string")
    onnx.helper.set_model_props(proto, dict(properties))


def open_session(path: Path, *, threads: int, device: str = "cpu") -> Any:
    """Gives an onnxruntime session that computes on ``threads`` threads and leaves none spinning after a call.

    Raises:
        ExportError: the onnxruntime that is installed cannot use the device.
    """
    require_onnx("onnxruntime")
    import onnxruntime

    provider = {"cpu": "CPUExecutionProvider", "cuda": "CUDAExecutionProvider"}.get(torch.device(device).type, device)
    available = onnxruntime.get_available_providers()
    if provider not in available:
        raise ExportError(
            f"onnxruntime {onnxruntime.__version__} cannot compute on {device!r}: it has {', '.join(available)}"
            + (
                "\n  For NVIDIA GPUs: pip install onnxruntime-gpu, in place of onnxruntime."
                if "CUDA" in provider
                else ""
            )
        )
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads, options.inter_op_num_threads = threads, 1
    options.log_severity_level = 3  # errors
    options.add_session_config_entry("session.force_spinning_stop", "1")
    index = torch.device(device).index or 0
    choices = (provider, {"device_id": index} if "CUDA" in provider else {})
    return onnxruntime.InferenceSession(path, options, providers=[choices])


def run_session(session: Any, images_NCHW: Tensor) -> list[NDArray[np.float32]]:
    """Gives every output of a session for images on the CPU."""
    outputs: list[NDArray[np.float32]] = session.run(None, {INPUT: images_NCHW.numpy()})
    return outputs

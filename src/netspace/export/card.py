"""The card beside an exported file, and the section in a saved network's own card."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from torch import nn

from netspace.architecture import Architecture
from netspace.complexity import complexity
from netspace.errors import ExportError
from netspace.export.report import ExportReport
from netspace.files import whole_file
from netspace.networks.card import MARK

_HEADING = "## ONNX\n"


def write_export_card(
    report: ExportReport, network: nn.Module, weights: str, preprocessing: Mapping[str, Any] | None = None
) -> Path:
    """Writes a card beside an exported file, ``NAME.md``: what it is, what it costs, how exact and how fast it is.

    Args:
        report: what `export_onnx` gave.
        network: the network that was exported.
        weights: which weights it has, in words.
        preprocessing: what it expects of its images, where that is known.

    Returns:
        The file.

    Raises:
        ExportError: it cannot be written.
    """
    expects = [f"- {name}: {value}" for name, value in (preprocessing or {}).items()]
    lines = [
        f"# {report.name}",
        "",
        f"Weights: {weights}.",
        *([""] if expects else []),
        *expects,
        *_cost(network),
        "",
        report.to_markdown(),
    ]
    return _write(report.path.with_suffix(".md"), "\n".join(lines))


def add_to_card(report: ExportReport, folder: Path) -> None:
    """Writes the section into the model card of a saved network, in the place of an earlier one.

    A card that somebody took the mark out of is left as it is.
    """
    card = folder / "README.md"
    text = card.read_text(encoding="utf-8") if card.is_file() else ""
    if MARK in text:
        _write(card, text.partition(_HEADING)[0].rstrip("\n") + "\n\n" + report.to_markdown())


def _cost(network: nn.Module) -> list[str]:
    architecture = getattr(network, "architecture", None)
    if not isinstance(architecture, Architecture):
        return []
    cost = complexity(architecture)
    return ["", f"{cost.flops:,} flops (multiply-adds), {cost.params:,} params, {cost.acts:,} acts for one image."]


def _write(path: Path, text: str) -> Path:
    with whole_file(path, ExportError) as file:
        file.write_text(text, encoding="utf-8")
    return path

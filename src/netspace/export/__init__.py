"""Export: a network as a file for other runtimes, checked against the network it came from."""

from netspace.errors import ExportError
from netspace.export.agreement import Agreement
from netspace.export.card import add_to_card, write_export_card
from netspace.export.exporting import export_onnx
from netspace.export.report import ExportReport, Speed

__all__ = ["Agreement", "ExportError", "ExportReport", "Speed", "add_to_card", "export_onnx", "write_export_card"]

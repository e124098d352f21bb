"""Export: a network as a file for other runtimes, checked against the network it came from."""

from netspace.export.agreement import Agreement
from netspace.export.errors import ExportError
from netspace.export.exporting import export_onnx
from netspace.export.report import ExportReport, Speed

__all__ = ["Agreement", "ExportError", "ExportReport", "Speed", "export_onnx"]

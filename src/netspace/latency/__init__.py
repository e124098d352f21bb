"""Latency: how long networks take, what memory they need, and how that goes with flops and activations."""

from netspace.errors import LatencyError
from netspace.latency.calibration import calibrate
from netspace.latency.correlation import Correlation, correlate
from netspace.latency.measuring import measure
from netspace.latency.row import Latency
from netspace.latency.table import frame, read, save

__all__ = ["Correlation", "Latency", "LatencyError", "calibrate", "correlate", "frame", "measure", "read", "save"]

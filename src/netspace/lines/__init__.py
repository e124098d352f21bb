"""Quantized lines (RegNet paper, section 3.3): their equations, and the line that is nearest to given widths.

Spaces draw lines, restrict others to be near one, and analysis tells how near networks are: all of them look here.
"""

from netspace.lines.equations import WIDTH_QUANTUM, line_exponents, line_widths, quantized_linear_widths
from netspace.lines.fitting import LineFits, fit_lines

__all__ = ["WIDTH_QUANTUM", "LineFits", "fit_lines", "line_exponents", "line_widths", "quantized_linear_widths"]

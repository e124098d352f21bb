"""Sweeps of pycls, the code of the RegNet paper's authors, read as design spaces of the same distribution.

Source: Radosavovic et al., "Designing Network Design Spaces" (arXiv 2003.13678) and facebookresearch/pycls: its sweep
files (``configs/sweeps``), sampling rules, and the rounding of widths and groups before networks are counted.
"""

from netspace.spaces.pycls.sweep import Sweep, is_sweep, read_sweep

__all__ = ["Sweep", "is_sweep", "read_sweep"]

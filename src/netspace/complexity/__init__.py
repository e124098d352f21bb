"""Flops, parameters and activations of networks, in closed form, by the papers' rule.

``flops`` are multiply-adds, as in the papers (not two operations each); batch norm, pooling, activations and
additions cost none. ``params`` counts every trained number. ``acts`` are the elements of the outputs of all
convolutions, the max-pool and the classifier (RegNet paper, section 3.3 and Figure 12).
"""

from netspace.complexity.batch import ArchitectureBatch, ArchitectureList, Networks
from netspace.complexity.counting import breakdown, complexity
from netspace.complexity.fitting import fit_runtime
from netspace.complexity.layers import Complexity
from netspace.complexity.runtime import RuntimeModel

__all__ = [
    "ArchitectureBatch",
    "ArchitectureList",
    "Complexity",
    "Networks",
    "RuntimeModel",
    "breakdown",
    "complexity",
    "fit_runtime",
]

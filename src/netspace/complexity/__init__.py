"""Flops, parameters and activations of networks, in closed form, by the papers' rule.

``flops`` are multiply-adds, as in the papers (not two operations each); batch norm, pooling, activations and
additions cost none. ``params`` counts every trained number. ``acts`` are the elements of the outputs of all
convolutions, the max-pool and the classifier (RegNet paper, section 3.3 and Figure 12).
"""

from netspace.complexity.batch import ArchitectureBatch
from netspace.complexity.counting import breakdown, complexity
from netspace.complexity.layers import Complexity

__all__ = ["ArchitectureBatch", "Complexity", "breakdown", "complexity"]

"""From a space and a trained sample of it to a smaller space, with the evidence and a promise that can be checked.

The core takes plain arrays: a table of n networks with their errors, and a pool of untrained draws of the same space.
A Gaussian process tells what the parameters do to the error (`model`), candidate moves are rules that say which
networks they keep (`moves`), a greedy walk picks them (`walk`), and what they gain together is promised with an
interval (`promise`). Errors are top-1 in percent; failed networks are left out and counted.
"""

from netspace.figures import Evidence
from netspace.refinement.columns import Column
from netspace.refinement.confirmation import Confirmation, confirm
from netspace.refinement.moves import Move
from netspace.refinement.promise import Promise
from netspace.refinement.refining import MoveEffect, Refinement, refine, refine_arrays

__all__ = [
    "Column",
    "Confirmation",
    "Evidence",
    "Move",
    "MoveEffect",
    "Promise",
    "Refinement",
    "confirm",
    "refine",
    "refine_arrays",
]

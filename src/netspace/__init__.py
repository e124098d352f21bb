"""netspace designs network design spaces."""
from netspace.architecture import Architecture
from netspace.complexity import Complexity, complexity
from netspace.families import anynet, regnet

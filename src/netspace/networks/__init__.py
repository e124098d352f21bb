"""Networks: an `Architecture` as a torch module. Knows nothing of spaces."""

from netspace.networks.counting import count
from netspace.networks.network import Network, build

__all__ = ["Network", "build", "count"]

"""Networks: an `Architecture`, or a name, as a torch module. Knows nothing of spaces."""

from netspace.families.importing import import_blocks
from netspace.networks.counting import count
from netspace.networks.creation import create_model, get_architecture
from netspace.networks.features import FeatureNetwork
from netspace.networks.network import Network, build
from netspace.networks.normalization import freeze_batch_norm
from netspace.networks.registry import register_block

__all__ = [
    "FeatureNetwork",
    "Network",
    "build",
    "count",
    "create_model",
    "freeze_batch_norm",
    "get_architecture",
    "import_blocks",
    "register_block",
]

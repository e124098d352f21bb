"""Names of mmpretrain (https://github.com/open-mmlab/mmpretrain), once mmclassification.

Its RegNets read images as blue, green, red, as its configurations for them say (``to_rgb=False``): the published
weights were pycls's. Its ResNets read red, green, blue.
"""

from netspace.architecture import Architecture
from netspace.networks.checkpoints.layout import RESNET_BLOCK, Layout, Names, block_names


def _resnet(architecture: Architecture) -> Names:
    blocks = block_names(architecture, lambda i, j, _: f"backbone.layer{i + 1}.{j}", lambda _: RESNET_BLOCK)
    return {"stem.conv": "backbone.conv1", "stem.bn": "backbone.bn1", **blocks, "head.linear": "head.fc"}


MMPRETRAIN = Layout("mmpretrain", {"regnet": _resnet, "resnet": _resnet}, bgr=frozenset({"regnet"}))

"""Names of VISSL (https://github.com/facebookresearch/vissl): ClassyVision's RegNets, such as SEER's, as it saves them.

A file without classifier, as self-supervised training leaves it, is for a network of ``num_classes=0``.
"""

from netspace.architecture import Architecture
from netspace.networks.checkpoints.layout import Layout, Names, block_names

_BOTTLENECK: Names = {
    "a.conv": "f.a.0",
    "a.bn": "f.a.1",
    "b.conv": "f.b.0",
    "b.bn": "f.b.1",
    "se.squeeze": "f.se.excitation.0",
    "se.excite": "f.se.excitation.2",
    "c.conv": "f.c",
    "c.bn": "f.final_bn",
    "shortcut.conv": "proj",
    "shortcut.bn": "bn",
}


def _regnet(architecture: Architecture) -> Names:
    return {
        "stem.conv": "_feature_blocks.conv1.stem.0",
        "stem.bn": "_feature_blocks.conv1.stem.1",
        **block_names(
            architecture, lambda i, j, _: f"_feature_blocks.res{i + 2}.block{i + 1}-{j}", lambda _: _BOTTLENECK
        ),
        "head.linear": "0.clf.0",
    }


VISSL = Layout("vissl", {"regnet": _regnet})

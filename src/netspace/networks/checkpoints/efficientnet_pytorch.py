"""Names of efficientnet_pytorch (https://github.com/lukemelas/EfficientNet-PyTorch), and of its fork for the Lites.

Its weights are TensorFlow's, and its networks pad as TensorFlow does.
"""

from netspace.architecture import Architecture, Stage
from netspace.networks.checkpoints.layout import Layout, Names, block_names

_BLOCK: Names = {
    "expand.conv": "_expand_conv",
    "expand.bn": "_bn0",
    "spatial.conv": "_depthwise_conv",
    "spatial.bn": "_bn1",
    "se.squeeze": "_se_reduce",
    "se.excite": "_se_expand",
    "project.conv": "_project_conv",
    "project.bn": "_bn2",
}


def _efficientnet(architecture: Architecture) -> Names:
    return {
        "stem.conv": "_conv_stem",
        "stem.bn": "_bn0",
        **block_names(architecture, lambda _, __, n: f"_blocks.{n}", _block),
        "head.conv.conv": "_conv_head",
        "head.conv.bn": "_bn1",
        "head.linear": "_fc",
    }


def _block(_: Stage) -> Names:
    return _BLOCK


EFFICIENTNET_PYTORCH = Layout(
    "efficientnet_pytorch",
    {"efficientnet": _efficientnet, "efficientnet_lite": _efficientnet},
    padding="same",
)

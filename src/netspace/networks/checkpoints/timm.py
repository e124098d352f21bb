"""Names of timm (https://github.com/huggingface/pytorch-image-models)."""

from netspace.architecture import Architecture, Stage
from netspace.networks.checkpoints.layout import RESNET_BLOCK, Layout, Names, as_linear_bottleneck, block_names

_BOTTLENECK: Names = {
    "a.conv": "conv1.conv",
    "a.bn": "conv1.bn",
    "b.conv": "conv2.conv",
    "b.bn": "conv2.bn",
    "se.squeeze": "se.fc1",
    "se.excite": "se.fc2",
    "c.conv": "conv3.conv",
    "c.bn": "conv3.bn",
    "shortcut.conv": "downsample.conv",
    "shortcut.bn": "downsample.bn",
}

_LINEAR_BOTTLENECK = as_linear_bottleneck(_BOTTLENECK)

_SEPARABLE: Names = {
    "spatial.conv": "conv_dw",
    "spatial.bn": "bn1",
    "se.squeeze": "se.conv_reduce",
    "se.excite": "se.conv_expand",
    "point.conv": "conv_pw",
    "point.bn": "bn2",
    "project.conv": "conv_pw",
    "project.bn": "bn2",
}

_INVERTED: Names = {
    "expand.conv": "conv_pw",
    "expand.bn": "bn1",
    "spatial.conv": "conv_dw",
    "spatial.bn": "bn2",
    "se.squeeze": "se.conv_reduce",
    "se.excite": "se.conv_expand",
    "project.conv": "conv_pwl",
    "project.bn": "bn3",
}

_REXNET: Names = {
    "expand.conv": "conv_exp.conv",
    "expand.bn": "conv_exp.bn",
    "spatial.conv": "conv_dw.conv",
    "spatial.bn": "conv_dw.bn",
    "se.squeeze": "se.fc1",
    "se.norm": "se.bn",
    "se.excite": "se.fc2",
    "project.conv": "conv_pwl.conv",
    "project.bn": "conv_pwl.bn",
}


def _regnet(architecture: Architecture) -> Names:
    return {
        "stem.conv": "stem.conv",
        "stem.bn": "stem.bn",
        **block_names(
            architecture,
            lambda i, j, _: f"s{i + 1}.b{j + 1}",
            lambda stage: _BOTTLENECK if stage.block == "x" else _LINEAR_BOTTLENECK,
        ),
        "head.conv.conv": "final_conv.conv",
        "head.conv.bn": "final_conv.bn",
        "head.linear": "head.fc",
    }


def _resnet(architecture: Architecture) -> Names:
    blocks = block_names(architecture, lambda i, j, _: f"layer{i + 1}.{j}", lambda _: RESNET_BLOCK)
    return {"stem.conv": "conv1", "stem.bn": "bn1", **blocks, "head.linear": "fc"}


def _efficientnet(architecture: Architecture) -> Names:
    return {
        "stem.conv": "conv_stem",
        "stem.bn": "bn1",
        **block_names(architecture, lambda i, j, _: f"blocks.{i}.{j}", _efficientnet_block),
        "head.conv.conv": "conv_head",
        "head.conv.bn": "bn2",
        "head.linear": "classifier",
    }


def _efficientnet_block(stage: Stage) -> Names:
    return _SEPARABLE if stage.expansion == 1 else _INVERTED


def _rexnet(architecture: Architecture) -> Names:
    last = architecture.depth
    return {
        "stem.conv": "stem.conv",
        "stem.bn": "stem.bn",
        **block_names(architecture, lambda _, __, n: f"features.{n}", lambda _: _REXNET),
        "head.conv.conv": f"features.{last}.conv",
        "head.conv.bn": f"features.{last}.bn",
        "head.linear": "head.fc",
    }


TIMM = Layout(
    "timm",
    {
        "regnet": _regnet,
        "regnetz": _regnet,
        "resnet": _resnet,
        "mobilenetv1": _efficientnet,
        "mobilenetv2": _efficientnet,
        "efficientnet": _efficientnet,
        "efficientnet_lite": _efficientnet,
        "rexnet": _rexnet,
    },
    padding="",
)

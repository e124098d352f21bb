"""Names of torchvision (https://github.com/pytorch/vision)."""

from netspace.architecture import Architecture, Stage
from netspace.networks.checkpoints.layout import RESNET_BLOCK, Layout, Names, block_names

_BOTTLENECK: Names = {
    "a.conv": "f.a.0",
    "a.bn": "f.a.1",
    "b.conv": "f.b.0",
    "b.bn": "f.b.1",
    "se.squeeze": "f.se.fc1",
    "se.excite": "f.se.fc2",
    "c.conv": "f.c.0",
    "c.bn": "f.c.1",
    "shortcut.conv": "proj.0",
    "shortcut.bn": "proj.1",
}


def _regnet(architecture: Architecture) -> Names:
    blocks = block_names(
        architecture, lambda i, j, _: f"trunk_output.block{i + 1}.block{i + 1}-{j}", lambda _: _BOTTLENECK
    )
    return {"stem.conv": "stem.0", "stem.bn": "stem.1", **blocks, "head.linear": "fc"}


def _resnet(architecture: Architecture) -> Names:
    blocks = block_names(architecture, lambda i, j, _: f"layer{i + 1}.{j}", lambda _: RESNET_BLOCK)
    return {"stem.conv": "conv1", "stem.bn": "bn1", **blocks, "head.linear": "fc"}


def _mobilenetv2(architecture: Architecture) -> Names:
    blocks = block_names(architecture, lambda _, __, n: f"features.{n + 1}.conv", _inverted_block)
    return _between(blocks, last=architecture.depth + 1)


def _inverted_block(stage: Stage) -> Names:
    k = int(stage.expansion != 1)
    return {
        "expand.conv": "0.0",
        "expand.bn": "0.1",
        "spatial.conv": f"{k}.0",
        "spatial.bn": f"{k}.1",
        "project.conv": f"{k + 1}",
        "project.bn": f"{k + 2}",
    }


def _efficientnet(architecture: Architecture) -> Names:
    blocks = block_names(architecture, lambda i, j, _: f"features.{i + 1}.{j}.block", _mbconv)
    return _between(blocks, last=len(architecture.stages) + 1)


def _mbconv(stage: Stage) -> Names:
    k = int(stage.expansion != 1)
    return {
        "expand.conv": "0.0",
        "expand.bn": "0.1",
        "spatial.conv": f"{k}.0",
        "spatial.bn": f"{k}.1",
        "se.squeeze": f"{k + 1}.fc1",
        "se.excite": f"{k + 1}.fc2",
        "project.conv": f"{k + 2}.0",
        "project.bn": f"{k + 2}.1",
    }


def _between(blocks: Names, last: int) -> Names:
    """Puts the names of the stem before those of the blocks, and those of the head after them."""
    return {
        "stem.conv": "features.0.0",
        "stem.bn": "features.0.1",
        **blocks,
        "head.conv.conv": f"features.{last}.0",
        "head.conv.bn": f"features.{last}.1",
        "head.linear": "classifier.1",
    }


TORCHVISION = Layout(
    "torchvision",
    {"regnet": _regnet, "resnet": _resnet, "mobilenetv2": _mobilenetv2, "efficientnet": _efficientnet},
)

"""Names of pycls (https://github.com/facebookresearch/pycls), whose networks read images as blue, green, red."""

from netspace.architecture import Architecture, Stage
from netspace.networks.checkpoints.layout import Layout, Names, as_linear_bottleneck, block_names

_STEM: Names = {"stem.conv": "stem.conv", "stem.bn": "stem.bn"}

_BOTTLENECK: Names = {
    "a.conv": "f.a",
    "a.bn": "f.a_bn",
    "b.conv": "f.b",
    "b.bn": "f.b_bn",
    "se.squeeze": "f.se.f_ex.0",
    "se.excite": "f.se.f_ex.2",
    "c.conv": "f.c",
    "c.bn": "f.c_bn",
    "shortcut.conv": "proj",
    "shortcut.bn": "bn",
}

_INSIDE: dict[str, Names] = {
    "x": _BOTTLENECK,
    "basic": _BOTTLENECK,
    "inverted": as_linear_bottleneck(_BOTTLENECK),
    "vanilla": {"a.conv": "a", "a.bn": "a_bn", "b.conv": "b", "b.bn": "b_bn"},
}

_MBCONV: Names = {
    "expand.conv": "exp",
    "expand.bn": "exp_bn",
    "spatial.conv": "dwise",
    "spatial.bn": "dwise_bn",
    "se.squeeze": "se.f_ex.0",
    "se.excite": "se.f_ex.2",
    "project.conv": "lin_proj",
    "project.bn": "lin_proj_bn",
}


def _anynet(architecture: Architecture) -> Names:
    head = {"head.conv.conv": "head.conv", "head.conv.bn": "head.bn", "head.linear": "head.fc"}
    return _STEM | block_names(architecture, _block, lambda stage: _INSIDE[stage.block]) | head


def _efficientnet(architecture: Architecture) -> Names:
    head = {"head.conv.conv": "head.conv", "head.conv.bn": "head.conv_bn", "head.linear": "head.fc"}
    return _STEM | block_names(architecture, _block, _mbconv) | head


def _mbconv(_: Stage) -> Names:
    return _MBCONV


def _block(i: int, j: int, _: int) -> str:
    return f"s{i + 1}.b{j + 1}"


_FAMILIES = {
    "regnet": _anynet,
    "resnet": _anynet,
    "anynet": _anynet,
    "regnetz": _anynet,
    "efficientnet": _efficientnet,
}

PYCLS = Layout("pycls", _FAMILIES, bgr=frozenset(_FAMILIES))

"""The ResNets of pycls, which have nothing that a sweep could draw but their training."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from netspace.architecture import Architecture
from netspace.families import anynet
from netspace.spaces.pycls.outline import activation, image, norm
from netspace.spaces.pycls.settings import Settings
from netspace.spaces.space import DesignSpace

_DEPTHS: Mapping[int, tuple[int, ...]] = {50: (3, 4, 6, 3), 101: (3, 4, 23, 3), 152: (3, 8, 36, 3)}


def resnets(settings: Settings, name: str) -> DesignSpace:
    """Gives the one ResNet or ResNeXt of a depth, of CIFAR or of ImageNet, as the data set says."""
    make = _of_cifar if "cifar" in str(settings["TRAIN.DATASET"]) else _of_imagenet
    made = make(settings, {"activation": activation(settings), **image(settings)})
    return DesignSpace.from_architecture(name, replace(made, norm=norm(settings)))


def _of_cifar(settings: Settings, options: dict[str, Any]) -> Architecture:
    depth, function = settings["MODEL.DEPTH"], settings.own("TRANS_FUN")
    if function != "basic_transform" or depth < 8 or (depth - 2) % 6:
        raise settings.error(
            "SETUP.BASE_CFG.MODEL.DEPTH",
            f"is {depth} with {function}: 6 n + 2 with basic_transform can be read for images of CIFAR",
        )
    return anynet(
        depths=[(depth - 2) // 6] * 3,
        widths=(16, 32, 64),
        strides=(1, 2, 2),
        block="basic",
        stem="cifar",
        stem_width=16,
        **options,
    )


def _of_imagenet(settings: Settings, options: dict[str, Any]) -> Architecture:
    depth, groups, width = settings["MODEL.DEPTH"], settings.own("NUM_GROUPS"), settings.own("WIDTH_PER_GROUP")
    if any(value < 1 or value != int(value) for value in (groups, width)):
        raise settings.error(
            "SETUP.BASE_CFG.RESNET", f"has {groups} groups of width {width}: whole numbers of at least 1 can be read"
        )
    if settings.own("TRANS_FUN") != "bottleneck_transform" or depth not in _DEPTHS or settings.own("STRIDE_1X1"):
        raise settings.error(
            "SETUP.BASE_CFG.RESNET",
            "can be read with bottleneck_transform, STRIDE_1X1 False and a MODEL.DEPTH of 50, 101 or 152",
        )
    return anynet(
        depths=_DEPTHS[depth],
        widths=(256, 512, 1024, 2048),
        strides=(1, 2, 2, 2),
        bottleneck_ratios=256 / (groups * width),
        group_widths=[width * 2**i for i in range(4)],
        block="x" if groups > 1 else "r",
        stem="imagenet",
        stem_width=64,
        **options,
    )

"""ResNet and ResNeXt, of ImageNet and of CIFAR.

Sources: He et al. 2015 (arXiv 1512.03385), Table 1 and section 4.2; Xie et al. 2016 (1611.05431), Table 1; errors of
the authors' model zoo of the RegNet paper (pycls), trained as its Table 3 says. Strides are on the 3x3 convolutions,
as in pycls, torchvision and timm (the first paper has them on the 1x1).
"""

from functools import partial

from netspace.families import anynet
from netspace.zoo.model import Model, Published

_IMAGENET = partial(anynet, strides=(1, 2, 2, 2), stem="imagenet", stem_width=64)
_BASIC = partial(_IMAGENET, widths=(64, 128, 256, 512), block="basic")
_BOTTLENECK = partial(_IMAGENET, widths=(256, 512, 1024, 2048))

_DEPTHS = {50: (3, 4, 6, 3), 101: (3, 4, 23, 3), 152: (3, 8, 36, 3)}
_ERRORS = {
    "ResNet-50": (23.19, 6.63),
    "ResNet-101": (21.414, 5.792),
    "ResNet-152": (20.87, 5.44),
    "ResNeXt-50": (21.884, 6.062),
    "ResNeXt-101": (20.664, 5.392),
    "ResNeXt-152": (20.386, 5.318),
}
"""Top-1 and top-5 error of pycls's released weights."""


def _published(name: str) -> tuple[Published, ...]:
    top1, top5 = _ERRORS[name]
    return (Published(round(100 - top1, 3), round(100 - top5, 3), "pycls, released weights"),)


def _resnet(depth: int) -> Model:
    name = f"ResNet-{depth}"
    make = partial(_BOTTLENECK, depths=_DEPTHS[depth], block="r", bottleneck_ratios=4)
    return Model(name, "ResNet", make, f"resnet{depth}", f"resnet{depth}", (), _published(name))


def _resnext(depth: int) -> Model:
    name = f"ResNeXt-{depth}"
    make = partial(_BOTTLENECK, depths=_DEPTHS[depth], bottleneck_ratios=2, group_widths=(4, 8, 16, 32))
    timm = {50: "resnext50_32x4d", 101: "resnext101_32x4d"}.get(depth, "")
    torchvision = timm if depth == 50 else ""
    return Model(name, "ResNeXt", make, timm, torchvision, (f"resnext{depth}",), _published(name), note="32x4d")


MODELS: tuple[Model, ...] = (
    Model(
        "ResNet-18",
        "ResNet",
        partial(_BASIC, depths=(2, 2, 2, 2)),
        "resnet18",
        "resnet18",
        published=(Published(69.758, 89.078, "torchvision IMAGENET1K_V1"),),
    ),
    Model(
        "ResNet-34",
        "ResNet",
        partial(_BASIC, depths=(3, 4, 6, 3)),
        "resnet34",
        "resnet34",
        published=(Published(73.314, 91.42, "torchvision IMAGENET1K_V1"),),
    ),
    *map(_resnet, _DEPTHS),
    *map(_resnext, _DEPTHS),
    Model(
        "ResNet-56",
        "ResNet",
        partial(
            anynet,
            depths=(9, 9, 9),
            widths=(16, 32, 64),
            strides=(1, 2, 2),
            block="basic",
            stem="cifar",
            stem_width=16,
            image_size=32,
            num_classes=10,
        ),
        other_names=("resnet56", "cifar_resnet56"),
        published=(Published(93.03, None, "ResNet paper, Table 6: CIFAR-10 test, padded shortcuts"),),
        note="of CIFAR; 1x1 shortcuts where shapes differ, as in pycls (the paper pads with zeros)",
    ),
)

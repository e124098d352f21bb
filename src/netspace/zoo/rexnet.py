"""ReXNet, its lite, rounded and plain forms.

Sources: "Rethinking Channel Dimensions for Efficient Model Design" (arXiv 2007.00992), Tables 4 and 5; the authors'
README (clovaai/rexnet) for x3.0 and lite; timm for the rounded form (``rexnetr``) and its weights.
"""

from functools import partial

from netspace.families import rexnet, rexnet_lite, rexnet_plain
from netspace.zoo.model import Model, Published

# width multiplier, top-1, top-5, timm's name
_V1: tuple[tuple[float, float, float, str], ...] = (
    (0.9, 77.2, 93.5, ""),
    (1.0, 77.9, 93.9, "rexnet_100"),
    (1.3, 79.5, 94.7, "rexnet_130"),
    (1.5, 80.3, 95.2, "rexnet_150"),
    (2.0, 81.6, 95.7, "rexnet_200"),
    (2.2, 0, 0, ""),
    (3.0, 82.8, 96.2, "rexnet_300"),
)
_LITE = ((1.0, 76.2, 92.8), (1.3, 77.8, 93.8), (1.5, 78.6, 94.2), (2.0, 80.2, 95.0))
_ROUNDED = ((1.0, 8), (1.3, 8), (1.5, 8), (2.0, 8), (3.0, 16))


def _v1(width: float, top1: float, top5: float, timm: str) -> Model:
    published = (Published(top1, top5, "the authors' README, RandAugment"),) if top1 else ()
    if width == 1.0:
        published = (Published(77.3, 93.4, "ReXNet paper, Table 4"), *published)
    note = "" if top1 else "a detection backbone in the paper (Tables 7 and 9)"
    names = (f"ReXNet_{width}",)
    return Model(f"ReXNet-x{width}", "ReXNet", partial(rexnet, width), timm, "", names, published, note=note)


def _lite(width: float, top1: float, top5: float) -> Model:
    published = (Published(top1, top5, "the authors' README"),)
    names = (f"ReXNet-lite_{width}",)
    make = partial(rexnet_lite, width)
    return Model(f"ReXNet-lite-x{width}", "ReXNet-lite", make, other_names=names, published=published)


def _rounded(width: float, divisor: int) -> Model:
    timm = f"rexnetr_{round(100 * width)}"
    note = f"timm's: widths are multiples of {divisor}"
    return Model(f"ReXNet-R-x{width}", "ReXNet-R", partial(rexnet, width, divisor=divisor), timm, note=note)


MODELS: tuple[Model, ...] = (
    *(_v1(*row) for row in _V1),
    *(_lite(*row) for row in _LITE),
    *(_rounded(*row) for row in _ROUNDED),
    Model(
        "ReXNet-plain",
        "ReXNet",
        rexnet_plain,
        published=(Published(74.8, None, "ReXNet paper, section 4.3: MobileNetV1's 72.5 + 2.3"),),
        note="MobileNetV1 with linear widths; the paper prints none, see netspace.families.rexnet_plain",
    ),
)

"""MobileNetV1 and V2, EfficientNet and EfficientNet-Lite.

Sources: see `netspace.families.mobile`; accuracies: MobileNets: ReXNet paper, Table 4; EfficientNet: RegNet paper,
Table 4 ("originally reported") and the RegNet authors' retrained weights (pycls); EfficientNet-Lite: the authors'
README (tensorflow/tpu, efficientnet/lite).
"""

from functools import partial

from netspace.families.mobile import TENSORFLOW, efficientnet, efficientnet_lite, mobilenetv1, mobilenetv2
from netspace.zoo.model import Model, Published

# name, width, depth, input size, dropout, top-1 error originally, top-1 and top-5 error of pycls's weights
_EFFICIENTNET = (
    ("B0", 1.0, 1.0, 224, 0.2, 23.7, 24.92, 7.814),
    ("B1", 1.0, 1.1, 240, 0.2, 21.2, 24.068, 7.228),
    ("B2", 1.1, 1.2, 260, 0.3, 20.2, 23.518, 6.968),
    ("B3", 1.2, 1.4, 300, 0.3, 18.9, 22.47, 6.514),
    ("B4", 1.4, 1.8, 380, 0.4, 17.4, 21.374, 5.808),
    ("B5", 1.6, 2.2, 456, 0.4, 16.7, 21.674, 6.238),
)

# number, width, depth, input size, dropout, top-1 accuracy
_LITE = (
    (0, 1.0, 1.0, 224, 0.2, 75.1),
    (1, 1.0, 1.1, 240, 0.2, 76.7),
    (2, 1.1, 1.2, 260, 0.3, 77.6),
    (3, 1.2, 1.4, 280, 0.3, 79.8),
    (4, 1.4, 1.8, 300, 0.3, 81.5),
)

_AS_TRAINED = 'padding "same" and epsilon 1e-3, as the authors trained it in TensorFlow'


def _efficientnet(
    name: str, width: float, depth: float, size: int, dropout: float, original: float, top1: float, top5: float
) -> Model:
    make = partial(efficientnet, width, depth, dropout, image_size=size)
    here = f"efficientnet_{name.lower()}"
    torchvision = here if name != "B5" else ""  # see B5-TV
    published = (
        Published(round(100 - original, 3), None, "as originally reported (RegNet paper, Table 4)"),
        Published(round(100 - top1, 3), round(100 - top5, 3), "pycls, released weights, trained as RegNets are"),
    )
    return Model(f"EfficientNet-{name}", "EfficientNet", make, here, torchvision, (), published)


def _efficientnet_tensorflow(
    name: str, width: float, depth: float, size: int, dropout: float, original: float, *_: float
) -> Model:
    make = partial(efficientnet, width, depth, dropout, **TENSORFLOW, image_size=size)
    published = (Published(round(100 - original, 3), None, "as originally reported (RegNet paper, Table 4)"),)
    timm = f"tf_efficientnet_{name.lower()}"
    return Model(f"EfficientNet-{name}-TF", "EfficientNet", make, timm, published=published, note=_AS_TRAINED)


def _lite(number: int, width: float, depth: float, size: int, dropout: float) -> Model:
    make = partial(efficientnet_lite, width, depth, dropout, image_size=size)
    name = f"EfficientNet-Lite{number}"
    note = f"symmetric padding; {name}-TF has the authors' weights"
    return Model(name, "EfficientNet-Lite", make, f"efficientnet_lite{number}", note=note)


def _lite_tensorflow(number: int, width: float, depth: float, size: int, dropout: float, top1: float) -> Model:
    make = partial(efficientnet_lite, width, depth, dropout, **TENSORFLOW, image_size=size)
    name, timm = f"EfficientNet-Lite{number}-TF", f"tf_efficientnet_lite{number}"
    published = (Published(top1, None, "the authors' README, fp32"),)
    return Model(name, "EfficientNet-Lite", make, timm, published=published, note=_AS_TRAINED)


MODELS: tuple[Model, ...] = (
    *(_efficientnet(*row) for row in _EFFICIENTNET),
    Model(
        "EfficientNet-B5-TV",
        "EfficientNet",
        partial(efficientnet, *_EFFICIENTNET[5][1:3], dropout=0.4, image_size=456, norm=TENSORFLOW["norm"]),
        torchvision="efficientnet_b5",
        note="torchvision's: symmetric padding, epsilon 1e-3; efficientnet_b5 alone names timm's",
    ),
    *(_efficientnet_tensorflow(*row) for row in _EFFICIENTNET),
    *(_lite(*row[:-1]) for row in _LITE),
    *(_lite_tensorflow(*row) for row in _LITE),
    Model(
        "MobileNetV1",
        "MobileNet",
        mobilenetv1,
        "mobilenetv1_100",
        other_names=("MobileNet", "MobileNetV1-x1.0"),
        published=(Published(70.6, 89.5, "ReXNet paper, Table 4"), Published(72.5, None, "ReXNet paper, retrained")),
    ),
    Model("MobileNetV1-x1.4", "MobileNet", partial(mobilenetv1, 1.4)),
    Model(
        "MobileNetV2",
        "MobileNet",
        mobilenetv2,
        "mobilenetv2_100",
        "mobilenet_v2",
        ("MobileNetV2-x1.0",),
        (Published(72.0, 91.0, "ReXNet paper, Table 4"),),
    ),
    Model(
        "MobileNetV2-x1.4",
        "MobileNet",
        partial(mobilenetv2, 1.4),
        "mobilenetv2_140",
        published=(Published(74.7, 92.5, "ReXNet paper, Table 4"),),
    ),
)

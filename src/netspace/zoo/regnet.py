"""RegNetX and RegNetY of the paper, torchvision's roundings, the giants, and RegNetZ.

Sources: "Designing Network Design Spaces" (arXiv 2003.13678), Figures 15 and 16 and Table 3; the authors' model zoo
(pycls) for errors of the released weights; torchvision and timm for theirs; RegNetY-128GF: SEER and SWAG (torchvision),
64GF and 256GF: SEER (timm's numbers); RegNetZ: "Fast and Accurate Model Scaling" (2103.06877), timm's own.
"""

from dataclasses import replace
from functools import partial
from typing import Any

from netspace.architecture import Architecture, Norm
from netspace.families import anynet, regnet
from netspace.zoo.model import Model, Published

# name, timm, torchvision, d, w_0, w_a, w_m, g; the paper's top-1 error (mean of 5 runs); pycls's weights' top-1 and
# top-5 error
_PAPER: tuple[tuple[str, str, str, int, int, float, float, int, float, float, float], ...] = (
    ("RegNetX-200MF", "regnetx_002", "", 13, 24, 36.44, 2.49, 8, 31.1, 31.088, 11.342),
    ("RegNetX-400MF", "regnetx_004", "", 22, 24, 24.48, 2.54, 16, 27.3, 27.382, 9.076),
    ("RegNetX-600MF", "regnetx_006", "", 16, 48, 36.97, 2.24, 24, 25.9, 25.864, 8.198),
    ("RegNetX-800MF", "regnetx_008", "regnet_x_800mf", 16, 56, 35.73, 2.28, 16, 24.8, 24.846, 7.592),
    ("RegNetX-1.6GF", "regnetx_016", "regnet_x_1_6gf", 18, 80, 34.01, 2.25, 24, 23.0, 23.038, 6.484),
    ("RegNetX-3.2GF", "regnetx_032", "regnet_x_3_2gf", 25, 88, 26.31, 2.25, 48, 21.7, 21.736, 5.862),
    ("RegNetX-4.0GF", "regnetx_040", "", 23, 96, 38.65, 2.43, 40, 21.4, 21.356, 5.736),
    ("RegNetX-6.4GF", "regnetx_064", "", 17, 184, 60.83, 2.07, 56, 20.8, 20.844, 5.434),
    ("RegNetX-8.0GF", "regnetx_080", "regnet_x_8gf", 23, 80, 49.56, 2.88, 120, 20.7, 20.728, 5.42),
    ("RegNetX-12GF", "regnetx_120", "", 19, 168, 73.36, 2.37, 112, 20.3, 20.288, 5.284),
    ("RegNetX-16GF", "regnetx_160", "regnet_x_16gf", 22, 216, 55.59, 2.1, 128, 20.0, 19.956, 5.022),
    ("RegNetX-32GF", "regnetx_320", "regnet_x_32gf", 23, 320, 69.86, 2.0, 168, 19.5, 19.498, 4.878),
    ("RegNetY-200MF", "regnety_002", "", 13, 24, 36.44, 2.49, 8, 29.6, 29.658, 10.378),
    ("RegNetY-400MF", "regnety_004", "regnet_y_400mf", 16, 48, 27.89, 2.09, 8, 25.9, 25.898, 8.07),
    ("RegNetY-600MF", "regnety_006", "", 15, 48, 32.54, 2.32, 16, 24.5, 24.54, 7.28),
    ("RegNetY-800MF", "regnety_008", "", 14, 56, 38.84, 2.4, 16, 23.7, 23.684, 6.846),
    ("RegNetY-1.6GF", "regnety_016", "regnet_y_1_6gf", 27, 48, 20.71, 2.65, 24, 22.0, 22.066, 6.134),
    ("RegNetY-3.2GF", "regnety_032", "regnet_y_3_2gf", 21, 80, 42.63, 2.66, 24, 21.0, 21.074, 5.454),
    ("RegNetY-4.0GF", "regnety_040", "", 22, 96, 31.41, 2.24, 64, 20.6, 20.64, 5.336),
    ("RegNetY-6.4GF", "regnety_064", "", 25, 112, 33.22, 2.27, 72, 20.1, 20.11, 5.1),
    ("RegNetY-8.0GF", "regnety_080", "", 17, 192, 76.82, 2.19, 56, 20.1, 20.052, 5.06),
    ("RegNetY-12GF", "regnety_120", "", 19, 168, 73.36, 2.37, 112, 19.7, 19.67, 4.856),
    ("RegNetY-16GF", "regnety_160", "regnet_y_16gf", 18, 200, 106.23, 2.48, 112, 19.6, 19.608, 4.944),
    ("RegNetY-32GF", "regnety_320", "regnet_y_32gf", 20, 232, 115.89, 2.53, 232, 19.0, 19.066, 4.568),
)

# name, timm, torchvision, depths, widths, g, block
_ROUNDED: tuple[tuple[str, str, str, tuple[int, ...], tuple[int, ...], int, str], ...] = (
    ("RegNetX-400MF-TV", "regnetx_004_tv", "regnet_x_400mf", (1, 2, 7, 12), (32, 64, 160, 400), 16, "x"),
    ("RegNetY-800MF-TV", "regnety_008_tv", "regnet_y_800mf", (1, 3, 8, 2), (64, 144, 320, 784), 16, "y"),
    ("RegNetY-8.0GF-TV", "regnety_080_tv", "regnet_y_8gf", (2, 4, 10, 1), (224, 448, 896, 2016), 56, "y"),
)

_TORCHVISION = {
    "RegNetX-800MF": (75.212, 92.348, 77.522, 93.826),
    "RegNetX-1.6GF": (77.04, 93.44, 79.668, 94.922),
    "RegNetX-3.2GF": (78.364, 93.992, 81.196, 95.43),
    "RegNetX-8.0GF": (79.344, 94.686, 81.682, 95.678),
    "RegNetX-16GF": (80.058, 94.944, 82.716, 96.196),
    "RegNetX-32GF": (80.622, 95.248, 83.014, 96.288),
    "RegNetY-400MF": (74.046, 91.716, 75.804, 92.742),
    "RegNetY-1.6GF": (77.95, 93.966, 80.876, 95.444),
    "RegNetY-3.2GF": (78.948, 94.576, 81.982, 95.972),
    "RegNetY-16GF": (80.424, 95.24, 82.886, 96.328),
    "RegNetY-32GF": (80.878, 95.34, 83.368, 96.498),
    "RegNetX-400MF-TV": (72.834, 90.95, 74.864, 92.322),
    "RegNetY-800MF-TV": (76.42, 93.136, 78.828, 94.502),
    "RegNetY-8.0GF-TV": (80.032, 95.048, 82.828, 96.33),
}
"""Top-1 and top-5 accuracy of torchvision's first weights, then of its second."""

# name, timm, torchvision, d, w_0, w_a, w_m, g; block y
_GIANTS: tuple[tuple[str, str, str, int, int, float, float, int], ...] = (
    ("RegNetY-64GF", "regnety_640", "", 20, 352, 147.48, 2.4, 328),
    ("RegNetY-128GF", "regnety_1280", "regnet_y_128gf", 27, 456, 160.83, 2.52, 264),
    ("RegNetY-256GF", "regnety_2560", "", 27, 640, 230.83, 2.53, 373),
)

# name, timm, d, w_0, w_a, w_m, g, head width, other names; block z, b = 1/4
_Z: tuple[tuple[str, str, int, int, float, float, int, int, tuple[str, ...]], ...] = (
    ("RegNetZ-500MF", "regnetz_005", 21, 16, 10.7, 2.51, 4, 1024, ()),
    ("RegNetZ-4.0GF", "regnetz_040", 28, 48, 14.5, 2.226, 8, 0, ("RegNetZ-4GF",)),
    ("RegNetZ-4.0GF-H", "regnetz_040_h", 28, 48, 14.5, 2.226, 8, 1536, ("RegNetZ-4GF-H",)),
)


def _line(d: int, w_0: int, w_a: float, w_m: float, g: int) -> dict[str, Any]:
    return {
        "depth": d,
        "initial_width": w_0,
        "slope": w_a,
        "width_multiplier": w_m,
        "bottleneck_ratio": 1,
        "group_width": g,
    }


def _of_torchvision(name: str) -> tuple[Published, ...]:
    accuracies = _TORCHVISION.get(name, ())
    pairs = zip(accuracies[::2], accuracies[1::2], strict=True)
    return tuple(Published(*pair, f"torchvision IMAGENET1K_V{i + 1}") for i, pair in enumerate(pairs))


def _paper(row: tuple[Any, ...]) -> Model:
    name, timm, torchvision, *numbers, paper, top1, top5 = row
    line = _line(*numbers)
    family = name.partition("-")[0]
    published = (
        Published(round(100 - paper, 3), None, "RegNet paper, mean of 5 runs of 100 epochs"),
        Published(round(100 - top1, 3), round(100 - top5, 3), "pycls, released weights"),
        *_of_torchvision(name),
    )
    make = partial(regnet, **line, block="x" if family == "RegNetX" else "y")
    short = (name.replace(".0GF", "GF"),) if ".0GF" in name else ()
    return Model(name, family, make, timm, torchvision, short, published, line)


def _rounded(row: tuple[Any, ...]) -> Model:
    name, timm, torchvision, depths, widths, g, block = row
    make = partial(anynet, depths=depths, widths=widths, group_widths=g, block=block)
    note = "torchvision rounds widths to groups in MobileNet's way (half up, at least 90 %)"
    family = name.partition("-")[0]
    return Model(name, family, make, timm, torchvision, (), _of_torchvision(name), note=note)


def _giant(row: tuple[Any, ...]) -> Model:
    name, timm, torchvision, *numbers = row
    line = _line(*numbers)
    published: tuple[Published, ...] = ()
    if torchvision:
        published = (
            Published(88.228, 98.682, "torchvision IMAGENET1K_SWAG_E2E_V1, 384 px"),
            Published(86.068, 97.844, "torchvision IMAGENET1K_SWAG_LINEAR_V1"),
        )
    return Model(name, "RegNetY", partial(regnet, **line, block="y"), timm, torchvision, (), published, line)


def _z(row: tuple[Any, ...]) -> Model:
    name, timm, *numbers, head, other = row
    line = _line(*numbers) | {"bottleneck_ratio": 0.25}
    make = partial(regnet, **line, block="z", head_width=head) if head else partial(_activated, **line)
    return Model(name, "RegNetZ", make, timm, "", other, (), line, "linear bottlenecks, inverted: b = 1/4")


def _activated(**options: Any) -> Architecture:
    """Describes a RegNetZ whose head has no convolution; timm has a nonlinearity before the pool."""
    network = regnet(**options, block="z")
    return replace(network, head=replace(network.head, activates=True))


_NORMALIZED_BY_GROUP = _line(22, 96, 31.41, 2.24, 64)


def _group_normalized(**options: Any) -> Architecture:
    network = regnet(**_NORMALIZED_BY_GROUP, block="y", activation="silu", **options)
    return replace(network, norm=Norm("group", group_size=16))


MODELS: tuple[Model, ...] = (
    *map(_paper, _PAPER),
    *map(_rounded, _ROUNDED),
    *map(_giant, _GIANTS),
    Model(
        "RegNetY-4.0GF-GN",
        "RegNetY",
        _group_normalized,
        "regnety_040_sgn",
        line=_NORMALIZED_BY_GROUP,
        note="group norm (16 channels a group) instead of batch norm, SiLU",
    ),
    *map(_z, _Z),
)

"""A named network: how it is described, what was published of it, which weights there are."""

import csv
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from netspace.architecture import Architecture

WEIGHTS = Path(__file__).parent / "weights.csv"
"""Weights that timm keeps on the Hugging Face hub: facts of timm 1.0.31's configurations, see tools/."""


@dataclass(frozen=True)
class Published:
    """A published accuracy on the validation split of ImageNet-1k, unless the source says otherwise.

    Attributes:
        top1: accuracy in percent.
        top5: accuracy in percent, where it was published.
        source: who reports it, and how the network was trained.
    """

    top1: float
    top5: float | None
    source: str

    @property
    def error(self) -> float:
        """Top-1 error in percent."""
        return round(100 - self.top1, 3)


@dataclass(frozen=True)
class Weights:
    """Trained weights on the Hugging Face hub, and the preprocessing that they want.

    Attributes:
        hub: repository, such as ``timm/regnetx_002.pycls_in1k``.
        layout: whose parameter names the file has.
        license: as the hub states it; empty: not stated.
        source: who trained them.
        top1: accuracy in percent, where the project's sources give it.
        top5: accuracy in percent.
        mean: of each channel (RGB), taken from pixels in [0, 1].
        std: of each channel, by which they are divided.
        interpolation: of the resize.
        crop_pct: share of the resized image's shorter side that the centre crop keeps.
        image_size: height and width of the crop, in pixels.
    """

    hub: str
    layout: str
    license: str
    source: str
    top1: float | None
    top5: float | None
    mean: tuple[float, float, float]
    std: tuple[float, float, float]
    interpolation: str
    crop_pct: float
    image_size: int

    @property
    def tag(self) -> str:
        """What timm calls these weights of the network, such as ``pycls_in1k``."""
        return self.hub.partition(".")[2]


@dataclass(frozen=True)
class Model:
    """One row of the zoo.

    Attributes:
        name: the paper's name.
        family: the family it belongs to.
        make: describes it, given fields of `Architecture` such as ``image_size``.
        timm: timm's name of the same network; empty: none.
        torchvision: torchvision's name of the same network; empty: none.
        other_names: further spellings.
        published: accuracies, the paper's own first.
        line: of a RegNet, its ``depth``, ``initial_width``, ``slope``, ``width_multiplier``, ``bottleneck_ratio`` and
            ``group_width``; empty: it is none.
        note: what the name does not tell.
    """

    name: str
    family: str
    make: Callable[..., Architecture]
    timm: str = ""
    torchvision: str = ""
    other_names: tuple[str, ...] = ()
    published: tuple[Published, ...] = ()
    line: Mapping[str, float] = field(default_factory=dict)
    note: str = ""

    @property
    def aliases(self) -> tuple[str, ...]:
        """Its names beside the paper's."""
        return tuple(dict.fromkeys(name for name in (self.timm, self.torchvision, *self.other_names) if name))

    @property
    def architecture(self) -> Architecture:
        """The network as published, at its native input size."""
        return self.make()

    @property
    def weights(self) -> tuple[Weights, ...]:
        """Weights that can be had, timm's default first."""
        return _weights().get(self.timm, ())


@cache
def _weights() -> dict[str, tuple[Weights, ...]]:
    table: dict[str, tuple[Weights, ...]] = {}
    with WEIGHTS.open(newline="", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            table[row["timm"]] = (*table.get(row["timm"], ()), _read(row))
    return table


def _read(row: Mapping[str, str]) -> Weights:
    def triple(text: str) -> Any:
        return tuple(float(part) for part in text.split())

    return Weights(
        hub=f"timm/{row['timm']}.{row['tag']}",
        layout="timm",
        license=row["license"],
        source=row["source"],
        top1=float(row["top1"]) if row["top1"] else None,
        top5=float(row["top5"]) if row["top5"] else None,
        mean=triple(row["mean"]),
        std=triple(row["std"]),
        interpolation=row["interpolation"],
        crop_pct=float(row["crop_pct"]),
        image_size=int(row["image_size"]),
    )

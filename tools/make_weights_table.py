"""Writes src/netspace/zoo/weights.csv: which weights timm keeps on the hub of the networks of the zoo.

    python tools/make_weights_table.py

Needs the `vision` extra. Facts are timm's configurations; accuracies are timm's own, with the preprocessing of the same
row, where they are known here. What the networks' authors report stands in the zoo itself.
"""

import csv
from pathlib import Path

import timm
from timm.models import _registry as registry

from netspace import zoo
from netspace.zoo.model import WEIGHTS, Model

COLUMNS = ("timm", "tag", "license", "source", "top1", "top5", "mean", "std", "interpolation", "crop_pct", "image_size")

# timm's own evaluation at 224 px, bicubic (results of timm 1.0.31)
BY_TIMM = {
    "regnetx_002.pycls_in1k": (68.758, ""),
    "regnetx_004.pycls_in1k": (72.482, ""),
    "regnetx_032.pycls_in1k": (78.160, ""),
    "regnety_002.pycls_in1k": (70.288, ""),
    "rexnet_100.nav_in1k": (77.862, 93.890),
    "rexnet_130.nav_in1k": (79.492, 94.680),
    "rexnet_150.nav_in1k": (80.322, 95.164),
    "rexnet_200.nav_in1k": (81.636, 95.672),
    "rexnet_300.nav_in1k": (82.780, 96.230),
    "rexnetr_200.sw_in12k_ft_in1k": (82.602, 96.396),
    "rexnetr_300.sw_in12k_ft_in1k": (84.036, 96.994),
}
LABELS_OF_IMAGENET = 1000


def rows(model: Model) -> list[dict[str, object]]:
    """Gives a row for each of timm's weights of a network, its default first."""
    configurations = registry._model_default_cfgs[model.timm].cfgs if model.timm else {}  # noqa: SLF001 (timm has no other list)
    return [
        _row(model, tag, config)
        for tag, config in configurations.items()
        if config.hf_hub_id and config.num_classes == LABELS_OF_IMAGENET
    ]


def _row(model: Model, tag: str, config: timm.models.PretrainedCfg) -> dict[str, object]:
    top1, top5 = BY_TIMM.get(f"{model.timm}.{tag}", ("", ""))
    return {
        "timm": model.timm,
        "tag": tag,
        "license": config.license or "",
        "source": config.origin_url or "https://github.com/huggingface/pytorch-image-models",
        "top1": top1,
        "top5": top5,
        "mean": " ".join(f"{value:g}" for value in config.mean),
        "std": " ".join(f"{value:g}" for value in config.std),
        "interpolation": config.interpolation,
        "crop_pct": config.crop_pct,
        "image_size": config.input_size[-1],
    }


def main() -> None:
    """Writes the table."""
    models = [zoo.find(name) for name in zoo.list_models()]
    with Path(WEIGHTS).open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(row for model in models for row in rows(model))


if __name__ == "__main__":
    main()

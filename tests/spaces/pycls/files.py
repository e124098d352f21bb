"""Sweep files that the tests read, in the form of pycls's."""

from pathlib import Path
from typing import Any

import yaml

TRAINING: dict[str, Any] = {
    "OPTIM": {
        "BASE_LR": 1.0,
        "LR_POLICY": "cos",
        "MAX_EPOCH": 50,
        "WARMUP_EPOCHS": 5,
        "WEIGHT_DECAY": 0.0005,
        "EMA_ALPHA": 0.00025,
    },
    "TRAIN": {"DATASET": "cifar10", "SPLIT": "train", "BATCH_SIZE": 1024, "IM_SIZE": 32, "LABEL_SMOOTHING": 0.1},
    "TEST": {"DATASET": "cifar10", "IM_SIZE": 32},
    "NUM_GPUS": 1,
}
STEM = {"STEM_TYPE": "res_stem_cifar", "STEM_W": 16}
RESNET_56 = {"BLOCK_TYPE": "res_basic_block", "DEPTHS": [9] * 3, "WIDTHS": [16, 32, 64], "STRIDES": [1, 2, 2]}


def base(kind: str, **section: Any) -> dict[str, Any]:
    """Gives a base configuration of CIFAR."""
    prefix = {"anynet": "ANYNET", "regnet": "REGNET", "effnet": "EN", "resnet": "RESNET"}[kind]
    return {"MODEL": {"TYPE": kind, "NUM_CLASSES": 10}, prefix: section, **TRAINING}


CIFAR_REGNET: dict[str, Any] = {
    "NUM_CONFIGS": 32,
    "SAMPLERS": {"REGNET": {"TYPE": "regnet_sampler", "DEPTH": [6, 16], "GROUP_W": [1, 32]}},
    "CONSTRAINTS": {
        "CX": {"FLOPS": [0.12e9, 0.13e9], "PARAMS": [0, 2.0e6], "ACTS": [0, 1.0e6]},
        "REGNET": {"NUM_STAGES": [2, 2]},
    },
    "BASE_CFG": base("regnet", **STEM, SE_ON=True),
}
CIFAR_OPTIM: dict[str, Any] = {
    "NUM_CONFIGS": 64,
    "SAMPLERS": {
        "OPTIM.BASE_LR": {
            "TYPE": "float_sampler",
            "RAND_TYPE": "log_uniform",
            "RANGE": [0.25, 5.0],
            "QUANTIZE": 1.0e-10,
        },
        "OPTIM.WEIGHT_DECAY": {
            "TYPE": "float_sampler",
            "RAND_TYPE": "log_uniform",
            "RANGE": [5.0e-5, 1.0e-3],
            "QUANTIZE": 1.0e-10,
        },
    },
    "BASE_CFG": base("anynet", **STEM, **RESNET_56),
}
CIFAR_BEST: dict[str, Any] = {
    "NUM_CONFIGS": 12,
    "SAMPLERS": {
        "OPTIM.MAX_EPOCH": {"TYPE": "value_sampler", "VALUES": [50, 100, 200, 400]},
        "RNG_SEED": {"TYPE": "int_sampler", "RAND_TYPE": "uniform", "RANGE": [1, 3], "QUANTIZE": 1},
    },
    "CONSTRAINTS": {"REGNET": {"NUM_STAGES": [2, 2]}},
    "BASE_CFG": base("regnet", **STEM, SE_ON=True, DEPTH=12, W0=96, WA=19.5, WM=2.942, GROUP_W=8),
}


def ints(rule: str, low: int, high: int, quantum: int = 1) -> dict[str, Any]:
    """Gives a sampler of whole numbers."""
    return {"TYPE": "int_sampler", "RAND_TYPE": rule, "RANGE": [low, high], "QUANTIZE": quantum}


def floats(rule: str, low: float, high: float, quantum: float) -> dict[str, Any]:
    """Gives a sampler of numbers."""
    return {"TYPE": "float_sampler", "RAND_TYPE": rule, "RANGE": [low, high], "QUANTIZE": quantum}


def each(n: int, item: dict[str, Any]) -> dict[str, Any]:
    """Gives a sampler of lists."""
    return {"TYPE": "list_sampler", "LENGTH": n, "ITEM_SAMPLER": item}


ANYNETX_A: dict[str, Any] = {
    "NUM_CONFIGS": 100,
    "SAMPLERS": {
        "ANYNET.DEPTHS": each(4, ints("log_uniform", 1, 16)),
        "ANYNET.WIDTHS": each(4, ints("log_uniform", 8, 1024, 8)),
        "ANYNET.BOT_MULS": each(4, floats("power2_uniform", 0.25, 1.0, 0.25)),
        "ANYNET.GROUP_WS": each(4, ints("power2_uniform", 1, 32)),
    },
    "CONSTRAINTS": {"CX": {"FLOPS": [300e6, 500e6]}},
    "BASE_CFG": {"MODEL": {"TYPE": "anynet", "NUM_CLASSES": 1000}, "ANYNET": {"STRIDES": [2, 2, 2, 2]}},
}


def write(folder: Path, setup: dict[str, Any], **top: Any) -> Path:
    """Writes a sweep's file."""
    path = folder / "sweep.yaml"
    path.write_text(yaml.safe_dump({"NAME": "test/sweep", "SETUP": setup, **top}), encoding="utf-8")
    return path

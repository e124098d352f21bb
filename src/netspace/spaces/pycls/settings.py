"""The settings of a network's configuration in pycls: their defaults, and which of them mean something here."""

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from sys import float_info
from typing import Any

from netspace.errors import SpaceError

Values = Mapping[str, Any]
"""Settings by their full key, such as ``OPTIM.BASE_LR``."""

RECIPE_FIELDS = {
    "OPTIM.MAX_EPOCH": "epochs",
    "TRAIN.BATCH_SIZE": "batch_size",
    "OPTIM.BASE_LR": "learning_rate",
    "OPTIM.MOMENTUM": "momentum",
    "OPTIM.NESTEROV": "nesterov",
    "OPTIM.WEIGHT_DECAY": "weight_decay",
    "OPTIM.WARMUP_EPOCHS": "warmup_epochs",
    "TRAIN.LABEL_SMOOTHING": "label_smoothing",
}
"""Fields of `netspace.training.Recipe` by what pycls calls them."""

_STAGES: dict[str, Any] = {"DEPTHS": [], "WIDTHS": [], "STRIDES": []}
_SHARED: dict[str, Any] = {
    "STEM_TYPE": "simple_stem_in",
    "STEM_W": 32,
    "BLOCK_TYPE": "res_bottleneck_block",
    "HEAD_W": 0,
    "SE_ON": False,
    "SE_R": 0.25,
}
SECTIONS: dict[str, dict[str, Any]] = {
    "anynet": {**_SHARED, **_STAGES, "BOT_MULS": [], "GROUP_WS": []},
    "regnet": {
        **_SHARED,
        "STRIDE": 2,
        "DEPTH": 10,
        "W0": 32,
        "WA": 5.0,
        "WM": 2.5,
        "GROUP_W": 16,
        "BOT_MUL": 1.0,
    },
    "effnet": {
        **_STAGES,
        "STEM_W": 32,
        "EXP_RATIOS": [],
        "SE_R": 0.25,
        "KERNELS": [],
        "HEAD_W": 1280,
        "DROPOUT_RATIO": 0.0,
    },
    "resnet": {
        "TRANS_FUN": "basic_transform",
        "NUM_GROUPS": 1,
        "WIDTH_PER_GROUP": 64,
        "STRIDE_1X1": True,
    },
}
"""Settings of each type of network, in the section that `PREFIXES` names."""

PREFIXES = {"anynet": "ANYNET", "regnet": "REGNET", "effnet": "EN", "resnet": "RESNET"}

_COMMON: dict[str, Any] = {
    "MODEL.TYPE": "",
    "MODEL.DEPTH": 0,
    "MODEL.NUM_CLASSES": 10,
    "MODEL.ACTIVATION_FUN": "relu",
    "MODEL.SCALING_TYPE": "",
    "MODEL.SCALING_FACTOR": 1.0,
    "BN.EPS": 1e-5,
    "BN.MOM": 0.1,
    "OPTIM.MAX_EPOCH": 200,
    "OPTIM.BASE_LR": 0.1,
    "OPTIM.MOMENTUM": 0.9,
    "OPTIM.NESTEROV": True,
    "OPTIM.WEIGHT_DECAY": 5e-4,
    "OPTIM.WARMUP_EPOCHS": 0,
    "TRAIN.BATCH_SIZE": 128,
    "TRAIN.LABEL_SMOOTHING": 0.0,
    "TRAIN.IM_SIZE": 224,
    "TRAIN.DATASET": "",
    "RNG_SEED": 1,
}
DEFAULTS: dict[str, Any] = _COMMON | {
    f"{PREFIXES[kind]}.{key}": value for kind, section in SECTIONS.items() for key, value in section.items()
}
"""Settings that mean something here, with pycls's defaults."""

_AS_HERE: dict[str, Any] = {
    "OPTIM.LR_POLICY": "cos",
    "OPTIM.OPTIMIZER": "sgd",
    "OPTIM.MIN_LR": 0.0,
    "OPTIM.DAMPENING": 0.0,
    "MODEL.LOSS_FUN": "cross_entropy",
    "BN.USE_CUSTOM_WEIGHT_DECAY": False,
    "BN.ZERO_INIT_FINAL_GAMMA": False,
    "OPTIM.BIAS_USE_CUSTOM_WEIGHT_DECAY": False,
    "EN.DC_RATIO": 0.0,
    "TRAIN.MIXUP_ALPHA": 0.0,
    "TRAIN.CUTMIX_ALPHA": 0.0,
    "TRAIN.AUGMENT": "",
    "TRAIN.MIXED_PRECISION": False,
    "NUM_GPUS": 1,
}
"""Settings without a counterpart, at the value that says what is done here anyhow."""

_WITHOUT_COUNTERPART = {
    "": "DESC VERBOSE MAX_GPUS_PER_NODE OUT_DIR CFG_DEST LOG_DEST LOG_PERIOD DIST_BACKEND HOST PORT PORT_RANGE "
    "DATA_DIR DOWNLOAD_CACHE",
    "MODEL": "ACTIVATION_INPLACE TIMM_MODEL TIMM_PRETRAINED",
    "VIT": "PATCH_SIZE STEM_TYPE C_STEM_KERNELS C_STEM_STRIDES C_STEM_DIMS NUM_LAYERS NUM_HEADS HIDDEN_DIM MLP_DIM "
    "CLASSIFIER_TYPE",
    "BN": "USE_PRECISE_STATS NUM_SAMPLES_PRECISE CUSTOM_WEIGHT_DECAY",
    "LN": "EPS USE_CUSTOM_WEIGHT_DECAY CUSTOM_WEIGHT_DECAY",
    "OPTIM": "STEPS LR_MULT GAMMA BETA1 BETA2 BIAS_CUSTOM_WEIGHT_DECAY WARMUP_FACTOR EMA_ALPHA EMA_BETA "
    "EMA_UPDATE_PERIOD MTA",
    "TRAIN": "SPLIT EVAL_PERIOD CHECKPOINT_PERIOD AUTO_RESUME WEIGHTS PCA_STD",
    "TEST": "DATASET SPLIT BATCH_SIZE IM_SIZE WEIGHTS",
    "DATA_LOADER": "NUM_WORKERS PIN_MEMORY MEMORY_FORMAT",
    "MEM": "RELU_INPLACE",
    "CUDNN": "BENCHMARK",
    "PREC_TIME": "WARMUP_ITER NUM_ITER BATCH_SIZE ENABLED",
    "LAUNCH": "MODE MAX_RETRY NAME COMMENT CPUS_PER_GPU MEM_PER_GPU PARTITION GPU_TYPE TIME_LIMIT EMAIL",
}
KNOWN = {
    *DEFAULTS,
    *_AS_HERE,
    *(f"{s}.{key}".lstrip(".") for s, keys in _WITHOUT_COUNTERPART.items() for key in keys.split()),
}
"""All settings of pycls."""


@dataclass(frozen=True)
class Settings:
    """The configuration that all networks of a sweep start from.

    Attributes:
        file: where it was read, for errors.
        given: what the file says.
    """

    file: str
    given: Values

    def __getitem__(self, key: str) -> Any:
        return self.given.get(key, DEFAULTS[key])

    @property
    def kind(self) -> str:
        """The type of network.

        Raises:
            SpaceError: it is none of those that can be read.
        """
        kind = self["MODEL.TYPE"]
        if kind not in SECTIONS:
            raise self.error("SETUP.BASE_CFG.MODEL.TYPE", f"is {kind!r}: {', '.join(SECTIONS)} can be read")
        return str(kind)

    def own(self, key: str) -> Any:
        """Gives a setting of the section of its type of network, such as ``STEM_W``."""
        return self[f"{PREFIXES[self.kind]}.{key}"]

    @property
    def ignored(self) -> dict[str, Any]:
        """What the file says that has no counterpart here, or no effect on networks of its type."""
        used = {*_COMMON} - {"RNG_SEED"} | {*(f"{PREFIXES[self.kind]}.{key}" for key in SECTIONS[self.kind])}
        return {
            key: value
            for key, value in self.given.items()
            if key not in used and not (key in _AS_HERE and value == _AS_HERE[key])
        }

    def error(self, key: str, problem: str) -> SpaceError:
        """Makes the error for a setting that cannot be read."""
        return sweep_error(self.file, key, problem)


def sweep_error(file: str, key: str, problem: str) -> SpaceError:
    """Makes the error for a key of a sweep's file."""
    return SpaceError(f"cannot read the sweep {file}: {key} {problem}")


def read_settings(file: str, base: Any) -> Settings:
    """Reads the base configuration of a sweep.

    Raises:
        SpaceError: it has a setting that pycls does not know.
    """
    given = {key: decoded(value) for key, value in _flat(file, base)}
    settings = Settings(file, given)
    for key, value in given.items():
        check_known(file, key, "SETUP.BASE_CFG.")
        _check_value(file, key, value)
    if given.get("MODEL.SCALING_TYPE") and settings["MODEL.SCALING_FACTOR"] != 1:
        raise settings.error(
            "SETUP.BASE_CFG.MODEL.SCALING_TYPE",
            "scales every network, which cannot be read: leave it out, and give ranges of the size that you want",
        )
    return settings


def check_known(file: str, key: str, where: str) -> None:
    """Raises a `SpaceError` for a setting that pycls does not know."""
    if key not in KNOWN:
        near = get_close_matches(key, sorted(KNOWN), n=1)
        hint = f": did you mean {near[0]}?" if near else ""
        raise sweep_error(file, f"{where}{key}", f"is no setting of pycls{hint}")


def _check_value(file: str, key: str, value: Any) -> None:
    """Raises a `SpaceError` for a value of another kind than the setting has by default."""
    default = DEFAULTS.get(key)
    numbers = value if isinstance(default, list) and isinstance(value, list) else [value]
    kind: Any = type(default) if isinstance(default, str | bool) else float
    fits = is_number if kind is float else lambda each: isinstance(each, kind)
    if default is not None and not all(map(fits, numbers)):
        said = {str: "text", bool: "True or False"}.get(kind, "numbers" if isinstance(default, list) else "a number")
        raise sweep_error(file, f"SETUP.BASE_CFG.{key}", f"is {value!r:.60}: {said} can be read")


def is_number(value: Any) -> bool:
    """Says whether a value is a finite number."""
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) <= float_info.max


def decoded(value: Any) -> Any:
    """Reads numbers that YAML takes for text, such as ``1e-10``, as pycls does."""
    if isinstance(value, list | tuple):
        return [decoded(each) for each in value]
    if not isinstance(value, str):
        return value
    try:
        return ast.literal_eval(value)
    except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
        return value


def _flat(file: str, base: Any, prefix: str = "") -> Iterator[tuple[str, Any]]:
    """Yields each setting of nested sections with its full key."""
    if not isinstance(base, Mapping):
        raise sweep_error(file, "SETUP.BASE_CFG", f"is no mapping of settings: given {base!r:.60}")
    for key, value in base.items():
        if isinstance(value, Mapping):
            yield from _flat(file, value, f"{prefix}{key}.")
        else:
            yield f"{prefix}{key}", value

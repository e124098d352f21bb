"""A sweep file of pycls: what it draws, how many, within which budget, and how it trains them."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from netspace.documents import read_document
from netspace.errors import SpaceError
from netspace.numbers import parse_number
from netspace.spaces.population import Population
from netspace.spaces.pycls.networks import network_space
from netspace.spaces.pycls.samplers import coarse, read_samplers
from netspace.spaces.pycls.settings import RECIPE_FIELDS, Settings, decoded, read_settings, sweep_error
from netspace.spaces.space import DesignSpace

_TOP = {"ROOT_DIR", "NAME", "DESC", "NUM_PROC", "SWEEP_CFG_FILE", "SETUP", "LAUNCH", "COLLECT", "ANALYZE"}
_SETUP = {"NUM_CONFIGS", "NUM_SAMPLES", "CHUNK_SIZE", "RNG_SEED", "BASE_CFG", "SAMPLERS", "CONSTRAINTS"}
_COSTS = {"FLOPS": "flops", "PARAMS": "params", "ACTS": "acts"}

Bounds = tuple[float | None, float | None]


@dataclass(frozen=True)
class Sweep:
    """A sweep of pycls: a space, and how many networks of it are drawn, within which budget.

    Attributes:
        space: the networks that it draws from, with the same distribution.
        n: how many it draws.
        budget: ``(low, high)`` of ``flops`` (multiply-adds), ``params`` and ``acts``, those that are bounded;
            ``None`` is an open end.
        seed: of the draws.
        recipe: fields of `netspace.training.Recipe` that its base configuration sets, or leaves at pycls's defaults.
        data: its data set, as pycls calls it, such as ``"cifar10"``; empty if it names none.
        ignored: what its file says that has no counterpart here. Nothing of it changes which networks are drawn.
    """

    space: DesignSpace
    n: int
    budget: Mapping[str, Bounds]
    seed: int
    recipe: Mapping[str, Any]
    data: str
    ignored: Mapping[str, Any]

    def sample(self, n: int | None = None, seed: int | None = None, *, workers: int = 1) -> Population:
        """Draws ``n`` different networks within the budget.

        They follow the distribution of the sweep. They are not those that pycls draws, which depend on its number of
        processes. Each network is kept once, where pycls keeps all parameters that lead to it: of the 32 networks of
        its example ``cifar_regnet``, one is there twice on average.

        Args:
            n: how many; by default as many as the sweep says.
            seed: by default the sweep's.
            workers: threads.

        Raises:
            SpaceError: the space has not so many networks within the budget.
        """
        budget: dict[str, Any] = dict(self.budget)
        seed = self.seed if seed is None else seed
        return self.space.sample(self.n if n is None else n, seed=seed, workers=workers, **budget)


def is_sweep(raw: Any) -> bool:
    """Says whether what a YAML file holds is a sweep of pycls.

    Example:
        >>> is_sweep({"NAME": "a", "SETUP": {"SAMPLERS": {}}}), is_sweep({"space": "regnetx"})
        (True, False)
    """
    return isinstance(raw, Mapping) and isinstance(raw.get("SETUP"), Mapping)


def read_sweep(path: str | Path) -> Sweep:
    """Reads a sweep file of pycls (``configs/sweeps/*/*.yaml``) as a design space of the same distribution.

    What can vary: RegNets (``regnet_sampler``, or their parameters one by one), numbers by stage of AnyNets and
    EfficientNets (``list_sampler``), stem and head width, image size, and parameters of the training
    (``OPTIM.BASE_LR``, ``OPTIM.WEIGHT_DECAY``, ``OPTIM.MAX_EPOCH``, ``RNG_SEED``, ...), each with any of pycls's
    sampling rules. Widths and groups are rounded as pycls rounds them before it counts a network.

    Raises:
        SpaceError: the file is no sweep, or has a key that is unknown or has no counterpart; the message names it.

    Example:
        >>> import tempfile, pathlib
        >>> file = pathlib.Path(tempfile.mkdtemp()) / "sweep.yaml"
        >>> _ = file.write_text('''
        ... NAME: narrow
        ... SETUP:
        ...   NUM_CONFIGS: 3
        ...   BASE_CFG: {MODEL: {TYPE: regnet}, REGNET: {STEM_TYPE: res_stem_cifar}, TRAIN: {IM_SIZE: 32}}
        ...   SAMPLERS: {REGNET: {TYPE: regnet_sampler, DEPTH: [6, 16], GROUP_W: [1, 32]}}
        ...   CONSTRAINTS: {REGNET: {NUM_STAGES: [2, 2]}, CX: {FLOPS: [0, 0.13e+9]}}
        ... ''')
        >>> len(read_sweep(file).sample())
        3
    """
    raw = _load(path)
    file, setup = str(path), raw["SETUP"]
    _check_keys(file, "", raw, _TOP)
    _check_keys(file, "SETUP.", setup, _SETUP)
    settings = read_settings(file, setup.get("BASE_CFG", {}))
    samplers = setup.get("SAMPLERS") or {}
    sampled = read_samplers(file, samplers)
    name = str(raw.get("NAME") or Path(path).stem)
    budget, num_stages = _constraints(file, setup.get("CONSTRAINTS") or {})
    return Sweep(
        space=network_space(settings, name, sampled, num_stages),
        n=_whole(file, "SETUP.NUM_CONFIGS", setup.get("NUM_CONFIGS"), 1),
        budget=budget,
        seed=_whole(file, "SETUP.RNG_SEED", setup.get("RNG_SEED", 0), 0),
        recipe={field: settings[key] for key, field in RECIPE_FIELDS.items()},
        data=str(settings["TRAIN.DATASET"]),
        ignored=_ignored(raw, settings) | coarse(samplers),
    )


def _load(path: str | Path) -> dict[str, Any]:
    raw = read_document(path, "sweep", SpaceError).fields
    if not is_sweep(raw):
        raise SpaceError(
            f"cannot read the sweep {path}: it has no section SETUP, with NUM_CONFIGS, BASE_CFG and SAMPLERS in it, as "
            "sweep files of pycls have"
        )
    return dict(raw)


def _check_keys(file: str, where: str, given: Any, known: set[str]) -> None:
    if not isinstance(given, Mapping):
        raise sweep_error(file, where.rstrip("."), f"is no mapping: given {given!r:.60}")
    unknown = [str(key) for key in given if key not in known]
    if unknown:
        raise sweep_error(file, f"{where}{unknown[0]}", f"is unknown: {', '.join(sorted(known))} are known there")


def _constraints(file: str, given: Any) -> tuple[dict[str, Bounds], tuple[int, int]]:
    """Gives the budget and the range of the number of stages."""
    where = "SETUP.CONSTRAINTS."
    _check_keys(file, where, given, {"CX", "REGNET"})
    costs, regnet = given.get("CX") or {}, given.get("REGNET") or {}
    _check_keys(file, f"{where}CX.", costs, set(_COSTS))
    _check_keys(file, f"{where}REGNET.", regnet, {"NUM_STAGES"})
    pairs = {name: _bounds(file, f"{where}CX.{key}", costs[key]) for key, name in _COSTS.items() if key in costs}
    stages = regnet.get("NUM_STAGES", [4, 4])
    low, high = stages if isinstance(stages, list) and len(stages) == 2 else (0, 0)
    if not (_is_whole(low) and _is_whole(high) and 1 <= low <= high):
        raise sweep_error(file, f"{where}REGNET.NUM_STAGES", f"is {stages!r}: [low, high] of at least 1 is needed")
    return {name: pair for name, pair in pairs.items() if pair != (None, None)}, (low, high)


def _bounds(file: str, key: str, given: Any) -> Bounds:
    """Reads a range of which 0 is an open end."""
    try:
        low, high = (parse_number(value) for value in decoded(given))
    except (TypeError, ValueError):
        raise sweep_error(file, key, f"is {given!r:.60}: [low, high] is needed, 0 being an open end") from None
    return low or None, high or None


def _whole(file: str, key: str, value: Any, least: int) -> int:
    if not _is_whole(value) or value < least:
        raise sweep_error(file, key, f"is {value!r}: a whole number of at least {least} is needed")
    return int(value)


def _is_whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _ignored(raw: Mapping[str, Any], settings: Settings) -> dict[str, Any]:
    top = {key: raw[key] for key in ("ROOT_DIR", "NUM_PROC", "LAUNCH", "COLLECT", "ANALYZE") if key in raw}
    setup = {f"SETUP.{key}": raw["SETUP"][key] for key in ("NUM_SAMPLES", "CHUNK_SIZE") if key in raw["SETUP"]}
    return settings.ignored | setup | top

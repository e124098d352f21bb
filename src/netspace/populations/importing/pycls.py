"""``sweep.json``, what ``tools/sweep_collect.py`` of pycls makes of the logs of a sweep.

Source: facebookresearch/pycls, ``tools/sweep_collect.py`` and ``pycls/core/logging.py``. A job has ``log_file``,
``cfg``, ``complexity`` and for each epoch, as lists, ``train_epoch``, ``test_epoch`` (``epoch``, ``epoch_ind``,
``epoch_max``, ``top1_err``, ``min_top1_err``) and ``test_ema_epoch``.
"""

from collections.abc import Mapping, Sequence
from math import nan
from typing import Any

from netspace.architecture import Architecture
from netspace.complexity import complexity
from netspace.errors import ArchitectureError, SpaceError
from netspace.populations.importing.table import Table, check_rows, columns_of_rows, flat, varying
from netspace.populations.record import Epoch
from netspace.spaces.pycls.networks import FAMILIES, network_space
from netspace.spaces.pycls.settings import DEFAULTS, PREFIXES, RECIPE_FIELDS, decoded, read_settings

_COSTS = ("flops", "params", "acts")
_NUM_STAGES = (1, 1000)
_NAMES = {key: name for family in FAMILIES.values() for key, name in family.items()} | RECIPE_FIELDS
_ORDER = [*sorted(DEFAULTS, key=lambda key: key.partition(".")[0] not in PREFIXES.values()), "TEST.SPLIT"]
"""Settings that mean something here, those of networks first: pycls sorts its files by name."""
_NAMES |= {"RNG_SEED": "seed", "TRAIN.IM_SIZE": "image_size"}


def is_sweep(raw: Any) -> bool:
    """Says whether JSON is a list of jobs as pycls collects them."""
    return isinstance(raw, list) and bool(raw) and all(isinstance(job, Mapping) and "cfg" in job for job in raw[:3])


def read(file: str, raw: Any) -> Table:
    """Reads it: the error is pycls's ``error_tst``, the least test error of any epoch.

    Jobs that have not finished have no error. A network is described where its configuration can be read and counts
    to the flops, params and acts of its log; else it is known by the name of its log alone.
    """
    jobs = check_rows(file, raw)
    settings = [_settings(job) for job in jobs]
    own = columns_of_rows([_parameters(each) for each in settings])
    own = {name: own[name] for name in varying(own)}
    networks = [_architecture(file, job) for job in jobs]
    return Table(
        format="sweep of pycls",
        columns=own | columns_of_rows([_results(job, i) for i, job in enumerate(jobs)]),
        names={"error": "min_error", "network": "job"},
        parameters=list(own),
        library="pycls",
        architectures=networks,
        shape=_shape(settings),
        curves=[_curve(job) for job in jobs],
        recipe=_recipe(settings),
        data=_data(settings),
        how="the least of all epochs, as pycls has it; last_error is that of the last epoch, ema_error the least of "
        "the averaged weights",
        notes=_notes(jobs, networks),
    )


def _settings(job: Mapping[str, Any]) -> dict[str, Any]:
    """Gives the settings of a job that mean something here, by full key, lists as they are."""
    given = _flat(job.get("cfg") or {})
    return {key: decoded(given[key]) for key in _ORDER if key in given}


def _flat(section: Mapping[str, Any], prefix: str = "") -> dict[str, Any]:
    made: dict[str, Any] = {}
    for key, value in section.items():
        made |= _flat(value, f"{prefix}{key}.") if isinstance(value, Mapping) else {f"{prefix}{key}": value}
    return made


def _parameters(settings: Mapping[str, Any]) -> dict[str, Any]:
    kind = settings.get("MODEL.TYPE")
    others = tuple(f"{prefix}." for name, prefix in PREFIXES.items() if name != kind)
    used = {key: value for key, value in settings.items() if not key.startswith(others) and key != "TEST.SPLIT"}
    return dict(flat({_NAMES.get(key, key.lower()): _ratio(key, value) for key, value in used.items()}))


def _ratio(key: str, value: Any) -> Any:
    """Gives the paper's b for pycls's multiplier 1 / b, which is what the parameter is called."""
    if isinstance(value, list) and key.endswith("BOT_MULS"):
        return [_ratio("BOT_MUL", each) for each in value]
    return 1 / value if key.endswith("BOT_MUL") and isinstance(value, int | float) and value else value


def _results(job: Mapping[str, Any], index: int) -> dict[str, Any]:
    test, ema = job.get("test_epoch") or {}, job.get("test_ema_epoch") or {}
    done = _is_finished(test)
    costs = {name: (job.get("complexity") or {}).get(name) for name in _COSTS}
    return costs | {
        "job": _name(job, index),
        "min_error": min(test["min_top1_err"]) if done else None,
        "last_error": test["top1_err"][-1] if done else None,
        "ema_error": min(ema["min_top1_err"]) if done and ema else None,
    }


def _is_finished(test: Mapping[str, Any]) -> bool:
    """Says whether the last epoch that was tested is the last of all."""
    if not test.get("min_top1_err"):
        return False
    if "epoch_ind" in test:
        return bool(test["epoch_ind"][-1] == test["epoch_max"][-1])
    done, _, planned = str(test["epoch"][-1]).partition("/")
    return done == planned


def _name(job: Mapping[str, Any], index: int) -> str:
    """Gives the folder of a job's log."""
    parts = [part for part in str(job.get("log_file", "")).replace("\\", "/").split("/") if part]
    return parts[-2] if len(parts) > 1 else str(index)


def _architecture(file: str, job: Mapping[str, Any]) -> Architecture | None:
    try:
        space = network_space(read_settings(file, job.get("cfg") or {}), "one", {}, _NUM_STAGES)
        network = space.sample(1).architectures[0]
    except (SpaceError, ArchitectureError, TypeError, ValueError):
        return None
    return network if _agrees(network, job.get("complexity") or {}) else None


def _agrees(network: Architecture, told: Mapping[str, Any]) -> bool:
    cost = complexity(network)
    return all(told.get(name) in (None, getattr(cost, name)) for name in _COSTS)


def _shape(settings: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    keys = {"image_size": "TRAIN.IM_SIZE", "num_classes": "MODEL.NUM_CLASSES"}
    return {name: settings[0].get(key, DEFAULTS[key]) for name, key in keys.items() if _is_common(settings, key)}


def _recipe(settings: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    common = {RECIPE_FIELDS[key]: settings[0].get(key) for key in RECIPE_FIELDS if _is_common(settings, key)}
    return {name: value for name, value in common.items() if value is not None}


def _data(settings: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    name = settings[0].get("TRAIN.DATASET") if _is_common(settings, "TRAIN.DATASET") else None
    split = settings[0].get("TEST.SPLIT") if _is_common(settings, "TEST.SPLIT") else None
    return ({"dataset": name} if name else {}) | {"split": split or "test"}


def _is_common(settings: Sequence[Mapping[str, Any]], key: str) -> bool:
    return all(each.get(key) == settings[0].get(key) for each in settings)


def _notes(jobs: Sequence[Mapping[str, Any]], networks: Sequence[Architecture | None]) -> list[str]:
    unread = sum(network is None for network in networks)
    said = f"{unread} of {len(jobs)} networks are known by name alone: their configuration is not read, or counts to "
    return [f"{said}other numbers than their log"] if unread else []


def _curve(job: Mapping[str, Any]) -> tuple[Epoch, ...]:
    """Gives the learning curve; of the training, where it was logged as often as the test."""
    test, train = job.get("test_epoch") or {}, job.get("train_epoch") or {}
    errors = test.get("top1_err") or []
    rates, losses, shown = (_column(train, key, len(errors)) for key in ("lr", "loss", "top1_err"))
    return tuple(Epoch(i + 1, rates[i], losses[i], shown[i], error, nan) for i, error in enumerate(errors))


def _column(section: Mapping[str, Any], key: str, n: int) -> list[float]:
    values = section.get(key) or []
    return list(values) if len(values) == n else [nan] * n

"""Populations of "On Network Design Spaces for Visual Recognition": a list of jobs in JSON.

Source: Radosavovic et al., ICCV 2019 (arXiv 1905.13214), https://dl.fbaipublicfiles.com/nds/data.zip, and the
notebooks of facebookresearch/nds. A job has ``net``, ``optim`` (``base_lr``, ``wd``, ``max_ep``), ``rng_seed``,
``flops``, ``params``, ``min_test_top1``, and for each epoch ``train_ep_loss``, ``train_ep_top1`` and
``test_ep_top1``. Files of ImageNet hold two lists, ``top`` and ``mid``.
"""

from collections.abc import Mapping, Sequence
from itertools import chain
from math import nan
from typing import Any

from netspace.populations.importing.table import Table, check_rows, columns_of_rows, flat, varying
from netspace.populations.record import Epoch

_NAMES = {
    "net.ds": "depth",
    "net.ws": "width",
    "net.ss": "stride",
    "net.bot_muls": "bottleneck_multiplier",
    "net.num_gs": "num_groups",
    "optim.base_lr": "learning_rate",
    "optim.wd": "weight_decay",
    "optim.max_ep": "epochs",
    "rng_seed": "seed",
}
"""Parameters by the fields that hold them; of lists, the first item (0) is the stem."""

TRAINING = ("learning_rate", "weight_decay", "epochs")
_COSTS = ("flops", "params")


def is_nds(raw: Any) -> bool:
    """Says whether JSON is a list of jobs, or several by name, as NDS has them."""
    lists = list(raw.values()) if isinstance(raw, Mapping) else [raw]
    return bool(lists) and all(isinstance(jobs, list) and bool(jobs) and _is_job(jobs[0]) for jobs in lists)


def _is_job(job: Any) -> bool:
    return isinstance(job, Mapping) and "net" in job and bool({"min_test_top1", "test_ep_top1"} & set(job))


def read(file: str, raw: Any) -> Table:
    """Reads it: the error is the least test error of any epoch, as its authors use it."""
    jobs = check_rows(file, list(chain(*raw.values())) if isinstance(raw, Mapping) else raw)
    told = columns_of_rows([_parameters(job) for job in jobs])
    parameters = {name: told[name] for name in _whole_lists(told)}
    columns = parameters | columns_of_rows([_results(job) for job in jobs])
    return Table(
        format="NDS",
        columns=columns,
        names={"error": "min_test_top1"},
        parameters=list(parameters),
        library="nds",
        curves=[_curve(job) for job in jobs],
        recipe={name: values[0] for name, values in told.items() if name in TRAINING and name not in parameters},
        data={"split": "test"},
        how="the least of all epochs; last_error is that of the last",
    )


def _results(job: Mapping[str, Any]) -> dict[str, Any]:
    errors = job.get("test_ep_top1") or [None]
    least = job.get("min_test_top1", min((each for each in errors if each is not None), default=None))
    return {"min_test_top1": least, "last_error": errors[-1], **{name: job.get(name) for name in _COSTS}}


def _parameters(job: Mapping[str, Any]) -> dict[str, Any]:
    """Gives the network's numbers and words, and how it was trained; a cell's genotype has no number to give."""
    net = {key: value for key, value in job["net"].items() if key != "genotype"}
    seed = {"rng_seed": job["rng_seed"]} if "rng_seed" in job else {}
    return {_renamed(name): value for name, value in flat({"net": net, "optim": job.get("optim", {}), **seed}, start=0)}


def _renamed(name: str) -> str:
    base, underscore, index = name.rpartition("_")
    if underscore and index.isdigit() and base in _NAMES:
        return f"{_NAMES[base]}_{index}"
    return _NAMES.get(name, name.removeprefix("net.").removeprefix("optim."))


def _whole_lists(columns: Mapping[str, Sequence[Any]]) -> list[str]:
    """Gives the columns that vary; of a list, all of its items but the stem's if it is the same for all."""
    changed = varying(columns)
    lists = {name.rpartition("_")[0] for name in changed if name.rpartition("_")[2].isdigit()}
    return [name for name in columns if name in changed or (_list(name) in lists and not name.endswith("_0"))]


def _list(name: str) -> str | None:
    base, _, index = name.rpartition("_")
    return base if base and index.isdigit() else None


def _curve(job: Mapping[str, Any]) -> tuple[Epoch, ...]:
    errors = job.get("test_ep_top1") or []
    train, losses = ((job.get(key) or []) for key in ("train_ep_top1", "train_ep_loss"))
    known = len(train) == len(losses) == len(errors)
    rows = zip(losses, train, strict=True) if known else [(nan, nan)] * len(errors)
    return tuple(
        Epoch(i, nan, nan if loss is None else loss, nan if top1 is None else top1, error, nan)
        for i, ((loss, top1), error) in enumerate(zip(rows, errors, strict=True), 1)
    )

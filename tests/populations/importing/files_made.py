"""Small real files in the layouts that pycls, NDS and NAS-Bench-Macro have."""

import json
from pathlib import Path
from typing import Any

import netspace as ns
from netspace.spaces.pycls.networks import network_space
from netspace.spaces.pycls.settings import read_settings

TABLE = "arch,lr,width,block,val_acc,Mflops\na,0.1,16,x,90.5,4.1\nb,0.2,32,x,92,9.8\nc,0.1,,y,92.5,\nd,0.4,24,y,,6.6\n"


def write(path: Path, content: Any) -> Path:
    path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
    return path


def configuration(depth: int, group_width: int, learning_rate: float) -> dict[str, Any]:
    """Gives a configuration as pycls logs it, with settings that mean nothing here among them."""
    return {
        "MODEL": {"TYPE": "regnet", "NUM_CLASSES": 10},
        "REGNET": {
            "STEM_TYPE": "res_stem_cifar", "DEPTH": depth, "W0": 24, "WA": 36.4, "WM": 2.5, "GROUP_W": group_width,
        },
        "ANYNET": {"DEPTHS": [], "WIDTHS": []},
        "OPTIM": {"BASE_LR": learning_rate, "MAX_EPOCH": 3, "LR_POLICY": "cos"},
        "TRAIN": {"IM_SIZE": 32, "DATASET": "cifar10"},
        "TEST": {"SPLIT": "test"},
        "DESC": f"depth {depth}",
        "OUT_DIR": "/sweeps/logs",
    }  # fmt: skip


def network(cfg: dict[str, Any]) -> ns.Architecture:
    return network_space(read_settings("made", cfg), "made", {}, (1, 9)).sample(1)[0]


def job(index: int, errors: list[float], cfg: dict[str, Any], planned: int = 3) -> dict[str, Any]:
    """Gives one job of ``sweep.json``, which has a list for each metric of each epoch."""
    cost = ns.complexity(network(cfg))
    least = [min(errors[: i + 1]) for i in range(len(errors))]
    epochs = [f"{i + 1}/{planned}" for i in range(len(errors))]
    n = len(errors)
    return {
        "cfg": cfg,
        "complexity": {"flops": cost.flops, "params": cost.params, "acts": cost.acts},
        "epoch_times": {"train_fw_bw_time": 1.5},
        "log_file": f"/sweeps/logs/{index:06d}/stdout.log",
        "err_file": f"/sweeps/logs/{index:06d}/stderr.log",
        "err": "",
        "train_epoch": {"epoch": epochs, "loss": [1.0] * n, "lr": [0.1] * n, "top1_err": [50.0] * n, "mem": [9] * n},
        "test_epoch": {
            "epoch": epochs, "epoch_ind": list(range(1, n + 1)), "epoch_max": [planned] * n, "top1_err": errors,
            "min_top1_err": least, "min_top5_err": [1.0] * n, "top5_err": [1.0] * n,
        },
        "test_ema_epoch": {"epoch": epochs, "top1_err": errors, "min_top1_err": [each - 1 for each in least]},
    }  # fmt: skip


def sweep() -> list[dict[str, Any]]:
    """Gives five jobs: three finished, one whose numbers are not those of its configuration, one not finished."""
    jobs = [
        job(0, [50.0, 30.0, 31.0], configuration(13, 8, 0.1)),
        job(1, [50.0, 40.0, 29.0], configuration(10, 8, 0.2)),
        job(2, [50.0, 40.0, 28.0], configuration(13, 16, 0.1)),
        job(3, [50.0, 40.0, 27.0], configuration(12, 8, 0.05)),
        job(4, [50.0, 40.0], configuration(11, 8, 0.05)),
    ]
    jobs[3]["complexity"]["params"] += 1
    return jobs


def nds_job(i: int) -> dict[str, Any]:
    return {
        "job_id": i, "rng_seed": 1, "params": 1000 + i, "flops": 5000 + i, "act_mem": 1.5, "exp_mem": 2.5,
        "iter_time": 0.1, "prec_time": {"train_fw_bw": 0.2},
        "net": {
            "block_type": "res_bottleneck_block", "bot_muls": [0.0, 0.25, 0.25, 0.25], "ds": [1, 1 + i, 2, 3],
            "num_gs": [1, 1, 2, 4], "ss": [1, 1, 2, 2], "ws": [16, 32, 64, 128],
        },
        "optim": {"base_lr": 0.1, "wd": 0.0005, "max_ep": 2},
        "min_test_top1": 8 + i / 10, "train_ep_loss": [2.0, 1.0], "train_ep_top1": [50.0, 40.0],
        "test_ep_top1": [20.0, 8.5 + i / 10], "train_it_top1": [50.0], "train_it_loss": [2.0],
    }  # fmt: skip


MACRO = {
    "02012100": {"test_acc": [89.5, 89.0, 89.2], "mean_acc": 89.25, "std": 0.2, "params": 890666, "flops": 47327744},
    "11111221": {"test_acc": [92.2, 92.2, 92.5], "mean_acc": 92.3, "std": 0.1, "params": 2181386, "flops": 65012224},
    "00011110": {"test_acc": [85.4, 85.2, 85.2], "mean_acc": 85.25, "std": 0.1, "params": 1118378, "flops": 31390208},
}

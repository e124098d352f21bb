"""Images a second of the training loop beside a plain one: NCHW, fp32, a DataLoader, torch's own SGD step by step.

Both train the same networks on one thread, in turns within one run, so that a busy moment falls on both.
Run: python bench/training.py [--rounds 5] [--device cpu]
"""

import argparse
import platform
import time
from statistics import median

import torch
import torch.nn.functional as F
from torch.utils.data import DataLoader, Dataset

import netspace as ns
from netspace.random import stream
from netspace.training.batches import training_batches
from netspace.training.data import PreparedData, load_dataset, prepare
from netspace.training.devices import choose_layout, describe_device
from netspace.training.loop import MEMORY_FORMATS, make_optimizer, to_device, train_step
from netspace.training.recipe import get_recipe

STEPS = 12


class PlainImages(Dataset):
    """What a user writes first: one image at a time, augmented one at a time."""

    def __init__(self, data: PreparedData) -> None:
        self.x = torch.from_numpy(data.train.images)
        self.y = torch.from_numpy(data.train.labels)
        self.mean = torch.tensor(data.mean).reshape(-1, 1, 1)
        self.std = torch.tensor(data.std).reshape(-1, 1, 1)

    def __len__(self) -> int:
        return len(self.y)

    def __getitem__(self, i: int):
        x = (self.x[i].float() - self.mean) / self.std
        size = x.shape[-1]
        x = F.pad(x, (2, 2, 2, 2))
        top, left = torch.randint(0, 5, (2,)).tolist()
        x = x[:, top : top + size, left : left + size]
        return (x.flip(2) if torch.rand(()) < 0.5 else x).float(), self.y[i]


def ours(architecture, data, recipe, device, layout):
    memory_format = MEMORY_FORMATS[layout]
    network = ns.build(architecture, seed=0).to(device, memory_format=memory_format).train()
    optimizer = make_optimizer(network, recipe)
    split = to_device(data, data.train, torch.device(device), memory_format)

    def run(round_: int) -> float:
        batches = training_batches(split, recipe, 0, round_)
        start = time.perf_counter()
        for _ in range(STEPS):
            x, y = next(batches)
            total = train_step(network, optimizer, x, y, 0.05, 0.0)
        total.cpu()
        return STEPS * recipe.batch_size / (time.perf_counter() - start)

    return run


def plain(architecture, data, recipe, device):
    network = ns.build(architecture, seed=0).to(device).train()
    optimizer = torch.optim.SGD(
        network.parameters(), lr=0.05, momentum=0.9, nesterov=True, weight_decay=recipe.weight_decay, foreach=False
    )
    loader = DataLoader(PlainImages(data), recipe.batch_size, shuffle=True, drop_last=True)

    def run(_: int) -> float:
        batches = iter(loader)
        start = time.perf_counter()
        for _step in range(STEPS):
            x, y = next(batches)
            loss = F.cross_entropy(network(x.to(device)), y.to(device))
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            loss.item()
        return STEPS * recipe.batch_size / (time.perf_counter() - start)

    return run


def compare(name: str, architecture: ns.Architecture, data: PreparedData, device: str, rounds: int) -> None:
    recipe = get_recipe("quick")
    chosen = choose_layout("auto", device)
    loops = {layout: ours(architecture, data, recipe, device, layout) for layout in MEMORY_FORMATS}
    loops["plain"] = plain(architecture, data, recipe, device)
    rates: dict[str, list[float]] = {key: [] for key in loops}
    for i in range(rounds + 1):
        for key, run in loops.items():
            rates[key].append(run(i))
    medians = [median(rates[key][1:]) for key in loops]
    ratios = sorted(x / y for x, y in zip(rates[chosen][1:], rates["plain"][1:], strict=True))
    flops = ns.complexity(architecture).flops / 1e6
    print(
        f"{name:<20}{flops:>5.1f} MF" + "".join(f"{rate:>15,.0f}" for rate in medians),
        f"{median(ratios):>7.2f}  [{ratios[0]:.2f}, {ratios[-1]:.2f}]",
        flush=True,
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--device", default="cpu")
    options = parser.parse_args()
    torch.set_num_threads(1)
    torch.set_flush_denormal(True)
    print(f"{describe_device(options.device)}, torch {torch.__version__}, Python {platform.python_version()}, fp32")
    columns = "".join(f"{key:>15}" for key in (*MEMORY_FORMATS, "plain"))
    chosen = choose_layout("auto", options.device)
    print(f"{'network':<28}{columns}   {chosen} over plain, median [least, most] of {options.rounds} rounds")
    grey = prepare(load_dataset("builtin"), image_size=28, in_channels=1)
    rgb = prepare(load_dataset("builtin"), image_size=32, in_channels=3)
    small = {"image_size": 28, "in_channels": 1, "num_classes": 10, "stem": "cifar", "stem_width": 16, "num_stages": 3}
    large = {"image_size": 32, "num_classes": 10, "stem": "cifar"}
    seed = int(stream(0, "bench").integers(100))
    for space in ("anynetx_a", "regnetx"):
        for i, network in enumerate(ns.get_space(space, **small).sample(2, flops=(1e6, 2e6), seed=seed)):
            compare(f"{space} {i}, 28 px", network, grey, options.device, options.rounds)
        network = ns.get_space(space, **large).sample(1, flops=(4e6, 6e6), seed=seed)[0]
        compare(f"{space}, 32 px", network, rgb, options.device, options.rounds)


if __name__ == "__main__":
    main()

"""Top-1 accuracy of one 5 MF RegNetX in 10 epochs: a check that training is sane.

The network is fixed here, not searched for. Both splits are reported; nothing is chosen by either.
Run: python bench/accuracy.py fashion-mnist
     python bench/accuracy.py cifar10 --data PATH_OR_NAME
"""

import argparse
import time

import torch

import netspace as ns
from netspace.training.data import load_dataset, prepare
from netspace.training.loop import network_seed, train_network
from netspace.training.recipe import get_recipe

RECIPE = {"base": "quick", "name": "quick, 10 epochs", "epochs": 10, "warmup_epochs": 0.5, "validation": 0.1}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("set", choices=["fashion-mnist", "cifar10"])
    parser.add_argument("--data", help="where to read it, if not by its name")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    torch.set_flush_denormal(True)
    recipe = get_recipe(RECIPE, crop_padding=2 if options.set == "fashion-mnist" else 4)
    dataset = load_dataset(options.data or options.set)
    size = dataset.train.images.shape[-1]
    network = ns.regnet(
        depth=10 if size == 28 else 8,
        initial_width=24,
        slope=14.0,
        width_multiplier=2.0,
        group_width=8,
        stem="cifar",
        stem_width=16,
        image_size=size,
        in_channels=dataset.train.images.shape[1],
        num_classes=10,
    )
    stages = [(stage.depth, stage.width) for stage in network.stages]
    print(f"{dataset.name}: {ns.complexity(network)}, stages {stages}, {size} px", flush=True)
    data = prepare(dataset, image_size=size, in_channels=network.in_channels, validation=recipe.validation, seed=0)
    start = time.perf_counter()

    def tell(epoch) -> None:
        print(f"  epoch {epoch.epoch}: validation {epoch.validation_error:.2f} %", flush=True)

    outcome = train_network(network, recipe, data, seed=network_seed(options.seed, network), on_epoch=tell)
    print(
        f"{dataset.name}, {recipe.epochs} epochs, seed {options.seed}: "
        f"validation accuracy {100 - outcome.error:.2f} %, "
        f"test accuracy {100 - outcome.test_error:.2f} % (n = {len(data.test.labels)}), "
        f"{time.perf_counter() - start:.0f} s on {outcome.device}, torch {torch.__version__}"
    )


if __name__ == "__main__":
    main()

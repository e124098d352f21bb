"""The largest difference of outputs, and of features at each stage, between ours and timm's or torchvision's networks.

Same random weights and batch-norm statistics on both sides, evaluation mode, float32; a difference is a share of the
largest number compared. Every network of the zoo that they have, up to 32 GF.
Run: make bench BENCH=bench/parity.py (or with torchvision's stubs on LD_LIBRARY_PATH: python bench/parity.py --size 64)
"""

import argparse
import sys
import time
from pathlib import Path

import torch

sys.path.insert(0, str(Path(__file__).parents[1]))  # the tests' peers

from tests.peers import output_differences, pairs


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", type=int, default=64, help="height and width of the images, in pixels")
    parser.add_argument("--max-flops", type=float, default=33e9, help="of the networks, in multiply-adds")
    parser.add_argument("--threads", type=int, default=1)
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    try:
        import timm  # noqa: F401 (it loads torchvision)
    except (ImportError, RuntimeError) as error:
        raise SystemExit(f"timm does not load ({error}): run this by make bench BENCH=bench/parity.py") from None
    start = time.perf_counter()
    found: dict[tuple[str, str], list[tuple[float, float, str]]] = {}
    for pair in pairs(options.max_flops):
        differences = output_differences(pair, options.size)
        output = differences.pop("output")
        found.setdefault((pair.family, pair.library), []).append((output, max(differences.values()), pair.theirs))
        print(f"  {pair}: output {output:.1e}, features {max(differences.values()):.1e}", file=sys.stderr, flush=True)
    print(f"{'family':18} {'library':12} {'n':>3} {'output':>8} {'features':>9}  largest at")
    for (family, library), rows in found.items():
        output, _, name = max(rows)
        features = max(row[1] for row in rows)
        print(f"{family:18} {library:12} {len(rows):3} {output:8.1e} {features:9.1e}  {name}")
    seconds = time.perf_counter() - start
    print(f"{options.size} px, torch {torch.__version__}, {seconds:.0f} s on {options.threads} thread(s)")


if __name__ == "__main__":
    main()

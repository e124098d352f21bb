"""What a block of one's own costs: lines of code, time to count it, time to sample a space of it.

    python bench/own_blocks.py

The blocks are those of docs/blocks.md, run as they stand there; they bring no closed form, so that each different block
is built on the meta device to be counted.
"""

import re
import statistics
import time
from pathlib import Path

import numpy as np
import torch

import netspace as ns
from netspace.training.devices import processor_name

DOCS = Path(__file__).parents[1] / "docs" / "blocks.md"
COUNTED = 300
SAMPLED = 8


def main() -> None:
    """Prints a row for each block."""
    print(f"{processor_name()}, torch {torch.__version__}, {time.strftime('%Y-%m-%d')}")
    print("block      lines  ms to count one  s to sample 8 of RegNetX at 4 to 6 MF, 32 px")
    for name, code in examples().items():
        exec(compile(code, str(DOCS), "exec"), {})
        lines = sum(bool(line.strip()) for line in code[code.index("@ns.") :].splitlines())
        print(f"{name:10} {lines:5}  {counting(name):15.2f}  {sampling(name):10.2f}")


def examples() -> dict[str, str]:
    """Gives the blocks of the documentation by name."""
    codes = re.findall(r"```python\n(.*?)```", DOCS.read_text(encoding="utf-8"), re.DOTALL)
    return {found.group(1): code for code in codes if (found := re.search(r'@ns\.register_block\("(\w+)"', code))}


def counting(name: str) -> float:
    """Gives the median milliseconds to count a network of one block that was not counted before."""
    times = []
    for width in np.random.default_rng(0).permutation(np.arange(8, 8 * (COUNTED + 1), 8)).tolist():
        network = ns.anynet(depths=[1], widths=[width], block=name, image_size=32)
        start = time.perf_counter()
        ns.complexity(network)
        times.append(time.perf_counter() - start)
    return 1e3 * statistics.median(times)


def sampling(name: str) -> float:
    """Gives the seconds to sample a few networks of a space of the block."""
    space = ns.get_space("RegNetX", block=name, image_size=32, stem="cifar", num_classes=10)
    start = time.perf_counter()
    space.sample(SAMPLED, flops=(4e6, 6e6), seed=0)
    return time.perf_counter() - start


if __name__ == "__main__":
    main()

"""Draws the pictures of docs/study.md from its results.

Run: python tools/study_pictures.py [results/cifar10_4to6MF.parquet] [docs]
"""

import sys
from pathlib import Path

import netspace as ns

STEPS = ("anynetx_a", "anynetx_b", "anynetx_c", "anynetx_d", "anynetx_e", "regnetx")
WIDTHS = ("anynetx_d", "anynetx_d_constant", "anynetx_d_decreasing")


def main(results: Path, folder: Path) -> None:
    known = {name: ns.import_population(results, name=name) for name in (*STEPS, *WIDTHS)}
    steps, widths = ([known[name] for name in names] for names in (STEPS, WIDTHS))
    line = ["depth", "bottleneck_ratio", "width_multiplier"]
    pictures = {
        "study_steps.png": ns.plot("edfs", *steps),
        "study_widths.png": ns.plot("edfs", *widths),
        "study_search.png": ns.plot("search", *steps),
        "study_line.png": ns.plot("against", known["regnetx"], parameters=line),
        "study_e_fit.png": ns.plot("e_fit", *steps[:-1]),
    }
    for name, picture in pictures.items():
        print(picture.save(folder / name))


if __name__ == "__main__":
    given = [*sys.argv[1:], *["results/cifar10_4to6MF.parquet", "docs"][len(sys.argv) - 1 :]]
    main(Path(given[0]), Path(given[1]))

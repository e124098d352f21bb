"""Draws docs/quickstart.png, the picture in the README, from the study that `make quickstart` leaves.

Run: python tools/readme_picture.py [quickstart/study.db]
"""

import sys
from pathlib import Path

import netspace as ns
from netspace.figures import draw_edf


def main() -> None:
    url = sys.argv[1] if len(sys.argv) > 1 else "quickstart/study.db"
    study = ns.Study(url, create=False)
    a, b = (study[name] for name in ("anynetx_a", "regnetx"))
    comparison = ns.compare(a, b)
    names = dict(zip(comparison.names, comparison.edfs, strict=True))
    print(draw_edf(names, Path("docs/quickstart.png"), title=comparison.summary()))


if __name__ == "__main__":
    main()

"""Draws docs/quickstart.png, the picture in the README, from the study that `make quickstart` leaves.

Run: python tools/readme_picture.py [quickstart/study.db]
"""

import sys

import netspace as ns


def main() -> None:
    url = sys.argv[1] if len(sys.argv) > 1 else "quickstart/study.db"
    study = ns.Study(url, create=False)
    a, b = (study[name] for name in ("anynetx_a", "regnetx"))
    comparison = ns.compare(a, b)
    print(comparison.figure().save("docs/quickstart.png"))


if __name__ == "__main__":
    main()

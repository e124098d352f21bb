"""``python -m netspace`` is ``netspace``."""

from netspace.cli import main

if __name__ == "__main__":
    main()

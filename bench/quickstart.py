"""Wall time and peak memory of `netspace quickstart` in an empty folder, all of its processes together (Linux).

Memory is the sum of proportional set sizes (shared pages counted once), looked at twice a second.
Run: python bench/quickstart.py [--networks 16]
"""

import argparse
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

from netspace.training.devices import available_cores, processor_name


def family(pid: int) -> list[int]:
    """A process and all its descendants."""
    try:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except (FileNotFoundError, ProcessLookupError):
        return []
    return [pid, *(each for child in children for each in family(int(child)))]


def proportional_size(pid: int) -> int:
    """Bytes of memory of one process, pages that it shares divided by those who share them."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except (FileNotFoundError, ProcessLookupError):
        return 0
    return next((1024 * int(line.split()[1]) for line in lines if line.startswith("Pss:")), 0)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--networks", type=int, default=16)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        start, peak = time.perf_counter(), 0
        command = [sys.executable, "-m", "netspace", "quickstart", "--networks", str(options.networks)]
        process = subprocess.Popen(command, cwd=folder, stdout=subprocess.PIPE, text=True)
        output: list[str] = []
        reader = threading.Thread(target=lambda: output.extend(process.stdout or []))
        reader.start()
        while process.poll() is None:
            peak = max(peak, sum(map(proportional_size, family(process.pid))))
            time.sleep(0.5)
        reader.join()
        seconds = time.perf_counter() - start
    print("".join(output), end="")
    print(
        f"{seconds:.0f} s, peak {peak / 2**30:.2f} GiB, exit code {process.returncode}; "
        f"{available_cores()} cores of {processor_name()}"
    )


if __name__ == "__main__":
    main()

"""Studies with a worker or the parent killed at random moments: records lost and records twice, both to be 0.

Each run trains 24 small networks with two workers; at random moments SIGKILL hits a worker or the parent. After a
parent's death the same command goes on, until the study is complete. Lost: a record that a reader had seen and that
is gone or changed, or a network without a record in the end. Twice: a network whose training was begun although a
reader had seen its record, or that has two records.

Run: python bench/kills.py [--runs 50]
"""

import argparse
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import netspace as ns

NETWORKS = 24
TRAIN = """
import sys
import netspace as ns
from netspace.random import stream
rng = stream(0, "bench")
labels = rng.integers(0, 2, 240)
images = (rng.integers(0, 120, (240, 1, 8, 8)) + 100 * labels[:, None, None, None]).astype("uint8")
from netspace.execution import LocalExecutor


class Telling(LocalExecutor):  # writes the index of each network that a worker begins
    def run(self, assignment, tasks, listener):
        started = listener.started
        with open(sys.argv[4], "a", buffering=1) as log:
            listener.started = lambda index: (log.write(f"{index}\\n"), started(index))
            super().run(assignment, tasks, listener)


space = ns.get_space("regnetx", image_size=8, in_channels=1, num_classes=2, stem="cifar", stem_width=4, num_stages=2)
recipe = {"epochs": 4, "batch_size": 16, "crop_padding": 1, "layout": "channels_last"}
ns.Study(sys.argv[1]).train(
    space.sample(int(sys.argv[2]), flops=(2e4, 2e5), seed=int(sys.argv[3])),
    name="regnetx", data=(images, labels), recipe=recipe, executor=Telling(2), progress=False,
)
"""


def workers_of(parent: int) -> list[int]:
    """The living worker processes of a parent."""
    try:
        pids = Path(f"/proc/{parent}/task/{parent}/children").read_text().split()
        return [int(pid) for pid in pids if b"execution.worker" in Path(f"/proc/{pid}/cmdline").read_bytes()]
    except FileNotFoundError:
        return []


def records(path: Path) -> dict[int, tuple[str, str, float]]:
    """What a reader sees: index -> (status, when it started, its seconds)."""
    try:
        study = ns.Study(str(path), create=False)
        return {r.index: (r.status, r.outcome.started_at, r.outcome.seconds) for r in study["regnetx"]}
    except ns.NetspaceError:
        return {}


def one_run(seed: int, folder: Path) -> dict[str, int]:
    """Kills at random until the study is complete; counts what should never be."""
    rng = random.Random(seed)
    path = folder / f"{seed}.db"
    seen: dict[int, tuple[str, str, float]] = {}
    counts = {"rounds": 0, "parents": 0, "workers": 0, "lost": 0, "twice": 0, "failed": 0}
    while True:
        log = folder / f"{seed}-{counts['rounds']}.txt"
        command = [sys.executable, "-c", TRAIN, str(path), str(NETWORKS), str(seed), str(log)]
        process = subprocess.Popen(command)
        counts["rounds"] += 1
        kills = rng.randint(1, 3) if counts["parents"] < 3 else 0
        for _ in range(kills):
            time.sleep(rng.uniform(0.3, 3.0))
            if rng.random() < 0.4 and process.poll() is None:
                process.kill()
                counts["parents"] += 1
                break
            while not (victims := workers_of(process.pid)) and process.poll() is None:
                time.sleep(0.01)
            if victims:
                os.kill(rng.choice(victims), signal.SIGKILL)
                counts["workers"] += 1
        code = process.wait()
        now = records(path)
        counts["lost"] += sum(now.get(index) != row for index, row in seen.items())
        begun = [int(line) for line in log.read_text().split()] if log.exists() else []
        counts["twice"] += len(seen.keys() & set(begun))
        seen = now
        if code == 0:
            break
        if counts["rounds"] > 20:
            raise SystemExit(f"run {seed} does not end: {counts}")
    frame = ns.Study(str(path), create=False)["regnetx"].frame()
    counts["lost"] += NETWORKS - frame["index"].nunique()
    counts["twice"] += len(frame) - frame["index"].nunique()
    counts["failed"] += int((frame["status"] == "failed").sum())
    return counts


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=50)
    options = parser.parse_args()
    total: dict[str, int] = {}
    start = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        for seed in range(options.runs):
            counts = one_run(seed, Path(folder))
            total = {key: total.get(key, 0) + value for key, value in counts.items()}
            print(f"run {seed + 1}: {counts}", flush=True)
    print(f"{options.runs} runs of {NETWORKS} networks in {time.perf_counter() - start:.0f} s: {total}")


if __name__ == "__main__":
    main()

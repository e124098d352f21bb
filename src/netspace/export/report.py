"""What an export gave: the file, how exact it is, how fast it is."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from netspace.export.agreement import Agreement
from netspace.export.graph import GraphFacts
from netspace.export.timing import Interval


@dataclass(frozen=True)
class Speed:
    """The exported graph beside the network it was made from, timed in turns within one run.

    Attributes:
        batch: images of each call.
        threads: of either.
        processor: what both ran on.
        rounds: turns of each.
        eager: milliseconds of the network in torch (eager, contiguous, float32): median and its 95 % interval.
        exported: milliseconds of the graph in onnxruntime, likewise.
        ratio: exported over eager, median over the rounds and its 95 % interval.
    """

    batch: int
    threads: int
    processor: str
    rounds: int
    eager: Interval
    exported: Interval
    ratio: Interval

    def __str__(self) -> str:
        return (
            f"onnxruntime {self.exported.median:.2f} ms, eager {self.eager.median:.2f} ms: {self.ratio.median:.2f} of "
            f"its time (95 % interval {self.ratio.low:.2f} to {self.ratio.high:.2f}, {self.rounds} rounds in turns; "
            f"batch {self.batch}, threads {self.threads}, float32, {self.processor})"
        )


@dataclass(frozen=True)
class ExportReport:
    """One exported file and what is known of it.

    Attributes:
        path: the file.
        name: of the network.
        shape: of an image: channels, height, width.
        graph: its opset, nodes by kind and bytes.
        agreements: how far it is from the network on each batch that was tried.
        tolerance: the largest difference that was allowed, relative to the network's largest output.
        speed: how fast it is beside the network; ``None``: not timed.
        versions: of netspace, torch, onnx and onnxruntime.
    """

    path: Path
    name: str
    shape: tuple[int, int, int]
    graph: GraphFacts
    agreements: tuple[Agreement, ...]
    tolerance: float
    speed: Speed | None
    versions: Mapping[str, str]

    @property
    def absolute(self) -> float:
        """The largest difference of an output on any batch that was tried."""
        return max(each.absolute for each in self.agreements)

    @property
    def relative(self) -> float:
        """The largest difference relative to the largest output of its batch, where differences reach 1e-30."""
        return max((each.relative for each in self.agreements if not each.within(0.0)), default=0.0)

    @property
    def batch_norms(self) -> int:
        """Batch norms that are left in the graph, as no convolution precedes them."""
        return self.graph.nodes.get("BatchNormalization", 0)

    def __str__(self) -> str:
        return "\n".join([self._file(), self._exactness(), *([str(self.speed)] if self.speed else [])])

    def to_markdown(self) -> str:
        """Gives a section for a model card."""
        batches = [f"| {a.images} | {a.batch} | {a.absolute:.1e} | {a.relative:.1e} |" for a in self.agreements]
        lines = [
            "## ONNX",
            "",
            f"{self._file()}.",
            "",
            f"{self._exactness()}:",
            "",
            "| images | batch | largest difference | relative to the largest output |",
            "|---|---:|---:|---:|",
            *batches,
        ]
        if self.speed:
            lines += ["", f"Speed: {self.speed}."]
        lines += ["", f"Versions: {', '.join(f'{name} {version}' for name, version in self.versions.items())}."]
        return "\n".join(lines) + "\n"

    def _file(self) -> str:
        channels, height, width = self.shape
        left = f", {self.batch_norms} batch norms left" if self.batch_norms else ", batch norms folded"
        return (
            f"{self.path.name}: opset {self.graph.opset}, {sum(self.graph.nodes.values())} nodes{left}, "
            f"{self.graph.bytes / 1e6:.1f} MB; input images (batch, {channels}, {height}, {width}), float32"
        )

    def _exactness(self) -> str:
        return (
            f"onnxruntime differs from eager by at most {self.absolute:.1e} ({self.relative:.1e} of the largest "
            f"output) on {len(self.agreements)} batches, random and extreme; allowed: {self.tolerance:.0e} of it"
        )

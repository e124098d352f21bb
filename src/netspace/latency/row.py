"""The latency of one network as a row of a table."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Latency:
    """How long one network takes for a batch, with everything that changed the number.

    Attributes:
        name: of the network.
        family: of a network of the zoo; else empty.
        device: ``"cpu"``, ``"cuda"``, ``"cuda:1"``, ...
        processor: its name.
        backend: ``"eager"``, ``"compile"`` or ``"onnxruntime"``.
        batch: images of each call.
        image_size: height and width of an image, in pixels.
        dtype: of weights and images.
        layout: of weights and images in memory: ``"contiguous"`` or ``"channels_last"``.
        threads: of this process; the GPU has its own.
        median_ms: milliseconds of a call, the median; ``None``: it failed.
        low_ms: a tenth of the calls took less.
        high_ms: a tenth of the calls took more.
        images_per_second: images over the median's time.
        memory_mb: peak memory, weights included, in units of 10^6 bytes: on a GPU what torch allocated, on the CPU
            how much the resident memory of a fresh process grew from before the network was loaded; ``None``: not
            known.
        calls: how many were timed.
        flops: multiply-adds of one image; ``None``, as params and acts: the network does not even run.
        params: parameters.
        acts: activations of one image: elements of all convolutions' outputs.
        depth: blocks; ``None``: not known, as of a network without an architecture.
        versions: of netspace, torch and others that computed it.
        failure: why there are no times; ``None``: there are.
    """

    name: str
    family: str
    device: str
    processor: str
    backend: str
    batch: int
    image_size: int
    dtype: str
    layout: str
    threads: int
    median_ms: float | None
    low_ms: float | None
    high_ms: float | None
    images_per_second: float | None
    memory_mb: float | None
    calls: int
    flops: int | None
    params: int | None
    acts: int | None
    depth: int | None = field(default=None, kw_only=True)
    versions: Mapping[str, str]
    failure: str | None = None

"""The description of one network: enough to build it, to count it, to draw it and to export it.

A network is a stem, a list of stages and a head. A stage is ``depth`` blocks of one kind and one width,
of which the first has the stage's stride; a stage of depth 1 is a block, so families that choose every
block apart (ReXNet, MBConv networks) need nothing more than families that choose stages (AnyNet, RegNet).

Two ways to say how wide a block is inside cover all families: ``bottleneck_ratio`` relates the inner width
to the block's *output* (ResNet, RegNet: ``w_b = w / b``), ``expansion`` relates it to the block's *input*
(MobileNetV2, EfficientNet, ReXNet: ``w_b = w_in * t``).
"""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import MISSING, dataclass, field, fields, is_dataclass
from functools import cache, cached_property
from math import isfinite
from typing import Any, Literal, NamedTuple, Self, TypeVar

from netspace.errors import ArchitectureError
from netspace.numbers import Number, at_least, floor, make_divisible, nearest

_T = TypeVar("_T")

STEMS = ("simple", "cifar", "imagenet")
"""Stem kinds: 3x3 stride 2; 3x3 stride 1; 7x7 stride 2 and a 3x3 max-pool of stride 2."""


PADDINGS = ("symmetric", "same")
"""How convolutions pad: (k-1)/2 on every side; or, as TensorFlow, only as much as the stride needs, more at the end."""

NORMS = ("batch", "group")
"""Normalizations: over the batch, or over groups of channels of each image."""


class BlockShape(NamedTuple):
    """One block with every number resolved, the unit that is built and counted.

    ``groups`` is the number of groups of the spatial convolution, ``se_width`` the squeezed width of its
    squeeze-and-excitation (0: none), ``size`` the height and width of its input in pixels.
    """

    input_width: Number
    inner_width: Number
    width: Number
    kernel: Number
    stride: Number
    groups: Number
    se_width: Number
    size: Number


def output_size(size: Number, stride: Number) -> Number:
    """Gives the height of what a convolution with padding (k-1)/2 makes of an image of height ``size``."""
    return (size - 1) // stride + 1


@dataclass(frozen=True, slots=True)
class SqueezeExcite:
    """Squeeze-and-excitation inside a block (Hu et al. 2018).

    Attributes:
        ratio: squeezed width as a fraction of the width that ``of`` names, in (0, 1].
        of: ``"input"``: the block's input (RegNetY, EfficientNet); ``"inner"``: its inner width (ReXNet).
        rounding: ``"nearest"`` (half to even, as pycls) or ``"floor"`` (as ReXNet).
        divisor: the squeezed width is made a multiple of it.
        norm: whether a batch norm follows the squeezing convolution (ReXNet).
        activation: name of the nonlinearity between the two convolutions; ``None``: the block's (ReXNet: ReLU).
    """

    ratio: float = 0.25
    of: Literal["input", "inner"] = "input"
    rounding: Literal["nearest", "floor"] = "nearest"
    divisor: int = 1
    norm: bool = False
    activation: str | None = None

    def __post_init__(self) -> None:
        _check(_is_number(self.ratio) and 0 < self.ratio <= 1, f"SE ratio {self.ratio!r} is not in (0, 1]")
        _check(self.of in ("input", "inner"), f"SE relates to {self.of!r}: 'input' or 'inner' is allowed")
        _check(self.rounding in ("nearest", "floor"), f"SE rounding {self.rounding!r}: 'nearest' or 'floor' is allowed")
        _check_count("SE divisor", self.divisor)

    def width(self, input_width: Number, inner_width: Number) -> Number:
        """Gives the squeezed width of a block, in channels, at least 1."""
        width = self.ratio * (input_width if self.of == "input" else inner_width)
        whole = nearest(width) if self.rounding == "nearest" else floor(width)
        return make_divisible(whole, self.divisor) if self.divisor > 1 else at_least(1, whole)


@dataclass(frozen=True, slots=True)
class Stem:
    """The first layers.

    Attributes:
        kind: ``simple`` (3x3, stride 2), ``cifar`` (3x3) or ``imagenet`` (7x7, stride 2, and a max-pool).
        width: channels of its output.
        activation: name of the nonlinearity.
    """

    kind: str = "simple"
    width: int = 32
    activation: str = "relu"

    def __post_init__(self) -> None:
        _check(self.kind in STEMS, f"stem {self.kind!r} is unknown: choose one of {', '.join(STEMS)}")
        _check_count("stem width", self.width)

    @property
    def kernel(self) -> int:
        """Side of the convolution."""
        return 7 if self.kind == "imagenet" else 3

    @property
    def stride(self) -> int:
        """Stride of the convolution."""
        return 1 if self.kind == "cifar" else 2

    @property
    def pools(self) -> bool:
        """Whether a 3x3 max-pool of stride 2 follows."""
        return self.kind == "imagenet"

    def output_size(self, size: int) -> int:
        """Gives the height of the stem's output for an image of height ``size``."""
        size = output_size(size, self.stride)
        return output_size(size, 2) if self.pools else size


@dataclass(frozen=True, slots=True)
class Stage:
    """``depth`` blocks of one kind and width; the first has the stage's stride, the others stride 1.

    Attributes:
        width: output width of each block, in channels.
        depth: number of blocks, at least 1.
        stride: of the first block, at least 1.
        block: the name of a block kind, as ``netspace.networks`` knows it.
        bottleneck_ratio: b of the RegNet paper: inner width = round(width / b). Unused when ``expansion`` is set.
        expansion: t of MobileNetV2: inner width = round(input width * t).
        group_width: channels in each group of the spatial convolution; ``None``: one group of all channels.
        kernel: side of the spatial convolution, odd.
        se: squeeze-and-excitation, or ``None``.
        activation: name of the nonlinearity.
        spatial_activation: name of the one after the spatial convolution where it differs (ReXNet).
    """

    width: int
    depth: int = 1
    stride: int = 2
    block: str = "x"
    bottleneck_ratio: float = 1
    expansion: float | None = None
    group_width: int | None = None
    kernel: int = 3
    se: SqueezeExcite | None = None
    activation: str = "relu"
    spatial_activation: str | None = None

    def __post_init__(self) -> None:
        for name in ("width", "depth", "stride", "kernel"):
            _check_count(f"stage {name}", getattr(self, name))
        _check(self.kernel % 2 == 1, f"stage kernel {self.kernel} is even: only odd kernels keep the paper's padding")
        for name in ("block", "activation"):
            word = getattr(self, name)
            _check(isinstance(word, str), f"stage {name} {word!r} is not a name")
        _check(
            self.se is None or isinstance(self.se, SqueezeExcite),
            f"stage se {self.se!r} is neither None nor a netspace.SqueezeExcite(...)",
        )
        b, t = self.bottleneck_ratio, self.expansion
        _check(_is_number(b) and b > 0, f"bottleneck ratio {b!r} is not a positive number")
        _check(t is None or (_is_number(t) and t > 0), f"expansion {t!r} is not a positive number")
        if self.group_width is not None:
            _check_count("group width", self.group_width)

    def blocks(self, input_width: int, size: int) -> Iterator[BlockShape]:
        """Yields each block of the stage, given the width and height that enter it."""
        stride = self.stride
        for _ in range(self.depth):
            yield self._checked_shape(input_width, stride, size)
            input_width, size, stride = self.width, output_size(size, stride), 1

    def _checked_shape(self, input_width: int, stride: int, size: int) -> BlockShape:
        inner = inner_width(self, input_width)
        _check(
            inner % (self.group_width or inner) == 0,
            f"a block of inner width {inner} has no whole number of groups of width {self.group_width}: "
            f"choose a group width that divides {inner}, or let netspace.anynet() adjust the widths",
        )
        return block_shape(self, input_width, stride, size)


def inner_width(stage: Any, input_width: Number) -> Number:
    """Gives the width between a block's convolutions (rounded half to even, at least 1).

    ``stage`` is a `Stage`, or any object with its attributes as arrays.
    """
    width = stage.width / stage.bottleneck_ratio if stage.expansion is None else input_width * stage.expansion
    return at_least(1, nearest(width))


def block_shape(stage: Any, input_width: Number, stride: Number, size: Number) -> BlockShape:
    """Resolves one block of ``stage``; numbers may be arrays with an entry per network."""
    inner = inner_width(stage, input_width)
    groups = 1 if stage.group_width is None else inner // stage.group_width
    se_width = stage.se.width(input_width, inner) if stage.se else 0
    return BlockShape(input_width, inner, stage.width, stage.kernel, stride, groups, se_width, size)


@dataclass(frozen=True, slots=True)
class Head:
    """The last layers: [1x1 convolution], average pool, [1x1 convolution with bias], dropout, linear.

    Attributes:
        width: channels of the convolution before the pool; 0: none.
        activation: name of the nonlinearity after either convolution.
        dropout: share of the features that training sets to zero, in [0, 1).
        hidden: channels of the convolution after the pool (ReXNet-lite); 0: none.
        activates: whether the nonlinearity is applied before the pool where no convolution is (timm's RegNetZ, whose
            blocks end without one).
    """

    width: int = 0
    activation: str = "relu"
    dropout: float = 0.0
    hidden: int = 0
    activates: bool = False

    def __post_init__(self) -> None:
        for name in ("width", "hidden"):
            value = getattr(self, name)
            _check(_is_count(value) or _is_zero(value), f"head {name} {value!r} is not a whole number of channels")
        _check(_is_number(self.dropout) and 0 <= self.dropout < 1, f"dropout {self.dropout!r} is not in [0, 1)")


@dataclass(frozen=True, slots=True)
class Norm:
    """The normalization after every convolution without bias.

    Attributes:
        kind: ``"batch"``, or ``"group"`` (of ``group_size`` channels each).
        group_size: channels in each group of a group norm.
        epsilon: added to the variance; TensorFlow's networks have 1e-3.
        momentum: share of a batch in the running mean and variance; TensorFlow's networks have 0.01.
    """

    kind: str = "batch"
    group_size: int = 16
    epsilon: float = 1e-5
    momentum: float = 0.1

    def __post_init__(self) -> None:
        _check(self.kind in NORMS, f"norm {self.kind!r} is unknown: choose one of {', '.join(NORMS)}")
        _check_count("norm group_size", self.group_size)
        for name in ("epsilon", "momentum"):
            value = getattr(self, name)
            _check(_is_number(value) and 0 < value < 1, f"norm {name} {value!r} is not in (0, 1)")


@dataclass(frozen=True)
class Architecture:
    """A frozen, hashable, JSON-able description of one network.

    Attributes:
        stages: at least one `Stage`; none for a foreign network.
        stem: the first layers.
        head: the last layers.
        image_size: height and width of the input in pixels.
        in_channels: channels of the input.
        num_classes: outputs of the classifier; 0: none, the network gives the pooled features.
        norm: the normalization after every convolution without bias.
        padding: ``"symmetric"``, or ``"same"`` as TensorFlow pads.
        foreign: ``"timm:NAME"``, a network that another library builds and that has no stages here; else empty.

    Raises:
        ArchitectureError: a number is out of range, or a group width does not divide its width.

    Example:
        >>> architecture = Architecture(stages=(Stage(16, group_width=8), Stage(32, depth=2, group_width=8)))
        >>> Architecture.from_json(architecture.to_json()) == architecture
        True
        >>> architecture.depth
        3
    """

    stages: tuple[Stage, ...]
    stem: Stem = field(default_factory=Stem)
    head: Head = field(default_factory=Head)
    image_size: int = 224
    in_channels: int = 3
    num_classes: int = 1000
    norm: Norm = field(default_factory=Norm)
    padding: str = "symmetric"
    foreign: str = ""

    def __post_init__(self) -> None:
        given = self.stages if isinstance(self.stages, Iterable) else (self.stages,)
        object.__setattr__(self, "stages", tuple(given))
        parts = ((self.stem, Stem), (self.head, Head), (self.norm, Norm), *((stage, Stage) for stage in self.stages))
        for part, kind in parts:
            _check(isinstance(part, kind), f"{part!r:.60} is no {kind.__name__}: write netspace.{kind.__name__}(...)")
        _check(
            isinstance(self.foreign, str) and (not self.foreign or ":" in self.foreign),
            f"foreign {self.foreign!r} is not LIBRARY:NAME, such as timm:mobilenetv3_large_100",
        )
        _check(bool(self.stages) != bool(self.foreign), "an architecture needs at least one stage, a foreign one none")
        _check(self.padding in PADDINGS, f"padding {self.padding!r} is unknown: choose one of {', '.join(PADDINGS)}")
        for name in ("image_size", "in_channels"):
            _check_count(name, getattr(self, name))
        if not _is_zero(self.num_classes):
            _check_count("num_classes", self.num_classes)
        for _ in self.blocks():
            pass

    @property
    def depth(self) -> int:
        """Number of blocks; 0 for a foreign network, whose blocks are not known here."""
        return sum(stage.depth for stage in self.stages)

    @property
    def num_features(self) -> int:
        """Channels that reach the classifier."""
        return self.head.hidden or self.head.width or self.stages[-1].width

    @property
    def block_widths(self) -> tuple[int, ...]:
        """Output width of each block, in order."""
        return tuple(stage.width for stage in self.stages for _ in range(stage.depth))

    def blocks(self) -> Iterator[tuple[Stage, BlockShape]]:
        """Yields each block with its stage, every number resolved, in order."""
        width, size = self.stem.width, self.stem.output_size(self.image_size)
        for stage in self.stages:
            for shape in stage.blocks(width, size):
                yield stage, shape
            width, size = stage.width, output_size(size, stage.stride)

    @cached_property
    def id(self) -> str:
        """Sixteen hexadecimal digits that depend on the content alone, and stay the same across versions."""
        return hashlib.sha256(self._json.encode()).hexdigest()[:16]

    def to_json(self) -> str:
        """Gives the canonical JSON: sorted keys, no spaces, fields at their default left out."""
        return self._json

    @cached_property
    def _json(self) -> str:
        return json.dumps(_compact(self), sort_keys=True, separators=(",", ":"))

    @classmethod
    def from_json(cls, text: str) -> Self:
        """Reads what `to_json` wrote.

        Raises:
            ArchitectureError: the text is not JSON, or describes no network.
        """
        try:
            raw = json.loads(text)
        except json.JSONDecodeError as error:
            raise ArchitectureError(f"an architecture's JSON does not parse: {error}") from None
        return cls.from_dict(raw)

    @classmethod
    def from_dict(cls, raw: Mapping[str, Any]) -> Self:
        """Reads the mapping that the JSON holds; see `from_json`."""
        _check(isinstance(raw, Mapping), f"an architecture is a JSON object, not {type(raw).__name__}")
        top = dict(raw)
        stages = top.get("stages", [] if top.get("foreign") else None)
        if not isinstance(stages, list | tuple):
            raise ArchitectureError("an architecture needs a list 'stages'")
        top["stages"] = tuple(_read_stage(stage) for stage in stages)
        for name, kind in (("stem", Stem), ("head", Head), ("norm", Norm)):
            if name in top:
                top[name] = _read(kind, top[name])
        return _read(cls, top)


def _read_stage(raw: Any) -> Stage:
    if isinstance(raw, Mapping) and raw.get("se") is not None:
        raw = {**raw, "se": _read(SqueezeExcite, raw["se"])}
    return _read(Stage, raw)


def _read(kind: type[_T], raw: Any) -> _T:
    """Makes a ``kind`` of a mapping, refusing unknown and missing fields by name."""
    word = kind.__name__.lower()
    _check(isinstance(raw, Mapping), f"{word} is a JSON object, not {type(raw).__name__}")
    allowed = {f.name: f for f in fields(kind)}  # type: ignore[arg-type]
    unknown = sorted(set(raw) - set(allowed))
    _check(not unknown, f"{word} has no field {', '.join(map(repr, unknown))}: allowed are {', '.join(allowed)}")
    missing = [n for n, f in allowed.items() if n not in raw and f.default is MISSING and f.default_factory is MISSING]
    _check(not missing, f"{word} lacks {', '.join(missing)}")
    return kind(**raw)


def _compact(value: Any) -> dict[str, Any]:
    """Gives a dataclass as a mapping without the fields that hold their default."""
    items = ((name, getattr(value, name), default) for name, default in _defaults(value.__class__))
    return {name: _plain(item) for name, item, default in items if item != default}


@cache
def _defaults(kind: Any) -> tuple[tuple[str, Any], ...]:
    """Gives each field of a dataclass with its default, ``MISSING`` where it has none."""
    return tuple((f.name, f.default_factory() if f.default_factory is not MISSING else f.default) for f in fields(kind))


def _plain(item: Any) -> Any:
    if is_dataclass(item):
        return _compact(item)
    if isinstance(item, tuple):
        return [_plain(each) for each in item]
    return int(item) if isinstance(item, float) and item.is_integer() else item


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and isfinite(value)


def _is_count(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 1


def _is_zero(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value == 0


def _check_count(name: str, value: Any) -> None:
    _check(_is_count(value), f"{name} {value!r} is not a whole number of at least 1")


def _check(condition: bool, message: str) -> None:
    if not condition:
        raise ArchitectureError(message)

"""The form of a space file: what it may say, and what each part of it is."""

from collections.abc import Callable, Mapping
from inspect import signature
from pathlib import Path
from sys import float_info
from typing import Annotated, Any, Literal

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Discriminator,
    Field,
    PlainValidator,
    Tag,
    WithJsonSchema,
    model_validator,
)

from netspace.architecture import STEMS
from netspace.documents import nearest
from netspace.errors import SpaceError
from netspace.spaces.distributions import (
    Distribution,
    as_distribution,
    log_normal,
    log_uniform,
    normal,
    powers_of_two,
    powers_of_two_then_log_uniform,
    uniform,
)

FILE_ENDINGS = (".yaml", ".yml", ".json")

KINDS: dict[str, Callable[..., Distribution]] = {
    each.__name__: each
    for each in (log_uniform, uniform, powers_of_two, powers_of_two_then_log_uniform, normal, log_normal)
}
"""Distributions between two ends, by name."""

_FORMS = {kind: f"[{', '.join(signature(each).parameters)}]" for kind, each in KINDS.items()}


def _schema_of(kind: str) -> dict[str, Any]:
    ends = {"type": "array", "items": {"type": "number"}, "minItems": 2, "maxItems": _FORMS[kind].count(",") + 1}
    ends["description"] = _FORMS[kind]
    return {"type": "object", "properties": {kind: ends}, "required": [kind], "additionalProperties": False}


_DISTRIBUTION: dict[str, Any] = {
    "anyOf": [
        {"type": "number", "description": "The one value."},
        {"type": "array", "items": {"type": "number"}, "minItems": 1, "description": "Values, equally likely."},
        *map(_schema_of, KINDS),
    ]
}


def _number(given: Any) -> int | float:
    if isinstance(given, bool) or not isinstance(given, int | float) or not abs(given) <= float_info.max:
        raise ValueError(f"{given!r:.60} is not a number")
    return given


def _interval(given: Any) -> tuple[int | float | None, int | float | None]:
    if not isinstance(given, list | tuple) or len(given) != 2:
        raise ValueError(f"{given!r:.60} is not [low, high], of which null is an open end")
    low, high = (None if end is None else _number(end) for end in given)
    return low, high


def read_distribution(given: Any) -> Distribution:
    """Reads a number, a list of values, or one of `KINDS` with what it takes: ``{log_uniform: [8, 64, 8]}``.

    Raises:
        SpaceError: it is none of these.

    Example:
        >>> read_distribution({"log_uniform": [8, 64, 8]}).text
        'log-uniform 8 to 64 by 8'
    """
    if not isinstance(given, Mapping):
        try:
            return as_distribution(given)
        except (SpaceError, OverflowError):
            raise _no_distribution(repr(given)) from None
    kind, ends = next(iter(given.items()), (None, None))
    if len(given) != 1 or kind not in KINDS:
        raise _no_distribution(repr(dict(given)), nearest(kind, list(KINDS)))
    if not isinstance(ends, list | tuple) or not 2 <= len(ends) <= _FORMS[kind].count(",") + 1:
        raise SpaceError(f"{kind}: {ends!r:.60} is not {_FORMS[kind]}, of which the first two are needed")
    try:
        return KINDS[kind](*ends)
    except OverflowError:
        raise SpaceError(f"{kind}: {ends!r:.60} has too large a number, or too many steps") from None


def _no_distribution(given: str, hint: str = "") -> SpaceError:
    return SpaceError(
        f"{given:.60} is no distribution: {hint}give a number, a list of numbers, or one of "
        f"{', '.join(f'{{{kind}: {form}}}' for kind, form in _FORMS.items())}"
    )


def _or_initial_width(given: Any) -> Distribution | str:
    return "initial_width" if given == "initial_width" else read_distribution(given)


def _tag(*members: tuple[type | tuple[type, ...], str]) -> Discriminator:
    """Chooses a union's member by the kind of what is given; the last takes what no other does."""
    return Discriminator(lambda given: next((tag for kind, tag in members if isinstance(given, kind)), members[-1][1]))


Number = Annotated[Any, PlainValidator(_number), WithJsonSchema({"type": "number"})]
Interval = Annotated[
    Any,
    PlainValidator(_interval),
    WithJsonSchema({"type": "array", "items": {"type": ["number", "null"]}, "minItems": 2, "maxItems": 2}),
]
AnyDistribution = Annotated[Any, PlainValidator(read_distribution), WithJsonSchema(_DISTRIBUTION)]
Slope = Annotated[
    Any,
    PlainValidator(_or_initial_width),
    WithJsonSchema({"anyOf": [{"const": "initial_width"}, *_DISTRIBUTION["anyOf"]]}),
]
MOST = 100_000
"""Pixels, channels, stages and strides that a file may ask for: beyond them costs have no exact number."""

Count = Annotated[int, Field(ge=1, le=MOST, strict=True)]
Words = Annotated[
    Annotated[str, Tag("<text>")] | Annotated[list[str], Field(min_length=1), Tag("<list>")],
    _tag((list, "<list>"), (str, "<text>")),
]


_BLOCK = "The block of every stage: x, y, r, v, vr, z, ..., or your own."
_NUM_STAGES = "How many stages each network has."
_STRIDES = "Stride of each stage's first block."


class Section(BaseModel):
    """A part of a file in which every field is known."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class NetworkSection(Section):
    """What all networks of the space have in common."""

    image_size: Count | None = Field(None, description="Height and width of the input, in pixels.")
    in_channels: Count | None = Field(None, description="Channels of the input.")
    num_classes: Annotated[int, Field(ge=0, le=2**31, strict=True)] | None = Field(
        None, description="Outputs of the classifier; 0: none."
    )
    stem: Literal[STEMS] | None = Field(  # type: ignore[valid-type] # the names, said once
        None, description="simple (3x3, stride 2), cifar (3x3, stride 1) or imagenet (7x7, stride 2, max-pool)."
    )
    stem_width: Count | None = Field(None, description="Channels of the stem.")
    head_width: Annotated[int, Field(ge=0, le=MOST, strict=True)] | None = Field(
        None, description="Channels of a 1x1 convolution before the pool; 0: none."
    )
    block: str | None = Field(None, description=_BLOCK)
    num_stages: Count | None = Field(None, description=_NUM_STAGES)
    strides: list[Count] | None = Field(None, description=_STRIDES)
    se: Annotated[float, Field(ge=0, le=1, strict=True)] | None = Field(
        None, description="Squeeze-and-excitation: its ratio to the block's input; 0: none."
    )
    activation: str | None = Field(None, description="The nonlinearity everywhere: relu, silu, ...")

    def options(self) -> dict[str, Any]:
        """Gives what is set."""
        return self.model_dump(exclude_none=True)


class OrderStep(Section):
    """An order over the stages."""

    attribute: str = Field(description="Of a stage, such as width.")
    rule: Literal["increasing", "decreasing", "constant"] = Field(
        "increasing", description="Never decreasing, never increasing, or the same in all stages."
    )
    last: bool = Field(True, description="Whether the last stage keeps to it too.")


class LineStep(Section):
    """A quantized line over the block index (RegNet)."""

    depth: AnyDistribution = Field(description="d, blocks in all.")
    initial_width: AnyDistribution = Field(description="w_0, multiples of 8.")
    slope: Slope = Field(description="w_a; or initial_width, which it then equals.")
    width_multiplier: AnyDistribution = Field(description="w_m, above 1.")


class PiecewiseStep(Section):
    """A monotone, piecewise linear function of the block index (ReXNet's search)."""

    initial_width: AnyDistribution = Field(description="Channels of the first block.")
    slope: AnyDistribution = Field(description="Channels by which blocks widen on average.")


class Step(Section):
    """One operation; each gives a new space."""

    share: Words | None = Field(None, description="All stages have the same value of this attribute, or of these.")
    order: (
        Annotated[
            Annotated[str, Tag("<text>")] | Annotated[OrderStep, Tag("<options>")],
            _tag((Mapping, "<options>"), (OrderStep, "<options>"), (str, "<text>")),
        ]
        | None
    ) = Field(None, description="The attribute never decreases from stage to stage.")
    narrow: Annotated[dict[str, Interval], Field(min_length=1)] | None = Field(
        None, description="Parameters lie in [low, high]; null is an open end."
    )
    fix: Annotated[dict[str, Number], Field(min_length=1)] | None = Field(
        None, description="Parameters have one of their values."
    )
    vary: Annotated[dict[str, Slope], Field(min_length=1)] | None = Field(
        None, description="Other distributions, or further parameters: of stages, the network, or its training."
    )
    restrict: Words | None = Field(
        None, description='Only networks that keep a formula, such as "params <= 3e6 + 5.5e6 * flops / 1e9".'
    )
    change: NetworkSection | None = Field(None, description="What all networks have in common, from here on.")
    quantized_linear: LineStep | None = Field(None, description="Widths and depths follow a quantized line (RegNet).")
    piecewise_linear: PiecewiseStep | None = Field(
        None, description="Widths follow a piecewise linear function of the block index (ReXNet's search)."
    )
    named: str | None = Field(None, min_length=1, description="What the space is called from here on.")

    @model_validator(mode="after")
    def _check_one(self) -> "Step":
        given = ", ".join(sorted(self.model_fields_set)) or "nothing"
        if len(self.model_fields_set) != 1 or self.operation[1] is None:
            raise ValueError(
                f"a step is one operation with what it takes, such as share: bottleneck_ratio: given {given}"
                + (" with nothing after it" if len(self.model_fields_set) == 1 else ". Each needs a dash of its own")
            )
        return self

    @property
    def operation(self) -> tuple[str, Any]:
        """The operation's name, and what it takes."""
        name = next(iter(self.model_fields_set))
        return name, getattr(self, name)


class SpaceFile(Section):
    """A design space: from a published one or another file, or from scratch, and steps that refine it."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True, title="netspace design space")

    name: str | None = Field(None, min_length=1, description="What the space is called; by default as its file.")
    source: str | None = Field(
        None, alias="from", min_length=1, description="A published space, or the path of a space file beside this one."
    )
    imports: Annotated[list[Path], BeforeValidator(lambda given: [given] if isinstance(given, str) else given)] = Field(
        [], description="Python files that register blocks of your own, relative to this file. They are run."
    )
    block: str | None = Field(None, description=_BLOCK)
    num_stages: Count | None = Field(None, description=_NUM_STAGES)
    strides: list[Count] | None = Field(None, description=_STRIDES)
    parameters: Annotated[dict[str, AnyDistribution], Field(min_length=1)] | None = Field(
        None, description="From scratch: the distribution of each parameter; width_2 is the second stage's alone."
    )
    network: NetworkSection = Field(NetworkSection(), description="What all networks have in common.")
    steps: list[Step] = Field([], description="Operations, one after the other.")

    @model_validator(mode="after")
    def _check_origin(self) -> "SpaceFile":
        if (self.source is None) == (self.parameters is None):
            given = "neither is given" if self.source is None else "both are given: use steps: [vary: ...] for them"
            raise ValueError(
                f"a space has either 'from' (a space to begin with) or 'parameters' (from scratch); {given}"
            )
        twice = [name for name in ("block", "num_stages", "strides") if getattr(self, name) is not None]
        twice = [name for name in twice if getattr(self.network, name) is not None]
        if twice:
            raise ValueError(f"{twice[0]} is given twice, by itself and in network: leave one out")
        return self

    def options(self) -> dict[str, Any]:
        """Gives what all networks have in common, as far as the file says."""
        own = {name: getattr(self, name) for name in ("block", "num_stages", "strides")}
        return {name: value for name, value in own.items() if value is not None} | self.network.options()

    def beside(self, folder: Path) -> "SpaceFile":
        """Gives the same with paths that are relative to a folder resolved."""
        source = str(folder / self.source) if self.source is not None and is_path(self.source) else self.source
        return self.model_copy(update={"imports": [folder / file for file in self.imports], "source": source})


def is_path(given: str) -> bool:
    """Says whether a space's name is rather the path of a file.

    Example:
        >>> is_path("mine.yaml"), is_path("./mine"), is_path("regnetx")
        (True, True, False)
    """
    return given.lower().endswith(FILE_ENDINGS) or "/" in given or "\\" in given

"""Options that come together: one parameter of a verb stands for all options of a group."""

import inspect
from collections.abc import Callable
from dataclasses import MISSING, Field, asdict, dataclass, fields
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, get_type_hints

import typer

from netspace.cli.options import errors, parse_range

if TYPE_CHECKING:
    from netspace.complexity import RuntimeModel
    from netspace.spaces import DesignSpace


@dataclass(frozen=True)
class Group:
    """Options of the command line as fields; a verb wrapped by `grouped` takes them as one parameter.

    Attributes:
        panel: under which heading help shows them.
    """

    panel: ClassVar[str]


@dataclass(frozen=True)
class NetworkOptions(Group):
    """What all networks of a space have in common; ``None``: as the space has it."""

    panel: ClassVar[str] = "Networks"

    image_size: Annotated[
        int | None,
        typer.Option(help="Height and width of the input, in pixels; by default its own."),
    ] = None
    in_channels: Annotated[int | None, typer.Option(help="Channels of the input; by default its own.")] = None
    num_classes: Annotated[int | None, typer.Option(help="Classes of the data; by default its own.")] = None
    stem: Annotated[
        str | None,
        typer.Option(
            help="simple (3x3, stride 2), cifar (3x3) or imagenet (7x7, max-pool); by default its own.",
        ),
    ] = None
    stem_width: Annotated[int | None, typer.Option(help="Channels of the stem; by default its own.")] = None
    num_stages: Annotated[int | None, typer.Option(help="Stages of each network; by default its own.")] = None
    block: Annotated[
        str | None,
        typer.Option(
            help="x, y (with squeeze-and-excitation), r, v, vr, z, ..., or one of your own (netspace --import FILE).",
        ),
    ] = None

    def given(self) -> dict[str, Any]:
        """Gives those that were given."""
        return {name: value for name, value in asdict(self).items() if value is not None}

    def find(self, space: str) -> "DesignSpace":
        """Gives a space by name or from a file, with the options that were given.

        Raises:
            SpaceError: there is no such space, or an option does not fit.
        """
        from netspace.spaces.files import find_space

        return find_space(space, **self.given())


@dataclass(frozen=True)
class BudgetOptions(Group):
    """What a network may cost, as LOW:HIGH; ``None``: anything."""

    panel: ClassVar[str] = "Budget"

    flops: Annotated[
        str | None,
        typer.Option(help="Budget in multiply-adds, LOW:HIGH, such as 4M:6M or :6M."),
    ] = None
    params: Annotated[str | None, typer.Option(help="Budget in parameters, LOW:HIGH.")] = None
    acts: Annotated[str | None, typer.Option(help="Budget in activations, LOW:HIGH.")] = None

    def read(self) -> dict[str, Any]:
        """Gives the pairs that were asked for, by quantity.

        Raises:
            typer.BadParameter: one is no range.
        """
        from netspace.spaces.budget import QUANTITIES

        given = {name: text for name, text in asdict(self).items() if name in QUANTITIES and text is not None}
        return {name: parse_range(text) for name, text in given.items()}


@dataclass(frozen=True)
class RuntimeBudgetOptions(BudgetOptions):
    """`BudgetOptions`, and one of milliseconds with what predicts them."""

    latency: Annotated[
        str | None,
        typer.Option(help="Budget in milliseconds that --runtime predicts, LOW:HIGH."),
    ] = None
    runtime: Annotated[
        Path | None,
        typer.Option(help="Runtime model, FILE.json: `netspace benchmark --space SPACE --fit FILE.json`."),
    ] = None

    def read_runtime(self) -> "RuntimeModel | None":
        """Reads the model that a budget of latency needs, and notes where the budget leaves what it was fitted to.

        Raises:
            typer.BadParameter: one was given without the other.
            LatencyError: the file holds no model.
        """
        if self.runtime is None and self.latency is not None:
            raise typer.BadParameter(
                "--latency needs --runtime FILE.json, which `netspace benchmark --space SPACE --fit FILE.json` writes"
            )
        if self.runtime is None:
            return None
        from netspace.complexity import RuntimeModel

        model = RuntimeModel.read(self.runtime)
        if note := model.extrapolates(parse_range(self.latency) or ()):
            errors.print(f"Note: {note}", style="yellow")
        return model


def grouped(verb: Callable[..., None]) -> Callable[..., None]:
    """Makes a verb whose parameters of a `Group` type are that group's options on the command line.

    Example:
        >>> @grouped
        ... def show(space: str, network: NetworkOptions) -> None: ...
        >>> list(inspect.signature(show).parameters)[:3]
        ['space', 'image_size', 'in_channels']
    """
    hints = get_type_hints(verb, include_extras=True)
    groups = {name: hint for name, hint in hints.items() if isinstance(hint, type) and issubclass(hint, Group)}

    @wraps(verb)
    def call(**options: Any) -> None:
        made = {
            name: group(**{each.name: options.pop(each.name) for each in fields(group)})
            for name, group in groups.items()
        }
        verb(**options, **made)

    call.__signature__ = inspect.Signature(  # type: ignore[attr-defined]
        [each for parameter in inspect.signature(verb).parameters.values() for each in _options(parameter, hints)]
    )
    call.__annotations__ = {each.name: each.annotation for each in inspect.signature(call).parameters.values()}
    return call


def _options(parameter: inspect.Parameter, hints: dict[str, Any]) -> list[inspect.Parameter]:
    """Gives the options that a parameter of a verb stands for: itself, unless it is a group."""
    hint, kind = hints[parameter.name], inspect.Parameter.KEYWORD_ONLY
    if not (isinstance(hint, type) and issubclass(hint, Group)):
        return [parameter.replace(annotation=hint, kind=kind)]
    own = get_type_hints(hint, include_extras=True)
    for each in fields(hint):
        (option,) = own[each.name].__metadata__
        option.rich_help_panel = hint.panel
    return [
        inspect.Parameter(each.name, kind, default=_default(each), annotation=own[each.name]) for each in fields(hint)
    ]


def _default(option: Field[Any]) -> Any:
    return option.default if option.default_factory is MISSING else option.default_factory()
